"""The ledger (整改台账) as a workbook that an office prints: all rows, units counted, evidence, how to read it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from checks.model import Severity, Site
from reports.ledger_lines import NOBODY, OVERDUE, TO_MEND, Line, chinese_day, chinese_instant
from reports.sheet import FRAMED, HEADED, Cells, Heading, workbook
from store.states import LABELS

_CENTRED = {**FRAMED, "align": "center"}
_SHARE = {**_CENTRED, "num_format": "0.0%"}
_BOLD = {**_CENTRED, "bold": True}


@dataclass(frozen=True, slots=True)
class _Shown:
    heading: Heading
    cell: Callable[[Line], Any]
    looks: dict[str, Any]


def _column(
    name: str, width: float, cell: Callable[[Line], Any], looks: dict[str, Any] = FRAMED
) -> _Shown:
    return _Shown(Heading(name, width), cell, looks)


#: The columns of 总台账. 问题原文 is written apart: its match is marked.
SHOWN = (
    _column("台账号", 6, lambda line: line.number, _CENTRED),
    _column("责任单位", 12, lambda line: line.unit),
    _column("栏目", 8.5, lambda line: line.columns),
    _column("文章标题", 19, lambda line: line.title),
    _column("网址", 17, lambda line: line.url),
    _column("发布日期", 10, lambda line: line.published),
    _column("问题类型", 8.5, lambda line: line.kind),
    _column("级别", 5, lambda line: line.severity.label, _CENTRED),
    _column("问题原文", 30, lambda line: line.problem),
    _column("应为", 9.5, lambda line: line.should),
    _column("依据", 12, lambda line: line.source),
    _column("首次发现", 10, lambda line: line.found.date()),
    _column("状态", 9, lambda line: line.label, _CENTRED),
    _column("通知日期", 10, lambda line: line.notified),
    _column("整改期限", 10, lambda line: line.due),
    _column("销号日期", 10, lambda line: line.closed.date() if line.closed else None),
    _column("复发次数", 5, lambda line: line.times, _CENTRED),
    _column("备注", 10, lambda line: line.remark),
)
_NAMES = tuple(one.heading.name for one in SHOWN)
_STATE = _NAMES.index("状态")
_PROBLEM = _NAMES.index("问题原文")

_COUNTED: tuple[tuple[str, Callable[[Line], bool]], ...] = (
    ("问题总数", lambda _: True),
    ("严重错误", lambda line: line.severity is Severity.ERROR),
    ("一般错误", lambda line: line.severity is Severity.WARNING),
    ("疑似", lambda line: line.severity is Severity.SUGGESTION),
    ("待整改", lambda line: line.state in TO_MEND),
    ("其中逾期", lambda line: line.overdue),
    ("单位报告已改", lambda line: line.state == "claimed"),
    ("已销号", lambda line: line.state == "closed"),
    ("误报、认可保留", lambda line: line.state in ("dismissed", "accepted")),
    ("页面已删除、无法复查", lambda line: line.state in ("deleted", "unverifiable")),
)
_READING = (
    ("台账号", "每个问题一个编号，始终不变；查询、回复、销号都用这个编号。"),
    ("问题原文", "【】内、红色的是查出的文字；栏目的问题没有原文，写的是查到的情况。"),
    ("首次发现", "第一次查出的日期；销号后再次出现的，回到台账，“复发次数”加一。"),
    ("级别", "严重错误、一般错误、疑似；疑似的须人工核实后才计入。"),
    ("逾期", "超过整改期限仍未复查通过的，整行以红底标出；期限当天不算逾期。"),
    (
        "销号",
        "程序重新抓取网页并重新检查、问题不再存在的，或者复查人核实并写明理由的，才销号；单位报告已改的还不是销号。",
    ),
    ("待整改", "已确认、已通知、复查未改的合计。"),
    ("销号率", "已销号数÷（问题总数－误报、认可保留数）。"),
    ("多单位负责的栏目", "各负责单位的统计中都算一次，合计中只算一次。"),
    ("证据", "网页抓取的时间和校验值（SHA-256）；网页原样存档，可用 lanmu evidence 网址 取出。"),
)


def ledger_xlsx(
    lines: Sequence[Line], path: Path, *, site: Site, heading: str, made: datetime
) -> None:
    """Write the ledger. `heading` says what rows these are; `made` is the instant, at the site's local time."""
    with workbook(path, made) as book:
        _all_rows(book, lines, f"{site.name}问题整改台账（{heading}）")
        _by_unit(book, lines, site, f"各单位整改情况汇总（{heading}）")
        _evidence(book, lines)
        _notes(book, lines, site, heading, made)


