"""What the first page makes of what the store tells: columns and when they go stale, reasons, the trend."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from checks.model import Column, Site, Unchecked
from checks.rules.column.stale_column import stale_on
from desk.drafts import reason
from store.column_looks import Look

#: A week of the trend, and how many it shows.
WEEK, WEEKS = timedelta(7), 12
#: States of a column that are wrong, worst first, and what they are called.
WRONG: Mapping[str, str] = {"empty": "空白", "stale": "不更新", "incomplete": "内容不全"}
#: Reason codes (design.md §8) → what people call them, in the order they are told.
REASONS: Mapping[str, str] = {
    "blocked": "被网站防护拦截",
    "robots": "网站robots.txt不允许访问",
    "timeout": "打开超时",
    "dns": "域名无法解析",
    "refused": "连接被拒绝或中断",
    "tls": "安全连接（HTTPS）失败",
    "http": "网站返回错误状态",
    "soft-404": "疑似整站打不开",
    "rendered": "列表由脚本加载，没有取得",
    "layout": "内容读不懂或没有读全",
    "encoding": "文字编码有误",
    "too-large": "超过大小上限",
    "private-address": "指向内网或本机地址",
}
OTHERS = "其他原因"
_CODE = re.compile(r"([a-z][a-z-]*)(?:-\d+)? ")
_ADDRESS = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True)
class Outlook:
    """A column, how it stood when it was last looked at, and the first day on which it is stale (None: never).

    `left` is in calendar days from today: 0 and less where that day has come.
    """

    column: Column
    look: Look
    on: date | None
    left: int | None

    @property
    def wrong(self) -> str:
        return WRONG.get(self.look.state, "")


def outlooks(columns: Iterable[Column], looks: Mapping[str, Look], today: date) -> list[Outlook]:
    """The columns that were looked at: the ones wrong already first, then by when they go stale, then as given.

    A column that was not read is looked at by its last look only: it is in no list of wrong ones.
    """
    found = []
    for column in columns:
        if (look := looks.get(column.id)) is None:
            continue
        on = stale_on(column, look.newest) if look.newest else None
        found.append(Outlook(column, look, on, (on - today).days if on else None))
    order = list(WRONG)
    rank = {state: n for n, state in enumerate(order)}
    return sorted(
        found,
        key=lambda one: (rank.get(one.look.state, len(order)), one.on or date.max),
    )


@dataclass(frozen=True, slots=True)
class Reason:
    """Why some things could not be checked, and which: (what, why in full)."""

    said: str
    things: tuple[tuple[str, str], ...]


def by_reason(unchecked: Iterable[Unchecked]) -> list[Reason]:
    """What could not be checked, grouped by why; the reasons in the order of `REASONS`, those without a code last."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in unchecked:
        code = _CODE.match(one.why)
        said = REASONS.get(code[1], OTHERS) if code else OTHERS
        groups.setdefault(said, []).append((one.what, reason(one.why)))
    order = [*REASONS.values(), OTHERS]
    return [Reason(said, tuple(groups[said])) for said in sorted(groups, key=order.index)]


def addresses(unchecked: Iterable[Unchecked]) -> list[str]:
    """The web addresses that are named in what could not be checked."""
    return [hit for one in unchecked for hit in _ADDRESS.findall(one.what)]


def of_one_unit(
    unchecked: Iterable[Unchecked], site: Site, unit: str, urls: Collection[str]
) -> list[Unchecked]:
    """What of it is a unit's own: its columns (but for other units' items in them), and its articles `urls`."""
    names = [one.name for one in site.columns if unit in one.units]
    others = [f"（{one.name}）" for one in site.units if one.id != unit]

    def own(what: str) -> bool:
        if any(hit in urls for hit in _ADDRESS.findall(what)):
            return True
        column = any(re.match(rf"栏目 {re.escape(name)}(?=[ :]|$)", what) for name in names)
        return column and not what.endswith(tuple(others))

    return [one for one in unchecked if own(one.what)]


def ago(day: date, today: date) -> str:
    """How long ago a day was, as people say it."""
    days = (today - day).days
    return {0: "今天", 1: "昨天", 2: "前天"}.get(days, f"{days}天前") if days >= 0 else str(day)


def week_beginnings(today: date) -> list[date]:
    """The Mondays of the last `WEEKS` weeks, this one's last."""
    monday = today - timedelta(today.weekday())
    return [monday - WEEK * n for n in range(WEEKS - 1, -1, -1)]


def trend(weeks: Sequence[date], published: Sequence[int], standing: Sequence[int]) -> dict[str, Any]:  # fmt: skip
    """An ECharts option: articles published in each week (bars), findings that stood at its end (line)."""
    axis = {"type": "value", "minInterval": 1, "splitLine": {"show": False}}
    return {
        "grid": {"left": 8, "right": 8, "top": 48, "bottom": 4, "containLabel": True},
        "legend": {"top": 0},
        "color": ["#5b93c9", "#d9730d"],
        "tooltip": {"trigger": "axis", "renderMode": "richText"},
        "aria": {"enabled": True},
        "xAxis": {"type": "category", "data": [f"{one.month}月{one.day}日" for one in weeks]},
        "yAxis": [axis | {"name": "篇"}, axis | {"name": "处"}],
        "series": [
            {"name": "当周发布", "type": "bar", "data": list(published), "barMaxWidth": 22},
            {
                "name": "周末未销号问题", "type": "line", "yAxisIndex": 1, "data": list(standing),
                "symbolSize": 7,
            },
        ],
    }  # fmt: skip
