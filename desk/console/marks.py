"""Findings on a text as a page shows them: notes with places in UTF-16 units, and the text cut at its marks."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from checks.model import Article, Finding, Severity, Span
from desk.utf16 import Utf16

#: A suggestion that says what to do and is not what to write: （该制度已于2013年废止，请核实）.
_NOTE = re.compile(r"（[^（）]*）")
#: What stands between alternatives, where the text itself has none.
_ALTERNATIVES = ("/", "|", "；", "或")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text; `finding` is the index of the finding it is marked for, None for none."""

    text: str
    finding: int | None = None


def replacement(finding: Finding) -> str:
    """What may be written in the finding's place as it stands; "" where the suggestion is none, or advice."""
    return "" if _NOTE.fullmatch(finding.suggestion) else finding.suggestion


def is_safe(finding: Finding) -> bool:
    """Whether it may be accepted together with others, unread: no doubt, and one thing to write."""
    use = replacement(finding)
    several = any(mark in use and mark not in finding.match for mark in _ALTERNATIVES)
    return finding.severity > Severity.SUGGESTION and bool(use) and not several


def notes(article: Article, findings: Sequence[Finding], titles: dict[str, str]) -> list[Any]:
    """`findings` as JSON, in order: `part` is the part's kind; `start` and `end` are UTF-16 units of its text."""
    places = [Utf16(part.text) for part in article.parts]
    return [
        {
            "mark": one.fingerprint,
            "part": article.parts[one.part].kind,
            "start": places[one.part].units(one.span.start),
            "end": places[one.part].units(one.span.end),
            "severity": str(one.severity),
            "label": one.severity.label,
            "rule": titles.get(one.rule, one.rule),
            "match": one.match,
            "advice": one.suggestion,
            "use": replacement(one),
            "safe": is_safe(one),
            "why": one.message,
            "source": one.source,
        }
        for one in findings
    ]


def pieces(text: str, spans: Sequence[tuple[int, Span]]) -> Iterator[Piece]:
    """`text` cut at `spans` (index of a finding, place), which are in order; together they are `text`.

    Of spans that overlap the later one is marked where the earlier one ends, if it goes beyond.
    """
    at = 0
    for finding, span in spans:
        start, end = max(at, span.start), min(span.end, len(text))
        if start >= end:
            continue
        if at < start:
            yield Piece(text[at:start])
        yield Piece(text[start:end], finding)
        at = end
    if at < len(text):
        yield Piece(text[at:])


def lines_with(
    text: str, spans: Sequence[tuple[int, Span]], *, only_marked: bool = False
) -> Iterator[tuple[Piece, ...] | int]:
    """`text` line by line, cut at its marks; with `only_marked` a number stands for so many lines left out."""
    line: list[Piece] = []
    left_out = 0
    for piece in (*pieces(text, spans), Piece("\n")):
        first, *more = piece.text.split("\n")
        line += [Piece(first, piece.finding)] if first else []
        for said in more:
            if only_marked and all(one.finding is None for one in line):
                left_out += 1
            else:
                if left_out:
                    yield left_out
                    left_out = 0
                yield tuple(line)
            line = [Piece(said, piece.finding)] if said else []
    if left_out:
        yield left_out
