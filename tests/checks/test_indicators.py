"""检查指标 as data: what is shipped, what a site or a variant may say otherwise, and date arithmetic."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.indicators import limit_of, load_indicators, shipped, shipped_names
from checks.model import BadInput, ColumnKind, Indicators
from checks.rules.site.veto_blank_columns import LINE
from checks.rules.site.veto_stale_columns import ALL, FIRST
from checks.site import load_site
from checks.windows import days_back, longest_days, months_back

SITE = 'site: {id: a, name: 甲, home: "https://a.example/"}\ncolumns:\n  - {id: c, name: 丙, url: /c}\n'


def site(tmp_path: Path, indicators: str) -> Indicators:
    file = tmp_path / "站点.yaml"
    file.write_text(SITE + indicators + "\n", "utf-8")
    return load_site(file).indicators


def faults(tmp_path: Path, indicators: str) -> list[str]:
    with pytest.raises(BadInput) as caught:
        site(tmp_path, indicators)
    return [line.removeprefix(f"{tmp_path}/") for line in caught.value.lines]


def test_the_official_numbers_are_those_of_the_document() -> None:
    numbers = shipped("guoban-2019")
    names = (
        "home_stale_days", "news_stale_days", "notice_stale_months", "yearly_stale_months",
        "stale_first_columns", "stale_columns", "blank_columns", "probe_seconds", "probe_fail_percent",
        "probe_daily_times", "media_stale_days",
    )  # fmt: skip
    assert [numbers.value(n) for n in names] == [14, 14, 6, 12, 5, 10, 5, 15, 5, 20, 14]
    assert numbers.source == "《政府网站与政务新媒体检查指标》（国办秘函〔2019〕19号）"
    assert numbers.cited("home_stale_days") == numbers.source
    assert numbers.cited("home_warn_days") == "监测平台通行的预警线（首页10天）"


@pytest.mark.parametrize("name", shipped_names())
def test_shaky_numbers_are_off_and_all_others_on(name: str) -> None:
    for one in shipped(name).numbers:
        assert one.on == (one.confidence not in ("medium", "low")), one.name
        assert one.source and one.says and one.value >= 0


def test_every_number_that_the_code_asks_for_is_shipped() -> None:
    root = Path(__file__).parents[2]
    code = "".join(
        p.read_text("utf-8") for r in ("checks", "store") for p in (root / r).rglob("*.py")
    )
    asked = set(re.findall(r'\.(?:value|cited)\(\s*"([a-z_]+)"', code))
    asked |= {name for line in (FIRST, ALL, LINE) for name in (line.veto, line.warn)}
    assert asked - {one.name for one in shipped().numbers} == set()
    assert {"home_stale_days", "stale_first_columns", "repeat_percent", "redated_days"} <= asked


def test_a_site_without_a_word_has_the_national_numbers(tmp_path: Path) -> None:
    assert site(tmp_path, "") == shipped("guoban-2019") == site(tmp_path, "indicators: guoban-2019")


def test_a_site_sets_its_own_numbers_and_they_say_so(tmp_path: Path) -> None:
    said = site(
        tmp_path,
        "indicators: {use: guoban-2019, set: {home_stale_days: 10, blank_columns: off, warn_stale_first_columns: on}}",
    )
    assert said.value("home_stale_days") == 10
    assert said.cited("home_stale_days").endswith("（国办秘函〔2019〕19号）；站点文件定为10")
    assert (said.value("blank_columns"), said.value("warn_stale_first_columns")) == (None, 3)
    assert said.value("stale_columns") == 10


VARIANT = """\
id: zhou-2024
title: 自治州检查指标
source: 州政办〔2024〕5号
base: guoban-2019
numbers:
  home_stale_days: {value: 10}
  stale_columns: {value: off, source: 州政办〔2024〕5号第三条}
  blank_columns: {value: 2, confidence: medium}
  warn_stale_first_columns: {value: on, confidence: read}
