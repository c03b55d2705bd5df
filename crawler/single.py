"""One GET outside a crawl: through the same guard, bounded in bytes and in seconds until all is read."""

import asyncio
import errno
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from urllib.parse import urljoin, urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from protego import Protego

from checks.model import Site
from checks.site_faults import host_of
from crawler.guard import PublicResolver, RefusedAddressError, causes, literal_address, refusal
from crawler.page import PageError
from crawler.settings import REDIRECT_MAX_TIMES, ROBOTSTXT_USER_AGENT, site_settings

ROBOTS_BYTES = 512 * 1024
#: What reading from the network may raise here.
BROKEN = (aiohttp.ClientError, OSError, ValueError)
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_UNREACHABLE = frozenset((errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN))


class SystemResolver(AbstractResolver):
    """The system's names, IPv6 addresses too where this machine has none itself.

    aiohttp's own resolver hides them then (AI_ADDRCONFIG), and a site would seem to have none.
    """

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
        return [
            ResolveResult(
                hostname=host, host=str(address[0]), port=port, family=kind, proto=proto,
                flags=socket.AI_NUMERICHOST,
            )
            for kind, _, proto, _, address in found
        ]  # fmt: skip

    async def close(self) -> None:
        """Nothing is held open."""


def open_context() -> ssl.SSLContext:
    """Speaks with any server, old or badly certified: for seeing whether it answers, never for trusting it."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    return context


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks and within what bounds. `hosts` may be private; `resolver` is the system's where None.

    `seconds` is for everything until the last byte is read, redirects included; `most` is in bytes, of
    the body as sent unpacked. Certificates are not judged unless `context` says so.
    """

    agent: str
    hosts: frozenset[str] = frozenset()
    seconds: float = 60.0
    most: int = 20 * 1024 * 1024
    family: socket.AddressFamily = socket.AF_UNSPEC
    context: ssl.SSLContext = field(default_factory=open_context)
    resolver: AbstractResolver | None = None

    @property
    def guarded(self) -> PublicResolver:
        return PublicResolver(self.hosts, self.resolver or SystemResolver())


def caller_of(site: Site, *named: str, resolver: AbstractResolver | None = None) -> Caller:
    """The site's caller; the hosts of the addresses `named` by the site file may be private too."""
    agent = str(site_settings(site)["USER_AGENT"])
    hosts = site.hosts | {host for address in named if (host := host_of(address))}
    return Caller(agent, hosts, resolver=resolver)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered. `url` is where redirects ended; `whole` is False where the body was cut at the bound."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    whole: bool


async def get(url: str, caller: Caller, *, follow: int = REDIRECT_MAX_TIMES) -> Answer:
    """GET `url` and up to `follow` redirects; with `follow` 0 a redirect is itself the answer.

    Raises:
        PageError: refused by the guard, dns, refused, timeout, tls, http-310; never for a status.
    """
    naming = False
    try:
        async with asyncio.timeout(caller.seconds), _session(caller) as session:
            for _ in range(follow + 1):
                if error := refusal(url, caller.hosts):
                    raise error
                naming = True
                await _resolve(url, caller)
                naming = False
                answer = await _one(session, url, caller.most)
                onward = answer.headers.get("location") if answer.status in _REDIRECTS else None
                if not onward or not follow:
                    return answer
                url = urljoin(url, onward)
    except BROKEN as error:
        if naming and isinstance(error, TimeoutError):
            raise PageError("dns", f"域名{caller.seconds:g}秒内没有解析出来") from error
        raise told(error, caller.seconds) from error
    raise PageError("http-310", "重定向次数过多")


def _session(caller: Caller) -> aiohttp.ClientSession:
    guarded = caller.guarded
    connector = aiohttp.TCPConnector(
        resolver=guarded,
        socket_factory=guarded.socket_to,
        family=caller.family,
        ssl=caller.context,
        force_close=True,
    )
    return aiohttp.ClientSession(
        connector=connector,
        headers={"User-Agent": caller.agent},
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None),
    )


async def _resolve(url: str, caller: Caller) -> None:
    """Resolve the host's name once, so that a name that does not resolve is told from a host that is silent."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if literal_address(host) is None:
        await caller.guarded.resolve(host, parts.port or 0, caller.family)


async def _one(session: aiohttp.ClientSession, url: str, most: int) -> Answer:
    async with session.get(url, allow_redirects=False) as response:
        pieces: list[bytes] = []
        size = 0
        async for piece in response.content.iter_chunked(1 << 16):
            pieces.append(piece[: most - size])
            size += len(piece)
            if size > most:
                break
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(url, response.status, headers, b"".join(pieces), whole=size <= most)


def told(error: BaseException, seconds: float) -> PageError:
    """Why a request failed, in design.md §8's codes."""
    chain = list(causes(error))
    for kind, code, words in (
        (RefusedAddressError, "private-address", "域名指向内网或本机地址，按规定不访问"),
        (ssl.SSLCertVerificationError, "tls", "安全证书有误"),
        (ssl.SSLError, "tls", "安全连接(HTTPS)建立失败"),
        (aiohttp.ClientSSLError, "tls", "安全连接(HTTPS)建立失败"),
        (socket.gaierror, "dns", "域名无法解析"),
        (aiohttp.ClientConnectorDNSError, "dns", "域名无法解析"),
        (TimeoutError, "timeout", f"超过{seconds:g}秒未打开"),
        (ConnectionRefusedError, "refused", "服务器拒绝连接"),
        (aiohttp.InvalidURL, "layout", "网址写法有误"),
    ):
        if any(isinstance(one, kind) for one in chain):
            return PageError(code, words)
    if any(isinstance(one, OSError) and one.errno in _UNREACHABLE for one in chain):
        return PageError("refused", "网络不可达")
    return PageError("refused", f"连接中断({type(error).__name__})")


async def robots_allow(url: str, caller: Caller) -> bool:
    """Whether the host's robots.txt lets us fetch `url`; one that cannot be read forbids nothing."""
    try:
        answer = await get(urljoin(url, "/robots.txt"), replace(caller, most=ROBOTS_BYTES))
    except PageError:
        return True
    if answer.status != HTTPStatus.OK:
        return True
    rules = Protego.parse(answer.body.decode("utf-8", "ignore"))
    return bool(rules.can_fetch(url, ROBOTSTXT_USER_AGENT))
