"""Dates at odds: both ways at each tolerance, and nobody accused of a day that was guessed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.indicators import shipped
from checks.model import Column, Indicators, Severity, Site, Switch
from checks.site_judge import judge_dates
from checks.site_seen import ArticleDays

DAY = date(2025, 9, 30)
SITE = Site(
    "s", "某县人民政府网", "http://a.cn/", indicators=shipped(),
    columns=(Column("dt", "工作动态", "http://a.cn/dt/"),),
)  # fmt: skip
PUBLISHED = date(2025, 6, 30)
PLAIN = ArticleDays("http://a.cn/1.htm", "一篇", PUBLISHED, "meta", unit="shuili", columns=("dt",))


#: Rungs that guess: no day told, one near the title, one of the address.
GUESSED = ("", "generic", "url")


def said(one: ArticleDays, day: date = DAY) -> list[tuple[Severity, str]]:
    return [(f.severity, f.message) for f in judge_dates([one], SITE, day)]


def after(days: int) -> date:
    return PUBLISHED + timedelta(days=days)


@pytest.mark.parametrize(("ahead", "found"), [(-1, 0), (0, 0), (1, 1)])
def test_a_day_after_today_is_reported(ahead: int, found: int) -> None:
    one = replace(PLAIN, published=DAY + timedelta(days=ahead))
    assert len(said(one)) == found


def test_a_future_day_is_a_fault_and_all_else_only_suspect() -> None:
    assert said(replace(PLAIN, published=date(2025, 10, 1))) == [
        (Severity.WARNING, "发布日期有疑点：发布日期2025-10-01晚于检查当天2025-09-30")
    ]
    assert said(replace(PLAIN, meta=after(3), page=PUBLISHED)) == [
        (
            Severity.SUGGESTION,
            "发布日期有疑点：页面日期2025-06-30，网页标签PubDate日期2025-07-03",
        )
    ]


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(("days", "found"), [(0, 0), (1, 0), (2, 1)])
def test_the_tag_may_differ_by_a_day(days: int, found: int, sign: int) -> None:
    assert len(said(replace(PLAIN, rung="family", meta=after(sign * days)))) == found


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(("days", "found"), [(1, 0), (2, 0), (3, 1)])
def test_the_list_may_differ_by_two_days(days: int, found: int, sign: int) -> None:
    assert len(said(replace(PLAIN, listed=after(sign * days)))) == found


@pytest.mark.parametrize(("days", "found"), [(6, 0), (7, 0), (8, 1), (-91, 0), (-92, 0), (-93, 1)])
def test_an_address_may_be_a_week_later_and_a_quarter_earlier(days: int, found: int) -> None:
    assert len(said(replace(PLAIN, in_url=after(days)))) == found


def test_a_back_dated_page_names_both_days_and_what_excuses_it() -> None:
    assert said(replace(PLAIN, in_url=date(2025, 9, 29))) == [
        (
            Severity.SUGGESTION,
            "发布日期有疑点：发布日期2025-06-30，网址显示建稿于2025-09-29（补录历史资料可不处理）",
        )
    ]


@pytest.mark.parametrize(("looked", "found"), [(14, 0), (15, 1), (16, 1)])
def test_an_article_that_was_not_there_long_after_its_day_is_suspect(
    looked: int, found: int
) -> None:
    one = replace(
        PLAIN, watched_since=after(-100), looked=after(looked), first_seen=after(looked + 1)
    )
    assert len(said(one)) == found


def test_a_late_article_says_when_it_was_not_there_yet() -> None:
    one = replace(PLAIN, watched_since=after(-9), looked=date(2025, 9, 28), first_seen=date(2025, 9, 29))  # fmt: skip
    assert said(one) == [
        (
            Severity.SUGGESTION,
            "发布日期有疑点：发布日期2025-06-30，2025-09-28巡查时尚未出现，2025-09-29才出现"
            "（补录历史资料、从其他栏目调整过来的可不处理）",
        )
    ]


@pytest.mark.parametrize("missing", ["watched_since", "looked", "first_seen"])
def test_without_proof_that_the_column_was_watched_nobody_is_accused(missing: str) -> None:
    late = replace(PLAIN, watched_since=after(1), looked=after(40), first_seen=after(41))
    assert len(said(late)) == 1
    assert said(replace(late, **{missing: None})) == []  # type: ignore[arg-type]


def test_what_the_first_night_met_and_what_a_pause_hid_is_not_late() -> None:
    first = replace(PLAIN, watched_since=None, looked=None, first_seen=after(50))
    paused = replace(PLAIN, watched_since=after(-9), looked=after(-1), first_seen=after(50))
    assert said(first) == said(paused) == []


@pytest.mark.parametrize(("days", "found"), [(6, 0), (7, 0), (8, 1)])
def test_an_article_dated_well_after_it_was_first_met_is_suspect(days: int, found: int) -> None:
    assert len(said(replace(PLAIN, first_seen=after(-days)))) == found


def test_many_articles_of_one_day_at_the_quarters_end_are_no_forgery() -> None:
    many = [
        replace(PLAIN, url=f"http://a.cn/{n}.htm", published=DAY, listed=DAY, first_seen=DAY, in_url=DAY)
        for n in range(40)
    ]  # fmt: skip
    assert judge_dates(many, SITE, DAY) == ()


def odd(number: int) -> list[ArticleDays]:
    return [
        replace(PLAIN, url=f"http://a.cn/{n}.htm", title=f"第{n}篇", listed=after(9))
        for n in range(number)
    ]


def test_ten_of_a_column_are_named_one_by_one_and_more_together() -> None:
    assert [f.url for f in judge_dates(odd(10), SITE, DAY)] == [one.url for one in odd(10)]
    (together,) = judge_dates(odd(11), SITE, DAY)
    assert (together.match, together.url, together.columns, together.unit) == (
        "工作动态", "http://a.cn/dt/", ("dt",), "",
    )  # fmt: skip
    assert together.message == (
        "发布日期有疑点：栏目“工作动态”有11篇页面日期与列表日期不一致，列表可能显示的是成文日期，如《第0篇》"
    )
    assert together.fingerprint == judge_dates(odd(12), SITE, DAY)[0].fingerprint


def test_an_article_has_one_finding_that_keeps_its_identity() -> None:
    one = replace(PLAIN, listed=after(9), in_url=after(80), first_seen=after(-30))
    (found,) = judge_dates([one], SITE, DAY)
    (later,) = judge_dates([replace(one, listed=after(10))], SITE, DAY + timedelta(days=3))
    assert found.fingerprint == later.fingerprint and found.message != later.message
    assert (found.match, found.url, found.unit, found.columns) == ("一篇", PLAIN.url, "shuili", ("dt",))  # fmt: skip


DAYS = st.none() | st.dates(date(2024, 1, 1), date(2026, 12, 31))
ANY = st.builds(
    ArticleDays, st.just("http://a.cn/1.htm"), st.just("一篇"), DAYS, st.sampled_from(["meta", "family", "list", *GUESSED]),
    DAYS, DAYS, DAYS, DAYS, DAYS, DAYS, DAYS,
)  # fmt: skip


@given(ANY)
def test_a_guessed_day_is_never_held_against_anybody(one: ArticleDays) -> None:
    found = judge_dates([one], SITE, DAY)
    assert len(found) <= (one.published is not None and one.rung not in GUESSED)
    assert judge_dates([replace(one, published=None)], SITE, DAY) == ()


@given(st.lists(ANY, max_size=20), st.randoms())
def test_the_order_of_articles_does_not_matter(many: list[ArticleDays], random: object) -> None:
    many = [replace(one, url=f"http://a.cn/{n}.htm", title=str(n)) for n, one in enumerate(many)]
    mixed = many[:]
    random.shuffle(mixed)  # type: ignore[attr-defined]
    marks = [sorted(f.fingerprint for f in judge_dates(ones, SITE, DAY)) for ones in (many, mixed)]
    assert marks[0] == marks[1]


def test_a_site_may_switch_it_off_in_a_column_and_change_its_numbers() -> None:
    one = replace(PLAIN, listed=after(9))
    old = replace(SITE, switches=(Switch("forged-dates", None, "历史资料", ("dt",)),))
    assert judge_dates([one], old, DAY) == ()
    assert len(judge_dates([replace(one, columns=("dt", "gg"))], old, DAY)) == 1
    assert judge_dates([one], replace(SITE, indicators=Indicators()), DAY) == ()
