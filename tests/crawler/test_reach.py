"""HTTPS, certificates and IPv6 against real servers on loopback, with certificates of the tests' own."""

import asyncio
import socket
import ssl
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from checks.model import ProbePlan, Site
from checks.watch import Reach
from crawler import clock
from crawler.reach import Ports, has_route, own_addresses, reach
from tests.loopback import Authority, Names, Said, free_port, serving

NOW = clock.now().replace(microsecond=0)
NAME = "www.example.test"
ELSEWHERE = "other.example.test"
LONG = NOW + timedelta(days=90)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.made(tmp_path_factory.mktemp("ca"), NOW)


def site(home: str, **plan: Any) -> Site:
    hosts = frozenset((NAME, ELSEWHERE))
    return Site("jinghe", "精河", home, delay=0, hosts=hosts, probe=ProbePlan(**plan))


def good(authority: Authority) -> ssl.SSLContext:
    return authority.server(NAME, NOW - timedelta(days=1), LONG)


def look_at_https(
    authority: Authority, tls: ssl.SSLContext, http: Mapping[str, Said] | None = None
) -> Reach:
    """An https site with an http address beside it, IPv4 only."""

    async def look() -> Reach:
        async with serving({"/": Said()}, tls=tls) as secure, serving(http or {}) as plain:
            return await reach(
                site(f"https://{NAME}:{secure.port}/"),
                at=NOW,
                resolver=Names({NAME: ("127.0.0.1",)}),
                trust=authority.trust(),
                ports=Ports(http=plain.port),
            )

    return asyncio.run(look())


def test_a_good_certificate(authority: Authority) -> None:
    found = look_at_https(authority, good(authority))
    assert found.https and found.certificate
    assert (found.certificate.fault, found.certificate.until, found.certificate_why) == ("", LONG, "")  # fmt: skip
    assert found.certificate.protocol == "TLSv1.3"
    assert (found.ipv6, found.redirects) == (False, None)


@pytest.mark.parametrize(
    ("name", "since", "until", "own", "fault"),
    [
        (NAME, NOW - timedelta(days=9), NOW - timedelta(days=1), False, "expired"),
        (NAME, NOW + timedelta(days=1), LONG, False, "not-yet"),
        (ELSEWHERE, NOW - timedelta(days=1), LONG, False, "mismatch"),
        (NAME, NOW - timedelta(days=1), LONG, True, "self-signed"),
        (NAME, NOW - timedelta(days=9), NOW - timedelta(days=1), True, "expired"),
    ],
)
def test_what_is_wrong_with_a_certificate(
    authority: Authority, name: str, since: datetime, until: datetime, *, own: bool, fault: str
) -> None:
    found = look_at_https(authority, authority.server(name, since, until, own=own))
    assert found.https and found.certificate
    assert (found.certificate.fault, found.certificate.until) == (fault, until)


def test_a_chain_that_leads_nowhere(authority: Authority, tmp_path: Path) -> None:
    stranger = Authority.made(tmp_path, NOW)
    found = look_at_https(authority, stranger.server(NAME, NOW - timedelta(days=1), LONG))
    assert found.certificate and found.certificate.fault == "chain"


def test_an_old_protocol_is_told(authority: Authority) -> None:
    old = good(authority)
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    found = look_at_https(authority, old)
    assert found.certificate and found.certificate.protocol == "TLSv1.2"


@pytest.mark.parametrize(
    ("said", "redirects", "why"),
    [
        (Said(), False, ""),
        (Said(200, b"<script>location.href='https://www.example.test/'</script>"), True, ""),
        (Said(200, b'<meta http-equiv="refresh" content="0;url=https://x/">'), True, ""),
        (Said(200, b"<script>location.href='/index.htm'</script>"), False, ""),
        (Said(403), None, "blocked 网站防护拒绝了访问(HTTP 403)"),
        (Said(500), None, "http-500 网站返回错误状态"),
    ],
)
def test_whether_http_leads_to_https(
    authority: Authority, said: Said, *, redirects: bool | None, why: str
) -> None:
    found = look_at_https(authority, good(authority), {"/": said})
    assert (found.redirects, found.redirects_why) == (redirects, why)


def test_where_nothing_listens_on_http_there_is_nothing_to_redirect(authority: Authority) -> None:
    async def look() -> Reach:
        async with serving({"/": Said()}, tls=good(authority)) as secure:
            return await reach(
                site(f"https://{NAME}:{secure.port}/"),
                at=NOW,
                resolver=Names({NAME: ("127.0.0.1",)}),
                trust=authority.trust(),
                ports=Ports(http=free_port()),
            )

    found = asyncio.run(look())
    assert (found.https, found.redirects, found.redirects_why) == (True, None, "")


def test_a_redirect_from_http_is_followed_to_https(authority: Authority) -> None:
    async def look() -> Reach:
        async with serving({"/": Said()}, tls=good(authority)) as secure:
            moved = Said(301, b"", {"Location": f"https://{NAME}:{secure.port}/"})
            async with serving({"/": moved}) as plain:
                return await reach(
                    site(f"http://{NAME}:{plain.port}/"),
                    at=NOW,
                    resolver=Names({NAME: ("127.0.0.1",)}),
                    trust=authority.trust(),
                    ports=Ports(https=secure.port),
                )

    found = asyncio.run(look())
    assert (found.https, found.redirects) == (True, True)


