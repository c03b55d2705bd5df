"""领导名录: reads the office's own list of people and posts (CSV or XLSX).

Columns: 姓名, 职务, and if the office likes 起, 止 (days, 止 exclusive), 排序 (a whole number, 1 stands first).
"""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from checks.model import BadInput, Official
from checks.wordlist import decoded

COLUMNS = ("姓名", "职务", "起", "止", "排序")


def read_roster(path: Path) -> tuple[Official, ...]:
    """Everybody on the roster, in the file's order.

    Raises:
        BadInput: it cannot be read, or a row is wrong: every problem, a line each.
    """
    rows = list(_rows(path))
    heading = [str(cell).strip() for cell in rows[0]] if rows else []
    if heading[:2] != list(COLUMNS[:2]) or not set(heading) <= set(COLUMNS):
        raise BadInput(f"{path}:1: 表头为“{'、'.join(heading) or '空'}”，应为 {','.join(COLUMNS)}")
    problems: list[str] = []
    officials: list[Official] = []
    for line, row in enumerate(rows[1:], 2):
        cell = dict(zip(heading, (*row, *("",) * len(heading)), strict=False))
        if not any(str(value).strip() for value in cell.values()):
            continue
        name = "".join(str(cell["姓名"]).split())
        post = "".join(str(cell["职务"]).split())
        faults = [f"{key}为空" for key, said in (("姓名", name), ("职务", post)) if not said]
        days = {key: _day(key, cell.get(key, ""), faults) for key in ("起", "止")}
        rank = _rank(cell.get("排序", ""), faults)
        since, until = days["起"], days["止"]
        if since and until and since >= until:
            faults.append(f"起{since}不早于止{until}")
        problems += [f"{path}:{line}: {fault}" for fault in faults]
        officials.append(Official(name, post, since, until, rank))
    if problems:
        raise BadInput(*problems)
    return tuple(officials)


def _rows(path: Path) -> Iterator[Sequence[Any]]:
    if path.suffix.lower() in (".xlsx", ".xls"):
        from python_calamine import CalamineError, CalamineWorkbook

        try:
            yield from CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
        except (CalamineError, OSError, IndexError):
            raise BadInput(f"{path}: 不是能读的Excel文件，请另存为 .xlsx") from None
        return
    try:
        yield from csv.reader(io.StringIO(decoded(path), newline=""), strict=True)
    except csv.Error as error:
        raise BadInput(f"{path}: 不是有效的CSV（{error}）") from None


def _day(key: str, value: Any, faults: list[str]) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if not str(value).strip():
        return None
    try:
        return date.fromisoformat(str(value).strip())
    except ValueError:
        faults.append(f"{key}为“{value}”，应为日期，如 2025-09-30")
        return None


def _rank(value: Any, faults: list[str]) -> int | None:
    text = str(value).strip().removesuffix(".0")
    if not text:
        return None
    if not text.isdigit():
        faults.append(f"排序为“{value}”，应为整数，1排在最前")
        return None
    return int(text)
