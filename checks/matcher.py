"""Finds many strings in a text at once.

pyahocorasick over the UTF-8 bytes viewed as Latin-1: its nodes are then narrow, and it scans several
times faster than over `str`. Byte places are turned into code points for the hits only, which are
few. UTF-8 is self-synchronising: a match of whole characters can only begin and end between
characters.
"""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import ahocorasick


def narrow(text: str) -> str:
    """`text` as one character a UTF-8 byte; lone surrogates pass."""
    return text.encode("utf-8", "surrogatepass").decode("latin-1")


@dataclass(frozen=True, slots=True)
class Hit:
    """Needle number `needle` stands at code points `start` to `end` (exclusive)."""

    start: int
    end: int
    needle: int


class Matcher:
    """All places of all needles. An empty needle is never found; equal needles share a place."""

    def __init__(self, needles: Sequence[str]) -> None:
        self._lengths = [len(needle) for needle in needles]
        self._automaton = ahocorasick.Automaton()
        numbers: dict[str, int | tuple[int, ...]] = {}
        for number, needle in enumerate(needles):
            if needle:
                key = narrow(needle)
                had = numbers.get(key)
                if had is None:
                    numbers[key] = number
                else:
                    numbers[key] = (*(had if isinstance(had, tuple) else (had,)), number)
        add = self._automaton.add_word
        for key, value in numbers.items():
            add(key, value)
        self._empty = not numbers
        if not self._empty:
            self._automaton.make_automaton()

    def find(self, text: str, *, most: int | None = None) -> list[Hit]:
        """Every hit (the first `most`), overlapping ones too, by where it ends, then the longer first."""
        return list(itertools.islice(self.iter(text), most))

    def iter(self, text: str) -> Iterator[Hit]:
        """`find`, one at a time: memory does not grow with the number of hits."""
        if self._empty or not text:
            return
        view = narrow(text)
        ascii_only = len(view) == len(text)
        known_byte = known_char = 0
        # `iter`, never `iter_long`: that one loses matches (pyahocorasick issue 189).
        for last, value in self._automaton.iter(view):
            end_byte = last + 1
            if ascii_only:
                end = end_byte
            else:
                end = known_char + _characters(view, known_byte, end_byte)
                known_byte, known_char = end_byte, end
            for number in value if isinstance(value, tuple) else (value,):
                yield Hit(end - self._lengths[number], end, number)


def _characters(view: str, start: int, end: int) -> int:
    """Code points that begin in bytes `start` to `end`."""
    return len(view[start:end].encode("latin-1").decode("utf-8", "surrogatepass"))


def leftmost_longest(hits: Iterable[Hit]) -> list[Hit]:
    """Of overlapping hits the one that begins first, of those the longest; sorted by place."""
    chosen: list[Hit] = []
    free = 0
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end, hit.needle)):
        if hit.start >= free:
            chosen.append(hit)
            free = hit.end
    return chosen
