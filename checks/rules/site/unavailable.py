"""Report an address that too often did not open in the last week （站点无法访问）.

The week is the seven days up to the instant of judging, to the second and inclusive; days are the site's calendar days,
the two broken ones at its ends making one together. At least `per_day` (20) probes a day must count, every
day. A probe that did not open within `seconds` (15) is a failure; `share` (5 %) of failures makes the home page
unavailable, and another address of the site file one step less grave. From 3 % on an early warning is given, one
step lower again; it may come before the week is full, reckoned then against the probes a full week has at least.

Not counted, because they say nothing sure of the site: probes that a protection, robots.txt or a bound of our own
stopped, TLS handshakes that failed, and failures while the control host did not answer either. Where no control host is named, a run
in which every address failed by name or connection is not counted: our own line may be cut. Too few that count are
said to be unchecked, with the days, and nothing is reported as certain.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from checks.model import Finding, Rule, Severity, Site, Span, Unchecked, fingerprint
from checks.passage import Manual
from checks.watch import ProbeSeen

RULE = Rule(
    "unavailable",
    Severity.ERROR,
    "{target}近7天有效探测{counted}次，{failed}次未能打开，占{share}，{limit}",
    source="《政府网站与政务新媒体检查指标》（国办秘函〔2019〕19号）站点无法访问",
)
MANUAL = Manual(
    "站点无法访问",
    "近7天每天有效探测不少于20次，15秒内未打开的占5%以上；占3%以上先作提醒（次数、秒数、占比可在站点文件 probe 另定）。",
    "被网站防护或robots.txt挡住的、对照主机同时也打不开的探测不计入；有效探测不足时不下结论，记为未能检查。",
    (),
    (),
)
WEEK = timedelta(days=7)
#: Share of failures from which a warning is given: what commercial monitors use before the 5 % of the rule.
EARLY_SHARE = 0.03
_FAILED = re.compile(r"timeout|dns|refused|http-\d{3}")
#: Failures that a cut line of our own looks like as well.
_LINE = frozenset(("dns", "refused"))


@dataclass(frozen=True, slots=True)
class Week:
    """A target's probes in the week: how many count, how many of them failed, and the days (both named, for
    the broken ones) with how many count. `doubtful` counts by reason those that say nothing.
    """

    target: str
    counted: int
    failed: int
    days: tuple[tuple[tuple[date, ...], int], ...]
    doubtful: tuple[tuple[str, int], ...] = ()

    @property
    def share(self) -> float:
        return self.failed / self.counted if self.counted else 0.0


def weeks(seen: Sequence[ProbeSeen], site: Site, now: datetime) -> tuple[Week, ...]:
    """The week up to `now`, a `Week` for the home page and one for each further target, in the file's order."""
    inside = [one for one in seen if now - WEEK <= one.at <= now]
    lost = _lost(inside)
    targets = dict.fromkeys((site.home, *site.probe.targets))
    return tuple(
        _week(target, [one for one in inside if one.target == target], lost, site, now)
        for target in targets
    )


def _week(
    target: str, seen: Iterable[ProbeSeen], lost: set[datetime], site: Site, now: datetime
) -> Week:
    zone = ZoneInfo(site.timezone)
    today = now.astimezone(zone).date()
    first = (now - WEEK).astimezone(zone).date()
    counts = dict.fromkeys((first + timedelta(n) for n in range(1, 8)), 0)
    counted = failed = 0
    doubtful: Counter[str] = Counter()
    for one in seen:
        if why := _doubt(one, lost):
            doubtful[why] += 1
            continue
        counted += 1
        failed += not one.opened or one.seconds >= site.probe.seconds
        day = one.at.astimezone(zone).date()
        counts[today if day == first else day] += 1
    days = tuple(
        ((first, day) if day == today else (day,), number) for day, number in sorted(counts.items())
    )
    return Week(target, counted, failed, days, tuple(doubtful.most_common()))


def _lost(seen: Iterable[ProbeSeen]) -> set[datetime]:
    """The runs, by instant, in which every address failed as it would if our own line were cut."""
    runs: dict[datetime, bool] = {}
    for one in seen:
        cut = not one.opened and one.code in _LINE and one.control is None
        runs[one.at] = runs.get(one.at, True) and cut
    return {at for at, cut in runs.items() if cut}


def _doubt(one: ProbeSeen, lost: set[datetime]) -> str:
    """Why a probe says nothing of the site, "" where it does."""
    if one.opened:
        return ""
    if one.control is False:
        return "对照主机同时也打不开"
    if one.at in lost:
        return "没有对照主机，不能断定是网站还是本机线路的问题"
    if not _FAILED.fullmatch(one.code):
        return {"blocked": "被网站防护挡住", "robots": "robots.txt不允许"}.get(one.code, one.why)
    return ""


def judge(
    seen: Sequence[ProbeSeen], site: Site, now: datetime
) -> tuple[tuple[Finding, ...], tuple[Unchecked, ...]]:
    """What a site's probes of the last week come to. A site never probed is judged by nothing and says so.

    `seen` may hold probes of any time and address; those outside the week or the site file are passed over.
    """
    if not any(now - WEEK <= one.at <= now for one in seen):
        why = "近7天没有探测记录，请定时运行 lanmu probe（见 deploy/）"
        return (), (Unchecked("网站可用性", why),)
    findings: list[Finding] = []
    unchecked: list[Unchecked] = []
    for week in weeks(seen, site, now):
        short = [one for one in week.days if one[1] < site.probe.per_day]
        findings += _finding(week, site, full=not short)
        if short:
            unchecked.append(_short(week, short, site))
    return tuple(findings), tuple(unchecked)


def _finding(week: Week, site: Site, *, full: bool) -> Iterator[Finding]:
    if not week.failed:
        return
    limit = site.probe.share
    over = full and week.share >= limit
    if not over and week.failed / max(week.counted, 7 * site.probe.per_day) < EARLY_SHARE:
        return
    home = week.target == site.home
    weight = RULE.severity - (not over) - (not home)
    words = "达到" if over else "接近" if week.share < limit else "探测尚不满一周，但已达到"
    message = RULE.message.format(
        target="首页" if home else f"{week.target} ", counted=week.counted, failed=week.failed,
        share=f"{week.share:.1%}", limit=f"{words}{limit * 100:g}%的上限",
    )  # fmt: skip
    yield Finding(
        RULE.id, Severity(weight), 0, Span(0, 0), site.name, "", message, RULE.source,
        fingerprint(site.id, RULE.id, week.target), week.target,
    )  # fmt: skip


def _short(week: Week, short: Sequence[tuple[tuple[date, ...], int]], site: Site) -> Unchecked:
    what = "首页" if week.target == site.home else week.target
    days = "、".join(f"{'与'.join(f'{d.month}月{d.day}日' for d in one)}{n}次" for one, n in short)
    other = "".join(f"；{n}次不计入（{why}）" for why, n in week.doubtful)
    found = f"；近7天计{week.counted}次，其中{week.failed}次未打开" if week.failed else ""
    return Unchecked(
        f"网站可用性（{what}）",
        f"有效探测每天不足{site.probe.per_day}次：{days}{found}{other}",
    )
