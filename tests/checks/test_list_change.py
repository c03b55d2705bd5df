from dataclasses import replace
from datetime import date

from checks.list_change import changed, looked_for
from checks.model import Severity
from checks.wordlist import Term, Wordlist

ONE = Wordlist(
    "typos", "错字", Severity.WARNING, "应为“{use}”", "词典",
    (Term("布署", "部署"), Term("环保局", "生态环境局", ("环保局限",)), Term("帐户", "账户")),
)  # fmt: skip


def touched(old: Wordlist | None, new: Wordlist | None) -> set[str]:
    return set(changed(looked_for([old] if old else []), looked_for([new] if new else [])))


def with_term(number: int, **changes: object) -> Wordlist:
    terms = list(ONE.terms)
    terms[number] = replace(terms[number], **changes)  # type: ignore[arg-type]
    return replace(ONE, terms=tuple(terms))


def test_the_same_lists_touch_nothing() -> None:
    assert touched(ONE, replace(ONE, title="别的名称", terms=tuple(ONE.terms))) == set()
    assert touched(ONE, with_term(0, line=7, bad="作出布署", good="作出部署")) == set()


def test_a_term_added_or_removed_touches_itself_and_its_exceptions() -> None:
    fewer = replace(ONE, terms=(ONE.terms[0], ONE.terms[2]))
    assert touched(fewer, ONE) == touched(ONE, fewer) == {"环保局", "环保局限"}


def test_whatever_is_edited_in_a_term_touches_all_its_strings() -> None:
    for changes in (
        {"use": "环保部门"},
        {"boundary": "word"},
        {"since": date(2019, 3, 1)},
        {"until": date(2026, 1, 1)},
        {"source": "方案"},
    ):
        assert touched(ONE, with_term(1, **changes)) == {"环保局", "环保局限"}
    assert touched(ONE, with_term(1, unless=("环保局长",))) == {"环保局", "环保局限", "环保局长"}
    assert touched(ONE, with_term(1, text="环保厅", unless=())) == {"环保局", "环保局限", "环保厅"}


def test_a_change_of_the_list_touches_all_of_it() -> None:
    everything = {"布署", "环保局", "环保局限", "帐户"}
    for changes in (
        {"severity": Severity.ERROR},
        {"message": "有误"},
        {"source": "别的词典"},
        {"context": "former"},
        {"id": "other"},
    ):
        assert touched(ONE, replace(ONE, **changes)) == everything
    assert touched(None, ONE) == everything


def test_order_counts_only_between_terms_that_are_spelt_alike() -> None:
    assert touched(ONE, replace(ONE, terms=ONE.terms[::-1])) == set()
    alike = replace(ONE, terms=(Term("账戶", "账户"), Term("賬户", "账户"), ONE.terms[0]))
    assert touched(alike, replace(alike, terms=(alike.terms[1], alike.terms[0], alike.terms[2]))) == {"账户"}  # fmt: skip
    assert changed(looked_for([ONE, replace(ONE, id="b")]), looked_for([replace(ONE, id="b"), ONE])) == {
        "布署", "环保局", "环保局限", "帐户"
    }  # fmt: skip
