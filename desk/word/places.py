"""Spans of a draft's text → where they stand in the Word document, or why no comment can stand there."""

import bisect
from collections.abc import Iterable, Sequence
from typing import Any

from checks.model import Span
from crawler.attachments.docx import Stretch
from crawler.attachments.reading import plain_origins
from desk.word.package import W
from desk.word.runs import Anchor, begin, end

TEXT_BOX = "文本框"


class WordPlaces:
    """The characters of a document's text, each with the element that prints it."""

    def __init__(self, stretches: Iterable[Stretch]) -> None:
        self._stretches = list(stretches)
        self._starts = [one.start for one in self._stretches]
        self._known: dict[int, tuple[Sequence[int], list[int]]] = {}

    def anchor(self, span: Span) -> Anchor | str:
        """What a comment on `span` stands on; the place's name where Word lets none stand.

        Line breaks between paragraphs are left out; over several table cells only what lies in the
        first is taken. "" where nothing is printed there at all.
        """
        if span.start == span.end:  # the character behind it, else the one before
            start = span.start if self._at(span.start) else max(0, span.start - 1)
            span = Span(start, start + 1)
        ends = (range(span.start, span.end), range(span.end - 1, span.start - 1, -1))
        found = [one for places in ends if (one := self._first(places)) is not None]
        if not found:
            return ""
        (stretch, node, offset), (_, last, behind) = found[0], found[-1]
        if label := self._label(stretch, node) or self._label(found[-1][0], last):
            return label
        if _cell(node) is not _cell(last):
            inside = (one for at in ends[1] if (one := self._at(at)) and one[0] is stretch)
            _, last, behind = next(inside)
        return Anchor(begin(node, offset), end(last, behind))

    def _first(self, places: range) -> tuple[Stretch, Any, int] | None:
        return next((one for at in places if (one := self._at(at)) is not None), None)

    def _at(self, place: int) -> tuple[Stretch, Any, int] | None:
        """Which element prints a code point, as which one of its own; None for a break between paragraphs."""
        number = bisect.bisect_right(self._starts, place) - 1
        if place < 0 or number < 0:
            return None
        stretch = self._stretches[number]
        origins, begins = self._pieces(number)
        if place - stretch.start >= len(origins):
            return None
        origin = origins[place - stretch.start]
        piece = bisect.bisect_right(begins, origin) - 1
        node = stretch.pieces[piece][0]
        return None if node is None else (stretch, node, origin - begins[piece])

    def _pieces(self, number: int) -> tuple[Sequence[int], list[int]]:
        """For a stretch: its code points' places in the pieces, and where each piece begins."""
        if number not in self._known:
            pieces = self._stretches[number].pieces
            begins, length = [], 0
            for _, text in pieces:
                begins.append(length)
                length += len(text)
            self._known[number] = (plain_origins("".join(text for _, text in pieces)), begins)
        return self._known[number]

    def _label(self, stretch: Stretch, node: Any) -> str:
        if stretch.label:
            return stretch.label
        boxed = next(node.iterancestors(f"{W}txbxContent"), None) is not None
        return TEXT_BOX if boxed else ""


def _cell(node: Any) -> Any:
    return next(node.iterancestors(f"{W}tc"), None)
