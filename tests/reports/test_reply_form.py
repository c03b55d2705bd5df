"""整改回复表: what the unit sees, what it may fill in, what comes back of it."""

import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from checks.model import BadInput
from reports.reply_form import KEYS, check_value, read_reply_form, reply_form_xlsx
from store.replies import Reply
from tests.office import pdf_pages
from tests.reports.papers import DUE, HOME, MADE, SITE, WATER, lines, slip, stale
from tests.spreadsheets import write_xlsx

TODAY = date(2025, 10, 15)
ISSUED = date(2025, 10, 9)
HEADINGS = [
    "台账号",
    "栏目",
    "文章标题",
    "网址",
    "问题原文",
    "应为",
    "依据",
    "发现日期",
    "整改期限",
    "整改情况",
    "整改日期",
    "整改说明",
]


def form(path: Path, *rows: Any) -> Path:
    reply_form_xlsx(
        lines(*rows), path, site=SITE, unit=WATER, heading="2025年第三季度", due=DUE, made=MADE
    )
    return path


def cells(path: Path) -> list[list[Any]]:
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_name("整改回复表").to_python()


def filled(path: Path, answers: Mapping[int, Sequence[Any]], *rows: Any) -> Path:
    """The form as it comes back: `answers` are the three cells of a row, by ledger number."""
    grid = cells(form(path, *rows))
    for row in grid:
        if row[0] in answers:
            row[9:12] = answers[int(row[0])]
    return write_xlsx(path, {"整改回复表": grid})


def test_a_form_shows_the_findings_and_three_columns_to_fill_in(tmp_path: Path) -> None:
    _, headings, *rows = cells(form(tmp_path / "a.xlsx", slip(12), slip(13, due=None), stale(15)))
    assert headings == [*HEADINGS, *KEYS]
    mark = slip(12).finding.fingerprint
    assert rows[0] == [
        12, "通知公告", "防汛会议（12）", f"{HOME}info/12.htm", "会议对防汛工作作出【布署】，要求抓好落实。", "部署",
        "《现代汉语词典》", date(2025, 9, 29), DUE, "", "", "", "12", mark, "shuili", "2025-10-09",
        check_value("jinghe", "shuili", ISSUED, "12", mark),
    ]  # fmt: skip
    assert (rows[1][8], rows[2][4][:4]) == (DUE, "栏目“通")
    assert rows[3][0].startswith("主要负责人（签字）")


def test_all_but_the_three_columns_is_locked_and_the_keys_are_hidden(tmp_path: Path) -> None:
    with zipfile.ZipFile(form(tmp_path / "a.xlsx", slip(12), slip(13))) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        styles = archive.read("xl/styles.xml").decode()
    formats = styles.partition("<cellXfs")[2].partition("</cellXfs>")[0].split("<xf ")[1:]
    open_ones = {n for n, one in enumerate(formats) if 'locked="0"' in one}
    row = sheet.partition('<row r="3"')[2].partition("</row>")[0]
    opened = [
        m[1] for m in re.finditer(r'<c r="([A-Z]+)3" s="(\d+)"', row) if int(m[2]) in open_ones
    ]
    assert opened == ["J", "K", "L"]
    assert re.search(r'<sheetProtection sheet="1"[^>]*>', sheet)
    assert '<col min="13" max="17"' in sheet and 'hidden="1"' in sheet
    assert sheet.count("<dataValidation ") == 3
    assert '"已整改,部分整改,未整改,申请保留,认为误报"' in sheet and 'sqref="J3:J4"' in sheet


def test_what_a_unit_fills_in_comes_back(tmp_path: Path) -> None:
    path = filled(
        tmp_path / "回复.xlsx",
        {
            12: ["已整改", date(2025, 10, 12), ""],
            13: ["已整改", "2025/10/13", "已改正\n并复核"],
            14: ["认为误报", "", "为地名"],
            15: ["申请保留", "", "历史文件"],
        },
        slip(12), slip(13), slip(14), stale(15), slip(16),
    )  # fmt: skip
    place = f"{path} 工作表“整改回复表”第{{}}行".format
    marks = {n: slip(n).finding.fingerprint for n in (12, 13, 14)}
    assert read_reply_form(path, SITE, TODAY) == (
        Reply(12, marks[12], "shuili", ISSUED, "mended", date(2025, 10, 12), "", "回复.xlsx", place(3)),
        Reply(
            13, marks[13], "shuili", ISSUED, "mended", date(2025, 10, 13), "已改正 并复核", "回复.xlsx", place(4)
        ),
        Reply(14, marks[14], "shuili", ISSUED, "dispute", None, "为地名", "回复.xlsx", place(5)),
        Reply(
            15, stale(15).finding.fingerprint, "shuili", ISSUED, "keep", None, "历史文件", "回复.xlsx", place(6)
        ),
    )  # fmt: skip


