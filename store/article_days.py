"""The days that the store knows of an article: its own, its lists', and when it was first met."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, select

from checks.site_seen import ArticleDays
from store import schema
from store.articles import CHUNK

A, E, D = schema.articles, schema.entries, schema.column_days
#: What `articles.dates` may hold.
META, PAGE, LIST, ADDRESS = "meta", "page", "list", "url"


def article_days(connection: Connection, site: str, urls: Sequence[str]) -> list[ArticleDays]:
    """The days of the stored articles among `urls`, by address."""
    found: list[ArticleDays] = []
    for i in range(0, len(urls), CHUNK):
        part = urls[i : i + CHUNK]
        listed = _listed(connection, site, part)
        mine = select(
            A.c.url, A.c.title, A.c.published, A.c.rungs, A.c.dates, A.c.first_seen, A.c.unit
        ).where(and_(A.c.site == site, A.c.url.in_(part)))
        found += [_days(row, listed.get(row.url, [])) for row in connection.execute(mine)]
    return sorted(found, key=lambda one: one.url)


def _listed(connection: Connection, site: str, urls: Sequence[str]) -> Mapping[str, list[Any]]:
    """Each article's entries, with the days its columns were read before the entry was first met."""
    rows = connection.execute(
        select(
            E.c.url,
            E.c.column_id,
            E.c.listed,
            E.c.first_seen,
            _day(D.c.day.desc(), D.c.state != "unread").label("looked"),
            _day(D.c.day.asc(), D.c.state != "unread", D.c.whole).label("watched"),
        )
        .where(and_(E.c.site == site, E.c.url.in_(urls)))
        .order_by(E.c.id)
    )
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.url, []).append(row)
    return found


def _day(order: ColumnElement[date], *wanted: ColumnElement[bool]) -> Any:
    """The first day, in `order`, of those before an entry was first met on which its column stood as `wanted`."""
    mine = (D.c.site == E.c.site, D.c.column_id == E.c.column_id, D.c.day < E.c.first_seen)
    return select(D.c.day).where(and_(*mine, *wanted)).order_by(order).limit(1).scalar_subquery()


def _days(row: Any, entries: Sequence[Any]) -> ArticleDays:
    dates = dict(_dates(row.dates))
    rung = json.loads(row.rungs).get("published", "")
    shown = dates.get(PAGE)
    lists = (one.listed for one in entries if one.listed and not _in_title(one.listed, row.title))
    looked = [one.looked for one in entries]
    watched = [one.watched for one in entries]
    return ArticleDays(
        url=row.url,
        title=row.title,
        published=row.published,
        rung=rung,
        listed=next(lists, None) or dates.get(LIST),
        meta=dates.get(META),
        page=None if rung == "generic" else shown,
        in_url=dates.get(ADDRESS),
        first_seen=min([row.first_seen, *(one.first_seen for one in entries)]),
        watched_since=max(watched) if entries and all(watched) else None,
        looked=min(looked) if entries and all(looked) else None,
        unit=row.unit,
        columns=tuple(dict.fromkeys(one.column_id for one in entries)),
    )


def _dates(written: str) -> Iterator[tuple[str, date]]:
    for name, day in json.loads(written).items():
        yield name, date.fromisoformat(day)


def _in_title(day: date, title: str) -> bool:
    """Whether a title names this very day: then the list's day may be of what it is about."""
    return any(
        words in title
        for words in (
            f"{day.month}月{day.day}日",
            day.isoformat(),
            f"{day:%Y.%m.%d}",
            f"{day:%m-%d}",
        )
    )
