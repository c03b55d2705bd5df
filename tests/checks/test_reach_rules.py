"""HTTPS, certificate and IPv6: what is said of a look at the home page, and what is left open."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from checks.catalogue import catalogue
from checks.model import Severity, Site, Unchecked
from checks.rules.site import certificate, https, ipv6
from checks.rules.site.reach_rules import REACH_RULES, judge_reach
from checks.watch import Certificate, CertificateFault, Reach

AT = datetime(2025, 9, 30, 2, 0, tzinfo=UTC)
DAY = date(2025, 9, 30)
SITE = Site("jinghe", "精河", "https://www.example.test/")
GOOD = Reach(
    AT,
    https=True,
    redirects=True,
    certificate=Certificate(AT + timedelta(days=90)),
    ipv6=True,
    ipv6_opens=True,
)


def said(reach: Reach) -> list[tuple[str, Severity, str]]:
    return [(f.rule, f.severity, f.message) for f in judge_reach(reach, SITE, DAY).findings]


def test_a_good_site_is_left_alone() -> None:
    judged = judge_reach(GOOD, SITE, DAY)
    assert (judged.findings, judged.unchecked, judged.unjudged) == ((), (), frozenset())


def test_nothing_seen_accuses_nobody() -> None:
    why = "timeout 超过15秒未打开"
    judged = judge_reach(Reach(AT, https_why=why, ipv6_why=why), SITE, DAY)
    assert judged.findings == ()
    assert judged.unchecked == (Unchecked("HTTPS访问", why), Unchecked("IPv6支持", why))
    assert judged.unjudged == {"https", "certificate", "ipv6"}


def test_a_redirect_that_could_not_be_told_is_unchecked() -> None:
    judged = judge_reach(replace(GOOD, redirects=None, redirects_why="http-500 x"), SITE, DAY)
    assert judged.unchecked == (Unchecked("http网址是否跳转到https", "http-500 x"),)
    assert judged.findings == ()
    assert judged.unjudged == {"https"}


@pytest.mark.parametrize(
    ("reach", "messages"),
    [
        (replace(GOOD, https=False, certificate=None, redirects=None), ["首页不能用HTTPS访问"]),
        (replace(GOOD, redirects=False), ["http网址不跳转到https"]),
        (replace(GOOD, redirects=None), []),
        (
            replace(GOOD, certificate=Certificate(AT + timedelta(days=90), "", "TLSv1.1")),
            ["HTTPS只支持到TLS 1.1，浏览器已停用"],
        ),
        (replace(GOOD, certificate=Certificate(AT + timedelta(days=90), "", "TLSv1.2")), []),
    ],
)
def test_https(reach: Reach, messages: list[str]) -> None:
    assert said(reach) == [("https", Severity.SUGGESTION, one) for one in messages]


@pytest.mark.parametrize(
    ("fault", "severity", "message"),
    [
        ("expired", Severity.WARNING, "首页的HTTPS证书已于2025-09-30过期"),
        ("not-yet", Severity.WARNING, "首页的HTTPS证书还没有到生效日期"),
        ("mismatch", Severity.WARNING, "首页的HTTPS证书不是为本站域名签发的"),
        ("self-signed", Severity.WARNING, "首页的HTTPS证书是自签名的，浏览器会提示不安全"),
        ("chain", Severity.SUGGESTION, "首页的HTTPS证书链不完整，或签发机构不在本机信任之列"),
    ],
)
def test_certificate_faults(fault: CertificateFault, severity: Severity, message: str) -> None:
    shown = replace(GOOD, certificate=Certificate(AT - timedelta(hours=1), fault))
    assert said(shown) == [("certificate", severity, message)]


@pytest.mark.parametrize(
    ("left", "message"),
    [
        (31, None),
        (30, "首页的HTTPS证书将于2025-10-30到期，还有30天"),
        (0, "首页的HTTPS证书将于2025-09-30到期，还有0天"),
    ],
)
def test_a_certificate_that_soon_ends(left: int, message: str | None) -> None:
    shown = replace(GOOD, certificate=Certificate(AT + timedelta(days=left)))
    assert said(shown) == ([("certificate", Severity.SUGGESTION, message)] if message else [])


def test_the_day_a_certificate_ends_is_the_sites_own() -> None:
    """20:00 UTC is the next day in Asia/Shanghai: 31 days left, not 30."""
    shown = replace(GOOD, certificate=Certificate(datetime(2025, 10, 30, 20, 0, tzinfo=UTC)))
    assert said(shown) == []


def test_a_certificate_not_read_is_unchecked_and_none_is_nobodys_fault() -> None:
    unread = replace(GOOD, certificate=None, certificate_why="timeout x")
    assert certificate.judge(unread, SITE, DAY) == ((), (Unchecked("HTTPS证书", "timeout x"),))
    assert judge_reach(unread, SITE, DAY).unjudged == {"certificate"}
    assert certificate.judge(replace(GOOD, https=False, certificate=None), SITE, DAY) == ((), ())


def test_ipv6() -> None:
    assert said(replace(GOOD, ipv6=False, ipv6_opens=None)) == [
        ("ipv6", Severity.SUGGESTION, "首页域名没有AAAA记录，不能用IPv6访问")
    ]
    closed = replace(GOOD, ipv6_opens=False, ipv6_why="refused 服务器拒绝连接")
    assert said(closed) == [
        (
            "ipv6",
            Severity.SUGGESTION,
            "首页域名有AAAA记录，但用IPv6打不开（refused 服务器拒绝连接）",
        )
    ]
    untold = replace(GOOD, ipv6_opens=None, ipv6_why="refused 本机没有IPv6线路，无法试开")
    assert ipv6.judge(untold, SITE) == (
        (),
        (Unchecked("IPv6支持", "refused 本机没有IPv6线路，无法试开"),),
    )


def test_two_faults_of_one_rule_are_two_findings() -> None:
    old = Certificate(AT + timedelta(days=90), "", "TLSv1")
    found, _ = https.judge(replace(GOOD, redirects=False, certificate=old), SITE)
    assert len({one.fingerprint for one in found}) == len(found) == 2


def test_every_one_of_these_rules_has_its_manual_in_the_catalogue() -> None:
    shown = {one.id: one for one in catalogue(())}
    for rule, kind, manual in REACH_RULES:
        assert (shown[rule.id].kind, shown[rule.id].title) == (kind, manual.title)
        assert manual.finds and manual.spares and rule.source
