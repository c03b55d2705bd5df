"""What a text rule is shown and what it answers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from checks.model import PartKind, Rule, Severity, Site
from checks.normalise import Folded, folded


@dataclass(frozen=True, slots=True)
class Passage:
    """One part's text, raw: full-width and half-width as written, one line a block.

    `day` is the day the article is judged by (its 发布日期, else today, else None); `published` only
    its own. Rules that look for words may read the folded text instead.
    """

    text: str
    kind: PartKind = "body"
    day: date | None = None
    published: date | None = None
    site: Site | None = None
    fold: Folded | None = None

    def lines(self) -> Iterator[tuple[int, str]]:
        """Each line with the place it begins at."""
        place = 0
        for line in self.text.split("\n"):
            yield place, line
            place += len(line) + 1

    def folded(self) -> Folded:
        return self.fold or folded(self.text)


@dataclass(frozen=True, slots=True)
class Mark:
    """A place a rule points at (code points, end exclusive), what to write there, and what is wrong.

    `note` completes the rule's message; `severity` overrides the rule's where this place deserves
    another.
    """

    start: int
    end: int
    use: str = ""
    note: str = ""
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Manual:
    """A rule's manual, for people, in Chinese: what it finds, what it leaves alone, examples both ways.

    Every `bad` example is found by the rule, every `good` one left alone (a test runs them, as a text
    published on 2025-09-30).
    """

    title: str
    finds: str
    spares: str
    bad: tuple[str, ...]
    good: tuple[str, ...]


class TextRule(Protocol):
    """A module of checks/rules/text.

    `ON` says whether the rule runs unless a site switches it on; `WORDING` whether it judges wording,
    so that a text which teaches or quotes the mistake is not itself accused.
    """

    RULE: Rule
    ON: bool
    WORDING: bool
    MANUAL: Manual

    def check(self, passage: Passage) -> Iterator[Mark]: ...
