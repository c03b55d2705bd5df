"""The server's app: rooms, doors, headers; nothing of it knows how it is listened to."""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

from asgi_cross_origin_protection import CrossOriginProtection
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.middleware.body_limit import RequestBodyLimitMiddleware

from checks.model import BadInput
from desk.console.hall import Hall
from desk.console.pages import STATIC, is_htmx, page
from desk.console.rooms import ROUTERS
from desk.console.seat import SignIn
from desk.languagetool.routes import LanguageTool, routes

#: One page, one origin: no script, style or frame of anybody else's, none written in the page.
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
#: What is kept by a browser.
KEPT = "public, max-age=31536000, immutable"
SAID = {
    400: "请求有误，请返回重试",
    404: "没有这个页面",
    405: "没有这个操作",
    413: "内容太大，超过上限",
    429: "操作太频繁，请稍后再试",
}


def create_app(hall: Hall) -> FastAPI:
    """The console and its API for `hall`."""
    app = FastAPI(
        title="栏目巡查", version="1", docs_url=None, redoc_url=None, openapi_url="/api/openapi.json"
    )  # fmt: skip
    app.state.hall = hall
    editors = LanguageTool(hall.checker_for_editors, hall.today_for_editors)
    app.router.routes[:0] = routes(editors)
    for router in ROUTERS:
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.middleware("http")(_headers)
    app.add_middleware(RequestBodyLimitMiddleware, max_body_size=hall.settings.upload_bytes)
    app.add_middleware(CrossOriginProtection)
    app.exception_handler(SignIn)(_to_the_door)
    app.exception_handler(BadInput)(_bad_input)
    app.exception_handler(RequestValidationError)(_invalid)
    app.exception_handler(HTTPException)(_refused)
    return app


async def _headers(request: Request, call: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await call(request)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.url.path.startswith("/static/") and response.status_code == 200:
        response.headers["Cache-Control"] = KEPT
    if request.app.state.hall.settings.https:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response


def _of_api(request: Request) -> bool:
    return request.url.path.startswith(("/api/", "/v2/"))


async def _to_the_door(request: Request, _error: Any) -> Response:
    if _of_api(request):
        return JSONResponse({"error": "请先登录或使用令牌"}, 401, {"WWW-Authenticate": "Bearer"})
    target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    door = "/login" + (f"?next={quote(target)}" if request.method == "GET" else "")
    if is_htmx(request):
        return Response(status_code=401, headers={"HX-Redirect": "/login"})
    return RedirectResponse(door, 303)


async def _bad_input(request: Request, error: Any) -> Response:
    return _told(request, 400, error.lines)


async def _invalid(request: Request, error: Any) -> Response:
    names = "、".join(str(one["loc"][-1]) for one in error.errors()[:5])
    return _told(request, 422, (f"请求的内容不对：{names}",))


async def _refused(request: Request, error: Any) -> Response:
    said = (
        error.detail if not str(error.detail).isascii() else SAID.get(error.status_code, "无法完成")
    )
    return _told(request, error.status_code, (said,), error.headers)


def _told(
    request: Request, status: int, lines: Any, headers: dict[str, str] | None = None
) -> Response:
    """What went wrong: JSON for programs, a line for htmx, a page for people."""
    if _of_api(request):
        return JSONResponse({"error": "\n".join(lines)}, status, headers)
    if is_htmx(request):
        return PlainTextResponse("\n".join(lines), status, headers)
    response = page(request, "told.html", status=status, lines=lines)
    response.headers.update(headers or {})
    return response
