"""What an application gives to the editors' server that it is host to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from checks.checker import Checker
from checks.model import Finding
from desk.languagetool.limits import Limits


@dataclass(frozen=True, slots=True)
class LanguageTool:
    """What the host gives: the checker in force, today, and whom to let in.

    `allowed(username, key, client host)` says whether a client may ask; without it everyone may. `suggest(word,
    who)` puts a word before the list keepers and says whether it did: no list changes by itself. Both are called
    in a worker thread and may wait; `checker` and `today` are called for every text and must answer at once, and
    so must `checked`, which is told what was found in it.
    """

    checker: Callable[[], Checker]
    today: Callable[[], date]
    allowed: Callable[[str, str, str], bool] | None = None
    suggest: Callable[[str, str], bool] | None = None
    checked: Callable[[Sequence[Finding]], None] | None = None
    limits: Limits = field(default_factory=Limits)
