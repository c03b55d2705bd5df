"""New-media accounts: reads each account's feed once a night. WeChat itself is never asked.

An account without a feed is known by imported files only (`lanmu import media`).
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from http import HTTPStatus
from zoneinfo import ZoneInfo

from aiohttp.abc import AbstractResolver

from checks.model import Account, Site
from checks.watch import Post
from crawler.bench import MALFORMED
from crawler.feed import FEED_BYTES, read_feed
from crawler.guard import BLOCKED
from crawler.page import PageError
from crawler.single import Answer, caller_of, get, robots_allow
from store.database import Engine, writing
from store.media import save_look, save_posts

FETCH_SECONDS = 30.0
#: A feed is read in a thread of its own and given up after this; its bytes are bounded besides.
READ_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class FeedLook:
    """What a look at a feed told: posts, the last day up to which they were known (None: none), and why not today."""

    posts: tuple[Post, ...] = ()
    known: date | None = None
    why: str = ""


async def read_accounts(
    site: Site, engine: Engine, day: date, *, resolver: AbstractResolver | None = None
) -> None:
    """Read every account's feed, one after another, and save what each told."""
    for number, account in enumerate(one for one in site.media if one.feed):
        if number:
            await asyncio.sleep(site.delay)
        look = await look_at(site, account, day, resolver=resolver)
        with writing(engine) as connection:
            save_posts(connection, site.id, account.id, look.posts, origin="feed", day=day)
            if look.known:
                save_look(connection, site.id, account.id, look.known)
            if look.known != day:
                save_look(connection, site.id, account.id, day, look.why)


async def look_at(
    site: Site, account: Account, day: date, *, resolver: AbstractResolver | None = None
) -> FeedLook:
    """Read one account's feed as it stands on `day`."""
    try:
        answer = await _fetched(site, account.feed, resolver)
        async with asyncio.timeout(READ_SECONDS):
            read = await asyncio.to_thread(
                read_feed,
                answer.url,
                answer.body,
                answer.headers.get("content-type", ""),
                ZoneInfo(site.timezone),
            )
    except PageError as error:
        return FeedLook(why=error.why)
    except TimeoutError:
        return FeedLook(why=f"timeout 解析订阅源超过{READ_SECONDS:g}秒")
    except MALFORMED as error:
        return FeedLook(why=f"layout 解析订阅源时出错（{type(error).__name__}）")
    return told(read.posts, read.built, read.undated, day)


async def _fetched(site: Site, feed: str, resolver: AbstractResolver | None) -> Answer:
    """Raises PageError: forbidden, not answered, or not whole."""
    caller = caller_of(site, feed, resolver=resolver)
    caller = replace(caller, seconds=FETCH_SECONDS, most=FEED_BYTES)
    if not await robots_allow(feed, caller):
        raise PageError("robots", "订阅源的robots.txt不允许访问")
    answer = await get(feed, caller)
    if answer.status in BLOCKED:
        raise PageError("blocked", f"订阅源拒绝了访问(HTTP {answer.status})")
    if answer.status != HTTPStatus.OK:
        raise PageError(f"http-{answer.status}", "订阅源返回错误状态")
    if not answer.whole:
        raise PageError("too-large", f"订阅源超过{FEED_BYTES >> 20}MB")
    return answer


def told(posts: Sequence[Post], built: date | None, undated: int, day: date) -> FeedLook:
    """What a feed read on `day` makes known, and of which day.

    A feed built before yesterday tells of no later day: clocks and zones may differ by one. A day of
    building after today is not believed.
    """
    past = tuple(one for one in posts if one.day <= day)
    if undated:
        return FeedLook(tuple(posts), None, f"layout 订阅源有{undated}条没有日期")
    if not past:
        return FeedLook(tuple(posts), None, "layout 订阅源里没有内容")
    if built and built < day - timedelta(days=1):
        return FeedLook(tuple(posts), built, f"layout 订阅源自{built}起没有重新生成")
    return FeedLook(tuple(posts), day)
