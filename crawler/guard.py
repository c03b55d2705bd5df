"""What the crawler never does, and how a failed fetch is named (design.md §8).

Private and loopback addresses are refused three times over: by the literal in the address, after
every redirect (each one passes here again), and at the moment a name is resolved, so that a DNS
answer cannot lead inside. Only hosts the site file names are let through.
"""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from scrapy import Request
from scrapy.core.downloader.handlers._aiohttp import AiohttpDownloadHandler
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
)
from scrapy.robotstxt import RobotParser
from scrapy.spidermiddlewares.httperror import HttpError
from scrapy.utils.httpobj import urlparse_cached

from crawler.page import PageError

#: Answers of a protection in front of a site: 监测受阻, never a dead page (cms_families.md §11).
BLOCKED = frozenset({403, 412, 429, 488, 521})
PAGE_BYTES = 20 * 1024 * 1024
PAGE_SECONDS = 60
LONGEST_URL = 2083


class RefusedRequest(IgnoreRequest):
    """A request that is never sent. `error` says why."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason} {detail}")
        self.error = PageError(reason, detail)


class RefusedAddressError(OSError):
    """A name that leads to a private or loopback address."""


def is_public(address: str) -> bool:
    """Whether `address` (an IP literal) is one anybody on the internet may reach."""
    ip = ipaddress.ip_address(address.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo and ip.teredo[1])
        if inner:
            return is_public(str(inner))
        if ip in ipaddress.ip_network("64:ff9b::/96"):
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
    return ip.is_global and not ip.is_multicast


def literal_address(host: str) -> str | None:
    """The IP address `host` is a spelling of (dotted, decimal, octal, hex, IPv6), None for a name."""
    try:
        return str(ipaddress.ip_address(host.strip("[]")))
    except ValueError:
        pass
    try:  # inet_aton reads 2130706433, 0x7f.1 and 0177.0.0.1 as the system's resolver would
        return socket.inet_ntoa(socket.inet_aton(host))
    except (OSError, UnicodeEncodeError):
        return None


def refusal(url: str, hosts: frozenset[str]) -> PageError | None:
    """Why `url` is never fetched, None where it may be; `hosts` are those the site file names."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".").lower()
    except ValueError:
        return PageError("layout", "网址写法有误")
    if parts.scheme not in {"http", "https"} or not host:
        return PageError("layout", f"不是网页地址({parts.scheme or '无协议'})")
    if len(url) > LONGEST_URL:
        return PageError("layout", f"网址超过{LONGEST_URL}个字符")
    if host in hosts:
        return None
    address = literal_address(host)
    if (address and not is_public(address)) or host == "localhost" or host.endswith(".localhost"):
        return PageError("private-address", "指向内网或本机地址，按规定不访问")
    return None


class PublicResolver(AbstractResolver):
    """Resolves names, and refuses those that lead to a private address unless in `hosts`."""

    def __init__(self, hosts: frozenset[str], inner: AbstractResolver) -> None:
        self._hosts = hosts
        self._inner = inner

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        if host.rstrip(".").lower() in self._hosts:
            return found
        public = [one for one in found if is_public(one["host"])]
        if found and not public:
            raise RefusedAddressError(f"{host} leads to a private address")
        return public

    async def close(self) -> None:
        await self._inner.close()


class GuardedHandler(AiohttpDownloadHandler):
    """Scrapy's aiohttp handler with a resolver that refuses private addresses."""

    experimental = False  # its warning is meant for settings files; the night is tested with it

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        connector = self._session.connector
        assert isinstance(connector, aiohttp.TCPConnector)
        hosts = frozenset(crawler.settings.getlist("LANMU_HOSTS"))
        connector._resolver = PublicResolver(hosts, ThreadedResolver(asyncio.get_running_loop()))


class RobotsObeyed(RobotsTxtMiddleware):
    """Scrapy's robots.txt middleware, each host's file read before any second request asks for it.

    Without a reactor all but the first of several requests that wait for the same file get None
    instead of its rules (one Deferred, many futures), which Scrapy takes for "everything allowed".
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._reading: dict[str, asyncio.Lock] = {}

    async def robot_parser(self, request: Request) -> Any:
        host = urlparse_cached(request).netloc
        parser = self._parsers.get(host)
        if isinstance(parser, RobotParser):
            return parser
        async with self._reading.setdefault(host, asyncio.Lock()):
            return await super().robot_parser(request)


class AddressGuard:
    """Downloader middleware: nothing outside the rules is ever sent, redirects included."""

    def __init__(self, hosts: frozenset[str]) -> None:
        self._hosts = hosts

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "AddressGuard":
        return cls(frozenset(crawler.settings.getlist("LANMU_HOSTS")))

    async def process_request(self, request: Request) -> None:
        error = refusal(request.url, self._hosts)
        if error:
            raise RefusedRequest(error.reason, error.why.partition(" ")[2])


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """`error` and what it came from, each once."""
    seen: set[int] = set()
    while error and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _http(error: HttpError) -> PageError:
    status = error.response.status
    if status in BLOCKED:
        return PageError("blocked", f"网站防护拒绝了访问(HTTP {status}),请与网站管理员联系放行")
    return PageError(f"http-{status}", "网站返回错误状态")


_NAMED: tuple[tuple[type[BaseException], Callable[[Any], PageError]], ...] = (
    (PageError, lambda e: e),
    (RefusedRequest, lambda e: e.error),
    (HttpError, _http),
    (
        RefusedAddressError,
        lambda _: PageError("private-address", "域名指向内网或本机地址，按规定不访问"),
    ),
    (ssl.SSLError, lambda _: PageError("tls", "安全连接(HTTPS)建立失败")),
    (ssl.CertificateError, lambda _: PageError("tls", "安全证书有误")),
    (DownloadTimeoutError, lambda _: PageError("timeout", f"超过{PAGE_SECONDS}秒未打开")),
    (CannotResolveHostError, lambda _: PageError("dns", "域名无法解析")),
    (DownloadConnectionRefusedError, lambda _: PageError("refused", "服务器拒绝连接")),
    (DownloadCancelledError, lambda _: PageError("too-large", f"页面超过{PAGE_BYTES >> 20}MB")),
)


def reason(error: BaseException) -> PageError:
    """Why a fetch failed, in design.md §8's codes. Anything not named there is `refused` with its kind."""
    chain = list(causes(error))
    for kind, tell in _NAMED:
        for one in chain:
            if isinstance(one, kind):
                return tell(one)
    text = str(error)
    if "robots.txt" in text:
        return PageError("robots", "网站robots.txt不允许访问")
    if "redirect" in text:
        return PageError("http-310", "重定向次数过多")
    if "decompress" in text.lower() or "maxsize" in text.lower():
        return PageError("too-large", f"页面解压后超过{PAGE_BYTES >> 20}MB")
    return PageError("refused", f"连接中断({type(error).__name__})")
