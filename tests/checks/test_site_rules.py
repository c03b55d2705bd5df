"""Rules on the whole site: the day before, the day, the day after; and nobody accused of what was not read."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.catalogue import catalogue
from checks.indicators import shipped
from checks.model import (
    Article,
    Column,
    ColumnKind,
    ColumnSnapshot,
    Entry,
    Indicators,
    Severity,
    Site,
    Switch,
    Unchecked,
    Unit,
    UnitTally,
)
from checks.rules.site.reach_rules import REACH_RULES
from checks.site_judge import judge_site, judge_units
from checks.site_seen import HomeSeen, SiteSeen
from checks.verdict import ColumnVerdict, judge_column

DAY = date(2025, 9, 30)
SITE = Site("s", "某县人民政府网", "http://a.cn/", indicators=shipped())


def ago(days: int) -> date:
    return DAY - timedelta(days=days)


def column(number: int, kind: ColumnKind = "news", *, first_level: bool | None = None) -> Column:
    days, months = {"news": (14, None), "static": (None, None), "yearly": (366, 12)}.get(
        kind, (184, 6)
    )
    return Column(
        f"c{number}", f"栏目{number}", f"http://a.cn/{number}/", kind, max_age=days,
        max_months=months, first_level=first_level,
    )  # fmt: skip


def dated(one: Column, newest: date | None, *, undated_unread: bool = False) -> ColumnVerdict:
    """A column's verdict from a list with one article of that day."""
    url = f"{one.url}1.htm"
    entries = [Entry(one.id, url, "消息", newest, article=Article(url, (), newest))]
    if undated_unread:
        entries.append(Entry(one.id, f"{one.url}2.htm", "未读"))
    return judge_column(ColumnSnapshot(one, tuple(entries), DAY), SITE)


def blank(one: Column) -> ColumnVerdict:
    return judge_column(ColumnSnapshot(one, (), DAY), SITE)


def unread(one: Column) -> ColumnVerdict:
    return judge_column(ColumnSnapshot.unread(one, DAY, "timeout 超过60秒未打开"), SITE)


def judged(
    verdicts: list[ColumnVerdict], home: HomeSeen | None = None, site: Site = SITE
) -> tuple[list[tuple[str, Severity, str]], list[str]]:
    """(rule, severity, match) of the findings; what was left open. The home page only where it is given."""
    found, doubts = judge_site(SiteSeen(site, DAY, tuple(verdicts), home))
    left = [one.what for one in doubts if home or not one.what.startswith("首页")]
    return [(one.rule, one.severity, one.match) for one in found], left


FIRST = "动态要闻类和通知公告、政策文件类一级栏目不更新"
ALL = "应更新未更新的栏目"
VETO_FIRST = ("veto-stale-columns", Severity.ERROR, FIRST)


# -- the home page ------------------------------------------------------------------------------


def home(newest: int | None, unchanged: int, *, changed: bool = True) -> HomeSeen:
    return HomeSeen(
        read=True,
        newest=None if newest is None else ago(newest),
        unchanged_days=unchanged,
        unchanged_since=ago(unchanged),
        changed=changed,
    )


@pytest.mark.parametrize(
    ("newest", "unchanged", "severity"),
    [
        (9, 40, None),
        (10, 40, None),
        (11, 40, Severity.WARNING),
        (13, 40, Severity.WARNING),
        (14, 40, Severity.WARNING),
        (15, 40, Severity.ERROR),
        (40, 10, None),
        (40, 11, Severity.WARNING),
        (40, 14, Severity.WARNING),
        (40, 15, Severity.ERROR),
        (None, 10, None),
        (None, 11, Severity.WARNING),
        (None, 15, Severity.ERROR),
        (0, 0, None),
    ],
)
def test_a_home_page_is_stale_the_day_after_its_limit(
    newest: int | None, unchanged: int, severity: Severity | None
) -> None:
    found, doubts = judged([], home(newest, unchanged))
    assert found == ([("home-stale", severity, "首页不更新")] if severity else [])
    assert doubts == []


def test_a_stale_home_page_says_what_was_seen_and_by_which_line() -> None:
    found, _ = judge_site(SiteSeen(SITE, DAY, (), home(20, 16)))
    assert [(f.message, f.url, f.source) for f in found] == [
        (
            "首页已16天没有新内容（最新日期2025-09-10，链接自2025-09-14起没有变化），超过14天（单项否决）",
            "http://a.cn/",
            "《政府网站与政务新媒体检查指标》（国办秘函〔2019〕19号）",
        )
    ]


