"""An article page → its fields, by a ladder; which rung gave each field is recorded.

1. "meta": the tags 《政府网站发展指引》 requires (ArticleTitle, PubDate, ContentSource, ColumnName).
2. "family": the CMS family's selectors.
3. "generic": other meta tags and JSON-LD, labels (发布时间:), headings against <title>, readability.
4. "url": the day in the address.
"""

import itertools
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import etree

from checks.model import plain
from crawler.dates import address_day, any_day, first_day
from crawler.page import Attachment, Page, PageError, Read
from crawler.refusal import is_shell, refuse_no_page
from crawler.text import block_text, inline_text, parse

_PLACEHOLDERS = re.compile(
    r"^(?:\$|\{|<%|网站名称|文章标题|栏目名称|来源|发布时间|发布日期|标题|无|null|undefined)"
)
_SUFFIX = re.compile(r"\s*(?:[-_|—–]{1,2}|--|——|::)\s*")
_ATTACHED = re.compile(
    r"\.(?:pdf|docx?|xlsx?|wps|et|ofd|zip|rar|txt|pptx?)(?:$|[?#])|/download\.jsp\?", re.IGNORECASE
)
_PUBLISHED = re.compile(
    r"(?:发布(?:日期|时间)|发文时间|发表(?:日期|时间)|公开(?:日期|时间)|上传时间|录入时间|更新(?:日期|时间)|时间|日期)\s*[:\uff1a】]\s*(.{6,40})"
)
_WRITTEN = re.compile(
    r"(?:成文|生成|印发|制发|发文|签发|施行|实施|生效|废止|失效|截止|开标)(?:日期|时间)\s*[:\uff1a】]?\s*(.{6,30})"
)
_NO_DATE_LINE = re.compile(r"今天是|现在是|当前时间|今日|版权|Copyright|备案|©|更新于|截[至止]")
_SOURCE = re.compile(
    r"(?:信息来源|文章来源|稿件来源|新闻来源|内容来源|来源于?|发布机构|发布单位|发布部门|供稿单位|供稿)\s*[:\uff1a]\s*([^\n]{2,60})"
)
_SOURCE_END = re.compile(
    r"\s|作者|记者|编辑|责编|审核|发布|时间|日期|浏览|点击|阅读|访问|字体|字号|【|\[|分享|举报|收藏|关注|参与互动|打印|(?:19|20)\d{2}[-年/.]"
)
_TAIL = " ,;)】]\uff0c\uff1b\uff09"
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

XPath = Callable[[Any], list[Any]]


def xpath(path: str) -> XPath:
    compiled: Any = etree.XPath(path)
    return compiled  # type: ignore[no-any-return]


_TITLE = xpath("//head/title//text()|//title//text()")
_HEADINGS = xpath(
    "//h1|//h2|//h3|//h4|//h5|//*[contains(@class,'title') or contains(@class,'Title') or contains(@id,'title') or contains(@class,'headline') or contains(@class,'bt')]"
)
_CHROME = xpath(
    "//header|//footer|//nav|//aside|//*[@id='header' or @id='footer' or @id='nav' or @id='head' or @id='foot']"
    "|//*[contains(concat(' ',@class,' '),' header ') or contains(concat(' ',@class,' '),' footer ') or contains(concat(' ',@class,' '),' nav ')"
    " or contains(concat(' ',@class,' '),' head ') or contains(concat(' ',@class,' '),' foot ') or contains(concat(' ',@class,' '),' top ')]"
)
_LINKS = xpath(".//a[@href]")
_METAS = xpath("//meta[@content]")
_JSON_LD = xpath("//script[@type='application/ld+json']/text()")
_TIMES = xpath("//time[@datetime]/@datetime")
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
_OTHER_DATES = (
    "article:published_time",
    "og:published_time",
    "publishdate",
    "pubdate",
    "datepublished",
    "weibo: article:create_at",
    "og:release_date",
    "releasedate",
    "publish_time",
    "publish-date",
    "article:create_at",
    "og:time",
    "apub:time",
    "date",
)
_OTHER_SOURCES = ("source", "mediaid", "og:article:author", "copyright-source", "author-source")


@dataclass(frozen=True, slots=True)
class Selectors:
    """Where a family keeps its fields; the first XPath with text wins."""

    title: tuple[XPath, ...] = ()
    published: tuple[XPath, ...] = ()
    source: tuple[XPath, ...] = ()
    body: tuple[XPath, ...] = ()


