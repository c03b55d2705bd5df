"""Walks through columns: entries, known ground, and a column as the store knows it.

A night reads a column's list from the first page until known ground: entries that an earlier walk reached
without a gap (`settled`). A walk that was cut settles nothing, so that the next one goes on beyond it.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, and_, select, update

from checks.model import Article, Column, ColumnSnapshot, Entry, Part
from checks.privacy import masked
from store import schema
from store.upsert import upsert
from store.visits import State, want

CHUNK = 500
E = schema.entries


def _listed(site: str, column: str) -> tuple[Any, ...]:
    return E.c.site == site, E.c.column_id == column, E.c.gone.is_(None)


@dataclass(frozen=True, slots=True)
class Ground:
    """What earlier walks came to: the last day known ground and the end were reached, the total claimed then."""

    walked: date | None = None
    whole: date | None = None
    total: int | None = None


def ground_of(connection: Connection, site: str, column: str) -> Ground:
    w = schema.walks
    row = connection.execute(
        select(w).where(and_(w.c.site == site, w.c.column_id == column))
    ).one_or_none()
    return Ground(row.walked, row.whole, row.total) if row else Ground()


def settled(connection: Connection, site: str, column: str, urls: Sequence[str]) -> set[str]:
    """Those of `urls` that are known ground in this column."""
    found: set[str] = set()
    for i in range(0, len(urls), CHUNK):
        part = urls[i : i + CHUNK]
        found |= {
            url
            for (url,) in connection.execute(
                select(E.c.url).where(and_(*_listed(site, column), E.c.url.in_(part), E.c.settled))
            )
        }
    return found


def entry_rows(
    site: str, listed: Iterable[Entry], day: date, *, settle: bool = False
) -> list[dict[str, Any]]:
    """Which column lists which article, a row a pair."""
    rows = {
        (entry.column, entry.url): {
            "site": site,
            "column_id": entry.column,
            "url": entry.url,
            "title": masked(entry.title),
            "listed": entry.listed,
            "pinned": entry.pinned,
            "first_seen": day,
            "last_seen": day,
            "settled": settle,
            "gone": None,
        }
        for entry in listed
    }
    return list(rows.values())


def save_entries(
    connection: Connection, site: str, listed: Iterable[Entry], *, day: date, settle: bool = False
) -> None:
    """Save what a list showed on `day`; an entry not seen again keeps the day it was last seen."""
    kept = ("first_seen",) if settle else ("first_seen", "settled", "gone")
    rows = entry_rows(site, listed, day, settle=settle)
    upsert(connection, E, rows, key=("site", "column_id", "url"), keep=kept)


def save_walk(
    connection: Connection,
    site: str,
    column: str,
    entries: Sequence[Entry],
    wanted: Iterable[tuple[str, State, str]],
    *,
    day: date,
    reached: bool,
    whole: bool,
    total: int | None,
) -> None:
    """Save what a walk met, and the pages it wants read.

    `reached`: it came to known ground or to its end, without a gap: from now on this is known ground.
    `whole`: to its end: entries it did not meet are gone from the list.
    """
    save_entries(connection, site, entries, day=day, settle=reached)
    want(connection, site, wanted)
    if whole:
        _mark_gone(connection, site, column, {entry.url for entry in entries}, day)
    if reached:
        row = {"site": site, "column_id": column, "walked": day, "whole": day, "total": total}
        keep = () if whole else ("whole",)
        if not whole and ground_of(connection, site, column).whole is None:
            row["whole"] = None
        upsert(connection, schema.walks, [row], key=("site", "column_id"), keep=keep)


def _mark_gone(connection: Connection, site: str, column: str, met: set[str], day: date) -> None:
    mine = and_(*_listed(site, column))
    left = [url for (url,) in connection.execute(select(E.c.url).where(mine)) if url not in met]
    for i in range(0, len(left), CHUNK):
        connection.execute(
            update(E).where(and_(mine, E.c.url.in_(left[i : i + CHUNK]))).values(gone=day)
        )


def column_snapshot(
    connection: Connection, site: str, column: Column, day: date, *, whole: bool
) -> ColumnSnapshot:
    """The column as the store knows it: every entry that is not gone, with what was read of its article.

    Of an article's text only the words that the column's expectations ask for are kept.
    """
    words = tuple(dict.fromkeys(word for one in column.expects for word in one.any))
    entries = tuple(_stored(connection, site, column.id, words))
    return ColumnSnapshot(column, entries, day, whole=whole)


def _stored(
    connection: Connection, site: str, column: str, words: Sequence[str]
) -> Iterator[Entry]:
    a, v = schema.articles, schema.visits
    cells = [
        E.c.url,
        E.c.title,
        E.c.listed,
        E.c.pinned,
        a.c.id,
        a.c.published,
        a.c.unit,
        v.c.state,
        v.c.why,
    ]
    chosen = (
        select(*cells, *([a.c.parts] if words else []))
        .select_from(
            E.outerjoin(a, and_(a.c.site == E.c.site, a.c.url == E.c.url)).outerjoin(
                v, and_(v.c.site == E.c.site, v.c.url == E.c.url)
            )
        )
        .where(and_(*_listed(site, column)))
        .order_by(E.c.id)
    )
    for row in connection.execute(chosen, execution_options={"yield_per": CHUNK}):
        article = None if row.id is None or row.state == "deleted" else _light(row, words)
        why = "" if article else row.why or ""
        yield Entry(column, row.url, row.title, row.listed, row.pinned, article, why)


def _light(row: Any, words: Sequence[str]) -> Article:
    parts: tuple[Part, ...] = ()
    if words:
        text = "\n".join(piece[2] for piece in json.loads(row.parts))
        found = "\n".join(word for word in words if word in text)
        parts = (Part("body", "", found),) if found else ()
    return Article(row.url, parts, row.published, unit=row.unit)
