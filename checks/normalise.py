"""The text that terms are looked for in: folded, each character knowing where it came from.

Folded are: full-width letters and digits to half width, PDF radicals and compatibility ideographs to
the character they show, traditional to simplified (only characters outside GB 2312, so that 著, 乾, 覆 of
ordinary text stay). Left out are: zero-width and direction marks, spaces between Chinese characters, a
line break between them that is no paragraph's end. Every other mark stays as it is written: the rules on
punctuation read the raw text. Every folded character stands for exactly one raw one.
"""

import bisect
import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from checks.model import Span

_INVISIBLE = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
_SPACES = " \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\u2e80-\u2fdf\uf900-\ufaff]")
_DROPPED = re.compile(f"[{_INVISIBLE}]+|[{_SPACES}{_INVISIBLE}\r\n]+")
#: Spaces that a line may be stretched by; more are columns of a table.
MOST_SPACES = 4
#: A line shorter than this is a heading, a list item or a cell: what follows it is not its rest.
WRAPPED = 10

#: Characters from which on a text is long.
LONG = 100_000

#: CJK Radicals Supplement that PDF files hold in place of characters (Unicode, EquivalentUnifiedIdeograph.txt).
_RADICALS = dict(
    zip(
        "⺀⺁⺄⺅⺆⺇⺈⺉⺊⺍⺎⺏⺐⺑⺒⺓⺔⺖⺗⺘⺙⺛⺝⺞⺟⺠⺡⺢⺣⺤⺥⺦⺧⺨⺩⺪⺫⺬⺭⺮⺯⺰⺱⺲⺳⺴⺵⺶⺷⺸⺹⺺⺻⺼⺽⺾⺿⻀⻁⻂⻃⻄⻅⻆⻇⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻕⻖⻗⻘⻙⻚⻛⻜⻝⻞⻟⻠⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳",
        "冫厂乙亻冂几刀刂卜小小尣尢尣巳幺彑忄心扌攵旡月歺母民氵水灬爪爪丬牛犭王疋目示礻竹糹纟网网网网羊羊羊羊老肀肀月臼艹艹艹虎衤覀西见角角讠贝足车辶辶辶阝钅长镸长门阜阝雨青韦页风飞食飠飠饣首马骨鬼鱼鸟卤麦黄黾齐齐齿齿竜龙龟龟龟",
        strict=True,
    )
)

#: Characters already seen to fold to themselves: nearly all of most texts.
_unfolded: set[str] = set()


@dataclass(frozen=True, slots=True)
class Folded:
    """`text` for matching, made of `raw`. From place `_starts[i]` on it runs along `raw` from `_origins[i]`."""

    raw: str
    text: str
    _starts: list[int] = field(default_factory=lambda: [0])
    _origins: list[int] = field(default_factory=lambda: [0])

    def origin(self, place: int) -> int:
        """Where the folded character at `place` stands in the raw text."""
        run = bisect.bisect_right(self._starts, place) - 1
        return self._origins[run] + place - self._starts[run]

    def span(self, start: int, end: int) -> Span:
        """The raw place of folded characters `start` to `end` (exclusive; at least one character)."""
        return Span(self.origin(start), self.origin(end - 1) + 1)

    def gapped(self, span: Span, length: int) -> bool:
        """Whether something was left out inside a raw place that is `length` folded characters long."""
        return span.end - span.start != length

    def torn(self, span: Span) -> bool:
        """Whether a raw place runs over a line break after a line too short to have been wrapped there."""
        at = self.raw.find("\n", span.start, span.end)
        if at < 0:
            return False
        return at - (self.raw.rfind("\n", max(0, at - WRAPPED), at) + 1) < WRAPPED and (
            at < WRAPPED or "\n" in self.raw[at - WRAPPED : at]
        )


