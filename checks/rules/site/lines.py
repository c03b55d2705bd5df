"""Counting columns against a veto line and an early-warning line."""

from collections.abc import Sequence
from dataclasses import dataclass

from checks.model import Column, Finding, Rule, Severity, Span, Unchecked, fingerprint
from checks.site_seen import Judged, SiteSeen

#: Names a message spells out.
MOST_NAMES = 12


@dataclass(frozen=True, slots=True)
class Line:
    """A count of columns: its key in the fingerprint, what is counted, its veto and warning numbers' names."""

    key: str
    what: str
    veto: str
    warn: str


@dataclass(frozen=True, slots=True)
class Count:
    """Columns that count for sure; those that may (`open`), each with the reason why nobody knows."""

    sure: tuple[Column, ...]
    open: tuple[tuple[Column, str], ...] = ()


def against(seen: SiteSeen, rule: Rule, line: Line, count: Count) -> Judged:
    """The finding if a line is reached for sure; what is open, if that could reach a further one."""
    lines = seen.site.indicators
    ordered = [(lines.value(line.warn), line.warn), (lines.value(line.veto), line.veto)]
    reached = _reached(ordered, len(count.sure))
    possible = _reached(ordered, len(count.sure) + len(count.open))
    found = (_finding(seen, rule, line, count, *reached),) if reached else ()
    doubt = (_doubt(line, count, *possible),) if possible and possible != reached else ()
    return found, doubt


def _reached(lines: Sequence[tuple[int | None, str]], number: int) -> tuple[int, str] | None:
    """The highest of `lines` that `number` columns reach."""
    met = [(limit, name) for limit, name in lines if limit is not None and number >= limit > 0]
    return max(met, key=lambda one: one[0], default=None)


def _names(columns: Sequence[Column]) -> str:
    shown = "、".join(one.name for one in columns[:MOST_NAMES])
    return shown + ("等" if len(columns) > MOST_NAMES else "")


def _finding(
    seen: SiteSeen, rule: Rule, line: Line, count: Count, limit: int, name: str
) -> Finding:
    vetoed = name == line.veto
    message = rule.message.format(
        what=line.what,
        number=len(count.sure),
        names=_names(count.sure),
        limit=limit,
        line="单项否决线" if vetoed else "预警线",
    )
    if count.open:
        message += f"；另有{len(count.open)}个未能检查，未计入"
    site = seen.site
    return Finding(
        rule.id, rule.severity if vetoed else Severity.WARNING, 0, Span(0, 0), line.what, "",
        message, site.indicators.cited(name), fingerprint(site.id, rule.id, line.key), site.home,
    )  # fmt: skip


def _doubt(line: Line, count: Count, limit: int, name: str) -> Unchecked:
    called = "单项否决线" if name == line.veto else "预警线"
    reasons = dict.fromkeys(why for _, why in count.open)
    columns = _names([column for column, _ in count.open])
    what = f"网站 {line.what}是否达到{called}（{limit}个）：已确认{len(count.sure)}个"
    return Unchecked(f"{what}，另有{len(count.open)}个未能检查（{columns}）", next(iter(reasons)))
