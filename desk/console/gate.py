"""What stands before every route: the address asked for, whose page asks, how much is sent and how slowly.

Plain ASGI: a stream of a room's own is not held up. A refusal is a Chinese line, as a page where a person asks.
"""

import re
from collections.abc import Awaitable, Callable, MutableMapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import anyio
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from desk.console.settings import Settings

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

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
A_YEAR = "max-age=31536000"
#: The editors' server: add-ons on other sites' pages ask it, and no cookie lets anybody in there.
EDITORS = re.compile(r"/{1,2}v2(/.*)?|/(check|languages)/?", re.DOTALL)
SAFE = ("GET", "HEAD", "OPTIONS")
OTHER_PAGE = "这个请求来自别的网站，没有执行"
TOO_LARGE = "内容太大，超过上限"


class Headed:
    """Puts `HEADERS` on every answer that says nothing else itself."""

    def __init__(self, app: App, settings: Settings) -> None:
        self._app = app
        self._more = HEADERS | ({"Strict-Transport-Security": A_YEAR} if settings.https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def headed(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                kept = scope["path"].startswith("/static/") and message["status"] == 200
                more = self._more | ({"Cache-Control": KEPT} if kept else {})
                said = list(message.get("headers", ()))
                there = {name.lower() for name, _ in said}
                said += [
                    (name.lower().encode(), value.encode())
                    for name, value in more.items()
                    if name.lower().encode() not in there
                ]
                message = {**message, "headers": said}
            await send(message)

        await self._app(scope, receive, headed if scope["type"] == "http" else send)


class Named:
    """Answers only where the desk was asked by a name of its own: another's name may lead here (DNS rebinding)."""

    def __init__(self, app: App, settings: Settings) -> None:
        self._app = app
        self._names = {"localhost", *settings.names}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self._is_ours(Headers(scope=scope).getlist("host")):
            said = "这个网址不是本系统的；请管理员在设置文件的 names 里写上网站名"
            await _said(scope, 400, said)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _is_ours(self, hosts: list[str]) -> bool:
        if len(hosts) != 1:
            return False
        try:
            host = urlsplit(f"//{hosts[0]}").hostname or ""
        except ValueError:
            return False
        return host.rstrip(".") in self._names or _is_number(host)


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


class OwnPages:
    """Refuses what another site's page would change here, by what the browser says of it.

    A browser says so by Sec-Fetch-Site, Origin or Referer; over plain http often by the latter two alone. A
    request that says nothing passes here: what it may do without the page's own token is desk.console.seat's.
    """

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        guarded = scope["type"] == "http" and scope["method"] not in SAFE
        if guarded and not EDITORS.fullmatch(scope["path"]) and told_origin(scope) is False:
            await _said(scope, 403, OTHER_PAGE)(scope, receive, send)
            return
        await self._app(scope, receive, send)


def told_origin(scope: Scope) -> bool | None:
    """Whether the request says that a page of ours sent it; None: it says nothing."""
    headers = Headers(scope=scope)
    told = [one.lower() for one in headers.getlist("sec-fetch-site")]
    if told and any(one not in ("same-origin", "none") for one in told):
        return False
    host = headers.get("host", "").lower()
    pages = headers.getlist("origin") or headers.getlist("referer")
    if pages:
        return all(_authority(one) == host for one in pages)
    return True if told else None


def _authority(page: str) -> str:
    """The host and port of an address, as a Host header says them; "" where it is none."""
    try:
        return urlsplit(page).netloc.lower()
    except ValueError:
        return ""


class Bounded:
    """Bounds what is sent: in bytes, also where no length was told, and in time."""

    def __init__(self, app: App, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        files = headers.get("content-type", "").lower().startswith("multipart/form-data")
        most = self._settings.upload_bytes if files else self._settings.most_bytes
        length = headers.get("content-length", "0")
        if length.isascii() and length.isdigit() and int(length[:20]) > most:
            answer = _said(scope, 413, TOO_LARGE)
            answer.headers["Connection"] = "close"
            await answer(scope, receive, send)
            return
        await self._app(scope, _measured(receive, most, self._settings), send)


def _measured(receive: Receive, most: int, settings: Settings) -> Receive:
    """`receive` until the body is whole; then whatever comes (that the client has gone) may take its time."""
    size, whole, until = 0, False, 0.0

    async def measured() -> MutableMapping[str, Any]:
        nonlocal size, whole, until
        if whole:
            return await receive()
        until = until or anyio.current_time() + settings.body_seconds
        seconds = min(settings.pause_seconds, max(until - anyio.current_time(), 0))
        try:
            with anyio.fail_after(seconds):
                message = await receive()
        except TimeoutError:
            whole = True
            raise HTTPException(
                408, "内容没有及时传完，请检查网络后重试", {"Connection": "close"}
            ) from None
        if message["type"] != "http.request":
            whole = True
            return message
        size += len(message.get("body", b""))
        whole = not message.get("more_body", False)
        if size > most:
            whole = True
            raise HTTPException(413, TOO_LARGE, {"Connection": "close"})
        return message

    return measured


def of_program(path: str) -> bool:
    """Whether a program asks, which reads JSON."""
    return path.startswith("/api/") or path in ("/health", "/metrics")


def _said(scope: Scope, status: int, line: str) -> Response:
    """A refusal before any room was entered: no page, for who asks is not known."""
    if of_program(scope["path"]):
        return JSONResponse({"error": line}, status)
    return PlainTextResponse(line, status)


def client_of(request: Request) -> str:
    """The address a client asks from; "" where the server does not say."""
    return request.client.host if request.client else ""
