"""Figures by unit: what each published and reprinted in a period, against its quota.

Each article counts once, however many columns list it, for the unit its 来源 names. `total` is every
article of the period: published by units, reprints, and those nobody could be told for. `repeated` says
how many of the published ones say an earlier article of the unit over again: they go on counting. An article
without a date is in no period; how many there are is said apart. A quota is for a calendar quarter:
for any other period `met` is None.
"""

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter
from rich.table import Table
from rich.text import Text

from checks.model import Site, UnitTally
from checks.rules.unit.below_quota import met
from store.articles import unit_figures
from store.database import Connection
from store.padding import repeated_figures

KINDS = {"township": "乡镇场", "department": "县直部门", "zone": "园区", "centre": "中心"}
HEADINGS = ("单位", "类别", "发布", "其中重复", "转载", "季度任务", "是否达标")
WIDTHS = (36, 12, 8, 10, 8, 10, 10)


@dataclass(frozen=True, slots=True)
class Counts:
    """`unattributed` articles name no unit of the county and are no reprints; `reprinted` are nobody's reprints."""

    site: str
    name: str
    since: date
    until: date
    tallies: tuple[UnitTally, ...]
    reprinted: int
    unattributed: int
    total: int
    undated: int


def unit_counts(connection: Connection, site: Site, since: date, until: date) -> Counts:
    """Figures for `since` ≤ published < `until`, units in the site file's order."""
    figures, undated = unit_figures(connection, site.id, since, until)
    repeated = repeated_figures(connection, site.id, since, until)
    tallies = tuple(
        UnitTally(
            unit,
            since,
            until,
            figures.get((unit.id, False), 0),
            figures.get((unit.id, True), 0),
            repeated.get(unit.id, 0),
        )
        for unit in site.units
    )
    known = {unit.id for unit in site.units}
    nobody = {key: n for key, n in figures.items() if key[0] not in known}
    return Counts(
        site.id,
        site.name,
        since,
        until,
        tallies,
        reprinted=sum(n for (_, reprinted), n in nobody.items() if reprinted),
        unattributed=sum(n for (_, reprinted), n in nobody.items() if not reprinted),
        total=sum(figures.values()),
        undated=undated,
    )


def counts_json(counts: Counts) -> dict[str, Any]:
    """Per contract/counts.schema.json; `reprinted`, `repeated` and `undated` are additions."""
    return {
        "site": counts.site,
        "since": counts.since.isoformat(),
        "until": counts.until.isoformat(),
        "units": [
            {
                "id": one.unit.id,
                "name": one.unit.name,
                "kind": one.unit.kind,
                "published": one.published,
                "repeated": one.repeated,
                "reprinted": one.reprinted,
                "quota": one.unit.quota,
                "met": met(one),
            }
            for one in counts.tallies
        ],
        "reprinted": counts.reprinted,
        "unattributed": counts.unattributed,
        "undated": counts.undated,
        "total": counts.total,
    }


def _rows(counts: Counts) -> list[tuple[str, str, int, int, int, int | None, str]]:
    said = {True: "达标", False: "未达标", None: "—"}
    return [
        (
            one.unit.name,
            KINDS[one.unit.kind],
            one.published,
            one.repeated,
            one.reprinted,
            one.unit.quota,
            said[met(one)],
        )
        for one in counts.tallies
    ]


def _tail(counts: Counts) -> list[tuple[str, int]]:
    return [
        ("转载上级和媒体", counts.reprinted),
        ("来源不明、未归属单位", counts.unattributed),
        ("合计", counts.total),
        ("另有未注明日期（不计入）", counts.undated),
    ]


def inert(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def write_csv(counts: Counts, path: Path) -> None:
    """UTF-8 with BOM, as Excel expects it."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        for name, *cells in _rows(counts):
            writer.writerow([inert(name), *("" if cell is None else cell for cell in cells)])
        for name, number in _tail(counts):
            writer.writerow([name, "", number])


def write_xlsx(counts: Counts, path: Path) -> None:
    """One sheet, frozen heading, filter, figures as numbers."""
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet("发布统计")
        bold = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1})
        plain = book.add_format({"border": 1})
        title = f"{counts.name} 发布统计({counts.since} 至 {counts.until}，止日不含)"
        sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 14}))
        for column, (heading, width) in enumerate(zip(HEADINGS, WIDTHS, strict=True)):
            sheet.write_string(1, column, heading, bold)
            sheet.set_column(column, column, width)
        rows = _rows(counts)
        for number, row in enumerate(rows, 2):
            sheet.write_row(number, 0, ["" if cell is None else cell for cell in row], plain)
        for number, (name, figure) in enumerate(_tail(counts), len(rows) + 2):
            sheet.write_string(number, 0, name, bold)
            sheet.write_blank(number, 1, None, bold)
            sheet.write_number(number, 2, figure, bold)
        sheet.freeze_panes(2, 1)
        if rows:
            sheet.autofilter(1, 0, len(rows) + 1, len(HEADINGS) - 1)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)


def counts_table(counts: Counts) -> Table:
    title = f"{counts.name} 发布统计 {counts.since} 至 {counts.until}（止日不含）"
    table = Table(title=title, title_justify="left")
    for heading in HEADINGS:
        table.add_column(heading, justify="right" if heading in HEADINGS[2:6] else "left")
    for name, kind, *figures, quota, said in _rows(counts):
        style = {"达标": "green", "未达标": "red"}.get(said, "")
        cells = [str(one) for one in (*figures, quota or "—")]
        table.add_row(name, kind, *cells, Text(said, style))
    table.add_section()
    for name, number in _tail(counts):
        table.add_row(name, "", str(number))
    return table
