"""Report dates that do not go together （发布日期疑点）: a future day; page, tag, list, address and first seen at odds.

国办秘函〔2019〕19号 counts 伪造发稿日期 among its vetoes; nobody can tell it from dates alone, so all but a future
day is only 疑似, and the message says which days stand where. Reported are, one an article, in this order:

- a 发布日期 after today;
- a tag PubDate, or a list, that names another day than the page;
- an address whose day (when the article was made) lies well after the 发布日期, or very long before it;
- a 发布日期 on which the columns that list the article were already watched, and long after which a night
  still did not find it there (back-dated: 补录历史资料 is legitimate);
- a 发布日期 well after the day the article was first met (dated anew).

Left alone: a day that was only guessed (rung "generic" or "url"), many articles of one day, articles
met on the first night. More than a few articles of one column with the same doubt make one finding:
then a template or a removal is the likelier reason.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from checks.model import Finding, Indicators, Rule, Severity, Site, Span, fingerprint
from checks.passage import Manual
from checks.site_seen import ArticleDays

RULE = Rule(
    "forged-dates",
    Severity.SUGGESTION,
    "发布日期有疑点：{why}",
    source="单项否决“弄虚作假（如伪造发稿日期）”（国办秘函〔2019〕19号）",
)
MANUAL = Manual(
    title="发布日期疑点",
    finds="发布日期在今天以后；页面、网页标签、列表、网址、首次见到的日期互相矛盾。除未来日期外只作疑似。",
    spares="日期是猜出来的不算；同一天发布许多篇不算；网址日期略早、补录以前没有巡查的栏目不算。",
    bad=(
        "9月30日检查时，文章署10月1日。",
        "网址是 t20250929_1.html，文章署6月30日。",
        "栏目夜夜在查，9月29日才出现的文章署9月1日。",
    ),
    good=(
        "列表和页面差一天。",
        "9月30日一个单位发布20篇。",
        "第一次巡查就在栏目里的旧文章。",
    ),
)
ON = True
#: Rungs whose day is a guess from the text, or from the address itself.
GUESSED = frozenset({"", "generic", "url"})


@dataclass(frozen=True, slots=True)
class Doubt:
    """What does not go together: its kind (in the fingerprint), in words, and what may excuse it."""

    kind: str
    why: str
    excuse: str = ""


def judge(articles: Sequence[ArticleDays], site: Site, day: date) -> tuple[Finding, ...]:
    """The findings on `articles`, in their order; those on whole columns last."""
    numbers = site.indicators
    doubted = [(one, found) for one in articles if (found := doubt(one, numbers, day))]
    most = numbers.value("dates_together_articles")
    groups: dict[tuple[str, str], list[ArticleDays]] = defaultdict(list)
    for one, found in doubted:
        groups[found.kind, one.columns[0] if one.columns else ""].append(one)
    many = {key: ones for key, ones in groups.items() if most and len(ones) > most}
    alone = tuple(
        _finding(one, found, site)
        for one, found in doubted
        if (found.kind, one.columns[0] if one.columns else "") not in many
    )
    return (*alone, *(_together(site, *key, ones) for key, ones in many.items()))


def doubt(one: ArticleDays, numbers: Indicators, day: date) -> Doubt | None:
    """The first thing at odds in an article's days; None for nothing, and where its day is but a guess."""
    published = one.published
    if published is None or one.rung in GUESSED:
        return None
    ahead = numbers.value("future_date_days")
    if ahead is not None and (published - day).days > ahead:
        return Doubt("future", f"发布日期{published}晚于检查当天{day}")
    return (
        _told_twice(one, published, numbers)
        or _address(one, published, numbers)
        or _late(one, published, numbers)
        or _redated(one, published, numbers)
    )


