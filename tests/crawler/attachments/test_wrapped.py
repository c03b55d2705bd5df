"""Lines of a page that were only wrapped are joined; lines that are lines stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.attachments.wrapped import unwrapped

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
def test_nothing_but_white_space_is_lost(page: str) -> None:
    assert "".join(unwrapped(page).split()) == "".join(page.split())
