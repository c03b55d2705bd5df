"""Feeds as bytes: every format, days at the site, and what is no feed. Nothing is fetched."""

import json
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.model import fingerprint
from checks.watch import Post
from crawler.feed import LONGEST_ADDRESS, MOST_TAGS, FeedRead, post, read_feed
from crawler.media import FeedLook, told
from crawler.page import PageError

ZONE = ZoneInfo("Asia/Shanghai")
URL = "https://feed.example/x.xml"
LINK = "https://mp.weixin.qq.com/s/abc"
RSS = f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>精河零距离</title><lastBuildDate>Tue, 30 Sep 2025 01:00:00 GMT</lastBuildDate>
<item><title>  秋收
 进行时 </title><link>{LINK}</link><pubDate>Mon, 29 Sep 2025 17:30:00 GMT</pubDate></item>
<item><title><![CDATA[<b>通知</b>]]></title><link>/s/2</link><pubDate>Fri, 26 Sep 2025 08:00:00 +0800</pubDate></item>
</channel></rss>"""
ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title><updated>2025-09-30T01:00:00Z</updated>
<entry><title>甲</title><link href="{LINK}"/><updated>2025-09-29T23:59:59+08:00</updated></entry></feed>"""


def read(body: str | bytes, kind: str = "") -> FeedRead:
    return read_feed(URL, body if isinstance(body, bytes) else body.encode(), kind, ZONE)


def test_rss() -> None:
    """17:30 GMT is the next day at the site."""
    assert read(RSS) == FeedRead(
        (
            Post(date(2025, 9, 30), "秋收 进行时", LINK),
            Post(date(2025, 9, 26), "<b>通知</b>", "https://feed.example/s/2"),
        ),
        date(2025, 9, 30),
    )


def test_rss_in_gb18030() -> None:
    body = RSS.replace("UTF-8", "GB2312").encode("gb18030")
    assert read(body, "text/xml") == read(RSS)


def test_atom() -> None:
    assert read(ATOM) == FeedRead((Post(date(2025, 9, 29), "甲", LINK),), date(2025, 9, 30))


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("Mon, 29 Sep 2025 17:30:00 GMT", date(2025, 9, 30)),
        ("Mon, 29 Sep 2025 17:30:00 +0800", date(2025, 9, 29)),
        ("2025-09-29T17:30:00Z", date(2025, 9, 30)),
        ("2025-09-29 23:30:00", date(2025, 9, 29)),
        ("2025-09-29", date(2025, 9, 29)),
        ("2025年9月29日", date(2025, 9, 29)),
        ("2025/9/29 08:00", date(2025, 9, 29)),
        ("2025-09-29 17:30:00 GMT", date(2025, 9, 30)),
        ("2025-09-29 17:30:00 +0800", date(2025, 9, 29)),
        ("2025-09-29T17:30:00.123+00:00", date(2025, 9, 30)),
        ("20250929", date(2025, 9, 29)),
        ("Mon, 29 Sep 2025 23:30:00", date(2025, 9, 29)),
        ("29 Sep 2025 17:30 EST", date(2025, 9, 30)),
        ("13:00", None),
        ("昨天", None),
        ("", None),
        ("9" * 5000, None),
        ("Mon, 29 Sep 1975 17:30:00 GMT", None),
    ],
)
def test_days_as_feeds_write_them(written: str, day: date | None) -> None:
    text = (
        f"<rss><channel><item><title>a</title><pubDate>{written}</pubDate></item></channel></rss>"
    )
    found = read(text)
    expected = ([day], 0) if day else ([], 1)
    assert ([one.day for one in found.posts], found.undated) == expected


@pytest.mark.parametrize(
    "said",
    [
        {"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "url": LINK, "title": "甲", "date_published": "2025-09-29T17:30:00Z"}]},
        [{"title": "甲", "link": LINK, "date": "2025-09-30"}],
        {"code": 0, "data": {"list": [{"title": "甲", "url": LINK, "publish_time": 1759195800}]}},
        {"items": [{"title": "甲", "url": LINK, "create_time": "1759195800000"}]},
        [{"标题": "甲", "链接": LINK, "发布时间": "2025年9月30日 08:00"}],
    ],
)  # fmt: skip
def test_json(said: Any) -> None:
    assert read(json.dumps(said)) == FeedRead((Post(date(2025, 9, 30), "甲", LINK),))


def test_json_that_dates_nothing_says_so() -> None:
    odd: list[Any] = [None, True, 7, 1e300, [], "x", "2025-13-40"]
    said = [{"title": "甲", "date": one} for one in odd]
    assert read(json.dumps(said)) == FeedRead((), None, 7)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("", "layout 不是RSS、Atom或JSON订阅源"),
        ("<html><body>登录</body></html>", "layout 不是RSS、Atom或JSON订阅源"),
        ("http://127.0.0.1:1/feed", "layout 不是RSS、Atom或JSON订阅源"),
        ("/etc/passwd", "layout 不是RSS、Atom或JSON订阅源"),
        ("{", "layout JSON写法有误"),
        ("[" * 100_000, "layout JSON写法有误"),
        ("[" + "9" * 10_000 + "]", "layout JSON写法有误"),
        ('{"error": "x"}', "layout JSON里没有文章列表"),
        ("[1, 2]", "layout JSON里没有文章列表"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><rss></rss>', "layout 订阅源里有实体定义，按规定不读"),
        ("<rss>" + "<a>" * MOST_TAGS, "too-large 订阅源的标记过多"),
        (b"\x00" * 100, "encoding 不是文字页面（二进制内容）"),
    ],
)
def test_what_is_no_feed(body: str | bytes, why: str) -> None:
    with pytest.raises(PageError) as caught:
        read(body)
    assert caught.value.why == why


@given(st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    for framed in (body, b"<rss><channel><item>" + body, b"[" + body):
        assert refused(framed) in ("", "layout", "encoding", "too-large")


def refused(body: bytes) -> str:
    """Why bytes are no feed, "" where they are one."""
    try:
        read(body)
    except PageError as error:
        return error.reason
    return ""


@pytest.mark.parametrize("link", ["", "javascript:x", "ftp://a", "https://a/" + "甲" * LONGEST_ADDRESS])  # fmt: skip
def test_a_post_without_a_usable_link_is_known_by_day_and_title(link: str) -> None:
    day = date(2025, 9, 30)
    assert post(day, " 甲 ", link) == Post(day, "甲", fingerprint("2025-09-30", "甲"))


DAY = date(2025, 9, 30)
POSTS = (Post(date(2025, 9, 10), "甲", LINK),)


@pytest.mark.parametrize(
    ("built", "undated", "known", "why"),
    [
        (None, 0, DAY, ""),
        (DAY, 0, DAY, ""),
        (date(2025, 9, 29), 0, DAY, ""),
        (date(2025, 9, 28), 0, date(2025, 9, 28), "layout 订阅源自2025-09-28起没有重新生成"),
        (date(2026, 1, 1), 0, DAY, ""),
        (DAY, 2, None, "layout 订阅源有2条没有日期"),
    ],
)
def test_of_which_day_a_feed_tells(
    built: date | None, undated: int, known: date | None, why: str
) -> None:
    assert told(POSTS, built, undated, DAY) == FeedLook(POSTS, known, why)


def test_a_feed_of_nothing_or_of_the_future_tells_nothing() -> None:
    assert told((), DAY, 0, DAY) == FeedLook(why="layout 订阅源里没有内容")
    later = (Post(date(2025, 10, 1), "甲", LINK),)
    assert told(later, DAY, 0, DAY) == FeedLook(later, None, "layout 订阅源里没有内容")
