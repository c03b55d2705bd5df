"""What the house's spreadsheets have in common: cells that stay what they are, sheets that print.

Text is only ever written as text: no formula, no link, nothing that a program takes for one when the cell is edited.
"""

import math
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from reports.printable import CELL, printable

#: Points: a line of text, and the highest row there can be.
LINE, HIGHEST = 13, 409
INSTANT, DAY = "yyyy-mm-dd hh:mm", "yyyy-mm-dd"
FONT = {"font_name": "宋体", "font_size": 10, "valign": "vcenter"}
FRAMED = {**FONT, "border": 1, "text_wrap": True}
RED = {"font_name": "宋体", "font_size": 10, "font_color": "#C00000", "bold": True}
HEADED = {**FRAMED, "bold": True, "align": "center", "bg_color": "#DDEBF7"}
TITLED = {"font_name": "黑体", "font_size": 16, "align": "center", "valign": "vcenter"}
#: Only the cell's edges say whether it may be filled in; the colour says it to people.
OPEN_CELL = {**FRAMED, "bg_color": "#FFF9DB", "locked": False}


@dataclass(frozen=True, slots=True)
class Heading:
    """A column: its name, its width in characters of the default font."""

    name: str
    width: float


@contextmanager
def workbook(path: Path, made: datetime) -> Iterator[Any]:
    """A workbook at `path`, said to be made at the instant `made`: the same cells give the same bytes."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": made.replace(tzinfo=None)})
        yield book


class Cells:
    """One sheet being written, with the formats its workbook needs, each made once."""

    def __init__(self, book: Any, name: str) -> None:
        self.sheet: Any = book.add_worksheet(name)
        self._book = book
        self._formats: dict[str, Any] = {}
        self._widths: dict[int, float] = {}
        self._lines: dict[int, int] = {}

    def format(self, looks: dict[str, Any]) -> Any:
        key = repr(sorted(looks.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(looks)
        return self._formats[key]

    def write(self, row: int, column: int, value: Any, looks: dict[str, Any] = FRAMED) -> None:
        """Days as days, instants as instants, numbers as numbers, None as an empty cell, all else as text."""
        match value:
            case None | "":
                self.sheet.write_blank(row, column, None, self.format(looks))
            case datetime():
                self.sheet.write_datetime(row, column, value, self.format(_dated(looks, INSTANT)))
            case date():
                self.sheet.write_datetime(row, column, value, self.format(_dated(looks, DAY)))
            case int() | float():
                self.sheet.write_number(row, column, value, self.format(looks))
            case _:
                self._text(row, column, printable(str(value), CELL // 2), looks)

    def _text(self, row: int, column: int, text: str, looks: dict[str, Any]) -> None:
        self._grow(row, column, text)
        self.sheet.write_string(row, column, text, self.format({**looks, "quote_prefix": True}))

    def marked(
        self, row: int, column: int, pieces: tuple[str, str, str], looks: dict[str, Any] = FRAMED
    ) -> None:
        """A sentence with its match between 【】, in red; without a match as plain text."""
        before, match, after = pieces
        if not match:
            self.write(row, column, before + after, looks)
        elif not before and not after:
            self._text(row, column, f"【{match}】", {**looks, **RED})
        else:
            self._grow(row, column, f"{before}【{match}】{after}")
            plain, red = self.format(FONT), self.format(RED)
            said = [*_piece(plain, before), red, f"【{match}】", *_piece(plain, after)]
            ours = self.format({**looks, "quote_prefix": True})
            self.sheet.write_rich_string(row, column, *said, ours)

    def head(self, row: int, headings: Sequence[Heading], title: str) -> None:
        """A title over all columns in the row above `row`, the headings in it; both stay and are printed on every page."""
        last = len(headings) - 1
        self.sheet.merge_range(row - 1, 0, row - 1, last, "", self.format(TITLED))
        self._text(row - 1, 0, title, TITLED)
        self.sheet.set_row(row - 1, 30)
        for column, heading in enumerate(headings):
            self.sheet.set_column(column, column, heading.width)
            self._widths[column] = heading.width
            self.write(row, column, heading.name, HEADED)
        self.sheet.freeze_panes(row + 1, 0)
        self.sheet.repeat_rows(row - 1, row)

    def _grow(self, row: int, column: int, text: str) -> None:
        """Make the row high enough: programs other than Excel do not do so by themselves."""
        if width := self._widths.get(column):
            lines = math.ceil(sum(map(_cells_wide, text)) / max(width - 1.5, 1))
            lines += lines > 1 and text.isascii()  # an address breaks early
            if lines > self._lines.get(row, 1):
                self._lines[row] = lines
                self.sheet.set_row(row, min(lines * LINE + 3, HIGHEST))

    def print_landscape(self, last_row: int, last_column: int) -> None:
        """A4 across, as wide as one page, numbered."""
        sheet = self.sheet
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.7)
        sheet.center_horizontally()
        sheet.set_footer("&C第 &P 页，共 &N 页")
        sheet.print_area(0, 0, last_row, last_column)


def _cells_wide(c: str) -> int:
    return 2 if unicodedata.east_asian_width(c) in "WFA" else 1


def _piece(format: Any, text: str) -> tuple[Any, ...]:
    return (format, text) if text else ()


def _dated(looks: dict[str, Any], num_format: str) -> dict[str, Any]:
    return {**looks, "num_format": num_format, "align": "center"}
