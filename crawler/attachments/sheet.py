"""Spreadsheets (.xls .xlsx .xlsb .ods, and .et that are one of them inside): one line a row, cells parted by tabs.

Numbers and dates are written as people see them. Hidden sheets are read too, and say so.
"""

import io
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from crawler.attachments.reading import (
    AttachmentError,
    AttachmentText,
    Room,
    Text,
    not_checked,
)
from crawler.attachments.unpack import opened, refuse_bomb

#: Cells (empty ones too) up to which every cell of a sheet has a place of its own; above, every row.
CELL_PLACES = 5_000
_BROKEN = "layout 不是有效的表格文件，或文件已损坏"
#: Above this a spreadsheet itself keeps no more digits.
_WHOLE = 1e15


def read(name: str, body: bytes, room: Room) -> AttachmentText:
    """The workbook's text, a place a cell or a row.

    Raises:
        AttachmentError: it is encrypted or broken, or a ZIP bomb.
    """
    if body.startswith(b"PK"):
        with opened(body) as archive:
            refuse_bomb(archive.infolist())
    text, unchecked = Text(name, room), []
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(body)) as book:
            for index, about in enumerate(book.sheets_metadata):
                if about.typ not in (SheetTypeEnum.WorkSheet, SheetTypeEnum.MacroSheet):
                    continue
                hidden = "" if about.visible == SheetVisibleEnum.Visible else "隐藏"
                title = f"{hidden}工作表“{about.name}”"
                try:
                    _add(text, title, book.get_sheet_by_index(index))
                except CalamineError:
                    unchecked.append(not_checked(name, "layout 工作表已损坏，无法读取", title))
    except PasswordError:
        raise AttachmentError("文件已加密，无法读取") from None
    except CalamineError:
        raise AttachmentError(_BROKEN) from None
    except BaseException as error:
        if (
            type(error).__module__ == "pyo3_runtime"
        ):  # a panic in the library: no Exception, no name
            raise AttachmentError(_BROKEN) from None
        raise
    return text.read(unchecked)


def _add(text: Text, title: str, sheet: CalamineSheet) -> None:
    """The sheet's rows that hold something, appended to `text`."""
    if sheet.start is None:
        return
    each_cell = sheet.height * sheet.width <= CELL_PLACES
    top, left = sheet.start
    for row, cells in enumerate(_rows(sheet), start=top + 1):
        between = "\n"
        for column, value in enumerate(cells, start=left):
            if (written := shown(value)) == "":
                continue
            place = f"{letters(column)}{row}" if each_cell else f"第{row}行"
            text.add(written, title + place, between)
            between = "\t"
        if text.full:
            return


def _rows(sheet: CalamineSheet) -> Iterator[list[Any]]:
    """The rows from the first to the last filled cell."""
    yield from sheet.to_python(skip_empty_area=True)


def letters(column: int) -> str:
    """A column's name: 0 is A, 26 is AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def shown(value: object) -> str:
    """A cell's value as it is seen, on one line."""
    match value:
        case bool():
            return "TRUE" if value else "FALSE"
        case float():
            return _number(value)
        case datetime():
            written = f"{value:%H:%M:%S}".removesuffix(":00")
            return f"{value:%Y-%m-%d}" + ("" if written == "00:00" else f" {written}")
        case time():
            return f"{value:%H:%M:%S}".removesuffix(":00")
        case timedelta():
            minutes, seconds = divmod(round(value.total_seconds()), 60)
            return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
        case date():
            return f"{value:%Y-%m-%d}"
        case _:
            return " ".join(str(value).split())


def _number(value: float) -> str:
    """Whole numbers without a point, never in scientific form; others with up to 15 digits."""
    if value != value or value in (float("inf"), float("-inf")):
        return ""
    if value.is_integer() or abs(value) >= _WHOLE:
        return f"{value:.0f}"
    short = f"{value:.15g}"
    return f"{value:.15f}".rstrip("0") if "e" in short else short
