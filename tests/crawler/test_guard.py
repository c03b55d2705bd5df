"""What is never fetched. Private addresses are tried on the functions alone; no packet is sent."""

import asyncio
import ipaddress
import socket
from typing import Any
from urllib.parse import urlsplit

import pytest
import yarl
from aiohttp.abc import AbstractResolver
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request

from crawler.address import canonical
from crawler.guard import (
    PublicResolver,
    RefusedAddressError,
    is_public,
    literal_address,
    reason,
    refusal,
)
from crawler.listing import link
from crawler.page import LONGEST_URL, Page, PageError

NONE: frozenset[str] = frozenset()


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "0.0.0.0", "224.0.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1",
    ],
)  # fmt: skip
def test_inside_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "172.32.0.1", "2400:3200::1", "64:ff9b::101:101"])
def test_outside_addresses_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("0x7f000001", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("[::1]", "::1"),
        ("www.example.cn", None),
        ("10.example.cn", None),
    ],
)
def test_every_spelling_of_an_address_is_known(host: str, address: str | None) -> None:
    assert literal_address(host) == address


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.1/", "http://192.168.1.1:8080/x", "http://2130706433/", "http://[::1]/",
        "http://localhost/", "http://a.localhost/", "http://127.0.0.1./", "http://0x7f.1/",
        "http://[::ffff:10.0.0.1]/",
    ],
)  # fmt: skip
def test_links_inside_are_refused(url: str) -> None:
    error = refusal(url, NONE)
    assert error and error.reason == "private-address"


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://a.cn/", "javascript:void(0)", "//"])
def test_what_is_no_web_address_is_refused(url: str) -> None:
    error = refusal(url, NONE)
    assert error and error.reason == "layout"


def test_a_host_the_site_file_names_is_let_through() -> None:
    assert refusal("http://127.0.0.1:8000/", frozenset({"127.0.0.1"})) is None
    assert refusal("http://www.example.cn/", NONE) is None


