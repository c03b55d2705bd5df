"""A feed's bytes → posts: RSS and Atom, JSON Feed, or a plain JSON list. Nothing is fetched here.

A feed that cannot be read, lists nothing, or dates some of it not, tells nothing for sure: `why` says so. A feed that
says when it was built tells of no later day: a bridge that died leaves its last feed standing.
"""

import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

import feedparser

from checks.model import fingerprint
from checks.site_schema import address_fault
from checks.watch import Post
from crawler.charset import read_page
from crawler.dates import first_day, made
from crawler.page import PageError

FEED_BYTES = 2 * 1024 * 1024
#: Markup of nothing but tags and references is slow to parse; no feed is that dense.
MOST_TAGS, MOST_REFERENCES = 60_000, 300_000
MOST_POSTS = 2000
LONGEST_TITLE = 300
#: Characters of a written time.
LONGEST_TIME = 100
#: An address longer than this (bytes) is more than an index takes.
LONGEST_ADDRESS = 1000
#: Where JSON lists keep their items, and what items call their parts.
_LISTS = ("items", "data", "list", "articles", "posts", "result")
_TITLES = ("title", "标题", "name")
_LINKS = ("url", "link", "external_url", "链接", "content_url", "id")
_DAYS = (
    "date_published", "date_modified", "published", "pubDate", "pubdate", "publish_time", "date",
    "time", "create_time", "日期", "发布时间",
)  # fmt: skip
_UTC = re.compile(r"\s*(?:Z|GMT|UTC)$")
_OFFSET = re.compile(r"\s+(?=[+-]\d\d:?\d\d$)")
_DEEPEST = 3


@dataclass(frozen=True, slots=True)
class FeedRead:
    """What a feed says. `built` is the day it says it was made, None where it does not say."""

    posts: tuple[Post, ...]
    built: date | None = None
    undated: int = 0


def read_feed(url: str, body: bytes, content_type: str, zone: ZoneInfo) -> FeedRead:
    """The posts of a feed, days at the site.

    Raises:
        PageError: "layout" or "encoding", it is no feed.
    """
    text = read_page(url, body, content_type).text.lstrip("\ufeff \t\r\n")
    if text.startswith(("{", "[")):
        return _json(url, text, zone)
    return _xml(url, text, zone)


def post(day: date, title: str, link: str) -> Post:
    """A post, by its link where that is a web address of a usable length, else by its day and title."""
    title = " ".join(title.split())[:LONGEST_TITLE]
    usable = not address_fault(link) and len(link.encode()) <= LONGEST_ADDRESS
    return Post(day, title, link if usable else fingerprint(day.isoformat(), title))


def _made(url: str, raw: Sequence[tuple[str, str, date | None]], built: date | None) -> FeedRead:
    posts = [
        post(day, title, urljoin(url, link) if link else "") for title, link, day in raw if day
    ]
    return FeedRead(tuple(posts), built, sum(day is None for _, _, day in raw))


# -- RSS and Atom -----------------------------------------------------------------------------


def _xml(url: str, text: str, zone: ZoneInfo) -> FeedRead:
    if re.search(r"<!ENTITY", text, re.IGNORECASE):  # no feed needs one, bombs do
        raise PageError("layout", "订阅源里有实体定义，按规定不读")
    if text.count("<") > MOST_TAGS or text.count("&") > MOST_REFERENCES:
        raise PageError("too-large", "订阅源的标记过多")
    if not re.search(r"<(?:rss|feed|rdf:RDF|channel)\b", text):
        raise PageError("layout", "不是RSS、Atom或JSON订阅源")
    unsealed = re.sub(r"^<\?xml[^>]{0,200}\?>", "", text)
    read = feedparser.parse(
        io.BytesIO(unsealed.encode("utf-8", "replace")),  # never a str: feedparser would fetch it
        response_headers={"content-type": "application/xml; charset=utf-8"},
        resolve_relative_uris=False,
        sanitize_html=False,
    )
    entries = read.entries[:MOST_POSTS]
    raw = [(_text(one, "title"), _text(one, "link"), _entry_day(one, zone)) for one in entries]
    if not raw and not read.version:
        raise PageError("layout", "不是RSS、Atom或JSON订阅源")
    return _made(url, raw, written_day(_text(read.feed, "updated"), zone))


def _text(one: dict[str, Any], key: str) -> str:
    value = dict.get(
        one, key
    )  # feedparser's own get() answers "published" where "updated" is asked
    return value if isinstance(value, str) else ""


def _entry_day(one: dict[str, Any], zone: ZoneInfo) -> date | None:
    return written_day(_text(one, "published"), zone) or written_day(_text(one, "updated"), zone)


def written_day(text: str, zone: ZoneInfo) -> date | None:
    """The day at the site of a time as feeds write it: ISO, RFC 822, or a plain day; None for anything else.

    A time without a zone is the site's own. feedparser's reading is not used: of a day it does not
    understand it makes one in the present month.
    """
    text = text[:LONGEST_TIME].strip()
    whole = first_day(text)
    try:
        at = (
            datetime.fromisoformat(_OFFSET.sub("", _UTC.sub("+00:00", text)))
            if whole or text[:4].isdigit()
            else parsedate_to_datetime(text)
        )
    except (ValueError, TypeError, OverflowError):
        return whole
    try:
        there = at.astimezone(zone) if at.tzinfo else at
    except OverflowError:
        return None
    return made(there.year, there.month, there.day)


# -- JSON -------------------------------------------------------------------------------------


def _json(url: str, text: str, zone: ZoneInfo) -> FeedRead:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        raise PageError("layout", "JSON写法有误") from None
    items = next(_lists(said, 0), None)
    if items is None:
        raise PageError("layout", "JSON里没有文章列表")
    raw = [
        (_first(one, _TITLES), _first(one, _LINKS), _json_day(one, zone))
        for one in items[:MOST_POSTS]
        if isinstance(one, dict)
    ]
    return _made(url, raw, None)


def _lists(said: Any, depth: int) -> Iterator[list[Any]]:
    """Lists of objects in a JSON document, the outermost first."""
    if isinstance(said, list):
        if not said or any(isinstance(one, dict) for one in said):
            yield said
    elif isinstance(said, dict) and depth < _DEEPEST:
        for key in _LISTS:
            yield from _lists(said.get(key), depth + 1)


def _first(one: Mapping[str, Any], keys: Sequence[str]) -> str:
    return next((one[key] for key in keys if isinstance(one.get(key), str)), "")


def _json_day(one: Mapping[str, Any], zone: ZoneInfo) -> date | None:
    return next((day for key in _DAYS if (day := _moment(one.get(key), zone))), None)


def _moment(value: Any, zone: ZoneInfo) -> date | None:
    """A day from an ISO time, a written day, or seconds or milliseconds since 1970."""
    if isinstance(value, str) and value.strip().isdigit() and len(value.strip()) in (10, 13):
        value = int(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        seconds = value / 1000 if value >= 100_000_000_000 else value
        if not 315_532_800 <= seconds <= 4_102_444_800:  # 1980 to 2100
            return None
        return datetime.fromtimestamp(seconds, zone).date()
    return written_day(value, zone) if isinstance(value, str) else None
