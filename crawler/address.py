"""One address for one page: what the store, the ledger and the counts key on."""

import re
from urllib.parse import urlsplit, urlunsplit

from w3lib.url import canonicalize_url, url_query_cleaner

#: Query parameters that never change what a page says.
IDLE = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "spm", "from", "_t")
_SESSION = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)
_PORTS = {"http": "80", "https": "443"}


def canonical(url: str) -> str:
    """`url` without fragment, session id, default port and idle parameters; host in lower case.

    Idempotent. Scheme and path stay as they are: two paths are two pages. An address that cannot be
    read is itself: it is refused where it would be fetched (guard.refusal).
    """
    url = _SESSION.sub("", url.strip())
    try:
        url = canonicalize_url(url_query_cleaner(url, IDLE, remove=True, unique=False))
        parts = urlsplit(url)
    except ValueError:
        return url
    host, _, port = parts.netloc.rpartition(":")
    if host and port == _PORTS.get(parts.scheme):
        url = urlunsplit(parts._replace(netloc=host))
    return url
