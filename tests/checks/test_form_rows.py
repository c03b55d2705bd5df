"""A sheet's rows as a form reads them: headings as offices write them, every wrong cell named at once."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.figure import Row, Value
from checks.form import Form, FormField, Rate, load_forms
from checks.form_cells import Units, cell_value
from checks.form_rows import Reading, find_heading, read_rows
from checks.model import Unit

UNITS = Units.of(
    (
        Unit("caizheng", "精河县财政局", ("县财政局", "财政局")),
        Unit("shuili", "精河县水利局", ("县水利局",)),
    )
)
FORM = Form(
    "f",
    "表",
    (
        FormField("unit", "单位", ("承办单位",), "unit", required=True, key=True, present=True),
        FormField("day", "收到日期", ("日期",), "date", required=True, present=True),
        FormField("n", "件数", type="int", blank=0),
        FormField("rate", "比率", type="percent"),
        FormField("done", "是否完成", type="choice", choices={"是": ("√",), "否": ()}),
        FormField("note", "说明"),
    ),
)
HOTLINE = load_forms()["hotline-units"]
HEADINGS = ("单位", "收到日期", "件数", "比率", "是否完成", "说明")


def read(*rows: Sequence[str], form: Form = FORM, fractions: bool = False) -> Reading:
    lines = list(enumerate((HEADINGS, *rows), 1))
    heading, why = find_heading(form, lines)
    assert heading, why
    texts = (
        (n, {id: row[at] for id, at in heading.columns.items()} | {"": next(filter(None, row), "")})
        for n, row in lines[1:]
    )
    return read_rows(form, texts, UNITS, "甲.xlsx 工作表“表”", fractions=fractions)


def faults(*rows: Sequence[str]) -> tuple[str, ...]:
    return read(*rows).faults


def test_a_row_is_read_by_its_fields() -> None:
    row = ("县财政局", "2025年9月30日", "1,318件", "98.84%", "√", "电话13912345678")
    assert read(row).rows == (
        Row(
            "caizheng",
            {
                "unit": "caizheng", "unit_name": "县财政局", "day": "2025-09-30", "n": 1318,
                "rate": 98.84, "done": "是", "note": "电话139****5678",
            },
            "甲.xlsx 工作表“表”第2行",
        ),
    )  # fmt: skip


def test_every_wrong_cell_is_named_at_once() -> None:
    assert faults(
        ("县财政据", "2025/13/1", "1.5", "98.84", "也许", ""),
        ("", "2025-09-30", "-3", "0.9884", "", ""),
        ("县水利局", "", "", "120%", "", ""),
    ) == (
        "甲.xlsx 工作表“表”第2行“单位”: 写的是“县财政据”，站点文件里没有这个单位（是不是“县财政局”？）；"
        "应为站点文件 units 中的名称或简称",
        "甲.xlsx 工作表“表”第2行“收到日期”: 写的是“2025/13/1”；应为日期，如 2025-09-30",
        "甲.xlsx 工作表“表”第2行“件数”: 写的是“1.5”；应为整数，如 12",
        "甲.xlsx 工作表“表”第2行“是否完成”: 写的是“也许”；应为是、否之一",
        "甲.xlsx 工作表“表”第3行“单位”: 是空的；应填写",
        "甲.xlsx 工作表“表”第3行“件数”: 写的是“-3”；应为整数，如 12",
        "甲.xlsx 工作表“表”第3行“比率”: 写的是“0.9884”；应为百分数，如 98.84%",
        "甲.xlsx 工作表“表”第4行“收到日期”: 是空的；应填写",
        "甲.xlsx 工作表“表”第4行“比率”: 写的是“120%”；应为百分数，如 98.84%",
    )  # fmt: skip


def test_the_same_row_twice_is_told_with_both_numbers() -> None:
    row = ("财政局", "2025-09-30", "", "", "", "")
    assert faults(row, ("县财政局", *row[1:])) == (
        "甲.xlsx 工作表“表”第3行: 与第2行重复（“单位”相同）；应只留一行",
    )


def test_rows_that_may_repeat_are_told_apart() -> None:
    form = Form("f", "表", FORM.fields, repeats=True)
    row = ("财政局", "2025-09-30", "", "", "", "")
    assert [one.key for one in read(row, row, row, form=form).rows] == [
        "caizheng", "caizheng|2", "caizheng|3",
    ]  # fmt: skip


def test_totals_and_remarks_are_no_rows_and_a_wrong_total_is_told() -> None:
    row = ("财政局", "2025-09-30", "3", "", "", "")
    foot = ("填表人：张三", "", "", "", "", "")
    assert len(read(row, ("合 计", "", "3", "", "", ""), foot).rows) == 1
    assert faults(row, ("合计", "", "4", "", "", "")) == (
        "甲.xlsx 工作表“表”第3行“件数”: 合计写的是4，以上各行之和是3；应核对",
    )
    assert faults(row, ("说明会", "2025-09-30", "", "", "", "")) != ()  # not taken for a remark


def test_empty_rows_are_passed_over_and_rows_keep_their_numbers() -> None:
    row = ("财政局", "2025-09-30", "", "", "", "")
    assert [one.place[-3:] for one in read(("",) * 6, row).rows] == ["第3行"]


def test_an_empty_cell_stands_for_nought_only_where_there_is_a_column() -> None:
    lines = [(1, ("单位", "日期")), (2, ("财政局", "2025-09-30"))]
    heading, _ = find_heading(FORM, lines)
    assert heading
    texts = [(2, {"unit": "财政局", "day": "2025-09-30", "": "财政局"})]
    (row,) = read_rows(FORM, texts, UNITS, "甲", fractions=False).rows
    assert row.cells["n"] is None
    (row,) = read(("财政局", "2025-09-30", "", "", "", "")).rows
    assert row.cells["n"] == 0


@pytest.mark.parametrize(
    ("lines", "line", "columns"),
    [
        ([("标题", "", ""), ("", "", ""), ("件数（件）", " 承办　单位", "日期*")], 3, {"n": 0, "unit": 1, "day": 2}),
        ([("单位：精河县", "", ""), ("收到日期：", "序号", "单 位")], 2, {"day": 0, "unit": 2}),
        ([("日期", "收到日期", "单位")], 1, {"day": 1, "unit": 2}),  # the field's own name goes first
    ],
)  # fmt: skip
def test_the_heading_is_found_below_titles_with_columns_in_any_order(
    lines: list[tuple[str, ...]], line: int, columns: dict[str, int]
) -> None:
    heading, why = find_heading(FORM, enumerate(lines, 1))
    assert heading is not None, why
    assert (heading.line, dict(heading.columns)) == (line, columns)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([("甲", "乙")], "前10行里没有表头；应有“单位”、“收到日期”各列"),
        ([("单位", "件数")], "第1行像是表头，但缺“收到日期”列；应有“单位”、“收到日期”各列"),
        ([("单位", "日期", "单位")], "第1行的“单位”列不止一个；应只留一个"),
        ([()] * 10 + [("单位", "日期")], "前10行里没有表头；应有“单位”、“收到日期”各列"),
        ([], "前10行里没有表头；应有“单位”、“收到日期”各列"),
    ],
)
def test_a_missing_heading_is_told(lines: list[tuple[str, ...]], said: str) -> None:
    assert find_heading(FORM, enumerate(lines, 1)) == (None, said)


def test_personal_numbers_are_masked_before_anything_is_kept_or_said() -> None:
    row = ("财政局", "2025-09-30", "", "", "", "张三11010519491231002X、李四")
    (kept,) = read(row).rows
    assert kept.cells["note"] == "张三110105********002X、李四"
    (said,) = faults(("财政局", "11010519491231002X", "", "", "", ""))
    assert "110105********002X" in said and "19491231" not in said
    wide = cell_value(FormField("id", "身份证号"), "110105194912310200", UNITS, fractions=True)
    assert wide == "110105************"


def test_a_message_steers_no_terminal() -> None:
    (said,) = faults(("\x1b[31m财\n政据据据", "2025-09-30", "", "", "", ""))
    assert "\x1b" not in said and "\n" not in said


@pytest.mark.parametrize(
    ("type", "text", "value"),
    [
        ("int", "四十九", 49),
        ("int", "１２ 张", 12),
        ("int", "49.0", 49),
        ("int", "/", None),
        ("number", "-12.5", -12.5),
        ("percent", "100％", 100.0),
        ("date", "2025-09-30 10:12:00", "2025-09-30"),
        ("date", "—", None),
        ("text", "—", "—"),
    ],
)
def test_a_cell_is_what_its_type_says(type: str, text: str, value: Value) -> None:
    field = FormField("x", "某列", type=type)  # type: ignore[arg-type]
    assert cell_value(field, text, UNITS, fractions=False) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("0.9884", 98.84), ("1", 100.0), ("97.8", 97.8), ("0", 0.0), ("0.97058823", 97.058823)],
)
def test_a_spreadsheet_keeps_a_percentage_as_a_fraction(text: str, value: float) -> None:
    field = FormField("x", "率", type="percent")
    assert cell_value(field, text, UNITS, fractions=True) == value


@settings(deadline=None)
@given(st.integers(1, 10000), st.data())
def test_a_number_is_found_again_from_its_rate(whole: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, whole))
    rate = f"{100 * part / whole:.2f}%"
    form = HOTLINE
    texts = [(2, {"unit": "财政局", "orders": str(whole), "on_time_rate": rate, "": "财政局"})]
    (row,) = read_rows(form, texts, UNITS, "甲", fractions=False).rows
    assert row.cells["on_time"] == part


@pytest.mark.parametrize(
    ("orders", "done", "rate", "said"),
    [
        ("20", "", "98.84%", "“按时办结数”: 是空的，与“受理工单数”20、率98.84%对不上；应核对后填写件数"),
        ("86", "80", "98.84%", "“按时办结数”: 是80，与“受理工单数”86、率98.84%对不上；应核对后填写件数"),
        ("86", "87", "", "“按时办结数”: 写的是87，多于“受理工单数”86；应不大于它"),
        ("5000", "", "98.8%", "“按时办结数”: 是空的，由率98.8%定不出来（“受理工单数”有5000）；应填写件数"),
    ],
)  # fmt: skip
def test_numbers_that_contradict_each_other_are_told(
    orders: str, done: str, rate: str, said: str
) -> None:
    form = load_forms()["hotline-units"]
    cells = {
        "unit": "财政局",
        "orders": orders,
        "on_time": done,
        "on_time_rate": rate,
        "": "财政局",
    }
    assert read_rows(form, [(2, cells)], UNITS, "甲", fractions=False).faults == (f"甲第2行{said}",)


def test_only_so_many_faults_are_told() -> None:
    said = faults(*[("没有", "", "", "", "", "")] * 500)
    assert len(said) < 210 and said[-1] == "甲.xlsx 工作表“表”: 错误太多，只列出前200处"


def test_a_rate_is_of_its_own_form() -> None:
    fields = load_forms()["hotline-units"].fields
    assert [(one.id, one.rate) for one in fields if one.rate] == [
        ("on_time", Rate("on_time_rate", "orders")), ("satisfied", Rate("satisfied_rate", "rated")),
    ]  # fmt: skip
