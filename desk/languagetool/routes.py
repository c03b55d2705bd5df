"""LanguageTool's paths, as an application mounts them at its root, and what each answers.

Clients disagree about who adds `/v2`, so each path answers under several spellings.
"""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import TypeVar

import anyio
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from checks.checker import Checker
from checks.model import Article, Finding
from crawler import clock
from desk.languagetool.answer import LANGUAGES, answered, is_checked, software, unread, written
from desk.languagetool.catalogue import rules_json
from desk.languagetool.door import Asked, Door, json_answer, text_answer
from desk.languagetool.host import LanguageTool
from desk.languagetool.limits import Allowance
from desk.languagetool.refusal import Refused
from desk.languagetool.request import MOST_CHARACTERS, Fields, check_request, size, words

__all__ = ["LanguageTool", "checked", "languagetool_app", "routes"]

#: Seconds after which a client whose text found no free thread may try again.
WAIT = 2

T = TypeVar("T")


class _Desk:
    """One desk's answers: each method is one path's."""

    def __init__(self, desk: LanguageTool) -> None:
        self.desk = desk
        self._threads = anyio.CapacityLimiter(desk.limits.workers)
        self._allowance = Allowance(desk.limits.per_minute, clock.seconds)

    async def check(self, asked: Asked) -> Response:
        self._allowance.take(asked.client, size(asked.said))
        checker, today = self.desk.checker(), self.desk.today()
        if size(asked.said) <= self.desk.limits.short:
            return json_answer(checked(asked.said, checker, today, self.desk.checked))
        work = partial(checked, asked.said, checker, today, self.desk.checked)
        return json_answer(await self.aside(work))

    async def aside(self, work: Callable[[], T]) -> T:
        """`work` done by a thread of its own, so that short texts need not wait for it.

        Raises:
            Refused: as many wait already as may.
        """
        if self._threads.statistics().tasks_waiting >= self.desk.limits.waiting:
            raise Refused(503, f"正在检查的稿件太多，请{WAIT}秒后再试", wait=WAIT)
        return await anyio.to_thread.run_sync(work, limiter=self._threads)

    async def languages(self, _: Asked) -> Response:
        return json_answer(written(LANGUAGES))

    async def info(self, _: Asked) -> Response:
        return json_answer(written({"software": software(self.desk.checker().lists_hash)}))

    async def maxtextlength(self, _: Asked) -> Response:
        return text_answer(200, str(MOST_CHARACTERS))

    async def configinfo(self, _: Asked) -> Response:
        checker = self.desk.checker()
        said = {
            "software": software(checker.lists_hash),
            "parameter": {"maxTextLength": MOST_CHARACTERS},
            "rules": rules_json(checker.wordlists, checker.titles),
        }
        return json_answer(written(said))

    async def words(self, _: Asked) -> Response:
        """No client has words of its own here."""
        return json_answer(b'{"words":[]}')

    async def add(self, asked: Asked) -> Response:
        given, suggest = words(asked.said), self.desk.suggest
        added = [
            suggest is not None and await anyio.to_thread.run_sync(suggest, word, asked.who)
            for word in given
        ]
        return json_answer(written({"added": all(added)}))

    async def delete(self, asked: Asked) -> Response:
        """What was put forward stays before the list keepers: nothing is deleted."""
        words(asked.said)
        return json_answer(b'{"deleted":false}')


def checked(
    said: Fields,
    checker: Checker,
    today: date,
    hear: Callable[[Sequence[Finding]], None] | None = None,
) -> bytes:
    """The answer to `/v2/check` as JSON; a millisecond and a half for a thousand characters. `hear` hears what was found.

    Raises:
        Refused: as `check_request`.
    """
    request = check_request(said)
    if not is_checked(request):
        return written(unread(checker.lists_hash))
    judgement = checker.judged(Article.draft(request.text.plain), today=today)
    if hear is not None:
        hear(judgement.findings)
    return written(answered(request, judgement, checker.titles, checker.lists_hash))


def routes(desk: LanguageTool) -> list[BaseRoute]:
    """LanguageTool's paths, to be put among an application's routes at its root, before any that take all.

    `/check` and `/languages` answer without `/v2` too.
    """
    answers = _Desk(desk)
    doors = {
        "check": Door(desk, answers.aside, answers.check),
        "languages": Door(desk, answers.aside, answers.languages),
        "info": Door(desk, answers.aside, answers.info),
        "maxtextlength": Door(desk, answers.aside, answers.maxtextlength),
        "configinfo": Door(desk, answers.aside, answers.configinfo),
        "words": Door(desk, answers.aside, answers.words),
        "words/add": Door(desk, answers.aside, answers.add, writes=True),
        "words/delete": Door(desk, answers.aside, answers.delete, writes=True),
    }
    found: list[BaseRoute] = []
    for name, door in doors.items():
        bare = ("",) if name in ("check", "languages") else ()
        for before in ("/v2", "//v2", "/v2/v2", *bare):
            found += [Route(f"{before}/{name}{slash}", door) for slash in ("", "/")]
    nowhere = Door(desk, answers.aside, _nowhere)
    return [*found, *(Route(f"{one}/{{rest:path}}", nowhere) for one in ("/v2", "//v2"))]


def languagetool_app(desk: LanguageTool) -> Starlette:
    """The editors' server on its own."""
    return Starlette(routes=routes(desk))


async def _nowhere(_: Asked) -> Response:
    raise Refused(404, "没有这个接口")
