"""How the home page can be reached: HTTPS, certificate, redirect from http, IPv6. One look a night.

Some seven requests to the home host, a polite delay apart: call it before or after the crawl, not beside it. A failure
is looked at twice before it is told. A home page that does not open at all tells nothing of HTTPS or IPv6.
"""

import asyncio
import ipaddress
import re
import socket
import ssl
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from aiohttp.abc import AbstractResolver
from cryptography import x509

from checks.model import Site
from checks.watch import Certificate, CertificateFault, Reach
from crawler.guard import BLOCKED, RefusedAddressError, is_public, literal_address
from crawler.page import PageError
from crawler.probe import Sight, sight
from crawler.single import BROKEN, Caller, caller_of, get, robots_allow, told

#: OpenSSL's X509_V_ERR_… codes.
_VERIFY: dict[int, CertificateFault] = {
    9: "not-yet", 18: "self-signed", 62: "mismatch", 64: "mismatch",
}  # fmt: skip
#: getaddrinfo's ways to say that a name has no address of the kind asked for.
_NO_ADDRESS = {
    getattr(socket, name) for name in ("EAI_NONAME", "EAI_NODATA", "EAI_ADDRFAMILY") if hasattr(socket, name)
}  # fmt: skip
#: Addresses a DNS64 server makes up for names that have none.
_MADE_UP = ipaddress.ip_network("64:ff9b::/96")
_AGAIN = frozenset(("timeout", "refused", "dns", "tls"))
_BY_SCRIPT = re.compile(rb"http-equiv\s*=\s*[\"']?refresh|location\s*(?:\.href)?\s*=|location\.replace", re.IGNORECASE)  # fmt: skip
SECONDS = 15.0
#: A page that only leads elsewhere by script is shorter than this, in bytes.
SHORT_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Ports:
    """Where a site's other address is, by scheme; the home page's own port is the one it names."""

    http: int = 80
    https: int = 443


def trusting() -> ssl.SSLContext:
    """Judges certificates by this machine's authorities, and nothing else: any protocol will do."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    return context


def has_route(address: str, port: int) -> bool:
    """Whether this machine could send to an IPv6 address; a route is looked up, nothing is sent."""
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as one:
            one.connect((address, port))
            own = str(one.getsockname()[0])
    except OSError:
        return False
    return is_public(own) or not is_public(address)


async def reach(
    site: Site,
    *,
    at: datetime,
    resolver: AbstractResolver | None = None,
    trust: ssl.SSLContext | None = None,
    route: Callable[[str, int], bool] = has_route,
    ports: Ports | None = None,
) -> Reach:
    """Look at the home page at the instant `at`. `trust` judges certificates: this machine's authorities by default."""
    home = urlsplit(site.home)
    host = home.hostname or ""
    if literal_address(host):
        return _untold(at, "layout 首页网址是IP地址，没有域名")
    caller = replace(caller_of(site, resolver=resolver), seconds=SECONDS)
    if not await robots_allow(site.home, caller):
        return _untold(at, "robots 网站robots.txt不允许访问")
    seen = await _twice(site.home, caller, site.delay)
    if not seen.opened:
        return _untold(at, seen.why)
    ports = ports or Ports()
    secure = site.home if home.scheme == "https" else _other(site.home, "https", ports.https)
    plain = site.home if home.scheme == "http" else _other(site.home, "http", ports.http)
    found = await _https(Reach(at), site, secure, caller, trust or trusting())
    if found.https:
        await asyncio.sleep(site.delay)
        redirects, why = await _redirects(plain, caller)
        found = replace(found, redirects=redirects, redirects_why=why)
    return await _ipv6(found, site, caller, route)


def _untold(at: datetime, why: str) -> Reach:
    return Reach(at, https_why=why, ipv6_why=why)


def _other(home: str, scheme: str, port: int) -> str:
    """The home host's root by `scheme`."""
    host = urlsplit(home).hostname or ""
    usual = {"http": 80, "https": 443}[scheme]
    return urlunsplit((scheme, host if port == usual else f"{host}:{port}", "/", "", ""))


async def _twice(url: str, caller: Caller, delay: float) -> Sight:
    """Open `url`; once more where it failed in a way that may pass."""
    await asyncio.sleep(delay)
    seen = await sight(url, caller)
    if seen.opened or seen.why.partition(" ")[0] not in _AGAIN:
        return seen
    await asyncio.sleep(delay)
    return await sight(url, caller)


async def _https(
    found: Reach, site: Site, secure: str, caller: Caller, trust: ssl.SSLContext
) -> Reach:
    if secure != site.home:
        seen = await _twice(secure, caller, site.delay)
        if seen.why.startswith("blocked"):
            return replace(found, https_why=seen.why)
        if not seen.opened:
            return replace(found, https=False)
    await asyncio.sleep(site.delay)
    try:
        certificate = await _certificate(secure, found.at, caller, trust)
    except PageError as error:
        return replace(found, https=True, certificate_why=error.why)
    if certificate.fault == "chain" and not _trusts_anybody(trust):
        why = "tls 本机没有受信任的根证书，无法核对证书链"
        return replace(found, https=True, certificate_why=why)
    return replace(found, https=True, certificate=certificate)


