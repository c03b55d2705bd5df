"""Forms: an office writes its own, in its own folder; what is wrong in one is said with its line."""

from pathlib import Path

import pytest

from checks.figure import Asked, Condition, Query
from checks.form import Form, FormField, Rate, load_form, load_forms
from checks.form_rows import heading_name
from checks.model import BadInput

WHOLE = """\
id: reports
title: 报送情况
period: none
fields:
  - {id: unit, name: 单位, type: unit, key: true, free: true}
  - {id: kind, name: 类别, type: choice, choices: {甲类: [甲], 乙类: []}}
  - {id: done, name: 完成数, type: int, rate: {field: rate, of: all}}
  - {id: rate, name: 完成率, type: percent}
  - {id: all, name: 总数, type: int, blank: 0}
figures:
  - {id: total, words: "共{value}", sum: all, where: {kind: [甲类, 乙类]}}
  - {id: share, words: "{value}%", sum: done, where: {all: {above: 0}, kind: {not: [乙类]}}, share_of: total, decimals: 0}
"""


def written(folder: Path, text: str, name: str = "表样.yaml") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_form_is_read_whole(tmp_path: Path) -> None:
    total = Query("reports", "sum", "all", (Condition("kind", "is", ("甲类", "乙类")),))
    above = (Condition("all", "above", (0,)), Condition("kind", "not", ("乙类",)))
    assert load_form(written(tmp_path, WHOLE)) == Form(
        "reports",
        "报送情况",
        (
            FormField(
                "unit", "单位", type="unit", required=True, key=True, present=True, free=True
            ),
            FormField("kind", "类别", type="choice", choices={"甲类": ("甲",), "乙类": ()}),
            FormField("done", "完成数", type="int", rate=Rate("rate", "all")),
            FormField("rate", "完成率", type="percent"),
            FormField("all", "总数", type="int", blank=0),
        ),
        (
            Asked("total", "共{value}", total),
            Asked("share", "{value}%", Query("reports", "sum", "done", above, total), 0),
        ),
        quarterly=False,
    )


def test_an_offices_form_stands_beside_the_shipped_ones_or_in_place_of_one(tmp_path: Path) -> None:
    written(tmp_path / "表样", WHOLE)
    written(tmp_path / "表样", WHOLE.replace("id: reports", "id: requests"), "b.yaml")
    forms = load_forms([tmp_path / "表样"])
    assert set(forms) - set(load_forms()) == {"reports"}
    assert (forms["requests"].title, load_forms()["requests"].title) == (
        "报送情况", "依申请公开申请登记表",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("id: reports", "id: Reports", 1, "不能作id"),
        ("period: none", "period: year", 3, "period写的是“year”；应为quarter、none之一"),
        ("period: none", "perod: none", 3, "perod不是能识别的键"),
        ("title: 报送情况\n", "", 1, "title没有写；应写上"),
        ("key: true, ", "", 4, "没有一个字段写 key: true"),
        ("type: int, blank: 0", "type: integer", 9, "应为text、date、int、number、percent、choice、unit之一"),
        ("name: 类别", "name: 单位", 6, "列名“单位”也是字段“unit”的"),
        ("id: kind, name", "id: unit, name", 6, "字段id“unit”重复"),
        ("type: choice, ", "", 6, "type: choice 与 choices 应同时写"),
        ("blank: 0", "blank: kind", 9, "blank 写的是“kind”"),
        ("{field: rate, of: all}", "{field: kind, of: all}", 7, "rate 应为"),
        ("sum: all", "sum: nothing", 11, "字段“nothing”不存在"),
        ("sum: all", "sum: all, count: rows", 11, "应写 count、sum、list 中的一个"),
        ("share_of: total", "share_of: later", 12, "share_of 应为写在前面的"),
        ("{above: 0}", "{above: 0, below: 9}", 12, "应写 is、not、above、below、filled 中的一个"),
        ("id: share", "id: total", 12, "统计“total”写了两次"),
        ("decimals: 0", "decimals: 9", 12, "figures.1.decimals写的是“9”"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line(
    old: str, new: str, line: int, said: str, tmp_path: Path
) -> None:
    assert old in WHOLE
    path = written(tmp_path, WHOLE.replace(old, new, 1))
    with pytest.raises(BadInput) as told:
        load_form(path)
    assert any(one.startswith(f"{path}:{line}: ") and said in one for one in told.value.lines)


def test_a_folder_that_is_none_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="没有这个文件夹"):
        load_forms([tmp_path / "没有"])


def test_no_two_fields_of_a_shipped_form_go_by_one_heading() -> None:
    for form in load_forms().values():
        names = [(heading_name(name), one.id) for one in form.fields for name in one.names]
        assert len({name for name, _ in names}) == len(set(names)), form.id


def test_every_shipped_form_is_named_like_its_file() -> None:
    from checks.form import SHIPPED

    assert set(load_forms()) == {path.stem for path in SHIPPED.glob("*.yaml")}
