"""The ranking of a quarter's units as JSON, as a table on the screen, as CSV and as a workbook."""

import csv
from collections.abc import Iterator
from datetime import datetime, time
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import xlsxwriter
from rich.table import Table
from rich.text import Text

from checks.counting import percent
from reports.counts import KINDS, counts_json, inert
from reports.quarter import UnitFigures, quarter_before, quarter_name
from reports.ranking import Ranking, UnitRanking

#: Figures of this quarter, by the names of `UnitFigures`.
FIGURES = {
    "published": "发布",
    "repeated": "其中重复",
    "reprinted": "转载",
    "adopted": "采用",
    "quota": "季度任务",
    "met": "是否达标",
    "confirmed": "已确认问题",
    "errors": "其中严重",
    "open": "未销号",
    "overdue": "逾期",
    "on_time_rate": "按时销号率(%)",
}
#: Figures set against the quarter before.
COMPARED = ("published", "reprinted", "adopted", "confirmed", "open", "overdue")
HEADINGS = (
    "单位",
    "类别",
    *FIGURES.values(),
    *(f"{what}{FIGURES[name]}" for name in COMPARED for what in ("上季", "比上季")),
    "评价",
    "符合的标准",
    "未能判断的原因",
)
Cell = str | int | float | None


def rate(figures: UnitFigures) -> Decimal | None:
    """On-time rate in percent, to one decimal."""
    exact = figures.on_time_rate
    return None if exact is None else percent(exact / 100, Fraction(1), 1)


def verdict(one: UnitRanking) -> str:
    said = ["较好"] * one.standing.did_well + ["点名"] * one.standing.did_badly
    return "、".join(said) or ("未能判断" if one.standing.unknown or _untold(one) else "")


def _untold(one: UnitRanking) -> bool:
    return bool(one.doubts and one.now.quota and one.now.met is None)


def _met(one: UnitRanking) -> str:
    said = {True: "达标", False: "未达标", None: "未能判断" if _untold(one) else "—"}
    return said[one.now.met]


def _cells(one: UnitRanking) -> Iterator[Cell]:
    yield one.unit.name
    yield KINDS[one.unit.kind]
    for name in FIGURES:
        if name == "met":
            yield _met(one)
        elif name == "on_time_rate":
            yield None if (said := rate(one.now)) is None else float(said)
        else:
            yield getattr(one.now, name)
    for name in COMPARED:
        yield getattr(one.before, name)
        yield one.change(name)
    yield verdict(one)
    met = (*one.standing.well, *one.standing.badly) if verdict(one) else ()
    yield "；".join(each.says for each in met)
    yield "；".join(one.doubts) if _untold(one) or one.standing.unknown else ""


def _title(ranking: Ranking) -> str:
    counts = ranking.counts
    quarter, before = quarter_name(counts.since), quarter_name(quarter_before(counts.since))
    return f"{counts.name} {quarter} 各单位情况（上季指{before}；未销号、逾期截至{ranking.as_at}）"


def conclusions(ranking: Ranking) -> list[str]:
    """Who did well, who is named for what, of whom it cannot be told; a Chinese line each."""
    lines = [f"评价标准：{ranking.criteria.title}（{ranking.criteria.source}）"]
    well = "、".join(one.unit.name for one in ranking.did_well())
    says = "，".join(one.says for one in ranking.criteria.well)
    lines.append(f"较好的单位（{says}）：{well or '无'}")
    for criterion in ranking.criteria.badly:
        names = "、".join(one.unit.name for one in ranking.did_badly(criterion.id))
        lines.append(f"{criterion.says}：{names or '无'}")
    if untold := ranking.untold():
        said = "；".join(
            f"{one.unit.name}（{'，'.join(one.doubts) or '没有数据'}）" for one in untold
        )
        lines.append(f"未能判断：{said}")
    if ranking.nobody:
        lines.append(f"另有{ranking.nobody}个已确认问题没有归属单位")
    return lines


