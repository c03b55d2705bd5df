"""Folding keeps the origin of every character: what is reported is what stood in the raw text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.checker import Checker
from checks.model import Article, Severity, Span
from checks.normalise import LONG, folded, folded_character
from checks.wordlist import shipped

CHECKER = Checker(shipped(), rules=())
PIECES = st.lists(
    st.sampled_from(
        ["全县", "布署", "\u200b", " ", "\u3000", "\n", "\t", "Ｉ", "ＩＰＶ６", "⻓", "\ue000", "維", "帳", "𠮷", "，", "\ud800", "\u202e", "a", " \n", "兩個", "（", "覆盖"]
    ),
    max_size=20,
).map("".join)  # fmt: skip


@settings(deadline=None)
@given(PIECES)
def test_every_folded_character_knows_where_it_came_from(raw: str) -> None:
    view = folded(raw)
    for place, character in enumerate(view.text):
        assert folded_character(raw[view.origin(place)]) == character
    origins = [view.origin(place) for place in range(len(view.text))]
    assert origins == sorted(set(origins))


@settings(deadline=None)
@given(PIECES)
def test_what_is_left_out_is_invisible_or_white(raw: str) -> None:
    view = folded(raw)
    kept = {view.origin(place) for place in range(len(view.text))}
    left = {raw[place] for place in range(len(raw)) if place not in kept}
    assert left <= set("\u200b \u3000\n\u202e")


@settings(deadline=None)
@given(PIECES, PIECES)
def test_the_span_of_a_hit_is_the_raw_text_it_was_written_in(before: str, after: str) -> None:
    raw = f"{before}。布\u200b署。{after}"
    place = len(before) + 1
    spans = [f.span for f in CHECKER.article(Article.draft(raw)) if f.rule == "typos"]
    assert Span(place, place + 3) in spans
    for span in spans:
        assert folded(raw[span.start : span.end]).text == "布署"


@pytest.mark.parametrize(
    ("text", "match", "use"),
    [
        ("推进ＩＰＶ６升级改造。", "ＩＰＶ６", "IPv6"),
        ("坚决做到二個維護。", "二個維護", "两个维护"),
        ("作出部\u200b署，认真布\u200b署。", "布\u200b署", "部署"),
        ("认 真 布 署 工 作。", "布 署", "部署"),
        ("会议要求各乡镇各部门认真抓好落实并作出布\n署。", "布\n署", "部署"),
        ("深化“放服管”改革和⺠族区域自制。", "⺠族区域自制", "民族区域自治"),
        ("实现中华名\u202e族的梦想。", "中华名\u202e族", "中华民族"),
        ("办理出国（赴港澳台）手续。", "出国（赴港澳台）", "出国（境）"),
        ("办理出国(赴港澳台)手续。", "出国(赴港澳台)", "出国（境）"),
    ],
)
def test_disguised_terms_are_found_where_they_stand(text: str, match: str, use: str) -> None:
    hits = [f for f in CHECKER.article(Article.draft(text)) if f.severity >= Severity.WARNING]
    assert [(f.match, f.suggestion) for f in hits if f.match == match] == [(match, use)]


@pytest.mark.parametrize(
    "text",
    [
        "開立帳戶。",  # the traditional text writes 帳, not the wrong 帐
        "全面覆蓋。",
        "平台\n独立运行",
        "领导公布 署名文章。",
        "列表\n布\n署",
    ],
)
def test_what_only_folding_made_is_no_finding(text: str) -> None:
    hits = [f for f in CHECKER.article(Article.draft(text)) if f.severity >= Severity.WARNING]
    assert hits == []


def test_a_text_that_needs_nothing_is_itself() -> None:
    text = "全县召开工作会议，部署明年工作。\n第二段。"
    assert folded(text).text is text


@settings(deadline=None, max_examples=20)
@given(PIECES)
def test_a_long_text_is_folded_like_a_short_one(raw: str) -> None:
    filling = "全县召开工作会议。" * (LONG // 9 + 1)
    assert folded(filling + raw).text == filling + folded("。" + raw).text[1:]
