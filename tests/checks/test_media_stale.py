"""New media: 14 days, a reminder at day 10, and unknown is not not-updated."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.model import Account, Severity, Site, Switch, Unchecked
from checks.rules.media.media_stale import judge
from checks.rules.site.reach_rules import judge_media
from checks.watch import AccountSeen

DAY = date(2025, 9, 30)
ACCOUNT = Account("weixin", "精河零距离", "微信公众号", "zhengfuban", "https://feed.example/x.xml")
SITE = Site("jinghe", "精河", "https://www.example.test/", media=(ACCOUNT,))


def seen(age: int, known_ago: int = 0, why: str = "", limit: int = 14) -> AccountSeen:
    """Last posted `age` days before it was known last, which was `known_ago` days ago."""
    known = DAY - timedelta(known_ago)
    return AccountSeen(replace(ACCOUNT, max_age=limit), known - timedelta(age), known, why)


@pytest.mark.parametrize(
    ("age", "severity"),
    [
        (0, None),
        (9, None),
        (10, Severity.SUGGESTION),
        (14, Severity.SUGGESTION),
        (15, Severity.ERROR),
        (400, Severity.ERROR),
    ],
)
def test_the_days_that_decide(age: int, severity: Severity | None) -> None:
    findings, unchecked = judge(seen(age), SITE, DAY)
    assert [f.severity for f in findings] == ([severity] if severity else [])
    assert unchecked == ()


@pytest.mark.parametrize(
    ("age", "severity"),
    [
        (5, None),
        (6, Severity.SUGGESTION),
        (10, Severity.SUGGESTION),
        (11, Severity.WARNING),
        (14, Severity.WARNING),
        (15, Severity.ERROR),
    ],
)
def test_a_shorter_limit_of_the_offices_own_is_no_national_error(
    age: int, severity: Severity | None
) -> None:
    findings, _ = judge(seen(age, limit=10), SITE, DAY)
    assert [f.severity for f in findings] == ([severity] if severity else [])


def test_a_finding_says_all_of_it() -> None:
    (found,) = judge(seen(15), SITE, DAY)[0]
    assert (found.message, found.match, found.unit, found.url) == (
        "微信公众号“精河零距离”最近一次发布为2025-09-15，到2025-09-30已15天，超过14天",
        "精河零距离",
        "zhengfuban",
        "https://feed.example/x.xml",
    )
    (soon,) = judge(seen(10), SITE, DAY)[0]
    assert (
        soon.message
        == "微信公众号“精河零距离”最近一次发布为2025-09-20，到2025-09-30已10天，将到14天的期限"
    )
    assert soon.fingerprint == found.fingerprint


def test_an_account_never_seen_is_unknown() -> None:
    assert judge(AccountSeen(ACCOUNT), SITE, DAY) == (
        (),
        (Unchecked("账号 精河零距离（微信公众号） 是否更新", "没有订阅源，也没有导入发文记录"),),
    )
    failed = AccountSeen(ACCOUNT, why="timeout 超过30秒未打开")
    assert judge(failed, SITE, DAY)[1][0].why == "timeout 超过30秒未打开"


def test_an_account_that_was_fresh_when_last_known_is_not_accused_later() -> None:
    old = seen(3, known_ago=20, why="http-503 订阅源返回错误状态")
    findings, unchecked = judge(old, SITE, DAY)
    assert findings == ()
    assert unchecked == (
        Unchecked(
            "账号 精河零距离（微信公众号） 是否更新",
            "http-503 订阅源返回错误状态，2025-09-10以后情况未知；已知最近发布为2025-09-07",
        ),
    )


def test_a_post_within_the_limit_is_enough_however_old_the_look() -> None:
    assert judge(seen(2, known_ago=12), SITE, DAY) == ((), ())
    findings, unchecked = judge(seen(2, known_ago=13), SITE, DAY)
    assert (findings, len(unchecked)) == ((), 1)


def test_an_account_found_stale_stays_so_while_nothing_more_is_known() -> None:
    """Else a feed that breaks would close the finding."""
    findings, unchecked = judge(seen(16, known_ago=5, why="dns 域名无法解析"), SITE, DAY)
    assert [f.message for f in findings] == [
        "微信公众号“精河零距离”最近一次发布为2025-09-09，到2025-09-25已16天，超过14天"
    ]
    assert unchecked == ()


def test_a_site_may_switch_the_rule_off() -> None:
    off = replace(SITE, switches=(Switch("media-stale", None, "本县不考核"),))
    many = [seen(20), AccountSeen(ACCOUNT)]
    judged = judge_media(many, off, DAY)
    assert (judged.findings, judged.unchecked, judged.unjudged) == ((), (), frozenset())
    judged = judge_media(many, SITE, DAY)
    assert (len(judged.findings), len(judged.unchecked)) == (1, 1)


@given(age=st.integers(0, 60), known_ago=st.integers(0, 60), limit=st.integers(1, 60))
def test_nobody_is_accused_of_what_is_not_known(age: int, known_ago: int, limit: int) -> None:
    findings, unchecked = judge(seen(age, known_ago, limit=limit), SITE, DAY)
    accused = [f for f in findings if f.severity > Severity.SUGGESTION]
    assert bool(accused) == (age > limit)
    assert bool(unchecked) == (age <= limit < age + known_ago)
