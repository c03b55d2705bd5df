"""The labelled sentences that accuracy is measured on."""

import difflib
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from checks.wordlist import Wordlist


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence; what is wrong in it stands at `start` to `end` (0, 0: nothing is), `use` is right there."""

    rule: str
    text: str
    start: int
    end: int
    use: str
    day: date | None


def labelled(folder: Path) -> Iterator[Case]:
    """tests/cases/*.toml: the hit is marked ‹ ›."""
    for path in sorted(folder.glob("*.toml")):
        table = tomllib.loads(path.read_text("utf-8"))
        rule, day = table["rule"], table["published"]
        for marked, use in table["found"]:
            text = marked.replace("‹", "").replace("›", "")
            yield Case(rule, text, marked.index("‹"), marked.index("›") - 1, use, day)
        for text in table["silent"]:
            yield Case(rule, text, 0, 0, "", day)


def list_examples(lists: Sequence[Wordlist]) -> Iterator[Case]:
    """Every row's own sentences, on a day when the row holds."""
    for one in lists:
        for term in one.terms:
            day = term.since or date(2025, 9, 30)
            if term.until and day >= term.until:
                day = date.fromordinal(term.until.toordinal() - 1)
            at = term.bad.find(term.text)
            if at >= 0:
                yield Case(one.id, term.bad, at, at + len(term.text), term.use, day)
            if term.good:
                yield Case(one.id, term.good, 0, 0, "", day)


def reference(path: Path) -> tuple[list[str], list[str]]:
    """The 75 sentences that naive matching accuses, and the 29 that are really wrong."""
    if not path.is_file():
        return [], []
    text = path.read_text("utf-8")
    first = text[text.index("## 1.") : text.index("## 2.")]
    fourth = text[text.index("## 4.") :].partition("\n## ")[0]
    misfires = re.findall(r"^\| \d+ \| (.+?) \|", first, re.M)
    true = re.findall(r"^\| ([^|]+?) \| [^|]+ \|", fourth, re.M)
    true = [one for one in true if one != "Sentence"]
    return [one.replace("**", "") for one in misfires], true


def pairs(path: Path) -> Iterator[tuple[str, str, tuple[int, int, str]]]:
    """Wrong and right sentences that differ, with where and what the first difference is."""
    for line in path.read_text("utf-8").splitlines():
        wrong, _, right = line.partition("\t")
        if not right or wrong == right:
            continue
        for tag, a, b, c, d in difflib.SequenceMatcher(
            None, wrong, right, autojunk=False
        ).get_opcodes():
            if tag != "equal":
                yield wrong, right, (max(0, min(a, len(wrong) - 1)), max(b, a + 1), right[c:d])
                break
