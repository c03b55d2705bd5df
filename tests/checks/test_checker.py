import subprocess
import sys
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.checker import Checker
from checks.model import Article, Part, Severity, Span
from checks.wordlist import Term, Wordlist, shipped

DAY = date(2025, 9, 30)


def wordlist(*terms: Term, id: str = "typos", severity: Severity = Severity.WARNING) -> Wordlist:
    return Wordlist(id, "错别字", severity, "应为“{use}”", "词典", terms)


def marked(checker: Checker, text: str, day: date | None = DAY) -> str:
    """`text` with every hit in ‹ ›, and ‹? ›, where it was lowered to 疑似."""
    shown = text
    for f in reversed(checker.article(Article.draft(text, published=day))):
        sign = "‹?" if f.severity is Severity.SUGGESTION else "‹"
        shown = f"{shown[: f.span.start]}{sign}{f.match}›{shown[f.span.end :]}"
    return shown


BUSHU = Term("布署", "部署", unless=("公布署名",), boundary="word")


def test_a_finding_says_everything() -> None:
    checker = Checker([wordlist(replace(BUSHU, source="《现代汉语词典》"))])
    article = Article(
        "http://a.cn/1", (Part("title", "", "好"), Part("body", "", "作出布署。")), DAY
    )
    (finding,) = checker.article(article)
    assert (finding.rule, finding.severity, finding.part, finding.span) == (
        "typos", Severity.WARNING, 1, Span(2, 4),
    )  # fmt: skip
    assert (finding.match, finding.suggestion, finding.message, finding.source) == (
        "布署", "部署", "应为“部署”", "《现代汉语词典》",
    )  # fmt: skip
    assert len(finding.fingerprint) == 32 and finding.url == "http://a.cn/1"


def test_an_exception_excuses_only_what_it_covers() -> None:
    checker = Checker([wordlist(BUSHU)])
    assert marked(checker, "公布署名文章，作出布署") == "公布署名文章，作出‹布署›"


def test_another_terms_exception_excuses_nothing() -> None:
    other = Term("署名", "签名", unless=("公布署名",))
    checker = Checker([wordlist(Term("布署", "部署"), other)])
    assert marked(checker, "公布署名") == "公‹布署›名"


def test_a_hit_that_splits_a_word_is_lowered_never_dropped() -> None:
    checker = Checker([wordlist(Term("台独", "", boundary="word"), severity=Severity.ERROR)])
    assert marked(checker, "数据平台独立运行") == "数据平‹?台独›立运行"
    (finding,) = checker.article(Article.draft("数据平台独立运行"))
    assert finding.message.endswith("请人工确认）")


def test_the_longest_of_a_list_is_reported() -> None:
    checker = Checker([wordlist(Term("村长", "主任"), Term("村委会村长", "村委会主任"))])
    assert marked(checker, "村委会村长和村长") == "‹村委会村长›和‹村长›"


def test_a_place_is_marked_once_by_the_weightiest() -> None:
    light = wordlist(Term("环保局", "某局"), id="advice", severity=Severity.SUGGESTION)
    heavy = wordlist(Term("县环保局", "县生态环境局"), id="organs", severity=Severity.ERROR)
    (finding,) = Checker([light, heavy]).article(Article.draft("请县环保局牵头"))
    assert (finding.rule, finding.match) == ("organs", "县环保局")


@pytest.mark.parametrize(
    ("day", "found"),
    [
        (date(2019, 2, 28), False),
        (date(2019, 3, 1), True),
        (date(2020, 12, 31), True),
        (date(2021, 1, 1), False),
    ],
)
def test_a_term_is_wrong_from_since_until_until(day: date, found: bool) -> None:  # noqa: FBT001
    term = Term("环保局", "生态环境局", since=date(2019, 3, 1), until=date(2021, 1, 1))
    assert (marked(Checker([wordlist(term)]), "县环保局", day) == "县‹环保局›") is found


def test_an_undated_draft_is_judged_by_today() -> None:
    checker = Checker([wordlist(Term("环保局", "生态环境局", since=date(2019, 3, 1)))])
    draft = Article.draft("县环保局")
    assert len(checker.article(draft)) == 1
    assert checker.article(draft, today=date(2018, 1, 1)) == ()


@pytest.mark.parametrize(
    ("text", "shown"),
    [("IPV6升级", "‹IPV6›升级"), ("XIPV6", "XIPV6"), ("IPV64", "IPV64"), ("用IPV6", "用‹IPV6›")],
)
def test_latin_words_are_found_whole(text: str, shown: str) -> None:
    assert marked(Checker([wordlist(Term("IPV6", "IPv6"))]), text) == shown


def test_the_same_mistake_twice_is_two_findings() -> None:
    found = Checker([wordlist(Term("布署", "部署"))]).article(Article.draft("布署\n布署\n布署"))
    assert len({f.fingerprint for f in found}) == 3


def test_the_identity_does_not_move_with_the_place() -> None:
    checker = Checker([wordlist(Term("布署", "部署"))])
    first = checker.article(Article.draft("前文甲乙丙丁戊己作出布署，后文甲乙丙丁戊己"))
    moved = checker.article(Article.draft("加了一段话。前文甲乙丙丁戊己作出布署，后文甲乙丙丁戊己"))
    assert [f.fingerprint for f in first] == [f.fingerprint for f in moved]
    assert first[0].span != moved[0].span


@given(st.text("公布署名台帐篷一座落差IPV6\n𠮷\ud800 ", max_size=60))
def test_every_span_shows_its_match(text: str) -> None:
    for finding in Checker(shipped()).article(Article.draft(text, published=DAY)):
        assert text[finding.span.start : finding.span.end] == finding.match


def test_a_clean_check_loads_no_heavy_library() -> None:
    code = (
        "import sys; from checks.checker import Checker; from checks.wordlist import shipped;"
        "from checks.model import Article; Checker(shipped()).article(Article.draft('全县工作部署。'));"
        "print(sorted({'jieba','scrapy','sqlalchemy','pydantic','docx'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
