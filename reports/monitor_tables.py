"""A monitor's report reconciled, as a table on the screen and as a workbook."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter
from rich.table import Table
from rich.text import Text

from reports.monitor import OUTCOMES, Compared, MonitorView, closed_words, explained, summary
from store.steps import day_of

HEADINGS = (
    "序号", "结果", "错敏词", "推荐修改", "所在上下文", "网址", "监测时间", "对方整改状态", "台账号", "我方状态", "说明",
)  # fmt: skip
WIDTHS = (6, 12, 16, 16, 50, 50, 12, 12, 8, 14, 50)
OURS_HEADINGS = ("台账号", "错误", "建议", "说明", "网址", "首次发现", "状态")
OURS_WIDTHS = (8, 16, 16, 40, 50, 12, 14)
TERM_HEADINGS = ("错误写法", "正确写法", "例（错）", "例（对）", "来源")
TERM_WIDTHS = (16, 16, 40, 40, 24)
Cell = str | int | date | None


def _cells(view: MonitorView, one: Compared) -> tuple[Cell, ...]:
    record, row = one.record, one.row
    return (
        record.number,
        OUTCOMES[one.outcome],
        record.word,
        record.said("use"),
        record.context,
        record.url,
        record.day,
        record.said("status"),
        row.id if row else None,
        row.label if row else "",
        closed_words(view, one) or (explained(one) if one.missed else ""),
    )


def _ours(view: MonitorView) -> Iterator[tuple[Cell, ...]]:
    for row in view.ours:
        said = row.finding
        yield (
            row.id, said.match, said.suggestion, said.message, said.url, day_of(view.site, row.opened),
            row.label,
        )  # fmt: skip


def write_view(view: MonitorView, path: Path) -> None:
    """Four sheets: the sums, every record, what only we have, and the terms put forward."""
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        sums = book.add_worksheet("汇总")
        sums.set_column(0, 0, 110)
        for number, line in enumerate(summary(view)):
            sums.write_string(number, 0, line)
        _sheet(book, "逐条对照", HEADINGS, WIDTHS, [_cells(view, one) for one in view.records])
        _sheet(book, "只有我们有", OURS_HEADINGS, OURS_WIDTHS, list(_ours(view)))
        terms = [(t.text, t.use, t.bad, t.good, t.source) for t in view.proposed]
        _sheet(book, "建议词条", TERM_HEADINGS, TERM_WIDTHS, terms)


def _sheet(
    book: Any, name: str, headings: Sequence[str], widths: Sequence[int], rows: Sequence[Any]
) -> None:
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1})
    plain = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
    day = book.add_format({"border": 1, "valign": "top", "num_format": "yyyy-mm-dd"})
    for column, (heading, width) in enumerate(zip(headings, widths, strict=True)):
        sheet.write_string(0, column, heading, bold)
        sheet.set_column(column, column, width)
    for number, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            match cell:
                case None:
                    sheet.write_blank(number, column, None, plain)
                case date():
                    sheet.write_datetime(number, column, cell, day)
                case int():
                    sheet.write_number(number, column, cell, plain)
                case _:
                    sheet.write_string(number, column, str(cell), plain)
    sheet.freeze_panes(1, 0)
    if rows:
        sheet.autofilter(0, 0, len(rows), len(headings) - 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def view_table(view: MonitorView, most: int) -> Table | None:
    """What is to be looked at: records that are theirs alone, the first `most`; None where there are none."""
    theirs = view.of("theirs")
    if not theirs:
        return None
    table = Table(title=f"只有对方有（{len(theirs)}条）", title_justify="left")
    for heading in ("序号", "错敏词", "推荐修改", "原因", "网址"):
        table.add_column(heading, overflow="fold")
    for one in theirs[:most]:
        said = (one.record.word, one.record.said("use"), explained(one), one.record.url)
        table.add_row(str(one.record.number), *(Text(_shown(cell)) for cell in said))
    return table


def _shown(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)
