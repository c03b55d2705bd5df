"""A column's verdict and a unit's: the column and unit rules run over a snapshot.

A column is judged only if its list was read. What cannot be told for sure is `Unchecked`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from checks.model import Column, ColumnSnapshot, Finding, Site, Unchecked, UnitTally
from checks.rules.column import empty_column, incomplete_column, stale_column
from checks.rules.column.shared import Missing
from checks.rules.unit import below_quota
from checks.switches import switched, switches

State = Literal["ok", "stale", "empty", "incomplete", "unread"]
UNIT_RULES: tuple[Callable[[UnitTally], Iterator[Finding]], ...] = (below_quota.check,)


@dataclass(frozen=True, slots=True)
class ColumnVerdict:
    """How a column stands. `newest` is its newest day not after today; `why` says why it is unread.

    `doubtful`: something that was not read might be newer.
    """

    column: Column
    state: State
    newest: date | None
    entries: int
    missing: tuple[Missing, ...] = ()
    why: str = ""
    findings: tuple[Finding, ...] = ()
    unchecked: tuple[Unchecked, ...] = field(default=())
    doubtful: bool = False


def judge_column(snapshot: ColumnSnapshot, site: Site) -> ColumnVerdict:
    """Unread before empty before stale before incomplete; a stale column also lists what it lacks."""
    column = snapshot.column
    if not snapshot.read:
        why = Unchecked(f"栏目 {column.name}", snapshot.why)
        return ColumnVerdict(column, "unread", None, 0, why=snapshot.why, unchecked=(why,))
    empty = tuple(empty_column.check(snapshot, site))
    stale, doubts = stale_column.judge(snapshot, site)
    gaps, unknown = incomplete_column.judge(snapshot, site)
    lacking = tuple(incomplete_column.finding(snapshot, site, gap) for gap in gaps)
    decided = switches(site, (column.id,))
    findings = tuple(switched(empty or (*stale, *lacking), decided))
    state: State = "empty" if empty else "stale" if stale else "incomplete" if gaps else "ok"
    return ColumnVerdict(
        column,
        state,
        stale_column.newest(snapshot),
        len(snapshot.entries),
        missing=tuple(gap.missing for gap in gaps),
        findings=findings,
        unchecked=(*doubts, *unknown),
        doubtful=stale_column.doubtful(snapshot),
    )


def judge_unit(tally: UnitTally) -> tuple[Finding, ...]:
    return tuple(finding for check in UNIT_RULES for finding in check(tally))
