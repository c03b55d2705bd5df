"""Bytes → text: the declared charset where it holds, else what the bytes are (cms_families.md §10)."""

import codecs
import re

from crawler.page import Page, PageError

_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]{2,40})", re.IGNORECASE)
#: Python's names of the charsets web pages are in (WHATWG Encoding Standard §4.2, without the stateful
#: ones and UTF-16, which a page that is read as ASCII this far cannot be in). Python knows more: some
#: take for ever (punycode), some are no text (hex), some hide markup (utf-7).
_CHARSETS = frozenset(
    (
        "utf-8", "gb18030", "big5", "big5hkscs", "euc_jp", "shift_jis", "cp932", "euc_kr", "cp949", "johab",
        "koi8-r", "koi8-u", "mac-roman", "mac-cyrillic", "cp866", "cp874", "tis-620",
        *(f"cp{number}" for number in range(1250, 1259)),
        *(f"iso8859-{number}" for number in range(1, 17) if number != 12),
    )
)  # fmt: skip
#: Charsets that take any bytes for text: a page that is whole in UTF-8 is not in them.
_TAKES_ALL = re.compile(r"koi8|mac|cp125|cp866|cp874|tis|iso8859")
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
#: gb2312 and gbk are subsets of gb18030, and pages that say so use more than they hold. What says
#: Latin-1 or ASCII is most often a server's default, and says nothing.
_OTHER_NAMES = {"x-gbk": "gbk", "gb_2312-80": "gbk", "x-sjis": "shift_jis"}
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "iso8859-1": "", "ascii": ""}
HEAD_BYTES = 4096
#: Share of U+FFFD above which a charset is held for wrong.
MANY = 0.001


def read_page(url: str, body: bytes, content_type: str = "") -> Page:
    """A page decoded, with what it declared, what it was read in, and what was mended.

    Raises:
        PageError: "encoding", the bytes are no text.
    """
    marked = next((one for one in _BOMS if body.startswith(one[0])), (b"", ""))
    body = body[len(marked[0]) :]
    if marked[1].startswith("utf-16") and _in_utf_16(body):
        text = body.decode(marked[1], "replace")
        return Page(url, _whole(text), declared=marked[1], encoding=marked[1])
    if body[:HEAD_BYTES].count(0) > 8:
        raise PageError("encoding", "不是文字页面（二进制内容）")
    declared = _declared(body, content_type)
    if marked[1] == "utf-8":
        declared.insert(0, "utf-8")
    tried: list[tuple[str, float, str]] = []
    for wanted in dict.fromkeys((*_surest(declared), "utf-8", "gb18030", "big5")):
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
    return [name for name in dict.fromkeys(map(_named, found)) if name]


def _named(said: str) -> str:
    """Python's name of the charset a page says it is in, "" where that is none, or none to rely on."""
    try:
        name = codecs.lookup(_OTHER_NAMES.get(said.lower(), said)).name
    except (LookupError, ValueError):
        return ""
    name = _WIDER.get(name, name)
    return name if name in _CHARSETS else ""


def _surest(declared: list[str]) -> list[str]:
    """What is declared, behind UTF-8 what would take anything for text."""
    vague = [one for one in declared if _TAKES_ALL.match(one)]
    return [*(one for one in declared if one not in vague), "utf-8", *vague] if vague else declared


def _in_utf_16(body: bytes) -> bool:
    """Whether markup is written in two bytes a character: every other byte of it is 0."""
    head = body[:HEAD_BYTES]
    return head.count(0) * 20 >= len(head)


def _tried(body: bytes, encoding: str) -> tuple[str, float, str]:
    """(encoding, share of characters it could not read, text)."""
    try:
        return encoding, 0.0, body.decode(encoding)
    except UnicodeError:
        text = body.decode(encoding, "replace")
        return encoding, text.count("\ufffd") / max(len(text), 1), text


def _whole(text: str) -> str:
    return text.replace("\0", "")
