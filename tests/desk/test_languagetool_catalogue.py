"""What editors are told of rules: each has its category, each category its name."""

import pytest

from checks.yaml_file import read_yaml
from desk.languagetool.catalogue import FILE, Kind, kind
from tests.desk.editors import checker

#: Localization quality types of ITS 2.0 that editors know.
ISSUES = {
    "terminology", "mistranslation", "omission", "untranslated", "addition", "duplication", "inconsistency",
    "grammar", "legal", "register", "locale-specific-content", "locale-violation", "style", "characters",
    "misspelling", "typographical", "formatting", "inconsistent-entities", "numbers", "markup", "pattern-problem",
    "whitespace", "internationalization", "length", "non-conformance", "uncategorized", "other",
}  # fmt: skip
SAID = read_yaml(FILE).data


def test_the_file_names_rules_that_exist_and_issues_that_editors_know() -> None:
    assert set(SAID["rules"]) - set(checker().titles) == set()
    assert {one["issue"] for one in SAID["rules"].values()} <= ISSUES
    assert {frozenset(one) for one in SAID["rules"].values()} == {frozenset({"category", "issue"})}
    assert set(SAID["categories"]) <= {one["category"] for one in SAID["rules"].values()}


@pytest.mark.parametrize("rule", sorted(checker().titles))
def test_every_rule_has_a_category_with_a_name(rule: str) -> None:
    shown = kind(rule, checker().titles)
    assert shown.title == checker().titles[rule] and shown.category_title
    assert shown.category in SAID["categories"] or shown.category == rule


def test_an_offices_own_list_is_a_category_of_its_own() -> None:
    titles = {"own-names": "本县地名"}
    assert kind("own-names", titles) == Kind(
        "own-names", "本县地名", "own-names", "本县地名", "terminology"
    )
