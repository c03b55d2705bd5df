"""The sentence a finding stands in, from the article as it is stored now or as it was when it was found."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, and_, select

from checks.model import Part, Site
from store import schema
from store.parts import parts_from, unpacked

#: Values one statement may carry; texts held at once.
CHUNK = 200
#: Characters shown on either side of a match.
MOST = 60
_ENDS = "。！？；!?;\n"


@dataclass(frozen=True, slots=True)
class Told:
    """What a finding is about: the title of the article (or column), its day, the sentence."""

    title: str
    published: date | None
    sentence: tuple[str, str, str]


def sentences(connection: Connection, site: Site, rows: Sequence[Any]) -> dict[int, Told]:
    """By number, for each of these rows of `findings`."""
    told: dict[int, Told] = {}
    names = {column.id: column.name for column in site.columns}
    for i in range(0, len(rows), CHUNK):
        some = rows[i : i + CHUNK]
        articles = _articles(connection, site.id, {row.url for row in some})
        moved = []
        for row in some:
            title, published, parts = articles.get(row.url, ("", None, ()))
            shown = around(parts, row) if row.about == "text" else None
            if shown is None and row.about == "text":
                moved.append(row)
            name = title or names.get(row.column_id) or (site.name if row.url == site.home else "")
            told[row.id] = Told(
                name or row.match or row.url, published, shown or ("", row.match, "")
            )
        for row, shown in _as_it_was(connection, site.id, moved):
            told[row.id] = Told(told[row.id].title, told[row.id].published, shown)
    return told


def _articles(
    connection: Connection, site: str, urls: set[str]
) -> dict[str, tuple[str, date | None, tuple[Part, ...]]]:
    a = schema.articles
    chosen = select(a.c.url, a.c.title, a.c.published, a.c.parts).where(
        and_(a.c.site == site, a.c.url.in_(urls))
    )
    return {
        row.url: (row.title, row.published, parts_from(row.parts))
        for row in connection.execute(chosen)
    }


def _as_it_was(
    connection: Connection, site: str, rows: Sequence[Any]
) -> Iterator[tuple[Any, tuple[str, str, str]]]:
    """The sentences of those whose article was edited since, from its newest text that has them."""
    if not rows:
        return
    v = schema.versions
    wanted: dict[str, list[Any]] = {}
    for row in rows:
        wanted.setdefault(row.url, []).append(row)
    chosen = (
        select(v.c.url, v.c.parts)
        .where(and_(v.c.site == site, v.c.url.in_(list(wanted))))
        .order_by(v.c.number.desc())
    )
    for url, packed in connection.execute(chosen):
        if not wanted[url]:
            continue
        parts = parts_from(unpacked(packed))
        for row in tuple(wanted[url]):
            if shown := around(parts, row):
                wanted[url].remove(row)
                yield row, shown


def around(parts: Sequence[Part], row: Any) -> tuple[str, str, str] | None:
    """The sentence a finding's row points at; None: something else stands there now."""
    if not (row.part < len(parts) and row.start < row.end):
        return None
    text: str = parts[row.part].text
    match = text[row.start : row.end]
    if match != row.match:
        return None
    before = text[max(0, row.start - MOST) : row.start]
    after = text[row.end : row.end + MOST]
    cut = max(before.rfind(mark) for mark in _ENDS) + 1
    ends = [place for mark in _ENDS if (place := after.find(mark)) >= 0]
    return before[cut:].lstrip(), match, after[: min(ends) + 1].rstrip() if ends else after
