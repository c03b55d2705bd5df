"""What a response says of itself, for the store and for the families."""

import hashlib
from collections.abc import Callable

from scrapy.http import Response

from checks.hosts import host_of
from checks.model import Fetched
from crawler import clock
from crawler.address import canonical
from crawler.page import Fetch


def header(response: Response, name: str) -> str:
    """A header's value, "" where there is none."""
    return (response.headers.get(name) or b"").decode("latin-1")


def fetched(response: Response) -> Fetched:
    """When and how a page was seen."""
    return Fetched(
        at=clock.now(),
        status=response.status,
        bytes=len(response.body),
        etag=header(response, "ETag"),
        modified=header(response, "Last-Modified"),
        digest=hashlib.sha256(response.body).hexdigest(),
    )


def asked(fetch: Fetch) -> str:
    """What tells one list request from another."""
    return f"{fetch.url} {sorted((fetch.form or {}).items())}"


def led_elsewhere(response: Response, home: str, is_own: Callable[[str], bool]) -> str:
    """Why a page that was asked for is not what came: its address leads to the home page, or out of the site.

    "" where it is. What stands on another's page is nobody's of the site's.
    """
    if not response.meta.get("redirect_urls"):
        return ""
    homes = {canonical(home), canonical(home.rstrip("/") + "/index.html")}
    if canonical(response.url) in homes:
        return "soft-404 链接跳转到了首页"
    if not is_own(response.url):
        return f"layout 跳转到站外网页（{host_of(response.url)}），不是本站文章，未检查"
    return ""
