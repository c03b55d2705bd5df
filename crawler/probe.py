"""Measures availability: one run opens the home page and the site file's other addresses, once each.

A page is open when it answered below 400 and its last byte was read within the seconds the site file allows (15),
redirects and a second try past a bad certificate included. Nothing is tried again: one failure is one failure,
and what counts is decided where the week is judged (checks/rules/site/unavailable.py). A bad certificate does not
keep a visitor from the page but warns him: it is noted, and judged once a night (crawler/reach.py).
"""

import asyncio
import ssl
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus

import aiohttp
from aiohttp.abc import AbstractResolver

from checks.model import Site
from checks.rules.site.reach_rules import Judged, judge_availability
from checks.rules.site.unavailable import WEEK, Week, weeks
from checks.watch import ProbeSeen
from crawler import clock
from crawler.bench import MALFORMED
from crawler.charset import read_page
from crawler.guard import BLOCKED
from crawler.guesses import page_title
from crawler.page import PageError
from crawler.refusal import refuse_no_page
from crawler.single import Answer, Caller, caller_of, get, robots_allow
from crawler.text import block_text
from store.database import open_database, reading, writing
from store.probes import probes_between, save_probes

#: A challenge is a short page; a longer one is not looked at.
CHALLENGE_BYTES = 256 * 1024
#: Failures that a cut line of our own looks like: only then is the control host asked.
_LINE = frozenset(("dns", "refused", "timeout", "tls"))


@dataclass(frozen=True, slots=True)
class Sight:
    """What came of opening one address: open or not, why (or what was noted), seconds."""

    opened: bool
    why: str
    seconds: float


async def probe(
    site: Site, *, at: datetime, resolver: AbstractResolver | None = None
) -> tuple[ProbeSeen, ...]:
    """One run, begun at `at`: the home page and each target, a polite delay apart."""
    caller = replace(caller_of(site, resolver=resolver), seconds=site.probe.seconds)
    sights: dict[str, Sight] = {}
    for target in dict.fromkeys((site.home, *site.probe.targets)):
        if sights:
            await asyncio.sleep(site.delay)
        if await robots_allow(target, caller):
            sights[target] = await sight(target, caller)
        else:
            sights[target] = Sight(opened=False, why="robots 网站robots.txt不允许访问", seconds=0.0)
    control = await _control(site, sights.values(), resolver)
    return tuple(
        ProbeSeen(at, target, one.opened, one.why, one.seconds, control if _doubtful(one) else None)
        for target, one in sights.items()
    )


async def sight(url: str, caller: Caller) -> Sight:
    """Open `url` as a visitor would, timed to the last byte."""
    began = time.monotonic()
    try:
        answer, noted = await _opened(url, caller, began)
        seconds = time.monotonic() - began
        refuse_failure(answer)
    except PageError as error:
        late = f"timeout 超过{caller.seconds:g}秒未打开"
        why = late if error.reason == "timeout" else error.why
        return Sight(opened=False, why=why, seconds=time.monotonic() - began)
    return Sight(opened=True, why=noted, seconds=seconds)


async def _opened(url: str, caller: Caller, began: float) -> tuple[Answer, str]:
    """The answer, and what a visitor is warned of on the way ("" for nothing)."""
    try:
        return await get(url, replace(caller, context=ssl.create_default_context())), ""
    except PageError as error:
        if error.reason != "tls":
            raise
        bad = isinstance(error.__cause__, aiohttp.ClientConnectorCertificateError)
    left = caller.seconds - (time.monotonic() - began)
    answer = await get(url, replace(caller, seconds=max(left, 0.0)))
    return answer, "tls 安全证书有误" if bad else "tls 加密协议过旧"


def refuse_failure(answer: Answer) -> None:
    """Raises PageError: the answer is no open page (blocked, http-NNN, soft-404)."""
    error = _no_page(answer)
    if answer.status in BLOCKED or (error and error.reason == "blocked"):
        raise PageError("blocked", f"网站防护拒绝了访问(HTTP {answer.status})")
    if answer.status >= HTTPStatus.BAD_REQUEST:
        raise PageError(f"http-{answer.status}", "网站返回错误状态")
    if error:
        raise error


def _no_page(answer: Answer) -> PageError | None:
    """Why a short HTML answer is no page of the site, None where it is one."""
    kind = answer.headers.get("content-type", "")
    if len(answer.body) > CHALLENGE_BYTES or (kind and "html" not in kind.lower()):
        return None
    try:
        page = read_page(answer.url, answer.body, kind)
        refuse_no_page(page, block_text(page.tree), page_title(page.tree))
    except PageError as error:
        return error if error.reason in ("blocked", "soft-404") else None
    except MALFORMED:  # a browser shows it all the same
        return None
    return None


def _doubtful(one: Sight) -> bool:
    return not one.opened and one.why.partition(" ")[0] in _LINE


async def _control(
    site: Site, sights: Iterable[Sight], resolver: AbstractResolver | None
) -> bool | None:
    """Whether the control host answers now, whatever it says; None where it is not asked."""
    if not site.probe.control or not any(map(_doubtful, sights)):
        return None
    caller = caller_of(site, site.probe.control, resolver=resolver)
    try:
        await get(site.probe.control, replace(caller, seconds=site.probe.seconds), follow=0)
    except PageError:
        return False
    return True


def probe_runs(
    site: Site, db_url: str, *, times: int = 1, every: float = 0.0
) -> Iterator[tuple[ProbeSeen, ...]]:
    """`times` runs, their beginnings `every` seconds apart, each saved before it is given back.

    Raises:
        BadInput: the database cannot be used.
    """
    engine = open_database(db_url)
    try:
        for number in range(times):
            at = clock.now()
            seen = asyncio.run(probe(site, at=at))
            with writing(engine) as connection:
                save_probes(connection, site.id, seen)
            yield seen
            if number + 1 < times:
                time.sleep(max(every - (clock.now() - at).total_seconds(), site.delay))
    finally:
        engine.dispose()


def week_of(site: Site, db_url: str, now: datetime) -> tuple[tuple[Week, ...], Judged]:
    """The stored probes of the week up to `now`: by target, and judged.

    Raises:
        BadInput: the database cannot be used.
    """
    engine = open_database(db_url)
    try:
        with reading(engine) as connection:
            seen = probes_between(connection, site.id, now - WEEK, now)
    finally:
        engine.dispose()
    return weeks(seen, site, now), judge_availability(seen, site, now)