def folded(raw: str) -> Folded:
    """`raw` folded; a text that needs nothing is given back as it is."""
    alphabet = frozenset(raw if len(raw) < LONG else _unusual().findall(raw))
    table = {c: to for c in alphabet - _unfolded if (to := folded_character(c)) != c}
    _unfolded.update(alphabet - table.keys())
    text = raw
    if table:
        pattern = re.compile("[" + "".join(map(re.escape, table)) + "]")
        text = pattern.sub(lambda hit: table[hit.group()], raw)
    droppable = alphabet & _droppable()
    if not droppable:
        return Folded(raw, text)
    return _without_gaps(raw, text, _runs_of(droppable))


@cache
def _unusual() -> re.Pattern[str]:
    """Whatever may need folding or leaving out, found in a long text faster than all its characters are told apart."""
    usual = {
        raw.decode("gb2312")
        for high in range(0xB0, 0xF8)
        for low in range(0xA1, 0xFF)
        if (raw := bytes((high, low)))
        and (high, low) <= (0xF7, 0xFE)
        and not (high == 0xD7 and low > 0xF9)
    }
    rare = (c for c in map(chr, range(0x3400, 0xA000)) if c not in usual)
    others = "\u2e80-\u2fdf\uf900-\ufaff\uff10-\uff5a" + _INVISIBLE + _SPACES + "\r\n"
    return re.compile(f"[{others}{''.join(rare)}]")


@lru_cache(maxsize=64)
def _runs_of(characters: frozenset[str]) -> re.Pattern[str]:
    """Runs of what a text really has to be left out: a narrow pattern is searched for several times faster."""
    every = "".join(sorted(map(re.escape, characters)))
    return re.compile(f"[{every}]+" if len(characters) > 1 else f"{every}+")


def _without_gaps(raw: str, text: str, runs: re.Pattern[str]) -> Folded:
    pieces: list[str] = []
    starts, origins = [0], [0]
    at = length = 0
    for hit in runs.finditer(text):
        if not _drops(text, hit):
            continue
        if piece := text[at : hit.start()]:
            pieces.append(piece)
            length += len(piece)
        at = hit.end()
        if starts[-1] == length:
            origins[-1] = at
        else:
            starts.append(length)
            origins.append(at)
    if not pieces and at == 0:
        return Folded(raw, text)
    return Folded(raw, "".join((*pieces, text[at:])), starts, origins)


def _drops(text: str, hit: re.Match[str]) -> bool:
    """Whether what `hit` found stands inside a word: only invisible marks, or white space between two Chinese characters."""
    found = hit.group()
    start, end = hit.span()
    if found == "\n":
        return start > 0 and end < len(text) and is_han(text[start - 1]) and is_han(text[end])
    visible = [c for c in found if c in "\r\n" or c == "\u3000" or unicodedata.category(c) == "Zs"]
    if not visible:
        return True
    if not (start and end < len(text) and is_han(text[start - 1]) and is_han(text[end])):
        return False
    if "\n" in visible:
        # one break, with nothing but the line's own end before it and no indentation after it
        return visible.count("\n") == 1 and visible[-1] == "\n"
    return "\r" not in visible and len(visible) <= MOST_SPACES


def is_han(c: str) -> bool:
    return "\u4e00" <= c <= "\u9fff" or bool(_HAN.match(c))


@cache
def _droppable() -> frozenset[str]:
    return frozenset(chr(c) for c in range(0x10000) if _DROPPED.match(chr(c)))


@cache
def folded_character(c: str) -> str:
    """The one character `c` is matched as; itself where folding would make none or several of it."""
    if c < "\u2e80":
        return c
    if c in _RADICALS:
        return _RADICALS[c]
    if "\u2f00" <= c <= "\u2fdf" or "\uf900" <= c <= "\ufaff" or "\uff10" <= c <= "\uff5a":
        to = unicodedata.normalize("NFKC", c)
        if len(to) == 1 and (to.isalnum() or _HAN.match(to)):
            return simplified(to)
        return c
    return simplified(c)


def simplified(c: str) -> str:
    """`c` in simplified form; a character of GB 2312 is itself."""
    if not ("\u3400" <= c <= "\u9fff"):
        return c
    try:
        c.encode("gb2312")
    except UnicodeEncodeError:
        to = str(_converter().convert(c))
        return to if len(to) == 1 else c
    return c


@cache
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")
