"""A page's facts as a page: tags, links, marks, tricks, days. Made of every page of a crawl, so it is quick.

One walk over the links; regular expressions over the raw text only where a cheap test says that there
is something to find. Nothing is fetched and no script run.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import urljoin

from checks.hosts import host_of
from checks.seen_page import HiddenBy, LinkKind, PageKind, SeenLink, SeenPage, Trick
from crawler.address import canonical
from crawler.dates import address_day, first_day
from crawler.hidden import hidden_links
from crawler.listing import chrome_mark
from crawler.marks import marks_of
from crawler.page import Page
from crawler.selectors import xpath
from crawler.written import tricks, written_markup

MOST_LINKS = 3000
MOST_TAGS = 200
#: Characters kept of a link's words and of a tag's content.
WORDS, CONTENT = 80, 1000
#: Characters of an address beyond which it is none that anybody asks for.
LONGEST = 4000
_TAGS = xpath("//meta[@content]")
_SOURCES: Mapping[str, tuple[LinkKind, str]] = {
    "img": ("image", "src"), "iframe": ("frame", "src"), "frame": ("frame", "src"), "script": ("script", "src"),
    "link": ("style", "href"), "embed": ("frame", "src"), "object": ("frame", "data"), "source": ("image", "src"),
    "video": ("image", "src"), "audio": ("image", "src"), "input": ("image", "src"),
}  # fmt: skip
_FOLLOWED = {"a": "href", "area": "href", "option": "value"}
_LINKED = (*_FOLLOWED, *_SOURCES)
#: A file a reader opens, a picture too.
_FILE = re.compile(
    r"\.(?:pdf|docx?|xlsx?|wps|et|ofd|zip|rar|7z|txt|pptx?|csv|jpe?g|png|gif|bmp|webp)(?:$|[?#])|/download\.jsp\?",
    re.IGNORECASE,
)
_NOWHERE = re.compile(
    r"\s*(?:javascript:|#|mailto:|tel:|data:|file:|about:|blob:|ftp:|sms:|weixin:|$)", re.IGNORECASE
)
_WHOLE = re.compile(
    r"https?://(?:[^\s/?#\[\]]+|\[[0-9a-f:.]+\](?::\d+)?)(?=[/?#]|$)", re.IGNORECASE
)
_SPACES = str.maketrans("", "", "\t\r\n")
_WRITTEN_SOURCE = re.compile(
    r"<(script|iframe|img|link)\b[^>]{0,300}?\b(?:src|href)\s*=\s*[\"']?((?:https?:)?//[^\s\"'<>]{1,500})",
    re.IGNORECASE,
)
_SHOWN_DAY = re.compile(r"发布(?:日期|时间)(?:\s|&nbsp;|[:\uff1a]|<[^>]{0,200}>){0,8}([^<]{6,40})")
_REFRESH = re.compile(r"^\s*(\d{1,4})\s*[;,]\s*url\s*=\s*[\"']?\s*(.{1,500})", re.IGNORECASE)
#: An address that `canonical` leaves as it is.
_CANONICAL = re.compile(r"https?://[a-z0-9.-]+(?::\d+)?/[A-Za-z0-9/._~-]*")


def seen_page(page: Page, kind: PageKind) -> SeenPage:
    """The facts of a page that was read.

    Raises:
        PageError: "layout", there is no element in it.
    """
    tree, text = page.tree, page.text
    tags, refresh = _tags(tree)
    written = written_markup(text)
    links = tuple(_links(page, tree, written, kind))
    title = tree.find(".//title")
    return SeenPage(
        url=page.url,
        kind=kind,
        title=_words(title)[:CONTENT] if title is not None else "",
        heading=_heading(tree),
        tags=tags,
        links=links,
        marks=marks_of(text, written, links, kind),
        tricks=(*_refreshes(page, refresh), *_distinct(tricks(text))),
        dates=_days(page, tags),
    )


def _tags(tree: Any) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    """The contents of meta tags by name in lower case; what the refreshing ones say."""
    found: dict[str, list[str]] = {}
    refresh: list[str] = []
    for one in _TAGS(tree)[:MOST_TAGS]:
        content = " ".join(one.get("content")[: 2 * CONTENT].split())[:CONTENT]
        if name := (one.get("name") or one.get("property") or "").strip().lower():
            found.setdefault(name[:100], []).append(content)
        elif (one.get("http-equiv") or "").lower() == "refresh":
            refresh.append(content)
    return {name: tuple(many) for name, many in found.items()}, refresh


def _links(page: Page, tree: Any, written: str, kind: PageKind) -> Iterator[SeenLink]:
    """The page's links in their order, then the sources its scripts write; bounded.

    Of an article's page the ordinary links in navigation and footer are left out: those of the column's page
    say the same, and they are most of what a page holds.
    """
    to = _Addresses(page, tree)
    hidden = hidden_links(tree, page.text)
    chrome: dict[Any, bool] = {}
    count = 0
    for node in tree.iter(*_LINKED):
        if kind == "article" and _is_furniture(node, hidden, chrome):
            continue
        link = _link(node, to, hidden, chrome)
        if link is None:
            continue
        yield link
        count += 1
        if count >= MOST_LINKS:
            return
    for hit in _WRITTEN_SOURCE.finditer(written) if written else ():
        if count < MOST_LINKS and (url := to.absolute(hit[2])):
            yield SeenLink(url, "", _SOURCES[hit[1].lower()][0])
            count += 1


def _is_furniture(node: Any, hidden: Mapping[Any, HiddenBy], chrome: dict[Any, bool]) -> bool:
    """Whether a link that can be seen and read stands in navigation, footer or a side box."""
    said = node.text if node.tag == "a" else None
    return bool(said and said.strip()) and node not in hidden and _in_chrome(node, chrome)


def _link(
    node: Any, to: "_Addresses", hidden: Mapping[Any, HiddenBy], chrome: dict[Any, bool]
) -> SeenLink | None:
    tag = node.tag
    if tag in _FOLLOWED:
        said = node.get(_FOLLOWED[tag])
        if not said or (tag == "option" and said[:4].lower() != "http"):
            return None
        url = to.absolute(said, own=True)
        if not url:
            return None
        kind: LinkKind = _kind(url)
        words = _words(node) or _picture_words(node)
        by = hidden.get(node) or ("empty" if not words and _is_bare(node) else "")
        return SeenLink(url, words[:WORDS], kind, by, _in_chrome(node, chrome))
    kind, attribute = _SOURCES[tag]
    url = to.absolute(node.get(attribute))
    if not url or (tag == "link" and "stylesheet" not in (node.get("rel") or "").lower()):
        return None
    words = (node.get("alt") or node.get("title") or "") if kind == "image" else ""
    return SeenLink(url, words[:WORDS], kind, hidden.get(node, ""), _in_chrome(node, chrome))


@lru_cache(maxsize=8192)
def _kind(url: str) -> LinkKind:
    return "attachment" if _FILE.search(url) else "page"


class _Addresses:
    """What the page's references lead to."""

    def __init__(self, page: Page, tree: Any) -> None:
        base = tree.find(".//base[@href]") if "<base" in page.text else None
        self._base = page.url if base is None else _joined(page.url, base.get("href"))
        self._folder = _joined(self._base, ".")

    def absolute(self, reference: str | None, *, own: bool = False) -> str:
        """`reference` as an absolute address without its fragment, "" where it leads nowhere.

        With `own` an address on the page's host is the one the store knows it by.
        """
        if not reference or len(reference) > LONGEST:
            return ""
        return _resolved(self._base if reference[0] == "?" else self._folder, reference, own)


