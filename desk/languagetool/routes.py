"""LanguageTool's paths, as an application mounts them at its root, and the one handler behind each.

Clients disagree about who adds `/v2`, so each path answers under several spellings. CORS stands on every
answer, also on refusals: browser add-ons read neither without it. Nothing of a text, a name or a key is logged.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import TypeVar

import anyio
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.requests import Request as Call
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from checks.checker import Checker
from checks.model import Article
from crawler import clock
from desk.languagetool.answer import LANGUAGES, answered, is_checked, software, unread, written
from desk.languagetool.catalogue import rules_json
from desk.languagetool.limits import Allowance, Limits
from desk.languagetool.refusal import Refused
from desk.languagetool.request import (
    MOST_BYTES,
    MOST_CHARACTERS,
    Fields,
    asker,
    check_request,
    fields,
    size,
    words,
)

CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Max-Age": "86400",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}
#: Seconds after which a client whose text found no free thread may try again.
WAIT = 2
#: Bytes of a Chinese character as forms write it.
ESCAPED = 9
#: Bytes read of a body that is too long, before the connection is ended.
MOST_HEARD = 4 * MOST_BYTES
TOO_LONG = f"请求太长；应不超过{MOST_BYTES}字节"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class LanguageTool:
    """What the host gives: the checker in force, today, and whom to let in.

    `allowed(username, key, client host)` says whether a client may ask; without it everyone may. `suggest(word,
    who)` puts a word before the list keepers and says whether it did: no list changes by itself. Both are called
    in a worker thread and may wait; `checker` and `today` are called for every text and must answer at once.
    """

    checker: Callable[[], Checker]
    today: Callable[[], date]
    allowed: Callable[[str, str, str], bool] | None = None
    suggest: Callable[[str, str], bool] | None = None
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A call that was let in."""

    said: Fields
    who: str
    client: str


Answer = Callable[[_Asked], Awaitable[Response]]


class _Desk:
    """One desk's answers: each method is one path's."""

    def __init__(self, desk: LanguageTool) -> None:
        self.desk = desk
        self._threads = anyio.CapacityLimiter(desk.limits.workers)
        self._allowance = Allowance(desk.limits.per_minute, clock.seconds)

    async def check(self, asked: _Asked) -> Response:
        self._allowance.take(asked.client, size(asked.said))
        checker, today = self.desk.checker(), self.desk.today()
        if size(asked.said) <= self.desk.limits.short:
            return _json(checked(asked.said, checker, today))
        return _json(await self.aside(partial(checked, asked.said, checker, today)))

    async def aside(self, work: Callable[[], T]) -> T:
        """`work` done by a thread of its own, so that short texts need not wait for it.

        Raises:
            Refused: as many wait already as may.
        """
        if self._threads.statistics().tasks_waiting >= self.desk.limits.waiting:
            raise Refused(503, f"正在检查的稿件太多，请{WAIT}秒后再试", wait=WAIT)
        return await anyio.to_thread.run_sync(work, limiter=self._threads)

    async def languages(self, _: _Asked) -> Response:
        return _json(written(LANGUAGES))

    async def info(self, _: _Asked) -> Response:
        return _json(written({"software": software(self.desk.checker().lists_hash)}))

    async def maxtextlength(self, _: _Asked) -> Response:
        return _plain(200, str(MOST_CHARACTERS))

    async def configinfo(self, _: _Asked) -> Response:
        checker = self.desk.checker()
        said = {
            "software": software(checker.lists_hash),
            "parameter": {"maxTextLength": MOST_CHARACTERS},
            "rules": rules_json(checker.wordlists, checker.titles),
        }
        return _json(written(said))

    async def words(self, _: _Asked) -> Response:
        """No client has words of its own here."""
        return _json(b'{"words":[]}')

    async def add(self, asked: _Asked) -> Response:
        given, suggest = words(asked.said), self.desk.suggest
        added = [
            suggest is not None and await anyio.to_thread.run_sync(suggest, word, asked.who)
            for word in given
        ]
        return _json(written({"added": all(added)}))

    async def delete(self, asked: _Asked) -> Response:
        """What was put forward stays before the list keepers: nothing is deleted."""
        words(asked.said)
        return _json(b'{"deleted":false}')