class Answers(AbstractResolver):
    """A resolver that answers what it was given: the network's side, not our code."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses

    async def resolve(self, host: str, port: int = 0, family: Any = socket.AF_INET) -> Any:
        return [
            {"hostname": host, "host": one, "port": port, "family": family, "proto": 0, "flags": 0}
            for one in self.addresses
        ]

    async def close(self) -> None:
        pass


def test_a_name_that_leads_inside_is_refused() -> None:
    with pytest.raises(RefusedAddressError):
        asyncio.run(PublicResolver(NONE, Answers("10.0.0.1", "::1")).resolve("evil.example.cn"))


def test_a_name_with_one_inside_answer_keeps_the_outside_one() -> None:
    found = asyncio.run(PublicResolver(NONE, Answers("10.0.0.1", "1.1.1.1")).resolve("a.cn"))
    assert [one["host"] for one in found] == ["1.1.1.1"]


def test_a_named_host_may_lead_inside() -> None:
    found = asyncio.run(PublicResolver(frozenset({"a.cn"}), Answers("10.0.0.1")).resolve("A.cn."))
    assert [one["host"] for one in found] == ["10.0.0.1"]


def test_a_cause_deep_in_the_chain_is_found() -> None:
    error = RuntimeError("connection failed")
    error.__cause__ = RefusedAddressError("x")
    assert reason(error).reason == "private-address"


def test_a_page_error_is_told_as_it_is() -> None:
    assert reason(PageError("soft-404", "页面不存在")).why == "soft-404 页面不存在"


# -- every special range, and every way to write an address ---------------------------------------

#: Ranges nobody outside may be sent to (IANA's special-purpose registries; RFC 6890, 6052, 3056, 4380).
SPECIAL = (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
    "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
    "224.0.0.0/4", "240.0.0.0/4", "255.255.255.255/32",
    "::/128", "::1/128", "::/96", "100::/64", "64:ff9b:1::/48", "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16",
    "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
)  # fmt: skip
INNER = tuple(ipaddress.ip_network(one) for one in SPECIAL if ":" not in one)


def addresses(network: str) -> st.SearchStrategy[Any]:
    """An address of a network, its first and last more often than others."""
    net = ipaddress.ip_network(network)
    return st.one_of(
        st.sampled_from([net[0], net[-1]]),
        st.integers(int(net[0]), int(net[-1])).map(type(net[0])),
    )


special = st.sampled_from(SPECIAL).flatmap(addresses)
inner_v4 = st.sampled_from([one for one in SPECIAL if ":" not in one]).flatmap(addresses)
any_v4 = st.integers(0, 2**32 - 1).map(ipaddress.IPv4Address)


@given(special)
def test_no_address_of_a_special_range_is_public(address: Any) -> None:
    assert not is_public(str(address))
    host = f"[{address}]" if address.version == 6 else str(address)
    error = refusal(f"http://{host}:8080/x", NONE)
    assert error and error.reason == "private-address"


@given(any_v4)
def test_an_address_of_no_special_range_is_public(address: Any) -> None:
    assert is_public(str(address)) == (not any(address in one for one in INNER))


def carried(address: Any) -> list[str]:
    """IPv6 addresses that carry an IPv4 one: mapped, compatible, NAT64, 6to4."""
    n = int(address)
    return [
        f"::ffff:{address}",
        str(ipaddress.IPv6Address((0x64FF9B << 96) | n)),
        str(ipaddress.IPv6Address((0x2002 << 112) | (n << 80) | 1)),
    ]


@given(any_v4)
def test_an_address_that_carries_another_is_what_it_carries(address: Any) -> None:
    assert {is_public(one) for one in carried(address)} == {is_public(str(address))}
    assert not is_public(f"::{address}")  # IPv4-compatible: given up, and never public


def spellings(address: Any) -> list[str]:
    """Ways the system or a browser reads as the IPv4 address `address`."""
    a, b, c, d = address.packed
    n = int(address)
    wide = str(address).translate(
        {ord(x): chr(0xFF10 + i) for i, x in enumerate("0123456789")} | {ord("."): "。"}
    )
    return [
        str(address), f"{address}.", str(n), hex(n), f"0{n:o}", f"0x{a:x}.0{b:o}.{c}.{d}", f"{a}.{n & 0xFFFFFF}",
        f"{a}.{b}.{n & 0xFFFF}", f"{'0' * 70}{a:o}.{b}.{c}.{d}", hex(n).upper().replace("0X", "0x"), wide,
        wide.replace("。", "．"), f"\u200b{address}", str(address).replace(".", "\u00ad."), f"[::ffff:{address}]",
        f"[::FFFF:{a:02x}{b:02x}:{c:02x}{d:02x}]",
    ]  # fmt: skip


@given(inner_v4.flatmap(lambda one: st.tuples(st.just(one), st.sampled_from(range(16)))))
def test_a_private_address_is_refused_however_it_is_written(chosen: tuple[Any, int]) -> None:
    address, n = chosen
    written = spellings(address)[n]
    for url in (
        f"http://{written}/", f"HTTPS://{written}:8443/a", f"http://www.a.cn@{written}/", f"http://u:p@{written}/",
        f"  http://{written}/", f"http://{written}\\@www.a.cn/", f"\thttp://{written}?@www.a.cn",
    ):  # fmt: skip
        error = refusal(url, frozenset({"www.a.cn"}))
        assert error and error.reason == "private-address", url


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http:/\\127.0.0.1/", "private-address"), ("http:\\\\127.0.0.1/", "private-address"),
        ("http://127.0.0.1%2f@www.a.cn/", ""), ("http://www.a.cn#@127.0.0.1/", ""), ("http://www.a.cn:80@127.0.0.1/", "private-address"),
        ("http://127%2e0%2e0%2e1/", "layout"), ("http://127.0.0.1%00.a.cn/", "layout"), ("http://a b.cn/", "layout"),
        ("http://www.a.cn:99999/", "layout"), ("http://www.a.cn:８０/", "layout"), ("http://[::1/", "layout"), ("http://[127.0.0.1]/", "layout"),
        ("http://[fe80::1%25eth0]/", "private-address"), ("http://LOCALHOST/", "private-address"), ("http://ⓛocalhost/", "private-address"),
        ("http://x.localhost./", "private-address"), ("http:///x", "layout"), ("http://", "layout"), ("http://:80/", "layout"),
        ("data:text/html,x", "layout"), ("file://127.0.0.1/etc/passwd", "layout"), ("gopher://a.cn/", "layout"),
        ("", "layout"), ("www.a.cn", "layout"), ("http://xn--fiqs8s/", ""), ("http://政府.cn/", ""), ("http://a_b.cn/", ""),
        ("http://www.a.cn/" + "a" * LONGEST_URL, "layout"),
    ],
)  # fmt: skip
def test_an_address_with_a_trick_in_it(url: str, reason: str) -> None:
    error = refusal(url, NONE)
    assert (error.reason if error else "") == reason


def test_a_host_named_in_one_form_is_let_through_in_that_form_only() -> None:
    named = frozenset({"127.0.0.1", "::1"})
    assert refusal("http://[0:0::1]:80/", named) is None
    assert refusal("http://2130706433/", named)
    assert refusal("http://127.0.0.2/", named)
    assert refusal("http://[::ffff:127.0.0.1]/", named)


_PIECES = st.sampled_from(
    ["http://", "https://", "//", "/", "\\", "@", ":", "80", "99999", "[", "]", "::1", "127.0.0.1", "a.cn", "%", "%2e", "？", "。",
     "１", "#", "?", "&", "=", "..", ".", "-", "xn--", "é", "中", " ", "\t", "\n", "\x00", "\ud800", "|", "{", "ß", "\u200b", "0x7f.1"]
)  # fmt: skip
_LINKS = st.one_of(
    st.lists(_PIECES, max_size=10).map("".join),
    st.lists(_PIECES, max_size=8).map(lambda many: "http://" + "".join(many)),
    st.text(max_size=30).map(lambda text: "http://" + text),
)


@given(_LINKS)
def test_a_link_is_dropped_or_refused_or_can_be_asked_for_at_the_host_that_was_looked_at(
    href: str,
) -> None:
    """No link raises anywhere on its way; and what is looked at is what aiohttp would connect to."""
    url = link(Page("http://www.a.cn/list/", ""), href)
    if not url or refusal(address := canonical(url), NONE):
        return
    asked = Request(address).url
    assert refusal(asked, NONE) is None
    host = yarl.URL(asked).raw_host or ""
    assert host == urlsplit(asked).hostname or ":" in host


def test_a_socket_is_made_to_public_addresses_and_to_those_of_named_hosts_only() -> None:
    resolver = PublicResolver(frozenset({"127.0.0.1", "in.cn"}), Answers("127.0.0.9"))

    def to(address: str) -> bool:
        kind = socket.AF_INET6 if ":" in address else socket.AF_INET
        try:
            resolver.socket_to((kind, socket.SOCK_STREAM, 0, "", (address, 80))).close()
        except RefusedAddressError:
            return False
        return True

    assert [to(one) for one in ("127.0.0.1", "1.1.1.1", "2400:3200::1")] == [True] * 3
    inside = ("127.0.0.9", "10.0.0.1", "::1", "fe80::1%lo", "::ffff:127.0.0.1")
    assert [to(one) for one in inside] == [False] * 5
    asyncio.run(resolver.resolve("in.cn"))
    assert to("127.0.0.9")
