"""What a quarter's evidence pack holds of the database: each table's columns and rows, in a fixed order."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select

from checks.model import Site, Unchecked
from store import schema
from store.articles import CHUNK
from store.pack_file import PackTable
from store.parts import parts_from

A, E = schema.articles, schema.entries
V = schema.visits
#: How a page stands that a column lists and nobody has read.
UNREAD = ("new", "unread")

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Period:
    """A quarter of a site: `since` (inclusive) to `until` (exclusive), and what its units are called."""

    site: Site
    since: date
    until: date
    short: Mapping[str, str]


def articles(connection: Connection, period: Period) -> PackTable:
    """Every article published in the quarter, by day and address."""
    types = {
        "id": int, "url": str, "title": str, "published": str, "unit": str, "unit_name": str, "source": str,
        "reprinted": int, "repeats": str, "text_hash": str, "first_seen": str, "lists_hash": str, "text": str,
    }  # fmt: skip
    chosen = select(A).where(_of_quarter(period)).order_by(A.c.published, A.c.url)
    found = connection.execute(chosen, execution_options={"yield_per": CHUNK})
    rows = [
        {
            "id": number,
            "url": row.url,
            "title": row.title,
            "published": row.published.isoformat(),
            "unit": row.unit,
            "unit_name": period.short.get(row.unit, ""),
            "source": row.source,
            "reprinted": int(row.reprinted),
            "repeats": row.repeats,
            "text_hash": row.text_hash,
            "first_seen": row.first_seen.isoformat(),
            "lists_hash": row.lists_hash,
            "text": "\n".join(part.text for part in parts_from(row.parts) if part.kind != "title"),
        }
        for number, row in enumerate(found, 1)
    ]
    return PackTable("articles", types, rows)


def _of_quarter(period: Period) -> Any:
    return and_(
        A.c.site == period.site.id, A.c.published >= period.since, A.c.published < period.until
    )


def undated(connection: Connection, site: str) -> int:
    """Articles without a date: they are in no quarter."""
    where = and_(A.c.site == site, A.c.published.is_(None))
    return int(connection.execute(select(func.count()).where(where)).scalar_one())


def entries(connection: Connection, period: Period) -> PackTable:
    """Which columns list the quarter's articles, and what they list of the quarter that was not read.

    `visit` is how the page stands; what is "new" or "unread" there, without a day or with one of the quarter,
    may be an article of the quarter that nobody has counted.
    """
    types = {
        "id": int, "column_id": str, "url": str, "title": str, "listed": str, "first_seen": str,
        "gone": str, "visit": str, "why": str,
    }  # fmt: skip
    mine = E.c.site == period.site.id
    counted = and_(mine, A.c.published >= period.since, A.c.published < period.until)
    listed = or_(E.c.listed.is_(None), and_(E.c.listed >= period.since, E.c.listed < period.until))
    open_ones = and_(mine, A.c.url.is_(None), listed, V.c.state.in_(UNREAD))
    chosen = (
        select(E, V.c.state, V.c.why)
        .select_from(
            E.outerjoin(A, and_(A.c.site == E.c.site, A.c.url == E.c.url)).outerjoin(
                V, and_(V.c.site == E.c.site, V.c.url == E.c.url)
            )
        )
        .where(or_(counted, open_ones))
        .order_by(E.c.column_id, E.c.url)
    )
    rows = [
        {
            "id": number,
            "column_id": row.column_id,
            "url": row.url,
            "title": row.title,
            "listed": written_day(row.listed),
            "first_seen": written_day(row.first_seen),
            "gone": written_day(row.gone),
            "visit": row.state or "",
            "why": row.why or "",
        }
        for number, row in enumerate(connection.execute(chosen), 1)
    ]
    return PackTable("entries", types, rows)


def written_day(day: date | datetime | None) -> str | None:
    return day.isoformat() if day else None


def nights(connection: Connection, period: Period) -> PackTable:
    """The nights and audits of the quarter, ended or not."""
    types = {
        "id": int, "day": str, "kind": str, "started": str, "finished": str, "requests": int,
    }  # fmt: skip
    N = schema.nights  # noqa: N806  - a table, as everywhere in this room
    where = and_(N.c.site == period.site.id, N.c.day >= period.since, N.c.day < period.until)
    rows = [
        {
            "id": row.id, "day": written_day(row.day), "kind": row.kind, "started": written_day(row.started),
            "finished": written_day(row.finished), "requests": row.requests,
        }
        for row in connection.execute(select(N).where(where).order_by(N.c.id))
    ]  # fmt: skip
    return PackTable("nights", types, rows)


def nights_missed(table: PackTable, since: date, until: date) -> list[Unchecked]:
    """The days of `since` to `until` (exclusive) on which no night ran to its end, as stretches."""
    ran = {row["day"] for row in table.rows if row["kind"] == "night" and row["finished"]}
    missed = [
        day
        for n in range((until - since).days)
        if (day := since + timedelta(days=n)).isoformat() not in ran
    ]
    told: list[Unchecked] = []
    for first, last in _stretches(missed):
        days = f"{first}" if first == last else f"{first}至{last}"
        told.append(Unchecked(f"{days}的夜间任务", "没有运行或没有做完"))
    return told


def _stretches(days: Sequence[date]) -> Iterator[tuple[date, date]]:
    first: date | None = None
    for day, after in zip(days, (*days[1:], None), strict=False):
        first = first or day
        if after is None or (after - day).days > 1:
            yield first, day
            first = None


def last_unchecked(connection: Connection, period: Period) -> list[Unchecked]:
    """What the last night of the quarter said it could not check."""
    N = schema.nights  # noqa: N806
    where = and_(
        N.c.site == period.site.id,
        N.c.day >= period.since,
        N.c.day < period.until,
        N.c.finished.is_not(None),
        N.c.kind == "night",
    )
    said = connection.execute(select(N.c.unchecked).where(where).order_by(N.c.id.desc()).limit(1))
    return [Unchecked(what, why) for what, why in json.loads(said.scalar() or "[]")]


MADE: tuple[Callable[[Connection, Period], PackTable], ...] = (articles, entries, nights)
