"""整改通知单 and 销号单: one Word paper a unit, filled into templates that the office may edit.

A folder of the office's own templates goes before the shipped ones; its files are named as those in
reports/templates are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from checks.model import Site
from reports.filled import filled
from reports.ledger import evidence_words
from reports.ledger_lines import Line, chinese_day, chinese_instant, local, severity_words
from reports.printable import printable
from store.states import SYSTEM

NOTICE, CLOSING = "整改通知单", "销号单"
#: Stands where the site file names no office.
NO_OFFICE = "（发文单位待填写）"


@dataclass(frozen=True, slots=True)
class Letter:
    """What papers of one batch have in common. `day` is the day they bear, `period` the time they speak of.

    `route` says where to report to, `templates` is the office's own folder.
    """

    site: Site
    period: str
    day: date
    route: str = ""
    templates: Path | None = None

    @property
    def office(self) -> str:
        return printable(self.site.office) or NO_OFFICE


def notice_docx(lines: Sequence[Line], path: Path, letter: Letter, *, unit: str, due: date) -> None:
    """One unit's 整改通知单. `unit` is its name, `due` the deadline of lines without one of their own.

    Raises:
        BadInput: the office's template cannot be used.
    """
    rows = [
        {
            **_facts(number, line),
            "url": line.url,
            "kind": line.kind,
            "severity": line.severity.label,
            "note": _note(line, due),
            "source": line.source,
            "evidence": evidence_words(line),
        }
        for number, line in enumerate(lines, 1)
    ]
    _write(NOTICE, path, letter, {
        "unit": printable(unit),
        "count": len(lines),
        "severities": severity_words(lines),
        "due": _deadline(due, letter.day),
        "own_dues": any(line.due not in (None, due) for line in lines),
        "route": printable(letter.route) or f"报送{letter.office}",
        "rows": rows,
    })  # fmt: skip


def closing_docx(lines: Sequence[Line], path: Path, letter: Letter, *, unit: str) -> None:
    """One unit's 销号单, of lines that are closed.

    Raises:
        BadInput: the office's template cannot be used.
    """
    zone = ZoneInfo(letter.site.timezone)
    rows = [
        {
            **_facts(number, line),
            "url": line.url,
            "reported": _instant(line.reported.at, zone) if line.reported else "未报告",
            "verified": chinese_instant(line.closed) if line.closed else "",
            "who": _who(line.verified.who if line.verified else ""),
            "why": printable(line.verified.why).rstrip("。") if line.verified else "",
            "hash": line.verified.hash if line.verified else "",
        }
        for number, line in enumerate(lines, 1)
    ]
    said = {"unit": printable(unit), "count": len(lines), "rows": rows}
    _write(CLOSING, path, letter, said)


def _facts(number: int, line: Line) -> dict[str, Any]:
    before, match, after = line.problem
    return {
        "number": number,
        "id": line.number,
        "title": line.title or "—",
        "before": before,
        "match": f"【{match}】" if match else "",
        "after": after,
        "should": line.should or "—",
        "found": chinese_instant(line.found),
    }


def _note(line: Line, due: date) -> str:
    said = [
        f"由{line.unit}共同负责" if len(line.units) > 1 else "",
        "复查未改" if line.state == "failed" else "",
        f"第{line.times}次复发" if line.times else "",
        f"整改期限{chinese_day(line.due)}" if line.due not in (None, due) and line.due else "",
    ]
    return "".join(f"；{one}" for one in said if one)


def _deadline(due: date, day: date) -> str:
    """As papers write it: without the year where it is that of the paper."""
    return chinese_day(due) if due.year != day.year else f"{due.month}月{due.day}日"


def _who(who: str) -> str:
    return "系统自动复查" if who in ("", SYSTEM) else printable(who, 40)


def _instant(at: Any, zone: ZoneInfo) -> str:
    return chinese_instant(local(at, zone))


def _write(name: str, path: Path, letter: Letter, said: Mapping[str, Any]) -> None:
    common = {
        "office": letter.office,
        "site": printable(letter.site.name),
        "period": letter.period,
        "day": chinese_day(letter.day),
        "year": letter.day.year,
    }
    path.write_bytes(filled(name, {**common, **said}, letter.templates))
