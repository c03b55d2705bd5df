"""Availability told: probes as they were, and the week they make."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from checks.model import Site
from checks.rules.site.reach_rules import Judged
from checks.rules.site.unavailable import WEEK, Week
from checks.watch import ProbeSeen
from reports.findings import finding_json, unchecked_json


def availability_json(
    site: Site, now: datetime, seen: Iterable[ProbeSeen], weeks: Iterable[Week], judged: Judged
) -> dict[str, Any]:
    """Instants in the site's time zone. `share` is of the probes that count, None where none does."""
    zone = ZoneInfo(site.timezone)
    return {
        "site": site.id,
        "at": now.astimezone(zone).isoformat(timespec="seconds"),
        "probes": [
            {
                "at": one.at.astimezone(zone).isoformat(timespec="seconds"),
                "target": one.target,
                "opened": one.opened,
                "why": one.why,
                "seconds": round(one.seconds, 3),
                "control": one.control,
            }
            for one in seen
        ],
        "week": {
            "since": (now - WEEK).astimezone(zone).isoformat(timespec="seconds"),
            "until": now.astimezone(zone).isoformat(timespec="seconds"),
            "targets": [_week_json(one) for one in weeks],
        },
        "findings": [finding_json(one, stored=True) for one in judged.findings],
        "unchecked": unchecked_json(judged.unchecked),
    }


def _week_json(week: Week) -> dict[str, Any]:
    return {
        "target": week.target,
        "counted": week.counted,
        "failed": week.failed,
        "share": round(week.share, 4) if week.counted else None,
        "days": [
            {"days": [day.isoformat() for day in days], "counted": number}
            for days, number in week.days
        ],
        "not_counted": [{"why": why, "probes": number} for why, number in week.doubtful],
    }


def probe_lines(site: Site, seen: Sequence[ProbeSeen]) -> tuple[str, ...]:
    """One line a probe, in Chinese."""
    zone = ZoneInfo(site.timezone)
    return tuple(
        f"{one.at.astimezone(zone):%Y-%m-%d %H:%M:%S} {_name(site, one.target)}：{_said(one)}"
        for one in seen
    )


def week_lines(site: Site, weeks: Iterable[Week]) -> tuple[str, ...]:
    """One line a target: what counts of the week's probes, and how many failed."""
    return tuple(
        f"近7天 {_name(site, one.target)}：有效探测{one.counted}次，{one.failed}次未打开，占{one.share:.1%}"
        + "".join(f"；{n}次不计入（{why}）" for why, n in one.doubtful)
        for one in weeks
    )


def _name(site: Site, target: str) -> str:
    return "首页" if target == site.home else target


def _said(one: ProbeSeen) -> str:
    if one.opened:
        return f"已打开，{one.seconds:.2f}秒" + (f"（{one.why}）" if one.why else "")
    lost = "；对照主机同时也打不开，不计入" if one.control is False else ""
    return f"未打开，{one.why}{lost}"
