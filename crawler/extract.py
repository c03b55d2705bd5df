"""An article page → its fields, by a ladder; which rung gave each field is recorded.

1. "meta": the tags 《政府网站发展指引》 requires (ArticleTitle, PubDate, ContentSource, ColumnName).
2. "family": the CMS family's selectors.
3. "generic": other meta tags and JSON-LD, labels (发布时间:), headings against <title>, readability.
4. "url": the day in the address.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urljoin, urlsplit

from crawler.body import LINKS, body_node, body_text
from crawler.dates import address_day, any_day
from crawler.guesses import (
    WRITTEN,
    after_label,
    guessed_day,
    guessed_title,
    labelled_day,
    line_above_date,
    meta,
    page_lines,
    page_title,
)
from crawler.page import Attachment, Page, PageError, Read
from crawler.refusal import is_shell, refuse_no_page
from crawler.selectors import Selectors, first, xpath
from crawler.text import block_text, inline_text

_PLACEHOLDERS = re.compile(
    r"^(?:\$|\{|<%|网站名称|文章标题|栏目名称|来源|发布时间|发布日期|标题|无|null|undefined)"
)


_ATTACHED = re.compile(
    r"\.(?:pdf|docx?|xlsx?|wps|et|ofd|zip|rar|txt|pptx?)(?:$|[?#])|/download\.jsp\?", re.IGNORECASE
)


_METAS = xpath("//meta[@content]")


_OTHER_SOURCES = ("source", "mediaid", "og:article:author", "copyright-source", "author-source")


def read_article(page: Page, chosen: Selectors) -> Read:
    """The article on a page.

    Raises:
        PageError: "blocked", "soft-404", "rendered" or "layout": there is none to read.
    """
    tree = page.tree
    metas = _metas(tree)
    rungs: dict[str, str] = {}
    node = body_node(tree, chosen, rungs)
    named = meta(metas, "articletitle")
    if node is None or not named:
        visible = block_text(tree)
        refuse_no_page(page, visible, page_title(tree))
        if is_shell(page, visible) and not named:
            raise PageError("rendered", "内容由脚本加载，未取得")
    title = _title(tree, metas, chosen, rungs)
    body = body_text(page, node, title, rungs)
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
        column=meta(metas, "columnname"),
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


def _title(tree: Any, metas: Mapping[str, str], chosen: Selectors, rungs: dict[str, str]) -> str:
    if said := meta(metas, "articletitle"):
        rungs["title"] = "meta"
        return said
    node = first(tree, chosen.title)
    if node is not None and (said := inline_text(node)):
        rungs["title"] = "family"
        return said
    said = guessed_title(tree, metas)
    if len(said) <= 8:
        said = line_above_date(page_lines(tree)) or said
    if said:
        rungs["title"] = "generic"
    return said


def _days(
    page: Page,
    tree: Any,
    metas: Mapping[str, str],
    chosen: Selectors,
    title: str,
    rungs: dict[str, str],
) -> tuple[date | None, date | None]:
    """(发布日期, 成文日期)."""
    if found := any_day(meta(metas, "pubdate")):
        rungs["published"] = "meta"
        return found, None
    node = first(tree, chosen.published)
    if node is not None and (found := any_day(inline_text(node))):
        rungs["published"] = "family"
        return found, None
    lines = page_lines(tree)
    written = labelled_day(lines, WRITTEN)
    found = guessed_day(tree, metas, lines, title)
    if found:
        rungs["published"] = "generic"
    elif found := address_day(urlsplit(page.url).path):
        rungs["published"] = "url"
    return found, written


def _source(tree: Any, metas: Mapping[str, str], chosen: Selectors, rungs: dict[str, str]) -> str:
    if said := meta(metas, "contentsource"):
        rungs["source"] = "meta"
        return said
    node = first(tree, chosen.source)
    if node is not None and (said := after_label(inline_text(node))):
        rungs["source"] = "family"
        return said
    for line in page_lines(tree):
        if len(line) < 200 and (said := after_label(line, labelled=True)):
            rungs["source"] = "generic"
            return said
    if said := meta(metas, *_OTHER_SOURCES):
        rungs["source"] = "generic"
    return said


def _attachments(page: Page, tree: Any, node: Any | None) -> tuple[Attachment, ...]:
    found: dict[str, Attachment] = {}
    for one in LINKS(
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