@pytest.mark.parametrize("unchanged", [0, 5, 10])
def test_a_home_page_not_watched_long_enough_is_not_accused(unchanged: int) -> None:
    for newest in (20, None):
        found, doubts = judged([], home(newest, unchanged, changed=False))
        assert (found, doubts) == ([], ["首页 是否更新"])


def test_a_home_page_that_was_not_read_is_not_accused() -> None:
    for seen, why in ((HomeSeen(read=False, why="dns 找不到主机"), "dns 找不到主机"), (None, "本次没有读取首页")):  # fmt: skip
        assert judge_site(SiteSeen(SITE, DAY, (), seen)) == ((), (Unchecked("首页 是否更新", why),))


@pytest.mark.parametrize(("age", "found"), [(9, 0), (10, 0), (11, 1)])
def test_a_home_page_whose_news_are_fresh_elsewhere_is_left_to_a_person(
    age: int, found: int
) -> None:
    said, doubts = judge_site(SiteSeen(SITE, DAY, (dated(column(1), ago(age)),), home(30, 30)))
    assert (len(said), [d.why.split()[0] for d in doubts]) == (found, [] if found else ["rendered"])


def test_a_future_day_on_the_home_page_is_not_freshness() -> None:
    seen = replace(home(0, 15), newest=DAY + timedelta(days=1))
    assert judged([], seen)[0] == [("home-stale", Severity.ERROR, "首页不更新")]


def test_the_home_finding_keeps_its_identity_from_warning_to_veto() -> None:
    marks = {judge_site(SiteSeen(SITE, DAY, (), home(n, 40)))[0][0].fingerprint for n in (11, 15)}
    assert len(marks) == 1


# -- stale columns in total ---------------------------------------------------------------------


def test_five_news_columns_over_two_weeks_are_a_veto_and_four_are_not() -> None:
    many = [dated(column(n), ago(15)) for n in range(5)]
    assert judged(many) == ([VETO_FIRST], [])
    assert judged(many[:4]) == ([], [])


@pytest.mark.parametrize(("age", "found"), [(13, []), (14, []), (15, [VETO_FIRST])])
def test_news_columns_count_from_the_day_after_two_weeks(age: int, found: list[object]) -> None:
    assert judged([dated(column(n), ago(age)) for n in range(5)])[0] == found


@pytest.mark.parametrize(
    ("newest", "found"),
    [
        (date(2025, 3, 31), []),
        (date(2025, 3, 30), []),
        (date(2025, 3, 29), [VETO_FIRST]),
    ],
)
def test_notices_count_from_the_day_after_six_calendar_months(
    newest: date, found: list[object]
) -> None:
    many = [dated(column(n, "notice", first_level=True), newest) for n in range(3)]
    many += [dated(column(n, "policy", first_level=True), newest) for n in range(3, 5)]
    assert judged(many)[0] == found


def test_a_column_itself_is_judged_by_calendar_months_too() -> None:
    notice = column(1, "notice")
    assert [dated(notice, date(2025, 3, d)).state for d in (31, 30, 29)] == ["ok", "ok", "stale"]
    (finding,) = dated(notice, date(2025, 3, 29)).findings
    assert finding.message == "栏目“栏目1”最近更新为2025-03-29，已185天，超过6个月"
    yearly = column(2, "yearly")
    assert [dated(yearly, date(2024, 9, d)).state for d in (30, 29)] == ["ok", "stale"]


def test_second_level_notices_do_not_count_and_unsaid_ones_are_said() -> None:
    news = [dated(column(n), ago(15)) for n in range(4)]
    second = [dated(column(9, "notice", first_level=False), ago(300))]
    assert judged(news + second) == ([], [])
    unsaid = [dated(column(9, "notice"), ago(300))]
    said, doubts = judge_site(SiteSeen(SITE, DAY, tuple(news + unsaid), home(0, 0)))
    assert (said, doubts) == (
        (),
        (
            Unchecked(
                f"网站 {FIRST}是否达到单项否决线（5个）：已确认4个，另有1个未能检查（栏目9）",
                "站点文件没有写明是否一级栏目（first_level）",
            ),
        ),
    )


