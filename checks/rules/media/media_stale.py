"""Report a new-media account that has not posted for too long （政务新媒体不更新）.

The limit is 14 calendar days (国办秘函〔2019〕19号: 2 weeks) or `max_age_days` of the site file; past 14 days it is a grave
error, between a shorter limit of the office's own and 14 days a plain one. Four days before the limit (day 10 of 14) a
reminder is given.

Unknown is not not-updated. An account is judged as of the last day up to which its posts were known: a feed read
that day, or a file imported for it. What happened since is unknown: where the last known post is by now older
than the limit but was not on that day, nothing is reported and the account is said to be unchecked. Posts dated after
today do not count.
"""

from datetime import date

from checks.model import Finding, Rule, Severity, Site, Span, Unchecked, fingerprint
from checks.passage import Manual
from checks.watch import AccountSeen

RULE = Rule(
    "media-stale",
    Severity.ERROR,
    "{name}最近一次发布为{newest}，到{known}已{age}天，{limit}",
    source="《政府网站与政务新媒体检查指标》（国办秘函〔2019〕19号）政务新媒体不更新",
)
MANUAL = Manual(
    "政务新媒体不更新",
    "账号超过14天没有发布（站点文件 max_age_days 可另定）；到第10天先作提醒。按订阅源或导入的发文记录判断。",
    "订阅源读不到、没有日期、自己已停止更新，或没有导入记录的，情况未知，不作判断，记为未能检查。",
    (),
    (),
)
#: Calendar days of the national rule, and how many before a limit a reminder is given.
NATIONAL_DAYS = 14
NOTICE_DAYS = 4


def judge(
    seen: AccountSeen, site: Site, day: date
) -> tuple[tuple[Finding, ...], tuple[Unchecked, ...]]:
    """How one account stands on `day`: by what was known last; what is not known now."""
    account = seen.account
    if seen.known is None or seen.newest is None:
        return (), (_unknown(seen, seen.why or "没有订阅源，也没有导入发文记录"),)
    age = (seen.known - seen.newest).days
    found = _finding(seen, site, age)
    if age > account.max_age or (day - seen.newest).days <= account.max_age:
        return found, ()
    since = f"{seen.known}以后情况未知；已知最近发布为{seen.newest}"
    return found, (_unknown(seen, f"{seen.why}，{since}" if seen.why else since),)


def _unknown(seen: AccountSeen, why: str) -> Unchecked:
    platform = f"（{seen.account.platform}）" if seen.account.platform else ""
    return Unchecked(f"账号 {seen.account.name}{platform} 是否更新", why)


def _finding(seen: AccountSeen, site: Site, age: int) -> tuple[Finding, ...]:
    account = seen.account
    limit = account.max_age
    if age > limit:
        severity = Severity.ERROR if age > NATIONAL_DAYS else Severity.WARNING
        words = f"超过{limit}天"
    elif age >= max(limit - NOTICE_DAYS, 1):
        severity, words = Severity.SUGGESTION, f"将到{limit}天的期限"
    else:
        return ()
    name = f"{account.platform}“{account.name}”"
    message = RULE.message.format(
        name=name, newest=seen.newest, known=seen.known, age=age, limit=words
    )
    return (
        Finding(
            RULE.id, severity, 0, Span(0, 0), account.name, "", message, RULE.source,
            fingerprint(site.id, RULE.id, account.id), account.feed, account.unit,
        ),
    )  # fmt: skip
