"""Every rule and list there is, with its manual: what `lanmu rules` shows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from checks.model import Rule, Severity
from checks.rules.column import empty_column, incomplete_column, stale_column
from checks.rules.page import PAGE_RULES
from checks.rules.review import REVIEW_RULES
from checks.rules.site import SITE_RULES, dead_link, forged_dates, link_gone_wild
from checks.rules.site.reach_rules import REACH_RULES
from checks.rules.text import TEXT_RULES
from checks.rules.unit import below_quota, padding
from checks.wordlist import Wordlist


@dataclass(frozen=True, slots=True)
class Described:
    """A rule or a list as a person reads of it.

    `kind` is 文字, 词表, 网页, 链接, 栏目, 网站, 新媒体, 单位 or 审校.
    """

    id: str
    title: str
    kind: str
    severity: Severity
    source: str
    finds: str
    spares: str
    bad: tuple[str, ...] = ()
    good: tuple[str, ...] = ()
    on: bool = True


def catalogue(wordlists: Sequence[Wordlist]) -> tuple[Described, ...]:
    """The lists, then the rules on text, on pages, on links, on columns, on the site, on media, on units, on reviews."""
    return (
        *map(_list, wordlists),
        *_manuals("文字", TEXT_RULES),
        *_manuals("网页", PAGE_RULES),
        *_manuals("链接", (dead_link, link_gone_wild)),
        *_others(),
        *_manuals("网站", (*SITE_RULES, forged_dates)),
        *_reach_rules(),
        *_manuals("单位", (padding,)),
        *_manuals("审校", REVIEW_RULES),
    )


def _list(one: Wordlist) -> Described:
    shown = one.terms[:5]
    return Described(
        one.id,
        one.title,
        "词表",
        one.severity,
        one.source,
        f"{len(one.terms)}条词条，如“{'”“'.join(term.text for term in shown)}”。",
        "词条自己的例外（unless）、不在有效期内的、词语交界处的巧合（降为疑似）、举例说明错误写法的（降为疑似）。",
        tuple(term.bad for term in shown if term.bad),
        tuple(term.good for term in shown if term.good),
    )


def _manuals(kind: str, rules: Iterable[Any]) -> tuple[Described, ...]:
    """Of modules that have `RULE`, `MANUAL` and `ON`."""
    return tuple(
        Described(
            one.RULE.id,
            one.MANUAL.title,
            kind,
            one.RULE.severity,
            one.RULE.source,
            one.MANUAL.finds,
            one.MANUAL.spares,
            one.MANUAL.bad,
            one.MANUAL.good,
            on=one.ON,
        )
        for one in rules
    )


_COLUMNS: tuple[tuple[Rule, str, str, str, str], ...] = (
    (
        empty_column.RULE,
        "空白栏目",
        "栏目",
        "栏目列表读到了，但没有任何内容。",
        "列表没有读到的栏目不算，记为未能检查。",
    ),
    (
        stale_column.RULE,
        "更新不及时",
        "栏目",
        "动态要闻类超过14天、通知公告和政策文件类超过6个月、年度类超过1年没有更新（站点文件可另定）。",
        "静态栏目不判断；有文章日期不明时不判断，记为未能检查。",
    ),
    (
        incomplete_column.RULE,
        "内容不全",
        "栏目",
        "站点文件 expects 写明栏目应公开的内容，期限内没有找到。",
        "有文章没有读到时不判断，记为未能检查。",
    ),
    (
        below_quota.RULE,
        "发布数量未达标",
        "单位",
        "一个季度内发布数量少于站点文件 quota。",
        "只对完整的自然季度判断；转载不计入。",
    ),
)


def _others() -> tuple[Described, ...]:
    return tuple(
        Described(rule.id, title, kind, rule.severity, rule.source, finds, spares)
        for rule, title, kind, finds, spares in _COLUMNS
    )


def _reach_rules() -> tuple[Described, ...]:
    return tuple(
        Described(rule.id, m.title, kind, rule.severity, rule.source, m.finds, m.spares)
        for rule, kind, m in REACH_RULES
    )
