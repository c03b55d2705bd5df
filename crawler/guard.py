"""What the crawler never fetches (design.md §8), and how it connects.

Private and loopback addresses are refused four times over: by the literal in the address, after
every redirect (each one passes here again), at the moment a name is resolved, and when the socket
is made, so that what was checked is what is connected to. Only hosts the site file names are let
through.
"""

import ipaddress
import re
import socket
import warnings
from contextlib import suppress
from typing import Any
from urllib.parse import SplitResult, urlsplit
from urllib.request import getproxies

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from scrapy import Request
from scrapy.core.downloader.handlers._aiohttp import AiohttpDownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError, DownloadConnectionRefusedError
from scrapy.http import Response
from scrapy.utils.misc import load_object
from w3lib.url import safe_url_string

from crawler.page import LONGEST_URL, PageError
from crawler.reasons import (
    BLOCKED,
    BrokenHandshakeError,
    RefusedAddressError,
    RefusedRequest,
    causes,
    leads_inside,
    reason,
)

__all__ = [
    "BLOCKED", "AddressGuard", "GuardedHandler", "PublicResolver",
    "RefusedAddressError", "RefusedRequest", "causes", "is_public", "literal_address", "reason", "refusal",
]  # fmt: skip

#: Not reachable from everywhere: IANA's special-purpose registries, multicast and what is unassigned.
#: Written out, because what Python's `is_global` says differs between its releases.
_INSIDE = tuple(
    map(
        ipaddress.ip_network,
        (
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
            "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
            "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            "2001::/23", "2001:db8::/32", "3fff::/20",
        ),
    )
)  # fmt: skip
#: The only IPv6 addresses given out so far (RFC 4291 §2.4, IANA).
_GIVEN_OUT = ipaddress.ip_network("2000::/3")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
#: What a host may be written in once `safe_url_string` has read it.
_HOST = re.compile(r"[a-z0-9_.-]+|[0-9a-f:.]+")


def is_public(address: str) -> bool:
    """Whether `address` (an IP literal) is one anybody on the internet may reach.

    IPv6 forms that carry an IPv4 address (mapped, 6to4, NAT64) are what they carry.
    """
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner:
            return is_public(str(inner))
        if ip.scope_id or ip not in _GIVEN_OUT:
            return False
    return not any(ip in network for network in _INSIDE if network.version == ip.version)


def literal_address(host: str) -> str | None:
    """The IP address `host` is a spelling of (dotted, decimal, octal, hex, full-width, IPv6), None for a name."""
    with suppress(UnicodeError):
        host = host.encode("idna").decode("ascii")
    try:
        return str(ipaddress.ip_address(host.strip("[]")))
    except ValueError:
        pass
    try:  # inet_aton reads 2130706433, 0x7f.1 and 0177.0.0.1 as the system's resolver would
        return socket.inet_ntoa(socket.inet_aton(host))
    except (OSError, UnicodeEncodeError, ValueError):
        return None


def _host(parts: SplitResult) -> str:
    return (parts.hostname or "").rstrip(".").lower()


def refusal(url: str, hosts: frozenset[str]) -> PageError | None:
    """Why `url` is never fetched, None where it may be; `hosts` are those the site file names.

    The address is read as Scrapy and aiohttp read it, so that no spelling is one host here and
    another on the wire.
    """
    if len(url) > LONGEST_URL:
        return PageError("layout", f"网址超过{LONGEST_URL}个字符")
    try:
        parts = urlsplit(safe_url_string(url))
        host, _ = _host(parts), parts.port
    except ValueError:
        return PageError("layout", "网址写法有误")
    if parts.scheme not in {"http", "https"} or not host:
        return PageError("layout", f"不是网页地址({parts.scheme[:20] or '无协议'})")
    if host in hosts:
        return None
    address = literal_address(host)
    if address and ":" in host and address in hosts:
        return None
    if (address and not is_public(address)) or host == "localhost" or host.endswith(".localhost"):
        return PageError("private-address", "指向内网或本机地址，按规定不访问")
    if not _HOST.fullmatch(host):
        return PageError("layout", "网址写法有误")
    return None


