"""Working days in China: make-up Saturdays, the region's own holidays, and deadlines counted in them.

A term starts the day after its event (《民法典》第二百零一条); its last day still belongs to it, also where a
deadline is a date, as in “10月20日前” (第一千二百五十九条). Which days are worked is said first by the office's
own file (`load_holidays`), then by the State Council's yearly notices as chinesecalendar holds them, from
2004 to 2026. What nobody has said is `UnknownDay`, never a guess.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from types import MappingProxyType

from checks.model import BadInput
from checks.wordlist import decoded

HEADINGS = ("日期", "至", "安排", "名称", "依据")
#: What 安排 says → whether the day is worked; None: the office has still to confirm it.
ARRANGED: Mapping[str, bool | None] = {"放假": False, "上班": True, "待核": None}
WHOLE_YEAR = "全年已录入"
#: Days one row may span, and working days a term may have.
MOST_DAYS = 31
MOST_TERM = 10_000
_ONE = timedelta(days=1)
_WORKING_DAYS = re.compile(r"(?P<n>[0-9零〇一二两三四五六七八九十百]+)个?工作日(?:内|以内|之内)?")
_DAY = re.compile(
    r"(?:(?P<year>\d{4})(?:年|-|/|\.))?(?P<month>\d{1,2})(?:月|-|/|\.)(?P<day>\d{1,2})日?"
)


class UnknownDay(Exception):  # noqa: N818  - it names what is not known
    """Nobody has said whether a day is worked. Its text is the reason, in Chinese."""


@dataclass(frozen=True, slots=True)
class Holidays:
    """What the office's file says: `days` are worked, off, or still to be confirmed (None); `names` their names.

    A year in `years` is entered whole: its other days are worked from Monday to Friday.
    """

    days: Mapping[date, bool | None] = field(default_factory=lambda: MappingProxyType({}))
    names: Mapping[date, str] = field(default_factory=lambda: MappingProxyType({}))
    years: frozenset[int] = frozenset()


#: No file: the State Council's notices alone.
NATIONAL = Holidays()


def is_working_day(day: date, holidays: Holidays = NATIONAL) -> bool:
    """Whether offices work on `day`.

    Raises:
        UnknownDay: the year's holidays are not published, or the file says 待核.
    """
    if day in holidays.days:
        worked = holidays.days[day]
        if worked is None:
            raise UnknownDay(f"{day}（{holidays.names.get(day, '')}）是否放假待核")
        return worked
    if day.year in holidays.years:
        return day.weekday() < 5
    import chinese_calendar

    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        said = "未收录" if day.year < 2004 else "未公布"
        raise UnknownDay(f"{day.year}年节假日安排{said}") from None


def add_working_days(day: date, n: int, holidays: Holidays = NATIONAL) -> date:
    """The `n`-th working day after `day`; `day` itself does not count, and is the answer for 0.

    Raises:
        UnknownDay: a day on the way is not known.
        ValueError: `n` is negative or beyond `MOST_TERM`.
    """
    if not 0 <= n <= MOST_TERM:
        raise ValueError(f"not a term: {n}")
    while n:
        day += _ONE
        n -= is_working_day(day, holidays)
    return day


def working_days_between(after: date, until: date, holidays: Holidays = NATIONAL) -> int:
    """How many working days follow `after`, up to `until` and with it: what `add_working_days` added.

    Raises:
        UnknownDay: a day on the way is not known.
        ValueError: `until` is before `after`.
    """
    if until < after:
        raise ValueError(f"{until} is before {after}")
    return sum(
        is_working_day(after + timedelta(days=n), holidays)
        for n in range(1, (until - after).days + 1)
    )


def due_day(words: str, start: date, holidays: Holidays = NATIONAL) -> date:
    """The last day of a term set on `start`: “20个工作日”, “10月20日前”, “2025-10-20”.

    A date without a year is the next one from `start` on.

    Raises:
        UnknownDay: a day on the way is not known.
        ValueError: it is neither, in Chinese.
    """
    said = "".join(words.split())
    if term := _WORKING_DAYS.fullmatch(said):
        return add_working_days(start, _number(term["n"], words), holidays)
    if not (day := _DAY.fullmatch(re.sub(r"(?:以|之)?前$", "", said))):
        raise _not_a_term(words)
    try:
        due = date(int(day["year"] or start.year), int(day["month"]), int(day["day"]))
        if not day["year"] and due < start:
            due = due.replace(year=due.year + 1)
    except ValueError:
        raise _not_a_term(words) from None
    return due


def _number(text: str, words: str) -> int:
    if text.isdigit():
        return int(text[:6])
    import cn2an

    try:
        return int(cn2an.cn2an(text.replace("〇", "零"), "smart"))
    except ValueError:
        raise _not_a_term(words) from None


def _not_a_term(words: str) -> ValueError:
    return ValueError(f"期限写的是“{words[:40]}”；应如 20个工作日、10月20日 或 2025-10-20")


def load_holidays(path: Path) -> Holidays:
    """The office's own days, from a CSV with the headings 日期,至,安排,名称,依据.

    安排 is 放假, 上班 or 待核, for one day or up to 至 (inclusive, may be empty). A row with a year as 日期
    and 全年已录入 as 安排 says that the year's notice is entered whole. Lines beginning with # are remarks.

    Raises:
        BadInput: it cannot be read, or rows are wrong: every problem, a line each.
    """
    try:
        rows = list(csv.reader(io.StringIO(decoded(path), newline="")))
    except csv.Error as error:
        raise BadInput(f"{path}: 不是有效的CSV（{error}）") from None
    kept = [
        (line, [cell.strip() for cell in row])
        for line, row in enumerate(rows, 1)
        if "".join(row).strip() and not row[0].lstrip().startswith("#")
    ]
    if not kept or tuple(kept[0][1]) != HEADINGS:
        line, heading = kept[0] if kept else (1, [])
        raise BadInput(
            f"{path}:{line}: 表头为“{'、'.join(heading) or '空'}”，应为 {','.join(HEADINGS)}"
        )
    days: dict[date, bool | None] = {}
    names: dict[date, str] = {}
    years: set[int] = set()
    problems: list[str] = []
    for line, row in kept[1:]:
        try:
            for day in _arranged(row, years):
                if day in days:
                    raise ValueError(f"{day}已在前面写过；应只写一次")  # noqa: TRY301
                days[day], names[day] = ARRANGED[row[2]], row[3]
        except ValueError as error:
            problems.append(f"{path}:{line}: {error}")
    if problems:
        raise BadInput(*problems)
    return Holidays(MappingProxyType(days), MappingProxyType(names), frozenset(years))


def _arranged(row: list[str], years: set[int]) -> Iterator[date]:
    """The days a row speaks of; a whole year is noted in `years`. Raises ValueError in Chinese."""
    if len(row) != len(HEADINGS):
        raise ValueError(f"有{len(row)}列，应为{len(HEADINGS)}列")
    first, last, arranged, _, source = row
    if not source:
        raise ValueError("依据为空，应写放假通知的名称或文号")
    if arranged == WHOLE_YEAR:
        if not re.fullmatch(r"(?:19|20)\d\d", first):
            raise ValueError(f"日期为“{first}”；安排为{WHOLE_YEAR}时应写年份，如 2027")
        years.add(int(first))
        return
    if arranged not in ARRANGED:
        raise ValueError(f"安排为“{arranged}”；应为{'、'.join(ARRANGED)}或{WHOLE_YEAR}")
    since = _iso("日期", first)
    until = _iso("至", last) if last else since
    if not since <= until < since + timedelta(days=MOST_DAYS):
        raise ValueError(f"从{since}至{until}；应在{MOST_DAYS}天以内，止日不早于起日")
    yield from (since + timedelta(days=n) for n in range((until - since).days + 1))


def _iso(name: str, text: str) -> date:
    if (day := read_day(text)) is None:
        raise ValueError(f"{name}为“{text}”；应为日期，如 2025-09-30")
    return day


def read_day(text: str) -> date | None:
    """A day as offices write it: 2025-09-30, 2025/9/30, 2025.9.30, 20250930, 2025年9月30日, 二〇二五年九月三十日.

    None where it is no day that exists.
    """
    said = "".join(unicodedata.normalize("NFKC", text).split())
    if re.fullmatch(
        r"[〇零○一二三四五六七八九]{4}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日",
        said,
    ):
        import cn2an

        said = str(cn2an.transform(said.replace("○", "〇"), "cn2an"))
    written = _DAY.fullmatch(said)
    parts = written.group("year", "month", "day") if written else (said[:4], said[4:6], said[6:])
    if not written and not re.fullmatch(r"(?:19|20)\d{6}", said):
        return None
    try:
        return date(*(int(part) for part in parts)) if parts[0] else None
    except ValueError:
        return None
