"""整改回复表: the spreadsheet a unit fills in, and reading it back.

Only three columns can be filled in; the others are locked. Hidden columns say which finding a row is of: its number
and fingerprint, the unit, the day of the form, and a check value over them, so that a changed number is noticed.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from checks.calendar import read_day
from checks.model import BadInput, Site, Unit
from reports.ledger_lines import Line, chinese_day
from reports.printable import printable
from reports.sheet import FRAMED, HEADED, OPEN_CELL, Cells, Heading, workbook
from store.replies import ANSWERS, LONGEST, REASONED, Reply
from store.spreadsheet import Sheet, read_spreadsheet

SHEET = "整改回复表"
ANSWER, DAY, WHY = "整改情况", "整改日期", "整改说明"
#: The hidden columns.
KEYS = ("编号", "指纹", "单位", "制表日期", "校验值")
HEADING_ROWS = 20
_CENTRED = {**FRAMED, "align": "center"}
_SHOWN: tuple[tuple[Heading, Callable[[Line], Any]], ...] = (
    (Heading("台账号", 6), lambda line: line.number),
    (Heading("栏目", 8.5), lambda line: line.columns),
    (Heading("文章标题", 19), lambda line: line.title),
    (Heading("网址", 17), lambda line: line.url),
    (Heading("问题原文", 30), lambda line: line.problem),
    (Heading("应为", 10), lambda line: line.should),
    (Heading("依据", 13), lambda line: line.source),
    (Heading("发现日期", 10), lambda line: line.found.date()),
    (Heading("整改期限", 10), lambda line: line.due),
)
_FILLED = (Heading(ANSWER, 10), Heading(DAY, 11), Heading(WHY, 24))
#: Where the columns to fill in begin.
_FIRST = len(_SHOWN)
_HEADINGS = tuple(one for one, _ in _SHOWN) + _FILLED
_HINT = "只填写黄色的三列；整改情况从下拉框中选，整改日期如 2025-10-12。请勿增删行列、更改编号。"


def reply_form_xlsx(
    lines: Sequence[Line],
    path: Path,
    *,
    site: Site,
    unit: Unit,
    heading: str,
    due: date,
    made: datetime,
) -> None:
    """One unit's form. `due` is the deadline of lines without one; `made` is the form's day and instant, at the site."""
    with workbook(path, made) as book:
        cells = Cells(book, SHEET)
        title = f"{unit.name}整改回复表（{heading}）"
        cells.head(1, _HEADINGS, title)
        for column, heading_of in enumerate(KEYS, len(_HEADINGS)):
            cells.write(1, column, heading_of, HEADED)
        for row, line in enumerate(lines, 2):
            _row(cells, row, line, due)
            for column, key in enumerate(_keys(site, unit, line, made.date()), len(_HEADINGS)):
                cells.write(row, column, key)
        last = len(lines) + 1
        if lines:
            _choices(cells, last, made.date())
            cells.sheet.autofilter(1, 0, last, len(_HEADINGS) - 1)
        cells.sheet.set_column(
            len(_HEADINGS), len(_HEADINGS) + len(KEYS) - 1, 12, None, {"hidden": True}
        )
        _signature(cells, last + 1)
        cells.sheet.freeze_panes(2, 1)
        cells.sheet.protect("", {"autofilter": True, "sort": True, "format_rows": True})
        cells.print_landscape(last + 2, len(_HEADINGS) - 1)
        _guide(book, due)


def _row(cells: Cells, row: int, line: Line, due: date) -> None:
    for column, (_, said) in enumerate(_SHOWN):
        value = said(line)
        if isinstance(value, tuple):
            cells.marked(row, column, value)
        else:
            ours = value if column < _FIRST - 1 else value or due
            cells.write(row, column, ours, FRAMED if column else _CENTRED)
    for column, looks in zip(range(_FIRST, _FIRST + 3), _open_looks(), strict=True):
        cells.write(row, column, None, looks)


def _open_looks() -> tuple[dict[str, Any], ...]:
    centred = {**OPEN_CELL, "align": "center"}
    return centred, {**centred, "num_format": "yyyy-mm-dd"}, OPEN_CELL


def _keys(site: Site, unit: Unit, line: Line, issued: date) -> tuple[str, ...]:
    number = str(line.number)
    return (
        number, line.fingerprint, unit.id, issued.isoformat(),
        check_value(site.id, unit.id, issued, number, line.fingerprint),
    )  # fmt: skip


def check_value(site: str, unit: str, issued: date, number: str, mark: str) -> str:
    """12 hex digits over what a row of a form is of: not secret, but no slip of the hand keeps it."""
    said = "\n".join((site, unit, issued.isoformat(), number, mark))
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:12]


def _choices(cells: Cells, last: int, issued: date) -> None:
    choice = {
        "validate": "list", "source": list(ANSWERS), "input_title": ANSWER,
        "input_message": "已整改：网页已改好。其余四项请在整改说明中写明理由。",
        "error_title": "请从下拉框中选", "error_message": "、".join(ANSWERS),
    }  # fmt: skip
    day = {
        "validate": "date", "criteria": ">=", "value": date(2000, 1, 1), "input_title": DAY,
        "input_message": f"改好的那一天，如 {issued}；“已整改”必填。",
        "error_title": "不是日期", "error_message": f"请填写日期，如 {issued}",
    }  # fmt: skip
    words = {
        "validate": "length", "criteria": "<=", "value": LONGEST,
        "error_title": "太长", "error_message": f"不超过{LONGEST}个字",
    }  # fmt: skip
    for column, rule in enumerate((choice, day, words), _FIRST):
        cells.sheet.data_validation(2, column, last, column, rule)


def _signature(cells: Cells, row: int) -> None:
    last = len(_HEADINGS) - 1
    words = "主要负责人（签字）：　　　　　　　　填表人：　　　　　　　　联系电话：　　　　　　　　（公章）"
    looks = {"font_name": "宋体", "font_size": 11, "valign": "vcenter", "locked": False}
    cells.sheet.merge_range(row, 0, row, last, "", cells.format(looks))
    cells.sheet.write_string(row, 0, words, cells.format(looks))
    cells.sheet.set_row(row, 36)
    hint = {"font_name": "宋体", "font_size": 9, "font_color": "#808080"}
    cells.sheet.merge_range(row + 1, 0, row + 1, last, "", cells.format(hint))
    cells.sheet.write_string(row + 1, 0, _HINT, cells.format(hint))


def _guide(book: Any, due: date) -> None:
    cells = Cells(book, "填写说明")
    cells.head(1, (Heading("项目", 14), Heading("怎样填写", 90)), "填写说明")
    said = (
        ("报送期限", f"{chinese_day(due)}前；“整改期限”一列另有日期的，以那一列为准。"),
        ("已整改", "网页上的问题已经改好。必须填写整改日期；重新抓取网页复查，复查通过才销号。"),
        ("部分整改", "还有没改完的。请在整改说明中写明还差什么、何时改完。"),
        ("未整改", "还没有改。请写明原因和计划。"),
        ("申请保留", "确需保持原样的，如法定名称、历史文件原文。请写明理由，由主管部门审定。"),
        ("认为误报", "所指文字并没有错。请写明理由，由主管部门审定；审定为误报的，以后不再列出。"),
        ("送回", "保存为 .xlsx 送回即可，文件名可以改；表格内容请勿另行复制到别的文件。"),
    )
    for row, (name, words) in enumerate(said, 2):
        cells.write(row, 0, name, HEADED)
        cells.write(row, 1, words)
    cells.print_landscape(len(said) + 1, 1)


@dataclass(frozen=True, slots=True)
class _Table:
    """A sheet with the form's headings in row `heading`, and the columns they stand in."""

    sheet: Sheet
    heading: int
    columns: Mapping[str, int]


