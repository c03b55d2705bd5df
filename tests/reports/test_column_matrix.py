"""The matrix of columns and units: what each cell says and why, and what a filter leaves."""

import csv
import io
from dataclasses import replace
from datetime import date

import pytest

from checks.model import Article, Column, Entry, Expectation, Part, Site
from reports.column_book import matrix_csv
from reports.column_matrix import (
    NOBODY,
    NOT_ENDED,
    NOT_YET,
    Box,
    column_matrix,
    narrowed,
    plain_why,
)
from reports.column_owed import owed_items, span_of
from store.column_looks import Look
from tests.quarters import PROGRESS, SITE, UNITS

DAY = date(2025, 9, 30)
ADRIFT = Column("czyjs", "=财政预决算", "http://a.cn/czyjs/", expects=(Expectation("预算", ("预算",)),))  # fmt: skip
WIDE = replace(SITE, columns=(*SITE.columns, ADRIFT))


def look(id: str = "gzdt", state: str = "ok", **more: object) -> Look:
    plain = Look(id, DAY, state, DAY, 5, frozenset(), "", whole=True, untold={})
    return replace(plain, **more)  # type: ignore[arg-type]


def boxes(site: Site, one: Look | None, column: str = "gzdt") -> dict[str, Box]:
    matrix = column_matrix(site, {one.column: one} if one else {})
    line = next(line for line in matrix.lines if line.column.id == column)
    return dict(zip((unit.id for unit in matrix.units), line.boxes, strict=True))


def test_each_cell_is_complete_missing_unchecked_in_charge_or_not() -> None:
    asks = "栏目 工作动态: 是否公开“进度”（某县民政局）"
    stood = look(
        state="incomplete", missing=frozenset({("进度", "tuotuo"), ("政策", "")}),
        untold={asks: "timeout 在规定时间内未打开"},
    )  # fmt: skip
    assert boxes(SITE, stood) == {
        "tuotuo": Box("missing", ("进度",)),
        "caizheng": Box("missing", ("政策",)),
        "minzheng": Box("missing", ("政策",)),
        "shuiwu": Box("complete"),
        "qixiang": Box("none"),
    }
    told = boxes(SITE, replace(stood, missing=frozenset()))
    assert told["minzheng"] == Box("unread", why="在规定时间内未打开")
    assert told["tuotuo"] == Box("complete")


@pytest.mark.parametrize(
    ("stood", "why"),
    [
        (None, NOT_YET),
        (look(state="unread", why="http-500 网站返回错误状态"), "网站返回错误状态（HTTP 500）"),
        (look(untold=None), NOT_ENDED),
    ],
)
def test_what_nobody_can_tell_is_unchecked_with_the_reason(stood: Look | None, why: str) -> None:
    assert boxes(SITE, stood)["tuotuo"] == Box("unread", why=why)


def test_an_empty_column_lacks_everything() -> None:
    found = boxes(SITE, look(state="empty", newest=None, entries=0))
    assert found["caizheng"] == Box("missing", ("进度", "政策"), "栏目空白")


def test_a_unit_in_charge_of_a_column_that_must_contain_nothing_is_said_to_be_so() -> None:
    plain = replace(SITE.columns[0], expects=())
    site = replace(SITE, columns=(plain,))
    assert boxes(site, look())["tuotuo"] == Box("charge")


def test_what_no_unit_answers_for_has_a_place_of_its_own() -> None:
    stood = look("czyjs", "incomplete", missing=frozenset({("预算", "")}))
    assert boxes(WIDE, stood, "czyjs")[NOBODY.id] == Box("missing", ("预算",))
    assert boxes(WIDE, None, "czyjs")[NOBODY.id] == Box("unread", why=NOT_YET)
    assert boxes(WIDE, look("czyjs"), "czyjs")[NOBODY.id] == Box("complete")
    assert boxes(WIDE, look(), "gzdt")[NOBODY.id] == Box("none")
    assert NOBODY.id not in boxes(SITE, None)


