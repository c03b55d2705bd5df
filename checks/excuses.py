"""Exceptions an office approved (例外): where a term, or what a rule found, is right after all.

An exception holds inside an occurrence of its phrase only, and only within its scope: the site, a unit, a column
or one page. Wording is compared folded (checks/normalise.py).
"""

from collections.abc import Iterator, Sequence

from checks.model import Article, Excuse, Span
from checks.normalise import Folded, folded


def in_scope(excuses: Sequence[Excuse], article: Article) -> tuple[Excuse, ...]:
    """Those that hold for an article."""
    return tuple(
        one
        for one in excuses
        if one.scope == "site"
        or (one.scope == "unit" and one.scope_id == article.unit)
        or (one.scope == "column" and one.scope_id in article.columns)
        or (one.scope == "page" and one.scope_id == article.url)
    )


def excused(
    excuses: Sequence[Excuse], rule: str, wording: str, view: Folded
) -> list[tuple[int, int]]:
    """Where in the folded text `wording` (a term, or what a rule found) is right: (start, end), by their ends."""
    said = folded(wording).text
    places = {
        place
        for one in excuses
        if one.rule == rule and folded(one.term).text == said
        for place in _occurrences(view.text, folded(one.phrase).text)
    }
    return sorted(places, key=lambda place: (place[1], place[0]))


def is_excused(excuses: Sequence[Excuse], rule: str, span: Span, view: Folded) -> bool:
    """Whether what a rule found at a raw place is right there."""
    wording = view.raw[span.start : span.end]
    return any(
        view.span(start, end).covers(span) for start, end in excused(excuses, rule, wording, view)
    )


def _occurrences(text: str, phrase: str) -> Iterator[tuple[int, int]]:
    """Every occurrence, those that overlap too."""
    start = text.find(phrase) if phrase else -1
    while start >= 0:
        yield start, start + len(phrase)
        start = text.find(phrase, start + 1)
