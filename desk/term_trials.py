"""A proposed term tried on the archive while the desk goes on: how often it fires, with samples, within bounds.

Texts are searched as they are stored (checks/archive_search.py), so that only those that may hold the term are taken
apart. One run a proposal at a time; a thread of its own, which ends by itself.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from checks.archive_search import ArchiveSearch, folding
from checks.model import Article, BadInput, Site
from checks.privacy import masked
from checks.term_change import term_of, with_exception
from checks.term_trial import Trials, tried
from checks.terms import spellings
from checks.wordlist import Wordlist
from crawler import clock
from store.archive import id_range, stored_by_id, texts
from store.database import Connection, Engine, reading, writing
from store.parts import parts_from
from store.term_proposals import Proposal, note_tried

#: Seconds a run may take; articles looked at closely; ids read at once; runs at once.
SECONDS, MOST_CLOSELY, RANGE, MOST_AT_ONCE = 60.0, 2000, 5000, 2


@dataclass(slots=True)
class Trial:
    """How far a run is: articles seen of `total`, whether it is over, why it failed ("" where it did not)."""

    total: int = 0
    seen: int = 0
    done: bool = False
    failed: str = ""


@dataclass(slots=True)
class TermTrials:
    """The runs of one desk, by site and proposal. They change here and nowhere else."""

    running: dict[tuple[str, int], Trial] = field(default_factory=dict)
    lock: Any = field(default_factory=threading.Lock)

    def state(self, site_id: str, number: int) -> Trial | None:
        """How far the last run of a proposal is; None: none was since the desk was opened."""
        return self.running.get((site_id, number))

    def start(
        self, engine: Engine, site: Site, wanted: Proposal, wordlist: Wordlist, *, seconds: float = SECONDS
    ) -> Trial:  # fmt: skip
        """Begin a run, or give back the one under way.

        Raises:
            BadInput: too many run at once.
        """
        key = (site.id, wanted.id)
        with self.lock:
            under_way = self.running.get(key)
            if under_way is not None and not under_way.done:
                return under_way
            if sum(not one.done for one in self.running.values()) >= MOST_AT_ONCE:
                raise BadInput(f"正有{MOST_AT_ONCE}项在试用，请稍后再试")
            trial = self.running[key] = Trial()
        work = threading.Thread(
            target=_run, args=(trial, engine, site, wanted, wordlist, seconds), daemon=True
        )
        work.start()
        return trial


def _run(
    trial: Trial, engine: Engine, site: Site, wanted: Proposal, wordlist: Wordlist, seconds: float
) -> None:
    """Try it and note what was found; what fails is told with the proposal."""
    until = clock.seconds() + seconds
    failed = "试用没有做完，请再试一次"
    try:
        with reading(engine) as connection:
            found = trial_of(
                connection, site, wordlist, trial, is_over=lambda: clock.seconds() > until
            )
        with writing(engine) as connection:
            note_tried(connection, site.id, wanted.id, found)
        failed = ""
    except BadInput as error:
        failed = error.lines[0]
    finally:
        trial.failed = failed
        trial.done = True


def trial_of(
    connection: Connection,
    site: Site,
    wordlist: Wordlist,
    trial: Trial,
    *,
    is_over: Callable[[], bool] = lambda: False,
) -> dict[str, Any]:
    """What one term finds in the archive, as it is kept with its proposal.

    `texts` were searched of `total`; `whole` is false where the time ran out or too many hold it.
    """
    first, last = id_range(connection, site.id)
    trial.total = last - first
    search = ArchiveSearch(spelt for term in wordlist.terms for spelt in spellings(term.text))
    ids: list[int] = []
    texts_seen, whole = 0, True
    for begin in range(first, last, RANGE):
        if is_over() or len(ids) > MOST_CLOSELY:
            whole = False
            break
        many, holding = _holding(connection, site.id, search, begin, min(begin + RANGE, last))
        texts_seen += many
        ids += holding
        trial.seen = min(begin + RANGE, last) - first
    closely = list(_articles(connection, site.id, ids[:MOST_CLOSELY], is_over))
    whole = whole and len(closely) >= min(len(ids), MOST_CLOSELY) and len(ids) <= MOST_CLOSELY
    return _told(tried((wordlist,), closely), texts_seen, whole=whole)


def _holding(
    connection: Connection, site_id: str, search: ArchiveSearch, first: int, last: int
) -> tuple[int, list[int]]:
    """How many articles of these ids there are, and which may hold the term."""
    many, found = 0, list[int]()
    for batch in texts(connection, site_id, first, last, folding=folding(), covered=None):
        many += len(batch)
        for id, _, _, folded, raw in batch:
            if search.holds(raw) if folded else _in_parts(search, raw):
                found.append(id)
    return many, found


def _in_parts(search: ArchiveSearch, raw: bytes) -> bool:
    return search.in_texts(part.text for part in parts_from(raw.decode()))


def _articles(
    connection: Connection, site_id: str, ids: list[int], is_over: Callable[[], bool]
) -> Iterator[Article]:
    for one in stored_by_id(connection, site_id, ids):
        if is_over():
            return
        yield one.article


def _told(trials: Trials, texts_seen: int, *, whole: bool) -> dict[str, Any]:
    found = list(trials.terms)
    return {
        "texts": texts_seen, "whole": whole, "found": sum(one.found for one in found),
        "doubtful": sum(one.doubtful for one in found), "silenced": sum(one.silenced for one in found),
        "samples": [masked(one) for trial in found for one in trial.samples],
        "spared": [masked(one) for trial in found for one in trial.spared],
    }  # fmt: skip


def list_to_try(wanted: Proposal, lists: tuple[Wordlist, ...]) -> Wordlist:
    """The one term of a proposal as a list: as it is to be, of a removal as it is.

    Raises:
        BadInput: the row is none, or the exception does not fit its term.
    """
    about = next((one for one in lists if one.id == wanted.list), None)
    if about is None:
        raise BadInput("没有词表有这个词，无从试用")
    cells: Mapping[str, str] = wanted.was if wanted.action in ("remove", "except") else wanted.cells
    term = term_of(cells)
    if wanted.action == "except" and wanted.phrase != term.text:
        term = with_exception(replace(term, unless=()), wanted.phrase)
    return replace(about, terms=(term,))
