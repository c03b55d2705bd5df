"""The ledger as programs and spreadsheets read it, and what happened to a finding in words."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter

from checks.model import Site
from reports.counts import inert
from store.ledger import Event, LedgerRow
from store.states import LABELS, SYSTEM

HEADINGS = (
    "台账号", "状态", "责任单位", "问题", "原文", "标题", "栏目", "首次发现", "期限", "复发次数", "理由", "网址",
)  # fmt: skip
WIDTHS = (8, 16, 22, 30, 50, 40, 16, 12, 12, 8, 24, 50)


def local(site: Site, at: datetime) -> str:
    """An instant (UTC, naive) as the clock at the site says it."""
    return f"{at.replace(tzinfo=UTC).astimezone(ZoneInfo(site.timezone)):%Y-%m-%d %H:%M}"


def unit_name(site: Site, id: str) -> str:
    return next((unit.name for unit in site.units if unit.id == id), id or "未归属")


def sentence(row: LedgerRow) -> str:
    """The sentence, what was found marked 【】."""
    before, match, after = row.sentence
    return f"{before}【{match}】{after}" if match else ""


def cells(site: Site, row: LedgerRow) -> tuple[Any, ...]:
    """A row as it is written, by `HEADINGS`."""
    names = {column.id: column.name for column in site.columns}
    return (
        row.id,
        row.label,
        unit_name(site, row.finding.unit),
        row.finding.message,
        sentence(row),
        row.title,
        "、".join(names.get(one, one) for one in row.finding.columns),
        local(site, row.opened)[:10],
        str(row.due or row.until or ""),
        row.times,
        row.reason,
        row.finding.url,
    )


def ledger_json(site: Site, today: date, rows: Sequence[LedgerRow]) -> dict[str, Any]:
    """The rows for programs; instants are UTC."""
    return {"site": site.id, "day": today.isoformat(), "rows": [row_json(row) for row in rows]}


def row_json(row: LedgerRow) -> dict[str, Any]:
    one = row.finding
    return {
        "number": row.id, "state": row.state, "label": row.label, "overdue": row.overdue,
        "confirmed": row.confirmed, "rule": one.rule, "severity": str(one.severity), "match": one.match,
        "suggestion": one.suggestion, "message": one.message, "source": one.source,
        "fingerprint": one.fingerprint, "url": one.url, "title": row.title,
        "published": row.published.isoformat() if row.published else None, "unit": one.unit,
        "columns": list(one.columns), "sentence": list(row.sentence), "opened": row.opened.isoformat(),
        "due": row.due.isoformat() if row.due else None,
        "until": row.until.isoformat() if row.until else None, "reason": row.reason, "times": row.times,
        "closed": row.closed.isoformat() if row.closed else None,
        "events": [event_json(event) for event in row.events],
    }  # fmt: skip


def event_json(event: Event) -> dict[str, str]:
    return {
        "at": event.at.isoformat(), "who": event.who, "from": event.before, "to": event.after,
        "why": event.why, "evidence": event.evidence, "hash": event.hash,
    }  # fmt: skip


def write_xlsx(site: Site, today: date, rows: Sequence[LedgerRow], path: Path) -> None:
    """One sheet, frozen heading, filter."""
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet("整改台账")
        bold = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1})
        plain = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
        sheet.write_string(0, 0, f"{site.name} 整改台账（{today}）", book.add_format({"bold": True, "font_size": 14}))  # fmt: skip
        for column, (heading, width) in enumerate(zip(HEADINGS, WIDTHS, strict=True)):
            sheet.write_string(1, column, heading, bold)
            sheet.set_column(column, column, width)
        for number, row in enumerate(rows, 2):
            written = [inert(one) if isinstance(one, str) else one for one in cells(site, row)]
            sheet.write_row(number, 0, written, plain)
        sheet.freeze_panes(2, 1)
        if rows:
            sheet.autofilter(1, 0, len(rows) + 1, len(HEADINGS) - 1)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)


def event_lines(site: Site, row: LedgerRow) -> Iterator[str]:
    """What happened to a finding, a line each, oldest first."""
    for one in row.events:
        who = "系统" if one.who == SYSTEM else one.who
        before = LABELS.get(one.before, one.before)
        step = f"{before} → {LABELS.get(one.after, one.after)}" if before else "新发现"
        more = "；".join(piece for piece in (one.why, *one.evidence.splitlines()) if piece)
        yield f"{local(site, one.at)}  {who}  {step}" + (f"  {more}" if more else "")
