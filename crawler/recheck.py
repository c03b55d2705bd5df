"""Judges everything stored again, without crawling, after a list changed.

The lists that articles were judged with are known (store/list_sets.py): only what changed since is looked for,
in parallel over the cores. Everything is judged whole where more than lists changed: the program's
rules, the site's decisions, units and roster; and what was judged with lists that nobody saved.
"""

import bisect
import multiprocessing
import os
from array import array
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from checks.grounds import grounds
from checks.list_change import changed, looked_for
from checks.model import BadInput, Site
from checks.rules.text import personal_data
from checks.wordlist import Wordlist, lists_hash
from crawler import clock
from crawler.judge import wordlists_of
from crawler.rejudge import RULES, Looked, Range, Rejudge, Task, begin, look
from store.archive import id_range, listed_anew, move_on, refold, save_rejudged, with_findings
from store.database import Connection, Engine, open_database, reading, writing
from store.exceptions import with_excuses
from store.list_sets import ListSet, list_sets, save_list_set
from store.rechecks import (
    By,
    Run,
    begin_recheck,
    finish_recheck,
    last_finished,
    reach,
    unfinished_lists,
)

#: Looks for what changed; for every string of every list; or judges everything whole.
Depth = Literal["change", "lists", "whole"]
Progress = Callable[[int, int], None]
#: Ids a range spans: what is lost when a re-check is killed, and what is in memory at once, a process.
STEP = 2000
#: Articles to save, or ranges looked through, that make a transaction worth it.
SAVED, MOST_RANGES = 200, 20
#: An archive no larger is judged in this process: starting others takes longer.
SMALL = 2000
#: Stored text has personal numbers masked: what was found of them is judged only when a page is read.
UNJUDGED = frozenset({personal_data.RULE.id})
#: A night may go on with the lists it began with for so long.
LONGEST_NIGHT = timedelta(days=2)
#: Between the instant a reading is saved under and the end of its transaction.
SAVING = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Recheck:
    """What a re-check came to: articles searched, those looked at closely, findings opened and closed."""

    articles: int
    judged: int
    opened: int
    closed: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done: by what, for which articles in any case (ascending ids)."""

    task: Task
    by_lists: Sequence[int]
    whole: Sequence[int]
    first: int
    last: int

    def ranges(self) -> Iterator[Range]:
        for first in range(self.first, self.last, STEP):
            last = min(first + STEP, self.last)
            yield Range(
                first, last, _between(self.by_lists, first, last), _between(self.whole, first, last)
            )


def recheck_site(
    site: Site,
    db_url: str,
    *,
    day: date,
    depth: Depth = "change",
    workers: int | None = None,
    progress: Progress | None = None,
) -> Recheck:
    """Bring every stored article's findings to the lists now in force. `workers`: processes (None: one a core).

    One that was cut short is gone on with. `progress` is told how many ids of how many are done.

    Raises:
        BadInput: the database or a list cannot be used.
    """
    lists, now = wordlists_of(site), clock.now()
    with closing(_Database(db_url)) as database:
        engine = database.engine
        with reading(engine) as view:
            site = with_excuses(view, site, day)
        ground = grounds(site)
        by = By(lists_hash(lists), ground, day, depth)
        with writing(engine) as connection:
            save_list_set(connection, site.id, lists, ground)
            run = begin_recheck(connection, site.id, by, now=now)
        with reading(engine) as view:
            plan = _plan(view, site, db_url, lists, run)
        done = Recheck(0, 0, 0, 0)
        for some in _some(_looked(plan, workers)):
            done = _saved(engine, site, run, some, done)
            if progress:
                progress(some[-1].range.last - plan.first, plan.last - plan.first)
        with writing(engine) as connection:
            move_on(connection, site.id, by.lists_hash, sorted(UNJUDGED))
            finish_recheck(connection, run, now=clock.now())
    return done


class _Database:
    """An opened database that is let go at the end."""

    def __init__(self, url: str) -> None:
        self.engine = open_database(url)

    def close(self) -> None:
        self.engine.dispose()


def _plan(view: Connection, site: Site, db_url: str, lists: tuple[Wordlist, ...], run: Run) -> Plan:
    by, last = run.by, last_finished(view, site.id)
    since = last.started - LONGEST_NIGHT if last else None
    named = unfinished_lists(view, site.id, last) | ({last.by.lists_hash} if last else set())
    used = list_sets(view, site.id, since, named)
    shaken = {one.lists_hash for one in used if one.grounds != by.grounds}
    known = {one.lists_hash for one in used} - shaken
    same_day = set()
    if last and last.by.grounds == by.grounds:
        known.add("")
        if last.by.day == by.day:
            same_day.add("")
    if by.depth == "whole":
        known.clear()
    ids = {one.id for some in (lists, *(one.wordlists for one in used)) for one in some}
    task = Task(
        db_url, site, lists, by.day, _strings(used, lists, by), frozenset(known), frozenset(same_day),
        last.started - SAVING if last else None, apart=not ids & RULES,
    )  # fmt: skip
    by_lists = with_findings(view, site.id, sorted(RULES)) if by.depth == "lists" else ()
    whole: Iterator[int] = iter(())
    in_columns = any(one.scope == "column" for one in site.excuses)
    if in_columns or any(switch.columns for switch in site.switches):
        anew = last.started.date() - timedelta(days=1) if last else None
        whole = listed_anew(view, site.id, anew)
    first, end = id_range(view, site.id)
    return Plan(task, array("q", by_lists), array("q", whole), max(first, run.reached + 1), end)


def _strings(used: Sequence[ListSet], lists: Sequence[Wordlist], by: By) -> frozenset[str]:
    now = looked_for(lists)
    if by.depth != "change":
        return frozenset(now)
    before = {
        one.lists_hash: one.wordlists
        for one in used
        if one.grounds == by.grounds and one.lists_hash != by.lists_hash
    }
    return frozenset[str]().union(*(changed(looked_for(one), now) for one in before.values()))


def _between(ids: Sequence[int], first: int, last: int) -> Sequence[int]:
    return ids[bisect.bisect_left(ids, first) : bisect.bisect_left(ids, last)]


def _looked(plan: Plan, workers: int | None) -> Iterator[Looked]:
    """Every range looked through, in order; no more of them in memory than twice the processes."""
    many = workers if workers is not None else os.cpu_count() or 1
    if many <= 1 or plan.last - plan.first <= SMALL:
        with closing(Rejudge(plan.task)) as rejudge:
            yield from map(rejudge.look, plan.ranges())
        return
    with ProcessPoolExecutor(
        many, multiprocessing.get_context("spawn"), initializer=begin, initargs=(plan.task,)
    ) as pool:
        waiting: deque[Future[Looked]] = deque()
        try:
            for span in plan.ranges():
                waiting.append(pool.submit(look, span))
                if len(waiting) >= 2 * many:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool:
            raise BadInput(
                "重新检查的一个进程被系统终止（可能内存不足）；再运行一次会从中断处继续"
            ) from None
        finally:
            for future in waiting:
                future.cancel()


def _some(looked: Iterator[Looked]) -> Iterator[list[Looked]]:
    """Ranges that are saved in one transaction: so many that it has something to save."""
    some: list[Looked] = []
    for one in looked:
        some.append(one)
        if sum(len(each.judged) + len(each.refolded) for each in some) >= SAVED or len(some) >= MOST_RANGES:  # fmt: skip
            yield some
            some = []
    if some:
        yield some


def _saved(engine: Engine, site: Site, run: Run, some: Sequence[Looked], done: Recheck) -> Recheck:
    """Ranges saved: their findings and how far the re-check came, or nothing of it."""
    judged = [one for each in some for one in each.judged]
    opened = closed = 0
    with writing(engine) as connection:
        if judged:
            opened, closed = save_rejudged(
                connection,
                site.id,
                judged,
                now=clock.now(),
                lists_hash=run.by.lists_hash,
                unjudged=UNJUDGED,
                rules=RULES,
                day=run.by.day,
                older_too=run.by.depth != "change",
            )
        for each in some:
            refold(connection, each.refolded)
        reach(connection, run, some[-1].range.last - 1)
    return Recheck(
        done.articles + sum(each.scanned for each in some),
        done.judged + sum(each.closely for each in some),
        done.opened + opened,
        done.closed + closed,
    )
