"""The wording's clauses: what is said where something is known, and what is left out where nothing is."""

from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from checks.figure import Figure, Query, Row
from checks.form import Form, FormField
from checks.model import BadInput
from reports.circular.columns import column_sentences
from reports.circular.facts import Facts
from reports.circular.sentences import Pieces, Speaker, text_of
from reports.circular.words import SHIPPED, Clause, ColumnWords, load_words, words_from, words_json
from reports.figures import FormFigures
from reports.wording import CalendarQuarter
from store.pack_file import PackTable, add, add_forms
from store.pack_reading import Pack

FORM = Form(
    "f", "表", (FormField("unit", "单位", type="unit", key=True), FormField("n", "数", type="int"))
)
ROWS = (
    Row("a", {"unit": "a", "unit_name": "甲局", "n": 2}),
    Row("b", {"unit": "b", "unit_name": "乙局", "n": 1}),
    Row("c", {"unit": "c", "unit_name": "丙局", "n": 0}),
)


def figure(id: str, value: Any, query: Query, unit: str = "", words: str = "") -> Figure:
    return Figure(f"f.{id}", value, words, query, ("a", "b", "c"), unit=unit)


FIGURES = (
    figure("three", 3, Query("f", "count")),
    figure("sum", 3, Query("f", "sum", "n")),
    figure("units", ("甲局", "乙局", "丙局"), Query("f", "list", "unit")),
    figure("by@a", 3, Query("f", "count"), "a", "甲局3件"),
    figure("by@b", 3, Query("f", "count"), "b", "乙局3件"),
)


def pack(*tables: PackTable, figures: tuple[Figure, ...] = FIGURES) -> Pack:
    database = Database(memory=True)
    add_forms(database, [FormFigures(FORM, ROWS, figures, ())], set())
    texts = [{"name": "own", "text": "办公室的话"}]
    add(database, PackTable("texts", {"name": str, "text": str}, texts))
    for table in tables:
        add(database, table)
    return Pack(Path("x.db"), {}, database)


def zero() -> PackTable:
    return PackTable("articles", {"id": int, "url": str, "unit": str, "reprinted": int}, [])


def said(*sentences: Any, most: int = 15) -> str:
    """`published` is 0 in this pack: it is known, and nothing."""
    facts = Facts(pack(zero()))
    return "".join(
        map(
            text_of,
            Speaker(facts, {"period": "第三季度", "place": ""}, most=most).sentences(sentences),
        )
    )


@pytest.mark.parametrize(
    ("sentence", "text"),
    [
        ("{period}共{f.three}件", "第三季度共3件。"),
        ("没有数字的话。", "没有数字的话。"),
        ("{f.none}件", ""),
        ("发布{published}条", ""),
        ("送到{place}", ""),
        ("{text.own}", "办公室的话。"),
        ("{text.other}", ""),
        ("{f.none|f.three}件", "3件。"),
        ("{f.units#}个单位（{f.units}）", "3个单位（甲局、乙局、丙局）。"),
        ("其中：{f.by}", "其中：甲局3件、乙局3件。"),
        ("{f.by#}个单位", "2个单位。"),
        (["{f.three}件", "{f.none}件", "{f.sum}项"], "3件，3项。"),
        (["{f.none}件", "{f.three}件"], ""),
        (["共{f.three}件", Clause(among=["{f.none}件已办", "{f.sum}件未办"])], "共3件，其中3件未办。"),
        (["共{f.three}件", Clause(among=["{f.none}件已办", "{published}件未办"])], "共3件。"),
        (Clause(say="都办了", when={"f.three": "=f.sum"}), "都办了。"),
        (Clause(say="没有都办", when={"f.three": "=published"}), ""),
        (Clause(say="没有发布", when={"published": "none"}), "没有发布。"),
        (Clause(say="没有导入", when={"f.none": "none"}), ""),
        (Clause(say="正好三件", when={"f.three": 3}), "正好三件。"),
        (Clause(say="有", when={"f.units": "some", "published": "some"}), ""),
        (["一", Clause(say="二", when={"published": "some"}), "三"], "一，三。"),
    ],
)  # fmt: skip
def test_a_sentence_says_what_is_known(sentence: Any, text: str) -> None:
    assert said(sentence) == text


def test_a_long_list_says_how_many_there_are() -> None:
    assert said("{f.units}", most=2) == "甲局、乙局等3个单位。"


def test_what_a_sentence_rests_on_is_its_evidence_though_it_is_not_seen() -> None:
    facts = Facts(pack(zero()))
    (pieces,) = Speaker(facts, {}).sentences([Clause(say="没有发布", when={"published": "none"})])
    assert [one if isinstance(one, str) else (one.id, one.text) for one in pieces] == [
        "没有发布", ("published", ""), "。",
    ]  # fmt: skip


def test_a_figure_that_its_query_denies_is_not_told() -> None:
    wrong = figure("three", 4, Query("f", "count"))
    with pytest.raises(BadInput, match=r"数字“f\.three”与它的查询算出来的不一致"):
        Facts(pack(figures=(wrong,)))


UNITS = [
    {"id": one, "position": n, "short": one.upper(), "kind": "township" if n < 4 else "department"}
    for n, one in enumerate(("t", "u", "v", "w", "x"), 1)
]
UNIT_TYPES = {"id": str, "position": int, "short": str, "kind": str}