def _told_twice(one: ArticleDays, published: date, numbers: Indicators) -> Doubt | None:
    """Page, tag and list against each other."""
    shown = one.page or published
    limit = numbers.value("tag_differ_days")
    if one.meta and limit is not None and abs((one.meta - shown).days) > limit:
        return Doubt("tag", f"页面日期{shown}，网页标签PubDate日期{one.meta}")
    limit = numbers.value("list_differ_days")
    if one.listed and limit is not None and abs((one.listed - shown).days) > limit:
        why = f"页面日期{shown}，列表日期{one.listed}"
        return Doubt("list", why, "列表显示的若是成文日期，可不处理")
    return None


def _address(one: ArticleDays, published: date, numbers: Indicators) -> Doubt | None:
    if one.in_url is None:
        return None
    ahead = (one.in_url - published).days
    later, earlier = numbers.value("address_later_days"), numbers.value("address_earlier_days")
    if later is not None and ahead > later:
        why = f"发布日期{published}，网址显示建稿于{one.in_url}"
        return Doubt("address-later", why, "补录历史资料可不处理")
    if earlier is not None and -ahead > earlier:
        why = f"发布日期{published}，网址显示早在{one.in_url}建稿"
        return Doubt("address-earlier", why, "内容确有更新可不处理")
    return None


def _late(one: ArticleDays, published: date, numbers: Indicators) -> Doubt | None:
    limit = numbers.value("appeared_late_days")
    if limit is None or one.first_seen is None or one.watched_since is None or one.looked is None:
        return None
    if not one.watched_since <= one.looked < one.first_seen:
        return None
    if published + timedelta(days=limit) > one.looked:
        return None
    why = f"发布日期{published}，{one.looked}巡查时尚未出现，{one.first_seen}才出现"
    return Doubt("late", why, "补录历史资料、从其他栏目调整过来的可不处理")


def _redated(one: ArticleDays, published: date, numbers: Indicators) -> Doubt | None:
    limit = numbers.value("redated_days")
    if limit is None or one.first_seen is None or (published - one.first_seen).days <= limit:
        return None
    why = f"发布日期{published}，但{one.first_seen}就已见到这篇文章"
    return Doubt("redated", why, "内容确有更新可不处理")


def _finding(one: ArticleDays, found: Doubt, site: Site) -> Finding:
    severity = Severity.WARNING if found.kind == "future" else RULE.severity
    why = found.why + (f"（{found.excuse}）" if found.excuse else "")
    return Finding(
        RULE.id, severity, 0, Span(0, 0), one.title or one.url, "", RULE.message.format(why=why),
        RULE.source, fingerprint(site.id, RULE.id, one.url, found.kind), one.url, one.unit, one.columns,
    )  # fmt: skip


_KINDS = {
    "future": "发布日期晚于检查当天",
    "tag": "页面日期与网页标签PubDate不一致，可能是模板的问题",
    "list": "页面日期与列表日期不一致，列表可能显示的是成文日期",
    "address-later": "发布日期早于网址中的建稿日期，可能是补录历史资料或网站迁移",
    "address-earlier": "发布日期远晚于网址中的建稿日期，可能是统一改过日期",
    "late": "所署日期早已过去才在栏目中出现，可能是补录历史资料或网站改版迁移，也可能是倒签日期",
    "redated": "发布日期晚于首次见到的日期，可能是统一改过日期",
}


def _together(site: Site, kind: str, id: str, ones: Sequence[ArticleDays]) -> Finding:
    column = next((c for c in site.columns if c.id == id), None)
    name = f"栏目“{column.name}”" if column else "网站"
    why = f"{name}有{len(ones)}篇{_KINDS[kind]}，如《{ones[0].title or ones[0].url}》"
    severity = Severity.WARNING if kind == "future" else RULE.severity
    return Finding(
        RULE.id, severity, 0, Span(0, 0), column.name if column else site.name, "",
        RULE.message.format(why=why), RULE.source,
        fingerprint(site.id, RULE.id, kind, "column", id), column.url if column else site.home,
        columns=(id,) if column else (),
    )  # fmt: skip
