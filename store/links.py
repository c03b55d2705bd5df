"""Every link that is watched: on which pages it stands, how it answered, what is due, what is dead.

An own article's page (table `visits`) is watched by the crawl itself and is no link here. Addresses are
those of `checks.seen_page.SeenLink`. A link keeps its state while no page names it, so that it is not
forgotten when it comes back; only links that stand somewhere are asked for and told of.
"""

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, and_, case, func, or_, select, update

from checks.hosts import host_of, registrable
from checks.link_state import (
    AGAIN,
    FOUND,
    LinkAnswer,
    LinkState,
    WatchedKind,
    WatchedLink,
    next_link,
    read_state,
    trustworthy,
)
from checks.model import Finding, LinkWatch, Site
from checks.rules.site import dead_link, link_gone_wild
from checks.rules.site.shared import Place, is_home
from checks.seen_page import SeenLink
from checks.switches import switched, switches
from store import schema
from store.link_places import save_places, stands
from store.page_faults import chunks, units_of
from store.text import storable
from store.upsert import upsert

#: Bytes of the longest address that is watched.
LONGEST = 2083
#: Share of a night's requests that one host not the site's own gets, and the least it gets.
HOST_SHARE, HOST_LEAST = 0.2, 5
#: Links known to answer that are asked beside suspects: they tell a broken network of our own.
CONTROLS = 5


@dataclass(frozen=True, slots=True)
class Answered:
    """What a night's answers changed. `unread` are links that could not be told, with why."""

    trusted: bool
    changed: int = 0
    unread: tuple[tuple[str, str], ...] = ()


def save_links(
    connection: Connection,
    site: Site,
    found: Mapping[str, Sequence[SeenLink]],
    day: date,
) -> None:
    """Note which of the pages that were read name which links; what they no longer name is dropped.

    `found` gives every page read, () for one without links. Scripts, style sheets and frames are not
    watched. A link keeps at most `PLACES` pages, the home page always.
    """
    articles = _articles(connection, site.id, {one.url for many in found.values() for one in many})
    named: dict[str, dict[str, SeenLink]] = {}
    for page, many in found.items():
        chosen = {one.url: one for one in reversed(many) if _is_watched(one, page, articles)}
        named[page] = dict(reversed(chosen.items()))
    links = {one.url: one for many in named.values() for one in many.values()}
    rows = [
        {
            "site": site.id, "url": url, "kind": _kind(one, site), "state": "new", "checked": None,
            "failed_since": None, "why": "", "final_url": "", "found": day,
        }
        for url, one in links.items()
    ]  # fmt: skip
    kept = ("state", "checked", "failed_since", "why", "final_url", "found")
    upsert(connection, schema.links, rows, key=("site", "url"), keep=kept)
    save_places(connection, site, named, day)


def _is_watched(one: SeenLink, page: str, articles: Container[str]) -> bool:
    return (
        one.kind in ("page", "attachment", "image")
        and one.url != page
        and one.url not in articles
        and storable(one.url) == one.url
        and len(one.url.encode()) <= LONGEST
    )


def _kind(one: SeenLink, site: Site) -> WatchedKind:
    if one.kind == "attachment" or one.kind == "image":
        return one.kind
    host = host_of(one.url)
    own = host in site.hosts or registrable(host) == registrable(host_of(site.home))
    return "page" if own else "external"


def _articles(connection: Connection, site: str, urls: Iterable[str]) -> set[str]:
    """Those of `urls` that are pages the crawl itself asks for."""
    table = schema.visits
    return {
        row.url
        for some in chunks(list(urls))
        for row in connection.execute(
            select(table.c.url).where(and_(table.c.site == site, table.c.url.in_(some)))
        )
    }


def due_links(
    connection: Connection,
    site: str,
    day: date,
    watch: LinkWatch,
    own: Container[str] = (),
) -> list[WatchedLink]:
    """What to ask for tonight: suspects, then links never asked, then the longest not asked.

    At most `watch.requests`, and of one host that is not in `own` (the site's hosts) at most a fifth of
    them. Where there are suspects, a few links known to answer come too (see `CONTROLS`).
    """
    rows = [_watched(row) for row in connection.execute(_due(site, day, watch))]
    suspects = [one for one in rows if one.state == "suspect"]
    controls = _controls(connection, site, day) if suspects and watch.requests else []
    room = max(0, watch.requests - len(controls))
    most = max(HOST_LEAST, int(watch.requests * HOST_SHARE))
    asked: Counter[str] = Counter()
    chosen: dict[str, WatchedLink] = {}
    for one in rows:
        host = host_of(one.url)
        if len(chosen) < room and (host in own or asked[host] < most):
            asked[host] += 1
            chosen[one.url] = one
    return [*chosen.values(), *(one for one in controls if one.url not in chosen)]


