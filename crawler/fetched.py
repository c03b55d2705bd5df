"""What a response says of itself, for the store and for the families."""

import hashlib

from scrapy.http import Response

from checks.model import Fetched
from crawler import clock
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
