"""One run of probes against servers on loopback: open, slow, broken, blocked, and a line that is cut."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from checks.model import ProbePlan, Site
from checks.watch import ProbeSeen
from crawler import clock
from crawler.page import PageError
from crawler.probe import probe
from crawler.single import Caller, get
from tests.loopback import Authority, Names, Said, Server, Silent, free_port, serving

AT = datetime(2025, 9, 30, 2, 0, tzinfo=UTC)
NAME = "www.example.test"
OWN = frozenset((NAME, "control.example.test"))


def site(port: int, scheme: str = "http", **plan: Any) -> Site:
    home = f"{scheme}://{NAME}:{port}/"
    return Site("jinghe", "精河", home, delay=0, hosts=OWN, probe=ProbePlan(**plan))


def names(*lost: str) -> Names:
    return Names({NAME: ("127.0.0.1",), "control.example.test": ("127.0.0.1",)}, lost)


async def run_against(
    pages: Mapping[str, Said], resolver: Any = None, **plan: Any
) -> tuple[ProbeSeen, Server]:
    async with serving(pages) as server:
        (one,) = await probe(site(server.port, **plan), at=AT, resolver=resolver or names())
        return one, server


def run(pages: Mapping[str, Said], **plan: Any) -> ProbeSeen:
    return asyncio.run(run_against(pages, **plan))[0]


def test_an_open_page_is_open_and_timed() -> None:
    one, server = asyncio.run(run_against({"/": Said()}))
    assert replace(one, seconds=0.0) == ProbeSeen(
        AT, f"http://{NAME}:{server.port}/", opened=True, why="", seconds=0.0
    )
    assert 0 < one.seconds < 15
    assert server.asked == ["/robots.txt", "/"]
    assert all(agent.startswith("Lanmu/") for agent in server.agents)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (Said(500), "http-500 网站返回错误状态"),
        (Said(404, "页面不存在".encode()), "http-404 网站返回错误状态"),
        (Said(403), "blocked 网站防护拒绝了访问(HTTP 403)"),
        (Said(429), "blocked 网站防护拒绝了访问(HTTP 429)"),
        (Said(503, b"<script>var x='__jsl_clearance'</script>"), "blocked 网站防护拒绝了访问(HTTP 503)"),
        (Said(200, "<p>您的访问被拦截</p>".encode()), "blocked 网站防护拒绝了访问(HTTP 200)"),
        (Said(200, "<title>404</title><p>页面不存在</p>".encode()), "soft-404 页面提示内容不存在"),
        (Said(cut=True), "refused 连接中断(ClientPayloadError)"),
        (Said(302, b"", {"Location": "/"}), "http-310 重定向次数过多"),
        (Said(302, b"", {"Location": "http://127.0.0.1/"}), "private-address 指向内网或本机地址，按规定不访问"),
        (Said(200, b"no gzip at all", {"Content-Encoding": "gzip"}), "refused 连接中断(ClientPayloadError)"),
    ],
)  # fmt: skip
def test_what_is_no_open_page(said: Said, why: str) -> None:
    one = run({"/": said})
    assert (one.opened, one.why) == (False, why)


@pytest.mark.parametrize(
    "said",
    [
        Said(200, b""),
        Said(200, b"\x00" * 100, {"Content-Type": "image/png"}),
        Said(200, "<p>首页</p>".encode()),
        Said(200, b"<" * 3000),
        Said(204, b""),
    ],
)
def test_what_a_browser_shows_is_open(said: Said) -> None:
    assert run({"/": said}).opened


def test_a_redirect_is_followed() -> None:
    moved = Said(302, b"", {"Location": "/index.htm"})
    one, server = asyncio.run(run_against({"/": moved, "/index.htm": Said()}))
    assert one.opened
    assert server.asked == ["/robots.txt", "/", "/index.htm"]


def test_a_page_whose_last_byte_does_not_come_is_given_up_in_time() -> None:
    one = run({"/": Said(lasting=True)}, seconds=1.0)
    assert (one.opened, one.why) == (False, "timeout 超过1秒未打开")
    assert 1.0 <= one.seconds < 5.0


def test_a_page_too_large_to_read_whole_is_open() -> None:
    async def cut() -> tuple[int, bool]:
        async with serving({"/": Said(200, b"a" * 100_000)}) as server:
            caller = Caller("Lanmu", OWN, most=5000, resolver=names())
            answer = await get(f"http://{NAME}:{server.port}/", caller)
            return len(answer.body), answer.whole

    assert asyncio.run(cut()) == (5000, False)


def test_robots_that_forbid_are_obeyed() -> None:
    robots = Said(200, b"User-agent: *\nDisallow: /\n", {"Content-Type": "text/plain"})
    one, server = asyncio.run(run_against({"/": Said(), "/robots.txt": robots}))
    assert (one.opened, one.why) == (False, "robots 网站robots.txt不允许访问")
    assert server.asked == ["/robots.txt"]


def test_nothing_listening_is_refused() -> None:
    (one,) = asyncio.run(probe(site(free_port()), at=AT, resolver=names()))
    assert (one.opened, one.why, one.control) == (False, "refused 服务器拒绝连接", None)


def test_a_name_that_does_not_resolve_in_time_is_the_names_fault() -> None:
    (one,) = asyncio.run(probe(site(80, seconds=1.0), at=AT, resolver=Silent({})))
    assert (one.opened, one.why) == (False, "dns 域名1秒内没有解析出来")
    (one,) = asyncio.run(probe(site(80), at=AT, resolver=Names({})))
    assert (one.opened, one.why) == (False, "dns 域名无法解析")


def test_a_name_that_leads_inside_is_refused() -> None:
    async def look() -> tuple[ProbeSeen, list[str]]:
        async with serving({"/": Said()}) as server:
            strange = replace(site(server.port), hosts=frozenset())
            (one,) = await probe(strange, at=AT, resolver=names())
            return one, server.asked

    one, asked = asyncio.run(look())
    assert (one.why, asked) == ("private-address 域名指向内网或本机地址，按规定不访问", [])


def test_a_name_that_turns_inside_between_looking_and_connecting_is_refused() -> None:
    class Turning(Names):
        """Answers nothing when first asked."""

        looked = False

        async def resolve(self, host: str, port: int = 0, family: Any = 0) -> Any:
            first, self.looked = not self.looked, True
            return [] if first else await super().resolve(host, port, family)

    async def look() -> tuple[str, list[str]]:
        async with serving({"/": Said()}) as server:
            turning = Turning({NAME: ("127.0.0.1",)})
            with pytest.raises(PageError) as caught:
                await get(f"http://{NAME}:{server.port}/", Caller("Lanmu", resolver=turning))
            return caught.value.reason, server.asked

    assert asyncio.run(look()) == ("private-address", [])


async def _with_control(control_pages: Mapping[str, Said] | None, home: Said) -> tuple[ProbeSeen, list[str]]:  # fmt: skip
    async with serving(control_pages or {}) as other, serving({"/": home}) as server:
        port = other.port if control_pages is not None else free_port()
        control = f"http://control.example.test:{port}/"
        (one,) = await probe(
            site(server.port, control=control, seconds=1.0), at=AT, resolver=names()
        )
        return one, other.asked


def test_the_control_host_is_asked_only_when_the_line_is_in_doubt() -> None:
    assert asyncio.run(_with_control({"/": Said()}, Said())) [1] == []  # fmt: skip
    one, asked = asyncio.run(_with_control({"/": Said()}, Said(500)))
    assert (one.control, asked) == (None, [])


def test_a_control_host_that_answers_anything_proves_the_line() -> None:
    one, asked = asyncio.run(_with_control({"/": Said(503)}, Said(lasting=True)))
    assert (one.opened, one.control, asked) == (False, True, ["/"])


def test_a_control_host_that_does_not_answer_makes_the_probe_say_nothing() -> None:
    one, _ = asyncio.run(_with_control(None, Said(lasting=True)))
    assert (one.opened, one.control) == (False, False)


def test_every_address_is_probed_once_and_in_one_run() -> None:
    async def two() -> tuple[tuple[ProbeSeen, ...], int]:
        async with serving({"/": Said(), "/b": Said(500)}) as server:
            other = f"http://{NAME}:{server.port}/b"
            home = site(server.port, targets=(other, other))
            return await probe(home, at=AT, resolver=names()), server.port

    seen, port = asyncio.run(two())
    assert [(one.at, one.target.removeprefix(f"http://{NAME}:{port}"), one.opened) for one in seen] == [
        (AT, "/", True), (AT, "/b", False),
    ]  # fmt: skip


def test_a_bad_certificate_is_noted_and_the_page_is_open(tmp_path: Path) -> None:
    now = clock.now()
    authority = Authority.made(tmp_path, now)
    tls = authority.server(NAME, now - timedelta(days=9), now - timedelta(days=1))

    async def look() -> ProbeSeen:
        async with serving({"/": Said()}, tls=tls) as server:
            (one,) = await probe(site(server.port, "https"), at=AT, resolver=names())
            return one

    one = asyncio.run(look())
    assert (one.opened, one.why) == (True, "tls 安全证书有误")


def test_what_speaks_no_tls_is_a_failed_handshake() -> None:
    async def look() -> ProbeSeen:
        async with serving({"/": Said()}) as server:
            (one,) = await probe(site(server.port, "https"), at=AT, resolver=names())
            return one

    one = asyncio.run(look())
    assert (one.opened, one.why) == (False, "tls 安全连接(HTTPS)建立失败")
