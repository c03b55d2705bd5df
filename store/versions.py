"""What an article said before: each text it had, and when that was seen （静默修改）."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, and_, func, insert, select

from checks.model import Part
from store import schema
from store.parts import packed, parts_from, unpacked

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Version:
    """One text of an article. `number` counts from 1.

    `since` and `until` are the first and last instants (UTC) it was seen, `until` None for the present one.
    """

    site: str
    url: str
    number: int
    title: str
    published: date | None
    parts: tuple[Part, ...]
    since: datetime | None
    until: datetime | None = None

    @property
    def text(self) -> str:
        """All of it as one text for comparing: title, body, each attachment under its name."""
        return "\n\n".join(
            f"【附件 {part.name}】\n{part.text}" if part.kind == "attachment" else part.text
            for part in self.parts
        )


def keep_versions(connection: Connection, site: str, urls: Sequence[str], *, now: datetime) -> None:
    """Put aside the present text of each of these articles, which is replaced at `now`."""
    a, v = schema.articles, schema.versions
    for i in range(0, len(urls), CHUNK):
        part = urls[i : i + CHUNK]
        counted = connection.execute(
            select(v.c.url, func.max(v.c.number))
            .where(and_(v.c.site == site, v.c.url.in_(part)))
            .group_by(v.c.url)
        )
        numbers: dict[str, int] = {row[0]: row[1] for row in counted}
        old = connection.execute(select(a).where(and_(a.c.site == site, a.c.url.in_(part))))
        if rows := [_row(row, numbers.get(row.url, 0) + 1, now) for row in old]:
            connection.execute(insert(v), rows)


def _row(old: Any, number: int, now: datetime) -> dict[str, Any]:
    last = old.fetched_at or old.checked_at
    return {
        "site": old.site, "url": old.url, "number": number, "title": old.title, "published": old.published,
        "text_hash": old.text_hash, "parts": packed(old.parts), "first_seen": old.text_since or last,
        "last_seen": min(last, now),
    }  # fmt: skip


def article_versions(connection: Connection, url: str, site: str = "") -> list[Version]:
    """Every text the article at `url` had, oldest first, the present one last; [] where none is stored."""
    a, v = schema.articles, schema.versions
    old = [
        Version(
            row.site, row.url, row.number, row.title, row.published, parts_from(unpacked(row.parts)),
            row.first_seen, row.last_seen,
        )
        for row in connection.execute(select(v).where(and_(v.c.url == url, *_of(v, site))))
    ]  # fmt: skip
    present = [
        Version(
            row.site, row.url, 1 + sum(one.site == row.site for one in old), row.title, row.published,
            parts_from(row.parts), row.text_since or row.fetched_at,
        )
        for row in connection.execute(select(a).where(and_(a.c.url == url, *_of(a, site))))
    ]  # fmt: skip
    return sorted((*old, *present), key=lambda one: (one.site, one.number))


def _of(table: Any, site: str) -> list[Any]:
    return [table.c.site == site] if site else []


def edits_since(
    connection: Connection, site: str, since: datetime, most: int
) -> tuple[list[tuple[str, str]], int]:
    """Articles whose text changed at or after `since`: (url, title), the first `most`; and how many."""
    a, v = schema.articles, schema.versions
    changed = select(v.c.url).where(v.c.site == site)
    since = since.replace(tzinfo=None)
    where = and_(a.c.site == site, a.c.text_since >= since, a.c.url.in_(changed))
    count = connection.execute(select(func.count()).select_from(a).where(where)).scalar_one()
    rows = connection.execute(select(a.c.url, a.c.title).where(where).order_by(a.c.id).limit(most))
    return [(url, title) for url, title in rows], int(count)
