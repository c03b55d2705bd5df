"""Pages from templates: everything that comes from outside is escaped, addresses of our own files carry their hash."""

import json
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2_fragments import render_block
from markupsafe import Markup

from desk.console.hall import hall_of
from desk.console.seat import FORM_FIELD, HEADER, Seat, Visit
from store.accounts import ROLE_LABELS

HERE = Path(__file__).parent
STATIC = HERE / "static"


@cache
def _environment() -> Environment:
    env = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.globals |= {"static": static, "FORM_FIELD": FORM_FIELD, "role_labels": ROLE_LABELS}
    env.filters |= {"data": data}
    return env


@cache
def static(name: str) -> str:
    """The address of one of our own files, with a digest so that a browser may keep it for ever.

    Raises:
        FileNotFoundError: there is none.
    """
    raw = (STATIC / name).read_bytes()
    return f"/static/{name}?{sha256(raw).hexdigest()[:12]}"


def data(value: Any) -> Markup:
    """JSON for a `<script type="application/json">`: nothing in it ends the element."""
    said = json.dumps(value, ensure_ascii=False)
    return Markup(
        said.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
        .replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    )  # fmt: skip


def page(
    visit: Visit | Request,
    template: str,
    *,
    block: str = "",
    status: int = 200,
    seat: Seat | None = None,
    **more: Any,
) -> HTMLResponse:
    """A whole page, or one `block` of it for htmx. Every template has `visit`, `seat`, `site`, `now` beside `more`."""
    request = visit.request if isinstance(visit, Visit) else visit
    seated = visit.seat if isinstance(visit, Visit) else seat
    hall = hall_of(request)
    values = {
        "visit": visit if isinstance(visit, Visit) else None,
        "seat": seated,
        "site": visit.site if isinstance(visit, Visit) else None,
        "hall": hall,
        "path": request.url.path,
        "own_page": json.dumps({HEADER: seated.own_page if seated else ""}),
        **more,
    }
    said = (
        render_block(_environment(), template, block, values)
        if block
        else _environment().get_template(template).render(values)
    )
    return HTMLResponse(said, status)


def is_htmx(request: Request) -> bool:
    """Whether htmx asks for a piece of a page."""
    return request.headers.get("HX-Request") == "true" and not request.headers.get("HX-Boosted")
