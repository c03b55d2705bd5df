"""When what a claimed finding is about was last looked at, where that is not one page read just now.

A fault that many pages share was looked at when the page of them was that waited longest: a unit's claim is
refuted only once every page that still shows the fault has been asked since.
"""

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy import Connection, and_, func, select

from checks.model import Site, fingerprint
from checks.rules.site import dead_link, link_gone_wild
from store import schema
from store.states import CLAIMED
from store.steps import start_of

F, V, L, P = schema.findings, schema.visits, schema.links, schema.page_faults


def looked_at(connection: Connection, site: Site) -> dict[str, datetime]:
    """By fingerprint, for claimed findings about pages, links and dates: the latest instant (UTC) that is sure."""
    claimed = and_(F.c.site == site.id, F.c.state == CLAIMED, F.c.about.in_(("page", "dates")))
    marks = {row.fingerprint for row in connection.execute(select(F.c.fingerprint).where(claimed))}
    if not marks:
        return {}
    looks = (*_faults(connection, site), *_links(connection, site), *_dates(connection, site))
    return {mark: start_of(site, day) for mark, day in looks if mark in marks and day}


def _faults(connection: Connection, site: Site) -> Iterator[tuple[str, date | None]]:
    of_page = and_(V.c.site == P.c.site, V.c.url == P.c.url)
    chosen = (
        select(P.c.rule, P.c.key, func.min(V.c.answered))
        .select_from(P.join(V, of_page))
        .where(P.c.site == site.id)
        .group_by(P.c.rule, P.c.key)
    )
    for rule, key, day in connection.execute(chosen):
        yield fingerprint(site.id, rule, key), day


def _links(connection: Connection, site: Site) -> Iterator[tuple[str, date | None]]:
    failing = and_(L.c.site == site.id, L.c.failed_since.is_not(None))
    for url, day in connection.execute(select(L.c.url, L.c.checked).where(failing)):
        for rule in (dead_link.RULE.id, link_gone_wild.RULE.id):
            yield fingerprint(site.id, rule, url), day


def _dates(connection: Connection, site: Site) -> Iterator[tuple[str, date | None]]:
    of_page = and_(V.c.site == F.c.site, V.c.url == F.c.url)
    about = and_(F.c.site == site.id, F.c.about == "dates", F.c.state == CLAIMED)
    chosen = select(F.c.fingerprint, V.c.answered).select_from(F.join(V, of_page)).where(about)
    yield from ((row[0], row[1]) for row in connection.execute(chosen))