"""


def test_a_variant_takes_over_what_it_does_not_say(tmp_path: Path) -> None:
    (tmp_path / "zhou.yaml").write_text(VARIANT, "utf-8")
    said = site(tmp_path, "indicators: {use: zhou.yaml, set: {news_stale_days: 7}}")
    names = (
        "home_stale_days", "stale_columns", "blank_columns", "warn_stale_first_columns", "news_stale_days",
    )  # fmt: skip
    assert [said.value(n) for n in names] == [10, None, None, 3, 7]
    assert (said.id, said.source) == ("zhou-2024", "州政办〔2024〕5号")
    assert said.cited("home_stale_days") == "州政办〔2024〕5号"
    assert said.cited("probe_seconds") == shipped().source
    assert {n.name: n.says for n in said.numbers} == {n.name: n.says for n in shipped().numbers}


def test_a_variant_of_a_variant(tmp_path: Path) -> None:
    (tmp_path / "zhou.yaml").write_text(VARIANT, "utf-8")
    own = VARIANT.replace("guoban-2019", "zhou.yaml").replace("value: 10", "value: 9")
    (tmp_path / "xian.yaml").write_text(own, "utf-8")
    assert load_indicators("xian.yaml", tmp_path).value("home_stale_days") == 9


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (
            "indicators: guoban-2018",
            "站点.yaml:4: 检查指标没有“guoban-2018”这套内置指标（是不是“guoban-2019”？）；应为guoban-2019，或本单位的.yaml文件",
        ),
        (
            "indicators: {use: zhou.yaml}",
            "站点.yaml:4: 检查指标没有“zhou.yaml”这个文件；应写相对于本文件的YAML文件",
        ),
        (
            "indicators:\n  use: guoban-2019\n  set:\n    home_stale_day: 10",
            "站点.yaml:7: 检查指标没有“home_stale_day”这个数字（是不是“home_stale_days”？）；应为",
        ),
        (
            "indicators:\n  set:\n    home_stale_days: ten",
            "站点.yaml:6: 检查指标的set的home_stale_days写的是“ten”；应为0到36600的整数，或off（停用）、on（启用）",
        ),
        ("indicators: {set: {home_stale_days: -1}}", "站点.yaml:4: 检查指标的set的home_stale_days"),
        ("indicators: {set: {home_stale_days: true}}", "站点.yaml:4: 检查指标的set的home_stale_days"),
        ("indicators: {use: 3}", "站点.yaml:4: 检查指标的use写的是“3”；应为文字"),
        ("indicators: [guoban-2019]", "站点.yaml:4: 检查指标写的是列表；应为“键: 值”各项"),
        (
            "indicators: {uses: guoban-2019}",
            "站点.yaml:4: 检查指标没有“uses”这个键（是不是“use”？）；应为use、set之一",
        ),
    ],
)  # fmt: skip
def test_a_fault_in_the_site_file_is_told_with_its_line(
    tmp_path: Path, written: str, said: str
) -> None:
    (told,) = faults(tmp_path, written)
    assert told.startswith(said)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("home_stale_days: {value: 10}", "home_stale_dayz: {value: 10}", "zhou.yaml:6: 检查指标没有“home_stale_dayz”这个数字（是不是“home_stale_days”？）"),
        ("value: 10", "value: 1.5", "zhou.yaml:6: 数字的home_stale_days的value写的是“1.5”；应为0到36600的整数"),
        ("value: 10", "valu: 10", "zhou.yaml:6: 数字的home_stale_days没有“valu”这个键（是不是“value”？）；应为value、confidence、source、says之一"),
        ("confidence: medium", "confidence: maybe", "zhou.yaml:8: 数字的blank_columns的confidence写的是“maybe”；应为read、high、medium、low、derived之一"),
        ("source: 州政办〔2024〕5号\n", "", "zhou.yaml:1: 文件缺少source"),
        ("base: guoban-2019", "base: guoban", "zhou.yaml:4: base没有“guoban”这套内置指标"),
        ("base: guoban-2019", "base: ./zhou.yaml", "zhou.yaml:4: base绕回了自己或层数太多；应最终落到内置指标"),
        ("base: guoban-2019", "base: no.yaml", "zhou.yaml:4: base没有“no.yaml”这个文件"),
        ("base: guoban-2019\n", "", "zhou.yaml:6: 数字的stale_columns写的是“off”；没有base的文件应写整数"),
    ],
)  # fmt: skip
def test_a_fault_in_the_offices_own_file_is_told_with_its_line(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    assert old in VARIANT
    (tmp_path / "zhou.yaml").write_text(VARIANT.replace(old, new, 1), "utf-8")
    told = faults(tmp_path, "indicators: zhou.yaml")
    assert [line for line in told if line.startswith(said)], told


def test_bases_in_a_circle_are_refused(tmp_path: Path) -> None:
    for name, base in (("a.yaml", "b.yaml"), ("b.yaml", "a.yaml")):
        (tmp_path / name).write_text(VARIANT.replace("guoban-2019", base), "utf-8")
    assert faults(tmp_path, "indicators: a.yaml")[0].endswith(
        "base绕回了自己或层数太多；应最终落到内置指标"
    )


@pytest.mark.parametrize(
    ("kind", "limit"),
    [("news", (14, None)), ("notice", (184, 6)), ("policy", (184, 6)), ("yearly", (366, 12)), ("static", (None, None))],
)  # fmt: skip
def test_how_long_a_column_may_stay_unchanged(
    kind: ColumnKind, limit: tuple[int | None, int | None]
) -> None:
    assert limit_of(kind, shipped()) == limit
    assert limit_of(kind, Indicators()) == (None, None)


def test_a_number_that_is_off_lets_its_columns_rest(tmp_path: Path) -> None:
    file = tmp_path / "站点.yaml"
    file.write_text(SITE + "indicators: {set: {notice_stale_months: off}}\n", "utf-8")
    (column,) = load_site(file).columns
    assert (column.max_age, column.max_months, column.first_level) == (None, None, None)


@pytest.mark.parametrize(
    ("day", "months", "first"),
    [
        (date(2025, 9, 30), 6, date(2025, 3, 30)),
        (date(2025, 8, 31), 6, date(2025, 2, 28)),
        (date(2024, 8, 31), 6, date(2024, 2, 29)),
        (date(2025, 3, 1), 6, date(2024, 9, 1)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
        (date(2025, 12, 31), 12, date(2024, 12, 31)),
        (date(2025, 1, 1), 36600, date.min),
    ],
)
def test_calendar_months_back(day: date, months: int, first: date) -> None:
    assert months_back(day, months) == first


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 40))
def test_months_back_is_the_same_day_or_the_last_of_its_month(day: date, months: int) -> None:
    first = months_back(day, months)
    assert (day.year - first.year) * 12 + day.month - first.month == months
    assert first.day == day.day or (
        first.day < day.day and (first + timedelta(days=1)).month != first.month
    )
    assert (day - first).days <= longest_days(months)


@given(st.dates(), st.integers(0, 36600))
def test_days_back_never_leaves_the_calendar(day: date, days: int) -> None:
    number = day.toordinal() - days
    assert days_back(day, days) == (date.fromordinal(number) if number >= 1 else date.min)
