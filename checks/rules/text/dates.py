"""Report dates that cannot be: days the calendar does not have, a weekday that is another, ends before beginnings.

A day without a year is judged by what no year has (2月30日, 13月1日); its weekday by the year the article
is judged by, if that is known. A deadline is compared with the article's own 发布日期. Left alone: 12月30日
(not 2月30日), lunar dates (农历, 腊月), codes that look like dates.
"""

import calendar
import re
from collections.abc import Iterator
from datetime import date, timedelta

from checks.model import Rule, Severity
from checks.passage import Manual, Mark, Passage

RULE = Rule(
    "dates",
    Severity.WARNING,
    "日期有误：{note}",
    source="公历历法；《出版物上数字用法》（GB/T 15835-2011）",
)
MANUAL = Manual(
    title="日期",
    finds="不存在的日期、星期与日期不符、起止日期颠倒、截止日期早于发布日期、不存在的时刻。",
    spares="农历日期不判断；没有年份的日期只查哪一年都没有的日子；截止日期只与本文的发布日期比较，叙述已完成的事不算。",
    bad=(
        "请于2025年2月30日前报送。",
        "2025年9月30日（星期三）召开会议。",
        "活动时间为2025年9月30日至9月20日。",
        "请于2025年9月20日前将材料报送至县政府办。",
    ),
    good=(
        "请于2025年10月20日前报送。",
        "2025年9月30日（星期二）召开会议。",
        "验收时间为2025年12月30日。",
        "已于2025年9月20日前完成整改。",
    ),
)
ON = True
WORDING = False

_DAY = re.compile(
    r"(?<![\d.\-/])(?:(?P<year>\d{4})\s*年\s*)?(?<!\d)(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*[日号]"
    r"(?:\s*[(\uff08,\uff0c]?\s*(?P<week>(?:星期|周|礼拜)(?P<weekday>[一二三四五六日天])))?"
)
_DASHED = re.compile(
    r"(?<![\d./-])(?P<year>(?:19|20)\d{2})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})(?![\d./-])"
)
_HAN_DAY = re.compile(
    r"(?:(?P<year>[一二][一二三四五六七八九〇零○0]{3})年)?(?<![一二三四五六七八九十])(?P<month>[一二三四五六七八九十]{1,3})月(?P<day>[一二三四五六七八九十]{1,3})日"
)
_TIME = re.compile(
    r"(?P<half>上午|下午|晚上|凌晨|中午|早上|日|\d\u65f6)\s*(?P<hour>\d{1,2})(?:[:\uff1a](?P<minute>\d{2})(?![\d:\uff1a])|[时点](?:(?P<spoken>\d{1,2})分)?)"
)
_YEARS = re.compile(
    r"(?<!\d)(?P<first>(?:19|20)\d{2})年?\s*(?:至|到|—|–|-)\s*(?P<last>(?:19|20)\d{2})年"
)
_SAME_MONTH = re.compile(r"^\s*(?:至|到|—|–|-|~|\uff5e)\s*(?P<day>\d{1,2})[日号]")
_LUNAR = re.compile(r"(?:农历|阴历|旧历|正月|腊月|古尔邦|肉孜)[^。]{0,6}$")
_WEEKDAYS = "一二三四五六日"
_SET = re.compile(
    r"(?:请|务必|须|应|要|需|确保|力争|必须|截止|要求)[^。\uff1b;\n]{0,30}$|截止(?:时间|日期)?(?:为|是|至|到|[:\uff1a])?\s*$|时间[:\uff1a][^。\n]{0,24}$"
)
_CLOSING = re.compile(
    r"截止(?:时间|日期)?(?:为|是|至|到|[:\uff1a])?\s*$|报名时间[:\uff1a][^。\n]{0,24}[至到—-]\s*$"
)
_DONE = re.compile(r"(?:已|曾|均|全部|业已)[经于]?[^。\uff0c,\n]{0,6}$")
_HAS = re.compile(r"^[^。\uff0c;,\uff1b]{0,20}(?:已|了)")
_DUE = re.compile(r"报送|上报|提交|反馈|完成整改|整改到位|报名|缴纳|申报|完成")
_BEFORE = re.compile(r"^\s*(?:\d{1,2}[::\uff1a]\d{2}|\d{1,2}时)?(?:之)?前")
_TO = re.compile(r"^\s*(?:起)?\s*(?:至|到|—|–|-|~|\uff5e)\s*$")


def check(passage: Passage) -> Iterator[Mark]:
    text = passage.text
    before: re.Match[str] | None = None
    for hit in _DAY.finditer(text):
        if _LUNAR.search(text[max(0, hit.start() - 10) : hit.start()]):
            before = None
            continue
        fault = _impossible(hit) or _weekday(hit, passage)
        if fault:
            yield fault
        elif mark := _late(hit, passage) or (before and _reversed(before, hit, text)):
            yield mark
        before = hit
        same = _SAME_MONTH.match(text[hit.end() : hit.end() + 12])
        if same and int(same["day"]) < int(hit["day"]):
            yield Mark(hit.start(), hit.end() + same.end(), "", "起止日期颠倒")
    yield from _others(text)


