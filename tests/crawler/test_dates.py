from datetime import date

import pytest

from crawler.dates import address_day, any_day, first_day, item_day

DAY = date(2025, 9, 30)


@pytest.mark.parametrize(
    "text",
    [
        "2025-09-30",
        "2025/9/30",
        "2025.09.30 16:08",
        "2025年9月30日",
        "[2025-9-30]",
        "二〇二五年九月三十日",
        "二○二五年九月三十日",
        "2025 年 9 月 30 日",
    ],
)
def test_the_ways_pages_write_a_day(text: str) -> None:
    assert first_day(text) == DAY


@pytest.mark.parametrize(
    "text", ["", "2025-02-30", "12025-09-301", "1820-01-01", "2507-652722-04-01-138562", "9-30"]
)
def test_what_is_no_day(text: str) -> None:
    assert first_day(text) is None


def test_a_day_set_apart_from_its_month() -> None:
    assert item_day("30\n2025-09") == DAY
    assert item_day("2025-09\n30") == DAY
    assert item_day("第3批 12 2025-09 30") is None


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("/zcwj/202509/t20250930_1554321.html", DAY),
        ("/art/2025/9/30/art_63224_2743063.html", DAY),
        ("/html/2025-09/30/content_282274.shtml", DAY),
        ("/info/1050/64208.htm", None),
        ("/wlmqs/c123155/202509/0123456789abcdef0123456789abcdef.shtml", None),
    ],
)
def test_the_day_an_address_carries(path: str, day: date | None) -> None:
    assert address_day(path) == day


def test_forms_only_dateparser_knows() -> None:
    assert any_day("30 September 2025 10:20") == DAY
