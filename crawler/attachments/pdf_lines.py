"""The lines of a PDF page, each from left to right as they are seen.

pdfium gives characters as they were drawn: where a font lacks “ ” the marks come after the words they
stand around. What is drawn from right to left or upwards keeps pdfium's order.
"""

import ctypes
import unicodedata
from collections.abc import Iterator
from typing import Any, NamedTuple

from pypdfium2 import raw

from crawler.attachments.wrapped import Line

#: In sizes of the type: a gap between letters that is a space, and one between anything.
LETTER_GAP = 0.2
GAP = 1.0
#: How far apart, in sizes of the type, the feet of characters on one line may be.
LEVEL = 0.5
#: How many sizes of the type a full line may end before the edge.
SHORT = 1.5
_RTL = frozenset({"R", "AL", "RLE", "RLO", "RLI"})


class Glyph(NamedTuple):
    """A character where it stands, in points of the page. A tuple, for there are millions."""

    character: str
    left: float
    right: float
    foot: float
    size: float


def lines(layer: Any) -> Iterator[Line]:
    """The lines of a text page of pdfium that have something on them."""
    line: list[Glyph] = []
    box, x, y = raw.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    for index in range(raw.FPDFText_CountChars(layer)):
        code = raw.FPDFText_GetUnicode(layer, index)
        if code in (10, 13):
            yield from _line(line)
            line = []
        elif raw.FPDFText_IsGenerated(layer, index) != 1:
            raw.FPDFText_GetLooseCharBox(layer, index, box)
            raw.FPDFText_GetCharOrigin(layer, index, x, y)
            size = max(abs(box.top - box.bottom), 1.0)
            line.append(Glyph(chr(code), box.left, box.right, y.value, size))
    yield from _line(line)


def _line(line: list[Glyph]) -> Iterator[Line]:
    text = _whole(ordered(line))
    if text.strip():
        size = max(one.size for one in line)
        yield Line(text, max(one.right for one in line), SHORT * size)


def _whole(text: str) -> str:
    """`text` with the halves of a character beyond U+FFFF together."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def ordered(line: list[Glyph]) -> str:
    """A line's characters from left to right, with a space where there is a gap."""
    if not _level(line):
        return "".join(glyph.character for glyph in line)
    text = ""
    last: Glyph | None = None
    for glyph in sorted(line, key=lambda one: one.left):
        if last:
            twice = glyph.character == last.character and glyph.left - last.left < 0.1 * glyph.size
            if twice and not glyph.character.isspace():  # bold by drawing twice
                continue
            text += _between(last, glyph)
        text += glyph.character
        last = glyph
    return text


def _between(last: Glyph, glyph: Glyph) -> str:
    gap = (glyph.left - last.right) / min(last.size, glyph.size)
    letters = last.character.isascii() and glyph.character.isascii()
    return " " if gap > (LETTER_GAP if letters else GAP) else ""


def _level(line: list[Glyph]) -> bool:
    """Whether a line runs from left to right."""
    if len(line) < 2 or any(unicodedata.bidirectional(one.character) in _RTL for one in line):
        return False
    feet = [one.foot for one in line]
    return max(feet) - min(feet) <= LEVEL * max(one.size for one in line)
