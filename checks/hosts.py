"""What a host name tells: whose it is, whether it is government's, whether it looks odd.

No network and no list of public suffixes: what is known of hosts stands in hosts.csv (host, kind,
source), and a registrable domain is made by a small rule that holds for the names met here: the
categories and provinces of 《中国互联网络域名体系》 (工业和信息化部公告2018年第7号) under .cn, and second-level
categories such as co.uk elsewhere. Where the rule is too coarse (two customers of one host) two
sites count as one, which reports less, never more.
"""

import csv
import ipaddress
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

HostKind = Literal[
    "", "service", "media", "report", "report-old", "icp", "icp-old", "parking", "odd-tld"
]
#: Names under which others are registered: categories (com.cn, co.uk, gov.hk) and provinces (bj.cn).
_SUFFIX = re.compile(
    r"(?:ac|com|edu|gov|mil|net|org|co|or|ne|go|gob|gouv|nom|idv)\.[a-z]{2}|(?:bj|sh|tj|cq|he|sx|nm|ln|jl|hl|js|zj|ah|fj|jx"
    r"|sd|ha|hb|hn|gd|gx|hi|sc|gz|yn|xz|sn|gs|qh|nx|xj|tw|hk|mo)\.cn"
)
_PORTS = {None, 80, 443}
_SWITCHES = re.compile(r"(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])")


@dataclass(frozen=True, slots=True)
class Oddity:
    """What is odd about a host, in Chinese; `strong` where ordinary sites hardly ever look so."""

    words: str
    strong: bool


def host_of(url: str) -> str:
    """The host of `url` in lower case, "" where it has none or is no address."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".").lower()
    except ValueError:
        return ""


def is_address(host: str) -> bool:
    """Whether `host` is an IP address and no name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=8192)
def registrable(host: str) -> str:
    """The part of `host` its owner registered: jinghe.gov.cn of www.jinghe.gov.cn. An address is itself."""
    if is_address(host):
        return host
    labels = host.split(".")
    if len(labels) < 3:
        return host
    suffixed = _SUFFIX.fullmatch(".".join(labels[-2:]))
    return ".".join(labels[-3:] if suffixed else labels[-2:])


def is_government(host: str) -> bool:
    return host == "gov.cn" or host.endswith(".gov.cn")


@cache
def _known() -> dict[str, HostKind]:
    with (Path(__file__).parent / "hosts.csv").open(encoding="utf-8", newline="") as file:
        return {row["host"]: row["kind"] for row in csv.DictReader(file)}  # type: ignore[misc]


@lru_cache(maxsize=8192)
def kind_of(host: str) -> HostKind:
    """What hosts.csv says of `host` or of the nearest domain above it, "" for nothing."""
    known = _known()
    while host:
        kind = known.get(host, "")
        if kind and kind != "odd-tld":
            return kind
        host = host.partition(".")[2]
    return ""


def odd(url: str) -> Oddity | None:
    """What is odd about the host of `url` (term_categories §12.7), None for nothing."""
    host = host_of(url)
    if not host:
        return None
    if is_address(host):
        return Oddity("网址是IP地址", strong=False)
    top = host.rpartition(".")[2]
    if _known().get(top) == "odd-tld":
        return Oddity(f"少见的顶级域名.{top}", strong=True)
    name = registrable(host).partition(".")[0]
    if len(name) >= 6 and len(_SWITCHES.findall(name)) >= 3:
        return Oddity("域名像是随机生成", strong=True)
    if len(name) >= 5 and name.isdigit() and top != "cn":
        return Oddity("域名全是数字", strong=False)
    return Oddity("端口不常用", strong=False) if _port(url) not in _PORTS else None


def _port(url: str) -> int | None:
    try:
        return urlsplit(url).port
    except ValueError:
        return None
