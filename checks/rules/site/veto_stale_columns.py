"""Report a site whose stale columns together reach a veto line, and the warning line before it （栏目不更新）.

Two counts （国办秘函〔2019〕19号）: (i) 动态、要闻 columns without update for 2 weeks and 通知公告、政策文件 first-level
columns without update for 6 months, together 5; (ii) columns that should be updated and were not for
long (longer than each may), 10. What counts for (i) is told by the column's kind and by `first_level`;
a 通知公告 or 政策文件 column of which the site file does not say whether it is a first-level one is not counted, but said.
A blank column is `veto-blank-columns`' and is not counted here as well. An unread column, or one whose
newest article may not have been read, is not counted: where such ones decide, that is said.
"""

from collections.abc import Callable
from datetime import date

from checks.model import Column, Rule, Severity
from checks.passage import Manual
from checks.rules.column.stale_column import fresh_since
from checks.rules.site.lines import Count, Line, against
from checks.site_seen import Judged, SiteSeen
from checks.windows import days_back, months_back

RULE = Rule(
    "veto-stale-columns",
    Severity.ERROR,
    "{what}{number}个，达到{line}（{limit}个）：{names}",
    source="《政府网站与政务新媒体检查指标》（国办秘函〔2019〕19号）",
)
MANUAL = Manual(
    title="不更新栏目总数",
    finds="动态要闻类（超过2周）与通知公告、政策文件类一级栏目（超过6个月）合计5个以上；应更新未更新的栏目10个以上（单项否决），7个以上预警。",
    spares="空白栏目另计；未能检查的不计入，可能影响结论时说明；未注明是否一级栏目（first_level）的不计入第一项。",
    bad=("5个动态要闻类栏目都超过2周没有更新。",),
    good=(
        "4个动态要闻类栏目超过2周没有更新，另有1个打不开。",
        "5个二级的通知公告栏目超过6个月没有更新。",
    ),
)
ON = True

FIRST = Line(
    "first-level", "动态要闻类和通知公告、政策文件类一级栏目不更新",
    "stale_first_columns", "warn_stale_first_columns",
)  # fmt: skip
ALL = Line("all", "应更新未更新的栏目", "stale_columns", "warn_stale_columns")


def judge(seen: SiteSeen) -> Judged:
    counts = ((FIRST, _first_level(seen)), (ALL, _all(seen)))
    judged = [against(seen, RULE, line, count) for line, count in counts]
    found = tuple(one for findings, _ in judged for one in findings)
    return found, tuple(one for _, unchecked in judged for one in unchecked)


def _first_level(seen: SiteSeen) -> Count:
    """By the official windows, whatever a column's own limit is."""
    numbers = seen.site.indicators
    days, months = numbers.value("news_stale_days"), numbers.value("notice_stale_months")

    def since(column: Column) -> date | None:
        if column.kind == "news":
            return None if days is None else days_back(seen.day, days)
        if column.kind not in ("notice", "policy") or column.first_level is False or months is None:
            return None
        return months_back(seen.day, months)

    return _count(seen, since, lambda c: c.kind != "news" and c.first_level is None)


def _all(seen: SiteSeen) -> Count:
    return _count(seen, lambda column: fresh_since(column, seen.day), lambda _: False)


def _count(
    seen: SiteSeen, since: Callable[[Column], date | None], unsaid: Callable[[Column], bool]
) -> Count:
    """Columns with nothing on or after the day `since` says; `unsaid` ones count for open."""
    sure: list[Column] = []
    open_ones: list[tuple[Column, str]] = []
    for verdict in seen.verdicts:
        column, first = verdict.column, since(verdict.column)
        if first is None or verdict.state == "empty":
            continue
        if verdict.state == "unread":
            open_ones.append((column, verdict.why))
        elif verdict.newest is not None and verdict.newest >= first:
            continue
        elif verdict.doubtful:
            open_ones.append((column, "layout 有文章没有读到日期"))
        elif unsaid(column):
            open_ones.append((column, "站点文件没有写明是否一级栏目（first_level）"))
        else:
            sure.append(column)
    return Count(tuple(sure), tuple(open_ones))
