"""What a quarter's evidence pack holds of the database: each table's columns and rows, in a fixed order."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select

from checks.model import Site, Unchecked, Unit, fingerprint
from checks.rules.column import empty_column, incomplete_column, stale_column
from store import schema
from store.articles import CHUNK
from store.pack_file import PackTable
from store.parts import parts_from

A, C, E = schema.articles, schema.column_days, schema.entries
V = schema.visits
#: How a page stands that a column lists and nobody has read.
UNREAD = ("new", "unread")
#: A state's rule: what says of a column that it stands so.
_STATE_RULES = {"stale": stale_column.RULE.id, "empty": empty_column.RULE.id}
NEVER_LOOKED = "本季度没有检查过"

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
            "listed": _day(row.listed),
            "first_seen": _day(row.first_seen),
            "gone": _day(row.gone),
            "visit": row.state or "",
            "why": row.why or "",
        }
        for number, row in enumerate(connection.execute(chosen), 1)
    ]
    return PackTable("entries", types, rows)


def _day(day: date | datetime | None) -> str | None:
    return day.isoformat() if day else None


def columns(connection: Connection, period: Period) -> PackTable:
    """Each column as the last look in the quarter found it; unread where nobody looked."""
    types = {
        "id": str, "position": int, "name": str, "url": str, "kind": str, "units": str, "state": str,
        "day": str, "newest": str, "entries": int, "why": str,
    }  # fmt: skip
    latest = _last_looks(connection, period)
    rows = []
    for position, one in enumerate(period.site.columns, 1):
        seen = latest.get(one.id)
        rows.append(
            {
                "id": one.id,
                "position": position,
                "name": one.name,
                "url": one.url,
                "kind": one.kind,
                "units": "、".join(period.short[id] for id in one.units),
                "state": seen.state if seen else "unread",
                "day": _day(seen.day) if seen else None,
                "newest": _day(seen.newest) if seen else None,
                "entries": seen.entries if seen else 0,
                "why": seen.why if seen else NEVER_LOOKED,
            }
        )
    return PackTable("columns", types, rows)


def _last_looks(connection: Connection, period: Period) -> Mapping[str, Any]:
    """Each column's (id) last day in the quarter."""
    where = and_(C.c.site == period.site.id, C.c.day >= period.since, C.c.day < period.until)
    found = connection.execute(select(C).where(where).order_by(C.c.day))
    return {row.column_id: row for row in found}


def faults(
    connection: Connection, period: Period, numbers: Mapping[str, tuple[int, bool]]
) -> PackTable:
    """What stood wrong with columns on the quarter's last look: stale, empty, or an item missing; a row a unit.

    `numbers` gives a finding's (fingerprint) number in the ledger and whether it is confirmed. A column
    nobody answers for has one row with unit "".
    """
    types = {
        "key": str, "position": int, "column_id": str, "state": str, "item": str, "unit": str,
        "finding": int, "confirmed": int, "day": str, "url": str,
    }  # fmt: skip
    rows: dict[str, Row] = {}
    latest = _last_looks(connection, period)
    looked = [(one, latest[one.id]) for one in period.site.columns if one.id in latest]
    for column, seen in looked:
        for state, item, owed, mark in _faults(period.site, column, seen):
            number, confirmed = numbers.get(mark, (None, False))
            for unit in owed or ("",):
                key = "/".join((column.id, item or state, unit))
                rows[key] = {
                    "key": key, "position": len(rows) + 1, "column_id": column.id, "state": state,
                    "item": item, "unit": unit, "finding": number, "confirmed": int(confirmed),
                    "day": _day(seen.day), "url": column.url,
                }  # fmt: skip
    return PackTable("faults", types, list(rows.values()))


def units(period: Period, made: Mapping[str, PackTable]) -> PackTable:
    """Each unit's figures against its quota. `doubt` says why it is not to be called below it, "" where it may be."""
    types = {
        "id": str, "position": int, "name": str, "short": str, "aliases": str, "kind": str, "quota": int,
        "published": int, "reprinted": int, "repeated": int, "doubt": str,
    }  # fmt: skip
    counted = Counter((row["unit"], row["reprinted"]) for row in made["articles"].rows)
    repeated = Counter(
        row["unit"] for row in made["articles"].rows if row["repeats"] and not row["reprinted"]
    )
    rows = [
        {
            "id": one.id,
            "position": position,
            "name": one.name,
            "short": period.short[one.id],
            "aliases": json.dumps(one.aliases, ensure_ascii=False),
            "kind": one.kind,
            "quota": one.quota,
            "published": counted[one.id, 0],
            "reprinted": counted[one.id, 1],
            "repeated": repeated[one.id],
            "doubt": _doubt(one, counted[one.id, 0], period.site, made),
        }
        for position, one in enumerate(period.site.units, 1)
    ]
    return PackTable("units", types, rows)


def _doubt(unit: Unit, published: int, site: Site, made: Mapping[str, PackTable]) -> str:
    """Why a unit that seems below its quota may not be: what it published may stand where nobody could look."""
    if unit.quota is None or published >= unit.quota:
        return ""
    mine = {one.id for one in site.columns if unit.id in one.units}
    unread = [
        row["name"]
        for row in made["columns"].rows
        if row["id"] in mine and row["state"] == "unread"
    ]
    if unread:
        return f"责任栏目{'、'.join(f'“{name}”' for name in unread)}未能检查"
    pages = {
        row["url"]
        for row in made["entries"].rows
        if row["column_id"] in mine and row["visit"] in UNREAD
    }
    if published + len(pages) >= unit.quota:
        return f"责任栏目中有{len(pages)}个网页没有读到"
    return ""


def _faults(site: Site, column: Any, seen: Any) -> Iterator[tuple[str, str, Sequence[str], str]]:
    """(state, item, units that answer for it, the finding's fingerprint)."""
    if rule := _STATE_RULES.get(seen.state):
        yield seen.state, "", column.units, fingerprint(site.id, rule, column.id)
    owed = {one.item: one.units or column.units for one in column.expects}
    for item, unit in json.loads(seen.missing):
        mark = fingerprint(site.id, incomplete_column.RULE.id, column.id, item, unit)
        yield "incomplete", item, (unit,) if unit else owed.get(item, column.units), mark


def nights(connection: Connection, period: Period) -> PackTable:
    """The nights and audits of the quarter, ended or not."""
    types = {
        "id": int, "day": str, "kind": str, "started": str, "finished": str, "requests": int,
    }  # fmt: skip
    N = schema.nights  # noqa: N806  - a table, as everywhere in this room
    where = and_(N.c.site == period.site.id, N.c.day >= period.since, N.c.day < period.until)
    rows = [
        {
            "id": row.id, "day": _day(row.day), "kind": row.kind, "started": _day(row.started),
            "finished": _day(row.finished), "requests": row.requests,
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
    for day, after in zip(days, [*days[1:], None], strict=True):
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


MADE: tuple[Callable[[Connection, Period], PackTable], ...] = (articles, entries, columns, nights)
