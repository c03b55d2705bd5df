"""How columns stood when they were last looked at, and day by day."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, and_, func, select

from store import schema
from store.ranking import ColumnDay

C, N = schema.column_days, schema.nights
#: Days of a column's history that are given at most.
MOST_DAYS = 400


@dataclass(frozen=True, slots=True)
class Look:
    """How a column stood on a day. `missing` are (item, unit id or ""); `why` says why it was not read.

    `untold` says what could not be told that day, and why; None where the night was broken off before it said so.
    `at` is when that day's last night or audit ended (UTC, None: it did not).
    """

    column: str
    day: date
    state: str
    newest: date | None
    entries: int
    missing: frozenset[tuple[str, str]]
    why: str
    whole: bool
    untold: Mapping[str, str] | None = None
    at: datetime | None = None

    @property
    def stood(self) -> ColumnDay:
        untold = None if self.untold is None else frozenset(self.untold)
        return ColumnDay(self.state, self.day, self.missing, untold)


def last_looks(
    connection: Connection, site: str, *, since: date = date.min, until: date = date.max
) -> dict[str, Look]:
    """The last look at each column (id) from `since` (inclusive) to `until` (exclusive)."""
    period = and_(C.c.site == site, C.c.day >= since, C.c.day < until)
    last = (
        select(C.c.column_id, func.max(C.c.day).label("day"))
        .where(period)
        .group_by(C.c.column_id)
        .subquery()
    )
    same = and_(C.c.column_id == last.c.column_id, C.c.day == last.c.day)
    rows = connection.execute(select(C).join(last, same).where(C.c.site == site)).all()
    ended = _ended(connection, site, {row.day for row in rows})
    return {row.column_id: _look(row, *ended.get(row.day, (None, None))) for row in rows}


def column_history(
    connection: Connection, site: str, column: str, since: date, until: date
) -> list[Look]:
    """The looks at one column from `since` (inclusive) to `until` (exclusive), oldest first, the last `MOST_DAYS`.

    Without what could not be told.
    """
    period = and_(
        C.c.site == site, C.c.column_id == column, C.c.day >= since, C.c.day < until
    )  # fmt: skip
    rows = connection.execute(select(C).where(period).order_by(C.c.day.desc()).limit(MOST_DAYS))
    return [_look(row, None, None) for row in rows][::-1]


def _ended(
    connection: Connection, site: str, days: Iterable[date]
) -> dict[date, tuple[Mapping[str, str], datetime]]:
    """What the nights and audits of these days that ended could not check and why, and when the last of them ended."""
    chosen = (
        select(N.c.day, N.c.unchecked, N.c.finished)
        .where(and_(N.c.site == site, N.c.day.in_(set(days)), N.c.finished.is_not(None)))
        .order_by(N.c.finished)
    )
    found: dict[date, tuple[dict[str, str], datetime]] = {}
    for day, unchecked, finished in connection.execute(chosen):
        said = dict(found[day][0]) if day in found else {}
        said |= dict(json.loads(unchecked))
        found[day] = said, finished
    return {day: (said, at) for day, (said, at) in found.items()}


def _look(row: Any, untold: Mapping[str, str] | None, at: datetime | None) -> Look:
    missing = frozenset((item, unit) for item, unit in json.loads(row.missing))
    return Look(
        row.column_id, row.day, row.state, row.newest, row.entries, missing, row.why, row.whole,
        untold, at,
    )  # fmt: skip
