"""Text as laid out on a page → paragraphs: lines that were only wrapped are joined again.

A word that stands half on one line and half on the next is found only so, and an ID number in a
narrow table cell too. Where in doubt a line stays a line: what is joined wrongly makes false findings.
"""

import re
import unicodedata

from checks.privacy import is_id_card

_WIDE = r"[\u2e80-\u303f\u3041-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef]"
#: Between Chinese and a figure or Latin letter page software leaves a gap that is no space.
_GAP = re.compile(f"(?<={_WIDE}) (?=[0-9A-Za-z])|(?<=[0-9A-Za-z%]) (?={_WIDE})")
#: What begins a line of its own.
_BEGINS = re.compile(
    r"第[一二三四五六七八九十百零\d]{1,5}[条章节]|[（(][一二三四五六七八九十\d]{1,3}[)）]"
    r"|[一二三四五六七八九十]{1,3}[、.．]|\d{1,3}[、.．)）]|[●•◆■★※—-]|附件|抄送|主送"
)
_ENDS = frozenset("。！？；：.!?;:…”》）)")
#: A line that ends with one of these goes on, and one that begins with one of those goes on from the last.
_GOES_ON = ("，", "、")
_GOES_ON_FROM = ("，", "、", "。", "；", "：", "！", "？", "）", "》", "”", "】", "〉")
_PAIRS = {"（": "）", "《": "》", "“": "”", "【": "】", "〈": "〉", "(": ")"}
_FIGURES_BEFORE = re.compile(r"(?<![0-9A-Za-z])\d{3,17}$")
_FIGURES_AFTER = re.compile(r"^\d{0,16}[\dXx](?![0-9A-Za-z])")
#: Columns (a Chinese character has two) below which a line is no prose.
PROSE = 32
#: Code points before a line break in which an open bracket is looked for.
LOOK_BACK = 200
#: Columns a full line may lack: a mark that may not begin a line, a word that did not fit.
SLACK = 4


def unwrapped(text: str) -> str:
    """`text` of one page with its wrapped lines joined and blank lines dropped."""
    lines = [_GAP.sub("", " ".join(line.split())) for line in text.splitlines()]
    lines = [line for line in lines if line]
    full = _full(lines)
    joined: list[str] = []
    last = ""
    for line in lines:
        if joined and (
            _splits_id(last, line)
            or _wraps(joined[-1][-LOOK_BACK:], line)
            or _filled(last, line, full)
        ):
            between = (
                " " if last[-1:].isascii() and last[-1:].isalpha() and line[:1].isascii() else ""
            )
            joined[-1] += between + line
        else:
            joined.append(line)
        last = line
    return "\n".join(joined)


def columns(line: str) -> int:
    """How wide a line is: a Chinese character or mark is two columns."""
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in line)


def _full(lines: list[str]) -> int:
    """The columns at which a line of this page is full: reached by two lines at least."""
    widths = sorted((columns(line) for line in lines), reverse=True)
    return max(widths[1] if len(widths) > 1 else PROSE, PROSE) - SLACK


def _filled(line: str, following: str, full: int) -> bool:
    """Whether `line` is full and does not end a sentence: prose that goes on."""
    return (
        columns(line) >= full
        and line[-1] not in _ENDS
        and line.count(" ") <= 1
        and following.count(" ") <= 1
        and not _BEGINS.match(following)
    )


def _wraps(line: str, following: str) -> bool:
    """Whether marks say that `following` goes on from `line` (the end of what is joined so far)."""
    if _BEGINS.match(following):
        return False
    if line.endswith(_GOES_ON) or following.startswith(_GOES_ON_FROM):
        return True
    return _closes(line, following)


def _closes(line: str, following: str) -> bool:
    """Whether `following` closes, before it opens any, what `line` opened and left open."""
    waiting: list[str] = []
    for c in line:
        if c in _PAIRS:
            waiting.append(_PAIRS[c])
        elif waiting and c == waiting[-1]:
            waiting.pop()
    if not waiting:
        return False
    mark = next((c for c in following if c in _PAIRS or c in _PAIRS.values()), "")
    return mark == waiting[-1]


def _splits_id(line: str, following: str) -> bool:
    """Whether an ID card's number stands in part at the end of `line`, in part before `following`."""
    before, after = _FIGURES_BEFORE.search(line), _FIGURES_AFTER.match(following)
    if not before or not after or len(before[0]) + len(after[0]) != 18:
        return False
    return is_id_card(before[0] + after[0])
