"""The OpenAPI of /api: that a token opens it, and nothing of the pages for people."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi


def described(app: FastAPI) -> dict[str, Any]:
    """Made once; given from then on."""
    if app.openapi_schema is None:
        said = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes
        )
        schemes = said.setdefault("components", {}).setdefault("securitySchemes", {})
        schemes["token"] = {"type": "http", "scheme": "bearer"}
        said["security"] = [{"token": []}]
        app.openapi_schema = said
    return app.openapi_schema
