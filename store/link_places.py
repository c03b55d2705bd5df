"""On which pages a link stands: a bounded number of them, the home page always."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, and_, delete, exists, select

from checks.model import Site
from checks.privacy import masked
from checks.rules.site.shared import is_home
from checks.seen_page import SeenLink
from store import schema
from store.page_faults import chunks
from store.text import storable
from store.upsert import upsert

#: Pages kept of one link, the home page apart.
PLACES = 5


def save_places(
    connection: Connection, site: Site, named: Mapping[str, Mapping[str, SeenLink]], day: date
) -> None:
    """Note the links that each page read names (by address); places that are no longer so are dropped."""
    table = schema.link_places
    gone = [
        row.id
        for pages in chunks(list(named))
        for row in connection.execute(
            select(table.c.id, table.c.page, table.c.url).where(
                and_(table.c.site == site.id, table.c.page.in_(pages))
            )
        )
        if row.url not in named[row.page]
    ]
    for ids in chunks(gone):
        connection.execute(delete(table).where(table.c.id.in_(ids)))
    standing = _standing(connection, site.id, {url for many in named.values() for url in many})
    rows = []
    for page, many in sorted(named.items(), key=lambda one: not is_home(one[0], site)):
        for url, link in many.items():
            pages = standing.setdefault(url, set())
            if page not in pages and len(pages) >= PLACES and not is_home(page, site):
                continue
            pages.add(page)
            rows.append(
                {
                    "site": site.id, "place": _place(page, url), "page": page, "url": url,
                    "text": storable(masked(link.text)), "seen": day,
                }
            )  # fmt: skip
    upsert(connection, table, rows, key=("site", "place"))


def _standing(connection: Connection, site: str, urls: Iterable[str]) -> dict[str, set[str]]:
    table = schema.link_places
    found: dict[str, set[str]] = {}
    for some in chunks(list(urls)):
        for row in connection.execute(
            select(table.c.url, table.c.page).where(
                and_(table.c.site == site, table.c.url.in_(some))
            )
        ):
            found.setdefault(row.url, set()).add(row.page)
    return found


def _place(page: str, url: str) -> str:
    return hashlib.sha256(f"{page}\n{url}".encode("utf-8", "surrogatepass")).hexdigest()


def stands() -> Any:
    """The condition that a row of `links` stands on some page."""
    places, links = schema.link_places, schema.links
    return exists().where(and_(places.c.site == links.c.site, places.c.url == links.c.url))
