"""通报依据.xlsx: every figure of a circular with its sentence, its query and the rows behind it; what was not checked."""

import io
from collections.abc import Iterable, Sequence
from datetime import datetime, time
from typing import Any

import xlsxwriter

from reports.audit import STATES
from reports.circular.document import printable
from reports.circular.evidence import evidence
from reports.circular.made import Circular, Told
from reports.steady import steady
from store.pack_reading import Pack

#: Points a line takes, and lines a row shows.
LINE, MOST_LINES = 15, 12
#: Characters that a cell of XLSX holds.
MOST_CHARACTERS = 32_000
FIGURES = (("序号", 6), ("数字", 28), ("文中的话", 60), ("数字编号", 26), ("查询（对证据包）", 60),
           ("依据表", 16), ("依据行数", 10))  # fmt: skip
EVIDENCE = (("用于数字（序号）", 16), ("依据表", 14), ("编号", 24), ("内容", 60), ("单位", 18), ("日期", 12),
            ("网址或出处", 60))  # fmt: skip
COLUMNS = (("栏目", 28), ("责任单位", 40), ("状态", 10), ("检查日期", 12), ("最近更新", 12), ("缺少的内容（单位）", 60),
           ("已确认", 8), ("说明", 40), ("网址", 40))  # fmt: skip
UNCHECKED = (("类别", 12), ("内容", 50), ("原因", 80))
ABOUT = (("项目", 20), ("内容", 80))
#: What `meta` says → how a person reads it.
_META = {
    "site_name": "网站", "quarter": "季度", "since": "起（含）", "until": "止（不含）", "today": "按哪一天判断",
    "program": "程序版本", "sqlite": "SQLite版本", "format": "证据包格式", "chain_head": "台账链末端",
    "lists": "词表摘要", "contents": "证据包内容摘要",
}  # fmt: skip

Lines = Iterable[Sequence[str | int]]


def annex(circular: Circular, pack: Pack, hints: Sequence[str] = ()) -> bytes:
    """The workbook; the same twice is the same bytes. `hints` are what the rules found in the circular's text."""
    made = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(made, options) as book:
        day = datetime.combine(circular.quarter.last, time())
        book.set_properties({"title": printable(circular.title), "created": day})
        looks = {
            "head": book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1, "text_wrap": True, "valign": "vcenter"}),
            "cell": book.add_format({"border": 1, "text_wrap": True, "valign": "top"}),
        }  # fmt: skip
        told = circular.told
        _sheet(book, looks, "数字", FIGURES, _figures(told))
        _sheet(book, looks, "依据", EVIDENCE, _evidence(pack, told))
        _sheet(book, looks, "栏目", COLUMNS, _columns(pack))
        _sheet(book, looks, "未能检查", UNCHECKED, _unchecked(pack))
        if hints:
            _sheet(book, looks, "检查提示", (("通报文字中的问题", 120),), ([one] for one in hints))
        _sheet(book, looks, "说明", ABOUT, _about(pack))
    return steady(made.getvalue())


def _sheet(
    book: Any, looks: Any, name: str, headings: Sequence[tuple[str, int]], lines: Lines
) -> None:
    """One sheet with a frozen heading; texts as texts, whatever they begin with."""
    sheet = book.add_worksheet(name)
    for column, (heading, width) in enumerate(headings):
        sheet.write_string(0, column, heading, looks["head"])
        sheet.set_column(column, column, width)
    number = 0
    for number, cells in enumerate(lines, 1):
        sheet.set_row(number, _height(cells, [width for _, width in headings]))
        for column, cell in enumerate(cells):
            if isinstance(cell, int):
                sheet.write_number(number, column, cell, looks["cell"])
            else:
                sheet.write_string(number, column, _cell(cell), looks["cell"])
    sheet.freeze_panes(1, 0)
    if number:
        sheet.autofilter(0, 0, number, len(headings) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _height(cells: Sequence[str | int], widths: Sequence[int]) -> int:
    """Points that a row takes; a Chinese character is as wide as two others."""
    lines = (
        sum(
            1 + (len(line.encode("gb18030", "replace")) - 1) // width
            for line in str(cell).split("\n")
        )
        for cell, width in zip(cells, widths, strict=True)
    )
    return LINE * min(max(lines), MOST_LINES)


def _cell(text: str) -> str:
    text = printable(text)
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1] + "…"


def _figures(told: Sequence[Told]) -> Lines:
    for number, one in enumerate(told, 1):
        fact = one.fact
        shown = fact.text or f"（{fact.number}，文中没有写出）"
        yield number, shown, one.sentence, fact.id, fact.sql, fact.table, len(fact.keys)


def _evidence(pack: Pack, told: Sequence[Told]) -> Lines:
    units = {row["id"]: row["short"] for row in pack.rows("units")}
    for one in evidence(pack, told):
        numbers = "、".join(map(str, one.numbers))
        unit = units.get(one.unit, one.unit)
        yield numbers, one.table, one.key, one.what, unit, one.day, one.place


def _columns(pack: Pack) -> Lines:
    """How every column stood, one line an item it lacks; those unconfirmed too, which the circular does not tell."""
    short = {row["id"]: row["short"] for row in pack.rows("units")}
    faults: dict[str, dict[tuple[str, int], list[str]]] = {}
    for row in pack.rows("faults"):
        items = faults.setdefault(row["column_id"], {})
        items.setdefault((row["item"], row["confirmed"]), []).append(short.get(row["unit"], ""))
    for row in pack.rows("columns"):
        lead = (
            row["name"],
            row["units"],
            STATES[row["state"]][0],
            row["day"] or "",
            row["newest"] or "",
        )
        tail = (row["why"], row["url"])
        lines = faults.get(row["id"], {})
        for (item, confirmed), units in lines.items():
            said = f"{item}（{'、'.join(units)}）" if any(units) else item
            yield *lead, said if item else "", "是" if confirmed else "否", *tail
        if not lines:
            yield *lead, "", "", *tail


def _unchecked(pack: Pack) -> Lines:
    for row in pack.rows("unchecked"):
        yield row["topic"], row["what"], row["why"]


def _about(pack: Pack) -> Lines:
    yield "怎样核对", '查询可在证据包上运行：datasette 证据包.db，或 sqlite-utils 证据包.db "查询"'
    for key, name in _META.items():
        yield name, pack.meta.get(key, "")
    for row in pack.rows("files"):
        yield f"文件 {row['name']}", f"SHA-256 {row['sha256']}"
    for row in pack.rows("lists"):
        yield "词表", f"{row['hash']}：检查了{row['articles']}篇文章 {row['titles']}"