def test_an_empty_form_says_nothing(tmp_path: Path) -> None:
    assert read_reply_form(form(tmp_path / "a.xlsx", slip(12)), SITE, TODAY) == ()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (["改了", "", ""], ["“整改情况”列为“改了”；应为已整改、部分整改、未整改、申请保留、认为误报之一"]),
        (["", "2025-10-12", ""], ["“整改情况”列没有填；应为已整改、部分整改、未整改、申请保留、认为误报之一"]),
        (["", "", "已改"], ["“整改情况”列没有填；应为已整改、部分整改、未整改、申请保留、认为误报之一"]),
        (["已整改", "", ""], ["“整改日期”列没有填；“已整改”须填写改好的日期，如 2025-10-15"]),
        (["已整改", "昨天", ""], ["“整改日期”列为“昨天”；应为日期，如 2025-10-15"]),
        (["已整改", 45938, ""], ["“整改日期”列为“45938”；应为日期，如 2025-10-15"]),
        (["已整改", date(2025, 10, 16), ""], ["“整改日期”列为2025-10-16，还没有到；应不晚于2025-10-15"]),
        (["认为误报", "", ""], ["“整改说明”列没有填；“认为误报”须写明理由"]),
        (["未整改", "2025-13-01", " "],
         ["“整改说明”列没有填；“未整改”须写明理由", "“整改日期”列为“2025-13-01”；应为日期，如 2025-10-15"]),
        (["部分整改", "", "长" * 1001], ["“整改说明”列有1001字；应不超过1000字"]),
    ],
)  # fmt: skip
def test_a_wrong_answer_is_told_by_its_place(
    answer: list[Any], said: list[str], tmp_path: Path
) -> None:
    path = filled(tmp_path / "a.xlsx", {12: answer}, slip(12), slip(13))
    with pytest.raises(BadInput) as wrong:
        read_reply_form(path, SITE, TODAY)
    assert list(wrong.value.lines) == [f"{path} 工作表“整改回复表”第3行{one}" for one in said]


def test_all_wrong_rows_are_told_at_once(tmp_path: Path) -> None:
    path = filled(
        tmp_path / "a.xlsx", {12: ["改了", "", ""], 13: ["已整改", "", ""]}, slip(12), slip(13)
    )
    with pytest.raises(BadInput) as wrong:
        read_reply_form(path, SITE, TODAY)
    assert [re.findall(r"第\d行", one) for one in wrong.value.lines] == [["第3行"], ["第4行"]]


@pytest.mark.parametrize("column", range(12, 17))
def test_a_changed_key_is_noticed(column: int, tmp_path: Path) -> None:
    path = filled(tmp_path / "a.xlsx", {12: ["已整改", "2025-10-12", ""]}, slip(12))
    grid = cells(path)
    key = str(grid[2][column])
    grid[2][column] = {12: "13", 14: "shengtai", 15: "2025-10-10"}.get(column, key[:-1] + ("0" if key[-1] != "0" else "1"))  # fmt: skip
    write_xlsx(path, {"整改回复表": grid})
    with pytest.raises(BadInput, match=r"第3行“编号”列（隐藏）：编号或校验值被改动过"):
        read_reply_form(path, SITE, TODAY)


def test_a_row_of_ones_own_is_refused(tmp_path: Path) -> None:
    grid = cells(form(tmp_path / "a.xlsx", slip(12)))
    grid[3] = [99, *[""] * 8, "已整改", "2025-10-12", "", *[""] * 5]
    path = write_xlsx(tmp_path / "a.xlsx", {"整改回复表": grid})
    with pytest.raises(BadInput, match=r"第4行“编号”列（隐藏）：编号或校验值被改动过"):
        read_reply_form(path, SITE, TODAY)


def test_a_row_twice_is_refused(tmp_path: Path) -> None:
    path = filled(tmp_path / "a.xlsx", {12: ["已整改", "2025-10-12", ""]}, slip(12))
    grid = cells(path)
    write_xlsx(path, {"整改回复表": [*grid[:3], grid[2]]})
    with pytest.raises(BadInput) as wrong:
        read_reply_form(path, SITE, TODAY)
    assert wrong.value.lines == (
        f"{path} 工作表“整改回复表”第4行“编号”列：台账号12已在前面填过；应只留一行",
    )


def test_a_moved_column_and_another_name_are_read_all_the_same(tmp_path: Path) -> None:
    path = filled(tmp_path / "a.xlsx", {12: ["未整改", "", "待研究"]}, slip(12))
    grid = [["", *row[4:], *row[:4]] for row in cells(path)]
    moved = write_xlsx(tmp_path / "乙.xlsx", {"Sheet1": [[""], *grid]})
    (reply,) = read_reply_form(moved, SITE, TODAY)
    assert (reply.number, reply.answer, reply.why) == (12, "unmended", "待研究")
    assert reply.place == f"{moved} 工作表“Sheet1”第4行"


def test_another_table_is_no_form(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", {"表": [["单位", "整改情况"], ["水利局", "已整改"]]})
    with pytest.raises(BadInput) as wrong:
        read_reply_form(path, SITE, TODAY)
    assert wrong.value.lines == (
        f"{path}: 不是整改回复表，没有“整改情况”“校验值”等列；应为随通知单发出的表格",
    )


def test_formulas_that_a_unit_types_are_only_their_values(tmp_path: Path) -> None:
    path = filled(tmp_path / "a.xlsx", {12: ["未整改", "", "=cmd|'/C calc'!A0"]}, slip(12))
    (reply,) = read_reply_form(path, SITE, TODAY)
    assert reply.why in ("0", "=cmd|'/C calc'!A0")


def test_the_forms_day_is_the_papers_day(tmp_path: Path) -> None:
    reply_form_xlsx(
        lines(slip(12)), tmp_path / "a.xlsx", site=SITE, unit=WATER, heading="甲", due=DUE,
        made=datetime.combine(date(2025, 11, 1), time(23, 59)),
    )  # fmt: skip
    assert cells(tmp_path / "a.xlsx")[2][15] == "2025-11-01"


@pytest.mark.needs("localc", "pdftoppm")
def test_it_prints_without_the_hidden_columns(tmp_path: Path) -> None:
    pages = pdf_pages(form(tmp_path / "a.xlsx", *(slip(n) for n in range(12, 40))))
    assert len(pages) > 2
    assert "精河县水利局整改回复表（2025年第三季度）" in pages[0]
    assert all("整改情况" in page for page in pages[:2])
    assert slip(12).finding.fingerprint[:10] not in "".join(pages)
    assert any("主要负责人（签字）" in page for page in pages)
