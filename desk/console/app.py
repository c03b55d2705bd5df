"""The server's app: rooms, doors, headers; nothing of it knows how it is listened to."""

from functools import partial
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from checks.model import BadInput
from desk.console.description import described
from desk.console.editors import editors_of
from desk.console.gate import Bounded, Headed, Named, OwnPages, Unbroken, of_program
from desk.console.hall import Hall
from desk.console.metrics import Metrics
from desk.console.oidc import Door
from desk.console.pages import STATIC, is_htmx, page
from desk.console.passwords import Guard
from desk.console.rooms import API_ROUTERS, ROUTERS, oidc
from desk.console.seat import ChangePassword, SignIn
from desk.console.tries import Tries
from desk.console.watch import LOG, Watched
from desk.languagetool.routes import routes
from store.database import DatabaseTrouble

SAID = {
    400: "请求有误，请返回重试",
    404: "没有这个页面",
    405: "没有这个操作",
    413: "内容太大，超过上限",
    429: "操作太频繁，请稍后再试",
}
BROKEN = "程序出错了，没有完成；请稍后再试，仍不行请告诉管理员"
NO_DATABASE = "数据库暂时不能用，没有完成；请稍后再试，仍不行请告诉管理员"
FIRST_PASSWORD = "请先登录控制台，把一次性密码改成自己的密码"
ABOUT = (
    "栏目巡查的程序接口。令牌在控制台“我的账号”里建立，放在请求头 Authorization: Bearer 令牌；"
    "权限与建立它的人相同，单位的令牌只看得到本单位的。"
)


def create_app(hall: Hall) -> FastAPI:
    """The console and its API for `hall`."""
    app = FastAPI(
        title="栏目巡查", version="1", docs_url=None, redoc_url=None, openapi_url="/api/openapi.json",
        description=ABOUT,
    )  # fmt: skip
    app.state.hall = hall
    app.state.metrics = metrics = Metrics(hall)
    app.state.tries = Tries(hall.settings.tries, hall.settings.tries_minutes)
    app.state.guard = Guard()
    app.router.routes[:0] = routes(editors_of(hall, partial(metrics.checked, "editor")))
    for router in ROUTERS:
        app.include_router(router, include_in_schema=False)
    if hall.settings.oidc:
        app.state.oidc = Door(hall.settings.oidc, hall.now)
        app.include_router(oidc.router, include_in_schema=False)
    for router in API_ROUTERS:
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    # the last one added stands outermost
    app.add_middleware(Unbroken, answer=_broken)
    app.add_middleware(OwnPages)
    app.add_middleware(Bounded, settings=hall.settings)
    app.add_middleware(Named, settings=hall.settings)
    app.add_middleware(Headed, settings=hall.settings)
    app.add_middleware(Watched, metrics=metrics)
    if hall.settings.proxies:
        trusted = list(hall.settings.proxies)
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=trusted)
    app.exception_handler(SignIn)(_to_the_door)
    app.exception_handler(ChangePassword)(_to_ones_password)
    app.exception_handler(BadInput)(_bad_input)
    app.exception_handler(DatabaseTrouble)(_no_database)
    app.exception_handler(RequestValidationError)(_invalid)
    app.exception_handler(HTTPException)(_refused)
    app.openapi = partial(described, app)  # type: ignore[method-assign]
    return app


def _of_api(request: Request) -> bool:
    return of_program(request.url.path)


async def _to_the_door(request: Request, _error: Any) -> Response:
    if _of_api(request):
        return JSONResponse({"error": "请先登录或使用令牌"}, 401, {"WWW-Authenticate": "Bearer"})
    target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    door = "/login" + (f"?next={quote(target)}" if request.method == "GET" else "")
    if is_htmx(request):
        return Response(status_code=401, headers={"HX-Redirect": "/login"})
    return RedirectResponse(door, 303)


async def _to_ones_password(request: Request, _error: Any) -> Response:
    if _of_api(request):
        return JSONResponse({"error": FIRST_PASSWORD}, 403)
    if is_htmx(request):
        return Response(status_code=403, headers={"HX-Redirect": "/me"})
    return RedirectResponse("/me", 303)


async def _bad_input(request: Request, error: Any) -> Response:
    return _told(request, 400, error.lines)


async def _no_database(request: Request, error: Any) -> Response:
    """The line names files and servers: it is for who keeps them (`lanmu accounts list` says it), not for all."""
    LOG.error("database", extra={"told": {"error": type(error).__name__}})
    return _told(request, 503, (NO_DATABASE,), {"Retry-After": "10"})


async def _invalid(request: Request, error: Any) -> Response:
    names = "、".join(dict.fromkeys(str(one["loc"][-1])[:40] for one in error.errors()[:5]))
    return _told(request, 422, (f"请求的内容不对：{names}",))


async def _refused(request: Request, error: Any) -> Response:
    said = (
        error.detail if not str(error.detail).isascii() else SAID.get(error.status_code, "无法完成")
    )
    return _told(request, error.status_code, (said,), error.headers)


async def _broken(request: Request) -> Response:
    """What went wrong is the log's; the person is told that it is not theirs."""
    return _told(request, 500, (BROKEN,))


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