async def _certificate(
    secure: str, at: datetime, caller: Caller, trust: ssl.SSLContext
) -> Certificate:
    """Raises PageError: no handshake."""
    try:
        raw, protocol = await _handshake(secure, caller, caller.context)
        until = x509.load_der_x509_certificate(raw).not_valid_after_utc
    except BROKEN as error:  # x509 says ValueError of what is no certificate
        raise told(error, caller.seconds) from error
    fault: CertificateFault = ""
    try:
        await _handshake(secure, caller, trust)
    except ssl.SSLCertVerificationError as error:
        fault = _VERIFY.get(error.verify_code, "chain")
    except BROKEN as error:
        raise told(error, caller.seconds) from error
    if fault and until <= at:  # OpenSSL tells one fault only, and of an expired authority the same
        fault = "expired"
    return Certificate(until, fault, protocol)


async def _handshake(secure: str, caller: Caller, context: ssl.SSLContext) -> tuple[bytes, str]:
    """The certificate a server shows, as DER, and the protocol spoken."""
    parts = urlsplit(secure)
    host, port = parts.hostname or "", parts.port or 443
    async with asyncio.timeout(caller.seconds):
        found = await caller.guarded.resolve(host, port, caller.family)
        if not found:
            raise socket.gaierror(socket.EAI_NONAME, "no address")
        _, writer = await asyncio.open_connection(
            found[0]["host"], port, ssl=context, server_hostname=host
        )
    channel = writer.get_extra_info("ssl_object")
    raw, protocol = channel.getpeercert(binary_form=True), channel.version()
    writer.transport.abort()
    return raw or b"", str(protocol)


def _trusts_anybody(trust: ssl.SSLContext) -> bool:
    """Whether there is any authority to judge by; a folder of them is read only when needed, and not counted."""
    folder = ssl.get_default_verify_paths().capath
    return bool(trust.cert_store_stats()["x509_ca"]) or bool(
        folder and Path(folder).is_dir() and any(Path(folder).iterdir())
    )


async def _redirects(plain: str, caller: Caller) -> tuple[bool | None, str]:
    """Whether the http address leads to https, or why that could not be told; neither where nothing listens."""
    try:
        answer = await get(plain, caller)
    except PageError as error:
        return None, "" if error.reason == "refused" else error.why
    if answer.url.startswith("https:"):
        return True, ""
    if answer.status in BLOCKED:
        return None, f"blocked 网站防护拒绝了访问(HTTP {answer.status})"
    if answer.status >= HTTPStatus.BAD_REQUEST:
        return None, f"http-{answer.status} 网站返回错误状态"
    body = answer.body if len(answer.body) < SHORT_BYTES else b""
    return bool(_BY_SCRIPT.search(body) and b"https:" in body), ""


async def _ipv6(
    found: Reach, site: Site, caller: Caller, route: Callable[[str, int], bool]
) -> Reach:
    home = urlsplit(site.home)
    port = home.port or (443 if home.scheme == "https" else 80)
    try:
        many = await caller.guarded.resolve(home.hostname or "", port, socket.AF_INET6)
    except RefusedAddressError:
        return replace(found, ipv6_why="private-address 域名的IPv6地址指向内网")
    except socket.gaierror as error:
        if error.errno in _NO_ADDRESS:
            return replace(found, ipv6=False)
        return replace(found, ipv6_why="dns 域名的IPv6地址没有查到结果")
    except OSError:
        return replace(found, ipv6_why="dns 域名的IPv6地址没有查到结果")
    own = own_addresses(one["host"] for one in many)
    if not own:
        return replace(found, ipv6=False)
    if not any(route(address, port) for address in own):
        return replace(found, ipv6=True, ipv6_why="refused 本机没有IPv6线路，无法试开")
    six = replace(caller, family=socket.AF_INET6)
    seen = await _twice(site.home, six, site.delay)
    if seen.opened:
        return replace(found, ipv6=True, ipv6_opens=True)
    if seen.why.startswith("blocked") or await _cut(site, six):
        why = seen.why if seen.why.startswith("blocked") else "refused 本机的IPv6线路不通"
        return replace(found, ipv6=True, ipv6_why=why)
    return replace(found, ipv6=True, ipv6_opens=False, ipv6_why=seen.why)


def own_addresses(found: Iterable[str]) -> tuple[str, ...]:
    """The IPv6 addresses that are the site's, without those made up for it on the way."""
    return tuple(one for one in found if ipaddress.ip_address(one) not in _MADE_UP)


async def _cut(site: Site, six: Caller) -> bool:
    """Whether the control host, which has an IPv6 address, does not answer by it either."""
    if not site.probe.control:
        return False
    named = caller_of(site, site.probe.control)
    try:
        await get(site.probe.control, replace(six, hosts=named.hosts), follow=0)
    except PageError as error:
        return error.reason != "dns"
    return False
