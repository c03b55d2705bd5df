"""The matrix of columns and units as a workbook that prints, and as CSV."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from checks.model import Site
from reports.column_matrix import BOXES, COLUMN_KINDS, Line, Matrix, unit_names
from reports.counts import inert
from reports.sheet import FRAMED, Cells, Heading, workbook

_CENTRED = {**FRAMED, "align": "center"}
_LOOKS = {
    "complete": {**_CENTRED, "bg_color": "#E2EFDA"},
    "missing": {**_CENTRED, "bg_color": "#F8CBAD", "bold": True},
    "unread": {**_CENTRED, "bg_color": "#FFF2CC"},
    "charge": _CENTRED,
    "none": {**_CENTRED, "font_color": "#808080"},
}
_ABOUT = (
    Heading("栏目", 18), Heading("类别", 9), Heading("状态", 9), Heading("最近更新", 11), Heading("条数", 6),
    Heading("何日起不更新", 12), Heading("查看日期", 11), Heading("说明", 22),
)  # fmt: skip


def about(line: Line) -> tuple[Any, ...]:
    """A column's own cells, by the workbook's first headings."""
    look = line.look
    return (
        line.column.name, COLUMN_KINDS[line.column.kind], line.label, look.newest if look else None,
        line.entries, line.stale_on, look.day if look else None, line.why,
    )  # fmt: skip


def matrix_xlsx(matrix: Matrix, path: Path, *, site: Site, title: str, made: datetime) -> None:
    """Two sheets: the matrix, and every missing item and everything unchecked a line. `made` is the site's local time."""
    names = unit_names(site)
    with workbook(path, made) as book:
        cells = Cells(book, "栏目与单位")
        headings = (*_ABOUT, *(Heading(names[unit.id], 7) for unit in matrix.units))
        cells.head(1, headings, title)
        for row, line in enumerate(matrix.lines, 2):
            for column, value in enumerate(about(line)):
                cells.write(row, column, value)
            for column, box in enumerate(line.boxes, len(_ABOUT)):
                cells.write(row, column, box.words, _LOOKS[box.state])
        cells.sheet.freeze_panes(2, 1)
        if matrix.lines:
            cells.sheet.autofilter(1, 0, len(matrix.lines) + 1, len(headings) - 1)
        cells.print_landscape(len(matrix.lines) + 1, len(headings) - 1)
        listed = Cells(book, "缺内容和未能检查")
        listed.head(1, (Heading("栏目", 24), Heading("单位", 32), Heading("情况", 12), Heading("内容或原因", 70)), title)  # fmt: skip
        last = 1
        for last, said in enumerate(_said(matrix), 2):
            for column, value in enumerate(said):
                listed.write(last, column, value)
        listed.print_landscape(last, 3)


def _said(matrix: Matrix) -> Iterator[tuple[str, str, str, str]]:
    for line, unit, box in matrix.boxes("missing"):
        yield line.column.name, unit.name, BOXES["missing"], "、".join(box.items)
    for line, unit, box in matrix.boxes("unread"):
        yield line.column.name, unit.name, BOXES["unread"], box.why


def matrix_csv(matrix: Matrix, *, site: Site) -> bytes:
    """UTF-8 with BOM, as Excel expects it; what is missing is named, and why something could not be told."""
    names = unit_names(site)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(
        [*(one.name for one in _ABOUT), *(inert(names[one.id]) for one in matrix.units)]
    )
    for line in matrix.lines:
        boxes = [
            "；".join(piece for piece in (box.words, "、".join(box.items), box.why) if piece)
            for box in line.boxes
        ]
        cells = ["" if one is None else str(one) for one in about(line)]
        writer.writerow([inert(one) for one in (*cells, *boxes)])
    return out.getvalue().encode("utf-8-sig")