def _others(text: str) -> Iterator[Mark]:
    """Dates with dashes, in Chinese numerals, times of day, spans of years."""
    for hit in _DASHED.finditer(text):
        if _made(hit["year"], hit["month"], hit["day"]) is None and hit["mark"] != ".":
            yield Mark(hit.start(), hit.end(), "", "没有这一天")
    for hit in _HAN_DAY.finditer(text):
        month, day = _counted(hit["month"]), _counted(hit["day"])
        year = int("".join(_YEAR_DIGITS[c] for c in hit["year"])) if hit["year"] else 2024
        lunar = not hit["year"] and (_LUNAR.search(text[max(0, hit.start() - 10) : hit.start()]))
        if not lunar and month and day and _made(year, month, day) is None:
            yield Mark(hit.start(), hit.end(), "", "没有这一天")
    for hit in _TIME.finditer(text):
        hour, minute = int(hit["hour"]), int(hit["minute"] or hit["spoken"] or 0)
        if hour > 24 or minute > 59 or (hour == 24 and minute):
            yield Mark(hit.start("hour"), hit.end(), "", "没有这个时刻")
        elif hit["half"] in ("上午", "早上", "凌晨") and hour > 12:
            yield Mark(hit.start(), hit.end(), "", f"{hit['half']}没有{hour}时")
    for hit in _YEARS.finditer(text):
        if int(hit["first"]) > int(hit["last"]):
            yield Mark(hit.start(), hit.end(), "", "起止年份颠倒")


_YEAR_DIGITS = {c: str(i) for i, c in enumerate("〇一二三四五六七八九")} | {
    "零": "0",
    "○": "0",
    "0": "0",
}


def _counted(numeral: str) -> int:
    """一 to 九十九; 0 for what is no number."""
    tens, ten, ones = numeral.partition("十")
    digits = "一二三四五六七八九"
    if not ten:
        return digits.index(numeral) + 1 if len(numeral) == 1 else 0
    if len(tens) > 1 or len(ones) > 1:
        return 0
    return (digits.index(tens) + 1 if tens else 1) * 10 + (digits.index(ones) + 1 if ones else 0)


def _made(year: str | int, month: str | int, day: str | int) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _impossible(hit: re.Match[str]) -> Mark | None:
    year = int(hit["year"]) if hit["year"] else 2024  # a leap year: 2月29日 may be
    month, day = int(hit["month"]), int(hit["day"])
    if not 1 <= month <= 12:
        return Mark(hit.start(), hit.end("day") + 1, "", f"没有{month}月")
    if year and not 1 <= day <= calendar.monthrange(max(year, 1), month)[1]:
        where = f"{year}年{month}月" if hit["year"] else f"{month}月"
        return Mark(hit.start(), hit.end("day") + 1, "", f"{where}没有{day}日")
    return None


def _day_of(hit: re.Match[str], year: int | None) -> date | None:
    said = int(hit["year"]) if hit["year"] else year
    return _made(said, hit["month"], hit["day"]) if said else None


def _weekday(hit: re.Match[str], passage: Passage) -> Mark | None:
    if not hit["week"]:
        return None
    day = _day_of(hit, passage.day.year if passage.day else None)
    if day is None:
        return None
    right = _WEEKDAYS[day.weekday()]
    if hit["weekday"].replace("天", "日") == right:
        return None
    use = hit["week"][:-1] + right
    return Mark(
        hit.start("week"),
        hit.end("week"),
        use,
        f"{day.year}年{day.month}月{day.day}日是星期{right}",
    )


def _late(hit: re.Match[str], passage: Passage) -> Mark | None:
    """A deadline that had passed when the article was published."""
    published = passage.published
    if published is None:
        return None
    lead = passage.text[max(0, hit.start() - 40) : hit.start()].rpartition("\n")[2]
    tail = passage.text[hit.end() : hit.end() + 40].partition("\n")[0]
    closing = bool(_CLOSING.search(lead))
    due = closing or (bool(_BEFORE.match(tail)) and bool(_SET.search(lead) or _DUE.search(tail)))
    day = _day_of(hit, published.year)
    longest = timedelta(days=3650 if hit["year"] else 180)
    if not due or _DONE.search(lead) or _HAS.search(tail) or day is None:
        return None
    if not timedelta(0) < published - day <= longest:
        return None
    return Mark(hit.start(), hit.end("day") + 1, "", f"截止日期早于发布日期{published}")


def _reversed(before: re.Match[str], hit: re.Match[str], text: str) -> Mark | None:
    """A period that ends before it begins."""
    if not _TO.match(text[before.end() : hit.start()]):
        return None
    year = int(before["year"]) if before["year"] else 2024
    first, last = _day_of(before, year), _day_of(hit, year)
    if first is None or last is None or last >= first:
        return None
    if not hit["year"] and first.month >= 10 and last.month <= 3:
        return None  # over the turn of the year
    return Mark(before.start(), hit.end("day") + 1, "", "起止日期颠倒")
