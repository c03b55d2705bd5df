"""Column rules: boundaries of the windows, and everything that must not lead to an accusation."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.model import (
    Article,
    Column,
    ColumnSnapshot,
    Entry,
    Expectation,
    Part,
    Site,
    Unchecked,
    Unit,
    UnitTally,
)  # fmt: skip
from checks.rules.column.shared import Missing
from checks.rules.column.stale_column import fresh_since, stale_on
from checks.rules.unit.below_quota import is_quarter
from checks.verdict import ColumnVerdict, judge_column, judge_unit

DAY = date(2025, 9, 30)
UNITS = (
    Unit("nongye", "某县农业农村局", ("县农业农村局",)),
    Unit("jia", "甲镇人民政府", ("甲镇",), "township"),
    Unit("yi", "乙镇人民政府", ("乙镇",), "township"),
)
COLUMN = Column("dt", "工作动态", "http://a.cn/dt.htm", "news", ("nongye",), max_age=14)
SITE = Site("s", "某县人民政府网", "http://a.cn/", units=UNITS, columns=(COLUMN,))


def entry(
    days: int | None,
    *,
    read: bool = True,
    title: str = "消息",
    unit: str = "",
    text: str = "",
    pinned: bool = False,
    unread: str = "",
) -> Entry:
    day = None if days is None else DAY - timedelta(days=days)
    article = Article("u", (Part("title", "", title), Part("body", "", text)), day, unit=unit)
    return Entry(
        "dt",
        f"http://a.cn/{title}{days}.htm",
        title,
        day,
        pinned,
        article if read else None,
        unread,
    )


def judge(*entries: Entry, column: Column = COLUMN, whole: bool = True) -> ColumnVerdict:
    return judge_column(ColumnSnapshot(column, entries, DAY, whole=whole), SITE)


@pytest.mark.parametrize(("age", "state"), [(13, "ok"), (14, "ok"), (15, "stale")])
def test_a_column_is_stale_the_day_after_its_limit(age: int, state: str) -> None:
    verdict = judge(entry(age))
    assert (verdict.state, verdict.newest) == (state, DAY - timedelta(days=age))


def test_a_stale_column_says_how_old_it_is_and_whose() -> None:
    (finding,) = judge(entry(20)).findings
    assert finding.message == "栏目“工作动态”最近更新为2025-09-10，已20天，超过14天"
    assert (finding.unit, finding.columns, finding.url) == ("nongye", ("dt",), "http://a.cn/dt.htm")


def test_a_pinned_old_item_on_top_does_not_hide_a_new_one() -> None:
    assert judge(entry(400, pinned=True), entry(1)).state == "ok"


def test_a_future_day_is_not_freshness() -> None:
    assert judge(entry(-3), entry(20)).state == "stale"


def test_articles_that_show_no_date_count_as_never_updated() -> None:
    verdict = judge(entry(None))
    assert (verdict.state, verdict.newest) == ("stale", None)
    assert "无（文章均未注明日期）" in verdict.findings[0].message


def test_an_article_that_was_not_read_is_no_proof_of_staleness() -> None:
    verdict = judge(entry(20), entry(None, read=False, unread="http-500 网站返回错误状态"))
    assert (verdict.state, verdict.findings) == ("ok", ())
    assert verdict.unchecked == (
        Unchecked("栏目 工作动态 是否更新及时：有1条没有读到日期", "http-500 网站返回错误状态"),
    )


def test_a_static_column_is_never_stale() -> None:
    assert judge(entry(4000), column=replace(COLUMN, max_age=None)).state == "ok"


def test_an_unread_column_is_accused_of_nothing() -> None:
    verdict = judge_column(ColumnSnapshot.unread(COLUMN, DAY, "timeout 超过60秒未打开"), SITE)
    assert (verdict.state, verdict.why, verdict.findings) == (
        "unread",
        "timeout 超过60秒未打开",
        (),
    )


def test_a_column_that_says_it_is_empty_is_empty() -> None:
    verdict = judge()
    assert (verdict.state, [f.rule for f in verdict.findings]) == ("empty", ["empty-column"])


PROGRESS = replace(
    COLUMN,
    max_age=None,
    units=("nongye", "jia", "yi"),
    expects=(Expectation("进度", ("进度", "进展"), each_unit=True, within_days=92),),
)
ALL = (
    entry(1, title="甲镇项目进度"),
    entry(2, unit="yi", text="工程进展顺利"),
    entry(92, unit="nongye", title="全县进度"),
)


def test_an_expectation_is_met_by_title_or_text_by_unit_or_name_up_to_its_window() -> None:
    assert judge(*ALL, column=PROGRESS).state == "ok"


def test_a_day_outside_the_window_does_not_meet_it() -> None:
    verdict = judge(*ALL[:2], entry(93, unit="nongye", title="全县进度"), column=PROGRESS)
    assert (verdict.state, verdict.missing) == ("incomplete", (Missing("进度", "nongye"),))
    assert verdict.findings[0].message == "栏目“工作动态”未公开“进度”（责任单位：某县农业农村局）"


def test_a_future_day_does_not_meet_it() -> None:
    verdict = judge(*ALL[:2], entry(-1, unit="nongye", title="全县进度"), column=PROGRESS)
    assert verdict.missing == (Missing("进度", "nongye"),)


def test_an_unread_article_that_might_meet_it_leaves_the_matter_open() -> None:
    unread = entry(3, read=False, title="一篇未读文章", unread="timeout 超过60秒未打开")
    verdict = judge(*ALL[:2], unread, column=PROGRESS)
    assert (verdict.state, verdict.missing) == ("ok", ())
    assert [(one.what, one.why) for one in verdict.unchecked] == [
        ("栏目 工作动态: 是否公开“进度”（某县农业农村局）", "timeout 超过60秒未打开")
    ]


def test_an_old_unread_article_cannot_meet_it() -> None:
    verdict = judge(*ALL[:2], entry(200, read=False), column=PROGRESS)
    assert verdict.missing == (Missing("进度", "nongye"),)


def test_a_list_not_read_to_its_end_accuses_nobody_of_a_gap() -> None:
    verdict = judge(*ALL[:2], column=PROGRESS, whole=False)
    assert (verdict.state, verdict.missing, len(verdict.unchecked)) == ("ok", (), 1)


def test_without_each_unit_one_entry_is_enough_and_all_owe_it() -> None:
    column = replace(PROGRESS, expects=(Expectation("计划", ("计划",), within_days=92),))
    assert judge(entry(5, title="年度计划"), column=column).state == "ok"
    verdict = judge(entry(5), column=column)
    assert verdict.missing == (Missing("计划", ""),)
    assert "甲镇人民政府、乙镇人民政府" in verdict.findings[0].message


def test_a_stale_column_also_lists_its_gaps() -> None:
    verdict = judge(entry(20), column=replace(PROGRESS, max_age=14))
    assert (verdict.state, len(verdict.missing)) == ("stale", 3)


def test_the_identity_of_a_column_finding_does_not_age() -> None:
    assert judge(entry(20)).findings[0].fingerprint == judge(entry(30)).findings[0].fingerprint


@pytest.mark.parametrize(
    ("since", "until", "quarter"),
    [
        (date(2025, 7, 1), date(2025, 10, 1), True),
        (date(2025, 10, 1), date(2026, 1, 1), True),
        (date(2025, 7, 1), date(2025, 9, 30), False),
        (date(2025, 7, 2), date(2025, 10, 2), False),
        (date(2025, 6, 1), date(2025, 9, 1), False),
    ],
)
def test_a_quarter_is_a_calendar_quarter(since: date, until: date, quarter: bool) -> None:  # noqa: FBT001
    assert is_quarter(since, until) is quarter


@pytest.mark.parametrize(("published", "found"), [(29, 1), (30, 0), (31, 0)])
def test_a_unit_below_its_quota_is_reported(published: int, found: int) -> None:
    unit = Unit("caizheng", "某县财政局", quota=30)
    tally = UnitTally(unit, date(2025, 7, 1), date(2025, 10, 1), published, reprinted=9)
    assert len(judge_unit(tally)) == found


def test_a_unit_without_quota_is_never_reported() -> None:
    tally = UnitTally(UNITS[0], date(2025, 7, 1), date(2025, 10, 1), 0, 0)
    assert judge_unit(tally) == ()


@pytest.mark.parametrize(
    ("days", "months", "newest", "stale"),
    [
        (14, None, date(2025, 9, 16), date(2025, 10, 1)),
        (0, None, date(2025, 9, 30), date(2025, 10, 1)),
        (None, 6, date(2025, 2, 28), date(2025, 9, 1)),  # 31 August looks back to 28 February
        (None, 6, date(2025, 8, 31), date(2026, 3, 1)),
        (None, 12, date(2024, 2, 29), date(2025, 3, 1)),
        (None, None, date(2025, 9, 30), None),
        (10**9, None, date(2025, 9, 30), None),
    ],
)
def test_a_column_goes_stale_on_a_day(
    days: int | None, months: int | None, newest: date, stale: date | None
) -> None:
    column = replace(COLUMN, max_age=days, max_months=months)
    assert stale_on(column, newest) == stale


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(0, 800), st.integers(1, 40))
def test_the_day_before_it_goes_stale_a_column_is_not_stale(
    newest: date, days: int, months: int
) -> None:
    for column in (replace(COLUMN, max_age=days), replace(COLUMN, max_months=months)):
        day = stale_on(column, newest)
        assert day is not None
        since, before = fresh_since(column, day), fresh_since(column, day - timedelta(1))
        assert since is not None
        assert before is not None
        assert before <= newest < since