def test_the_official_window_counts_whatever_the_columns_own_limit_is() -> None:
    lenient = [dated(replace(column(n), max_age=60), ago(20)) for n in range(5)]
    assert [one.state for one in lenient] == ["ok"] * 5
    assert judged(lenient)[0] == [VETO_FIRST]
    strict = [dated(replace(column(n), max_age=7), ago(10)) for n in range(5)]
    assert [one.state for one in strict] == ["stale"] * 5
    assert judged(strict)[0] == []


@pytest.mark.parametrize(
    ("stale", "severity"),
    [(6, None), (7, Severity.WARNING), (9, Severity.WARNING), (10, Severity.ERROR)],
)
def test_columns_that_should_be_updated_have_a_warning_and_a_veto_line(
    stale: int, severity: Severity | None
) -> None:
    many = [dated(column(n, "yearly"), ago(400)) for n in range(stale)]
    found = [("veto-stale-columns", severity, ALL)] if severity else []
    assert judged(many) == (found, [])


def test_static_columns_are_never_counted() -> None:
    assert judged([dated(column(n, "static"), ago(4000)) for n in range(30)]) == ([], [])


def test_the_message_says_how_many_and_which_and_how_many_are_unread() -> None:
    many = [dated(column(n), ago(15)) for n in range(5)] + [unread(column(7))]
    (found,), doubts = judge_site(SiteSeen(SITE, DAY, tuple(many), home(0, 0)))
    assert found.message == (
        f"{FIRST}5个，达到单项否决线（5个）：栏目0、栏目1、栏目2、栏目3、栏目4；另有1个未能检查，未计入"
    )
    assert (found.url, found.unit, doubts) == ("http://a.cn/", "", ())


def test_unread_columns_that_could_cross_the_line_are_said_not_counted() -> None:
    many = [dated(column(n), ago(15)) for n in range(4)] + [unread(column(7))]
    found, doubts = judge_site(SiteSeen(SITE, DAY, tuple(many), home(0, 0)))
    assert found == ()
    assert doubts == (
        Unchecked(
            f"网站 {FIRST}是否达到单项否决线（5个）：已确认4个，另有1个未能检查（栏目7）",
            "timeout 超过60秒未打开",
        ),
    )


def test_a_warning_that_unread_columns_could_make_a_veto_is_both_found_and_said() -> None:
    many = [dated(column(n, "yearly"), ago(400)) for n in range(8)]
    many += [unread(column(n, "yearly")) for n in range(8, 10)]
    found, doubts = judged(many)
    assert found == [("veto-stale-columns", Severity.WARNING, ALL)]
    assert doubts == [
        f"网站 {ALL}是否达到单项否决线（10个）：已确认8个，另有2个未能检查（栏目8、栏目9）"
    ]


def test_a_column_whose_newest_article_may_be_unread_is_not_counted() -> None:
    many = [dated(column(n), ago(15), undated_unread=True) for n in range(5)]
    found, doubts = judged(many)
    assert found == [] and len(doubts) == 1


def test_articles_without_a_date_count_as_never_updated() -> None:
    assert judged([dated(column(n), None) for n in range(5)])[0] == [VETO_FIRST]


# -- blank columns ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "severity"),
    [(2, None), (3, Severity.WARNING), (4, Severity.WARNING), (5, Severity.ERROR)],
)
def test_blank_columns_have_a_warning_and_a_veto_line(
    number: int, severity: Severity | None
) -> None:
    found = [("veto-blank-columns", severity, "空白栏目")] if severity else []
    assert judged([blank(column(n)) for n in range(number)]) == (found, [])


def test_a_blank_column_is_not_counted_stale_as_well() -> None:
    found, _ = judged([blank(column(n)) for n in range(12)])
    assert found == [("veto-blank-columns", Severity.ERROR, "空白栏目")]


def test_unread_columns_are_not_blank() -> None:
    assert judged([blank(column(n)) for n in range(2)] + [unread(column(3, "static"))]) == (
        [],
        ["网站 空白栏目是否达到预警线（3个）：已确认2个，另有1个未能检查（栏目3）"],
    )


# -- all of them --------------------------------------------------------------------------------

KINDS = st.sampled_from(["news", "notice", "policy", "yearly", "static"])


