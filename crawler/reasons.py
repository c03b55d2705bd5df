"""How a failed fetch is named: design.md §8's reason codes."""

import ssl
from collections.abc import Callable, Iterator
from typing import Any

from aiohttp.http_exceptions import LineTooLong
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
    UnsupportedURLSchemeError,
)
from scrapy.spidermiddlewares.httperror import HttpError

from crawler.page import PageError

#: Answers of a protection in front of a site: 监测受阻, never a dead page (cms_families.md §11).
BLOCKED = frozenset({403, 412, 429, 488, 521})


class RefusedRequest(IgnoreRequest):
    """A request that is never sent, or an answer that is never read. `error` says why."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason} {detail}")
        self.error = PageError(reason, detail)


class RefusedAddressError(OSError):
    """A name that leads to a private or loopback address."""


class BrokenHandshakeError(DownloadConnectionRefusedError):
    """A server that ends the connection in the middle of the TLS handshake: it speaks none we speak."""


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what it came from, outermost first."""
    seen: set[int] = set()
    while error and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def leads_inside() -> RefusedRequest:
    """Said of a name that leads to a private address."""
    return RefusedRequest("private-address", "域名指向内网或本机地址，按规定不访问")


def _http(error: HttpError) -> PageError:
    status = error.response.status
    if status in BLOCKED:
        return PageError("blocked", f"网站防护拒绝了访问(HTTP {status}),请与网站管理员联系放行")
    if 300 <= status < 400:  # 304: that nothing has changed, where nobody asked whether it had
        told = "网站没有给出网页内容" if status == 304 else "跳转到的不是网页地址"
        return PageError(f"http-{status}", told)
    return PageError(f"http-{status}", "网站返回错误状态")


_NAMED: tuple[tuple[type[BaseException], Callable[[Any], PageError]], ...] = (
    (PageError, lambda e: e),
    (RefusedRequest, lambda e: e.error),
    (HttpError, _http),
    (RefusedAddressError, lambda _: leads_inside().error),
    (ssl.SSLError, lambda _: PageError("tls", "安全连接(HTTPS)建立失败")),
    (ssl.CertificateError, lambda _: PageError("tls", "安全证书有误")),
    (BrokenHandshakeError, lambda _: PageError("tls", "安全连接(HTTPS)建立失败")),
    (DownloadTimeoutError, lambda _: PageError("timeout", "在规定时间内未打开")),
    (CannotResolveHostError, lambda _: PageError("dns", "域名无法解析")),
    (DownloadCancelledError, lambda _: PageError("too-large", "页面过大")),
    (LineTooLong, lambda _: PageError("too-large", "网站返回的报头过长")),
    (DownloadConnectionRefusedError, lambda _: PageError("refused", "服务器拒绝连接")),
    (UnsupportedURLSchemeError, lambda _: PageError("layout", "网址写法有误")),
)
#: What Scrapy's own middlewares say when they drop a request.
_SAID = {
    "Forbidden by robots.txt": PageError("robots", "网站robots.txt不允许访问"),
    "max redirections reached": PageError("http-310", "重定向次数过多"),
}


def reason(error: BaseException) -> PageError:
    """Why a fetch failed, in design.md §8's codes. Anything not named there is `refused` with its kind."""
    chain = list(causes(error))
    for kind, tell in _NAMED:
        for one in chain:
            if isinstance(one, kind):
                return tell(one)
    if isinstance(error, IgnoreRequest) and (said := _SAID.get(str(error))):
        return said
    if isinstance(error, ValueError):  # an address or a header that nobody can read
        return PageError("layout", "网址或报头写法有误")
    return PageError("refused", f"连接中断({type(error).__name__})")
