"""Report a column whose newest article is older than the column allows （栏目不更新）.

The limit is the column's: by kind (动态要闻 14 days, 通知公告/政策文件 6 months, yearly columns 1 year; 国办秘函
〔2019〕19号, as the indicator file has it) or `max_age_days` of the site file. Months are calendar months.
A static column is never stale. The newest day is the
latest of all entries up to today: a pinned old item on top and an item dated in the future do not
mislead. An article that shows no date counts as never updated (2015 普查评分表, 注), but an entry whose
page was not read is not accused: then the column is left alone and the reason said. An empty column
is `empty-column`'s business.
"""

from datetime import date, timedelta

from checks.model import (
    Column,
    ColumnSnapshot,
    Finding,
    Rule,
    Severity,
    Site,
    Span,
    Unchecked,
    fingerprint,
)
from checks.windows import days_back, months_back

RULE = Rule(
    "stale-column",
    Severity.ERROR,
    "栏目“{name}”最近更新为{newest}，已{age}天，超过{limit}",
    source="《政府网站与政务新媒体检查指标》（国办秘函〔2019〕19号）",
)


def newest(snapshot: ColumnSnapshot) -> date | None:
    """The latest day of all entries that is not after the snapshot's day."""
    days = (entry.published for entry in snapshot.entries)
    return max((day for day in days if day and day <= snapshot.day), default=None)


def doubtful(snapshot: ColumnSnapshot) -> bool:
    """Whether something unread might be newer than the newest day known."""
    unknown = any(e.published is None and e.article is None for e in snapshot.entries)
    return unknown or (not snapshot.whole and newest(snapshot) is None)


def fresh_since(column: Column, day: date) -> date | None:
    """The first day that still counts as updated on `day`; None: the column is never stale."""
    if column.max_months is not None:
        return months_back(day, column.max_months)
    return None if column.max_age is None else days_back(day, column.max_age)


def stale_on(column: Column, newest: date) -> date | None:
    """The first day on which a column whose newest day is `newest` is stale; None: never, or beyond all calendars."""
    if fresh_since(column, newest) is None:
        return None
    months, age = column.max_months, column.max_age or 0
    try:
        day = newest + timedelta(days=28 * months if months is not None else age + 1)
        while (since := fresh_since(column, day)) is not None and since <= newest:
            day += timedelta(days=1)
    except OverflowError:
        return None
    return day


def judge(
    snapshot: ColumnSnapshot, site: Site
) -> tuple[tuple[Finding, ...], tuple[Unchecked, ...]]:
    """The finding if the column is stale; what could not be told, if that decides."""
    column, since = snapshot.column, fresh_since(snapshot.column, snapshot.day)
    if since is None or not snapshot.entries:
        return (), ()
    last = newest(snapshot)
    if last is not None and last >= since:
        return (), ()
    unknown = [e for e in snapshot.entries if e.published is None and e.article is None]
    if unknown:
        said = f"是否更新及时：有{len(unknown)}条没有读到日期"
        return (), (
            Unchecked(f"栏目 {column.name} {said}", unknown[0].unread or "layout 未读到文章"),
        )
    if not snapshot.whole and last is None:
        return (), (Unchecked(f"栏目 {column.name} 是否更新及时", "layout 列表没有读全"),)
    months, days = column.max_months, column.max_age
    message = RULE.message.format(
        name=column.name,
        newest=last or "无（文章均未注明日期）",
        age=(snapshot.day - last).days if last else "不止",
        limit=f"{months}个月" if months is not None else f"{days}天",
    )
    unit = column.units[0] if len(column.units) == 1 else ""
    mark = fingerprint(site.id, RULE.id, column.id)
    return (
        Finding(
            RULE.id, RULE.severity, 0, Span(0, 0), column.name, "", message, RULE.source, mark,
            column.url, unit, (column.id,),
        ),
    ), ()  # fmt: skip
