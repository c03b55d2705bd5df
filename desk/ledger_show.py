"""The ledger on a terminal: a table of findings, and one finding with its sentence, events and evidence."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from checks.model import Site
from desk.show import STYLES, safe
from reports.ledger import cells, event_lines, local, unit_name
from store.evidence import Evidence
from store.exceptions import SCOPE_LABELS, STATE_LABELS, Exempted, implied
from store.ledger import LedgerRow
from store.states import STANDING

#: Characters of a cell.
SHOWN = 40
LEFT = ("台账号", "状态", "责任单位", "问题", "标题", "首次发现", "期限", "复发")


def ledger_table(site: Site, rows: Sequence[LedgerRow]) -> Table:
    """What fits a terminal; late ones red, those over dim."""
    table = Table(title=f"{site.name} 整改台账（{len(rows)}项）", title_justify="left")
    for heading in LEFT:
        table.add_column(heading, justify="right" if heading in ("台账号", "复发") else "left")
    for row in rows:
        number, label, unit, message, _, title, _, opened, day, times, *_ = cells(site, row)
        style = "red" if row.overdue else "" if row.state in STANDING else "dim"
        texts = [Text(safe(one)[:SHOWN]) for one in (unit, message, title, opened, day)]
        table.add_row(str(number), Text(label, style), *texts, str(times or ""))
    return table


def show_row(
    screen: Any, site: Site, row: LedgerRow, kept: Sequence[Evidence], folder: Path
) -> None:
    """One finding: what it is, where it stands, all that happened, the evidence, the exception it implies."""
    one = row.finding
    before, match, after = row.sentence
    names = {column.id: column.name for column in site.columns}
    _line(screen, "台账号", f"{row.id}  {row.label}")
    screen.print(Text(f"原文：{safe(before)}"), Text(f"【{safe(match)}】", STYLES[one.severity]), Text(safe(after)), sep="")  # fmt: skip
    _line(screen, "问题", one.message + (f"（应写：{one.suggestion}）" if one.suggestion else ""))
    _line(screen, "依据", f"{one.source}（规则 {one.rule}，{one.severity.label}）")
    _line(screen, "标题", row.title + (f"（{row.published}发布）" if row.published else ""))
    _line(screen, "网址", one.url)
    _line(screen, "责任单位", unit_name(site, one.unit))
    _line(screen, "栏目", "、".join(names.get(id, id) for id in one.columns))
    for name, said in (("期限", row.due), ("保留至", row.until), ("理由", row.reason)):
        if said:
            _line(screen, name, str(said))
    if row.times:
        _line(screen, "复发", f"{row.times}次")
    _line(screen, "可计入通报", "是" if row.confirmed else "否（未经确认）")
    screen.print("经过：", highlight=False)
    for line in event_lines(site, row):
        screen.print(Text(f"  {safe(line)}"))
    for number, page in enumerate(kept, 1):
        said = f"{local(site, page.at)}抓取，SHA-256 {page.digest}，{folder / page.file}"
        _line(screen, f"证据{number}", said)
    for line in implied_lines(row):
        screen.print(Text(line))


def implied_lines(row: LedgerRow) -> list[str]:
    """The exception that a false alarm implies, and how to propose it; none where it implies none."""
    if (told := implied(row)) is None:
        return []
    term, phrase = map(safe, told)
    return [
        f"台账号{row.id}如系误报，可设例外：“{phrase}”中的“{term}”不再报告（{row.finding.rule}）",
        f"  lanmu ledger dismiss 站点.yaml {row.id} --why 理由 --propose site|unit|column|page [--until 日期]",
    ]


def proposed_line(one: Exempted) -> str:
    how = f"lanmu ledger exceptions 站点.yaml approve {one.id}"
    return f"例外{one.id}已提出：“{safe(one.phrase)}”中的“{safe(one.term)}”；批准：{how}"


def show_exceptions(screen: Any, site: Site, some: Sequence[Exempted]) -> None:
    table = Table(title=f"{site.name} 例外（{len(some)}项）", title_justify="left")
    for heading in (
        "例外号",
        "状态",
        "词表或规则",
        "词",
        "短语",
        "范围",
        "至",
        "理由",
        "提出",
        "批准",
    ):
        table.add_column(heading)
    for one in some:
        texts = (one.rule, one.term, one.phrase, scope_name(site, one), str(one.until or "长期"), one.reason, one.proposed_by, one.decided_by)  # fmt: skip
        table.add_row(str(one.id), STATE_LABELS[one.state], *(Text(safe(text)) for text in texts))
    screen.print(table)


def scope_name(site: Site, one: Exempted) -> str:
    """Where an exception holds, in words."""
    names = {unit.id: unit.name for unit in site.units} if one.scope == "unit" else {}
    names |= {column.id: column.name for column in site.columns} if one.scope == "column" else {}
    return SCOPE_LABELS[one.scope] + (f" {names.get(one.scope_id, one.scope_id)}" if one.scope_id else "")  # fmt: skip


def _line(screen: Any, name: str, said: str) -> None:
    screen.print(Text(f"{name}：{safe(said)}"))