def look_at_http(resolver: Names, *, host: str = "127.0.0.1", plan: Any = None, **more: Any) -> Reach:  # fmt: skip
    """An http site without HTTPS that listens on `host` only."""

    async def look() -> Reach:
        async with serving({"/": Said()}, host=host) as server:
            home = site(f"http://{NAME}:{server.port}/", **(plan or {}))
            ports = Ports(https=free_port())
            return await reach(home, at=NOW, resolver=resolver, ports=ports, **more)

    return asyncio.run(look())


def test_a_site_without_https() -> None:
    found = look_at_http(Names({NAME: ("127.0.0.1",)}))
    assert (found.https, found.certificate, found.certificate_why, found.redirects) == (False, None, "", None)  # fmt: skip


def test_no_aaaa_record_is_told_from_a_name_server_that_fails() -> None:
    assert look_at_http(Names({NAME: ("127.0.0.1",)})).ipv6 is False

    class Flaky(Names):
        async def resolve(self, host: str, port: int = 0, family: Any = 0) -> Any:
            if family == socket.AF_INET6:
                raise socket.gaierror(socket.EAI_AGAIN, "temporary failure")
            return await super().resolve(host, port, family)

    found = look_at_http(Flaky({NAME: ("127.0.0.1",)}))
    assert (found.ipv6, found.ipv6_opens, found.ipv6_why) == (None, None, "dns 域名的IPv6地址没有查到结果")  # fmt: skip


def test_an_address_made_up_by_dns64_is_none() -> None:
    assert own_addresses(["64:ff9b::7f00:1", "2400:3200::1"]) == ("2400:3200::1",)


def test_a_home_page_that_opens_over_ipv6() -> None:
    found = look_at_http(Names({NAME: ("::1",)}), host="::1")
    assert (found.ipv6, found.ipv6_opens, found.ipv6_why) == (True, True, "")


def test_a_home_page_closed_over_ipv6() -> None:
    found = look_at_http(Names({NAME: ("127.0.0.1", "::1")}))
    assert (found.ipv6, found.ipv6_opens, found.ipv6_why) == (True, False, "refused 服务器拒绝连接")  # fmt: skip


def test_without_a_route_nobody_is_accused() -> None:
    found = look_at_http(Names({NAME: ("127.0.0.1", "::1")}), route=lambda *_: False)
    assert (found.ipv6, found.ipv6_opens, found.ipv6_why) == (True, None, "refused 本机没有IPv6线路，无法试开")  # fmt: skip


def test_a_control_host_that_ipv6_does_not_reach_either_excuses_the_site() -> None:
    plan = {"control": f"http://{ELSEWHERE}:{free_port()}/"}
    both = {NAME: ("127.0.0.1", "::1"), ELSEWHERE: ("127.0.0.1", "::1")}
    found = look_at_http(Names(both), plan=plan)
    assert (found.ipv6_opens, found.ipv6_why) == (None, "refused 本机的IPv6线路不通")
    found = look_at_http(Names({**both, ELSEWHERE: ("127.0.0.1",)}), plan=plan)
    assert found.ipv6_opens is False


def test_a_route_on_loopback_is_known_without_sending() -> None:
    assert has_route("::1", 80)


def test_a_home_page_that_does_not_open_tells_nothing() -> None:
    home = site(f"http://{NAME}:{free_port()}/")
    found = asyncio.run(reach(home, at=NOW, resolver=Names({NAME: ("127.0.0.1",)})))
    why = "refused 服务器拒绝连接"
    assert found == Reach(NOW, https_why=why, ipv6_why=why)


def test_a_bare_address_has_no_name_to_judge() -> None:
    found = asyncio.run(reach(site("http://127.0.0.1:1/"), at=NOW))
    why = "layout 首页网址是IP地址，没有域名"
    assert found == Reach(NOW, https_why=why, ipv6_why=why)


def test_robots_that_forbid_are_obeyed() -> None:
    async def look() -> tuple[Reach, list[str]]:
        robots = Said(200, b"User-agent: *\nDisallow: /\n", {"Content-Type": "text/plain"})
        async with serving({"/": Said(), "/robots.txt": robots}) as server:
            home = site(f"http://{NAME}:{server.port}/")
            found = await reach(home, at=NOW, resolver=Names({NAME: ("127.0.0.1",)}))
            return found, server.asked

    found, asked = asyncio.run(look())
    assert (found.https, found.https_why, asked) == (None, "robots 网站robots.txt不允许访问", ["/robots.txt"])  # fmt: skip


def test_a_name_that_leads_inside_is_never_tried() -> None:
    async def look() -> Reach:
        async with serving({"/": Said()}, host="::1") as server:
            home = replace(site(f"http://{NAME}:{server.port}/"), hosts=frozenset())
            inside = Names({NAME: ("::1",)})
            found = await reach(home, at=NOW, resolver=inside, ports=Ports(https=free_port()))
            assert server.asked == []
            return found

    assert asyncio.run(look()).ipv6_why.startswith("private-address")
