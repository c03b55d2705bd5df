"""A list page → its entries, whatever built it: the parent with the most dated links (cms_families.md §8)."""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

from w3lib.url import safe_url_string

from checks.model import plain
from crawler.dates import item_day
from crawler.page import LONGEST_URL, Fetch, Listed, Listing, Page, PageError
from crawler.refusal import filled_by_script, refuse_no_page
from crawler.selectors import xpath
from crawler.text import block_text, inline_text

_LINKS = xpath("//a[@href]")
_NEXT = xpath("//a[@href]|//link[@rel='next']")
_CHROME = re.compile(
    r"(?:^|[\s_-])(?:nav|menu|header|head|footer|foot|crumb|breadcrumb|position|location|weizhi|dqwz|pager?|pages|paging|pagination|"
    r"sidebar|aside|hot|rank|friend|links?|copyright|tools?|share|banner|topbar|logo|search|login|lang)(?:$|[\s_\d-])",
    re.IGNORECASE,
)
_ITEMS = ("li", "tr", "dd", "dt", "article", "p", "div", "h2", "h3", "h4", "section", "td")
_PINNED = re.compile(r"置顶|\[顶\]|【顶】")
_PINNED_CLASS = re.compile(
    r"(?:^|[\s_-])(?:zhiding|istop|is-top|stick|sticky|zd)(?:$|[\s_-])", re.IGNORECASE
)
_EMPTY = re.compile(
    r"暂无(?:相关|任何)?(?:信息|内容|数据|文章|记录|资料)|(?:没有|未)(?:找到|查询到|检索到)?(?:相关|任何|符合条件的)?(?:信息|内容|数据|记录)|"
    r"[共计]\s*0\s*条|总(?:数|计|共)[:\uff1a]?\s*0(?:\s*条|\b)|栏目(?:正在)?建设中|正在建设中|内容(?:正在)?(?:更新|建设)中"
)
_TOTAL = re.compile(
    r"(?:共|总计|总共)(?:有)?\s*(\d{1,6})\s*(?:条|篇|个信息)|总(?:记录|条)数[:\uff1a]?\s*(\d{1,6})"
)
_NEXT_WORDS = re.compile(r"^\s*[\[【(]?\s*(?:下一页|下页|后一页|Next|next|>|›|»|>>)\s*[\])】]?\s*$")
_CREATE = re.compile(r"createPageHTML\s*\(([^)]{1,200})\)")
_TRS_VARS = re.compile(r"var\s+currentPage\s*=\s*(\d+)[\s\S]{0,400}?var\s+countPage\s*=\s*(\d+)")
_NO_LINK = re.compile(r"^\s*(?:javascript:|#|mailto:|tel:|data:|file:|about:|$)", re.IGNORECASE)
#: Characters a list item may hold; a longer one is a block of several.
ITEM_LENGTH = 600
MOST_ENTRIES = 1000
#: Characters of a title on a list; a longer one is a whole text in a link.
LONGEST_NAME = 500


def link(page: Page, href: str | None) -> str:
    """The absolute address of `href` without its fragment; "" where it leads to no page."""
    if not href or _NO_LINK.match(href):
        return ""
    try:
        url = urldefrag(urljoin(page.url, href.strip()))[0]
        parts = urlsplit(url)
        parts.port  # noqa: B018  - raises ValueError where it is none
        length = len(url if url.isascii() else safe_url_string(url))
    except ValueError:
        return ""
    known = parts.scheme in ("http", "https") and parts.hostname
    return url if known and length <= LONGEST_URL else ""


def entry(page: Page, item: Any, anchor: Any | None = None) -> Listed | None:
    """One line of a list: its longest link, the full title, the date beside it; None if it has no link."""
    if anchor is None:
        anchors = [one for one in item.iter("a") if link(page, one.get("href"))]
        if not anchors:
            return None
        anchor = max(anchors, key=lambda one: len(_name(one)))
    url = link(page, anchor.get("href"))
    title = _name(anchor)
    if not url or not title:
        return None
    text = block_text(item) or inline_text(anchor)
    beside = text.replace(inline_text(anchor), " ", 1) if anchor is not item else text
    pinned = bool(_PINNED.search(text) or _PINNED_CLASS.search(item.get("class") or ""))
    return Listed(url, title, item_day(beside) or item_day(text), pinned)


def _name(anchor: Any) -> str:
    """The visible text, or @title where that says more (visible text is often cut with …)."""
    shown = inline_text(anchor)
    full = " ".join((anchor.get("title") or "").split())
    cut = shown.endswith(("…", "...", ".."))
    name = full if full and (cut or len(full) > len(shown)) else shown
    return name[:LONGEST_NAME]


def in_chrome(node: Any) -> bool:
    """Whether a node lies in navigation, header, footer, a pager or a side box."""
    while node is not None:
        mark = chrome_mark(node)
        if mark is not None:
            return mark
        node = node.getparent()
    return False


def chrome_mark(node: Any) -> bool | None:
    """Whether an element is such a box (True), the page itself (False), or says nothing (None)."""
    if not isinstance(node.tag, str):
        return False
    if node.tag in ("nav", "header", "footer", "aside"):
        return True
    if node.tag in ("body", "html"):
        return False
    for name in (node.get("class"), node.get("id")):
        if name and _is_chrome_name(name):
            return True
    return None


@lru_cache(maxsize=8192)
def _is_chrome_name(name: str) -> bool:
    return bool(_CHROME.search(name))