@settings(deadline=None)
@given(
    st.lists(st.tuples(KINDS, st.sampled_from([True, False, None])), max_size=30),
    st.booleans(),
)
def test_nothing_is_found_of_what_was_not_read(
    kinds: list[tuple[ColumnKind, bool | None]],
    looked: bool,  # noqa: FBT001
) -> None:
    verdicts = [unread(column(n, kind, first_level=first)) for n, (kind, first) in enumerate(kinds)]
    seen = HomeSeen(read=False, why="timeout 超时") if looked else None
    found, doubts = judge_site(SiteSeen(SITE, DAY, tuple(verdicts), seen))
    assert found == ()
    assert doubts[0].what == "首页 是否更新"


STATES = st.lists(st.sampled_from(["fresh", "stale", "blank"]), max_size=14)


@settings(deadline=None)
@given(STATES, st.sets(st.integers(0, 13)), KINDS)
def test_not_reading_a_column_never_adds_a_finding(
    states: list[str], lost: set[int], kind: ColumnKind
) -> None:
    made = {
        "fresh": lambda c: dated(c, DAY),
        "stale": lambda c: dated(c, ago(4000)),
        "blank": blank,
    }
    columns = [column(n, kind, first_level=True) for n in range(len(states))]
    whole = [made[state](one) for state, one in zip(states, columns, strict=True)]
    less = [unread(v.column) if n in lost else v for n, v in enumerate(whole)]
    all_found = {(rule, match): severity for rule, severity, match in judged(whole)[0]}
    for rule, severity, match in judged(less)[0]:
        assert severity <= all_found[rule, match]


def test_without_indicators_all_rules_rest() -> None:
    site = replace(SITE, indicators=Indicators())
    many = [blank(column(n)) for n in range(9)] + [dated(column(n), ago(99)) for n in range(20)]
    assert judge_site(SiteSeen(site, DAY, tuple(many), home(99, 99))) == ((), ())


def test_a_site_switches_a_rule_off_or_down() -> None:
    many = [blank(column(n)) for n in range(5)]
    off = replace(SITE, switches=(Switch("veto-blank-columns", None, "改版中"),))
    assert judged([*many[:4], unread(column(9))], site=off) == ([], [])
    assert judged(many, site=off) == ([], [])
    low = replace(SITE, switches=(Switch("veto-blank-columns", Severity.SUGGESTION, "改版中"),))
    assert judged(many, site=low)[0] == [("veto-blank-columns", Severity.SUGGESTION, "空白栏目")]


def test_every_rule_on_the_site_has_its_manual() -> None:
    reach = {rule.id for rule, _, _ in REACH_RULES}
    every = [one for one in catalogue(()) if one.kind in ("网站", "单位")]
    described = {one.id: one for one in every if one.id not in reach}
    assert {"home-stale", "veto-stale-columns", "veto-blank-columns", "forged-dates", "padding", "below-quota"} == set(described)  # fmt: skip
    for id in set(described) - {"below-quota"}:
        assert described[id].bad and described[id].good and described[id].on


# -- padding ------------------------------------------------------------------------------------

WATER = Unit("shuili", "县水利局", quota=10)


def tally(repeated: int, twice: int = 0) -> UnitTally:
    return UnitTally(
        WATER, date(2025, 7, 1), date(2025, 10, 1), 12, 3, repeated, twice, (("乙文", "甲文"),)
    )


@pytest.mark.parametrize(
    ("repeated", "twice", "found"), [(2, 0, 0), (3, 0, 1), (4, 0, 1), (5, 3, 0), (6, 3, 1)]
)
def test_a_unit_that_repeats_itself_is_reported_from_three_articles_on(
    repeated: int, twice: int, found: int
) -> None:
    assert len(judge_units([tally(repeated, twice)], SITE)) == found


def test_padding_says_how_many_and_which() -> None:
    (one,) = judge_units([tally(5, 1)], SITE)
    assert (one.rule, one.severity, one.unit, one.match) == (
        "padding",
        Severity.SUGGESTION,
        "shuili",
        "县水利局",
    )
    assert one.message == (
        "县水利局本季度发布的12篇中，有5篇与本单位此前文章基本相同（其中同题多处发布1篇），如《乙文》与《甲文》"
    )


def test_padding_is_judged_for_whole_quarters_only_and_can_be_switched_off() -> None:
    assert judge_units([replace(tally(9), until=date(2025, 9, 30))], SITE) == ()
    off = replace(SITE, switches=(Switch("padding", None, "不考核"),))
    assert judge_units([tally(9)], off) == ()
    assert [f.rule for f in judge_units([replace(tally(9), published=9)], off)] == ["below-quota"]