def read_reply_form(path: Path, site: Site, today: date) -> tuple[Reply, ...]:
    """What a unit filled in, row by row; rows left empty say nothing.

    Raises:
        BadInput: no such form, or rows are wrong: every problem, by sheet, row and column.
    """
    tables = [_table(sheet) for sheet in read_spreadsheet(path)]
    found = [one for one in tables if one]
    if not found:
        raise BadInput(
            f"{path}: 不是整改回复表，没有“{ANSWER}”“{KEYS[-1]}”等列；应为随通知单发出的表格"
        )
    replies: list[Reply] = []
    problems: list[str] = []
    for table in found:
        for line, texts in table.sheet.under(table.heading, table.columns):
            try:
                reply = _reply(path, table.sheet.name, line, texts, site, today)
            except _Wrong as wrong:
                problems += (f"{_place(path, table.sheet.name, line)}{one}" for one in wrong.said)
            else:
                replies += [reply] if reply else []
    problems += _among(replies)
    if problems:
        raise BadInput(*problems)
    return tuple(replies)


def _place(path: Path, sheet: str, line: int) -> str:
    return f"{path} 工作表“{sheet}”第{line}行"


class _Wrong(Exception):  # noqa: N818  - it names what is wrong
    def __init__(self, *said: str) -> None:
        self.said = said


