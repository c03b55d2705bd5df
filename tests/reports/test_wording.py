"""Lists, names, quarters and ordinals as a person writes them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.model import BadInput, Unit
from reports.circular.wrong import kinds_written
from reports.wording import (
    CalendarQuarter,
    bracketed,
    column_name,
    day_written,
    listed,
    numeral,
    short_names,
    together,
)


@pytest.mark.parametrize(
    ("name", "aliases", "short"),
    [
        ("精河县财政局", ("县财政局", "财政局"), "县财政局"),
        ("精河镇人民政府", ("精河镇",), "精河镇"),
        ("八家户农场", ("八家户农场管委会",), "八家户农场"),
        ("精河县行政服务中心", (), "精河县行政服务中心"),
    ],
)
def test_a_unit_goes_by_the_shorter_of_its_name_and_first_alias(
    name: str, aliases: tuple[str, ...], short: str
) -> None:
    assert short_names([Unit("a", name, aliases)]) == {"a": short}


def test_units_that_would_be_called_the_same_keep_their_names() -> None:
    units = [Unit("a", "甲县水利局", ("水利局",)), Unit("b", "乙县水利局", ("水利局",))]
    assert short_names(units) == {"a": "甲县水利局", "b": "乙县水利局"}


def test_a_list_is_cut_only_where_it_is_long() -> None:
    assert listed(["甲", "乙", "丙"], "个单位", 3) == "甲、乙、丙"
    assert listed(["甲", "乙", "丙", "丁"], "个单位", 3) == "甲、乙、丙等4个单位"
    assert listed([]) == ""


KINDS = {"a": "township", "b": "township", "c": "township", "d": "department", "e": "department"}
SAID = {"township": "各乡镇场", "department": "各部门"}
SHORT = {one: one.upper() for one in KINDS}


@pytest.mark.parametrize(
    ("ids", "names"),
    [
        (["d", "a", "b", "c"], ("D", "各乡镇场")),
        (["a", "b"], ("A", "B")),
        (["d", "e"], ("D", "E")),  # two are no crowd
        (["c", "d", "b", "a", "e"], ("各乡镇场", "D", "E")),
        ([], ()),
    ],
)
def test_all_units_of_a_kind_are_named_together(ids: list[str], names: tuple[str, ...]) -> None:
    assert together(ids, KINDS, SAID, SHORT) == names


def test_a_column_that_would_read_as_several_stands_in_quotation_marks() -> None:
    assert column_name("双随机、一公开") == "“双随机、一公开”"
    assert column_name("涉农补贴") == "涉农补贴"


@pytest.mark.parametrize(
    ("kinds", "said"),
    [
        (["名称错误", "术语错误"], "名称及术语错误"),
        (["名称错误", "名称错误"], "名称错误"),
        (["表述不规范", "错别字"], "表述不规范及错别字"),
        (["名称错误", "错别字", "术语错误"], "名称错误、错别字及术语错误"),
    ],
)
def test_kinds_of_wrong_words_share_what_they_end_in(kinds: list[str], said: str) -> None:
    assert kinds_written(kinds) == said


@pytest.mark.parametrize(
    ("n", "said", "in_brackets"),
    [(1, "一", "㈠"), (10, "十", "㈩"), (11, "十一", "（十一）"), (20, "二十", "（二十）"), (99, "九十九", "（九十九）")],
)  # fmt: skip
def test_ordinals(n: int, said: str, in_brackets: str) -> None:
    assert (numeral(n), bracketed(n)) == (said, in_brackets)


@given(st.integers(1, 99), st.integers(1, 99))
def test_ordinals_differ(a: int, b: int) -> None:
    assert (numeral(a) == numeral(b)) == (a == b)
    assert (bracketed(a) == bracketed(b)) == (a == b)


@pytest.mark.parametrize("n", [0, 100, -1])
def test_there_is_no_such_ordinal(n: int) -> None:
    with pytest.raises(ValueError, match="no ordinal"):
        numeral(n)


@pytest.mark.parametrize(
    ("name", "since", "until", "period"),
    [
        ("2025Q3", date(2025, 7, 1), date(2025, 10, 1), "第三季度"),
        ("2025q4", date(2025, 10, 1), date(2026, 1, 1), "第四季度"),
        (" 2024Q1 ", date(2024, 1, 1), date(2024, 4, 1), "第一季度"),
        ("2024Q2", date(2024, 4, 1), date(2024, 7, 1), "第二季度"),
    ],
)
def test_a_quarter_has_its_days(name: str, since: date, until: date, period: str) -> None:
    quarter = CalendarQuarter.named(name)
    assert (quarter.since, quarter.until, quarter.period) == (since, until, period)
    assert str(quarter) == name.strip().upper()


@pytest.mark.parametrize(
    "name", ["", "2025", "2025Q0", "2025Q5", "25Q3", "1999Q1", "２０２５Q3", "2025Q33"]
)
def test_what_is_no_quarter_is_refused(name: str) -> None:
    with pytest.raises(BadInput, match="应如 2025Q3"):
        CalendarQuarter.named(name)


def test_a_day_is_written_without_its_year() -> None:
    assert day_written(date(2025, 10, 5)) == "10月5日"
