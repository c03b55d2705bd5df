"""Spreadsheets as files: what is read of them, and what is refused in one line."""

import zipfile
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.model import BadInput
from store import spreadsheet
from store.spreadsheet import cell_text, column_number, read_spreadsheet, refuse_far
from tests.spreadsheets import write_xlsx


def test_rows_keep_their_numbers_below_titles_and_empty_rows(tmp_path: Path) -> None:
    rows = (
        ("标题",),
        (),
        ("单位", "数", "日期"),
        ("甲", 3, date(2025, 9, 30)),
        (),
        ("乙", 0.9884, ""),
    )
    (sheet,) = read_spreadsheet(write_xlsx(tmp_path / "a.xlsx", {"表一": rows}))
    assert (sheet.name, sheet.width, sheet.fractions) == ("表一", 3, True)
    assert sheet.top(3) == [(1, ("标题", "", "")), (2, ("", "", "")), (3, ("单位", "数", "日期"))]
    assert list(sheet.under(3, {"day": 2, "n": 1})) == [
        (4, {"day": "2025-09-30", "n": "3", "": "甲"}),
        (5, {"day": "", "n": "", "": ""}),
        (6, {"day": "", "n": "0.9884", "": "乙"}),
    ]


def test_formulas_are_their_values_and_merged_cells_reach_down_where_asked(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("表")
        sheet.write_row(0, 0, ["单位", "数"])
        sheet.merge_range(1, 0, 3, 0, "甲")
        sheet.merge_range(1, 1, 2, 1, 7)
        sheet.write_formula(3, 1, "=1+1", None, 2)
        book.add_worksheet("空表")
    (sheet,) = read_spreadsheet(path)
    under = sheet.under(1, {"unit": 0, "n": 1}, ["unit"])
    assert [(n, texts["unit"], texts["n"]) for n, texts in under] == [
        (2, "甲", "7"), (3, "甲", ""), (4, "甲", "2"),
    ]  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_is_read_in_the_encodings_offices_have(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes('单位,说明\r\n\r\n甲,"两\r\n行"\r\n'.encode(encoding))
    (sheet,) = read_spreadsheet(path)
    assert sheet.fractions is False
    assert sheet.top(9) == [(1, ("单位", "说明")), (2, ("", "")), (3, ("甲", "两\n行"))]


def test_control_characters_are_left_out() -> None:
    assert [cell_text(one) for one in ("甲\0\x1b[31m乙", True, 3.0, 650000199001011234.0, 1e20)] == [
        "甲[31m乙", "是", "3", "650000199001011200", "100000000000000000000",
    ]  # fmt: skip


@settings(deadline=None)
@given(st.integers(1, 16384))
def test_a_columns_letters_are_its_number(number: int) -> None:
    from xlsxwriter.utility import xl_col_to_name

    assert column_number(xl_col_to_name(number - 1)) == number


def packed(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return path


def far(folder: Path, row: int, column: int, *, blank: bool = False) -> Path:
    path = folder / "far.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("表")
        sheet.write(0, 0, "单位")
        if blank:
            sheet.write_blank(row, column, None, book.add_format({"bold": True}))
        else:
            sheet.write(row, column, "远")
    return path


def test_a_cell_far_away_is_refused_before_the_sheet_is_spread_out(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="超过100000行"):
        read_spreadsheet(far(tmp_path, 1_048_575, 0))
    with pytest.raises(BadInput, match="超过200列"):
        read_spreadsheet(far(tmp_path, 0, 16_383))
    (sheet,) = read_spreadsheet(far(tmp_path, 1_048_575, 16_383, blank=True))
    assert sheet.top(9) == [(1, ("单位",))]


def test_a_far_cell_without_an_address_of_its_own_is_refused_too(tmp_path: Path) -> None:
    made = write_xlsx(tmp_path / "a.xlsx", {"表": (("单位",),)})
    path = tmp_path / "b.xlsx"
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(path, "w") as new:
        for one in old.namelist():
            body = old.read(one)
            if one == "xl/worksheets/sheet1.xml":
                body = body.replace(
                    b"</sheetData>", b'<row r="1048576"><c><v>1</v></c></row></sheetData>'
                )
            new.writestr(one, body)
    with pytest.raises(BadInput, match="超过100000行"):
        read_spreadsheet(path)


@pytest.mark.parametrize(
    ("xml", "far"),
    [
        (b'<row r="1048576"><c><v>1</v></c></row>', True),
        (b'<x:row r="1048576"><x:c t="n"><x:v>1</x:v></x:c></x:row>', True),
        (b'<row r="1048576"><c s="3"/></row>', False),
        (b'<row r="1048576"><c r="A1048576" s="3"/></row>', False),
        (b'<row><c t="s" r="A1048576"><v>1</v></c></row>', True),
        (b"<row><c r='XFD1'><v>1</v></c></row>", True),
        (b'<row r="1048576"/><row r="2"><c r="B2"><v>1</v></c></row><col r="3"/>', False),
    ],
)
def test_what_is_far_out_is_seen_in_the_sheet_itself(
    xml: bytes, *, far: bool, tmp_path: Path
) -> None:
    try:
        refuse_far(tmp_path, xml)
    except BadInput:
        assert far
    else:
        assert not far


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("a.xlsx", b"not a zip", "不是能读的表格"),
        ("a.xlsx", b"PK\x03\x04 broken", "文件已损坏"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "不是能读的表格"),
        ("a.xls", b"<html><table></table></html>", "不是能读的表格"),
        ("a.csv", b"\xff\xfe\xff", "既不是UTF-8也不是GB18030"),
        ("a.csv", '甲,"乙'.encode(), "第1行: 不是有效的CSV"),
        ("a.csv", b"a," * 300, "超过200列"),
    ],
)
def test_what_is_no_spreadsheet_gets_one_line(
    name: str, body: bytes, said: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(body)
    with pytest.raises(BadInput, match=said) as told:
        read_spreadsheet(path)
    assert len(told.value.lines) == 1 and str(path) in told.value.lines[0]


def test_a_bomb_is_not_opened(tmp_path: Path) -> None:
    path = packed(tmp_path / "b.xlsx", **{"xl/workbook.xml": b"", "xl/x.xml": b" " * 20_000_000})
    with pytest.raises(BadInput, match="疑似压缩炸弹"):
        read_spreadsheet(path)


def test_another_kind_of_package_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="不是能读的表格"):
        read_spreadsheet(packed(tmp_path / "a.ods", **{"content.xml": b"<x/>"}))


def test_missing_files_folders_and_large_files_are_refused(
    tmp_path: Path,
) -> None:
    with pytest.raises(BadInput, match="找不到这个文件"):
        read_spreadsheet(tmp_path / "无.xlsx")
    with pytest.raises(BadInput, match="是文件夹"):
        read_spreadsheet(tmp_path)
    large = tmp_path / "大.csv"
    large.write_bytes(b"a\n" * (spreadsheet.FILE_BYTES // 2 + 1))
    with pytest.raises(BadInput, match="超过上限20MB"):
        read_spreadsheet(large)
    large.write_bytes(b"a\n" * (spreadsheet.MOST_ROWS + 1))
    with pytest.raises(BadInput, match="超过100000行"):
        read_spreadsheet(large)


def test_an_empty_file_has_no_sheets(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("")
    assert read_spreadsheet(path) == ()