def _table(sheet: Sheet) -> _Table | None:
    wanted = {ANSWER, DAY, WHY, *KEYS}
    for line, cells in sheet.top(HEADING_ROWS):
        columns = {"".join(cell.split()): n for n, cell in enumerate(cells)}
        if wanted <= set(columns):
            return _Table(sheet, line, {name: columns[name] for name in wanted})
    return None


def _reply(
    path: Path, sheet: str, line: int, texts: Mapping[str, str], site: Site, today: date
) -> Reply | None:
    """Raises _Wrong: every problem of the row."""
    answer, why = texts[ANSWER], " ".join(texts[WHY].split())
    if not (answer or texts[DAY] or why):
        return None
    number, mark, unit, issued_on, check = (texts[key] for key in KEYS)
    issued = read_day(issued_on)
    if (
        not issued
        or not number.isdecimal()
        or check != check_value(site.id, unit, issued, number, mark)
    ):
        raise _Wrong(
            f"“{KEYS[0]}”列（隐藏）：编号或校验值被改动过，或者不是{site.name}的表；"
            "应使用随通知单发出的原表，不增删、不复制行"
        )
    problems = list(_answer_faults(answer, texts[DAY], why, today))
    if problems:
        raise _Wrong(*problems)
    day = read_day(texts[DAY]) if texts[DAY] else None
    place = _place(path, sheet, line)
    return Reply(int(number), mark, unit, issued, ANSWERS[answer], day, why, path.name, place)


def _answer_faults(answer: str, day: str, why: str, today: date) -> Iterator[str]:
    if answer not in ANSWERS:
        said = f"为“{printable(answer, 20)}”" if answer else "没有填"
        yield f"“{ANSWER}”列{said}；应为{'、'.join(ANSWERS)}之一"
    elif ANSWERS[answer] in REASONED and not why:
        yield f"“{WHY}”列没有填；“{answer}”须写明理由"
    elif ANSWERS[answer] == "mended" and not day:
        yield f"“{DAY}”列没有填；“已整改”须填写改好的日期，如 {today}"
    if day and not (read := read_day(day)):
        yield f"“{DAY}”列为“{printable(day, 20)}”；应为日期，如 {today}"
    elif day and read and read > today:
        yield f"“{DAY}”列为{read}，还没有到；应不晚于{today}"
    if len(why) > LONGEST:
        yield f"“{WHY}”列有{len(why)}字；应不超过{LONGEST}字"


def _among(replies: Sequence[Reply]) -> Iterator[str]:
    """What rows say against each other: a form is one unit's, and answers each finding once."""
    first: dict[int, Reply] = {}
    for one in replies:
        if one.unit != replies[0].unit:
            yield f"{one.place}“单位”列（隐藏）：与第一行不是同一个单位；应一个单位一个文件"
        if one.number in first:
            yield f"{one.place}“{KEYS[0]}”列：台账号{one.number}已在前面填过；应只留一行"
        first.setdefault(one.number, one)