class PublicResolver(AbstractResolver):
    """Resolves names, and refuses those that lead to a private address unless in `hosts`.

    `inside` are the private addresses that may be connected to: those of `hosts`.
    """

    def __init__(self, hosts: frozenset[str], inner: AbstractResolver) -> None:
        self._hosts = hosts
        self._inner = inner
        self.inside = {address for host in hosts if (address := literal_address(host))}

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        if host.rstrip(".").lower() in self._hosts:
            self.inside |= {_bare(one["host"]) for one in found}
            return found
        public = [one for one in found if is_public(one["host"])]
        if found and not public:
            raise RefusedAddressError(f"{host} leads to a private address")
        return public

    def socket_to(self, addr_info: Any) -> socket.socket:
        """The socket for one address; the last look at where a connection goes.

        Raises:
            RefusedAddressError: to a private address that no host of the site file has.
        """
        family, kind, protocol, _, where = addr_info
        if _bare(where[0]) not in self.inside and not is_public(where[0]):
            raise RefusedAddressError(f"{where[0]} is a private address")
        return socket.socket(family, kind, protocol)

    async def close(self) -> None:
        await self._inner.close()


def _bare(address: str) -> str:
    """An address in its shortest form, without its zone."""
    return str(ipaddress.ip_address(address.partition("%")[0]))


class GuardedHandler(AiohttpDownloadHandler):
    """Scrapy's aiohttp handler, connecting to public addresses only and never by itself a second time."""

    experimental = False  # its warning is meant for settings files; the night is tested with it

    def __init__(self, crawler: Crawler) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # TLS 1.0, where a site asks for it
            super().__init__(crawler)
        connector = self._session.connector
        assert isinstance(connector, aiohttp.TCPConnector)
        resolver = PublicResolver(
            frozenset(crawler.settings.getlist("LANMU_HOSTS")) | _proxies(),
            load_object(crawler.settings["LANMU_RESOLVER"])(),
        )
        connector._resolver = resolver
        connector._socket_factory = resolver.socket_to
        # aiohttp repeats a request at once when a kept connection turns out closed: faster than the
        # delay allows. RetryMiddleware repeats it in its turn.
        self._session._retry_connection = False

    async def download_request(self, request: Request) -> Response:
        try:
            return await super().download_request(request)
        except (CannotResolveHostError, DownloadConnectionRefusedError) as error:
            if any(isinstance(one, RefusedAddressError) for one in causes(error)):
                raise leads_inside() from error  # not worth a second try
            if request.url.startswith("https:") and any(
                isinstance(one, ConnectionResetError) for one in causes(error)
            ):  # what listens there took the connection, and broke the handshake off
                raise BrokenHandshakeError(str(error)) from error
            raise


def _proxies() -> frozenset[str]:
    """The hosts of the proxies the machine is set up with: they may stand inside."""
    hosts = (urlsplit(address).hostname for address in getproxies().values())
    return frozenset(host.lower() for host in hosts if host)


class AddressGuard:
    """Downloader middleware: nothing outside the rules is ever sent, redirects included.

    It also gives every request the queue of the host it goes to: a redirected request would keep
    the one of the host it came from, and the two queues together would be faster than allowed.
    """

    def __init__(self, hosts: frozenset[str]) -> None:
        self._hosts = hosts

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "AddressGuard":
        return cls(frozenset(crawler.settings.getlist("LANMU_HOSTS")))

    async def process_request(self, request: Request) -> None:
        if error := refusal(request.url, self._hosts):
            raise RefusedRequest(error.reason, error.why.partition(" ")[2])
        host = _host(urlsplit(request.url))
        request.meta["download_slot"] = literal_address(host) or host
