"""What a CMS family is shown and what it answers: pages, listings, articles, and why one cannot be read.

Scrapy-free on purpose: families are pure functions over a `Page`, so that they run in a worker
process, in a test and on a pasted draft alike.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, Protocol

from lxml.html import HtmlElement

#: The reasons of design.md §8 (`http-NNN` with the status in place of NNN).
Reason = Literal[
    "timeout", "dns", "refused", "tls", "blocked", "soft-404", "rendered", "layout",
    "too-large", "robots", "private-address", "encoding",
]  # fmt: skip

#: Characters of an address, percent-encoded; no page has a longer one, and no index takes it.
LONGEST_URL = 2083


class PageError(Exception):
    """A page cannot be read. `why` begins with a reason code, then a space and Chinese words."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason} {detail}".strip())
        self.reason = reason
        self.why = str(self)


@dataclass(frozen=True, slots=True)
class Fetch:
    """A request a family asks for: an address, and a form to POST where there is one."""

    url: str
    form: Mapping[str, str] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a list page. `url` is absolute; `published` the date shown, None where there is none."""

    url: str
    title: str
    published: date | None = None
    pinned: bool = False
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """What one list page says.

    `total` is the number of entries it claims for the whole column (共N条, `total`), None where
    it claims none. `says_empty` is True only where the page itself says that there is nothing
    (暂无信息, 共0条, total 0). `elsewhere` is set where the list is served by another address that the
    page declares (a JSON endpoint, a dataproxy): the spider fetches that instead.
    """

    entries: tuple[Listed, ...] = ()
    total: int | None = None
    says_empty: bool = False
    elsewhere: Fetch | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file an article links: absolute address and the name it is shown under."""

    url: str
    name: str


@dataclass(frozen=True, slots=True)
class Read:
    """What one article page says; `rungs` names the rung that gave each field.

    Fields without a value have no rung. `body` is plain text, one line a block, inline elements
    joined without a space. `written` is the 成文日期, never used as the 发布日期. `more` are the
    addresses of the article's further parts (multi-page articles), in order.
    """

    title: str = ""
    body: str = ""
    published: date | None = None
    written: date | None = None
    source: str = ""
    column: str = ""
    attachments: tuple[Attachment, ...] = ()
    more: tuple[str, ...] = ()
    rungs: Mapping[str, str] = field(default_factory=dict)
    repaired: str = ""


@dataclass(slots=True)
class Page:
    """A decoded page. `tree` is parsed once, when first asked for.

    `declared` is the charset it claimed, `encoding` the one it was read in, `repaired` a Chinese
    word on what was mended ("" if nothing was). `form` is the form that was posted for it.
    """

    url: str
    text: str
    declared: str = ""
    encoding: str = "utf-8"
    repaired: str = ""
    form: Mapping[str, str] | None = None
    _tree: HtmlElement | None = None

    @property
    def tree(self) -> HtmlElement:
        """The parsed page. Raises PageError("layout"): there is nothing to parse."""
        if self._tree is None:
            from crawler.text import parse

            self._tree = parse(self.text)
        return self._tree


class Family(Protocol):
    """CMS family: one module with these names. All functions are pure; pages are never fetched here."""

    NAME: str

    def detect(self, page: Page) -> float:
        """How surely this page is of the family: 0 (no sign) to 1 (certain). Generic: always 0.01."""

    def list_entries(self, page: Page) -> Listing:
        """What this list page (HTML, or the JSON/XML an endpoint answered) lists.

        Raises:
            PageError: "rendered" where a script fills the list and no endpoint is declared,
                "layout" where nothing was found and the page does not say that it is empty.
        """

    def next_page(self, page: Page) -> Fetch | None:
        """The request for the following list page, None on the last."""

    def article(self, page: Page) -> Read:
        """What this article page says.

        Raises:
            PageError: "soft-404", "rendered", "blocked" or "layout".
        """
