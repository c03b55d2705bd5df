"""Why a monitor's record is not ours: from what was read, and from the lists."""

from dataclasses import replace
from datetime import date

import pytest

from checks.missed import Lists, Missed, PageSeen, TextSeen, proposed, why_missed
from checks.model import Excuse, Severity
from checks.monitor import MonitorRecord
from checks.wordlist import Term, Wordlist

TYPOS = Wordlist(
    "typos", "错别字", Severity.WARNING, "应为{use}", "词典",
    (Term("布署", "部署", unless=("宣布署名",)), Term("环保局", "生态环境局", since=date(2019, 3, 1)), Term("的的", "的")),
)  # fmt: skip
LISTS = Lists([TYPOS])
DAY = date(2025, 9, 20)


def record(word: str, context: str = "", *, url: str = "http://a.cn/1.htm", use: str = "") -> MonitorRecord:  # fmt: skip
    return MonitorRecord(1, "第2行", url, word, context, "", DAY, {"use": use})


def page(*texts: str, attachments: int = 0, first: date = date(2025, 9, 1)) -> PageSeen:
    """A page whose texts followed each other by ten days."""
    days = [first, date(2025, 9, 11), date(2025, 9, 21)][: len(texts)]
    ends = [*days, None][1:]
    seen = zip(texts, days, ends, strict=True)
    return PageSeen("live", "", tuple(TextSeen(*one) for one in seen), attachments)


@pytest.mark.parametrize(
    ("said", "seen", "why", "read"),
    [
        (record("布署"), None, "not-listed", False),
        (record("布署"), PageSeen("outside", "站外网页"), "not-listed", False),
        (record("布署"), PageSeen("new"), "unread", False),
        (record("布署"), PageSeen("unread", "timeout"), "unread", False),
        (record("座佑铭"), page("这是座佑铭"), "not-in-lists", True),
        (record("座 佑铭"), page("这是座\n佑铭"), "not-in-lists", True),
        (record("布署"), page("宣布署名文章"), "excused", True),
        (record("布署"), page("作出布署"), "excused", True),
        (record("布署"), page("作出布署", "作出部署"), "edited", True),
        (record("布署"), page("作出部署"), "absent", True),
        (record("布署"), page("作出部署", first=date(2025, 9, 21)), "unread", False),
        (record("布署"), page("作出部署", first=DAY), "absent", True),
        (record("布署", url="http://a.cn/f.docx"), page("见附件"), "attachment", False),
        (record("布署", url="http://a.cn/f.docx"), page("见附件", attachments=1), "absent", True),
    ],
)
def test_the_reason_is_what_was_read_of_the_page(
    said: MonitorRecord, seen: PageSeen | None, why: str, *, read: bool
) -> None:
    found = why_missed(said, seen, LISTS)
    assert (found.why, found.read) == (why, read)


def test_the_exception_that_excused_it_is_named() -> None:
    assert why_missed(record("布署"), page("宣布署名文章"), LISTS) == Missed(
        "excused", "“错别字”的“布署”在“宣布署名”中不算错"
    )
    assert why_missed(record("环保局"), page("原环保局"), LISTS) == Missed(
        "excused", "“错别字”的“环保局”只在2019-03-01起算错，或按语境是正确用法"
    )


@pytest.mark.parametrize(
    ("excuse", "phrase"),
    [
        (Excuse("typos", "布署", "摆布署里"), "在“摆布署里”中不算错（已批准的例外）"),
        (Excuse("typos", "布署", "摆布署里", "page", "http://a.cn/1.htm"), "在“摆布署里”中不算错（已批准的例外）"),
        (Excuse("typos", "布署", "摆布署里", "page", "http://a.cn/2.htm"), "按语境是正确用法（引用、举例、旧称等），或词表后来才收"),
        (Excuse("typos", "布署", "别处"), "按语境是正确用法（引用、举例、旧称等），或词表后来才收"),
    ],
)  # fmt: skip
def test_an_approved_exception_is_named_where_it_holds(excuse: Excuse, phrase: str) -> None:
    lists = Lists([TYPOS], excuses=[excuse])
    assert why_missed(record("布署"), page("摆布署里的人"), lists) == Missed(
        "excused", f"“错别字”的“布署”{phrase}"
    )


def test_a_list_that_is_off_and_a_finding_elsewhere_on_the_page_are_named() -> None:
    off = Lists([TYPOS], frozenset(("typos",)))
    assert why_missed(record("布署"), page("作出布署"), off) == Missed(
        "off", "“错别字”在站点文件里已停用"
    )
    assert why_missed(record("布署"), page("作出布署"), LISTS, elsewhere=12) == Missed(
        "other-place", "同一网页的这个词已查出（台账12号），上下文不同"
    )
    assert why_missed(record("布署"), None, LISTS, list_page=True) == Missed(
        "list-page", "只查文章的文字"
    )


def test_a_term_that_holds_the_word_counts_only_where_it_stands_on_the_page() -> None:
    """They reported 再励; the list has 再接再励, which stands on one page and not on the other."""
    assert why_missed(record("署名"), page("署名文章"), LISTS).why == "not-in-lists"
    longer = Lists([replace(TYPOS, terms=(Term("再接再励", "再接再厉"),))])
    assert why_missed(record("再励"), page("要再接再励"), longer).why == "excused"
    assert why_missed(record("再励"), page("要再励"), longer).why == "not-in-lists"


@pytest.mark.parametrize(
    ("said", "term"),
    [
        (
            record("座佑铭", "他的座佑铭挂着", use="座右铭"),
            Term("座佑铭", "座右铭", source="某监测", bad="他的座佑铭挂着", good="他的座右铭挂着"),
        ),
        (record("座佑铭"), Term("座佑铭", "", source="某监测", bad="座佑铭")),
        (
            record("座佑铭", "=cmd 座佑铭", use="=cmd()"),
            Term("座佑铭", "", source="某监测", bad="cmd 座佑铭"),
        ),
        (
            record("铭", "座佑铭", use="铭文"),
            Term("铭", "铭文", source="某监测", bad="座佑铭"),
        ),  # its right form holds it: no good example
        (record("座右铭", use="座右铭"), None),
        (record("=cmd()"), None),
    ],
)
def test_a_word_becomes_a_row_of_a_list(said: MonitorRecord, term: Term | None) -> None:
    assert proposed(said, "某监测") == term