def _due(site: str, day: date, watch: LinkWatch) -> Any:
    table = schema.links
    again = [
        and_(
            table.c.state == state,
            or_(
                table.c.checked.is_(None),
                table.c.checked <= day - timedelta(days=watch.days if days is None else days),
            ),
        )
        for state, days in AGAIN.items()
    ]
    first = case((table.c.state == "suspect", 0), (table.c.checked.is_(None), 1), else_=2)
    return (
        select(table)
        .where(and_(table.c.site == site, or_(*again), stands()))
        .order_by(first, table.c.checked, table.c.id)
        .limit(max(0, watch.requests) * 20)
    )


def _controls(connection: Connection, site: str, day: date) -> list[WatchedLink]:
    """Links of different hosts that answered when last asked, the longest not asked first."""
    table = schema.links
    rows = connection.execute(
        select(table)
        .where(and_(table.c.site == site, table.c.state == "ok", table.c.checked < day, stands()))
        .order_by(table.c.checked, table.c.id)
        .limit(500)
    )
    return list({host_of(one.url): one for one in map(_watched, rows)}.values())[:CONTROLS]


def save_answers(
    connection: Connection, site: str, answers: Mapping[str, LinkAnswer], day: date
) -> Answered:
    """Bring the links that were asked to their next state; nothing changes if the night is not to be trusted."""
    if not trustworthy(answers.values()):
        return Answered(trusted=False)
    table = schema.links
    changed, unread = 0, []
    for some in chunks(list(answers)):
        rows = connection.execute(
            select(table).where(and_(table.c.site == site, table.c.url.in_(some)))
        ).all()
        for row in rows:
            before = _watched(row)
            after = next_link(before, answers[row.url], day)
            changed += after.state != before.state
            if after.state in ("unread", "slow", "blocked"):
                unread.append((after.url, after.why))
            connection.execute(
                update(table)
                .where(table.c.id == row.id)
                .values(
                    state=after.state, checked=after.checked, failed_since=after.failed_since,
                    why=storable(after.why), final_url=storable(after.final_url),
                )
            )  # fmt: skip
    return Answered(trusted=True, changed=changed, unread=tuple(unread))


def link_counts(connection: Connection, site: str) -> dict[LinkState, int]:
    """How many links that stand somewhere are in which state."""
    table = schema.links
    counted = connection.execute(
        select(table.c.state, func.count())
        .where(and_(table.c.site == site, stands()))
        .group_by(table.c.state)
    )
    return {read_state(state): number for state, number in counted}


def dead_link_findings(connection: Connection, site: Site) -> tuple[Finding, ...]:
    """A finding for each link that is dead or gone wild and stands somewhere: those on the home page first."""
    table, places = schema.links, schema.link_places
    found = {
        row.url: _watched(row)
        for row in connection.execute(
            select(table).where(and_(table.c.site == site.id, table.c.state.in_(FOUND)))
        )
    }
    standing: dict[str, list[Place]] = {}
    for some in chunks(list(found)):
        for row in connection.execute(
            select(places.c.url, places.c.page, places.c.text)
            .where(and_(places.c.site == site.id, places.c.url.in_(some)))
            .order_by(func.length(places.c.page), places.c.page)
        ):
            standing.setdefault(row.url, []).append(Place(row.page, row.text))
    units = units_of(
        connection, site.id, [many[0].page for many in standing.values() if len(many) == 1]
    )
    told: list[tuple[bool, Finding]] = []
    for url, many in standing.items():
        many.sort(key=lambda one: not is_home(one.page, site))
        make = dead_link.finding if found[url].state == "dead" else link_gone_wild.finding
        one = make(found[url], many, site)
        unit = units.get(many[0].page, "") if len(many) == 1 else ""
        told.append((is_home(many[0].page, site), one.placed(url=one.url, unit=unit, columns=())))
    told.sort(key=lambda one: (not one[0], -one[1].severity, one[1].match))
    return tuple(switched([one for _, one in told], switches(site, ())))


def _watched(row: Any) -> WatchedLink:
    return WatchedLink(
        row.url,
        row.kind,
        read_state(row.state),
        row.checked,
        row.failed_since,
        row.why,
        row.final_url,
    )
