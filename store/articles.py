"""Articles and their entries: what was read, saved all or not at all."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, and_, func, select, update

from checks.archive_search import folded_form
from checks.model import Article, Entry, Fetched, Finding
from store import schema
from store.evidence import Evidence, save_evidence
from store.findings import save_findings
from store.parts import parts_from, parts_json
from store.text import storable
from store.upsert import insert_missing, upsert
from store.versions import keep_versions
from store.visits import Answer, save_answers
from store.walks import entry_rows

#: Values one statement may carry.
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Judged:
    """An article as read and checked: itself, who lists it, what was found, how it was fetched."""

    article: Article
    entries: tuple[Entry, ...]
    findings: tuple[Finding, ...]
    fetched: Fetched | None = None
    dates: Mapping[str, date] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()

    @property
    def hash(self) -> str:
        return self.article.text_hash


@dataclass(frozen=True, slots=True)
class Tally:
    """Articles seen for the first time, with another text than before, and the same."""

    new: int = field(default=0)
    changed: int = field(default=0)
    same: int = field(default=0)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.new + other.new, self.changed + other.changed, self.same + other.same)


def save_articles(
    connection: Connection,
    site: str,
    judged: Sequence[Judged],
    *,
    now: datetime,
    day: date,
    lists_hash: str,
) -> Tally:
    """Save articles with their entries and all their findings, in the caller's transaction.

    The same input again changes nothing but the day and instant it was last seen. Findings that an
    article no longer has are closed: it was fetched and checked.
    """
    latest = {one.article.url: one for one in judged}
    known = _hashes(connection, site, list(latest))
    edited = [url for url, one in latest.items() if known.get(url, one.hash) != one.hash]
    keep_versions(connection, site, edited, now=naive(now))
    rows = [_row(site, one, now, day, lists_hash) for one in latest.values()]
    kept = ("first_seen", "text_since", "repeats")
    upsert(connection, schema.articles, rows, key=("site", "url"), keep=kept)
    _text_since(connection, site, edited, naive(now))
    save_evidence(connection, site, [kept for one in judged for kept in one.evidence])
    save_answers(connection, site, [_answer(one) for one in latest.values()], day)
    insert_missing(
        connection,
        schema.entries,
        entry_rows(site, [e for one in judged for e in one.entries], day),
        key=("site", "column_id", "url"),
    )
    save_findings(
        connection,
        site,
        {url: one.findings for url, one in latest.items()},
        now=now,
        lists_hash=lists_hash,
        day=day,
        fetched={url: one.fetched.at if one.fetched else now for url, one in latest.items()},
    )
    new = sum(url not in known for url in latest)
    same = sum(known.get(url) == one.hash for url, one in latest.items())
    return Tally(new, len(latest) - new - same, same)


def _answer(one: Judged) -> Answer:
    seen = one.fetched
    if seen is None:
        return Answer(one.article.url, "read", published=one.article.published)
    return Answer(
        one.article.url, "read", published=one.article.published, etag=seen.etag,
        modified=seen.modified, body_hash=seen.digest,
    )  # fmt: skip


def _text_since(connection: Connection, site: str, urls: Sequence[str], now: datetime) -> None:
    table = schema.articles
    for i in range(0, len(urls), CHUNK):
        mine = and_(table.c.site == site, table.c.url.in_(urls[i : i + CHUNK]))
        connection.execute(update(table).where(mine).values(text_since=now, repeats=""))


def _hashes(connection: Connection, site: str, urls: Sequence[str]) -> dict[str, str]:
    table = schema.articles
    found: dict[str, str] = {}
    for i in range(0, len(urls), CHUNK):
        chosen = select(table.c.url, table.c.text_hash).where(
            and_(table.c.site == site, table.c.url.in_(urls[i : i + CHUNK]))
        )
        found |= {row.url: row.text_hash for row in connection.execute(chosen)}
    return found


def _row(site: str, one: Judged, now: datetime, day: date, lists_hash: str) -> Mapping[str, Any]:
    article, fetched = one.article, one.fetched
    return {
        "site": site,
        "url": article.url,
        "title": storable(article.title),
        "published": article.published,
        "source": storable(article.source),
        "unit": article.unit,
        "reprinted": article.reprinted,
        "parts": parts_json(article.parts),
        "folded": folded_form([part.text for part in article.parts]),
        "text_hash": one.hash,
        "text_since": naive(now),
        "dates": json.dumps({name: day.isoformat() for name, day in one.dates.items()}),
        "repeats": "",
        "rungs": json.dumps(dict(article.rungs), sort_keys=True),
        "first_seen": day,
        "last_seen": day,
        "checked_at": naive(now),
        "lists_hash": lists_hash,
        "fetched_at": naive(fetched.at) if fetched else None,
        "status": fetched.status if fetched else None,
        "bytes": fetched.bytes if fetched else None,
        "etag": fetched.etag if fetched else "",
        "modified": fetched.modified if fetched else "",
    }


def naive(instant: datetime) -> datetime:
    """SQLite drops time zones: instants are stored as UTC without one."""
    return instant.replace(tzinfo=None)


def stored_articles(connection: Connection, site: str) -> Iterator[Article]:
    """Every stored article of a site, by address, streamed."""
    table = schema.articles
    chosen = select(table).where(table.c.site == site).order_by(table.c.url)
    rows = connection.execute(chosen, execution_options={"yield_per": CHUNK})
    for row in rows:
        yield _article(row)


def stored_article(connection: Connection, site: str, url: str) -> Article | None:
    """The stored article at `url`, None where there is none."""
    table = schema.articles
    row = connection.execute(
        select(table).where(and_(table.c.site == site, table.c.url == url))
    ).one_or_none()
    return _article(row) if row else None


def article_urls(connection: Connection, site: str) -> Iterator[str]:
    """The addresses of every stored article of a site, streamed."""
    table = schema.articles
    chosen = select(table.c.url).where(table.c.site == site).order_by(table.c.id)
    for row in connection.execute(chosen, execution_options={"yield_per": CHUNK}):
        yield row.url


def all_articles(connection: Connection) -> Iterator[Article]:
    """Every stored article of every site, streamed."""
    table = schema.articles
    chosen = select(table).order_by(table.c.site, table.c.url)
    rows = connection.execute(chosen, execution_options={"yield_per": CHUNK})
    for row in rows:
        yield _article(row)


def _article(row: Any) -> Article:
    return Article(
        url=row.url,
        parts=parts_from(row.parts),
        published=row.published,
        source=row.source,
        unit=row.unit,
        reprinted=row.reprinted,
        rungs=json.loads(row.rungs),
    )


def unit_figures(
    connection: Connection, site: str, since: date, until: date
) -> tuple[dict[tuple[str, bool], int], int]:
    """Articles published from `since` (inclusive) to `until` (exclusive), by (unit, reprinted); undated ones."""
    table = schema.articles
    counted = connection.execute(
        select(table.c.unit, table.c.reprinted, func.count())
        .where(and_(table.c.site == site, table.c.published >= since, table.c.published < until))
        .group_by(table.c.unit, table.c.reprinted)
    )
    figures = {(unit, bool(reprinted)): n for unit, reprinted, n in counted}
    undated = connection.execute(
        select(func.count()).where(and_(table.c.site == site, table.c.published.is_(None)))
    ).scalar_one()
    return figures, undated
