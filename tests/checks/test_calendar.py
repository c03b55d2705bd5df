"""Working days: known years against the notices, terms at their edges, and what is not known said so."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks import calendar
from checks.calendar import (
    Holidays,
    UnknownDay,
    add_working_days,
    due_day,
    is_working_day,
    load_holidays,
    read_day,
    working_days_between,
)
from checks.model import BadInput

SHIPPED = Path(calendar.__file__).parent / "holidays-xinjiang.csv"
HEADING = "日期,至,安排,名称,依据\n"


def written(folder: Path, rows: str) -> Path:
    path = folder / "节假日.csv"
    path.write_text(HEADING + rows, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2025, 9, 26), True),
        (date(2025, 9, 27), False),  # an ordinary Saturday
        (date(2025, 9, 28), True),  # a Sunday worked for 国庆节
        (date(2025, 10, 1), False),
        (date(2025, 10, 8), False),
        (date(2025, 10, 9), True),
        (date(2025, 10, 11), True),  # a Saturday worked
        (date(2026, 12, 31), True),
    ],
)
def test_a_day_is_worked_as_the_state_council_said(day: date, *, worked: bool) -> None:
    assert is_working_day(day) is worked


def test_2025_has_248_working_days() -> None:
    assert working_days_between(date(2024, 12, 31), date(2025, 12, 31)) == 248


@pytest.mark.parametrize(
    ("n", "due"),
    [
        (0, date(2025, 9, 30)),
        (1, date(2025, 10, 9)),
        (2, date(2025, 10, 10)),
        (3, date(2025, 10, 11)),
        (4, date(2025, 10, 13)),
        (10, date(2025, 10, 21)),
        (20, date(2025, 11, 4)),
    ],
)
def test_a_term_starts_the_day_after(n: int, due: date) -> None:
    assert add_working_days(date(2025, 9, 30), n) == due


@settings(deadline=None)
@given(st.dates(date(2004, 1, 1), date(2026, 6, 30)), st.integers(0, 120))
def test_what_was_added_is_counted_back(day: date, n: int) -> None:
    due = add_working_days(day, n)
    assert working_days_between(day, due) == n
    if n:
        assert is_working_day(due)
        assert working_days_between(day, due - timedelta(days=1)) == n - 1


@pytest.mark.parametrize(
    ("start", "n", "why"),
    [
        (date(2026, 12, 25), 10, "2027年节假日安排未公布"),
        (date(2003, 12, 1), 1, "2003年节假日安排未收录"),
    ],
)
def test_a_year_nobody_published_is_not_guessed(start: date, n: int, why: str) -> None:
    with pytest.raises(UnknownDay) as told:
        add_working_days(start, n)
    assert str(told.value) == why


def test_a_term_that_ends_before_the_unknown_year_is_computed() -> None:
    assert add_working_days(date(2026, 12, 25), 4) == date(2026, 12, 31)


def test_a_count_backwards_and_a_negative_term_are_refused() -> None:
    with pytest.raises(ValueError, match="before"):
        working_days_between(date(2025, 9, 30), date(2025, 9, 29))
    with pytest.raises(ValueError, match="not a term"):
        add_working_days(date(2025, 9, 30), -1)


def test_the_regions_holidays_come_before_the_library(tmp_path: Path) -> None:
    holidays = load_holidays(
        written(
            tmp_path,
            "# 备注\n2025-06-06,2025-06-07,放假,古尔邦节,通知\n2025-06-08,,上班,调休,通知\n",
        )
    )
    days = [date(2025, 6, n) for n in range(5, 10)]
    assert [is_working_day(day, holidays) for day in days] == [True, False, False, True, True]
    assert [is_working_day(day) for day in days] == [True, True, False, False, True]
    assert add_working_days(date(2025, 6, 5), 1, holidays) == date(2025, 6, 8)


def test_a_year_entered_whole_is_known(tmp_path: Path) -> None:
    holidays = load_holidays(
        written(tmp_path, "2027,,全年已录入,,国办通知\n2027-01-01,2027-01-03,放假,元旦,国办通知\n")
    )
    assert add_working_days(date(2026, 12, 31), 1, holidays) == date(2027, 1, 4)


def test_the_shipped_example_waits_for_the_office() -> None:
    holidays = load_holidays(SHIPPED)
    assert set(holidays.days.values()) == {None}
    with pytest.raises(UnknownDay) as told:
        add_working_days(date(2025, 6, 5), 1, holidays)
    assert str(told.value) == "2025-06-06（古尔邦节）是否放假待核"
    assert add_working_days(date(2025, 9, 30), 10, holidays) == date(2025, 10, 21)


def test_every_wrong_row_is_named(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "2025-13-01,,放假,甲,通知\n2025-06-06,,休息,乙,通知\n2025-06-06,2025-06-01,放假,丙,通知\n"
        "2025-06-06,,放假,丁,\n2025-06-06,,放假\n明年,,全年已录入,,通知\n"
        "2025-07-01,,放假,戊,通知\n2025-07-01,,上班,戊,通知\n",
    )
    with pytest.raises(BadInput) as told:
        load_holidays(path)
    assert told.value.lines == (
        f"{path}:2: 日期为“2025-13-01”；应为日期，如 2025-09-30",
        f"{path}:3: 安排为“休息”；应为放假、上班、待核或全年已录入",
        f"{path}:4: 从2025-06-06至2025-06-01；应在31天以内，止日不早于起日",
        f"{path}:5: 依据为空，应写放假通知的名称或文号",
        f"{path}:6: 有3列，应为5列",
        f"{path}:7: 日期为“明年”；安排为全年已录入时应写年份，如 2027",
        f"{path}:9: 2025-07-01已在前面写过；应只写一次",
    )


@pytest.mark.parametrize("text", ["", "date,kind\n2025-01-01,x\n"])
def test_another_heading_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match="应为 日期,至,安排,名称,依据"):
        load_holidays(path)


@pytest.mark.parametrize(
    ("words", "due"),
    [
        ("20个工作日", date(2025, 11, 4)),
        ("二十个工作日内", date(2025, 11, 4)),
        ("10月20日前", date(2025, 10, 20)),
        ("9月30日", date(2025, 9, 30)),
        ("9月29日", date(2026, 9, 29)),
        ("2025年10月20日", date(2025, 10, 20)),
        ("2025-10-20", date(2025, 10, 20)),
    ],
)
def test_a_deadline_is_a_term_or_a_date(words: str, due: date) -> None:
    assert due_day(words, date(2025, 9, 30)) == due


@pytest.mark.parametrize("words", ["尽快", "2月30日", "百百个工作日", ""])
def test_what_is_no_deadline_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match="应如 20个工作日"):
        due_day(words, date(2025, 9, 30))


@pytest.mark.parametrize(
    "text",
    [
        "2025-09-30",
        "2025/9/30",
        " 2025.9.30 ",
        "20250930",
        "2025年9月30日",
        "２０２５年９月３０日",
        "二〇二五年九月三十日",
    ],
)
def test_a_day_is_read_as_offices_write_it(text: str) -> None:
    assert read_day(text) == date(2025, 9, 30)


@pytest.mark.parametrize(
    "text",
    ["", "2025/13/1", "2025-02-29", "9月30日", "45930", "20251301", "二〇二五年十三月一日", "昨天"],
)
def test_what_is_no_day_is_none(text: str) -> None:
    assert read_day(text) is None


def test_no_file_is_no_region() -> None:
    assert Holidays() == calendar.NATIONAL
