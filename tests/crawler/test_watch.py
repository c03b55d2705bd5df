"""A night's look at a site on loopback: probes, HTTPS, IPv6 and new media judged together."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from checks.model import Account, Site
from checks.watch import AccountSeen, ProbeSeen
from crawler import clock
from crawler.media import look_at, read_accounts
from crawler.watch import watch
from store.database import Engine, open_database, reading, writing
from store.media import accounts_seen
from store.probes import save_probes
from tests.loopback import Authority, Names, Said, Server, free_port, serving

NOW = clock.now().replace(microsecond=0)
NAME, FEEDS = "www.example.test", "feeds.example.test"
DAY = date(2025, 9, 30)
RESOLVER = Names({NAME: ("127.0.0.1",), FEEDS: ("127.0.0.1",)})


@pytest.fixture
def engine(tmp_path: Path) -> Any:
    opened = open_database(f"sqlite:///{tmp_path}/t.db")
    yield opened
    opened.dispose()


def rss(day: date) -> Said:
    body = f"<rss><channel><item><title>甲</title><link>https://mp.example/1</link><pubDate>{day}</pubDate></item></channel></rss>"
    return Said(200, body.encode(), {"Content-Type": "application/rss+xml"})


def account(port: int, path: str = "/a.xml") -> Account:
    return Account(
        path.strip("/.xml"), "精河零距离", "微信公众号", "", f"http://{FEEDS}:{port}{path}"
    )


def site(*accounts: Account) -> Site:
    home = f"http://{NAME}:1/"
    return Site("jinghe", "精河", home, delay=0, hosts=frozenset((NAME,)), media=accounts)


def looked(pages: dict[str, Said]) -> tuple[str, Server]:
    async def look() -> tuple[str, Server]:
        async with serving(pages) as server:
            one = account(server.port)
            return (await look_at(site(one), one, DAY, resolver=RESOLVER)).why, server

    return asyncio.run(look())


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (rss(DAY), ""),
        (Said(500), "http-500 订阅源返回错误状态"),
        (Said(304, b""), "http-304 订阅源返回错误状态"),
        (Said(403), "blocked 订阅源拒绝了访问(HTTP 403)"),
        (Said(), "layout 不是RSS、Atom或JSON订阅源"),
        (Said(200, b"<rss/>" + b" " * 3_000_000), "too-large 订阅源超过2MB"),
        (Said(200, b"<rss><channel/></rss>"), "layout 订阅源里没有内容"),
        (Said(302, b"", {"Location": "http://127.0.0.1:1/"}), "private-address 指向内网或本机地址，按规定不访问"),
    ],
)  # fmt: skip
def test_what_keeps_a_feed_from_telling(said: Said, why: str) -> None:
    assert looked({"/a.xml": said})[0] == why


def test_a_feed_is_asked_politely() -> None:
    robots = Said(200, b"User-agent: *\nDisallow: /a.xml\n", {"Content-Type": "text/plain"})
    why, server = looked({"/a.xml": rss(DAY), "/robots.txt": robots})
    assert (why, server.asked) == ("robots 订阅源的robots.txt不允许访问", ["/robots.txt"])
    assert all(agent.startswith("Lanmu/") for agent in server.agents)


def test_a_feeds_host_is_open_to_its_feed_only() -> None:
    """The feed's host may be private because the site file names it; the site's pages do not thereby lead there."""
    one = account(80)
    assert FEEDS not in site(one).hosts


def test_feeds_are_read_and_kept(engine: Engine) -> None:
    async def twice() -> Site:
        pages = {"/a.xml": rss(date(2025, 9, 28)), "/b.xml": Said(503)}
        async with serving(pages) as server:
            both = site(account(server.port), account(server.port, "/b.xml"), Account("c", "丙"))
            await read_accounts(both, engine, DAY, resolver=RESOLVER)
            await read_accounts(both, engine, DAY, resolver=RESOLVER)
            return both

    both = asyncio.run(twice())
    with reading(engine) as connection:
        assert accounts_seen(connection, both, DAY) == (
            AccountSeen(both.media[0], date(2025, 9, 28), DAY),
            AccountSeen(both.media[1], why="http-503 订阅源返回错误状态"),
            AccountSeen(both.media[2]),
        )


def test_a_whole_look(engine: Engine, tmp_path: Path) -> None:
    """An unavailable site with a self-signed certificate, no IPv6, a stale account and an unknown one."""
    authority = Authority.made(tmp_path, NOW)
    tls = authority.server(NAME, NOW - timedelta(1), NOW + timedelta(90), own=True)
    day = (NOW + timedelta(hours=8)).date()

    async def look() -> Any:
        async with serving({"/": Said()}, tls=tls) as home, serving({"/a.xml": rss(day - timedelta(15))}) as feeds:  # fmt: skip
            url = f"https://{NAME}:{home.port}/"
            watched = replace(site(account(feeds.port), Account("b", "乙")), home=url)
            step = timedelta(minutes=30)
            probes = [ProbeSeen(NOW - step * n, url, n > 20, "timeout x", 15.0, control=True) for n in range(336)]  # fmt: skip
            with writing(engine) as connection:
                save_probes(connection, "jinghe", probes)
            return await watch(watched, engine, day, now=NOW, resolver=RESOLVER, trust=authority.trust())  # fmt: skip

    found = asyncio.run(look())
    assert [(one.rule, str(one.severity)) for one in (*found.site, *found.media)] == [
        ("certificate", "warning"),
        ("ipv6", "suggestion"),
        ("unavailable", "error"),
        ("media-stale", "error"),
    ]
    assert [one.what for one in found.unchecked] == ["账号 乙 是否更新"]
    assert found.unjudged == frozenset()


def test_a_site_that_does_not_open_leaves_its_old_findings_alone(engine: Engine) -> None:
    home = replace(site(), home=f"http://{NAME}:{free_port()}/")
    found = asyncio.run(watch(home, engine, DAY, now=NOW, resolver=RESOLVER))
    assert (found.site, found.media) == ((), ())
    assert [one.what for one in found.unchecked] == ["HTTPS访问", "IPv6支持", "网站可用性"]
    assert found.unjudged == {"https", "certificate", "ipv6", "unavailable"}
