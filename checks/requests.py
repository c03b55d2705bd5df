"""依申请公开: where a request stands on a day, by the terms of 《中华人民共和国政府信息公开条例》(国令第711号).

- 第三十三条: answered within 20 working days of receipt; extended by at most 20 more, the applicant told before
  the first term ends. A notice given later extends nothing.
- 第三十条: what is unclear is sent back once, within 7 working days; the term begins anew with the completed
  request. While the applicant has not completed it, no term runs.
- 第三十二条、第三十三条: the time a third party (or another organ) is asked its opinion does not count: the days
  after the question, up to the answer and with it. A third party has 15 working days.

The day of receipt is not counted (《民法典》第二百零一条). Late is said only of what is late however the missing
days are filled in; what depends on them is 未能检查.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from checks.calendar import (
    NATIONAL,
    Holidays,
    UnknownDay,
    add_working_days,
    is_working_day,
    working_days_between,
)
from checks.model import Unchecked

SOURCE = "《中华人民共和国政府信息公开条例》（国令第711号）第三十条、第三十二条、第三十三条"
#: Working days.
TERM = 20
EXTENSION = 20
COMPLETION_NOTICE = 7
THIRD_PARTY = 15

_ONE = timedelta(days=1)

#: answered in the first term; answered in the extension; answered after its term; the term still runs; the term
#: is over without an answer; the applicant is to complete the request; not to be told.
State = Literal["on-time", "extended", "late", "pending", "overdue", "waiting", "unchecked"]
LABELS: dict[State, str] = {
    "on-time": "按期答复",
    "extended": "延期答复",
    "late": "逾期答复",
    "pending": "办理中",
    "overdue": "逾期未答复",
    "waiting": "等待补正",
    "unchecked": "未能判断",
}


@dataclass(frozen=True, slots=True)
class Request:
    """One request's days (calendar days at the site, None where the office wrote none).

    `unit` is a unit id. `returned` is the 补正通知, `completed` the completed request's receipt; `asked` and
    `replied` the question to a third party and its answer; `noticed` the 延期告知; `forwarded` the 转办.
    """

    number: str
    unit: str
    received: date | None
    returned: date | None = None
    completed: date | None = None
    asked: date | None = None
    replied: date | None = None
    noticed: date | None = None
    forwarded: date | None = None
    answered: date | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a request stands. `due` is the last day to answer, None where no term runs or it is not known.

    `left` are working days to `due`, for a pending request; `over` working days since, for a late one.
    `extended` says that a notice in time lengthened the term. `unchecked` says what could not be told.
    """

    request: Request
    state: State
    due: date | None = None
    left: int | None = None
    over: int | None = None
    extended: bool = False
    unchecked: tuple[Unchecked, ...] = ()
    notes: tuple[str, ...] = ()


def standing(request: Request, today: date, holidays: Holidays = NATIONAL) -> Standing:
    """Where `request` stands on `today`; days after `today` have not happened yet and make it unchecked."""
    if why := _contradiction(request, today):
        return _unchecked(request, why)
    try:
        notes = _notes(request, holidays)
    except UnknownDay as error:
        notes = (f"补正告知是否在{COMPLETION_NOTICE}个工作日内，未能计算：{error}",)
    if request.returned and not request.completed and not request.answered:
        return Standing(request, "waiting", notes=notes)
    try:
        judged = _judged(request, today, holidays)
    except UnknownDay as error:
        judged = _unchecked(request, f"未能计算：{error}")
    return replace(judged, notes=notes)


def standings(
    requests: Sequence[Request], today: date, holidays: Holidays = NATIONAL
) -> tuple[Standing, ...]:
    return tuple(standing(one, today, holidays) for one in requests)


def _unchecked(request: Request, why: str) -> Standing:
    return Standing(
        request, "unchecked", unchecked=(Unchecked(f"依申请公开 {request.number}", why),)
    )


_ORDER = (
    ("received", "收到日期"),
    ("returned", "补正通知日期"),
    ("completed", "补正收到日期"),
    ("asked", "征求第三方日期"),
    ("replied", "第三方答复日期"),
    ("noticed", "延期告知日期"),
    ("forwarded", "转办日期"),
    ("answered", "答复日期"),
)
#: Pairs of which the second cannot come first.
_AFTER = (
    *((("received", later)) for later, _ in _ORDER[1:]),
    ("returned", "completed"),
    ("asked", "replied"),
)