def columns_told(*faults: tuple[str, str, str, str]) -> str:
    """`faults` are (column, state, item, unit), all confirmed."""
    rows = [
        {"key": str(n), "position": n, "column_id": column, "state": state, "item": item, "unit": unit,
         "rank": n, "confirmed": 1, "finding": n}
        for n, (column, state, item, unit) in enumerate(faults, 1)
    ]  # fmt: skip
    names = [{"id": one, "position": n, "name": one} for n, one in enumerate(dict.fromkeys(f[0] for f in faults))]  # fmt: skip
    types = {"key": str, "position": int, "column_id": str, "state": str, "item": str, "unit": str, "rank": int, "confirmed": int, "finding": int}  # fmt: skip
    opened = pack(
        PackTable("units", UNIT_TYPES, UNITS),
        PackTable("columns", {"id": str, "position": int, "name": str}, names),
        PackTable("faults", types, rows),
    )
    sentences: tuple[Pieces, ...] = column_sentences(
        opened, ColumnWords(), {"township": "各乡镇"}, 15
    )
    return "".join(map(text_of, sentences))


@pytest.mark.parametrize(
    ("faults", "text"),
    [
        ([], ""),
        ([("甲", "incomplete", "计划", "w")], "甲栏目（W）未公开计划。"),
        ([("甲", "incomplete", "计划", "")], "甲栏目未公开计划。"),
        ([("甲", "incomplete", one, "w") for one in ("一", "二", "三")], "甲栏目（W）信息公开不全。"),
        # W lacks 计划, X 结果: neither is accused of what the other lacks
        ([("甲", "incomplete", "计划", "w"), ("甲", "incomplete", "结果", "x")], "甲栏目（W、X）信息公开不全。"),
        ([("甲", "incomplete", "计划", one) for one in "tuvw"], "甲栏目（各乡镇、W）未公开计划。"),
        ([("甲", "incomplete", "计划", "w"), ("乙", "incomplete", "结果", "w"), ("丙、丁", "incomplete", "结果", "x")],
         "甲、乙（W）、“丙、丁”（X）栏目均存在信息公开不全问题。"),
        ([("甲", "incomplete", "计划", one) for one in "tuv"] + [("乙", "incomplete", "结果", "w")],
         "甲栏目（各乡镇）未公开计划。乙栏目（W）未公开结果。"),
        ([("甲", "stale", "", "w"), ("乙", "stale", "", "x")], "甲（W）、乙（X）栏目更新不及时。"),
        ([("甲", "empty", "", "w")], "甲栏目（W）没有内容。"),
        ([("甲", "stale", "", "w"), ("甲", "incomplete", "计划", "w")],
         "甲栏目（W）未公开计划。甲栏目（W）更新不及时。"),
    ],
)  # fmt: skip
def test_columns_are_told_as_a_person_would(
    faults: list[tuple[str, str, str, str]], text: str
) -> None:
    assert columns_told(*faults) == text


def test_the_offices_words_stand_in_the_place_of_the_houses(tmp_path: Path) -> None:
    file = tmp_path / "w.yaml"
    file.write_text(
        "county: 某县\ntexts: {2025q3: {own: 话}}\ndeadlines: {2025Q4: 1-31}\n", "utf-8"
    )
    words, house = load_words(file), load_words(None)
    assert (words.county, words.texts, house.county) == ("某县", {"2025Q3": {"own": "话"}}, "全县")
    assert words.sections == house.sections
    quarters = [CalendarQuarter(2025, 3), CalendarQuarter(2025, 4)]
    assert [words.deadline(one) for one in quarters] == ["10月20日", "1月31日"]
    assert words_from(words_json(words)) == words


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("countyy: 某县\n", "1: countyy不是能识别的键；应删去或改正拼写"),
        ("deadlines: {2025Q3: 13-1}\n", "1: deadlines写的是“13-1”；应为月-日，如 10-20"),
        ("county: 某县\nplace: 1\n", "2: place写的是“1”；应为文字（数字、日期、true/false作文字时要加引号）"),
        ("texts:\n  2025Q7: {own: 话}\n", "1: texts季度写的是“2025Q7”；应如 2025Q3"),
        ("sections:\n  - heading: 一\n", "2: sections.0.parts没有写；应写上"),
        ("title: ''\n", "1: title是空的或有换行；应写在一行里"),
    ],
)  # fmt: skip
def test_a_fault_in_the_offices_words_is_told_with_its_line(
    tmp_path: Path, text: str, said: str
) -> None:
    file = tmp_path / "w.yaml"
    file.write_text(text, "utf-8")
    with pytest.raises(BadInput) as caught:
        load_words(file)
    assert caught.value.lines == (f"{file}:{said}",)


def test_a_file_of_words_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="找不到通报文字的文件；请核对站点文件的 circular"):
        load_words(tmp_path / "none.yaml")


def test_a_pack_whose_wording_is_none_is_refused() -> None:
    with pytest.raises(BadInput, match="证据包中的通报文字不能用"):
        words_from(b"{}")


def test_every_figure_that_the_house_tells_of_is_some_forms() -> None:
    """A place that no form and no question fills would silently never be said."""
    import re

    from checks.form import load_forms
    from store.pack_queries import QUESTIONS

    known = {f"{form.id}.{one.id}" for form in load_forms().values() for one in form.asked}
    plain = {"quarter", "period", "year", "county", "deadline", "place", "bases", "columns", "items", "wrong-examples"}  # fmt: skip
    text = SHIPPED.read_text("utf-8").split("\n\n", 1)[0] + SHIPPED.read_text("utf-8")
    places = {id for hit in re.findall(r"\{([a-z][^{}\s:]*)\}", text) for id in hit.split("|")}
    places |= set(re.findall(r"when: \{([^:]+):", text))
    ids = {one.removesuffix("#") for one in places}
    strange = {one for one in ids if not one.startswith(("text.", "lacking."))} - known - plain
    assert strange - set(QUESTIONS) == set()
