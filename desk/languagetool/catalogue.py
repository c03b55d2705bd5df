"""Which category a rule's findings belong to in an editor, and the rules a client may be told of."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from checks.model import Severity
from checks.rules.text import TEXT_RULES
from checks.wordlist import Wordlist
from checks.yaml_file import read_yaml

FILE = Path(__file__).with_name("categories.yaml")
#: For what the file does not name: an office's own lists.
OTHER_ISSUE = "terminology"


@dataclass(frozen=True, slots=True)
class Kind:
    """A rule as an editor sees it. `issue` is an ITS 2.0 localization quality type."""

    rule: str
    title: str
    category: str
    category_title: str
    issue: str


@cache
def _file() -> Any:
    return read_yaml(FILE).data


def kind(rule: str, titles: Mapping[str, str]) -> Kind:
    """How `rule` is shown; `titles` are what rules and lists are called (`Checker.titles`)."""
    title = titles.get(rule, rule)
    said = _file()["rules"].get(rule) or {"category": rule, "issue": OTHER_ISSUE}
    category = said["category"]
    return Kind(rule, title, category, _file()["categories"].get(category, title), said["issue"])


def kinds(titles: Mapping[str, str]) -> dict[str, Kind]:
    return {rule: kind(rule, titles) for rule in titles}


def rules_json(wordlists: tuple[Wordlist, ...], titles: Mapping[str, str]) -> list[dict[str, Any]]:
    """`/v2/configinfo`: every list and every rule on text; what is only doubtful is off unless asked for."""
    weights = {one.id: one.severity for one in wordlists}
    weights |= {one.RULE.id: one.RULE.severity for one in TEXT_RULES}
    off = {one.RULE.id for one in TEXT_RULES if not one.ON}
    return [
        {
            "ruleId": one.rule,
            "description": one.title,
            "categoryId": one.category,
            "categoryName": one.category_title,
            "locQualityIssueType": one.issue,
            "isDictionaryBasedSpellingRule": False,
            "isDefaultOff": one.rule in off or weights[one.rule] == Severity.SUGGESTION,
        }
        for one in kinds(titles).values()
    ]
