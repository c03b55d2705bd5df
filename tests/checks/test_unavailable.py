"""Availability by the week: exactly 5 %, 20 a day, 15.0 seconds, a week to the instant."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.model import ProbePlan, Severity, Site, Switch, Unchecked
from checks.rules.site.reach_rules import judge_availability
from checks.rules.site.unavailable import WEEK, Week, judge, weeks
from checks.watch import ProbeSeen

HOME = "https://www.example.test/"
OTHER = "https://www.example.test/xxgk/"
SITE = Site("jinghe", "精河县人民政府网", HOME)
#: 10:00 at the site.
NOW = datetime(2025, 9, 30, 2, 0, tzinfo=UTC)
DAY_NAMES = ["9月24日", "9月25日", "9月26日", "9月27日", "9月28日", "9月29日", "9月23日与9月30日"]


def seen(at: datetime, why: str = "", seconds: float = 0.3, target: str = HOME, control: bool | None = None) -> ProbeSeen:  # noqa: FBT001  # fmt: skip
    return ProbeSeen(at, target, not why, why, seconds, control)


def week(per_day: int, *failing: str, target: str = HOME) -> list[ProbeSeen]:
    """Seven times `per_day` evenly spaced probes that end at NOW; the first ones fail, for the reasons given."""
    step = timedelta(days=1) / per_day
    many = [seen(NOW - step * n, target=target) for n in range(7 * per_day)]
    for n, why in enumerate(failing):
        many[n] = seen(many[n].at, why, 15.0, target, control=True)
    return many


def said(many: Sequence[ProbeSeen], site: Site = SITE) -> list[tuple[Severity, str]]:
    findings, _ = judge(many, site, NOW)
    return [(one.severity, one.message) for one in findings]


def test_exactly_five_per_cent_is_unavailable() -> None:
    findings, unchecked = judge(week(20, *["timeout x"] * 7), SITE, NOW)
    assert unchecked == ()
    assert [(f.rule, f.severity, f.message, f.url, f.match) for f in findings] == [
        (
            "unavailable",
            Severity.ERROR,
            "首页近7天有效探测140次，7次未能打开，占5.0%，达到5%的上限",
            HOME,
            "精河县人民政府网",
        )
    ]


def test_just_below_five_per_cent_is_an_early_warning() -> None:
    assert said(week(20, *["http-502 x"] * 6)) == [
        (Severity.WARNING, "首页近7天有效探测140次，6次未能打开，占4.3%，接近5%的上限")
    ]


def test_the_early_warning_begins_at_exactly_three_per_cent() -> None:
    assert said(week(100, *["dns x"] * 20)) == []
    assert said(week(100, *["dns x"] * 21)) == [
        (Severity.WARNING, "首页近7天有效探测700次，21次未能打开，占3.0%，接近5%的上限")
    ]


@pytest.mark.parametrize("seconds", [15.0, 15.001, 60.0])
def test_a_page_open_at_fifteen_seconds_is_a_failure(seconds: float) -> None:
    many = [replace(one, seconds=seconds) for one in week(20)]
    assert said(many) == [
        (Severity.ERROR, "首页近7天有效探测140次，140次未能打开，占100.0%，达到5%的上限")
    ]


def test_a_page_open_just_before_fifteen_seconds_is_open() -> None:
    assert judge([replace(one, seconds=14.999) for one in week(20)], SITE, NOW) == ((), ())


def test_nineteen_a_day_decide_nothing_for_sure() -> None:
    """One probe fewer on one day: the failures are still an early warning, and the day is named."""
    many = week(20, *["timeout x"] * 7)
    noon = [one for one in many if one.at.date() == date(2025, 9, 26) and one.at.hour < 12]
    many.remove(noon[3])
    findings, unchecked = judge(many, SITE, NOW)
    assert [(f.severity, f.message) for f in findings] == [
        (
            Severity.WARNING,
            "首页近7天有效探测139次，7次未能打开，占5.0%，探测尚不满一周，但已达到5%的上限",
        )
    ]
    assert unchecked == (
        Unchecked(
            "网站可用性（首页）",
            "有效探测每天不足20次：9月26日19次；近7天计139次，其中7次未打开",
        ),
    )


def test_the_first_day_accuses_nobody_for_one_failure() -> None:
    many = [seen(NOW - timedelta(minutes=30) * n) for n in range(20)]
    many[0] = seen(NOW, "timeout x", 15.0, control=True)
    findings, unchecked = judge(many, SITE, NOW)
    assert findings == ()
    assert [one.what for one in unchecked] == ["网站可用性（首页）"]


def test_a_whole_day_out_is_told_before_the_week_is_full() -> None:
    many = [seen(NOW - timedelta(minutes=30) * n, "timeout x", 15.0, control=True) for n in range(48)]  # fmt: skip
    assert [severity for severity, _ in said(many)] == [Severity.WARNING]


def test_the_week_ends_at_the_instant_and_begins_seven_days_before_inclusive() -> None:
    edge = NOW - WEEK
    inside = [seen(edge), seen(NOW)]
    outside = [seen(edge - timedelta(microseconds=1)), seen(NOW + timedelta(microseconds=1))]
    (only,) = weeks([*inside, *outside], SITE, NOW)
    assert only == Week(
        HOME,
        2,
        0,
        (
            ((date(2025, 9, 24),), 0),
            ((date(2025, 9, 25),), 0),
            ((date(2025, 9, 26),), 0),
            ((date(2025, 9, 27),), 0),
            ((date(2025, 9, 28),), 0),
            ((date(2025, 9, 29),), 0),
            ((date(2025, 9, 23), date(2025, 9, 30)), 2),
        ),
    )


def test_days_are_the_sites_own() -> None:
    """17:00 UTC is the next day in Asia/Shanghai."""
    (only,) = weeks([seen(datetime(2025, 9, 25, 17, 0, tzinfo=UTC))], SITE, NOW)
    assert [days for days, number in only.days if number] == [(date(2025, 9, 26),)]


def test_what_says_nothing_of_the_site_is_not_counted() -> None:
    many = week(20)
    odd = [
        seen(NOW, "timeout x", 15.0, control=False),
        seen(NOW, "blocked x", 0.1),
        seen(NOW, "robots x", 0.0),
        seen(NOW, "tls 握手失败", 0.1, control=True),
        seen(NOW, "private-address 内网", 0.1),
        seen(NOW, "soft-404 页面提示内容不存在", 0.1),
    ]
    (only,) = weeks([*many, *odd], SITE, NOW)
    assert (only.counted, only.failed) == (140, 0)
    assert dict(only.doubtful) == {
        "对照主机同时也打不开": 1,
        "被网站防护挡住": 1,
        "robots.txt不允许": 1,
        "tls 握手失败": 1,
        "private-address 内网": 1,
        "soft-404 页面提示内容不存在": 1,
    }


def test_a_week_of_blocks_is_unchecked_and_no_outage() -> None:
    many = [seen(one.at, "blocked x", 0.1) for one in week(20)]
    findings, unchecked = judge(many, SITE, NOW)
    assert findings == ()
    days = "、".join(f"{name}0次" for name in DAY_NAMES)
    assert unchecked == (
        Unchecked(
            "网站可用性（首页）", f"有效探测每天不足20次：{days}；140次不计入（被网站防护挡住）"
        ),
    )


@pytest.mark.parametrize("why", ["dns x", "refused x"])
def test_without_a_control_host_a_run_that_failed_everywhere_is_not_counted(why: str) -> None:
    both = replace(SITE, probe=ProbePlan(targets=(OTHER,)))
    alone = [seen(NOW, why), seen(NOW, why, target=OTHER)]
    home, other = weeks(alone, both, NOW)
    assert (home.counted, other.counted) == (0, 0)
    assert home.doubtful == (("没有对照主机，不能断定是网站还是本机线路的问题", 1),)
    home, other = weeks([seen(NOW, why), seen(NOW, target=OTHER)], both, NOW)
    assert (home.counted, home.failed, other.counted) == (1, 1, 1)


@pytest.mark.parametrize("why", ["timeout x", "http-500 x"])
def test_without_a_control_host_what_got_through_counts(why: str) -> None:
    (only,) = weeks([seen(NOW, why)], SITE, NOW)
    assert (only.counted, only.failed) == (1, 1)


def test_with_a_control_host_that_answered_a_failed_run_counts() -> None:
    (only,) = weeks([seen(NOW, "dns x", control=True)], SITE, NOW)
    assert (only.counted, only.failed) == (1, 1)


def test_another_address_weighs_one_step_less() -> None:
    site = replace(SITE, probe=ProbePlan(targets=(OTHER,)))
    many = [*week(20), *week(20, *["http-500 x"] * 7, target=OTHER)]
    assert said(many, site) == [
        (Severity.WARNING, f"{OTHER} 近7天有效探测140次，7次未能打开，占5.0%，达到5%的上限")
    ]
    many = [*week(20), *week(20, *["http-500 x"] * 5, target=OTHER)]
    assert [severity for severity, _ in said(many, site)] == [Severity.SUGGESTION]


def test_the_site_files_numbers_hold() -> None:
    plan = ProbePlan(seconds=5.0, per_day=10, share=0.1)
    site = replace(SITE, probe=plan)
    many = [replace(one, seconds=5.0) if n < 7 else one for n, one in enumerate(week(10))]
    assert said(many, site) == [
        (Severity.ERROR, "首页近7天有效探测70次，7次未能打开，占10.0%，达到10%的上限")
    ]


def test_a_site_never_probed_is_unchecked() -> None:
    old = [seen(NOW - WEEK - timedelta(days=1))]
    expected = Unchecked("网站可用性", "近7天没有探测记录，请定时运行 lanmu probe（见 deploy/）")
    assert judge(old, SITE, NOW) == ((), (expected,))


def test_the_site_file_may_switch_the_rule_off_or_lower_it() -> None:
    many = week(20, *["timeout x"] * 140)
    lower = replace(SITE, switches=(Switch("unavailable", Severity.SUGGESTION, "试用"),))
    off = replace(SITE, switches=(Switch("unavailable", None, "另有监测"),))
    assert [f.severity for f in judge_availability(many, lower, NOW).findings] == [
        Severity.SUGGESTION
    ]
    assert judge_availability([], off, NOW).unchecked == ()
    assert judge_availability([], SITE, NOW).unjudged == {"unavailable"}


@given(failed=st.integers(0, 400), per_day=st.integers(20, 60))
def test_the_limits_hold_for_any_numbers(failed: int, per_day: int) -> None:
    total = 7 * per_day
    failed = min(failed, total)
    share = Fraction(failed, total)
    weight = Severity.ERROR if share >= Fraction(5, 100) else Severity.WARNING if share >= Fraction(3, 100) else None  # fmt: skip
    many = week(per_day, *["timeout x"] * failed)
    assert [severity for severity, _ in said(many)] == ([weight] if weight else [])
