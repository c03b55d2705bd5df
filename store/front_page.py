"""What the desk's first page tells of a site: its nights, what changed since a day, what is due, week by week.

With a `unit` (id; "" for all) only what is that unit's; of findings, what it answers for (store/triage.py).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, case, distinct, func, select, true

from checks.model import Severity, Site, Unchecked
from store import schema
from store.states import CLOSED, DATED, OPEN, STANDING
from store.steps import start_of
from store.triage import answers_for
from store.visits import GONE_NIGHTS

A, E, F, N, V = (
    schema.articles,
    schema.finding_events,
    schema.findings,
    schema.nights,
    schema.visits,
)
#: Values one statement may carry.
CHUNK = 500
WEEK = timedelta(7)


@dataclass(frozen=True, slots=True)
class NightRow:
    """A night as it was written down. Instants are UTC; `finished` None while it runs, or where it was broken off."""

    day: date
    started: datetime
    finished: datetime | None
    unchecked: tuple[Unchecked, ...] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """Since a day: articles met first, edited, gone from the site; findings opened, opened again, closed."""

    new: int
    edited: int
    deleted: int
    opened: int
    again: int
    closed: int


@dataclass(frozen=True, slots=True)
class Opened:
    """A finding that was opened, or opened again. `number` is its 台账号, `at` UTC."""

    number: int
    rule: str
    severity: Severity
    match: str
    message: str
    unit: str
    at: datetime
    again: bool


@dataclass(frozen=True, slots=True)
class Deadline:
    """Findings of one unit ("" for nobody's) whose deadlines are of a period: how many, the first of those days."""

    unit: str
    due: date
    count: int


def last_nights(connection: Connection, site: str) -> tuple[NightRow | None, NightRow | None]:
    """The last night that ended, and the one begun since that did not (None: there is none)."""
    mine = and_(N.c.site == site, N.c.kind == "night")
    newest = select(N).where(mine).order_by(N.c.id.desc()).limit(1)
    ended = connection.execute(newest.where(N.c.finished.is_not(None))).first()
    last = connection.execute(newest).first()
    going = last if last is not None and last.finished is None else None
    return _night(ended), _night(going)


def _night(row: Any) -> NightRow | None:
    if row is None:
        return None
    said = tuple(Unchecked(what, why) for what, why in json.loads(row.unchecked))
    return NightRow(row.day, row.started, row.finished, said)


def changes(connection: Connection, site: Site, since: date, unit: str = "") -> Changes:
    """What changed from the day `since` on (at the site). A page counts as deleted on the night that found it so."""
    begin = start_of(site, since)
    mine = and_(A.c.site == site.id, *((A.c.unit == unit,) if unit else ()))
    # through the short rows of visits: articles carry their texts, and are slow to go through. A night that began
    # before midnight notes the day before.
    met = and_(V.c.site == site.id, V.c.answered >= since - timedelta(1))
    read = and_(mine, A.c.url.in_(select(V.c.url).where(met)))
    kept = select(schema.versions.c.url).where(schema.versions.c.site == site.id)
    new = _count(connection, A, and_(read, A.c.first_seen >= since))
    edited = _count(connection, A, and_(read, A.c.text_since >= begin, A.c.url.in_(kept)))
    gone = and_(
        V.c.site == site.id, V.c.state == "deleted", V.c.asked >= since, V.c.failed == GONE_NIGHTS
    )
    if unit:
        gone = and_(gone, V.c.url.in_(select(A.c.url).where(mine)))
    events = select(*_moves()).select_from(E.join(F, F.c.id == E.c.finding_id))
    of_period = and_(E.c.site == site.id, E.c.at >= begin, _of(site, unit))
    opened, again, closed = connection.execute(events.where(of_period)).one()
    return Changes(new, edited, _count(connection, V, gone), opened, again, closed)


def _moves() -> list[Any]:
    """How many findings were opened, opened again by the program or a person, and closed."""
    said = (
        and_(E.c.to_state == OPEN, E.c.from_state == ""),
        and_(E.c.to_state == OPEN, E.c.from_state != ""),
        E.c.to_state == CLOSED,
    )
    return [func.count(distinct(case((one, E.c.finding_id)))) for one in said]


def _of(site: Site, unit: str) -> Any:
    return answers_for(site, unit) if unit else true()


def _count(connection: Connection, table: Any, where: Any) -> int:
    chosen = select(func.count()).select_from(table).where(where)
    return int(connection.execute(chosen).scalar_one())


def opened_since(
    connection: Connection, site: Site, since: date, unit: str = "", *, most: int
) -> list[Opened]:
    """The weightiest findings opened or opened again since a day that stand still, the newest first."""
    chosen = (
        select(F, func.max(E.c.at).label("at"), func.max(E.c.from_state).label("before"))
        .select_from(E.join(F, F.c.id == E.c.finding_id))
        .where(
            and_(
                E.c.site == site.id,
                E.c.at >= start_of(site, since),
                E.c.to_state == OPEN,
                F.c.state.in_(STANDING),
                _of(site, unit),
            )
        )
        .group_by(F.c.id)
        .order_by(F.c.severity.desc(), func.max(E.c.at).desc(), F.c.id.desc())
        .limit(most)
    )
    return [
        Opened(
            row.id, row.rule, Severity(row.severity), row.match, row.message, row.unit, row.at,
            bool(row.before),
        )
        for row in connection.execute(chosen)
    ]  # fmt: skip


def overdue(connection: Connection, site: Site, today: date, unit: str = "") -> list[Deadline]:
    """Findings past their deadline by unit, the longest overdue first; `due` is the earliest of a unit's."""
    late = and_(F.c.site == site.id, F.c.state.in_(DATED), F.c.due < today, _of(site, unit))
    first = func.min(F.c.due)
    chosen = (
        select(F.c.unit, first, func.count()).where(late).group_by(F.c.unit)
    ).order_by(first, F.c.unit)  # fmt: skip
    return [Deadline(*row) for row in connection.execute(chosen)]


def due_between(
    connection: Connection, site: Site, since: date, until: date, unit: str = ""
) -> list[Deadline]:
    """Findings whose deadline is from `since` to `until` (both inclusive), by day and unit."""
    near = and_(
        F.c.site == site.id,
        F.c.state.in_(DATED),
        F.c.due >= since,
        F.c.due <= until,
        _of(site, unit),
    )
    chosen = (
        select(F.c.unit, F.c.due, func.count())
        .where(near)
        .group_by(F.c.unit, F.c.due)
        .order_by(F.c.due, F.c.unit)
    )
    return [Deadline(*row) for row in connection.execute(chosen)]


def of_unit(connection: Connection, site: str, unit: str, urls: Sequence[str]) -> set[str]:
    """Those of `urls` that are articles of a unit."""
    found: set[str] = set()
    for i in range(0, len(urls), CHUNK):
        mine = and_(A.c.site == site, A.c.unit == unit, A.c.url.in_(urls[i : i + CHUNK]))
        found |= set(connection.scalars(select(A.c.url).where(mine)))
    return found


def standing_at(
    connection: Connection, site: Site, days: Sequence[date], unit: str = ""
) -> list[int]:
    """How many findings stood as each of `days` (ascending) began at the site.

    Counted backwards from those that stand now, by the events since.
    """
    begins = [start_of(site, day) for day in days]
    now = _count(connection, F, and_(F.c.site == site.id, F.c.state.in_(STANDING), _of(site, unit)))
    more = case((E.c.to_state.in_(STANDING), 1), else_=0)
    less = case((E.c.from_state.in_(STANDING), 1), else_=0)
    since = [
        func.coalesce(func.sum(case((E.c.at >= one, more - less), else_=0)), 0) for one in begins
    ]
    if not since:
        return []
    chosen = select(*since).select_from(E.join(F, F.c.id == E.c.finding_id))
    moved = connection.execute(
        chosen.where(and_(E.c.site == site.id, E.c.at >= begins[0], _of(site, unit)))
    ).one()
    return [now - int(one) for one in moved]


def published_in(
    connection: Connection, site: str, weeks: Sequence[date], unit: str = ""
) -> list[int]:
    """How many articles were published in each of the seven days that begin on `weeks` (ascending)."""
    if not weeks:
        return []
    mine = and_(
        A.c.site == site, A.c.published >= weeks[0], A.c.published < weeks[-1] + WEEK,
        *((A.c.unit == unit,) if unit else ()),
    )  # fmt: skip
    chosen = select(A.c.published, func.count()).where(mine).group_by(A.c.published)
    by_day = {row[0]: row[1] for row in connection.execute(chosen)}
    return [
        sum(number for day, number in by_day.items() if week <= day < week + WEEK) for week in weeks
    ]
