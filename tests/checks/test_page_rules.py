"""Every rule on pages finds the faults of its manual's examples and leaves the others alone."""

import pytest

from checks.model import Site
from checks.rules.page import PAGE_RULES
from checks.seen_page import PageRule
from crawler.facts import seen_page
from crawler.page import Page

SITE = Site("county", "某县人民政府网", "https://www.example.gov.cn/", code="6527220001")


def markup(body: str) -> str:
    return f"<!DOCTYPE html><html><head><meta charset='utf-8'></head><body>{body}</body></html>"


def notes(rule: PageRule, body: str) -> list[str]:
    page = Page("https://www.example.gov.cn/a.htm", markup(body))
    return [one.note for one in rule.check(seen_page(page, rule.KINDS[0]), SITE)]


@pytest.mark.parametrize(
    ("rule", "body"),
    [(r, b) for r in PAGE_RULES for b in r.MANUAL.bad],
    ids=lambda v: getattr(v, "__name__", v),
)
def test_a_bad_example_is_found(rule: PageRule, body: str) -> None:
    assert notes(rule, body) != []


@pytest.mark.parametrize(
    ("rule", "body"),
    [(r, b) for r in PAGE_RULES for b in r.MANUAL.good],
    ids=lambda v: getattr(v, "__name__", v),
)
def test_a_good_example_is_left_alone(rule: PageRule, body: str) -> None:
    assert notes(rule, body) == []
