"""Text as laid out on a page → paragraphs: lines that were only wrapped are joined again.

A word that stands half on one line and half on the next is found only so, and an ID number in a
narrow table cell too. Where in doubt a line stays a line: what is joined wrongly makes false findings.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

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
#: A cover and a list of contents may go before page 1.
OFF = 2
_PAGE_NUMBER = re.compile(r"[\s—–－·.-]*\d{1,4}[\s—–－·.-]*|第\s?\d{1,4}\s?页.{0,12}")
#: Columns (a Chinese character has two) below which a line is no prose.
PROSE = 32
#: Code points before a line break in which an open bracket is looked for.
LOOK_BACK = 200
#: Columns a full line may lack: a mark that may not begin a line, a word that did not fit.
SLACK = 4


@dataclass(frozen=True, slots=True)
class Line:
    """A line as laid out: where it ends, and how far short of the edge a full line may end, in one unit."""

    text: str
    end: float
    slack: float


class Flow:
    """The pages of a document in order, a paragraph that goes on over the page kept in one."""

    def __init__(self) -> None:
        self._number = 0
        self._last: Line | None = None
        self._edge = 0.0
        self._tail = ""

    def page(self, lines: Iterable[Line]) -> tuple[str, str]:
        """What stands between the page before and this one, and its text, blank lines dropped.

        A line that is only the page's number is left out.
        """
        tidied = (replace(line, text=_GAP.sub("", " ".join(line.text.split()))) for line in lines)
        left = [line for line in tidied if line.text]
        self._number += 1
        if len(left) > 1 and self._is_number(left[-1].text):
            left.pop()
        if len(left) > 1 and self._is_number(left[0].text):
            del left[0]
        pieces: list[str] = []
        edge = _edge(left)
        for line in left:
            pieces += [self._between(line), line.text]
            self._tail = (self._tail + pieces[-2] + line.text).rpartition("\n")[2][-LOOK_BACK:]
            self._last, self._edge = line, edge
        return (pieces[0] if pieces else "\n"), "".join(pieces[1:])

    def turn(self) -> None:
        """A page could not be read: the next one begins anew."""
        self._last, self._tail = None, ""

    def _is_number(self, line: str) -> bool:
        """Whether a line is this page's number: in dashes, or bare and about right."""
        found = _PAGE_NUMBER.fullmatch(line)
        bare = line.isdecimal() and abs(int(line) - self._number) > OFF
        return bool(found) and not bare

    def _between(self, line: Line) -> str:
        last = self._last
        if last is None:
            return "\n"
        goes_on = _splits_id(last.text, line.text) or _wraps(self._tail, line.text)
        if not goes_on and not _filled(last, line.text, self._edge):
            return "\n"
        letters = last.text[-1].isascii() and last.text[-1].isalpha() and line.text[0].isascii()
        return " " if letters else ""


def unwrapped(text: str) -> str:
    """One page whose lines are known by their text alone."""
    return Flow().page(Line(line, columns(line), SLACK) for line in text.splitlines())[1]


def columns(line: str) -> int:
    """How wide a line is: a Chinese character or mark is two columns."""
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in line)


def _edge(lines: Sequence[Line]) -> float:
    """Where full lines of this page end: reached by two lines at least."""
    ends = sorted((line.end for line in lines), reverse=True)
    return ends[1] if len(ends) > 1 else ends[0] if ends else 0.0


def _filled(line: Line, following: str, edge: float) -> bool:
    """Whether `line` is full and does not end a sentence: prose that goes on."""
    return (
        line.end >= edge - line.slack
        and columns(line.text) >= PROSE
        and line.text[-1] not in _ENDS
        and line.text.count(" ") <= 1
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
