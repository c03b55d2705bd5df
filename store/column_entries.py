"""What a column lists, newest first: a page of it, or what names some words."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from checks.model import Article, Entry, Part
from store import schema

A, E, V = schema.articles, schema.entries, schema.visits
#: Entries that name an expectation's words are looked at up to this many.
MOST_NAMING = 2000
FETCHED_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class ListedEntry:
    """An entry of a column. `day` is its article's day, else the list's; `unit` its article's ("" for nobody's).

    `read`: its article is stored; `state` and `why` are of the last visit to its page ("" where there was none).
    """

    url: str
    title: str
    day: date | None
    unit: str
    pinned: bool
    read: bool
    state: str
    why: str
    first_seen: date


def _joined(*cells: Any) -> Select[Any]:
    return select(*cells).select_from(
        E.outerjoin(A, and_(A.c.site == E.c.site, A.c.url == E.c.url)).outerjoin(
            V, and_(V.c.site == E.c.site, V.c.url == E.c.url)
        )
    )


_day: ColumnElement[Any] = func.coalesce(A.c.published, E.c.listed)


def _listed(site: str, column: str) -> ColumnElement[bool]:
    return and_(E.c.site == site, E.c.column_id == column, E.c.gone.is_(None))


def column_entries(
    connection: Connection,
    site: str,
    column: str,
    *,
    unit: str = "",
    offset: int = 0,
    most: int = 50,
) -> tuple[list[ListedEntry], int]:
    """The entries of a column from `offset`, newest first and undated last, `most` at most; and how many in all.

    With `unit` (id) those whose article is that unit's only.
    """
    mine = and_(_listed(site, column), *((A.c.unit == unit,) if unit else ()))
    counted = (
        _joined(func.count()).where(mine)
        if unit
        else select(func.count()).select_from(E).where(mine)
    )
    total = connection.execute(counted).scalar_one()
    rows = connection.execute(
        _joined(
            E.c.url, E.c.title, _day.label("day"), A.c.unit, E.c.pinned, A.c.id.label("article"), V.c.state,
            V.c.why, E.c.first_seen,
        )
        .where(mine)
        .order_by(_day.is_(None), _day.desc(), E.c.id.desc())
        .offset(offset)
        .limit(most)
    )  # fmt: skip
    entries = [
        ListedEntry(
            row.url, row.title, row.day, row.unit or "", row.pinned, row.article is not None,
            row.state or "", row.why or "", row.first_seen,
        )
        for row in rows
    ]  # fmt: skip
    return entries, int(total)


def entries_naming(
    connection: Connection,
    site: str,
    column: str,
    words: Sequence[str],
    *,
    since: date | None = None,
    until: date | None = None,
) -> Iterator[Entry]:
    """The entries whose title or stored text names one of `words`, newest first, the first `MOST_NAMING`.

    From `since` to `until` (both inclusive, None: at any time). Of an article's text only the words found are given.
    """
    if not words:
        return
    pairs = [E.c.title.contains(word, autoescape=True) for word in words]
    pairs += [A.c.parts.contains(_in_json(word), autoescape=True) for word in words]
    where = [_listed(site, column), or_(*pairs)]
    where += [_day >= since] if since else []
    where += [_day <= until] if until else []
    rows = connection.execute(
        _joined(
            E.c.url, E.c.title, E.c.listed, E.c.pinned, A.c.published, A.c.unit, A.c.parts, V.c.state
        )
        .where(and_(*where))
        .order_by(_day.is_(None), _day.desc(), E.c.id.desc())
        .limit(MOST_NAMING),
        execution_options={"yield_per": FETCHED_AT_ONCE},
    )  # fmt: skip
    for row in rows:
        article = None if row.parts is None or row.state == "deleted" else _light(row, words)
        yield Entry(column, row.url, row.title, row.listed, row.pinned, article)


def _in_json(word: str) -> str:
    """A word as `articles.parts` holds it."""
    return json.dumps(word, ensure_ascii=False)[1:-1]


def _light(row: Any, words: Sequence[str]) -> Article:
    text = "\n".join(piece[2] for piece in json.loads(row.parts))
    found = "\n".join(word for word in words if word in text)
    return Article(
        row.url, (Part("body", "", found),) if found else (), row.published, unit=row.unit
    )
