"""Charts of columns and units as ECharts takes them: colours that show on light and dark, patterns beside them."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from reports.column_matrix import STATES
from reports.ranking import UnitRanking
from store.column_looks import Look
from store.unit_articles import QuarterCount

COLOURS = {
    "ok": "#3f9c63",
    "stale": "#c94f57",
    "empty": "#8e3b8f",
    "incomplete": "#d08a2e",
    "unread": "#7d8894",
}
BLUE, GREY, AMBER = "#4a86c5", "#9aa5b1", "#d08a2e"
_PATTERNS = {"enabled": True, "decal": {"show": True}}
_TOOLTIP = {"renderMode": "richText", "confine": True}


def column_days_chart(history: Sequence[Look], since: date, last: date) -> dict[str, Any]:
    """A bar a day in the colour of the column's state, the number of entries as a line; a gap where nobody looked.

    From `since` to `last` (inclusive).
    """
    looks = {one.day: one for one in history}
    calendar = [since + timedelta(days=n) for n in range((last - since).days + 1)]
    days = [one.isoformat() for one in calendar]
    states = [looks[day].state if day in looks else "" for day in calendar]
    bars = [
        {
            "name": STATES[state],
            "type": "bar",
            "stack": "state",
            "barCategoryGap": "10%",
            "itemStyle": {"color": COLOURS[state]},
            "data": [1 if one == state else None for one in states],
        }
        for state in COLOURS
        if state in states
    ]
    line = {
        "name": "条数",
        "type": "line",
        "xAxisIndex": 1,
        "yAxisIndex": 1,
        "symbolSize": 5,
        "itemStyle": {"color": BLUE},
        "data": [
            looks[day].entries if day in looks and looks[day].state != "unread" else None
            for day in calendar
        ],
    }
    return {
        "aria": _PATTERNS,
        "tooltip": {**_TOOLTIP, "trigger": "item"},
        "legend": {"top": 0, "type": "scroll"},
        "grid": [
            {"left": 52, "right": 16, "top": 36, "height": 46},
            {"left": 52, "right": 16, "top": 116, "bottom": 28},
        ],
        "xAxis": [
            {"type": "category", "data": days, "axisLabel": {"show": False}, "axisTick": {"show": False}},
            {"type": "category", "data": days, "gridIndex": 1},
        ],
        "yAxis": [
            {"type": "value", "max": 1, "show": False},
            {"type": "value", "gridIndex": 1, "name": "条数", "minInterval": 1},
        ],
        "series": [*bars, line],
    }  # fmt: skip


def units_chart(
    units: Sequence[UnitRanking], names: dict[str, str], now: str, before: str
) -> dict[str, Any]:
    """What each unit published, this quarter and the one before, a row a unit, its quota as a mark."""
    shown = units[::-1]
    return {
        "aria": _PATTERNS,
        "tooltip": {**_TOOLTIP, "trigger": "axis", "axisPointer": {"type": "shadow"}},
        "legend": {"top": 0},
        "grid": {"left": 8, "right": 24, "top": 36, "bottom": 8, "containLabel": True},
        "xAxis": {"type": "value", "minInterval": 1},
        "yAxis": {
            "type": "category",
            "data": [names[one.unit.id] for one in shown],
            "axisLabel": {"interval": 0},
        },
        "series": [
            {"name": before, "type": "bar", "itemStyle": {"color": GREY}, "data": [one.before.published for one in shown]},
            {"name": now, "type": "bar", "itemStyle": {"color": BLUE}, "data": [one.now.published for one in shown]},
            {"name": "季度任务", "type": "scatter", "symbol": "rect", "symbolSize": [3, 16], "itemStyle": {"color": AMBER}, "data": [one.now.quota for one in shown]},
        ],
    }  # fmt: skip


def quarters_chart(counts: Sequence[QuarterCount], names: Sequence[str], quota: int | None) -> Any:
    """What a unit published and reprinted quarter by quarter, its quota as a line."""
    series: list[dict[str, Any]] = [
        {"name": "发布", "type": "bar", "stack": "all", "itemStyle": {"color": BLUE}, "data": [one.published for one in counts]},
        {"name": "转载", "type": "bar", "stack": "all", "itemStyle": {"color": GREY}, "data": [one.reprinted for one in counts]},
    ]  # fmt: skip
    if quota is not None:
        series.append(
            {"name": "季度任务", "type": "line", "showSymbol": False, "lineStyle": {"type": "dashed"}, "itemStyle": {"color": AMBER}, "data": [quota] * len(counts)}
        )  # fmt: skip
    return {
        "aria": _PATTERNS,
        "tooltip": {**_TOOLTIP, "trigger": "axis"},
        "legend": {"top": 0},
        "grid": {"left": 44, "right": 16, "top": 36, "bottom": 28},
        "xAxis": {"type": "category", "data": list(names)},
        "yAxis": {"type": "value", "minInterval": 1},
        "series": series,
    }