@lru_cache(maxsize=16_384)
def _resolved(base: str, reference: str, own: bool) -> str:  # noqa: FBT001
    """Seen from `base`. Kept: a site's pages share their header, navigation and footer."""
    if _NOWHERE.match(reference):
        return ""
    reference = reference.strip().translate(_SPACES).partition("#")[0]
    url = reference if _WHOLE.match(reference) else _joined(base, reference)
    if not _WHOLE.match(url):
        return ""
    if not own or _CANONICAL.fullmatch(url) or host_of(url) != host_of(base):
        return url
    try:
        return canonical(url)
    except ValueError:
        return url


def _joined(base: str, reference: str) -> str:
    """`reference` seen from `base`, "" where it is no address."""
    try:
        return urljoin(base, reference.strip())
    except ValueError:
        return ""


def _words(node: Any) -> str:
    """All text in `node`, white space folded."""
    said = node.text if not len(node) else "".join(node.itertext())
    return " ".join(said[: 20 * WORDS].split()) if said else ""


def _picture_words(node: Any) -> str:
    for picture in node.iter("img"):
        return (picture.get("alt") or picture.get("title") or "图片").strip()
    return (node.get("title") or "").strip()


def _is_bare(node: Any) -> bool:
    """Whether a link without words has nothing that could show it: no child, class, id or style."""
    return (
        not len(node)
        and node.tag == "a"
        and not any(map(node.get, ("class", "id", "style", "name")))
    )


def _in_chrome(node: Any, known: dict[Any, bool]) -> bool:
    """`listing.in_chrome`; `known` are elements above a link that were judged on this page.

    An element in a box that is chrome is in chrome whatever it says of itself: it is asked only outside of one.
    """
    above = node.getparent()
    path = []
    while above is not None and above not in known:
        path.append(above)
        above = above.getparent()
    inside = above is not None and known[above]
    for one in reversed(path):
        inside = inside or bool(chrome_mark(one))
        known[one] = inside
    return inside or bool(chrome_mark(node))


def _heading(tree: Any) -> str:
    for path in (".//ucaptitle", ".//h1"):
        node = tree.find(path)
        if node is not None and (said := _words(node)):
            return said[:CONTENT]
    return ""


def _refreshes(page: Page, contents: list[str]) -> Iterator[Trick]:
    """Where the page sends its reader on by itself within 5 seconds."""
    for content in contents:
        hit = _REFRESH.match(content)
        if hit and int(hit[1]) <= 5:
            yield Trick("refresh", _joined(page.url, hit[2].strip("\"' ")))


def _distinct(many: Iterator[Trick]) -> tuple[Trick, ...]:
    return tuple({one.name: one for one in many}.values())


def _days(page: Page, tags: Mapping[str, tuple[str, ...]]) -> dict[str, date]:
    found: dict[str, date] = {}
    for content in tags.get("pubdate", ()):
        if day := first_day(content[:60]):
            found.setdefault("meta", day)
    if "发布" in page.text and (hit := _SHOWN_DAY.search(page.text)) and (day := first_day(hit[1])):
        found["page"] = day
    if day := address_day(page.url[:2000]):
        found["url"] = day
    return found
