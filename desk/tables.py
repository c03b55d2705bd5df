"""Tables that people hand in (CSV or a spreadsheet), read with the number of every row, within bounds."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from checks.model import BadInput, plain
from desk.drafts import decoded

FILE_BYTES = 50 * 1024 * 1024
UNPACKED_BYTES = 400 * 1024 * 1024
MOST_ROWS = 200_000
#: Headings stand in one of the first rows: exports put a title above them.
HEADING_ROWS = 20
SHEETS = frozenset((".xlsx", ".xls", ".xlsb", ".xlsm", ".ods", ".et"))


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table. `place` names it in messages; `rows` are (row number from 1, cells)."""

    place: str
    rows: tuple[tuple[int, tuple[Any, ...]], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A row under known headings: its place in messages, its number, its cells by column."""

    place: str
    number: int
    cells: Mapping[str, Any]

    def text(self, column: str) -> str:
        return cell_text(self.cells.get(column, ""))

    def fault(self, column: str, words: str) -> str:
        return f"{self.place}:{self.number}: “{column}”列{words}"


def cell_text(value: Any) -> str:
    """A cell as it would be read aloud: whole numbers without a point, days as YYYY-MM-DD."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return " ".join(str(value).split())


def read_tables(path: Path) -> tuple[Sheet, ...]:
    """All tables of a file; one for a CSV, one a sheet for a spreadsheet.

    Raises:
        BadInput: missing, too large, or not a table.
    """
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise BadInput(f"{path}: 是文件夹，应为表格文件(.xlsx .csv)")
        if size > FILE_BYTES:
            raise BadInput(f"{path}: 文件{size >> 20}MB，超过上限{FILE_BYTES >> 20}MB")
        raw = path.read_bytes()
    except FileNotFoundError:
        raise BadInput(f"{path}: 找不到这个文件，请核对文件名") from None
    except OSError as error:
        raise BadInput(f"{path}: 无法读取（{error.strerror}）") from None
    if path.suffix.lower() in SHEETS:
        return tuple(_sheets(path, raw))
    if path.suffix.lower() in (".csv", ".txt", ".tsv"):
        return (Sheet(str(path), tuple(_csv(path, raw))),)
    raise BadInput(f"{path}: 不是表格文件，应为 .xlsx 或 .csv")


def _csv(path: Path, raw: bytes) -> Iterator[tuple[int, tuple[Any, ...]]]:
    text = decoded(str(path), raw)
    first = text.partition("\n")[0]
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter="\t" if "\t" in first else ",", strict=True
    )
    line = 1
    try:
        for cells in reader:
            if line > MOST_ROWS:
                raise BadInput(f"{path}: 超过{MOST_ROWS}行，请分成几个文件")
            yield line, tuple(cells)
            line = reader.line_num + 1
    except csv.Error as error:
        raise BadInput(f"{path}:{line}: 不是有效的CSV（{error}）") from None


def _sheets(path: Path, raw: bytes) -> Iterator[Sheet]:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    _refuse_bomb(path, raw)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            if sheet.total_height > MOST_ROWS:
                raise BadInput(f"{path}[{name}]: 超过{MOST_ROWS}行，请分成几个文件")
            rows = enumerate(sheet.to_python(skip_empty_area=False), 1)
            yield Sheet(f"{path}[{name}]", tuple((n, tuple(cells)) for n, cells in rows))
    except PasswordError:
        raise BadInput(f"{path}: 有密码保护，请去掉密码后再导入") from None
    except (CalamineError, OSError, ValueError):
        raise BadInput(f"{path}: 不是能读的表格，请另存为 .xlsx 或 .csv") from None


def _refuse_bomb(path: Path, raw: bytes) -> None:
    if raw[:2] != b"PK":
        return
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            total = sum(one.file_size for one in archive.infolist())
    except (zipfile.BadZipFile, ValueError):
        raise BadInput(f"{path}: 文件已损坏，请重新另存") from None
    if total > UNPACKED_BYTES:
        raise BadInput(f"{path}: 展开后超过{UNPACKED_BYTES >> 20}MB，不读")


def rows_under(
    sheets: Iterable[Sheet], aliases: Mapping[str, Sequence[str]], needed: Sequence[str]
) -> tuple[list[Row], list[str]]:
    """The rows of all sheets by column, and what is wrong with the headings. Empty rows and sheets are passed over.

    `aliases` gives each column's other names; a heading row is one that has all of `needed`.
    """
    names = {plain(n): column for column, many in aliases.items() for n in (column, *many)}
    rows: list[Row] = []
    faults: list[str] = []
    for sheet in sheets:
        filled = [(n, cells) for n, cells in sheet.rows if any(cell_text(c) for c in cells)]
        for at, (_, cells) in enumerate(filled[:HEADING_ROWS]):
            found = [names.get(plain(cell_text(cell)), "") for cell in cells]
            if set(needed) <= set(found):
                faults += _doubled(sheet, filled[at][0], found)
                rows += (
                    Row(sheet.place, n, {k: v for k, v in zip(found, c, strict=False) if k})
                    for n, c in filled[at + 1 :]
                )
                break
        else:
            if filled:
                wanted = "、".join(f"“{column}”" for column in needed)
                faults.append(f"{sheet.place}:{filled[0][0]}: 没有找到表头，应有{wanted}列")
    return rows, faults


def _doubled(sheet: Sheet, number: int, found: Sequence[str]) -> Iterator[str]:
    for column in dict.fromkeys(found):
        if column and found.count(column) > 1:
            yield f"{sheet.place}:{number}: “{column}”列有{found.count(column)}个，应只留一个"
