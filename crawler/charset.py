"""Bytes → text: the declared charset where it holds, else what the bytes are (cms_families.md §10)."""

import codecs
import re

from crawler.page import Page, PageError

_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]{2,40})", re.IGNORECASE)
#: Python codecs that no web page is in.
_NO_CHARSETS = frozenset(
    (
        "idna",
        "punycode",
        "unicode_escape",
        "raw_unicode_escape",
        "undefined",
        "mbcs",
        "oem",
        "utf-7",
        "utf7",
    )
)
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
#: gb2312 and gbk are subsets of gb18030, and pages that say so use more than they hold.
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "gb_2312-80": "gb18030",
          "utf8": "utf-8", "iso-8859-1": "", "latin-1": "", "ascii": "", "us-ascii": ""}  # fmt: skip
HEAD_BYTES = 4096
#: Share of U+FFFD above which a charset is held for wrong.
MANY = 0.001


def read_page(url: str, body: bytes, content_type: str = "") -> Page:
    """A page decoded, with what it declared, what it was read in, and what was mended.

    Raises:
        PageError: "encoding", the bytes are no text.
    """
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            text = body[len(mark) :].decode(encoding, "replace")
            return Page(url, _whole(text), declared=encoding, encoding=encoding)
    if body[:HEAD_BYTES].count(0) > 8:
        raise PageError("encoding", "不是文字页面（二进制内容）")
    declared = _declared(body, content_type)
    tried: list[tuple[str, float, str]] = []
    for wanted in dict.fromkeys((*declared, "utf-8", "gb18030", "big5")):
        tried.append(_tried(body, wanted))
        if tried[-1][1] == 0.0:
            break
    encoding, damage, text = min(tried, key=lambda one: (one[1] > MANY, one[1]))
    if damage > 0.2:
        raise PageError("encoding", "无法识别网页的文字编码")
    first = declared[0] if declared else ""
    repaired = f"网页声明编码{first}，实为{encoding}" if first and first != encoding else ""
    return Page(url, _whole(text), declared=first, encoding=encoding, repaired=repaired)


def _declared(body: bytes, content_type: str) -> list[str]:
    """What header and page declare, header first, each once, widened."""
    found = [m[1] for m in [_HEADER.search(content_type)] if m]
    head = body[:HEAD_BYTES]
    found += [m[1].decode("ascii") for m in (_META.search(head), _XML.search(head)) if m]
    names = (_WIDER.get(one.lower(), one.lower()) for one in found)
    return [one for one in dict.fromkeys(names) if one and _known(one)]


def _known(encoding: str) -> bool:
    """Whether `encoding` is one of text: Python also knows some that are not (idna, rot13)."""
    try:
        return codecs.lookup(encoding)._is_text_encoding and encoding not in _NO_CHARSETS
    except LookupError:
        return False


def _tried(body: bytes, encoding: str) -> tuple[str, float, str]:
    """(encoding, share of characters it could not read, text)."""
    try:
        return encoding, 0.0, body.decode(encoding)
    except UnicodeError:
        text = body.decode(encoding, "replace")
        return encoding, text.count("\ufffd") / max(len(text), 1), text


def _whole(text: str) -> str:
    return text.replace("\0", "")
