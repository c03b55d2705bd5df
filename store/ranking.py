"""How far a period was really looked at: without it no unit may be said to have published too little."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, and_, func, or_, select

from store import schema

W, N, C, E, V = (
    schema.walks,
    schema.nights,
    schema.column_days,
    schema.entries,
    schema.visits,
)


@dataclass(frozen=True, slots=True)
class Coverage:
    """`first` is the day of the first night that ended (None: none did).

    `walked` is the last day each column (id) was walked without a gap; `unread` are the pages each column lists
    that were not read and may be of the period.
    """

    first: date | None
    walked: Mapping[str, date]
    unread: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class ColumnDay:
    """The last look of a period at a column. `missing` are (item, unit id or ""); `untold` what could not be told.

    `untold` is None where the night was broken off before it said so: then what is not missing may not be there.
    """

    state: str
    day: date
    missing: frozenset[tuple[str, str]] = frozenset()
    untold: frozenset[str] | None = frozenset()


def coverage(connection: Connection, site: str, since: date, until: date) -> Coverage:
    """How far `since` (inclusive) to `until` (exclusive) was looked at."""
    ended = and_(N.c.site == site, N.c.finished.is_not(None))
    first = connection.execute(select(func.min(N.c.day)).where(ended)).scalar()
    walked = connection.execute(
        select(W.c.column_id, W.c.walked).where(and_(W.c.site == site, W.c.walked.is_not(None)))
    )
    listed = connection.execute(
        select(E.c.column_id, E.c.url)
        .select_from(E.join(V, and_(V.c.site == E.c.site, V.c.url == E.c.url)))
        .where(
            and_(
                E.c.site == site,
                E.c.gone.is_(None),
                V.c.state.in_(("new", "unread")),
                or_(E.c.listed.is_(None), and_(E.c.listed >= since, E.c.listed < until)),
            )
        )
    )
    unread: dict[str, set[str]] = {}
    for column, url in listed:
        unread.setdefault(column, set()).add(url)
    return Coverage(
        first,
        {row.column_id: row.walked for row in walked},
        {column: frozenset(urls) for column, urls in unread.items()},
    )


def column_days(
    connection: Connection, site: str, since: date, until: date
) -> dict[str, ColumnDay]:
    """The last look from `since` (inclusive) to `until` (exclusive) at each column, by id."""
    period = and_(C.c.site == site, C.c.day >= since, C.c.day < until)
    rows = {
        row.column_id: row
        for row in connection.execute(select(C).where(period).order_by(C.c.day, C.c.id))
    }
    untold = _untold(connection, site, {row.day for row in rows.values()})
    return {
        id: ColumnDay(
            row.state,
            row.day,
            frozenset((item, unit) for item, unit in json.loads(row.missing)),
            untold.get(row.day),
        )
        for id, row in rows.items()
    }


def _untold(connection: Connection, site: str, days: set[date]) -> dict[date, frozenset[str]]:
    """What the nights and audits of these days that ended could not check."""
    ended = and_(N.c.site == site, N.c.day.in_(days), N.c.finished.is_not(None))
    chosen = select(N.c.day, N.c.unchecked).where(ended)
    found: dict[date, frozenset[str]] = {}
    for day, unchecked in connection.execute(chosen):
        said = frozenset(what for what, _ in json.loads(unchecked))
        found[day] = found.get(day, frozenset()) | said
    return found