def write_csv(ranking: Ranking, path: Path) -> None:
    """UTF-8 with BOM, as Excel expects it; what is not known is empty."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        for one in ranking.units:
            writer.writerow(
                [inert(cell) if isinstance(cell, str) else _blank(cell) for cell in _cells(one)]
            )


def _blank(cell: Cell) -> Cell:
    return "" if cell is None else cell


def write_xlsx(ranking: Ranking, path: Path) -> None:
    """Two sheets: the units with their figures as numbers, and who did well or badly."""
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": datetime.combine(ranking.as_at, time())})
        sheet = book.add_worksheet("各单位情况")
        bold = book.add_format(
            {"bold": True, "bg_color": "#DDEBF7", "border": 1, "text_wrap": True, "valign": "top"}
        )
        plain = book.add_format({"border": 1, "valign": "top"})
        title = book.add_format({"bold": True, "font_size": 14})
        sheet.write_string(0, 0, _title(ranking), title)
        for column, heading in enumerate(HEADINGS):
            sheet.write_string(1, column, heading, bold)
            sheet.set_column(column, column, _width(heading))
        for number, one in enumerate(ranking.units, 2):
            for column, cell in enumerate(_cells(one)):
                _write(sheet, number, column, cell, plain)
        sheet.freeze_panes(2, 1)
        if ranking.units:
            sheet.autofilter(1, 0, len(ranking.units) + 1, len(HEADINGS) - 1)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        said = book.add_worksheet("评价")
        said.set_column(0, 0, 120)
        for number, line in enumerate(conclusions(ranking)):
            said.write_string(number, 0, line, book.add_format({"text_wrap": True}))


def _width(heading: str) -> int:
    wide = {"单位": 36, "评价": 12, "符合的标准": 40, "未能判断的原因": 50}
    return wide.get(heading, max(8, 2 * len(heading)))


def _write(sheet: Any, row: int, column: int, cell: Cell, form: Any) -> None:
    if cell is None:
        sheet.write_blank(row, column, None, form)
    elif isinstance(cell, str):
        sheet.write_string(row, column, cell, form)
    else:
        sheet.write_number(row, column, cell, form)


#: What fits on a screen: heading → figure, "±" for the change to the quarter before.
_SCREEN = (
    "published",
    "±published",
    "adopted",
    "quota",
    "met",
    "confirmed",
    "open",
    "overdue",
    "on_time_rate",
)


def ranking_table(ranking: Ranking) -> Table:
    table = Table(title=_title(ranking), title_justify="left")
    table.add_column("单位", overflow="fold")
    for name in _SCREEN:
        heading = "比上季" if name[0] == "±" else FIGURES[name]
        table.add_column(heading, justify="left" if name == "met" else "right")
    table.add_column("评价")
    for one in ranking.units:
        said = verdict(one)
        style = {"较好": "green", "点名": "red", "未能判断": "magenta"}.get(said, "")
        table.add_row(
            Text(one.unit.name), *(_shown(one, name) for name in _SCREEN), Text(said, style)
        )
    return table


def _shown(one: UnitRanking, name: str) -> str:
    if name == "met":
        return _met(one)
    if name == "on_time_rate":
        return "—" if (said := rate(one.now)) is None else f"{said}"
    if name[0] == "±":
        change = one.change(name[1:])
        return "—" if change is None else f"{change:+d}" if change else "0"
    value = getattr(one.now, name)
    return "—" if value is None else str(value)


def ranking_json(ranking: Ranking) -> dict[str, Any]:
    """`counts_json` with more keys; `met` is null where something that was not read might make up for it."""
    said = counts_json(ranking.counts)
    for unit, one in zip(said["units"], ranking.units, strict=True):
        unit["met"] = one.now.met
        unit |= {
            name: getattr(one.now, name)
            for name in ("adopted", "confirmed", "errors", "open", "overdue", "had_due", "on_time")
        }
        unit["on_time_percent"] = None if (share := rate(one.now)) is None else float(share)
        unit["known"] = one.now.published is not None
        unit["before"] = {name: getattr(one.before, name) for name in COMPARED}
        unit["change"] = {name: one.change(name) for name in COMPARED}
        unit["well"] = [each.id for each in one.standing.well]
        unit["badly"] = [each.id for each in one.standing.badly]
        unit["verdict"] = verdict(one)
        unit["doubts"] = list(one.doubts)
    said["ranking"] = {
        "criteria": ranking.criteria.id,
        "as_at": ranking.as_at.isoformat(),
        "before": quarter_before(ranking.counts.since).isoformat(),
        "did_well": [one.unit.id for one in ranking.did_well()],
        "did_badly": {
            each.id: [one.unit.id for one in ranking.did_badly(each.id)]
            for each in ranking.criteria.badly
        },
        "untold": [one.unit.id for one in ranking.untold()],
        "nobody": ranking.nobody,
    }
    return said
