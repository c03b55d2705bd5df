"""The home page day by day: what it showed, and since when its links are what they are."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, and_, func, select

from checks.site_seen import HomeSeen
from store import schema
from store.articles import CHUNK
from store.upsert import upsert

H = schema.home_days


def save_home_day(
    connection: Connection, site: str, day: date, newest: date | None, links_hash: str, why: str
) -> None:
    """Save how the home page stood on `day`; `why` says why it was not read ("" if it was).

    A day that was read once stays read: a later failure on the same day changes nothing.
    """
    mine = and_(H.c.site == site, H.c.day == day, H.c.why == "")
    if why and connection.execute(select(H.c.id).where(mine)).first():
        return
    row = {"site": site, "day": day, "newest": newest, "links_hash": links_hash, "why": why}
    upsert(connection, H, [row], key=("site", "day"))


def home_seen(connection: Connection, site: str, day: date) -> HomeSeen | None:
    """The home page on `day` with what the days before tell of it; None where it was not looked at."""
    today = connection.execute(select(H).where(and_(H.c.site == site, H.c.day == day))).first()
    if today is None:
        return None
    if today.why:
        return HomeSeen(read=False, why=today.why)
    before = and_(H.c.site == site, H.c.day < day, H.c.why == "")
    other = connection.execute(
        select(func.max(H.c.day)).where(and_(before, H.c.links_hash != today.links_hash))
    ).scalar()
    same = and_(before, H.c.day > other) if other else before
    number, since = connection.execute(select(func.count(), func.min(H.c.day)).where(same)).one()
    return HomeSeen(
        read=True,
        newest=today.newest,
        unchanged_days=number,
        unchanged_since=since or day,
        changed=other is not None,
    )


def newest_linked(connection: Connection, site: str, urls: Sequence[str], day: date) -> date | None:
    """The latest day not after `day` of the stored articles among `urls` (canonical addresses)."""
    a = schema.articles
    found: list[date] = []
    for i in range(0, len(urls), CHUNK):
        mine = and_(a.c.site == site, a.c.published <= day, a.c.url.in_(urls[i : i + CHUNK]))
        newest = connection.execute(select(func.max(a.c.published)).where(mine)).scalar()
        found += [newest] if newest else []
    return max(found, default=None)
