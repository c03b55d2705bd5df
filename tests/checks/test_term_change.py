"""One change of a list: made once, refused where the row is another by now, looked over beside the other lists."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.model import BadInput, Severity
from checks.term_change import (
    cells_of,
    changed,
    holds,
    stamped,
    term_of,
    unstamped,
    with_exception,
    worded,
)
from checks.term_table import csv_text
from checks.wordlist import Term, Wordlist, terms_in
from checks.wordlist_lint import term_faults

OLD = Term("布署", "部署", ("公布署名",), source="词典", bad="作出布署", good="作出部署", line=2)
OTHER = Term("防讯", "防汛", source="词典", bad="防讯", good="防汛", line=3)
NEW = {"text": "座落", "use": "坐落", "bad": "座落于", "good": "坐落于", "source": "词典"}
words = st.text(
    st.characters(blacklist_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=1, max_size=8
)


def test_a_term_is_added_last_and_once() -> None:
    terms, term = changed((OLD, OTHER), "add", NEW, {})
    assert term is not None
    assert [one.text for one in terms] == ["布署", "防讯", "座落"]
    assert changed(terms, "add", NEW, {})[0] == terms
    with pytest.raises(BadInput, match="词表里已有“座落”，请改用“修改词条”"):
        changed(terms, "add", {**NEW, "use": "坐落在"}, {})


def test_a_row_is_changed_where_it_stands_if_it_is_still_the_same() -> None:
    was = cells_of(OLD)
    new = {**was, "use": "部署、安排"}
    terms, _ = changed((OLD, OTHER), "change", new, was)
    assert [(one.text, one.use) for one in terms] == [("布署", "部署、安排"), ("防讯", "防汛")]
    assert changed(terms, "change", new, was)[0] == terms
    edited = replace(OLD, good="部署")
    with pytest.raises(BadInput, match="“布署”在提出以后改过了"):
        changed((edited, OTHER), "change", new, was)
    with pytest.raises(BadInput, match="词表里已没有“布署”"):
        changed((OTHER,), "change", new, was)


def test_a_row_is_removed_once() -> None:
    assert changed((OLD, OTHER), "remove", {}, cells_of(OLD)) == ((OTHER,), None)
    assert changed((OTHER,), "remove", {}, cells_of(OLD)) == ((OTHER,), None)


def test_an_exception_holds_its_term_and_more() -> None:
    assert with_exception(OLD, " 布署图 ").unless == ("公布署名", "布署图")
    for phrase in ("布署", "部署图", "布署图|布署表"):
        with pytest.raises(BadInput, match="应含有“布署”，且比它长"):
            with_exception(OLD, phrase)
    with pytest.raises(BadInput, match="已经是“布署”的例外"):
        with_exception(OLD, "公布署名")


def test_a_source_names_who_proposed_and_approved_it_once() -> None:
    first = stamped({"source": "词典"}, "张三（水利局）", "李四", date(2025, 10, 9))
    assert first == {"source": "词典（张三水利局提出，李四2025-10-09批准）"}
    again = stamped(first, "王五", "赵六", date(2025, 11, 1))
    assert again == {"source": "词典（王五提出，赵六2025-11-01批准）"}
    assert unstamped(again["source"]) == "词典"
    assert len(stamped({"source": "x" * 500}, "张三", "李四", date(2025, 10, 9))["source"]) == 500


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({}, "词条是空的"),
        ({"use": "b"}, "text 为空，应写错误的词"),
        ({"text": "a", "use": "a"}, "“a”的 use 与 text 相同"),
        ({"text": "x" * 501}, "错词：不能超过500字"),
        ({"text": "11010519491231002X", "use": "b"}, "词条里不能写身份证号"),
        ({"text": "a", "use": "b", "boundary": "maybe"}, "boundary 为“maybe”"),
    ],
)
def test_a_row_that_is_none_says_why(cells: dict[str, str], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        term_of(cells)


@given(words, words, st.lists(words, max_size=3))
def test_what_is_written_is_read_back(text: str, use: str, more: list[str]) -> None:
    unless = "|".join(f"{text}{one}" for one in more if "|" not in one)
    cells = {"text": text, "use": use, "unless": unless, "bad": '“,”"', "source": "a\nb"}
    try:
        term = term_of(cells)
    except BadInput:
        return
    (back,), problems = terms_in(csv_text([term]), "x")
    assert (problems, cells_of(back)) == ([], cells_of(term))


def listed(*terms: Term, id: str = "own") -> Wordlist:
    return Wordlist(id, id, Severity.WARNING, "应为“{use}”", "规范", terms)


def test_a_term_is_looked_over_beside_all_lists() -> None:
    assert term_faults(listed(OLD, OTHER), OTHER, ()) == []
    contrary = Term("部署", "布署", bad="作出部署", good="作出安排", line=4)
    assert term_faults(listed(OLD, contrary), contrary, ()) == [
        "“部署”应为“布署”，但 own.csv 第2行把后者列为错词，互相矛盾",
        "“布署”应为“部署”（own.csv 第2行），这一条却把后者列为错词",
    ]
    twice = replace(OLD, line=9)
    assert term_faults(listed(twice), twice, (listed(OLD, id="typos"),)) == [
        "“布署”与 typos.csv 第2行重复"
    ]
    assert term_faults(listed(replace(OTHER, bad="", good="防讯")), replace(OTHER, bad="", good="防讯"), ())[0] == (
        "“防讯”没有错误例句(bad)"
    )  # fmt: skip


def test_a_phrase_holds_a_term_as_the_search_sees_both() -> None:
    assert holds("ＩＰＶ６ 改造", "IPV6")
    assert not holds("部署", "布署")
    assert not holds("部署", "")


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("“防讯”的 use 与 text 相同，应写正确的词", "“防讯”的应写与错词相同，应写正确的词"),
        ("“防讯”没有错误例句(bad)", "“防讯”没有错误例句(错误例句)"),
        ("text 为空，应写错误的词", "错词为空，应写错误的词"),
        ("“use”与 useful.csv 第2行重复", "“use”与 useful.csv 第2行重复"),
        ("正词“防讯所”包含错词“防讯”，应写入 unless", "正词“防讯所”包含错词“防讯”，应写入例外短语"),
    ],
)
def test_a_fault_names_columns_as_the_office_does(fault: str, said: str) -> None:
    assert worded(fault) == said
