"""Evidence: where a page stands as it was fetched, by article address."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, select

from store import schema
from store.upsert import insert_missing

CHUNK = 500
T = schema.evidence


@dataclass(frozen=True, slots=True)
class Evidence:
    """A page or attachment of the article at `url`, kept in WARC file `file` (relative to the evidence folder).

    `at` is UTC; `digest` is SHA-256 of the body as fetched; the record begins at byte `offset` of the
    file and is `length` bytes long, compressed.
    """

    url: str
    at: datetime
    status: int
    digest: str
    file: str
    offset: int
    length: int


def save_evidence(connection: Connection, site: str, kept: Sequence[Evidence]) -> None:
    """Note what was kept; the same page with the same bytes is noted once."""
    rows = [
        {
            "site": site, "url": one.url, "at": one.at.replace(tzinfo=None), "status": one.status,
            "digest": one.digest, "file": one.file, "offset": one.offset, "length": one.length,
        }
        for one in kept
    ]  # fmt: skip
    insert_missing(connection, T, rows, key=("site", "url", "digest"))


def evidence_of(connection: Connection, url: str, site: str = "") -> list[Evidence]:
    """What is kept of an article, oldest first."""
    where = and_(T.c.url == url, T.c.site == site) if site else T.c.url == url
    return [_read(row) for row in connection.execute(select(T).where(where).order_by(T.c.id))]


def _read(row: Any) -> Evidence:
    return Evidence(row.url, row.at, row.status, row.digest, row.file, row.offset, row.length)


def is_kept(connection: Connection, site: str, url: str, digest: str) -> bool:
    where = and_(T.c.site == site, T.c.url == url, T.c.digest == digest)
    return connection.execute(select(T.c.id).where(where)).first() is not None


def without_evidence(connection: Connection, site: str, urls: Sequence[str]) -> set[str]:
    """Those of `urls` of which nothing is kept."""
    kept: set[str] = set()
    for i in range(0, len(urls), CHUNK):
        where = and_(T.c.site == site, T.c.url.in_(urls[i : i + CHUNK]))
        kept |= {row[0] for row in connection.execute(select(T.c.url).where(where))}
    return set(urls) - kept
