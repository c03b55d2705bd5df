"""The labelled cases: what is marked ‹ › is found there and nowhere else, with the right suggestion."""

import tomllib
from datetime import date
from pathlib import Path

import pytest

from checks.checker import Checker
from checks.model import Article
from checks.wordlist import shipped

CHECKER = Checker(shipped())
CASES = [
    (table["rule"], table["published"], text, use)
    for path in sorted((Path(__file__).parent / "cases").glob("*.toml"))
    for table in [tomllib.loads(path.read_text("utf-8"))]
    for text, use in (*table["found"], *((silent, "") for silent in table["silent"]))
]


@pytest.mark.parametrize(("rule", "day", "marked", "use"), CASES)
def test_a_labelled_case(rule: str, day: date, marked: str, use: str) -> None:
    text = marked.replace("‹", "").replace("›", "")
    found = CHECKER.article(Article.draft(text, published=day))
    if "‹" in marked:
        start, end = marked.index("‹"), marked.index("›") - 1
        assert (start, end, use) in [(f.span.start, f.span.end, f.suggestion) for f in found]
    else:
        assert [f.match for f in found if f.rule == rule] == []