def checked(said: Fields, checker: Checker, today: date) -> bytes:
    """The answer to `/v2/check` as JSON. Pure; a millisecond and a half for a thousand characters.

    Raises:
        Refused: as `check_request`.
    """
    request = check_request(said)
    if not is_checked(request):
        return written(unread(checker.lists_hash))
    judgement = checker.judged(Article.draft(request.text.plain), today=today)
    return written(answered(request, judgement, checker.titles, checker.lists_hash))


class _Door:
    """A path as an ASGI application: lets in, reads, answers, refuses."""

    def __init__(self, within: _Desk, answer: Answer, *, writes: bool = False) -> None:
        self._within = within
        self._desk = within.desk
        self._answer = answer
        self._methods = ("POST",) if writes else ("GET", "HEAD", "POST")
        self._writes = writes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        call = Call(scope, receive)
        try:
            response = await self._response(call)
        except Refused as refused:
            response = _refusal(refused)
        except ClientDisconnect:
            return
        except Exception:  # the client reads an answer; the server reports the fault
            await _plain(500, "Error: 检查程序出错，请告知管理员")(scope, receive, send)
            raise
        await response(scope, receive, send)

    async def _response(self, call: Call) -> Response:
        if call.method == "OPTIONS":
            return _preflight(call.headers)
        if call.method not in self._methods:
            refusal = _plain(405, f"Error: 这个接口不支持 {call.method[:20]} 方法")
            refusal.headers["Allow"] = ", ".join((*self._methods, "OPTIONS"))
            return refusal
        if self._writes and _from_another_site(call.headers):
            raise Refused(403, "不能从别的网站添加词语")
        query = call.scope.get("query_string", b"")
        if len(query) > MOST_BYTES:
            raise Refused(413, TOO_LONG)
        body = await _body(call, self._desk.limits.seconds) if call.method == "POST" else b""
        long = len(body) > self._desk.limits.short * ESCAPED
        said = (
            await self._within.aside(partial(fields, query, body)) if long else fields(query, body)
        )
        return await self._answer(await self._let_in(call, said))

    async def _let_in(self, call: Call, said: Fields) -> _Asked:
        client = call.client.host if call.client else ""
        known = asker(said)
        allowed = self._desk.allowed
        if allowed is not None and not await anyio.to_thread.run_sync(
            allowed, known.username, known.key, client
        ):
            raise Refused(403, "用户名或密钥不对；请在编辑器的 LanguageTool 设置里填写")
        return _Asked(said, known.username or client, client)


def routes(desk: LanguageTool) -> list[BaseRoute]:
    """LanguageTool's paths, to be put among an application's routes at its root, before any that take all.

    `/check` and `/languages` answer without `/v2` too.
    """
    answers = _Desk(desk)
    doors = {
        "check": _Door(answers, answers.check),
        "languages": _Door(answers, answers.languages),
        "info": _Door(answers, answers.info),
        "maxtextlength": _Door(answers, answers.maxtextlength),
        "configinfo": _Door(answers, answers.configinfo),
        "words": _Door(answers, answers.words),
        "words/add": _Door(answers, answers.add, writes=True),
        "words/delete": _Door(answers, answers.delete, writes=True),
    }
    found: list[BaseRoute] = []
    for name, door in doors.items():
        bare = ("",) if name in ("check", "languages") else ()
        for before in ("/v2", "//v2", "/v2/v2", *bare):
            found += [Route(f"{before}/{name}{slash}", door) for slash in ("", "/")]
    nowhere = _Door(answers, _nowhere)
    return [*found, *(Route(f"{one}/{{rest:path}}", nowhere) for one in ("/v2", "//v2"))]


def languagetool_app(desk: LanguageTool) -> Starlette:
    """The editors' server on its own."""
    return Starlette(routes=routes(desk))


async def _nowhere(_: _Asked) -> Response:
    raise Refused(404, "没有这个接口")


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


def _json(body: bytes) -> Response:
    return Response(body, media_type="application/json", headers=CORS)


def _plain(status: int, text: str) -> Response:
    return Response(text, status, headers=CORS, media_type="text/plain")


def _refusal(refused: Refused) -> Response:
    response = _plain(refused.status, f"Error: {refused}")
    if refused.cut_off:
        response.headers["Connection"] = "close"
    if refused.wait:
        response.headers["Retry-After"] = str(refused.wait)
    return response
