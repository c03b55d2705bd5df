"""What a page's scripts write and do, read from their text alone: no script is ever run."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from checks.seen_page import Trick

#: Characters of scripts that are read.
MOST = 200_000
_SCRIPTS = re.compile(r"<script\b[^>]{0,2000}>(.*?)</script", re.IGNORECASE | re.DOTALL)
_UNESCAPE = re.compile(
    r"""(?:unescape|decodeURIComponent|decodeURI)\(\s*(["'])(.{1,20000}?)\1""", re.DOTALL
)
_ESCAPE = re.compile(r"\\x([0-9a-fA-F]{2})|[\\%]u([0-9a-fA-F]{4})")
_LEADS_AWAY = re.compile(
    r"\blocation(?:\.href)?\s*=[^=]|\blocation\.(?:replace|assign)\s*\(|\blocation\[|\bwindow\.open\s*\("
)
_ENGINES = re.compile(
    r"baidu|sogou|\bso\.com|haosou|google|bing|yisou|sm\.cn|360|soso|toutiao", re.IGNORECASE
)
_SETS_TITLE = re.compile(r"document\.title\s*=[^=]")
_LOOKS_AT_VISITOR = re.compile(r"document\.referrer|navigator\.userAgent", re.IGNORECASE)
_HEX_NAME = re.compile(r"""\[\s*["'](?:\\x[0-9a-fA-F]{2}){4,}["']\s*\]""")
_HEX_TELLING = re.compile(r"document|write|location|eval|referrer", re.IGNORECASE)
_PACKED = re.compile(r"eval\s*\(\s*function\s*\(\s*p\s*,\s*a\s*,\s*c\s*,\s*k")
_EVAL_ESCAPED = re.compile(
    r"eval\s*\(\s*(?:unescape|decodeURIComponent|atob|String\.fromCharCode)\s*\("
)
_ADDRESS = re.compile(r"https?://[\w.:-]{3,200}[^\s\"'<>\\]{0,200}")
_CODED = re.compile(r"\s*(?:[^<&]{0,40}(?:&#x?[0-9a-fA-F]{2,6};\s*){4,})")


def scripts(text: str) -> list[str]:
    """The inline scripts of a page, in order, bounded."""
    if "<script" not in text and "<SCRIPT" not in text:
        return []
    found: list[str] = []
    room = MOST
    for hit in _SCRIPTS.finditer(text):
        body = hit[1][:room]
        if body.strip():
            found.append(body)
            room -= len(body)
        if room <= 0:
            break
    return found


def plain_script(script: str) -> str:
    """A script with its escapes undone: those of unescape("%3C…") and of hex and Unicode characters."""
    if "(" in script and ("unescape" in script or "decodeURI" in script):
        script = _UNESCAPE.sub(lambda hit: unquote(_decoded(hit[2])), script)
    if "\\" in script:
        script = _decoded(script)
        script = script.replace("\\/", "/").replace('\\"', '"').replace("\\'", "'")
    return script


def _decoded(text: str) -> str:
    return _ESCAPE.sub(lambda hit: chr(int(hit[1] or hit[2], 16)), text)


def written_markup(text: str) -> str:
    """Scripts that write into the page, their escapes undone; "" where none does."""
    if "document.write" not in text and "innerHTML" not in text and ".html(" not in text:
        return ""
    writers = (
        one for one in scripts(text) if "write" in one or "innerHTML" in one or ".html(" in one
    )
    return "\n".join(map(plain_script, writers))


def tricks(text: str) -> Iterator[Trick]:
    """What the page's scripts and title do that ordinary pages do not (term_categories §12.7)."""
    if "&#" in text and (coded := coded_title(text)):
        yield Trick("encoded-title", coded)
    watched = "document.referrer" in text or "userAgent" in text
    if not watched and "\\x" not in text and "eval(" not in text:
        return
    for script in scripts(text):
        yield from _script_tricks(script)


def _script_tricks(script: str) -> Iterator[Trick]:
    if _HEX_NAME.search(script) and _HEX_TELLING.search(plain_script(script)):
        yield Trick("hex-names", _first_address(plain_script(script)))
    if _PACKED.search(script) or _EVAL_ESCAPED.search(script):
        yield Trick("packed", _first_address(plain_script(script)))
    if "document.referrer" in script and _ENGINES.search(script) and _LEADS_AWAY.search(script):
        yield Trick("referrer-redirect", _first_address(script))
    if _SETS_TITLE.search(script) and _LOOKS_AT_VISITOR.search(script) and _ENGINES.search(script):
        yield Trick("agent-title")


def _first_address(script: str) -> str:
    hit = _ADDRESS.search(script)
    return hit[0] if hit else ""


def coded_title(text: str) -> str:
    """The raw title where it is written in numeric character references, "" where it is not."""
    start = text.find("<title")
    if start < 0:
        return ""
    start = text.find(">", start, start + 200) + 1
    end = text.find("</", start, start + 2000)
    raw = text[start:end] if 0 < start <= end else ""
    return raw[:200] if _CODED.match(raw) else ""
