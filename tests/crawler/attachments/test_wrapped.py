"""Lines of a page that were only wrapped are joined; lines that are lines stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.attachments.pdf_lines import Glyph, ordered
from crawler.attachments.wrapped import SLACK, Flow, Line, columns, unwrapped

FULL = "为切实做好冬季农村饮水安全保障工作现就有关事"


@pytest.mark.parametrize(
    ("page", "whole"),
    [
        (f"{FULL}作\n{FULL}布\n署如下。", f"{FULL}作{FULL}布署如下。"),
        (f"{FULL}。\n{FULL}。\n第二段", f"{FULL}。\n{FULL}。\n第二段"),
        (f"{FULL}项\n{FULL}项\n一、总体要求", f"{FULL}项{FULL}项\n一、总体要求"),
        (f"{FULL}项\n{FULL}项\n（二）任务", f"{FULL}项{FULL}项\n（二）任务"),
        ("数量（万\n元）", "数量（万元）"),
        ("数量（万\n元（人民币）", "数量（万\n元（人民币）"),
        ("县财政局，\n县教育局", "县财政局，县教育局"),
        ("县财政局\n、县教育局", "县财政局、县教育局"),
        ("张三\n李四\n王五", "张三\n李四\n王五"),
        ("精河县水利局\n2025 年 9 月 30 日", "精河县水利局\n2025年9月30日"),
        ("号码\n6527221990010\n11239\n12", "号码\n652722199001011239\n12"),
        ("6527221990010\n11238", "6527221990010\n11238"),
        ("13909991234\n13909995678", "13909991234\n13909995678"),
        ("甲 乙 丙\n\n  丁\r\n", "甲 乙 丙\n丁"),
        ("", ""),
    ],
)
def test_pages(page: str, whole: str) -> None:
    assert unwrapped(page) == whole


@given(st.text(alphabet="甲乙，。（）“”\n 12ab一、", max_size=200))
def test_nothing_but_white_space_and_a_page_number_is_lost(page: str) -> None:
    page = f"首\n{page}\n尾"
    assert "".join(unwrapped(page).split()) == "".join(page.split())


def pages(*texts: str) -> str:
    flow = Flow()
    lines = ([Line(line, columns(line), SLACK) for line in text.splitlines()] for text in texts)
    return "".join(between + text for between, text in map(flow.page, lines)).strip()


@pytest.mark.parametrize(
    ("texts", "whole"),
    [
        (
            (f"首\n{FULL}作出布\n— 1 —", "署如下。\n- 2 -", "第三页"),
            f"首\n{FULL}作出布署如下。\n第三页",
        ),
        ((f"{FULL}\n{FULL}布\n1", "署如下"), f"{FULL}{FULL}布署如下"),
        (("见《办\n第 1 页 共 2 页", "法》"), "见《办法》"),
        (("完。", "第二页"), "完。\n第二页"),
        (("合计\n35", "36\n元"), "合计\n35\n36\n元"),
        (("1", "", "2"), "1\n\n2"),
        ((), ""),
    ],
)
def test_a_paragraph_goes_on_over_the_page(texts: tuple[str, ...], whole: str) -> None:
    assert pages(*texts) == whole


def test_after_a_page_that_could_not_be_read_text_begins_anew() -> None:
    flow = Flow()
    assert flow.page([Line("见《办", 6, 4)]) == ("\n", "见《办")
    flow.turn()
    assert flow.page([Line("法》", 4, 4)]) == ("\n", "法》")


def test_marks_drawn_after_their_words_stand_where_they_are_seen() -> None:
    """What a PDF has where “ ” come from another font."""
    drawn = [
        Glyph(c, x, x + 10.0, 0.0, 10.0)
        for c, x in (("建", 0), ("清", 20), ("台", 40), ("“", 10), ("”", 30))
    ]
    assert ordered(drawn) == "建“清”台"


def test_gaps_are_spaces_where_they_are_seen_and_bold_by_drawing_twice_is_one() -> None:
    drawn = [
        ("甲", 0.0, 10.0),
        ("甲", 0.4, 10.4),
        ("1", 12.5, 17.5),
        ("2", 20.0, 25.0),
        ("乙", 40.0, 50.0),
    ]
    assert ordered([Glyph(c, left, right, 0.0, 10.0) for c, left, right in drawn]) == "甲1 2 乙"


def test_right_to_left_and_upward_lines_keep_their_order() -> None:
    uyghur = "شىنجاڭ"
    assert (
        ordered([Glyph(c, -10.0 * i, 10 - 10.0 * i, 0.0, 10.0) for i, c in enumerate(uyghur)])
        == uyghur
    )
    assert (
        ordered([Glyph(c, -i, 10.0 - i, 12.0 * i, 10.0) for i, c in enumerate("竖排字")])
        == "竖排字"
    )
