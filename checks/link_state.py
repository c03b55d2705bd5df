"""How a link stands, night after night: what it answered and how it stood before → how it stands now.

    new ─► ok · suspect (it failed, or leads somewhere else) ─► dead · gone-wild (it did so again on a
    later calendar day) · blocked (refused to us: never dead) · slow (timed out) · unread (not told)

Dead is 404, 410, a page that says it is gone, or a name that does not resolve; 403, 412, 429, 488, 521
and a browser challenge are *blocked* (监测受阻). Server errors, refused connections and timeouts say
nothing by themselves; where nothing else was answered for `GIVEN_UP` days the link is dead too. When
most links of a night fail as if our own network were down, nothing changes.
"""

import csv
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal, cast, get_args

from checks.hosts import host_of, is_government, kind_of, odd, registrable

LinkState = Literal["new", "ok", "suspect", "dead", "blocked", "slow", "gone-wild", "unread"]
WatchedKind = Literal["page", "attachment", "image", "external"]
#: States of a link that is told of as a finding.
FOUND: tuple[LinkState, ...] = ("dead", "gone-wild")
#: Answers of a protection (cms_families.md §11).
BLOCKED = frozenset({403, 412, 429, 488, 521})
GONE = frozenset({404, 410})
#: Reasons (design.md §8) that our own network may be the cause of.
NETWORK = frozenset(("dns", "timeout", "refused", "tls"))
#: Calendar days without any answer after which a link is dead that never said so.
GIVEN_UP = 14
#: Calendar days after which a link is asked again, by how it stands; None: as the site's watch says.
AGAIN: dict[LinkState, int | None] = {
    "new": 0, "suspect": 1, "dead": 7, "gone-wild": 7, "slow": 3, "unread": 3, "ok": None, "blocked": None,
}  # fmt: skip
#: Characters of a page that are looked through for the words of a parked domain.
PARKED_TEXT = 3000


@dataclass(frozen=True, slots=True)
class LinkAnswer:
    """What a link answered: an HTTP status, or the reason (design.md §8) why there is none.

    `final_url` is where redirects ended, "" where there were none. `content_kind` is the type of what
    came ("text/html"). `parked` and `soft_404` are told of its page.
    """

    status: int = 0
    reason: str = ""
    final_url: str = ""
    content_kind: str = ""
    parked: bool = False
    soft_404: bool = False


@dataclass(frozen=True, slots=True)
class WatchedLink:
    """A link as it stands. `failed_since` is the day of its first failure without an answer after."""

    url: str
    kind: WatchedKind = "page"
    state: LinkState = "new"
    checked: date | None = None
    failed_since: date | None = None
    why: str = ""
    final_url: str = ""


def next_link(before: WatchedLink, answer: LinkAnswer, day: date) -> WatchedLink:
    """`before` after it was asked on `day`."""
    verdict, why = _verdict(before, answer)
    asked = replace(before, checked=day, why=why, final_url=answer.final_url)
    if verdict == "ok":
        return replace(asked, state="ok", failed_since=None)
    if verdict in ("dead", "gone-wild"):
        since = before.failed_since or day
        again = before.state in (*FOUND, "suspect") and since < day
        return replace(asked, state=verdict if again else "suspect", failed_since=since)
    if before.state in FOUND:  # what says nothing does not clear what was found
        return replace(before, checked=day)
    if verdict in ("blocked", "unread"):
        return replace(asked, state=verdict, failed_since=None)
    return _silent(before, asked, day, slow=verdict == "slow")


def _silent(before: WatchedLink, asked: WatchedLink, day: date, *, slow: bool) -> WatchedLink:
    """A link whose server said nothing of it: suspected still, told as unchecked, at last given up."""
    since = before.failed_since or day
    if (day - since).days >= GIVEN_UP:
        why = f"{asked.why}，连续{(day - since).days}天没有回应"
        return replace(asked, state="dead", failed_since=since, why=why)
    if before.state == "suspect":
        return replace(before, checked=day)
    return replace(asked, state="slow" if slow else "unread", failed_since=since)


_Verdict = Literal["ok", "blocked", "unread", "slow", "silent", "dead", "gone-wild"]


def _verdict(before: WatchedLink, answer: LinkAnswer) -> tuple[_Verdict, str]:
    """What one answer says, and why in Chinese."""
    status, reason = answer.status, answer.reason
    if status in BLOCKED or reason == "blocked":
        return "blocked", f"网站防护拒绝了访问（HTTP {status}）" if status else "网站防护拒绝了访问"
    if status in GONE:
        return "dead", f"网页不存在（HTTP {status}）"
    if answer.soft_404 or reason == "soft-404":
        return "dead", "页面提示内容不存在"
    if reason == "dns":
        return "dead", "域名无法解析"
    if reason == "timeout":
        return "slow", "打开超时"
    if reason == "refused" or status >= 500 or status == 408:
        return "silent", f"服务器错误（HTTP {status}）" if status else "服务器拒绝连接"
    if reason:
        return "unread", f"{reason} 未能检查"
    if status >= 400 and status not in (401, 407):
        return "unread", f"HTTP {status} 未能判断"
    if wild := _gone_wild(before.url, answer):
        return "gone-wild", wild
    if before.kind in ("image", "attachment") and answer.content_kind.startswith("text/html"):
        return "unread", "文件地址返回的是网页，需人工核对"
    return "ok", ""


def _gone_wild(url: str, answer: LinkAnswer) -> str:
    """How a link leads to something it was not made for, "" where it does not."""
    if answer.parked:
        return "域名已过期或在出售"
    here, there = host_of(url), host_of(answer.final_url)
    if not there or registrable(here) == registrable(there) or is_government(there):
        return ""
    if kind_of(there) == "parking":
        return f"域名已停放出售（{there}）"
    if strange := odd(answer.final_url):
        return f"跳转到{there}（{strange.words}）"
    if is_government(here) and not kind_of(there):
        return f"政府网站的链接跳转到非政府网站{there}"
    return "" if kind_of(there) else f"跳转到另一网站{there}"


def is_certain(link: WatchedLink) -> bool:
    """Whether a gone-wild link surely shows what it was not made for; else a person must look."""
    to = host_of(link.final_url)
    return link.why.startswith("域名") or bool(
        to and (is_government(host_of(link.url)) or odd(link.final_url)) and not kind_of(to)
    )


def trustworthy(answers: Collection[LinkAnswer]) -> bool:
    """Whether a night's answers may change anything: at most half failed as our own network would.

    No answers at all are trustworthy: they change nothing.
    """
    lost = sum(not one.status and one.reason in NETWORK for one in answers)
    return lost * 2 <= len(answers)


@cache
def _parked_words() -> tuple[str, ...]:
    with (Path(__file__).parent / "parked.csv").open(encoding="utf-8", newline="") as file:
        return tuple(row["words"].lower() for row in csv.DictReader(file))


def is_parked(url: str, title: str, text: str) -> bool:
    """Whether a page is that of a parked or expired domain: by its host, or by its words if it is short."""
    if kind_of(host_of(url)) == "parking":
        return True
    said = f"{title}\n{text}".lower()
    return len(said) <= PARKED_TEXT and any(word in said for word in _parked_words())


def read_state(written: str) -> LinkState:
    """A stored state; one that is not known counts as never asked."""
    return cast("LinkState", written) if written in get_args(LinkState) else "new"