def _all_rows(book: Any, lines: Sequence[Line], title: str) -> None:
    cells = Cells(book, "总台账")
    cells.head(1, [one.heading for one in SHOWN], title)
    for row, line in enumerate(lines, 2):
        for column, one in enumerate(SHOWN):
            if column == _PROBLEM:
                cells.marked(row, column, line.problem)
            else:
                cells.write(row, column, one.cell(line), one.looks)
    last = len(lines) + 1
    if lines:
        cells.sheet.autofilter(1, 0, last, len(SHOWN) - 1)
        letter = chr(ord("A") + _STATE)
        late = {
            "type": "formula",
            "criteria": f'=ISNUMBER(SEARCH("{OVERDUE}",${letter}3))',
            "format": book.add_format({"bg_color": "#F8CBAD"}),
        }
        cells.sheet.conditional_format(2, 0, last, len(SHOWN) - 1, late)
    cells.sheet.freeze_panes(2, 2)
    cells.print_landscape(last, len(SHOWN) - 1)


def _by_unit(book: Any, lines: Sequence[Line], site: Site, title: str) -> None:
    cells = Cells(book, "分单位汇总")
    headings = [Heading("责任单位", 30), *(Heading(name, 10) for name, _ in _COUNTED)]
    cells.head(1, [*headings, Heading("销号率", 10)], title)
    owned: dict[str, list[Line]] = {}
    for line in lines:
        for unit in line.units or ("",):
            owned.setdefault(unit, []).append(line)
    names = {unit.id: unit.name for unit in site.units} | {"": NOBODY}
    known = [id for id in names if id in owned]
    order = [*known, *(id for id in owned if id not in names)]
    for row, id in enumerate(order, 2):
        _counted(cells, row, names.get(id, id), owned[id], _CENTRED)
    last = len(order) + 2
    _counted(cells, last, "合计", lines, _BOLD)
    cells.print_landscape(last, len(headings))


def _counted(
    cells: Cells, row: int, name: str, lines: Sequence[Line], looks: dict[str, Any]
) -> None:
    cells.write(row, 0, name, {**FRAMED, "bold": looks is _BOLD})
    for column, (_, counts) in enumerate(_COUNTED, 1):
        cells.write(row, column, sum(counts(line) for line in lines), looks)
    owed = sum(line.state not in ("dismissed", "accepted") for line in lines)
    share = sum(line.state == "closed" for line in lines) / owed if owed else "—"
    cells.write(row, len(_COUNTED) + 1, share, {**_SHARE, "bold": looks is _BOLD})


def _evidence(book: Any, lines: Sequence[Line]) -> None:
    cells = Cells(book, "证据")
    headings = (
        Heading("台账号", 8), Heading("责任单位", 24), Heading("网址", 60), Heading("网页抓取时间", 17),
        Heading("校验值（SHA-256）", 68),
    )  # fmt: skip
    cells.head(1, headings, "网页证据")
    row = 1
    for line in lines:
        for seen in line.seen:
            row += 1
            said = (line.number, line.unit, seen.url, seen.at, seen.digest)
            for column, cell in enumerate(said):
                cells.write(row, column, cell)
    if row > 1:
        cells.sheet.autofilter(1, 0, row, len(headings) - 1)
    cells.print_landscape(row, len(headings) - 1)


def _notes(book: Any, lines: Sequence[Line], site: Site, heading: str, made: datetime) -> None:
    cells = Cells(book, "说明")
    cells.head(1, (Heading("项目", 20), Heading("说明", 90)), "说明")
    said = (
        ("网站", site.name),
        ("单位", site.office),
        ("范围", f"{heading}，共{len(lines)}个问题"),
        ("生成时间", f"{chinese_day(made)} {made:%H:%M}"),
        ("各种状态", "、".join(("疑似", *LABELS.values(), OVERDUE))),
        *_READING,
    )
    for row, (name, words) in enumerate(said, 2):
        cells.write(row, 0, name, HEADED)
        cells.write(row, 1, words)
    cells.print_landscape(len(said) + 1, 1)


def evidence_words(line: Line) -> str:
    """When the page was seen and what its bytes were: for a paper."""
    said = [f"{chinese_instant(one.at)}抓取，SHA-256 {one.digest}" for one in line.seen]
    return "；".join(said) or "网页未存档"
