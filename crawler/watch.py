"""What a night looks at besides pages: how the site is reached, its probes of the week, its new-media accounts."""

import ssl
from dataclasses import dataclass
from datetime import date, datetime

from aiohttp.abc import AbstractResolver

from checks.model import Finding, Site, Unchecked
from checks.rules.site.reach_rules import judge_availability, judge_media, judge_reach
from checks.rules.site.unavailable import WEEK
from crawler.media import read_accounts
from crawler.reach import reach
from store.database import Engine, reading
from store.media import accounts_seen
from store.probes import probes_between


@dataclass(frozen=True, slots=True)
class Watched:
    """What the looks came to: findings about the site and about media, and what could not be told.

    Of the rules in `unjudged` (ids, about the site) nothing was told tonight: their old findings must not close.
    """

    site: tuple[Finding, ...] = ()
    media: tuple[Finding, ...] = ()
    unchecked: tuple[Unchecked, ...] = ()
    unjudged: frozenset[str] = frozenset()


async def watch(
    site: Site,
    engine: Engine,
    day: date,
    *,
    now: datetime,
    resolver: AbstractResolver | None = None,
    trust: ssl.SSLContext | None = None,
) -> Watched:
    """Once a night, before or after the crawl: some seven requests to the home host, one or two to each feed.

    `day` is the site's calendar day, `now` the instant up to which probes count. Posts and looks are saved here; findings
    are the caller's to save.

    Raises:
        BadInput: the database cannot be used.
    """
    reached = judge_reach(await reach(site, at=now, resolver=resolver, trust=trust), site, day)
    await read_accounts(site, engine, day, resolver=resolver)
    with reading(engine) as connection:
        seen = probes_between(connection, site.id, now - WEEK, now)
        accounts = accounts_seen(connection, site, day)
    probed = judge_availability(seen, site, now)
    posted = judge_media(accounts, site, day)
    return Watched(
        (*reached.findings, *probed.findings),
        posted.findings,
        (*reached.unchecked, *probed.unchecked, *posted.unchecked),
        reached.unjudged | probed.unjudged,
    )
