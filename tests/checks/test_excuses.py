"""Exceptions an office approved: right inside their phrase and within their scope, wrong everywhere else."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.checker import Checker
from checks.excuses import excused, in_scope
from checks.model import Article, Column, Excuse, Part, Severity, Site, Unit
from checks.normalise import folded
from checks.wordlist import Term, Wordlist

LISTS = (
    Wordlist("own", "词表", Severity.WARNING, "应为“{use}”", "依据", (Term("清欲", "清淤"),)),
    Wordlist("other", "词表", Severity.ERROR, "应为“{use}”", "依据", (Term("欲工", "淤工"),)),
)  # fmt: skip
SITE = Site(
    "s", "某县", "https://a.cn/", units=(Unit("shuili", "县水利局"), Unit("caizheng", "县财政局")),
    columns=(Column("gzdt", "工作动态", "https://a.cn/gzdt/"),),
)  # fmt: skip
URL = "https://a.cn/1.htm"


def found(text: str, *excuses: Excuse, **more: Any) -> list[tuple[str, str]]:
    """(rule, match) in an article of the waterworks' column, by the site with these exceptions."""
    given = {"url": URL, "unit": "shuili", "columns": ("gzdt",)} | more
    article = Article(parts=(Part("title", "", "动态"), Part("body", "", text)), **given)
    checker = Checker(LISTS, replace(SITE, excuses=excuses), rules=())
    return [(one.rule, one.match) for one in checker.article(article)]


HAD = Excuse("own", "清欲", "寡情清欲之道")


def test_a_term_is_right_inside_the_phrase_and_wrong_beside_it() -> None:
    assert found("讲寡情清欲之道，开展清欲。") == [("own", "清欲")] * 2
    assert found("讲寡情清欲之道，开展清欲。", HAD) == [("own", "清欲")]
    assert found("讲寡情清欲之术。", HAD) == [("own", "清欲")]


def test_an_exception_is_of_its_own_list_and_term() -> None:
    assert found("寡情清欲之道", replace(HAD, rule="other")) == [("own", "清欲")]
    assert found("寡情清欲之道", replace(HAD, term="寡情")) == [("own", "清欲")]


def test_spaces_and_widths_do_not_break_an_exception() -> None:
    assert found("寡情清 欲之\u200b道", HAD) == []


def test_what_an_excused_term_hid_is_told() -> None:
    """清欲 and 欲工 overlap: the weightier is told; once that is excused the other stands."""
    assert found("清欲工程") == [("other", "欲工")]
    assert found("清欲工程", Excuse("other", "欲工", "清欲工程")) == [("own", "清欲")]


@pytest.mark.parametrize(
    ("scope", "named", "holds"),
    [
        ("site", "", True),
        ("unit", "shuili", True), ("unit", "caizheng", False), ("unit", "", False),
        ("column", "gzdt", True), ("column", "tzgg", False),
        ("page", URL, True), ("page", "https://a.cn/2.htm", False),
    ],
)  # fmt: skip
def test_an_exception_holds_within_its_scope_only(scope: Any, named: str, holds: bool) -> None:  # noqa: FBT001
    one = replace(HAD, scope=scope, scope_id=named)
    assert found("寡情清欲之道", one) == ([] if holds else [("own", "清欲")])
    article = Article(URL, (), unit="shuili", columns=("gzdt",))
    assert in_scope((one,), article) == ((one,) if holds else ())


def test_what_a_rule_found_is_excused_too() -> None:
    text = "会议于2025年2月30日召开。"
    article = Article(URL, (Part("body", "", text),))
    by_rule = Checker((), SITE).article(article)
    assert by_rule
    (first, *_) = by_rule
    excuse = Excuse(first.rule, first.match, f"于{first.match}召开")
    site = replace(SITE, excuses=(excuse,))
    assert first not in Checker((), site).article(article)
    other = replace(article, parts=(Part("body", "", text.replace("召开", "举行")),))
    assert first.rule in {one.rule for one in Checker((), site).article(other)}


@given(
    st.lists(st.sampled_from(["清欲", "清欲清", "甲", "欲", "\n", " "]), max_size=30).map("".join),
    st.sampled_from(["甲清欲", "清欲清欲", "清欲", "欲清欲甲"]),
)
def test_places_are_those_a_slow_search_finds(text: str, phrase: str) -> None:
    view = folded(text)
    slow = sorted(
        (
            (start, start + len(phrase))
            for start in range(len(view.text))
            if view.text[start : start + len(phrase)] == phrase
        ),
        key=lambda place: (place[1], place[0]),
    )
    assert excused((Excuse("own", "清欲", phrase),), "own", "清欲", view) == slow
