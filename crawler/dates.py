"""Calendar days as pages write them. Only days that exist, from 1980 on."""

import re
from datetime import date

#: 2025-09-30, 2025/9/30, 2025.09.30, 2025年9月30日, 20250930 is left to addresses.
DAY = re.compile(
    r"(?<!\d)((?:19|20)\d{2})\s*(?:[-/.]|年)\s*(\d{1,2})\s*(?:[-/.]|月)\s*(\d{1,2})(?!\d)"
)
_CHINESE = re.compile(
    r"([一二][〇○零Oo0九一二三四五六七八]{3})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})日"
)
_YEAR_MONTH = re.compile(r"((?:19|20)\d{2})\s*[-/.年]\s*(\d{1,2})(?!\d)")
_LONE_DAY = re.compile(r"(?<![\d\-/.年:])(\d{1,2})(?![\d\-/.年月:])")
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "○": 0,
    "O": 0,
    "o": 0,
    "0": 0,
}
_IN_ADDRESS = (
    re.compile(r"/t((?:19|20)\d{2})(\d{2})(\d{2})_\d+"),
    re.compile(r"/(?:art/)?((?:19|20)\d{2})[/-](\d{1,2})[/-](\d{1,2})/"),
    re.compile(r"/((?:19|20)\d{2})[/-]?(\d{2})/?(\d{2})/"),
    re.compile(r"[/_-]((?:19|20)\d{2})-(\d{2})-(\d{2})[/_.-]"),
)


def made(year: str | int, month: str | int, day: str | int) -> date | None:
    """The day, None where the calendar has none such or it is before 1980."""
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if found.year >= 1980 else None


def first_day(text: str) -> date | None:
    """The first whole date in `text` (Arabic or Chinese numerals), None where there is none."""
    for hit in DAY.finditer(text):
        if day := made(*hit.groups()):
            return day
    for hit in _CHINESE.finditer(text):
        year = "".join(str(_DIGITS.get(c, "")) for c in hit[1])
        if day := made(year or 0, _small(hit[2]), _small(hit[3])):
            return day
    return None


def _small(numeral: str) -> int:
    """一 to 三十一 as a number."""
    tens, ten, ones = numeral.partition("十")
    if not ten:
        return _DIGITS[numeral] if len(numeral) == 1 else 0
    return (_DIGITS.get(tens, 1) if tens else 1) * 10 + (_DIGITS.get(ones, 0) if ones else 0)


def item_day(text: str) -> date | None:
    """The day of a list item: a whole date, or a day and a year-month set apart (21 | 2025-10)."""
    if day := first_day(text):
        return day
    month = _YEAR_MONTH.search(text)
    if month:
        rest = text[: month.start()] + " " + text[month.end() :]
        lone = _LONE_DAY.findall(rest)
        if len(lone) == 1:
            return made(month[1], month[2], lone[0])
    return None


def address_day(url: str) -> date | None:
    """The creation day an address carries (TRS t20260605, jcms /art/2024/6/5/), None where none."""
    for pattern in _IN_ADDRESS:
        if hit := pattern.search(url):
            return made(*hit.groups())
    return None


def any_day(text: str) -> date | None:
    """A day in a form the patterns do not know, read by dateparser; None where it cannot."""
    if found := first_day(text):
        return found
    if not re.search(r"\d{1,2}\D{1,3}\d", text) or len(text) > 60:
        return None
    import dateparser

    parsed = dateparser.parse(
        text,
        languages=["zh", "en"],
        settings={"DATE_ORDER": "YMD", "REQUIRE_PARTS": ["day", "month", "year"]},
    )
    return parsed.date() if parsed and parsed.year >= 1980 else None
