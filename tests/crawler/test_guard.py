"""What is never fetched. Private addresses are tried on the functions alone; no packet is sent."""

import asyncio
import socket
from typing import Any

import pytest
from aiohttp.abc import AbstractResolver

from crawler.guard import (
    PublicResolver,
    RefusedAddressError,
    is_public,
    literal_address,
    reason,
    refusal,
)
from crawler.page import PageError

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
