"""Report what a column must contain and does not （栏目内容不全）: expectation × unit × window.

An expectation is met by an entry, published in the last `within_days` calendar days, whose title or
text contains one of its words; with `each_unit` every responsible unit needs one of its own (by the
article's unit, or named in the title). An entry that could meet it but whose page was not read, or
that shows no date, leaves the matter open: it is said to be unchecked, and nobody is accused. The same holds where the
list was not read to its end.
"""

from collections.abc import Iterator
from datetime import timedelta

from checks.model import (
    Column,
    ColumnSnapshot,
    Entry,
    Expectation,
    Finding,
    Rule,
    Severity,
    Site,
    Span,
    Unchecked,
    Unit,
    fingerprint,
)
from checks.rules.column.shared import Gap, Missing

RULE = Rule(
    "incomplete-column",
    Severity.WARNING,
    "栏目“{name}”未公开“{item}”{units}",
    source="《中华人民共和国政府信息公开条例》（国务院令第711号）",
)


def judge(snapshot: ColumnSnapshot, site: Site) -> tuple[tuple[Gap, ...], tuple[Unchecked, ...]]:
    """What is missing for sure, and what could not be told."""
    gaps: list[Gap] = []
    unknown: list[Unchecked] = []
    if not snapshot.entries:
        return (), ()
    for expectation in snapshot.column.expects:
        for unit in _owing(snapshot, site, expectation):
            if any(_meets(entry, snapshot, expectation, unit) for entry in snapshot.entries):
                continue
            open_ones = [e for e in snapshot.entries if _might_meet(e, snapshot, expectation)]
            if open_ones or not snapshot.whole:
                what = asked(snapshot.column, expectation, unit)
                why = next((e.unread for e in open_ones if e.unread), "layout 列表没有读全")
                if open_ones and not any(e.unread for e in open_ones):
                    why = "layout 有文章未注明日期"
                unknown.append(Unchecked(what, why))
            else:
                gaps.append(Gap(expectation, Missing(expectation.item, unit.id if unit else "")))
    return tuple(gaps), tuple(unknown)


def met_by(
    snapshot: ColumnSnapshot, site: Site
) -> Iterator[tuple[Expectation, Unit | None, Entry | None]]:
    """Each item with each unit that owes it (None: any of them), and the first entry of the snapshot that meets it."""
    for expectation in snapshot.column.expects:
        for unit in _owing(snapshot, site, expectation):
            met = (e for e in snapshot.entries if _meets(e, snapshot, expectation, unit))
            yield expectation, unit, next(met, None)


def asked(column: Column, expectation: Expectation, unit: Unit | None) -> str:
    """What is said to be unchecked where it cannot be told whether an item is there."""
    who = f"（{unit.name}）" if unit else ""
    return f"栏目 {column.name}: 是否公开“{expectation.item}”{who}"


def _owing(snapshot: ColumnSnapshot, site: Site, expectation: Expectation) -> Iterator[Unit | None]:
    """Each unit that owes the item; None once where any of them will do."""
    if not expectation.each_unit:
        yield None
        return
    for id in expectation.units or snapshot.column.units:
        yield site.unit(id)


def _in_window(entry: Entry, snapshot: ColumnSnapshot, expectation: Expectation) -> bool:
    if expectation.within_days is None:
        return True
    since = snapshot.day - timedelta(days=expectation.within_days)
    return entry.published is not None and since <= entry.published <= snapshot.day


def _text(entry: Entry) -> str:
    parts = [part.text for part in entry.article.parts] if entry.article else []
    return "\n".join((entry.title, *parts))


def _meets(
    entry: Entry, snapshot: ColumnSnapshot, expectation: Expectation, unit: Unit | None
) -> bool:
    if not _in_window(entry, snapshot, expectation):
        return False
    if unit is not None and not _is_of(entry, unit):
        return False
    text = _text(entry)
    return any(word in text for word in expectation.any)


def _is_of(entry: Entry, unit: Unit) -> bool:
    if entry.article and entry.article.unit == unit.id:
        return True
    return any(name in entry.title for name in (unit.name, *unit.aliases))


def _might_meet(entry: Entry, snapshot: ColumnSnapshot, expectation: Expectation) -> bool:
    """Whether nothing is known that keeps this entry from meeting the expectation."""
    if entry.article is not None:
        dated = entry.published is not None or expectation.within_days is None
        return not dated and any(word in _text(entry) for word in expectation.any)
    return entry.published is None or _in_window(entry, snapshot, expectation)


def finding(snapshot: ColumnSnapshot, site: Site, gap: Gap) -> Finding:
    column, missing = snapshot.column, gap.missing
    ids = (missing.unit,) if missing.unit else gap.expectation.units or column.units
    names = "、".join(site.unit(id).name for id in ids)
    names = f"（责任单位：{names}）" if names else ""
    unit = missing.unit or (ids[0] if len(ids) == 1 else "")
    return Finding(
        RULE.id, RULE.severity, 0, Span(0, 0), column.name, missing.item,
        RULE.message.format(name=column.name, item=missing.item, units=names),
        gap.expectation.source or RULE.source,
        fingerprint(site.id, RULE.id, column.id, missing.item, missing.unit),
        column.url, unit, (column.id,),
    )  # fmt: skip