def test_a_filter_leaves_the_lines_that_it_names() -> None:
    looks = {"gzdt": look(state="stale"), "qxfw": look("qxfw", "unread", why="dns 域名无法解析")}
    matrix = column_matrix(WIDE, looks)

    def left(**how: str) -> list[str]:
        return [line.column.id for line in narrowed(matrix, **how).lines]

    assert left() == ["gzdt", "qxfw", "czyjs"]
    assert left(state="stale") == ["gzdt"]
    assert left(state="unseen") == ["czyjs"]
    assert left(unit="qixiang") == ["qxfw"]
    assert left(kind="news") == []
    assert left(only="unread") == ["qxfw", "czyjs"]
    assert left(only="unread", unit="caizheng") == []
    assert narrowed(matrix, unit="qixiang").units == (UNITS[4],)
    assert (matrix.count("stale"), matrix.lines[1].why, matrix.lines[1].entries) == (1, "域名无法解析", None)  # fmt: skip


def test_csv_names_what_is_missing_and_takes_nothing_for_a_formula() -> None:
    stood = look("czyjs", "incomplete", newest=None, missing=frozenset({("预算", "")}))
    matrix = narrowed(column_matrix(WIDE, {"czyjs": stood}), state="incomplete")
    rows = list(csv.reader(io.StringIO(matrix_csv(matrix, site=WIDE).decode("utf-8-sig"))))
    assert rows == [
        ["栏目", "类别", "状态", "最近更新", "条数", "何日起不更新", "查看日期", "说明",
         "托托镇", "县财政局", "县民政局", "县税务局", "县气象局", "没有指定单位"],
        ["'=财政预决算", "通知公告", "内容不全", "", "5", "", "2025-09-30", "", *["—"] * 5, "缺1项；预算"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("http-404 网站返回错误状态", "网站返回错误状态（HTTP 404）"),
        ("private-address 指向内网", "指向内网"),
        ("timeout", "timeout"),
        ("", ""),
        ("被中断", "被中断"),
    ],
)
def test_a_reason_is_said_without_its_code(why: str, said: str) -> None:
    assert plain_why(why) == said


def test_what_a_column_must_contain_is_told_with_the_newest_entry_that_meets_it() -> None:
    entries = [
        Entry("gzdt", f"http://a.cn/{n}.htm", title, DAY, article=Article(f"http://a.cn/{n}.htm", (Part("body", "", text),), DAY, unit=unit))
        for n, (title, text, unit) in enumerate([("托托镇进度", "", ""), ("题", "进度", "caizheng"), ("政策", "", ""), ("旧进度", "进度", "caizheng")])
    ]  # fmt: skip
    stood = look(state="incomplete", missing=frozenset({("进度", "minzheng")}), untold={
        "栏目 工作动态: 是否公开“进度”（某县税务局）": "dns 域名无法解析"
    })  # fmt: skip
    told = [
        (one.expectation.item, one.unit.id if one.unit else "", one.state, one.entry and one.entry.title, one.why)
        for one in owed_items(SITE, SITE.columns[0], stood, entries, DAY)
    ]  # fmt: skip
    assert told == [
        ("进度", "tuotuo", "complete", "托托镇进度", ""),
        ("进度", "caizheng", "complete", "题", ""),
        ("进度", "minzheng", "missing", None, ""),
        ("进度", "shuiwu", "unread", None, "域名无法解析"),
        ("政策", "", "complete", "政策", ""),
    ]
    for state, why in ((None, NOT_YET), (look(untold=None), NOT_ENDED)):
        (first, *_) = owed_items(SITE, SITE.columns[0], state, entries, DAY)
        assert (first.state, first.why) == ("unread", why)


def test_the_words_and_days_of_a_columns_items() -> None:
    column = SITE.columns[0]
    near = replace(PROGRESS, any=("进度", "政策"), within_days=30)
    assert span_of(column, DAY) == (("进度", "政策"), None)
    both = replace(column, expects=(near, replace(near, within_days=92)))
    assert span_of(both, DAY) == (("进度", "政策"), date(2025, 6, 30))
    endless = replace(column, expects=(replace(near, within_days=10**7),))
    assert span_of(endless, DAY) == (("进度", "政策"), None)
    assert span_of(replace(column, expects=()), DAY) == ((), None)
