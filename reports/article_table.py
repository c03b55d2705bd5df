"""A unit's articles as CSV and as a workbook."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from checks.model import Site
from checks.privacy import masked
from reports.counts import inert
from reports.sheet import Cells, Heading, workbook
from store.unit_articles import UnitArticle

HEADINGS = (
    Heading("发布日期", 11), Heading("标题", 50), Heading("栏目", 24), Heading("转载", 6), Heading("重复", 6),
    Heading("问题数", 7), Heading("网址", 50),
)  # fmt: skip


def _cells(rows: Sequence[UnitArticle], site: Site) -> Iterator[tuple[Any, ...]]:
    names = {one.id: one.name for one in site.columns}
    for one in rows:
        columns = "、".join(dict.fromkeys(names.get(id, id) for id in one.columns))
        yield (
            one.published, masked(one.title), columns, "转载" if one.reprinted else "",
            "重复" if one.repeats else "", one.findings, one.url,
        )  # fmt: skip


def articles_csv(rows: Sequence[UnitArticle], site: Site) -> bytes:
    """UTF-8 with BOM, as Excel expects it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([one.name for one in HEADINGS])
    for cells in _cells(rows, site):
        writer.writerow(["" if one is None else inert(str(one)) for one in cells])
    return out.getvalue().encode("utf-8-sig")


def articles_xlsx(
    rows: Sequence[UnitArticle], path: Path, site: Site, title: str, day: date
) -> None:
    """One sheet; `day` is when it is said to be made."""
    with workbook(path, datetime.combine(day, time())) as book:
        cells = Cells(book, "文章")
        cells.head(1, HEADINGS, title)
        for row, said in enumerate(_cells(rows, site), 2):
            for column, value in enumerate(said):
                cells.write(row, column, value)
        if rows:
            cells.sheet.autofilter(1, 0, len(rows) + 1, len(HEADINGS) - 1)
        cells.print_landscape(len(rows) + 1, len(HEADINGS) - 1)
