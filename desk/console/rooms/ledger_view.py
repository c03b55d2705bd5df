"""What the page of the ledger shows: the list, the choices with their counts, the finding looked at or those chosen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from fastapi import HTTPException

from checks.catalogue import catalogue
from checks.model import Severity, Site
from checks.wordlist import Wordlist
from desk.console.rights import Right
from desk.console.rooms.ledger_asked import Asked
from desk.console.seat import Visit
from reports.ledger_lines import Line, ledger_lines
from reports.ledger_table import local
from store.database import Connection, reading
from store.evidence import Evidence, evidence_of
from store.exceptions import SCOPE_LABELS, implied
from store.ledger import LedgerRow, ledger_rows
from store.replies import NAMES, Noted, replies_to
from store.states import (
    ACCEPTED,
    CLAIMED,
    CLOSED,
    CONFIRMED,
    DELETED,
    DISMISSED,
    FAILED,
    LABELS,
    NOTIFIED,
    OPEN,
    STEPS,
    UNVERIFIABLE,
)
from store.triage import (
    ALL,
    LATE,
    MOST,
    NOBODY,
    STANDS,
    Counted,
    Group,
    Page,
    Sieve,
    by_term,
    counted,
    ledger_page,
    newest_event,
    numbers_of,
    of_group,
    of_these,
    states_of,
)

#: Chosen findings shown one by one.
SHOWN = 20
#: The states that can be chosen in a row, in the order of the work.
STATES = (
    (STANDS, "未了结"), (OPEN, "待确认"), (CONFIRMED, "已确认"), (NOTIFIED, "已通知"), (CLAIMED, "单位报告已改"),
    (FAILED, "复查未改"), (LATE, "逾期"), (CLOSED, "已销号"), (DISMISSED, "误报"), (ACCEPTED, "认可保留"),
    (DELETED, "页面已删除"), (UNVERIFIABLE, "无法复查"), (ALL, "全部"),
)  # fmt: skip
#: Choices that are shown even where they leave nothing.
ALWAYS = (STANDS, OPEN, LATE, ALL)
#: The steps in which somebody looked at the page: what a 复查 may come to.
VERDICTS = (CLOSED, FAILED, UNVERIFIABLE, DELETED)
VERDICT_WORDS = {
    CLOSED: "已改，销号", FAILED: "没有改", UNVERIFIABLE: "无法复查", DELETED: "页面已删除",
}  # fmt: skip
#: From what a unit may report by itself that it has mended.
CLAIMABLE = (NOTIFIED, FAILED)


@dataclass(frozen=True, slots=True)
class Looked:
    """The finding looked at: in words, its page as it was kept, what its unit answered, what it implies."""

    row: LedgerRow
    line: Line
    kept: Sequence[Evidence]
    replies: Sequence[Noted]
    implied: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Chosen:
    """Findings chosen together: all their numbers, some of them shown; `more` are left out of one step."""

    numbers: tuple[int, ...]
    rows: Sequence[LedgerRow]
    lines: Sequence[Line]
    states: Mapping[str, int]
    more: int = 0
    term: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """All that the page shows. `event` is the newest event it knows of: nothing later is overwritten from it."""

    asked: Asked
    page: Page | None
    lines: Sequence[Line]
    groups: Sequence[Group]
    several: int
    counted: Counted
    event: int
    looked: Looked | None = None
    chosen: Chosen | None = None
    titles: Mapping[str, str] = field(default_factory=dict)

    @property
    def numbers(self) -> tuple[int, ...]:
        """What a step would take."""
        if self.chosen:
            return self.chosen.numbers
        return (self.looked.row.id,) if self.looked else ()

    def allowed(self) -> frozenset[str]:
        """The steps that all of them may take."""
        states = (
            self.chosen.states if self.chosen else {self.looked.row.state} if self.looked else ()
        )
        return steps_from(states)


def steps_from(states: Any) -> frozenset[str]:
    """The steps that findings in these states may all take."""
    held = set(states)
    return frozenset(to for to, before in STEPS.items() if held and held <= set(before))


def rule_titles(wordlists: Sequence[Wordlist]) -> Mapping[str, str]:
    """What each list and rule is called, by id."""
    return _titles(tuple((one.id, one.title) for one in wordlists))


@lru_cache(maxsize=32)
def _titles(lists: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    return {one.id: one.title for one in catalogue(())} | dict(lists)


def seen(visit: Visit, asked: Asked) -> Seen:
    """What `asked` shows to this seat.

    Raises:
        HTTPException: 404, the finding asked for is not there or not this seat's.
    """
    mine, today, site = visit.seat.unit, visit.today, visit.site
    titles = rule_titles(visit.hall.checker(site.id).wordlists)
    sieve = asked.sieve(mine)
    with reading(visit.hall.engine) as connection:
        page: Page | None = None
        lines: Sequence[Line] = ()
        groups: Sequence[Group] = ()
        several = 0
        if asked.group:
            groups, several = by_term(connection, site, today, sieve, skip=asked.skip)
        else:
            page = ledger_page(connection, site, today, sieve, start=asked.start)
            lines = _lines(_rows(connection, visit, page.numbers), site, titles)
        chosen = _chosen(connection, visit, asked, sieve, titles)
        looked = None
        if chosen is None and (
            number := asked.number or (page.numbers[0] if page and page.numbers else 0)
        ):
            looked = look(connection, visit, number, titles)
        return Seen(
            asked, page, lines, groups, several, counted(connection, site, today, sieve),
            newest_event(connection, site.id), looked, chosen, titles,
        )  # fmt: skip


def _rows(connection: Connection, visit: Visit, numbers: Sequence[int]) -> list[LedgerRow]:
    if not numbers:
        return []
    return ledger_rows(connection, visit.site, visit.today, ids=numbers)


def _lines(rows: Sequence[LedgerRow], site: Site, titles: Mapping[str, str]) -> list[Line]:
    return ledger_lines(rows, site, titles)


def look(connection: Connection, visit: Visit, number: int, titles: Mapping[str, str]) -> Looked:
    """One finding. Raises HTTPException: 404, it is not there or not this seat's."""
    site = visit.site
    visible(connection, visit, [number])
    (row,) = ledger_rows(connection, site, visit.today, ids=(number,), with_events=True)
    kept = evidence_of(connection, row.finding.url, site.id)
    (line,) = ledger_lines([row], site, titles, {row.finding.url: kept})
    return Looked(row, line, kept, replies_to(connection, site.id, number), implied(row))


