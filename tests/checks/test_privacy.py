"""Personal numbers: found by checksum, masked in place, never shown in clear."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.checker import Checker, without_personal_data
from checks.model import Article, Severity
from checks.privacy import is_id_card, masked, personal_numbers
from checks.wordlist import shipped

ID = "652722199001011239"
CHECKER = Checker(shipped())


def kinds(text: str) -> list[tuple[str, str, bool]]:
    return [(one.kind, one.masked, one.doubtful) for one in personal_numbers(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"身份证号{ID}。", [("id", "652722********1239", False)]),
        ("身份证号65272219900101123X。", []),  # wrong check digit
        ("６５２７２２１９９００１０１１２３９", [("id", "６５２７２２********１２３９", False)]),
        ("652722 19900101 1239", [("id", "652722 ********* 1239"[:6] + " ******** 1239", False)]),
        ("身份证652722900101123", [("old-id", "652722******123", False)]),
        ("编号652722900101123", []),
        ("李四，13812345678", [("mobile", "138****5678", False)]),
        ("咨询电话：13812345678", [("mobile", "138****5678", True)]),
        ("姓名：李四，电话：13812345678", [("mobile", "138****5678", False)]),
        ("138 1234 5678", [("mobile", "138 **** 5678", False)]),
        ("银行卡号6222021234567890128", [("card", "6222***********0128", False)]),
        ("统一社会信用代码91652722MA77ABCD1X", []),
        ("电话0909-5321234，热线12345", []),
        ("652722********1239 138****5678", []),
        ("项目编号2025138123456780001", []),
    ],
)
def test_numbers(text: str, found: list[tuple[str, str, bool]]) -> None:
    assert kinds(text) == found


@settings(deadline=None)
@given(st.text("0123456789X １２３-张，\n身份证卡号", max_size=80))
def test_masking_keeps_every_place_and_leaves_nothing_to_find(text: str) -> None:
    once = masked(text)
    assert len(once) == len(text)
    assert list(personal_numbers(once)) == []
    assert masked(once) == once


@settings(deadline=None)
@given(st.dates(), st.integers(100000, 659999), st.integers(0, 999))
def test_every_right_id_card_is_found(born: object, area: int, order: int) -> None:
    body = f"{area}{born:%Y%m%d}{order:03d}" if getattr(born, "year", 0) >= 1900 else ""
    if not body:
        return
    whole = next(body + c for c in "0123456789X" if is_id_card(body + c))
    assert [one.kind for one in personal_numbers(f"证号{whole}。")] == (
        ["id"] if whole[6:8] in ("18", "19", "20") or whole.isalnum() else []
    )


def test_no_number_leaves_the_checker_in_clear() -> None:
    text = f"救助对象张三，身份证号{ID}，手机号13812345678，重复重复。救助对象张三，{ID}"
    article = Article.draft(text, title=f"公示 {ID}")
    found = CHECKER.article(article)
    assert [f.rule for f in found if f.severity >= Severity.WARNING].count("personal-data") == 4
    shown = repr(found) + repr(without_personal_data(article))
    assert not re.search(r"19900101|138\d{8}", shown)
    assert [len(part.text) for part in without_personal_data(article).parts] == [
        len(part.text) for part in article.parts
    ]
