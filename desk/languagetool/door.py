"""How a call comes in: read within bounds, let in or not, answered or refused in one line.

CORS stands on every answer, also on refusals: browser add-ons read neither without it. Nothing of a text, a name
or a key is logged.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol, TypeVar

import anyio
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.requests import Request as Call
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from desk.languagetool.host import LanguageTool
from desk.languagetool.refusal import Refused
from desk.languagetool.request import MOST_BYTES, Fields, asker, fields

CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Max-Age": "86400",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}
#: Bytes of a Chinese character as forms write it.
ESCAPED = 9
#: Bytes read of a body that is too long, before the connection is ended.
MOST_HEARD = 4 * MOST_BYTES
TOO_LONG = f"请求太长；应不超过{MOST_BYTES}字节"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Asked:
    """A call that was let in."""

    said: Fields = field(repr=False)
    who: str = field(repr=False)
    client: str


Answer = Callable[[Asked], Awaitable[Response]]


class Aside(Protocol):
    async def __call__(self, work: Callable[[], T], /) -> T: ...


class Door:
    """A path as an ASGI application: reads, lets in, answers, refuses.

    `aside` does lengthy work in a thread. With `writes` only POST is heard, and not from another site's page.
    """

    def __init__(
        self, desk: LanguageTool, aside: Aside, answer: Answer, *, writes: bool = False
    ) -> None:
        self._desk = desk
        self._aside = aside
        self._answer = answer
        self._methods = ("POST",) if writes else ("GET", "HEAD", "POST")
        self._writes = writes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        call = Call(scope, receive)
        try:
            response = await self._response(call)
        except Refused as refused:
            response = _refusal(refused)
        except HTTPException as outer:  # what stands before the application bounds bodies too
            response = text_answer(outer.status_code, f"Error: {outer.detail}")
            response.headers.update(outer.headers or {})
        except ClientDisconnect:
            return
        except Exception:  # the client reads an answer; the server reports the fault
            await text_answer(500, "Error: 检查程序出错，请告知管理员")(scope, receive, send)
            raise
        await response(scope, receive, send)

    async def _response(self, call: Call) -> Response:
        if call.method == "OPTIONS":
            return _preflight(call.headers)
        if call.method not in self._methods:
            refusal = text_answer(405, f"Error: 这个接口不支持 {call.method[:20]} 方法")
            refusal.headers["Allow"] = ", ".join((*self._methods, "OPTIONS"))
            return refusal
        if self._writes and _from_another_site(call.headers):
            raise Refused(403, "不能从别的网站添加词语")
        query = call.scope.get("query_string", b"")
        call.scope["query_string"] = b""  # a server's access log shows what is left here
        if len(query) > MOST_BYTES:
            raise Refused(413, TOO_LONG)
        body = await _body(call, self._desk.limits.seconds) if call.method == "POST" else b""
        long = len(body) > self._desk.limits.short * ESCAPED
        read = partial(fields, query, body)
        said = await self._aside(read) if long else read()
        return await self._answer(await self._let_in(call, said))

    async def _let_in(self, call: Call, said: Fields) -> Asked:
        client = call.client.host if call.client else ""
        known = asker(said)
        allowed = self._desk.allowed
        if allowed is not None and not await anyio.to_thread.run_sync(
            allowed, known.username, known.key, client
        ):
            raise Refused(403, "用户名或密钥不对；请在编辑器的 LanguageTool 设置里填写")
        return Asked(said, known.username or client, client)


async def _body(call: Call, seconds: float) -> bytes:
    """What is a little too long is read to its end, so that the client hears why it is refused.

    Raises:
        Refused: longer than MOST_BYTES, said or sent; not come within `seconds`.
    """
    declared = call.headers.get("content-length", "")
    chunks: list[bytes] = []
    length = 0
    if declared.isascii() and declared.isdigit() and int(declared[:20]) > MOST_HEARD:
        raise Refused(413, TOO_LONG, cut_off=True)
    try:
        with anyio.fail_after(seconds):
            async for chunk in call.stream():
                length += len(chunk)
                if length <= MOST_BYTES:
                    chunks.append(chunk)
                elif length > MOST_HEARD:
                    raise Refused(413, TOO_LONG, cut_off=True)
    except TimeoutError:
        raise Refused(408, f"请求没有在{seconds:g}秒内收到", cut_off=True) from None
    if length > MOST_BYTES:
        raise Refused(413, TOO_LONG)
    return b"".join(chunks)


def _from_another_site(headers: Headers) -> bool:
    """Whether a page of another website asks; editors and add-ons are no websites."""
    origin = headers.get("origin", "")
    scheme, _, host = origin.partition("://")
    return origin == "null" or (scheme in ("http", "https") and host != headers.get("host", ""))


def _preflight(headers: Headers) -> Response:
    """An add-on on a public page may ask a server on the intranet."""
    private = headers.get("access-control-request-private-network") == "true"
    more = {"Access-Control-Allow-Private-Network": "true"} if private else {}
    return Response(status_code=204, headers=CORS | more)


def json_answer(body: bytes) -> Response:
    return Response(body, media_type="application/json", headers=CORS)


def text_answer(status: int, text: str) -> Response:
    return Response(text, status, headers=CORS, media_type="text/plain")


def _refusal(refused: Refused) -> Response:
    response = text_answer(refused.status, f"Error: {refused}")
    if refused.cut_off:
        response.headers["Connection"] = "close"
    if refused.wait:
        response.headers["Retry-After"] = str(refused.wait)
    return response
