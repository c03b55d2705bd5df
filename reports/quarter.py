"""One quarter of a site's units: what each published, its findings, and how far that is sure.

Findings are those confirmed and open at some time in the quarter; what is open, overdue and mended in time is as it
stood at the end of the quarter's last day, or of today if that comes first. A unit of which something could not be
read is not said to have published too little: `Quarter.doubts` says why. Adopted articles come from the office's own
table alone (checks/forms/adoptions.yaml).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from checks.criteria import Value
from checks.model import Severity, Site, UnitTally
from checks.rules.unit.below_quota import met
from reports.counts import Counts, unit_counts
from store.chain import DUE, day_set
from store.database import Connection
from store.figures import stored_rows
from store.quarter_findings import Counted, Moved, counted_findings
from store.ranking import Coverage, coverage
from store.states import CLAIMED, CLOSED, DATED, DELETED, OPEN, STANDING
from store.steps import day_of

#: States in which its words, or its page, are gone.
MENDED = (CLOSED, DELETED)
#: Columns named in a doubt.
MOST_NAMED = 3


def quarter_before(since: date) -> date:
    """The first day of the quarter before the one that begins on `since`."""
    return (since - timedelta(days=1)).replace(month=(since.month - 4) % 12 + 1, day=1)


def quarter_name(since: date) -> str:
    return f"{since.year}Q{(since.month + 2) // 3}"


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """One unit in one quarter. None: not known, or (`quota`, `met`) not asked.

    `had_due` are findings whose deadline has come or that were closed before it, `on_time` those closed by it.
    """

    published: int | None = None
    reprinted: int | None = None
    repeated: int | None = None
    adopted: int | None = None
    quota: int | None = None
    met: bool | None = None
    confirmed: int | None = None
    errors: int | None = None
    open: int | None = None
    overdue: int | None = None
    had_due: int | None = None
    on_time: int | None = None

    @property
    def on_time_rate(self) -> Fraction | None:
        """In percent; None where no deadline has come."""
        if not self.had_due or self.on_time is None:
            return None
        return Fraction(100 * self.on_time, self.had_due)

    @property
    def values(self) -> Mapping[str, Value]:
        """By the names that criteria use."""
        return {
            "published": self.published,
            "reprinted": self.reprinted,
            "repeated": self.repeated,
            "adopted": self.adopted,
            "met": self.met,
            "confirmed": self.confirmed,
            "errors": self.errors,
            "open": self.open,
            "overdue": self.overdue,
            "on_time": self.on_time_rate,
        }


@dataclass(frozen=True, slots=True)
class Quarter:
    """All that is known of one quarter."""

    site: Site
    counts: Counts
    rows: Sequence[Counted]
    adopted: Mapping[str, int]
    seen: Coverage
    as_at: date

    @classmethod
    def of(
        cls, connection: Connection, site: Site, since: date, until: date, today: date
    ) -> "Quarter":
        return cls(
            site,
            unit_counts(connection, site, since, until),
            counted_findings(connection, site, since, until),
            _adopted(connection, site, quarter_name(since)),
            coverage(connection, site.id, since, until),
            min(until - timedelta(days=1), today),
        )

    def doubts(self, site: Site, tally: UnitTally) -> tuple[str, ...]:
        """Why a unit may have published more than is known; () where nothing speaks for it."""
        until = self.counts.until
        if self.seen.first is None:
            return ("还没有做完过一次夜间任务",)
        mine = [c for c in site.columns if tally.unit.id in c.units or not c.units]
        columns = mine or list(site.columns)
        behind = [one for one in columns if self.seen.walked.get(one.id, date.min) < until]
        said = [f"栏目“{one.name}”{self._read_till(one.id)}" for one in behind[:MOST_NAMED]]
        if len(behind) > MOST_NAMED:
            said.append(f"等{len(behind)}个栏目")
        pages = {url for one in columns for url in self.seen.unread.get(one.id, ())}
        lacking = (tally.unit.quota or 0) - tally.published
        if pages and 0 < lacking <= len(pages):
            said.append(f"有{len(pages)}个网页没有读到")
        return tuple(said)

    def _read_till(self, column: str) -> str:
        day = self.seen.walked.get(column)
        return f"只读到{day}" if day else "没有读全过"

    def figures(self, tally: UnitTally, *, sure: bool) -> UnitFigures:
        """`sure` says that nothing more may have been published."""
        quota_met = met(tally)
        read = any(day >= self.counts.since for day in self.seen.walked.values())
        rows = [row for row in self.rows if row.unit == tally.unit.id]
        watched = self.seen.first is not None and self.seen.first < self.counts.until
        return UnitFigures(
            published=tally.published if read or tally.published else None,
            reprinted=tally.reprinted if read or tally.reprinted else None,
            repeated=tally.repeated if read or tally.published else None,
            adopted=self.adopted.get(tally.unit.id),
            quota=tally.unit.quota,
            met=quota_met if sure or quota_met else None,
            **(self._findings(rows) if watched else {}),
        )

    def _findings(self, rows: Sequence[Counted]) -> dict[str, int]:
        stood = [_stood(row.events, self.site, self.as_at) for row in rows]
        late = [one for one in stood if one.state in DATED and one.due and one.due < self.as_at]
        mended = [one for one in stood if one.state in MENDED and one.due]
        return {
            "confirmed": len(rows),
            "errors": sum(row.severity == Severity.ERROR for row in rows),
            "open": sum(one.state in STANDING for one in stood),
            "overdue": len(late),
            "had_due": len(late) + len(mended),
            "on_time": sum(one.in_time for one in mended),
        }


@dataclass(frozen=True, slots=True)
class _Stood:
    """A finding when a day ended: its state ("" if it was not there yet), its deadline, whether it was mended by it.

    A unit that reported it by its deadline does not answer for our looking later.
    """

    state: str = ""
    due: date | None = None
    in_time: bool = False


def _stood(events: Sequence[Moved], site: Site, as_at: date) -> _Stood:
    state, due, reported = "", None, False
    for one in events:
        day = day_of(site, one.at)
        if day > as_at:
            break
        state = one.after
        due = None if state == OPEN else day_set(DUE, one.evidence) or due
        in_time = due is not None and day <= due
        if state == CLAIMED:
            reported = in_time
        elif state in MENDED:
            reported = in_time or reported
        else:
            reported = False
    return _Stood(state, due, reported)


def _adopted(connection: Connection, site: Site, quarter: str) -> Mapping[str, int]:
    """By unit, as the office imported it (checks/forms/adoptions.yaml); a unit it does not name is not there."""
    rows = stored_rows(connection, site.id, "adoptions", quarter)
    return {
        str(row.cells["unit"]): int(number)
        for row in rows
        if isinstance(number := row.cells.get("adopted"), int)
    }
