"""The column audit told: JSON per contract/audit.schema.json, and a table for people."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from rich.table import Table
from rich.text import Text

from checks.model import Site, Unchecked
from checks.verdict import ColumnVerdict
from reports.findings import unchecked_json

STATES = {
    "ok": ("正常", "green"),
    "stale": ("不更新", "red"),
    "empty": ("空白", "red"),
    "incomplete": ("内容不全", "yellow"),
    "unread": ("未能检查", "magenta"),
}


def column_json(verdict: ColumnVerdict) -> dict[str, Any]:
    return {
        "id": verdict.column.id,
        "name": verdict.column.name,
        "state": verdict.state,
        "newest": verdict.newest.isoformat() if verdict.newest else None,
        "entries": verdict.entries,
        "missing": [{"item": one.item, "unit": one.unit} for one in verdict.missing],
        "why": verdict.why,
    }


def audit_json(
    site: Site, day: date, verdicts: Iterable[ColumnVerdict], unchecked: Iterable[Unchecked]
) -> dict[str, Any]:
    return {
        "site": site.id,
        "day": day.isoformat(),
        "columns": [column_json(one) for one in verdicts],
        "unchecked": unchecked_json(unchecked),
    }


def audit_table(site: Site, verdicts: Sequence[ColumnVerdict]) -> Table:
    """One row a column: its state, its newest day, and what is wrong, in whole sentences."""
    table = Table(title=f"{site.name} 栏目情况（{len(verdicts)}个）", title_justify="left")
    table.add_column("栏目", overflow="fold")
    table.add_column("状态")
    table.add_column("最近更新")
    table.add_column("条数", justify="right")
    table.add_column("说明", overflow="fold")
    for verdict in verdicts:
        words, style = STATES[verdict.state]
        table.add_row(
            Text(verdict.column.name),
            Text(words, style),
            str(verdict.newest or "—"),
            str(verdict.entries) if verdict.state != "unread" else "—",
            Text(_said(site, verdict)),
        )
    return table


def _said(site: Site, verdict: ColumnVerdict) -> str:
    if verdict.why:
        return verdict.why
    whole = [one.message for one in verdict.findings if one.rule != "incomplete-column"]
    missing = [
        f"缺“{one.item}”" + (f"（{site.unit(one.unit).name}）" if one.unit else "")
        for one in verdict.missing
    ]
    return "；".join((*whole, *missing))