def visible(connection: Connection, visit: Visit, numbers: Sequence[int]) -> None:
    """Raises HTTPException: 404, one of the findings is not there or not this seat's."""
    sieve = Sieve(ALL, mine=visit.seat.unit)
    if len(of_these(connection, visit.site, visit.today, sieve, numbers)) < len(set(numbers)):
        raise HTTPException(404, "台账里没有这个号")


def _chosen(
    connection: Connection, visit: Visit, asked: Asked, sieve: Sieve, titles: Mapping[str, str]
) -> Chosen | None:
    more = 0
    if asked.ids:
        visible(connection, visit, asked.ids)
        numbers = sorted(asked.ids)
    elif asked.group and asked.pick_rule:
        group = of_group(sieve, asked.pick_rule, asked.pick)
        numbers = numbers_of(connection, visit.site, visit.today, group, most=MOST + 1)
        if len(numbers) > MOST:
            more = ledger_page(connection, visit.site, visit.today, group, size=1).total - MOST
            numbers = numbers[:MOST]
    else:
        return None
    if not numbers:
        return None
    rows = _rows(connection, visit, numbers[:SHOWN])
    states = states_of(connection, visit.site.id, numbers)
    lines = _lines(rows, visit.site, titles)
    return Chosen(tuple(numbers), rows, lines, dict(sorted(states.items())), more, asked.pick)


def words(visit: Visit) -> dict[str, Any]:
    """What the templates say things with."""
    site = visit.site
    units = {one.id: one.name for one in site.units}
    return {
        "states": STATES, "always": ALWAYS, "labels": LABELS, "verdicts": VERDICTS,
        "verdict_words": VERDICT_WORDS, "scopes": SCOPE_LABELS, "severities": sorted(Severity, reverse=True),
        "unit_names": units | {NOBODY: "未归属", "": "未归属"},
        "column_names": {one.id: one.name for one in site.columns},
        "local": lambda at: local(site, at), "answers": NAMES, "STANDS": STANDS,
        "triages": visit.seat.may(Right.TRIAGE), "unit_claims": CLAIMABLE if visit.seat.unit else (),
    }  # fmt: skip
