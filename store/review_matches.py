"""What the night compares and remembers: released drafts, the articles they may be, and how each was matched."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select

from checks.model import Article, Site
from checks.review_match import PARTLY, SAME, Match, ReleasedDraft
from store import schema
from store.articles import CHUNK
from store.findings import listed_in
from store.parts import parts_from, unpacked
from store.review_states import RELEASED
from store.steps import day_of
from store.upsert import upsert

A, D, M, V, X = (
    schema.articles,
    schema.drafts,
    schema.review_matches,
    schema.visits,
    schema.draft_texts,
)


@dataclass(frozen=True, slots=True)
class Facing:
    """An article as it is faced with the drafts, its text apart. `fetched` is UTC, None where nobody noted it.

    `draft`, `state` and `matched_hash` are what the last match came to (None, "", "" without one).
    """

    url: str
    title: str
    published: date
    reprinted: bool
    columns: tuple[str, ...]
    text_hash: str
    fetched: datetime | None
    draft: int | None
    state: str
    matched_hash: str

    @property
    def settled(self) -> bool:
        """Whether this very text was found to be a released one."""
        return self.state in (SAME, PARTLY) and self.matched_hash == self.text_hash


def released_drafts(connection: Connection, site: Site) -> list[ReleasedDraft]:
    """Every released draft of a site, with the text that was released where it is still kept; by number."""
    newest = and_(X.c.draft_id == D.c.id, X.c.number == D.c.texts)
    chosen = (
        select(D.c.id, D.c.unit, D.c.title, D.c.url, D.c.text_hash, D.c.released, X.c.parts)
        .select_from(D.outerjoin(X, newest))
        .where(and_(D.c.site == site.id, D.c.state == RELEASED))
        .order_by(D.c.id)
    )
    return [
        ReleasedDraft(
            row.id, row.unit, row.title, row.url, row.text_hash, day_of(site, row.released),
            parts_from(unpacked(row.parts)) if row.parts is not None else None,
        )
        for row in connection.execute(chosen)
    ]  # fmt: skip


def faced(connection: Connection, site: Site, since: date) -> list[Facing]:
    """The articles published from `since` on, and those that were matched before, whose pages are there; by address."""
    live = and_(V.c.site == A.c.site, V.c.url == A.c.url)
    before = and_(M.c.site == A.c.site, M.c.url == A.c.url)
    mine = and_(
        A.c.site == site.id,
        A.c.published.is_not(None),
        or_(A.c.published >= since, M.c.id.is_not(None)),
        or_(V.c.state.is_(None), V.c.state.not_in(("missing", "deleted"))),
    )
    source = A.outerjoin(V, live).outerjoin(M, before)
    listed = listed_in(connection, site.id, select(A.c.url).select_from(source).where(mine))
    chosen = (
        select(
            A.c.url, A.c.title, A.c.published, A.c.reprinted, A.c.text_hash, A.c.fetched_at,
            M.c.draft_id, M.c.state, M.c.text_hash.label("matched"),
        )
        .select_from(source)
        .where(mine)
        .order_by(A.c.url)
    )  # fmt: skip
    return [
        Facing(
            row.url, row.title, row.published, bool(row.reprinted), listed.get(row.url, ()), row.text_hash,
            row.fetched_at, row.draft_id, row.state or "", row.matched or "",
        )
        for row in connection.execute(chosen)
    ]  # fmt: skip


def undated(connection: Connection, site: Site, since: date) -> list[tuple[str, tuple[str, ...]]]:
    """Articles without a date that were first seen on or after `since`, no reprints: (title, columns)."""
    mine = and_(
        A.c.site == site.id, A.c.published.is_(None), A.c.first_seen >= since, ~A.c.reprinted
    )
    listed = listed_in(connection, site.id, select(A.c.url).where(mine))
    rows = connection.execute(select(A.c.url, A.c.title).where(mine).order_by(A.c.id))
    return [(row.title or row.url, listed.get(row.url, ())) for row in rows]


def articles_at(
    connection: Connection, site: Site, faced: Sequence[Facing]
) -> Iterator[tuple[Facing, Article]]:
    """These articles with their texts and columns, a batch at a time."""
    for i in range(0, len(faced), CHUNK):
        batch = {one.url: one for one in faced[i : i + CHUNK]}
        mine = and_(A.c.site == site.id, A.c.url.in_(list(batch)))
        for row in connection.execute(select(A).where(mine).order_by(A.c.url)).all():
            yield batch[row.url], replace(_article(row), columns=batch[row.url].columns)


def _article(row: Any) -> Article:
    return Article(
        row.url, parts_from(row.parts), row.published, row.source, row.unit, bool(row.reprinted)
    )


def save_matches(
    connection: Connection, site_id: str, found: Mapping[str, tuple[str, Match]], *, at: datetime
) -> None:
    """Remember how articles were matched, by address: (hash of the text compared, match). `at` is UTC."""
    rows = [
        {
            "site": site_id, "url": url, "draft_id": match.draft.number if match.draft else None,
            "text_hash": text_hash, "state": match.state, "seen": at.replace(tzinfo=None),
        }
        for url, (text_hash, match) in found.items()
    ]  # fmt: skip
    for i in range(0, len(rows), CHUNK):
        upsert(connection, M, rows[i : i + CHUNK], key=("site", "url"))


@dataclass(frozen=True, slots=True)
class PublishedAt:
    """Where the night found a draft published: the address, how the text stood (checks/review_match.py), when seen (UTC)."""

    url: str
    state: str
    text_hash: str
    seen: datetime


def published_at(connection: Connection, site_id: str, number: int) -> tuple[PublishedAt, ...]:
    """The articles that were matched to a draft, the one noted first first."""
    mine = and_(M.c.site == site_id, M.c.draft_id == number)
    rows = connection.execute(select(M).where(mine).order_by(M.c.id))
    return tuple(PublishedAt(row.url, row.state, row.text_hash, row.seen) for row in rows)


def matched_draft(connection: Connection, site_id: str, url: str) -> int | None:
    """The draft that the article at `url` (canonical) was last matched to, None for none."""
    mine = and_(M.c.site == site_id, M.c.url == url)
    return connection.execute(select(M.c.draft_id).where(mine)).scalar()


def match_counts(connection: Connection, site_id: str) -> dict[str, int]:
    """How many articles stand how, by state of the match."""
    counted = select(M.c.state, func.count()).where(M.c.site == site_id).group_by(M.c.state)
    return {row[0]: int(row[1]) for row in connection.execute(counted)}