def selectors(**paths: tuple[str, ...]) -> Selectors:
    return Selectors(**{name: tuple(map(xpath, many)) for name, many in paths.items()})


def read_article(page: Page, chosen: Selectors) -> Read:
    """The article on a page.

    Raises:
        PageError: "blocked", "soft-404", "rendered" or "layout": there is none to read.
    """
    tree = page.tree
    metas = _metas(tree)
    rungs: dict[str, str] = {}
    node = _body_node(tree, chosen, rungs)
    named = _meta(metas, "articletitle")
    if node is None or not named:
        visible = block_text(tree)
        refuse_no_page(page, visible, _page_title(tree))
        if is_shell(page, visible) and not named:
            raise PageError("rendered", "内容由脚本加载,未取得")
    title = _title(tree, metas, chosen, rungs)
    body = _body(page, node, title, rungs)
    published, written = _days(page, tree, metas, chosen, title, rungs)
    source = _source(tree, metas, chosen, rungs)
    attachments = _attachments(page, tree, node)
    if (
        not body
        and not attachments
        and not (node is not None and node.xpath(".//img|.//video|.//embed|.//iframe"))
    ):
        raise PageError("layout", "没有找到文章正文")
    return Read(
        title=title,
        body=body,
        published=published,
        written=written,
        source=source,
        column=_meta(metas, "columnname"),
        attachments=attachments,
        rungs=rungs,
        repaired=page.repaired,
    )


