"""Code points ↔ UTF-16 units: the house counts code points; editors, browsers and Java count UTF-16 units.

A character outside the Basic Multilingual Plane (😀, 𠮷) is one code point and two units.
"""

import bisect
import re

_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


class Utf16:
    """A text's places in both counts, from 0. A text without astral characters costs one search."""

    __slots__ = ("_astral", "_units", "length")

    def __init__(self, text: str) -> None:
        self._astral = [hit.start() for hit in _ASTRAL.finditer(text)]
        self._units = [place + before for before, place in enumerate(self._astral)]
        #: The text's length in units.
        self.length = len(text) + len(self._astral)

    def units(self, place: int) -> int:
        """The unit that the code point at `place` begins at; the text's length is a place too."""
        return place + bisect.bisect_left(self._astral, place)

    def code_point(self, unit: int) -> int:
        """The code point that `unit` belongs to: both units of a pair belong to theirs."""
        before = bisect.bisect_left(self._units, unit)
        if before and self._units[before - 1] == unit - 1:
            return self._astral[before - 1]
        return unit - before


def units(text: str) -> int:
    """`text`'s length in UTF-16 units."""
    return len(text) + sum(1 for _ in _ASTRAL.finditer(text))


def without_halves(text: str) -> str:
    """`text` with U+FFFD for every half of a surrogate pair: it can be written out, every place the same."""
    return _HALVES.sub("\ufffd", text)


_HALVES = re.compile("[\ud800-\udfff]")
