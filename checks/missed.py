"""Why we did not find what an outside monitor found, told from the texts we read and the lists in force.

A miss counts against us only where we had read the page. A word that no list of ours holds is put forward as a
term (`Missed.proposed`), never taken over.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

from checks.model import Excuse, plain
from checks.monitor import MonitorRecord
from checks.wordlist import Term, Wordlist

Why = Literal[
    "list-page", "not-listed", "unread", "attachment", "edited", "absent", "other-place", "off",
    "excused", "not-in-lists",
]  # fmt: skip
LABELS: dict[Why, str] = {
    "list-page": "首页或栏目页，不查文字",
    "not-listed": "网页未收录",
    "unread": "网页当时没有读到",
    "attachment": "附件没有读取",
    "edited": "当时有，现已改",
    "absent": "读到的文字里没有",
    "other-place": "同页另一处已查出",
    "off": "规则已停用",
    "excused": "词表有，按例外不作问题",
    "not-in-lists": "词表没有这个词",
}
#: Where we had not read what they had: no miss of the checks.
UNREAD: frozenset[Why] = frozenset(("list-page", "not-listed", "unread", "attachment"))
#: Characters of context that a proposed term shows on either side.
SHOWN = 15


@dataclass(frozen=True, slots=True)
class TextSeen:
    """A text an article had, all parts of it, from the day it was first seen to the day another was (None: present)."""

    text: str
    since: date | None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class PageSeen:
    """What we know of a page: how it last answered (store/visits.py), and its texts, oldest first, the present one last.

    `attachments` says how many attached files the present text has.
    """

    state: str
    why: str = ""
    texts: tuple[TextSeen, ...] = ()
    attachments: int = 0


@dataclass(frozen=True, slots=True)
class Missed:
    """Why a record is theirs alone: the reason, the same in words, and the term it suggests (None for none)."""

    why: Why
    words: str
    proposed: Term | None = None

    @property
    def read(self) -> bool:
        """Whether we had read what they had: then it is our miss."""
        return self.why not in UNREAD


class Lists:
    """The terms of the lists in force, looked up by a word of the monitor's.

    `off` are lists (ids) the site does not use, `excuses` its approved exceptions.
    """

    def __init__(
        self,
        wordlists: Sequence[Wordlist],
        off: frozenset[str] = frozenset(),
        excuses: Sequence[Excuse] = (),
    ) -> None:
        self.off = off
        self.excuses = tuple(excuses)
        self._terms = [(plain(t.text), one, t) for one in wordlists for t in one.terms]
        self.of = lru_cache(maxsize=10_000)(self._of)

    def _of(self, word: str) -> tuple[tuple[Wordlist, Term], ...]:
        """Terms that hold `word` or stand in it, the longest first."""
        wanted = plain(word)
        found = [
            (text, one, term)
            for text, one, term in self._terms
            if text in wanted or (len(wanted) > 1 and wanted in text)
        ]
        found.sort(key=lambda each: (-len(each[0]), each[1].id, each[0]))
        return tuple((one, term) for _, one, term in found)


def why_missed(
    record: MonitorRecord,
    page: PageSeen | None,
    lists: Lists,
    *,
    list_page: bool = False,
    elsewhere: int | None = None,
    product: str = "",
) -> Missed:
    """Why `record` is not ours. `elsewhere` is our finding of the same word on the page that was not paired with it.

    `page` is None where no list named the page; `list_page`: it is the home page or a column's own.
    """
    if page is None or page.state in ("outside", "refused"):
        return _unknown(page, list_page=list_page)
    if not page.texts:
        return Missed("unread", page.why or "还没有轮到")
    word, present = plain(record.word), page.texts[-1]
    terms = tuple(
        (one, term) for one, term in lists.of(record.word) if _concerns(term, record, page)
    )
    if word in plain(present.text):
        return _standing(record, present, terms, lists, elsewhere, product)
    if old := next((one for one in reversed(page.texts[:-1]) if word in plain(one.text)), None):
        words = (
            f"当时有，现已改：{old.until or '后来'}起的文字里没有"
            if old.until
            else "当时有，现已改"
        )
        return Missed("edited", words, None if terms else proposed(record, product))
    if record.attached and not page.attachments:
        return Missed("attachment", "没有这篇文章附件的文字")
    first = page.texts[0].since
    if record.day and first and first > record.day:
        return Missed("unread", f"{first}才读到这个网页，当时已没有这个词")
    return Missed("absent", "读到的标题、正文和附件里没有，可能在图片或页面的其他位置")


def _unknown(page: PageSeen | None, *, list_page: bool) -> Missed:
    if list_page:
        return Missed("list-page", "只查文章的文字")
    if page is None:
        return Missed("not-listed", "各栏目的列表里没有这个网页")
    return Missed("not-listed", f"不在读取范围：{page.why or '站外或禁止访问'}")


def _concerns(term: Term, record: MonitorRecord, page: PageSeen) -> bool:
    """Whether a term could have found the word: it stands in it, or holds it and stands on the page."""
    text = plain(term.text)
    return text in plain(record.word) or any(text in plain(one.text) for one in page.texts)


def _standing(
    record: MonitorRecord,
    present: TextSeen,
    terms: Sequence[tuple[Wordlist, Term]],
    lists: Lists,
    elsewhere: int | None,
    product: str,
) -> Missed:
    """The word still stands in the text we have."""
    if elsewhere is not None:
        return Missed("other-place", f"同一网页的这个词已查出（台账{elsewhere}号），上下文不同")
    if not terms:
        return Missed("not-in-lists", "可作为新词条提出", proposed(record, product))
    used = [(one, term) for one, term in terms if one.id not in lists.off]
    if not used:
        return Missed("off", f"“{terms[0][0].title}”在站点文件里已停用")
    one, term = used[0]
    said = f"“{one.title}”的“{term.text}”"
    text = plain(present.text)
    if phrase := next((u for _, t in used for u in t.unless if plain(u) in text), ""):
        return Missed("excused", f"{said}在“{phrase}”中不算错")
    if phrase := _excused(record, lists.excuses, text):
        return Missed("excused", f"{said}在“{phrase}”中不算错（已批准的例外）")
    if (term.since or term.until) and record.day:
        days = (f"{term.since}起" if term.since else "") + (f"{term.until}前" if term.until else "")
        return Missed("excused", f"{said}只在{days}算错，或按语境是正确用法")
    return Missed("excused", f"{said}按语境是正确用法（引用、举例、旧称等），或词表后来才收")


def _excused(record: MonitorRecord, excuses: Sequence[Excuse], text: str) -> str:
    """The phrase of an exception that holds for the whole site or this page, "" for none."""
    word = plain(record.word)
    for one in excuses:
        here = one.scope == "site" or (one.scope == "page" and one.scope_id == record.url)
        if here and plain(one.term) in word and plain(one.phrase) in text:
            return one.phrase
    return ""


def proposed(record: MonitorRecord, product: str) -> Term | None:
    """The word as a row for a list of the office's own, None where it can be none."""
    word, use = record.word, record.said("use")
    if not word[:1].isalnum() or plain(word) == plain(use):
        return None
    use = use if use[:1].isalnum() else ""
    at = record.context.find(word)
    before, after = ("", "") if at < 0 else (record.context[:at], record.context[at + len(word) :])
    before, after = before[-SHOWN:].lstrip("=+-@\t\r '"), after[:SHOWN]
    good = f"{before}{use}{after}" if use and word not in f"{before}{use}{after}" else ""
    return Term(word, use, source=product, bad=f"{before}{word}{after}", good=good)
