"""Judges a range of the archive again: searches all of it, looks closely only where something may have changed.

Where only lists changed, what the rules on text found stays: an article is first judged by the lists alone.
Only if that takes a finding away, or puts a new one where a rule's finding stands, can the rules'
findings be others than before, and all of it is judged anew.
"""

import gc
import os
import signal
import threading
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import islice
from multiprocessing import parent_process
from multiprocessing.process import BaseProcess

from checks.archive_search import MANY, ArchiveSearch, folding
from checks.checker import MOST, Checker
from checks.model import Finding, Site
from checks.rules.text import TEXT_RULES
from checks.wordlist import Wordlist
from crawler.judge import GC_THRESHOLD
from store.archive import (
    Rejudged,
    Standing,
    Stored,
    TextRow,
    id_range,
    standing,
    stored_by_id,
    texts,
)
from store.database import Connection, open_database, reading
from store.parts import parts_from

RULES = frozenset(rule.RULE.id for rule in TEXT_RULES)
#: Articles held at once.
GROUP = 200
#: Texts that tell what is rare in an archive, and bytes of them.
SAMPLE, MOST_SAMPLED = 1000, 8_000_000
#: Characters of texts given back to be folded anew, a range; what is beyond waits for the next re-check.
MOST_REFOLDED = 8_000_000


@dataclass(frozen=True, slots=True)
class Task:
    """What every range is judged by.

    `strings` are looked for in articles that were judged by one of `known` lists ("": covered by the last
    re-check), the undated ones only where that was by one of `same_day`; all others are judged whole.
    `apart` says that no list has the id of a rule: lists can be judged alone.
    """

    db_url: str
    site: Site
    wordlists: tuple[Wordlist, ...]
    day: date
    strings: frozenset[str]
    known: frozenset[str]
    same_day: frozenset[str]
    covered: datetime | None
    apart: bool = True


@dataclass(frozen=True, slots=True)
class Range:
    """Articles with ids from `first` to `last` (exclusive); of these to be judged by the lists, and whole, in any case."""

    first: int
    last: int
    by_lists: Sequence[int] = ()
    whole: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Looked:
    """A range that was looked through: `judged` are the articles with something to save, of `closely` looked at."""

    range: Range
    scanned: int
    closely: int
    judged: tuple[Rejudged, ...]
    refolded: tuple[Stored, ...]


class Rejudge:
    """Judges ranges of one database."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._engine = open_database(task.db_url)
        self._search = ArchiveSearch(
            task.strings, self._sample() if len(task.strings) > MANY else ()
        )

    def _sample(self) -> list[bytes]:
        """Some texts of the archive."""
        task, found, size = self._task, list[bytes](), 0
        with reading(self._engine) as view:
            first, last = id_range(view, task.site.id)
            last = min(last, first + SAMPLE)
            given = texts(view, task.site.id, first, last, folding=folding(), covered=task.covered)
            for batch in given:
                found += [row[4] for row in batch]
                size += sum(len(row[4]) for row in batch)
                if size >= MOST_SAMPLED:
                    break
        return found

    @cached_property
    def _checker(self) -> Checker:
        return Checker(self._task.wordlists, self._task.site)

    @cached_property
    def _lists(self) -> Checker:
        return Checker(self._task.wordlists, self._task.site, rules=())

    def close(self) -> None:
        self._engine.dispose()

    def look(self, span: Range) -> Looked:
        task, scanned = self._task, 0
        whole, chosen, unfolded = set(span.whole), set(span.by_lists), set[int]()
        with reading(self._engine) as view:
            for batch in texts(
                view, task.site.id, span.first, span.last, folding=folding(), covered=task.covered
            ):
                scanned += len(batch)
                self._sort(batch, whole, chosen, unfolded)
            judged: list[Rejudged] = []
            refolded: list[Stored] = []
            room = MOST_REFOLDED
            for group in _groups(view, task.site.id, sorted(whole | chosen | unfolded)):
                for one in group:
                    if one.id in unfolded and room > 0:
                        refolded.append(one)
                        room -= sum(len(part.text) for part in one.article.parts)
                closely = [one for one in group if one.id in whole or one.id in chosen]
                judged += self._judged(view, closely, whole)
        return Looked(span, scanned, len(whole | chosen), tuple(judged), tuple(refolded))

    def _sort(
        self, batch: Sequence[TextRow], whole: set[int], chosen: set[int], unfolded: set[int]
    ) -> None:
        known, same_day = self._task.known, self._task.same_day
        search, holds = self._search, self._search.holds
        for id, judged, undated, folded, raw in batch:
            if judged not in known or (undated and judged not in same_day):
                whole.add(id)
            elif folded:
                if holds(raw):
                    chosen.add(id)
            elif search.in_texts(part.text for part in parts_from(raw.decode())):
                chosen.add(id)
            if not folded:
                unfolded.add(id)

    def _judged(
        self, view: Connection, group: Sequence[Stored], whole: Collection[int]
    ) -> Iterator[Rejudged]:
        by_lists = [one.article.url for one in group if one.id not in whole]
        stood = standing(view, self._task.site.id, by_lists)
        for one in group:
            article = one.article
            if one.id not in whole and self._task.apart:
                alone = self._lists.judged(article, today=self._task.day)
                had = stood.get(article.url, [])
                if not alone.unchecked and leaves_rules(alone.findings, had):
                    if not _same(alone.findings, had):
                        yield Rejudged(article.url, one.text_hash, alone.findings, whole=False)
                    continue
            found = self._checker.article(article, today=self._task.day)
            yield Rejudged(article.url, one.text_hash, found, whole=True)


def _groups(view: Connection, site: str, ids: Sequence[int]) -> Iterator[list[Stored]]:
    stored = stored_by_id(view, site, ids)
    while group := list(islice(stored, GROUP)):
        yield group


def leaves_rules(found: Sequence[Finding], had: Sequence[Standing]) -> bool:
    """Whether the rules' findings on a text stay, its lists finding `found` where all in all it `had` these.

    Of findings that overlap the weightiest is told. So those that were told stay told as long as none of them
    goes, and what is new stands apart from them: what they hid they still hide.
    """
    if len(found) + len(had) >= MOST:
        return False
    now = {(one.part, one.span.start, one.span.end, int(one.severity)) for one in found}
    before = {_place(one) for one in had if one.rule not in RULES}
    rules = [one for one in had if one.rule in RULES]
    return before <= now and not any(
        part == one.part and start < one.end and one.start < end
        for part, start, end, _ in now - before
        for one in rules
    )


def _place(one: Standing) -> tuple[int, int, int, int]:
    return one.part, one.start, one.end, one.severity


def _same(found: Sequence[Finding], had: Sequence[Standing]) -> bool:
    """Whether the lists find what they found, and say the same of it."""
    now = {
        (
            one.fingerprint,
            one.rule,
            one.part,
            one.span.start,
            one.span.end,
            int(one.severity),
            one.suggestion,
            one.message,
            one.source,
        )
        for one in found
    }
    return now == {
        (one.fingerprint, one.rule, *_place(one), *one.said) for one in had if one.rule not in RULES
    }


# -- in a process of its own ------------------------------------------------------------------------

_rejudges: list[Rejudge] = []


def begin(task: Task) -> None:
    """Make this process judge by `task`; it ends with the one that started it, even if that was killed."""
    gc.set_threshold(GC_THRESHOLD)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the re-check, which ends this
    if (parent := parent_process()) is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    _rejudges.append(Rejudge(task))


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


def look(span: Range) -> Looked:
    return _rejudges[0].look(span)
