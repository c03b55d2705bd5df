"""The office's spreadsheets and CSV files as tables of cells, in memory, within bounds.

Every sheet becomes an SQLite table of texts: `line` is the row's number in the sheet, `c0`, `c1`, … its cells.
sqlite-utils keeps them and makes of a sheet the table of a form (`Sheet.under`). Its `rows_from_file` is not used:
it takes the first row for the heading, drops empty rows, and so loses the numbers that messages need.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from sqlite_utils import Database
from sqlite_utils.db import Table

from checks.model import BadInput
from checks.wordlist import decoded

FILE_BYTES = 20 * 1024 * 1024
UNPACKED_BYTES = 200 * 1024 * 1024
#: How much more a compressed member may hold than it takes up.
RATIO = 200
MOST_ROWS = 100_000
MOST_COLUMNS = 200
MOST_SHEETS = 100
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: A cell that holds something, by its address (`<c r="B12" …>`, not `<c r="B12" …/>`), or without one.
_CELL = re.compile(
    rb"<(?:\w{1,9}:)?c\b[^<>]{0,300}?\br\s?=\s?[\"']([A-Z]{1,3})(\d{1,7})[\"'][^<>]{0,300}?(/?)>"
)
_PLACELESS = re.compile(rb"<(?:\w{1,9}:)?c(?:\s(?![^<>]{0,300}?\br\s?=)[^<>]{0,300}?)?(?<!/)>")
_ROW = re.compile(rb"<(?:\w{1,9}:)?row\b[^<>]{0,300}?\br\s?=\s?[\"'](\d{1,9})[\"']")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SAVE_AS = "应为 .xlsx、.xls 或 .csv，请用Excel或WPS另存"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. `name` is "" for a CSV; `width` columns; `fractions`: percentages are kept as numbers up to 1.

    `merged` are cells merged downwards in one column: (column, first line, last line).
    """

    name: str
    table: Table
    width: int
    fractions: bool
    merged: tuple[tuple[int, int, int], ...] = ()

    def top(self, rows: int) -> list[tuple[int, tuple[str, ...]]]:
        """The first `rows` rows, with their numbers from 1."""
        found = self.table.rows_where("line <= ?", [rows], order_by="line")
        return [(row["line"], tuple(row[f"c{n}"] for n in range(self.width))) for row in found]

    def under(
        self, line: int, columns: Mapping[str, int], filled_down: Sequence[str] = ()
    ) -> Iterator[tuple[int, dict[str, str]]]:
        """The rows below `line` as texts by field; "" holds the first text of the row.

        The fields `filled_down` take the text of a merged cell in all its rows.
        """
        self._fill_down({columns[one] for one in filled_down if one in columns}, line)
        for row in self.table.rows_where("line > ?", [line], order_by="line"):
            texts = {field: row[f"c{n}"] for field, n in columns.items()}
            texts[""] = next((row[f"c{n}"] for n in range(self.width) if row[f"c{n}"]), "")
            yield row["line"], texts

    def _fill_down(self, columns: set[int], heading: int) -> None:
        for column, first, last in self.merged:
            if column in columns and first > heading:
                text = self.table.get(first)[f"c{column}"]
                with self.table.db.atomic():
                    for line in range(first + 1, last + 1):
                        self.table.update(line, {f"c{column}": text})


def read_spreadsheet(path: Path) -> tuple[Sheet, ...]:
    """The sheets of a file that hold anything, in their order.

    Raises:
        BadInput: missing, unreadable, encrypted, too large, or no spreadsheet.
    """
    raw = _bytes(path)
    kept = Database(memory=True)
    if raw.startswith((_ZIP, _OLE)):
        if raw.startswith(_ZIP):
            _refuse_bomb(path, raw)
        return tuple(_workbook(path, raw, kept))
    if path.suffix.lower() not in (".csv", ".txt", ".tsv"):
        raise BadInput(f"{path}: 不是能读的表格；{_SAVE_AS}")
    rows = list(_csv(path))
    return (_sheet(kept, "", rows, fractions=False),) if rows else ()


def _bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise BadInput(f"{path}: 是文件夹；{_SAVE_AS}")
        size = path.stat().st_size
        if size > FILE_BYTES:
            raise BadInput(
                f"{path}: 文件{size >> 20}MB，超过上限{FILE_BYTES >> 20}MB；应拆分后导入"
            )
        return path.read_bytes()
    except FileNotFoundError:
        raise BadInput(f"{path}: 找不到这个文件，请核对文件名") from None
    except OSError as error:
        raise BadInput(f"{path}: 无法读取（{error.strerror}）") from None


