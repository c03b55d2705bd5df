"""`data`: a text with markup in between, as an editor holds it, and the plain text that is checked.

Places are told over all text and markup strung together, in UTF-16 units; rules read the text alone, with
`interpretAs` where the markup stands for something.
"""

import bisect
import json
from dataclasses import dataclass
from typing import Any

from checks.model import Span
from desk.languagetool.refusal import Refused
from desk.utf16 import Utf16, units, without_halves


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the plain text: it begins at code point `start`, in the client's document at unit `origin`.

    Text runs along character by character; markup (`width` in units) is one place for whatever it stands for.
    """

    start: int
    origin: int
    text: Utf16 | None
    width: int

    def begins(self, place: int) -> int:
        """The unit at which the code point at plain `place` begins in the client's document."""
        return self.origin + (self.text.units(place - self.start) if self.text else 0)

    def ends(self, place: int) -> int:
        """The unit at which the code point at plain `place` is over."""
        return self.origin + (self.text.units(place + 1 - self.start) if self.text else self.width)


@dataclass(frozen=True, slots=True)
class Annotated:
    """`plain` is what is checked; `pieces` those that put something into it, in order."""

    plain: str
    pieces: tuple[Piece, ...]

    def place(self, span: Span) -> tuple[int, int]:
        """Offset and length in the client's document, in UTF-16 units; markup inside belongs to it."""
        if not self.pieces:
            return 0, 0
        offset = self._at(span.start).begins(span.start)
        last = max(span.start, span.end - 1)
        end = self._at(last).ends(last) if span.end > span.start else offset
        return offset, end - offset

    def _at(self, place: int) -> Piece:
        index = bisect.bisect_right(self.pieces, place, key=lambda piece: piece.start)
        return self.pieces[max(0, index - 1)]


def plain(text: str) -> Annotated:
    """A text without markup."""
    text = without_halves(text)
    whole = Utf16(text)
    return Annotated(text, (Piece(0, 0, whole, whole.length),))


def annotated(data: str) -> Annotated:
    """The text of a `data` parameter: `{"text": …}` or `{"annotation": [{"text": …} | {"markup": …}]}`.

    Raises:
        Refused: not JSON, or not of that shape.
    """
    said = _json(data)
    text, items = said.get("text"), said.get("annotation")
    if (text is None) == (items is None):
        raise Refused(400, "data 参数里应有 text 或 annotation，且只有其中一个")
    if text is not None:
        return plain(_string(text, "text"))
    if not isinstance(items, list):
        raise Refused(400, "data 参数的 annotation 应为一组 text 与 markup")
    pieces: list[Piece] = []
    checked: list[str] = []
    start = origin = 0
    for item in items:
        said_as, run, width = _item(item)
        if said_as:
            pieces.append(Piece(start, origin, run, width))
            checked.append(said_as)
            start += len(said_as)
        origin += width
    return Annotated("".join(checked), tuple(pieces))


def _json(data: str) -> dict[str, Any]:
    try:
        said = json.loads(data)
    except (ValueError, RecursionError):
        raise Refused(400, "data 参数不是JSON") from None
    if not isinstance(said, dict):
        raise Refused(400, "data 参数应为一个JSON对象")
    return said


def _item(item: Any) -> tuple[str, Utf16 | None, int]:
    """What is checked of it, its own places if it is text, its width in units."""
    text = item.get("text") if isinstance(item, dict) else None
    markup = item.get("markup") if isinstance(item, dict) else None
    if (text is None) == (markup is None):
        raise Refused(400, "annotation 的每一项应有 text 或 markup，且只有其中一个")
    meant = item.get("interpretAs")
    if text is not None:
        if meant is not None:
            raise Refused(400, "annotation 中 interpretAs 只能与 markup 同用")
        shown = without_halves(_string(text, "text"))
        run = Utf16(shown)
        return shown, run, run.length
    shown = without_halves(_string(meant, "interpretAs")) if meant is not None else ""
    return shown, None, units(_string(markup, "markup"))


def _string(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise Refused(400, f"data 参数的 {name} 应为文字")
    return value
