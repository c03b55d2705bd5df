"""Date arithmetic of 检查指标: windows of days and of calendar months that end on a given day.

A window holds both its ends: what is dated on its first day still counts as updated.
"""

import calendar
from datetime import date, timedelta
from functools import cache


def days_back(day: date, days: int) -> date:
    """The first day of the window of `days` days that ends on `day`."""
    return date.min if days > (day - date.min).days else day - timedelta(days=days)


def months_back(day: date, months: int) -> date:
    """The first day of the window of `months` calendar months that ends on `day`.

    The same day of that month, its last where it has no such day: half a year before 31 August is 28
    (or 29) February.
    """
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    if year < 1:
        return date.min
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


@cache
def longest_days(months: int) -> int:
    """The most calendar days that a window of `months` calendar months can last."""
    first = date(2396, 1, 1)  # four years about a leap day
    days = (first + timedelta(days=i) for i in range(4 * 366))
    return max((day - months_back(day, months)).days for day in days)
