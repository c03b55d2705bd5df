"""The body of an article: a family's or a well-known container, readability, or the densest block."""

import re
from typing import Any

from lxml import etree

from checks.model import plain
from crawler.page import Page, PageError
from crawler.selectors import Selectors, first, xpath
from crawler.text import block_text, parse

_FURNITURE = re.compile(
    r"^(?:[【\[(]?(?:打印|关闭|收藏|分享|返回|顶部|字体|字号|大|中|小|推荐|纠错|复制链接|我要评论|扫一扫|返回顶部|打印本页|关闭窗口)"
    r"[^。]{0,24}|上一(?:篇|条|页).*|下一(?:篇|条|页).*|(?:浏览|点击|阅读|访问)(?:次数|量|数)?[:\uff1a]?\s*\d*\s*次?"
    r"|您访问的链接即将离开.*|(?:您)?(?:当前|现在)?(?:的)?位置[:\uff1a].*|首页\s*[>》›/].*|相关(?:阅读|链接|文章|新闻)[:\uff1a]?|"
    r"扫一扫在手机打开当前页.*|分享到[:\uff1a]?.*|责任编辑[:\uff1a]?)$"
)


_HEAD_LINE = re.compile(
    r"(?:来源|发布时间|发布日期|发布人|浏览次数|点击数|阅读次数|字体|字号|打印|作者)\s*[:\uff1a]"
)


#: Characters below which what readability found is looked for again.
SHORTEST = 25


LINKS = xpath(".//a[@href]")


CHROME = xpath(
    "//header|//footer|//nav|//aside|//*[@id='header' or @id='footer' or @id='nav' or @id='head' or @id='foot']"
    "|//*[contains(concat(' ',@class,' '),' header ') or contains(concat(' ',@class,' '),' footer ') or contains(concat(' ',@class,' '),' nav ')"
    " or contains(concat(' ',@class,' '),' head ') or contains(concat(' ',@class,' '),' foot ') or contains(concat(' ',@class,' '),' top ')]"
)


#: Containers that many systems call the body of an article, most telling first.
_BODIES = tuple(
    (xpath(path), least)
    for path, least in (
        ("//*[@id='vsb_content' or starts-with(@id,'vsb_content_')]", 4),
        ("//*[@id='UCAP-CONTENT' or contains(@class,'ucapcontent')]|//ucapcontent", 4),
        (
            "//*[contains(@class,'TRS_Editor') or contains(@class,'TRS_UEDITOR') or contains(@class,'TRS_PreAppend')]",
            4,
        ),
        (
            "//*[@id='zoom' or @id='Zoom' or @id='zoomcon' or @id='ivs_content' or @id='js_content' or @id='artibody' or @id='endText']",
            4,
        ),
        ("//*[@itemprop='articleBody']", 4),
        (
            "//*[contains(@class,'v_news_content') or contains(@class,'article-content') or contains(@class,'article_content')"
            " or contains(@class,'post_body') or contains(@class,'post_text') or contains(@class,'bt-art')"
            " or contains(@class,'article-body') or contains(@class,'news_content')]",
            60,
        ),
        (
            "//*[@id='content' or @id='Content' or @id='article_content' or @id='ArticleContent' or @id='article-content'"
            " or @id='mainContent' or @id='main-content' or @id='article']",
            60,
        ),
        ("//article", 60),
    )
)


_CONTAINERS = xpath("//div|//td|//section|//article|//main|//form")


def body_node(tree: Any, chosen: Selectors, rungs: dict[str, str]) -> Any | None:
    node = first(tree, chosen.body)
    if node is not None and (
        node.text_content().strip() or node.xpath(".//img|.//a|.//embed|.//iframe")
    ):
        rungs["body"] = "family"
        return node
    for path, least in _BODIES:
        found = [one for one in path(tree) if _own_text(one) >= least]
        if found:
            node = max(found, key=_own_text)
            if _own_text(node) * 2 >= len("".join(node.text_content().split())):
                rungs["body"] = "generic"
                return node
    return None


def _own_text(node: Any) -> int:
    """Characters of text outside links."""
    linked = sum(len(one.text_content()) for one in LINKS(node))
    return len("".join(node.text_content().split())) - linked


def body_text(page: Page, node: Any | None, title: str, rungs: dict[str, str]) -> str:
    if node is None:
        rungs["body"] = "generic"
        node = _readable(page)
        text = "" if node is None else _without_furniture(block_text(node), title)
        if len(text) < SHORTEST:
            node = _densest(page.tree)
            text = "" if node is None else _without_furniture(block_text(node), title)
        if not text:
            del rungs["body"]
        return text
    return _without_furniture(block_text(node), title)


def _densest(tree: Any) -> Any | None:
    """The innermost container whose own paragraphs hold the most text outside links."""
    chrome = set(CHROME(tree))
    best, most = None, 0
    for node in _CONTAINERS(tree):
        if any(above in chrome for above in (node, *node.iterancestors())):
            continue
        held = "".join(
            [node.text or "", *(child.tail or "" for child in node)]
            + [
                child.text_content()
                for child in node
                if child.tag in ("p", "span", "font", "br", "b")
            ]
        )
        idle = _HEAD_LINE.search(held[:60]) or _FURNITURE.match(held.strip())
        length = 0 if idle else len("".join(held.split()))
        if length > most:
            best, most = node, length
    return best


def _readable(page: Page) -> Any | None:
    """The main part by readability; None where it finds none."""
    from readability import Document
    from readability.readability import Unparseable

    try:
        summary = Document(page.text).summary(html_partial=True)
    except (
        Unparseable,
        etree.ParserError,
        etree.XMLSyntaxError,
        ValueError,
        TypeError,
        AttributeError,
        RecursionError,
    ):
        return None
    if not summary.strip():
        return None
    try:
        return parse(summary)
    except PageError:
        return None


def _without_furniture(text: str, title: str) -> str:
    """The body's lines without title and source lines on top, and without buttons and counters."""
    lines = text.split("\n")
    key = plain(title)
    start = 0
    while start < min(len(lines), 6):
        line = lines[start]
        same = plain(line) == key and bool(key)
        if same or (_HEAD_LINE.search(line) and len(line) < 120) or _FURNITURE.match(line):
            start += 1
        else:
            break
    return "\n".join(line for line in lines[start:] if not _FURNITURE.match(line))
