"""Every rule on text: its manual's examples hold both ways, and it is named like its module."""

from datetime import date

import pytest

from checks.passage import Passage, TextRule
from checks.rules.text import TEXT_RULES

DAY = date(2025, 9, 30)
EXAMPLES = [
    pytest.param(rule, text, found, id=f"{rule.RULE.id}-{text[:12]}")
    for rule in TEXT_RULES
    for examples, found in ((rule.MANUAL.bad, True), (rule.MANUAL.good, False))
    for text in examples
]


@pytest.mark.parametrize(("rule", "text", "found"), EXAMPLES)
def test_the_manual_is_true(rule: TextRule, text: str, found: bool) -> None:  # noqa: FBT001
    marks = list(rule.check(Passage(text, day=DAY, published=DAY)))
    assert bool(marks) == found
    assert all(0 <= mark.start < mark.end <= len(text) for mark in marks)


@pytest.mark.parametrize("rule", TEXT_RULES, ids=lambda rule: rule.RULE.id)
def test_a_rule_is_named_like_its_module_and_has_a_source(rule: TextRule) -> None:
    assert rule.__name__.rpartition(".")[2].replace("_", "-") == rule.RULE.id  # type: ignore[attr-defined]
    assert rule.RULE.source
    assert rule.MANUAL.bad or rule.RULE.id == "people-and-posts"  # that one needs a roster
    assert rule.MANUAL.good
