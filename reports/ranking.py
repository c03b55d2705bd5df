"""排名: each unit's figures of a quarter, beside the quarter before, and who did well or badly by declared criteria."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from checks.criteria import Criteria, Standing, load_criteria, standings
from checks.model import BadInput, Site, Unit
from checks.rules.unit.below_quota import is_quarter
from reports.counts import KINDS, Counts
from reports.quarter import Quarter, UnitFigures, quarter_before
from store.database import Connection

SHIPPED = Path(__file__).parent / "criteria.yaml"


@dataclass(frozen=True, slots=True)
class UnitRanking:
    """A unit's figures, those of the quarter before, how it stands, and what keeps its figures from being sure."""

    unit: Unit
    now: UnitFigures
    before: UnitFigures
    standing: Standing
    doubts: tuple[str, ...] = ()

    def change(self, name: str) -> int | None:
        """This quarter's figure less the one before; None where one of them is not known."""
        now, before = getattr(self.now, name), getattr(self.before, name)
        return None if now is None or before is None else now - before


@dataclass(frozen=True, slots=True)
class Ranking:
    """A site's units in the site file's order. `as_at` is the day that open and overdue are of.

    `nobody` are confirmed findings of the quarter that are no unit's.
    """

    counts: Counts
    as_at: date
    units: tuple[UnitRanking, ...]
    criteria: Criteria
    nobody: int

    def did_well(self) -> tuple[UnitRanking, ...]:
        """Townships first, then by what they published."""
        return _named(one for one in self.units if one.standing.did_well)

    def did_badly(self, criterion: str = "") -> tuple[UnitRanking, ...]:
        """Those that meet one of `badly`, or this one of it."""
        return _named(
            one
            for one in self.units
            if any(criterion in ("", each.id) for each in one.standing.badly)
        )

    def untold(self) -> tuple[UnitRanking, ...]:
        """Units of which nothing is known, or whose quota cannot be judged."""
        return tuple(
            one
            for one in self.units
            if one.standing.unknown or (one.doubts and one.now.quota and one.now.met is None)
        )


def _named(units: Iterable[UnitRanking]) -> tuple[UnitRanking, ...]:
    order = list(KINDS)
    return tuple(
        sorted(units, key=lambda one: (order.index(one.unit.kind), -(one.now.published or 0)))
    )


def site_criteria(site: Site) -> Criteria:
    """The site's own, else those shipped. Raises BadInput."""
    return load_criteria(Path(site.criteria) if site.criteria else SHIPPED)


def ranking(
    connection: Connection,
    site: Site,
    since: date,
    until: date,
    today: date,
    criteria: Criteria,
) -> Ranking:
    """The units of `site` in the quarter from `since` (inclusive) to `until` (exclusive).

    Raises:
        BadInput: it is no calendar quarter.
    """
    if not is_quarter(since, until):
        raise BadInput(
            f"counts: 排名按季度，{since}至{until}不是一个完整的季度；应如 --since 2025-07-01 --until 2025-10-01"
        )
    now = Quarter.of(connection, site, since, until, today)
    before = Quarter.of(connection, site, quarter_before(since), since, today)
    doubts = [now.doubts(site, tally) for tally in now.counts.tallies]
    figures = [
        now.figures(tally, sure=not doubt)
        for tally, doubt in zip(now.counts.tallies, doubts, strict=True)
    ]
    old = [before.figures(one, sure=not before.doubts(site, one)) for one in before.counts.tallies]
    how = standings(criteria, [one.values for one in figures])
    units = tuple(
        UnitRanking(*parts) for parts in zip(site.units, figures, old, how, doubts, strict=True)
    )
    known = {unit.id for unit in site.units}
    nobody = sum(row.unit not in known for row in now.rows)
    return Ranking(now.counts, now.as_at, units, criteria, nobody)


@dataclass(frozen=True, slots=True)
class QuarterSum:
    """All units together in one quarter; None where nothing is known of it."""

    since: date
    published: int | None
    townships: int | None
    confirmed: int | None
    open: int | None


def trend(
    connection: Connection, site: Site, until: date, today: date, quarters: int = 8
) -> tuple[QuarterSum, ...]:
    """The last `quarters` before `until` (exclusive), oldest first, from the first of which anything is known."""
    sums: list[QuarterSum] = []
    end = until
    for _ in range(quarters):
        since = quarter_before(end)
        one = Quarter.of(connection, site, since, end, today)
        figures = [(t.unit, one.figures(t, sure=False)) for t in one.counts.tallies]
        townships = [f.published for unit, f in figures if unit.kind == "township"]
        sums.append(
            QuarterSum(
                since,
                _sum(f.published for _, f in figures),
                _sum(townships),
                _sum(f.confirmed for _, f in figures),
                _sum(f.open for _, f in figures),
            )
        )
        end = since
    while sums and sums[-1].published in (None, 0) and not sums[-1].confirmed:
        sums.pop()
    return tuple(reversed(sums))


def _sum(numbers: Iterable[int | None]) -> int | None:
    known = [one for one in numbers if one is not None]
    return sum(known) if known else None