def _contradiction(request: Request, today: date) -> str:
    """Why the days of a request tell nothing, "" if they do."""
    names = dict(_ORDER)
    days: dict[str, date] = {key: day for key in names if (day := getattr(request, key))}
    if "received" not in days:
        return "没有收到日期"
    for key, day in days.items():
        if day > today:
            return f"{names[key]}{day}晚于{today}"
    for first, then in _AFTER:
        if first in days and then in days and days[then] < days[first]:
            return f"{names[then]}{days[then]}早于{names[first]}{days[first]}"
    if "replied" in days and "asked" not in days:
        return "有第三方答复日期，没有征求第三方日期"
    if "returned" in days and "answered" in days and "completed" not in days:
        return "补正后已答复，没有补正收到日期"
    return ""


def _notes(request: Request, holidays: Holidays) -> tuple[str, ...]:
    """What is amiss beside the term itself."""
    if not (request.received and request.returned):
        return ()
    took = working_days_between(request.received, request.returned, holidays)
    if took <= COMPLETION_NOTICE:
        return ()
    return (f"补正告知用了{took}个工作日，超过{COMPLETION_NOTICE}个工作日（第三十条）",)


@dataclass(frozen=True, slots=True)
class _Term:
    """The running of one request's term. An open question to a third party ends on `ends`, or not at all."""

    start: date
    asked: date | None
    ends: date | None
    holidays: Holidays

    def used(self, until: date, *, ends: date | None) -> int:
        """Working days counted after the start up to `until`, the question taken to end on `ends`."""
        return sum(self._counts(day, ends) for day in _days(self.start, until))

    def _counts(self, day: date, ends: date | None) -> bool:
        return not self._stands_still(day, ends) and is_working_day(day, self.holidays)

    def _stands_still(self, day: date, ends: date | None) -> bool:
        return self.asked is not None and ends is not None and self.asked < day <= ends

    def within(self, day: date, n: int, *, ends: date | None) -> bool:
        """Whether something done on `day` uses no more than `n`: a day off after the last day is late already."""
        used = 0
        for one in _days(self.start, day):
            used += self._counts(one, ends)
            if used > n:
                return False
        worked = day
        while worked > self.start and not is_working_day(worked, self.holidays):
            worked += _ONE
        return worked == day or used + self._counts(worked, ends) <= n

    def due(self, n: int) -> date:
        """The last working day with no more than `n` days used. Raises UnknownDay."""
        day = self.start
        while True:
            following = add_working_days(day, 1, self.holidays)
            n -= not self._stands_still(following, self.ends)
            if n < 0:
                return day
            day = following


def _days(after: date, until: date) -> Sequence[date]:
    return [date.fromordinal(n) for n in range(after.toordinal() + 1, until.toordinal() + 1)]


def _judged(request: Request, today: date, holidays: Holidays) -> Standing:
    start = request.completed or request.received
    assert start is not None
    asking = request.asked is not None and request.replied is None
    term = _Term(start, request.asked, request.replied, holidays)
    until = request.answered or today
    at_best = until if asking else request.replied  # an open question may end at any time
    told = request.noticed
    extended = told is not None and term.within(told, TERM, ends=told if asking else term.ends)
    limit = TERM + EXTENSION * extended
    due, why = _due(term, limit, asking=asking)
    seen = Standing(request, "pending", due, extended=extended, unchecked=why)
    if not term.within(until, limit, ends=at_best):
        state: State = "late" if request.answered else "overdue"
        return replace(seen, state=state, over=_over(term, until, limit, at_best))
    if request.answered:
        if term.within(until, TERM, ends=request.replied):
            return replace(seen, state="on-time", extended=False)
        if term.within(until, limit, ends=request.replied):
            return replace(seen, state="extended")
        return _unchecked(request, "征求第三方意见后没有第三方答复日期，答复期限算不出来")
    silent = asking and not term.within(today, limit, ends=None)
    if silent and _silent_too_long(request, today, holidays):
        return _unchecked(
            request,
            f"征求第三方意见已超过{THIRD_PARTY}个工作日，没有第三方答复日期，答复期限算不出来",
        )
    return replace(seen, left=limit - term.used(today, ends=at_best))


def _over(term: _Term, until: date, limit: int, ends: date | None) -> int | None:
    """Working days since the last day, 1 for a day off right after it; None where a day is not known."""
    try:
        return max(1, term.used(until, ends=ends) - limit)
    except UnknownDay:
        return None


def _silent_too_long(request: Request, today: date, holidays: Holidays) -> bool:
    assert request.asked is not None
    return working_days_between(request.asked, today, holidays) > THIRD_PARTY


def _due(term: _Term, limit: int, *, asking: bool) -> tuple[date | None, tuple[Unchecked, ...]]:
    """The last day to answer; None while a third party is asked, or where a day is not known."""
    if asking:
        return None, ()
    try:
        return term.due(limit), ()
    except UnknownDay as error:
        return None, (Unchecked("答复期限", f"未能计算：{error}"),)