def best_group(page: Page) -> list[Listed]:
    """The entries of the page's main list; [] where no group of links looks like one."""
    groups: dict[tuple[str, ...], list[tuple[Any, Any]]] = defaultdict(list)
    for anchor in _LINKS(page.tree)[:5000]:
        if len(_name(anchor)) < 4 or not link(page, anchor.get("href")):
            continue
        item = _item_of(anchor)
        groups[_signature(item)].append((item, anchor))
    scored = []
    for members in groups.values():
        items = {id(item): (item, anchor) for item, anchor in members}
        listed = [one for item, _ in items.values() if (one := entry(page, item))]
        listed = distinct(listed)
        if not listed or in_chrome(members[0][0]):
            continue
        dated = sum(one.published is not None for one in listed)
        length = sum(len(one.title) for one in listed) / len(listed)
        if (dated and (dated * 2 >= len(listed) or dated >= 5)) or (
            len(listed) >= 5 and length >= 9
        ):
            scored.append((dated * 3 + len(listed) * min(length, 25) / 25, listed))
    return max(scored, key=lambda one: one[0])[1] if scored else []


def _item_of(anchor: Any) -> Any:
    """The list line an anchor stands in: the nearest row-like ancestor that holds its date, if any."""
    nearest = None
    node = anchor
    for _ in range(5):
        node = node.getparent()
        if node is None or node.tag in ("body", "html", "ul", "ol", "table", "tbody", "dl"):
            break
        if node.tag not in _ITEMS:
            continue
        if nearest is None:
            nearest = node
        text = node.text_content()
        if len(text) > ITEM_LENGTH:
            break
        if node.tag in ("li", "tr", "dd") or item_day(text):
            return node
    return anchor if nearest is None else nearest


def _signature(item: Any) -> tuple[str, ...]:
    """What the lines of one list share: tag and class of the item and of two ancestors."""
    path = []
    node = item
    for depth in range(3):
        if node is None or not isinstance(node.tag, str):
            break
        kind = node.get("class") or "" if depth else ""  # lines alternate their own class
        path.append(
            f"{node.tag}.{re.sub(r'[0-9]+', '', kind)}#{node.get('id') or '' if depth else ''}"
        )
        node = node.getparent()
    return tuple(path)


def distinct(listed: Iterable[Listed]) -> list[Listed]:
    """Each address once, in order."""
    return list({one.url: one for one in reversed(list(listed))}.values())[::-1][:MOST_ENTRIES]


def total_of(text: str) -> int | None:
    """The number of entries the column claims (共52条), None where it claims none."""
    hit = _TOTAL.search(text)
    return int(hit[1] or hit[2]) if hit else None


def settle(page: Page, listed: list[Listed]) -> Listing:
    """A listing of HTML, or why there is none. Never an empty one that the page does not confirm.

    Raises:
        PageError: "blocked", "soft-404", "rendered" or "layout".
    """
    visible = block_text(page.tree)
    if listed:
        return Listing(tuple(listed), total_of(visible))
    refuse_no_page(page, visible, " ".join("".join(xpath("//title//text()")(page.tree)).split()))
    if filled_by_script(page):
        raise PageError("rendered", "列表由脚本加载，未取得")
    if _EMPTY.search(visible):
        return Listing((), 0, says_empty=True)
    raise PageError("layout", "没有识别出列表条目")


def next_link(page: Page) -> Fetch | None:
    """The next page by rel=next, by the words 下一页, or by a script pager; None on the last."""
    for node in _NEXT(page.tree):
        if (
            node.get("rel") == "next"
            or _NEXT_WORDS.match(inline_text(node))
            or node.get("title") == "下一页"
        ):
            gone = f"{node.get('class') or ''} {(node.getparent().get('class') or '') if node.getparent() is not None else ''}"
            if re.search(r"disabled|_no_d\b|next_d\b|p_next_d", gone):
                continue
            url = link(page, node.get("href"))
            if url and plain(url) != plain(page.url):
                return Fetch(url)
    return scripted_next(page)


def scripted_next(page: Page) -> Fetch | None:
    """The next page of a createPageHTML pager; TRS and UCAP share the name and differ in arguments."""
    if hit := _CREATE.search(page.text):
        arguments = [one.strip().strip("\"'") for one in hit[1].split(",")]
        if len(arguments) == 4 and arguments[0].isdigit() and arguments[1].isdigit():
            return _trs(page, int(arguments[0]), int(arguments[1]), arguments[2], arguments[3])
        if len(arguments) >= 5 and not arguments[0].isdigit() and arguments[1].isdigit():
            return _ucap(page, arguments)
    if hit := _TRS_VARS.search(page.text):
        name = urlsplit(page.url).path.rsplit("/", 1)[-1]
        stem, _, ending = (name or "index.html").rpartition(".")
        stem = re.sub(rf"_{hit[1]}$", "", stem) or "index"
        return _trs(page, int(hit[2]), int(hit[1]), stem, ending or "html")
    return None


def _trs(page: Page, count: int, current: int, name: str, ending: str) -> Fetch | None:
    """Counted from 0: page 2 is name_1."""
    if current + 1 >= count:
        return None
    return Fetch(urljoin(page.url, f"{name}_{current + 1}.{ending}"))


def _ucap(page: Page, arguments: list[str]) -> Fetch | None:
    """(div, pageCount, currIndex, pageName, ext[, total]), counted from 1: page 2 is name_2."""
    if not arguments[2].isdigit():
        return None
    count, current = int(arguments[1]), int(arguments[2])
    if current >= count:
        return None
    return Fetch(urljoin(page.url, f"{arguments[3]}_{current + 1}.{arguments[4].lstrip('.')}"))
