"""Report a home page that shows nothing new （首页不更新）.

What counts is the newest day the home page shows or that an article it links carries, and the day its
set of links last changed: whichever is later. Both must lie outside the window （国办秘函〔2019〕19号: 2
weeks, that is a veto; 10 days: a warning before it）. A home page that was not read, or has not been
watched for long enough without a change, is not accused. Nor is one whose news columns are fresh: then
its news stand where a script puts them, and a person must look.
"""

from datetime import date

from checks.model import Finding, Rule, Severity, Span, Unchecked, fingerprint
from checks.passage import Manual
from checks.site_seen import HomeSeen, Judged, SiteSeen

RULE = Rule(
    "home-stale",
    Severity.ERROR,
    "首页已{idle}天没有新内容（{what}），超过{limit}天{line}",
    source="《政府网站与政务新媒体检查指标》（国办秘函〔2019〕19号）",
)
MANUAL = Manual(
    title="首页不更新",
    finds="首页所示和所链接文章的最新日期、首页链接的变化都超过14天（单项否决）或10天（预警）。",
    spares="首页没有读到、观察天数不够的，或动态栏目已更新而首页看不到的（可能由脚本加载），不判断，记为未能检查。",
    bad=("首页最新一条是15天以前的，15天来首页链接没有变化。",),
    good=("首页最新一条是14天以前的。", "首页打不开。", "首页日期较旧，但昨天出现了新链接。"),
)
ON = True
_WHAT = "首页 是否更新"


def judge(seen: SiteSeen) -> Judged:
    veto = seen.site.indicators.value("home_stale_days")
    warn = seen.site.indicators.value("home_warn_days")
    lines = [line for line in (warn, veto) if line is not None]
    if not lines:
        return (), ()
    home = seen.home
    if home is None or not home.read:
        return (), (Unchecked(_WHAT, home.why if home else "本次没有读取首页"),)
    idle = _idle(home, seen.day)
    first = min(lines)
    if idle <= first:
        return (), () if _fresh(home, seen.day, first) else (_too_early(home, first),)
    news = [v.newest for v in seen.verdicts if v.column.kind == "news" and v.newest]
    if news and (seen.day - max(news)).days <= first:
        why = (
            f"rendered 动态栏目已更新到{max(news)}而首页看不到，首页内容可能由脚本加载，应人工查看"
        )
        return (), (Unchecked(_WHAT, why),)
    limit = max(line for line in lines if idle > line)
    return (_finding(seen, home, idle, limit, vetoed=limit == veto),), ()


def _age(newest: date | None, day: date) -> int | None:
    return (day - newest).days if newest and newest <= day else None


def _idle(home: HomeSeen, day: date) -> int:
    """Days without anything new, as far as both kinds of evidence go."""
    age = _age(home.newest, day)
    return home.unchanged_days if age is None else min(age, home.unchanged_days)


def _fresh(home: HomeSeen, day: date, limit: int) -> bool:
    """Whether something new was seen within the limit."""
    age = _age(home.newest, day)
    return (age is not None and age <= limit) or (home.changed and home.unchanged_days <= limit)


def _too_early(home: HomeSeen, limit: int) -> Unchecked:
    newest = f"所见最新日期为{home.newest}" if home.newest else "首页及其链接的文章没有日期"
    return Unchecked(
        _WHAT, f"{newest}，链接只观察了{home.unchanged_days}天，不足以判断（{limit}天）"
    )


def _finding(seen: SiteSeen, home: HomeSeen, idle: int, limit: int, *, vetoed: bool) -> Finding:
    site = seen.site
    newest = f"最新日期{home.newest}" if home.newest else "未见日期"
    message = RULE.message.format(
        idle=idle,
        what=f"{newest}，链接自{home.unchanged_since or '开始观察'}起没有变化",
        limit=limit,
        line="（单项否决）" if vetoed else "（预警）",
    )
    severity = RULE.severity if vetoed else Severity.WARNING
    source = site.indicators.cited("home_stale_days" if vetoed else "home_warn_days")
    return Finding(
        RULE.id, severity, 0, Span(0, 0), "首页不更新", "", message, source,
        fingerprint(site.id, RULE.id), site.home,
    )  # fmt: skip