def _sheet(
    kept: Database,
    name: str,
    rows: Sequence[Sequence[str]],
    *,
    fractions: bool,
    merged: tuple[tuple[int, int, int], ...] = (),
) -> Sheet:
    width = max(map(len, rows))
    names = [f"c{n}" for n in range(width)]
    table = kept.create_table(
        f"sheet{len(kept.table_names())}", {"line": int, **dict.fromkeys(names, str)}, pk="line"
    )
    table.insert_all(
        {"line": number, **dict(zip(names, (*cells, *[""] * (width - len(cells))), strict=True))}
        for number, cells in enumerate(rows, 1)
    )
    return Sheet(name, table, width, fractions, merged)


def _csv(path: Path) -> Iterator[list[str]]:
    text = decoded(path)
    first = text.partition("\n")[0]
    tabs = "\t" if "\t" in first and "," not in first else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=tabs, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, 1):
            _within(f"{path}", number, len(cells))
            yield [cell_text(one) for one in cells]
    except csv.Error as error:
        raise BadInput(f"{path} 第{number + 1}行: 不是有效的CSV（{error}），请检查引号") from None


def _within(place: str, rows: int, columns: int) -> None:
    if rows > MOST_ROWS:
        raise BadInput(f"{place}: 超过{MOST_ROWS}行；应拆分后导入，或删去表格下方的空行")
    if columns > MOST_COLUMNS:
        raise BadInput(f"{place}: 超过{MOST_COLUMNS}列；应删去表格右侧多余的列")


def _workbook(path: Path, raw: bytes, kept: Database) -> Iterator[Sheet]:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
        sheets = [one.name for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
        for name in sheets[:MOST_SHEETS]:
            sheet = book.get_sheet_by_name(name)
            if sheet.end is None:
                continue
            last, width = sheet.end
            _within(f"{path} 工作表“{name}”", last + 1, width + 1)
            merged = tuple(
                (left, top + 1, bottom + 1)
                for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
                if left == right and bottom <= last
            )
            rows = [
                [cell_text(one) for one in row] for row in sheet.to_python(skip_empty_area=False)
            ]
            yield _sheet(kept, name, rows, fractions=True, merged=merged)
    except PasswordError:
        raise BadInput(f"{path}: 有密码，打不开；应去掉密码后再导入") from None
    except (CalamineError, OSError, ValueError, zipfile.BadZipFile):
        raise BadInput(f"{path}: 不是能读的表格，或文件已损坏；{_SAVE_AS}") from None
    except BaseException as error:
        if type(error).__module__ == "pyo3_runtime":  # a panic in the library has no other name
            raise BadInput(f"{path}: 文件已损坏，读不出来；{_SAVE_AS}") from None
        raise


def cell_text(value: Any) -> str:
    """A cell as it would be typed: days as YYYY-MM-DD, whole numbers without a point. Formulas are their values."""
    match value:
        case bool():
            return "是" if value else "否"
        case float() if value.is_integer():
            return f"{value:.0f}"
        case float():
            return f"{value:.15g}"
        case datetime():
            return f"{value:%Y-%m-%d}" if value.time() == time() else f"{value:%Y-%m-%d %H:%M:%S}"
        case date():
            return value.isoformat()
        case _:
            return _CONTROL.sub("", str(value)).strip()


def _refuse_bomb(path: Path, raw: bytes) -> None:
    """A package that unpacks to too much, or whose sheets reach too far: they are read as whole rectangles."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            members = archive.infolist()
            total = sum(one.file_size for one in members)
            packed = sum(one.compress_size for one in members)
            if total > UNPACKED_BYTES or (total > 10_000_000 and total > RATIO * max(packed, 1)):
                raise BadInput(f"{path}: 解压后{total >> 20}MB，疑似压缩炸弹，未打开")
            names = {one.filename.lower() for one in members}
            if "xl/workbook.xml" not in names:
                raise BadInput(f"{path}: 不是能读的表格；{_SAVE_AS}")
            for one in members:
                if one.filename.lower().startswith("xl/worksheets/"):
                    refuse_far(path, archive.read(one))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError):
        raise BadInput(f"{path}: 文件已损坏或有密码；{_SAVE_AS}") from None


def refuse_far(path: Path, sheet: bytes) -> None:
    """Raises BadInput where a sheet's XML has a cell too far out. Cells that only carry a format count for nothing."""
    rows = columns = 0
    for hit in _CELL.finditer(sheet):
        if not hit[3]:
            rows = max(rows, int(hit[2]))
            columns = max(columns, column_number(hit[1].decode()))
    if _PLACELESS.search(sheet):
        rows = max(rows, *(int(hit[1]) for hit in _ROW.finditer(sheet)), 0)
    _within(f"{path}", rows, columns)


def column_number(letters: str) -> int:
    """A is 1, Z 26, AA 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
