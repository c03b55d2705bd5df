"""A page as a page: its tags, links and marks, and what a page rule says of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, Protocol

from checks.model import Rule, Severity, Site
from checks.passage import Manual

#: 首页, 栏目页, 内容页.
PageKind = Literal["home", "column", "article"]
LinkKind = Literal["page", "image", "attachment", "frame", "script", "style"]
#: How a link is hidden; "" where it is not, "folded" where it is folded away until a reader opens it.
HiddenBy = Literal[
    "", "folded", "display", "visibility", "font-size", "off-screen", "tiny", "marquee", "colour",
    "frame", "written", "scripted", "empty",
]  # fmt: skip
TrickName = Literal[
    "referrer-redirect", "agent-title", "hex-names", "packed", "refresh", "encoded-title"
]
_NO_TAGS: Mapping[str, tuple[str, ...]] = {}
_NO_DAYS: Mapping[str, date] = {}


@dataclass(frozen=True, slots=True)
class SeenLink:
    """A link as it stands on a page. `url` is absolute, without its fragment.

    `chrome` says whether it lies in navigation, header, footer or a side box.
    """

    url: str
    text: str
    kind: LinkKind = "page"
    hidden: HiddenBy = ""
    chrome: bool = False


@dataclass(frozen=True, slots=True)
class Marks:
    """The identity marks of a page's footer, found in its raw HTML and in what its scripts write.

    `badge` is how the 党政机关/事业单位标识 is built in ("" where it is not), `badge_image` its image's name
    (red, blue, red_error). `reports` are (host, sitecode) of each 找错 entry. `codes` are the 网站标识码
    printed; `police` the 公安备案 numbers printed, `records` those of their links. `named` are the marks whose
    words stand on the page (icp, police, organiser, contact, sitemap, report); `leave` says that a notice
    for leaving the site does. `elsewhere` says that something not read here (a script, a frame) may
    write the footer. The last three are told of home and column pages only.
    """

    badge: Literal["", "script", "image"] = ""
    badge_image: str = ""
    badge_ids: tuple[str, ...] = ()
    reports: tuple[tuple[str, str], ...] = ()
    codes: tuple[str, ...] = ()
    icp: tuple[str, ...] = ()
    icp_hosts: tuple[str, ...] = ()
    police: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
    named: frozenset[str] = frozenset()
    leave: bool = False
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Trick:
    """Something a page does that ordinary pages do not: `name` what, `detail` where it leads or what it says."""

    name: TrickName
    detail: str = ""


@dataclass(frozen=True, slots=True)
class SeenPage:
    """`tags` are the contents of the page's meta tags by name in lower case, in their order.

    `heading` is the title a reader sees over the text, "" where none could be told. `dates` are the
    days the page names: "meta" (PubDate), "page" (发布时间), "url", as far as told. `words` are the
    office's own words for injected text; whoever judges fills them in.
    """

    url: str
    kind: PageKind
    title: str = ""
    heading: str = ""
    tags: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _NO_TAGS)
    links: tuple[SeenLink, ...] = ()
    marks: Marks = Marks()
    tricks: tuple[Trick, ...] = ()
    dates: Mapping[str, date] = field(default_factory=lambda: _NO_DAYS)
    words: tuple[str, ...] = ()

    def tag(self, name: str) -> str:
        """The first content of the meta tag `name`, "" where it is missing or empty."""
        return next(iter(self.tags.get(name.lower(), ())), "")


@dataclass(frozen=True, slots=True)
class PageFault:
    """What is wrong with a page. Faults of several pages with the same `rule` and `key` are one finding.

    `note` says in Chinese what is wrong, as the end of the sentence 共3个页面….
    """

    rule: str
    key: str
    match: str
    note: str
    severity: Severity


class PageRule(Protocol):
    """A module of checks/rules/page.

    `KINDS` are the kinds of page it judges, `ON` whether it runs unless a site switches it on. The
    examples of its manual are pages at https://www.example.gov.cn of the first of its kinds.
    """

    RULE: Rule
    ON: bool
    KINDS: tuple[PageKind, ...]
    MANUAL: Manual

    def check(self, seen: SeenPage, site: Site) -> Iterator[PageFault]: ...
