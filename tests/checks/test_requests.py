"""Requests judged by their days: each edge the day before, the day and the day after."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.calendar import Holidays, add_working_days
from checks.model import Unchecked
from checks.requests import Request, State, standing

RECEIVED = date(2025, 7, 1)
FIRST = date(2025, 7, 29)  # 20 working days later
SECOND = date(2025, 8, 26)  # 40
TODAY = date(2025, 9, 30)
ONE = timedelta(days=1)


def request(**days: date | None) -> Request:
    return Request("2025-1", "jinghezhen", **{"received": RECEIVED, **days})


def test_the_terms_used_here_are_what_the_calendar_says() -> None:
    assert add_working_days(RECEIVED, 20) == FIRST
    assert add_working_days(RECEIVED, 40) == SECOND


@pytest.mark.parametrize(
    ("answered", "state", "over"),
    [
        (RECEIVED, "on-time", None),  # on the spot
        (FIRST - ONE, "on-time", None),
        (FIRST, "on-time", None),
        (FIRST + ONE, "late", 1),
    ],
)
def test_an_answer_is_in_time_up_to_the_last_day(
    answered: date, state: State, over: int | None
) -> None:
    said = standing(request(answered=answered), TODAY)
    assert (said.state, said.due, said.over, said.unchecked) == (state, FIRST, over, ())


@pytest.mark.parametrize(
    ("today", "state", "left", "over"),
    [
        (RECEIVED, "pending", 20, None),
        (FIRST - ONE, "pending", 1, None),
        (FIRST, "pending", 0, None),
        (FIRST + ONE, "overdue", None, 1),
    ],
)
def test_an_open_request_is_overdue_only_after_its_last_day(
    today: date, state: State, left: int | None, over: int | None
) -> None:
    said = standing(request(), today)
    assert (said.state, said.due, said.left, said.over) == (state, FIRST, left, over)


@pytest.mark.parametrize(
    ("noticed", "answered", "state", "due"),
    [
        (FIRST, SECOND - ONE, "extended", SECOND),
        (FIRST, SECOND, "extended", SECOND),
        (FIRST, SECOND + ONE, "late", SECOND),
        (FIRST - ONE, FIRST, "on-time", SECOND),  # answered in the first term after all
        (FIRST + ONE, SECOND, "late", FIRST),  # told too late: nothing is extended
    ],
)
def test_an_extension_holds_where_the_applicant_was_told_in_the_first_term(
    noticed: date, answered: date, state: State, due: date
) -> None:
    said = standing(request(noticed=noticed, answered=answered), TODAY)
    assert (said.state, said.due) == (state, due)


def test_a_request_in_its_extension_is_pending_and_says_so() -> None:
    said = standing(request(noticed=FIRST), SECOND - ONE)
    assert (said.state, said.extended, said.left, said.due) == ("pending", True, 1, SECOND)
    assert standing(request(noticed=FIRST), SECOND + ONE).state == "overdue"


def test_the_term_begins_anew_with_the_completed_request() -> None:
    completed = date(2025, 8, 1)
    due = add_working_days(completed, 20)
    for answered, state in ((due, "on-time"), (due + ONE, "late")):
        said = standing(
            request(returned=date(2025, 7, 10), completed=completed, answered=answered), TODAY
        )
        assert (said.state, said.due, said.notes) == (state, due, ())


def test_a_request_sent_back_runs_no_term_until_it_is_completed() -> None:
    said = standing(request(returned=date(2025, 7, 10)), TODAY)
    assert (said.state, said.due, said.left, said.unchecked) == ("waiting", None, None, ())


@pytest.mark.parametrize(
    ("returned", "notes"),
    [
        (date(2025, 7, 10), ()),
        (date(2025, 7, 11), ("补正告知用了8个工作日，超过7个工作日（第三十条）",)),
    ],
)
def test_sending_back_late_is_noted(returned: date, notes: tuple[str, ...]) -> None:
    assert standing(request(returned=returned), TODAY).notes == notes


def test_the_time_of_a_third_party_is_not_counted() -> None:
    asked, replied = date(2025, 7, 8), date(2025, 7, 15)  # 5 working days
    due = add_working_days(RECEIVED, 25)
    for answered, state in ((due, "on-time"), (due + ONE, "late")):
        said = standing(request(asked=asked, replied=replied, answered=answered), TODAY)
        assert (said.state, said.due) == (state, due)


def test_a_third_party_asked_in_the_extension_lengthens_it() -> None:
    asked, replied = date(2025, 8, 4), date(2025, 8, 6)
    said = standing(request(noticed=FIRST, asked=asked, replied=replied), date(2025, 8, 28))
    assert (said.state, said.due, said.left) == ("pending", date(2025, 8, 28), 0)


def test_while_a_third_party_is_asked_nobody_is_accused() -> None:
    asked = date(2025, 7, 28)  # 19 days used
    assert standing(request(asked=asked), date(2025, 8, 18)).state == "pending"  # 15 working days
    said = standing(request(asked=asked), date(2025, 8, 19))
    why = "征求第三方意见已超过15个工作日，没有第三方答复日期，答复期限算不出来"
    assert (said.state, said.unchecked) == (
        "unchecked",
        (Unchecked("依申请公开 2025-1", why),),
    )


def test_an_answer_with_an_unknown_question_is_judged_where_it_makes_no_difference() -> None:
    asked = date(2025, 7, 8)
    assert standing(request(asked=asked, answered=FIRST), TODAY).state == "on-time"
    assert standing(request(asked=asked, answered=FIRST + ONE), TODAY).state == "unchecked"
    late = standing(request(asked=FIRST + ONE, answered=FIRST + 2 * ONE), TODAY)
    assert (late.state, late.over) == ("late", 1)


@pytest.mark.parametrize(
    ("days", "why"),
    [
        ({"received": None}, "没有收到日期"),
        ({"answered": date(2025, 6, 30)}, "答复日期2025-06-30早于收到日期2025-07-01"),
        ({"answered": date(2025, 10, 1)}, "答复日期2025-10-01晚于2025-09-30"),
        ({"replied": date(2025, 7, 8)}, "有第三方答复日期，没有征求第三方日期"),
        (
            {"returned": date(2025, 7, 8), "answered": date(2025, 7, 9)},
            "补正后已答复，没有补正收到日期",
        ),
        (
            {"returned": date(2025, 7, 8), "completed": date(2025, 7, 7)},
            "补正收到日期2025-07-07早于补正通知日期2025-07-08",
        ),
    ],
)
def test_days_that_contradict_each_other_accuse_nobody(
    days: dict[str, date | None], why: str
) -> None:
    said = standing(request(**days), TODAY)
    assert (said.state, said.due) == ("unchecked", None)
    assert said.unchecked == (Unchecked("依申请公开 2025-1", why),)


def test_a_term_into_an_unpublished_year_is_not_guessed() -> None:
    received = date(2026, 12, 15)
    why = "未能计算：2027年节假日安排未公布"
    answered = standing(request(received=received, answered=date(2026, 12, 20)), date(2026, 12, 31))
    assert (answered.state, answered.due) == ("on-time", None)
    assert answered.unchecked == (Unchecked("答复期限", why),)
    open_still = standing(request(received=received), date(2027, 1, 20))
    assert (open_still.state, open_still.unchecked) == (
        "unchecked",
        (Unchecked("依申请公开 2025-1", why),),
    )


def test_what_was_late_before_the_unpublished_year_is_late() -> None:
    said = standing(request(received=date(2026, 10, 9)), date(2027, 1, 20))
    assert (said.state, said.due, said.over) == ("overdue", date(2026, 11, 5), None)


@pytest.mark.parametrize(
    ("day", "answered_state", "open_state", "left"),
    [
        (date(2025, 8, 29), "on-time", "pending", 0),  # Friday, the last day
        (date(2025, 8, 30), "late", "overdue", None),
        (date(2025, 8, 31), "late", "overdue", None),
        (date(2025, 8, 24), "on-time", "pending", 5),  # the Sunday before
    ],
)
def test_days_off_count_nothing_but_come_after_the_last_day(
    day: date, answered_state: State, open_state: State, left: int | None
) -> None:
    received = date(2025, 8, 1)
    said = standing(request(received=received, answered=day), TODAY)
    assert (said.state, said.due) == (answered_state, date(2025, 8, 29))
    still_open = standing(request(received=received), day)
    assert (still_open.state, still_open.left) == (open_state, left)


def test_a_third_party_asked_on_the_last_day_still_stops_the_term() -> None:
    replied = FIRST + 2 * ONE
    said = standing(request(asked=FIRST, replied=replied, answered=replied), TODAY)
    assert (said.state, said.due) == ("on-time", replied)


def test_the_regions_holidays_lengthen_a_term() -> None:
    holidays = Holidays({FIRST: False}, {FIRST: "肉孜节"})
    assert standing(request(answered=FIRST + ONE), TODAY, holidays).state == "on-time"


@settings(deadline=None)
@given(
    received=st.dates(date(2024, 1, 1), date(2025, 12, 31)),
    used=st.integers(0, 45),
    pause=st.integers(0, 30),
    at=st.integers(0, 20),
)
def test_a_pause_moves_the_last_day_by_its_working_days(
    received: date, used: int, pause: int, at: int
) -> None:
    asked = add_working_days(received, at)
    replied = add_working_days(asked, pause)
    days = {"received": received, "asked": asked, "replied": replied}
    said = standing(request(**days), max(received, replied))
    assert said.due == add_working_days(received, 20 + pause)
    answered = add_working_days(received, pause + max(used, at))
    judged = standing(request(**days, answered=answered), answered)
    assert judged.state == ("on-time" if max(used, at) <= 20 else "late")
