"""Every row of every shipped list: its `bad` sentence is found, its `good` one left alone."""

import re
from datetime import date
from pathlib import Path

import pytest

from checks.checker import Checker
from checks.model import Article, Finding, Severity
from checks.wordlist import Term, Wordlist, shipped

DAY = date(2025, 9, 30)
CHECKER = Checker(shipped())
ROWS = [
    pytest.param(one, term, id=f"{one.id}-{term.text}") for one in shipped() for term in one.terms
]
REFERENCE = Path(__file__).parents[3] / "shared" / "reference" / "false_positives.md"
CIRCULAR = Path(__file__).parents[3] / "shared" / "circular-2025Q3.txt"


def found(sentence: str) -> tuple[Finding, ...]:
    return CHECKER.article(Article.draft(sentence, published=DAY))


@pytest.mark.parametrize(("wordlist", "term"), ROWS)
def test_bad_is_found_and_good_is_left_alone(wordlist: Wordlist, term: Term) -> None:
    hits = [f for f in found(term.bad) if f.rule == wordlist.id and f.match == term.text]
    assert [(f.severity, f.suggestion) for f in hits[:1]] == [(wordlist.severity, term.use)]
    loud = [f for f in found(term.good) if f.severity >= Severity.WARNING and f.rule == wordlist.id]
    assert loud == []
    assert term.source or wordlist.source


def test_no_term_stands_in_two_lists() -> None:
    texts = [term.text for one in shipped() for term in one.terms]
    assert len(texts) == len(set(texts))


def reference(section: str, following: str) -> str:
    if not REFERENCE.exists():
        pytest.skip("../shared/reference is absent")
    text = REFERENCE.read_text("utf-8")
    return text[text.index(section) : text.index(following) if following else len(text)]


def test_the_75_collisions_stay_silent() -> None:
    cells = re.findall(r"^\| \d+ \| (.+?) \|", reference("## 1.", "## 2."), re.M)
    sentences = [cell.replace("**", "") for cell in cells]
    assert len(sentences) == 75
    loud = [(s, f.match) for s in sentences for f in found(s) if f.severity >= Severity.WARNING]
    assert loud == []


@pytest.mark.parametrize(
    ("sentence", "day"),
    [
        ("关于废止《中华人民共和国合同法》的说明", DAY),
        ("《国家旅游局关于规范导游证管理的通知》", DAY),
        ("依据《劳动合同法》第十条订立合同。", DAY),
        ("县国土资源局公告", date(2016, 5, 1)),
        ("原县扶贫办主任", DAY),
        ("由原国税、地税合并组建", DAY),
        ("县文化和旅游局、农业部门、朝鲜族群众", DAY),
        ("坚决反对“台独”分裂行径", DAY),
        ("独山子、黑瞎子岛、六合区、阿合其农场、托里镇、八家户农场", DAY),
        ("截止阀更换，报名截止时间另行通知，购置帐篷和蚊帐", DAY),
        ("第一书记、第一批、第一产业、国家级非遗名录", DAY),
        ("S404线精河段、89404亿元", DAY),
    ],
)
def test_context_that_naive_matching_accuses(sentence: str, day: date) -> None:
    hits = CHECKER.article(Article.draft(sentence, published=day))
    assert [f.match for f in hits if f.severity >= Severity.WARNING] == []


def test_the_29_true_ones_are_found() -> None:
    rows = re.findall(r"^\| (\S+?) \| \S+ \|", reference("## 4.", ""), re.M)
    sentences = [row for row in rows if row not in {"Sentence", "---"}]
    assert len(sentences) == 29
    silent = [s for s in sentences if not any(f.severity >= Severity.WARNING for f in found(s))]
    assert silent == []


def test_the_circular_has_its_one_slip() -> None:
    if not CIRCULAR.exists():
        pytest.skip("../shared/circular-2025Q3.txt is absent")
    hits = [f for f in found(CIRCULAR.read_text("utf-8")) if f.severity >= Severity.WARNING]
    assert [(f.match, f.suggestion) for f in hits] == [("IPV6", "IPv6")]
