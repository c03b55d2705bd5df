"""The lists that a site's articles were judged with, kept so that what changed since can be told.

Whoever judges and saves articles calls `save_list_set` when it begins: a night or audit with the instant it
begins to read pages, a re-check without. Articles judged with lists that were not saved are judged again
whole by the next re-check.
"""

import json
import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, and_, or_, select

from checks.model import Severity
from checks.wordlist import Term, Wordlist, lists_hash
from store import schema
from store.upsert import insert_missing, upsert

T = schema.list_sets


@dataclass(frozen=True, slots=True)
class ListSet:
    """Lists, and the grounds (checks/grounds.py) on which they judged."""

    lists_hash: str
    grounds: str
    wordlists: tuple[Wordlist, ...]


def save_list_set(
    connection: Connection,
    site: str,
    wordlists: Sequence[Wordlist],
    grounds: str,
    *,
    reading_at: datetime | None = None,
) -> None:
    """Note that articles are judged with these lists on these grounds, from `reading_at` on as pages are read."""
    at = reading_at.replace(tzinfo=None) if reading_at else None
    row = {
        "site": site, "lists_hash": lists_hash(wordlists), "grounds": grounds, "last_read": at,
        "lists": packed(wordlists),
    }  # fmt: skip
    key = ("site", "lists_hash", "grounds")
    if at:
        upsert(connection, T, [row], key=key, keep=("lists",))
    else:
        insert_missing(connection, T, [row], key=key)


def list_sets(
    connection: Connection, site: str, since: datetime | None, named: Collection[str] = ()
) -> tuple[ListSet, ...]:
    """What pages were judged with that were read at or after `since`, and the lists `named` (hashes); None: everything."""
    where = T.c.site == site
    if since is not None:
        where = and_(where, or_(T.c.last_read >= since, T.c.lists_hash.in_(named)))
    rows = connection.execute(select(T).where(where).order_by(T.c.id))
    return tuple(ListSet(row.lists_hash, row.grounds, unpacked(row.lists)) for row in rows)


def read_on_others(connection: Connection, site: str, grounds: str) -> bool:
    """Whether pages were ever read and judged on other grounds than these."""
    others = and_(T.c.site == site, T.c.last_read.is_not(None), T.c.grounds != grounds)
    return connection.execute(select(T.c.id).where(others).limit(1)).first() is not None


def packed(wordlists: Sequence[Wordlist]) -> bytes:
    said = [
        [
            one.id,
            one.title,
            str(one.severity),
            one.message,
            one.source,
            one.context,
            [
                [t.text, t.use, list(t.unless), t.boundary, _day(t.since), _day(t.until), t.source]
                for t in one.terms
            ],
        ]
        for one in wordlists
    ]
    return zlib.compress(json.dumps(said).encode(), 6)


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def unpacked(raw: bytes) -> tuple[Wordlist, ...]:
    return tuple(
        Wordlist(
            id,
            title,
            Severity.named(severity),
            message,
            source,
            tuple(map(_term, terms)),
            context,
        )
        for id, title, severity, message, source, context, terms in json.loads(zlib.decompress(raw))
    )


def _term(row: Sequence[Any]) -> Term:
    text, use, unless, boundary, since, until, source = row
    days = [date.fromisoformat(day) if day else None for day in (since, until)]
    return Term(text, use, tuple(unless), boundary, days[0], days[1], source)