def _metas(tree: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in _METAS(tree):
        name = (one.get("name") or one.get("property") or one.get("itemprop") or "").strip().lower()
        content = " ".join((one.get("content") or "").split())
        if name and content and not _PLACEHOLDERS.search(content):
            found.setdefault(name, content)
    return found


def _meta(metas: Mapping[str, str], *names: str) -> str:
    return next((metas[name] for name in names if metas.get(name)), "")


def _first(tree: Any, paths: Iterable[XPath]) -> Any | None:
    """The first element any of the paths finds that holds text, the longest where one finds many."""
    for path in paths:
        found = path(tree)
        if len(found) == 1:
            return found[0]
        if found:
            return max(found, key=lambda one: len("".join(one.itertext())))
    return None


def _page_title(tree: Any) -> str:
    return " ".join("".join(_TITLE(tree)[:3]).split())


def _title(tree: Any, metas: Mapping[str, str], chosen: Selectors, rungs: dict[str, str]) -> str:
    if said := _meta(metas, "articletitle"):
        rungs["title"] = "meta"
        return said
    node = _first(tree, chosen.title)
    if node is not None and (said := inline_text(node)):
        rungs["title"] = "family"
        return said
    said = _guessed_title(tree, metas)
    if len(said) <= 8:
        said = _line_above_date(_lines(tree)) or said
    if said:
        rungs["title"] = "generic"
    return said


def _line_above_date(lines: list[str]) -> str:
    """The line above the first labelled date: the title where <title> names only the column."""
    for above, line in itertools.pairwise(lines):
        if len(line) < 120 and _labelled([line], _PUBLISHED) and 9 <= len(above) <= 100:
            return above
    return ""


def _guessed_title(tree: Any, metas: Mapping[str, str]) -> str:
    """The heading that <title> repeats, else <title> or og:title without the site's name."""
    whole = _page_title(tree) or _meta(metas, "og:title")
    wanted = plain(whole)
    best = ""
    for node in _HEADINGS(tree):
        said = inline_text(node)
        if 4 <= len(said) <= 150:
            key = plain(said)
            if key in wanted and len(key) > len(plain(best)):
                best = said
    if len(plain(best)) * 3 >= len(plain(_without_site(whole))):
        return best
    for node in _HEADINGS(tree):
        if node.tag == "h1" and 6 <= len(said := inline_text(node)) <= 120 and not whole:
            return said
    return _without_site(whole)


def _without_site(title: str) -> str:
    """<title> up to the last mark that parts it from the site's or column's name."""
    pieces = _SUFFIX.split(title)
    if len(pieces) == 1:
        return title.strip()
    longest = max(pieces, key=len)
    if len(pieces[0]) * 2 < len(longest):
        return longest.strip()
    kept = [pieces[0]]
    place = len(pieces[0])
    for piece in pieces[1:]:
        if len(piece) <= 14 or re.search(r"[网站报台社频道]$|政府|新闻|资讯|中心", piece):
            break
        place = title.index(piece, place) + len(piece)
        kept.append(piece)
    return title[:place].strip()


def _body_node(tree: Any, chosen: Selectors, rungs: dict[str, str]) -> Any | None:
    node = _first(tree, chosen.body)
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
    linked = sum(len(one.text_content()) for one in _LINKS(node))
    return len("".join(node.text_content().split())) - linked


def _body(page: Page, node: Any | None, title: str, rungs: dict[str, str]) -> str:
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
    chrome = set(_CHROME(tree))
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
        length = 0 if _HEAD_LINE.search(held[:60]) else len("".join(held.split()))
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


def _days(
    page: Page,
    tree: Any,
    metas: Mapping[str, str],
    chosen: Selectors,
    title: str,
    rungs: dict[str, str],
) -> tuple[date | None, date | None]:
    """(发布日期, 成文日期)."""
    if found := any_day(_meta(metas, "pubdate")):
        rungs["published"] = "meta"
        return found, None
    node = _first(tree, chosen.published)
    if node is not None and (found := any_day(inline_text(node))):
        rungs["published"] = "family"
        return found, None
    lines = _lines(tree)
    written = _labelled(lines, _WRITTEN)
    found = _guessed_day(tree, metas, lines, title)
    if found:
        rungs["published"] = "generic"
    elif found := address_day(urlsplit(page.url).path):
        rungs["published"] = "url"
    return found, written


def _lines(tree: Any) -> list[str]:
    """The page's lines without header, footer and navigation."""
    body = tree.find("body")
    return block_text(tree if body is None else body, without=_CHROME(tree)).split("\n")


def _labelled(lines: Iterable[str], label: re.Pattern[str]) -> date | None:
    for line in lines:
        for hit in label.finditer(line):
            if found := first_day(hit[1]):
                return found
    return None


def _guessed_day(tree: Any, metas: Mapping[str, str], lines: list[str], title: str) -> date | None:
    """A declared day; else a labelled one; else the first beside or below the title."""
    declared = [metas.get(name, "") for name in _OTHER_DATES]
    declared += [day for text in _JSON_LD(tree) for day in _linked_data_days(text)]
    for said in declared:
        if found := first_day(said):
            return found
    bare = [_WRITTEN.sub("", line) for line in lines]
    if found := _labelled((one for one in bare if not _NO_DATE_LINE.search(one)), _PUBLISHED):
        return found
    for said in _TIMES(tree):
        if found := first_day(said):
            return found
    key = plain(title)
    places = [i for i, line in enumerate(bare) if key and key[:20] in plain(line)]
    for start in [*places, 0]:
        for line in bare[start : start + (12 if places else 40)]:
            if len(line) < 120 and not _NO_DATE_LINE.search(line) and (found := first_day(line)):
                return found
    return None


def _linked_data_days(text: str) -> list[str]:
    """DatePublished or pubDate of a JSON-LD block."""
    try:
        data = json.loads(text)
    except ValueError:
        return []
    many = data if isinstance(data, list) else [data]
    days = (one.get("datePublished") or one.get("pubDate") for one in many if isinstance(one, dict))
    return [day for day in days if isinstance(day, str)]


def _source(tree: Any, metas: Mapping[str, str], chosen: Selectors, rungs: dict[str, str]) -> str:
    if said := _meta(metas, "contentsource"):
        rungs["source"] = "meta"
        return said
    node = _first(tree, chosen.source)
    if node is not None and (said := _after_label(inline_text(node))):
        rungs["source"] = "family"
        return said
    for line in _lines(tree):
        if len(line) < 200 and (said := _after_label(line, labelled=True)):
            rungs["source"] = "generic"
            return said
    if said := _meta(metas, *_OTHER_SOURCES):
        rungs["source"] = "generic"
    return said


def _after_label(line: str, *, labelled: bool = False) -> str:
    hit = _SOURCE.search(line)
    if hit is None:
        return "" if labelled else line.strip()[:60]
    return _SOURCE_END.split(hit[1].strip(), maxsplit=1)[0].rstrip(_TAIL)


def _attachments(page: Page, tree: Any, node: Any | None) -> tuple[Attachment, ...]:
    found: dict[str, Attachment] = {}
    for one in _LINKS(
        tree if node is None else node.getparent() if node.getparent() is not None else node
    ):
        href = (one.get("href") or "").strip()
        if _ATTACHED.search(href):
            try:
                url = urljoin(page.url, href)
            except ValueError:
                continue
            found.setdefault(url, Attachment(url, inline_text(one) or one.get("title") or ""))
    return tuple(found.values())
