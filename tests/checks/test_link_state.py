"""A link night after night: dead only when it failed on two days, never for what a protection refuses."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.link_state import (
    BLOCKED,
    GIVEN_UP,
    LinkAnswer,
    WatchedLink,
    is_certain,
    is_parked,
    next_link,
    trustworthy,
)

DAY = date(2025, 9, 30)
URL = "http://www.example.gov.cn/a.htm"
GONE, FINE = LinkAnswer(404), LinkAnswer(200, content_kind="text/html")


def after(*answers: LinkAnswer, link: WatchedLink | None = None, apart: int = 1) -> WatchedLink:
    """A new link asked once a night, the nights `apart` days apart."""
    now = link or WatchedLink(URL)
    for number, answer in enumerate(answers):
        now = next_link(now, answer, DAY + timedelta(days=number * apart))
    return now


def test_one_failure_makes_a_suspect() -> None:
    assert after(GONE) == WatchedLink(URL, "page", "suspect", DAY, DAY, "网页不存在（HTTP 404）")


def test_a_second_failure_on_the_same_day_changes_nothing() -> None:
    assert after(GONE, GONE, apart=0).state == "suspect"


def test_a_failure_on_the_next_day_makes_it_dead_since_the_first() -> None:
    dead = after(GONE, GONE)
    assert (dead.state, dead.failed_since, dead.checked) == ("dead", DAY, DAY + timedelta(days=1))


def test_an_answer_between_two_failures_begins_anew() -> None:
    assert [after(*many).state for many in ((GONE, FINE), (GONE, FINE, GONE))] == ["ok", "suspect"]


@pytest.mark.parametrize("answer", [LinkAnswer(410), LinkAnswer(reason="dns"), LinkAnswer(200, soft_404=True), LinkAnswer(reason="soft-404")])  # fmt: skip
def test_what_else_is_dead(answer: LinkAnswer) -> None:
    assert after(answer, answer).state == "dead"


@pytest.mark.parametrize("status", sorted(BLOCKED))
def test_what_a_protection_refuses_is_never_dead(status: int) -> None:
    assert {after(*[LinkAnswer(status)] * n, apart=20).state for n in range(1, 9)} == {"blocked"}


@pytest.mark.parametrize(
    ("answer", "state", "why"),
    [
        (LinkAnswer(reason="timeout"), "slow", "打开超时"),
        (LinkAnswer(503), "unread", "服务器错误（HTTP 503）"),
        (LinkAnswer(reason="refused"), "unread", "服务器拒绝连接"),
        (LinkAnswer(reason="tls"), "unread", "tls 未能检查"),
        (LinkAnswer(reason="robots"), "unread", "robots 未能检查"),
        (LinkAnswer(reason="private-address"), "unread", "private-address 未能检查"),
        (LinkAnswer(405), "unread", "HTTP 405 未能判断"),
        (LinkAnswer(401), "ok", ""),
        (LinkAnswer(206), "ok", ""),
    ],
)
def test_what_says_nothing_is_not_dead(answer: LinkAnswer, state: str, why: str) -> None:
    told = after(answer, answer)
    assert (told.state, told.why) == (state, why)


@pytest.mark.parametrize("answer", [LinkAnswer(503), LinkAnswer(reason="timeout")])
def test_silence_for_a_fortnight_is_death_and_a_day_less_is_not(answer: LinkAnswer) -> None:
    first = after(answer)
    before, on = (
        next_link(first, answer, DAY + timedelta(days=n)) for n in (GIVEN_UP - 1, GIVEN_UP)
    )
    assert before.state in ("unread", "slow")
    assert (on.state, on.why) == ("dead", f"{first.why}，连续14天没有回应")


def test_what_is_never_told_is_never_dead() -> None:
    for answer in (LinkAnswer(reason="robots"), LinkAnswer(reason="tls")):
        assert after(*[answer] * 40).state == "unread"


@pytest.mark.parametrize("answer", [LinkAnswer(503), LinkAnswer(403), LinkAnswer(reason="robots")])
def test_a_dead_link_stays_dead_until_it_answers(answer: LinkAnswer) -> None:
    dead = after(GONE, GONE)
    later = next_link(dead, answer, DAY + timedelta(days=9))
    assert later == replace(dead, checked=DAY + timedelta(days=9))
    assert next_link(later, FINE, DAY + timedelta(days=10)).state == "ok"


def test_a_suspect_that_then_only_times_out_stays_suspect() -> None:
    assert after(GONE, LinkAnswer(reason="timeout")).state == "suspect"


def led(url: str, to: str) -> WatchedLink:
    answer = LinkAnswer(200, final_url=to)
    return after(answer, answer, link=WatchedLink(url, "external"))


@pytest.mark.parametrize(
    ("url", "to"),
    [
        ("http://www.a.gov.cn/", "https://www.a.gov.cn/index.htm"),
        ("http://www.a.gov.cn/", "https://xxgk.a.gov.cn/"),
        ("http://www.a.gov.cn/", "https://www.b.gov.cn/"),
        ("http://www.shop.example/", "https://zwfw.b.gov.cn/"),
        ("http://www.xinhuanet.com/", "https://www.news.cn/"),
        ("http://www.a.gov.cn/", "https://weibo.com/a"),
        ("http://www.a.gov.cn/", ""),
    ],
)
def test_a_redirect_at_home_is_nothing(url: str, to: str) -> None:
    assert led(url, to).state == "ok"


@pytest.mark.parametrize(
    ("url", "to", "certain"),
    [
        ("http://www.a.gov.cn/", "http://shop.example/", True),
        ("http://shop.example/", "http://abc-example.top/", True),
        ("http://shop.example/", "http://ww1.sedoparking.com/", True),
        ("http://shop.example/", "http://other.example/", False),
    ],
)
def test_a_link_that_leads_elsewhere_has_gone_wild(url: str, to: str, *, certain: bool) -> None:
    wild = led(url, to)
    assert (wild.state, is_certain(wild)) == ("gone-wild", certain)


def test_a_parked_domain_has_gone_wild_on_the_second_night() -> None:
    parked = LinkAnswer(200, parked=True)
    assert (after(parked).state, after(parked, parked).state) == ("suspect", "gone-wild")
    assert is_certain(after(parked, parked))


def test_a_file_that_answers_with_a_page_is_for_a_person_to_look_at() -> None:
    link = WatchedLink("http://www.example.gov.cn/system/download.jsp?id=1", "attachment")
    assert after(FINE, FINE, link=link).state == "unread"
    assert after(LinkAnswer(200, content_kind="application/pdf"), link=link).state == "ok"


@pytest.mark.parametrize(
    ("lost", "answered", "told"),
    [(0, 0, True), (1, 1, True), (2, 1, False), (5, 5, True), (6, 5, False), (1, 0, False)],
)
def test_a_night_on_which_most_fails_is_not_trusted(
    lost: int, answered: int, *, told: bool
) -> None:
    answers = [LinkAnswer(reason="dns")] * lost + [GONE] * answered
    assert trustworthy(answers) is told


def test_pages_that_are_gone_say_nothing_against_the_network() -> None:
    assert trustworthy([GONE] * 50)


@pytest.mark.parametrize(
    ("url", "title", "text", "parked"),
    [
        ("http://a.example/", "a.example", "此域名正在出售，请联系", True),
        ("http://a.example/", "a.example is parked free", "", True),
        ("http://ww1.bodis.com/x", "", "", True),
        ("http://a.example/", "某公司", "主营产品", False),
        ("http://a.example/", "域名管理办法", "域名出售须备案。" + "条文" * 2000, False),
    ],
)
def test_a_parked_page(url: str, title: str, text: str, *, parked: bool) -> None:
    assert is_parked(url, title, text) is parked


ANSWERS = st.builds(
    LinkAnswer,
    status=st.sampled_from([0, 200, 301, 401, 403, 404, 410, 429, 500, 521]),
    reason=st.sampled_from(["", "dns", "timeout", "refused", "tls", "robots", "blocked"]),
    final_url=st.sampled_from(["", "http://shop.example/", "http://[::", "not an address"]),
    parked=st.booleans(),
)


@given(st.lists(ANSWERS, max_size=8))
def test_nothing_is_told_of_a_link_before_two_days(answers: list[LinkAnswer]) -> None:
    link = WatchedLink(URL)
    for answer in answers:
        link = next_link(link, answer, DAY)
        assert link.state not in ("dead", "gone-wild")
