"""Markup → the text a reader sees: one line a block, inline elements joined without a space."""

import re
from collections.abc import Iterable
from typing import Any

from lxml import etree, html
from lxml.html import HtmlElement

from crawler.page import PageError

_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
        "caption",
        "br",
        "trs_document",
        "ucapcontent",
    ]
)
_CELLS = frozenset(("td", "th"))
_UNSEEN = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "iframe",
        "object",
        "embed",
        "select",
        "option",
        "textarea",
        "head",
        "svg",
        "map",
        "video",
        "audio",
    ]
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\r\f\v\u00a0\u3000]+")
_WIDE = r"[\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\u3001-\u303f]"
_BETWEEN_WIDE = re.compile(f"(?<={_WIDE}) (?={_WIDE})")
_XML_HEAD = re.compile(r"^\s*<\?xml[^>]*\?>")
#: Elements one inside the other; libxml2 itself stops reading at 256.
_DEEPEST = 200
#: Tags of one page: a published table of 10,000 rows has fewer, and more cost a gigabyte.
MOST_TAGS = 500_000
#: Characters of one tag beside its quoted values; libxml2 takes minutes for more attributes than go in here.
LONGEST_TAG = 65_536
#: One class for every element: lxml.html's own lookup asks Python for each.
_ELEMENTS = etree.ElementDefaultClassLookup(
    element=HtmlElement, comment=html.HtmlComment, pi=html.HtmlProcessingInstruction, entity=html.HtmlEntity
)  # fmt: skip
_LONG_TAG = re.compile(rf"<[^<>]{{{LONGEST_TAG},}}")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")


def parse(text: str) -> HtmlElement:
    """The parsed page.

    Raises:
        PageError: "layout", there is no element in it, or too many one inside the other;
            "too-large", there are too many.
    """
    if text.count("<") > MOST_TAGS:
        raise PageError("too-large", f"页面标记超过{MOST_TAGS // 10_000}万个")
    if len(text) > LONGEST_TAG and any(
        len(_QUOTED.sub("", tag[0])) > LONGEST_TAG for tag in _LONG_TAG.finditer(text)
    ):
        raise PageError("too-large", "页面有过长的标记")
    raw = _XML_HEAD.sub("", text).encode("utf-8", "replace")
    parser = html.HTMLParser(encoding="utf-8")
    parser.set_element_class_lookup(_ELEMENTS)
    try:
        tree = html.document_fromstring(raw, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
        raise PageError("layout", "页面没有可读的内容") from None
    last = parser.error_log.last_error
    if last is not None and "depth" in last.message:  # the rest was dropped without a word
        raise _too_deep()
    if tree.find("body") is None and len(text) > 200:
        return _mended(text)
    return tree


def _too_deep() -> PageError:
    return PageError("layout", "页面标记嵌套过深")


def _mended(text: str) -> HtmlElement:
    """Markup too broken for lxml, read by BeautifulSoup (ten times as slow)."""
    from bs4 import BeautifulSoup

    try:
        return html.document_fromstring(str(BeautifulSoup(text, "html.parser")))
    except (etree.ParserError, RecursionError):
        raise PageError("layout", "页面标记损坏,无法解析") from None


def block_text(node: Any, without: Iterable[Any] = ()) -> str:
    """All a reader sees below `node` but below the elements `without`; blank lines dropped.

    Raises:
        PageError: "layout", elements are nested too deep to be read.
    """
    pieces: list[str] = []
    _walk(node, pieces, 0, frozenset(without))
    return tidy("".join(pieces))


def _walk(node: Any, pieces: list[str], depth: int, without: frozenset[Any]) -> None:
    tag = node.tag
    if not isinstance(tag, str) or tag in _UNSEEN or node in without:
        return
    if depth > _DEEPEST:
        raise _too_deep()
    style = node.get("style")
    if style and _HIDDEN.search(style):
        return
    block = tag in _BLOCKS
    if block:
        pieces.append("\n")
    elif tag in _CELLS:
        pieces.append("\v")
    if node.text:
        pieces.append(node.text.replace("\n", " "))
    for child in node:
        _walk(child, pieces, depth + 1, without)
        if child.tail:
            pieces.append(child.tail.replace("\n", " "))
    if block:
        pieces.append("\n")


def tidy(text: str) -> str:
    """White space folded; between Chinese characters it goes, unless it parts two table cells."""
    lines = []
    for line in text.split("\n"):
        cells = (_BETWEEN_WIDE.sub("", _SPACE.sub(" ", cell)).strip() for cell in line.split("\v"))
        whole = "\t".join(cell for cell in cells if cell)
        if whole:
            lines.append(whole)
    return "\n".join(lines)


def inline_text(node: Any) -> str:
    return block_text(node).replace("\n", " ").strip()


def visible_text(markup: str) -> str:
    """Pasted HTML or a saved page as plain text, by BeautifulSoup where lxml finds nothing in it."""
    try:
        return block_text(parse(markup))
    except PageError:
        from bs4 import BeautifulSoup

        return tidy(BeautifulSoup(markup, "html.parser").get_text("\n"))
