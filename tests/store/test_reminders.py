"""Which deadlines are near, which passed, and what a recipient was told already."""

from datetime import UTC, date, datetime

import pytest

from checks.calendar import Holidays
from store.database import Engine, reading, writing
from store.ledger import move
from store.reminders import Reminder, note_told, pending, recipient_of, step_of, untold
from tests.store.test_ledger import SITE, WHO, finding, read

NOW = datetime(2025, 9, 2, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("due", "today", "step", "late"),
    [
        # 10月20日 is a Monday after the make-up Saturday 10月11日; the 18th and 19th are a weekend
        ("2025-10-20", "2025-10-14", "", 0),
        ("2025-10-20", "2025-10-15", "before", 0),
        ("2025-10-20", "2025-10-17", "before", 0),
        ("2025-10-20", "2025-10-19", "before", 0),
        ("2025-10-20", "2025-10-20", "today", 0),
        ("2025-10-20", "2025-10-21", "late-0", 1),
        ("2025-10-20", "2025-10-27", "late-0", 5),
        ("2025-10-20", "2025-10-28", "late-1", 6),
        # a Friday: on Saturday nobody works yet, the Monday is the first day it is late
        ("2025-10-17", "2025-10-18", "today", 0),
        ("2025-10-17", "2025-10-20", "late-0", 1),
        # the holidays of 10月1日 to 8日 are no working days, the Sunday 9月28日 is worked
        ("2025-10-09", "2025-09-26", "", 0),
        ("2025-10-09", "2025-09-28", "before", 0),
        ("2025-09-28", "2025-09-23", "", 0),
        ("2025-09-28", "2025-09-24", "before", 0),
        ("2025-09-30", "2025-10-08", "today", 0),
        ("2025-09-30", "2025-10-09", "late-0", 1),
    ],
)
def test_a_step_is_counted_in_working_days(due: str, today: str, step: str, late: int) -> None:
    told = step_of(date.fromisoformat(due), date.fromisoformat(today))
    assert told == (step, late, "")


def test_the_regions_own_holiday_puts_a_step_earlier() -> None:
    own = Holidays({date(2025, 10, 16): False}, {date(2025, 10, 16): "地方节日"})
    assert step_of(date(2025, 10, 20), date(2025, 10, 14), own) == ("before", 0, "")


def test_days_nobody_has_published_are_guessed_and_said_to_be() -> None:
    doubt = "2037年节假日安排未公布，工作日按周一至周五推算"
    assert step_of(date(2037, 10, 20), date(2037, 10, 15)) == ("before", 0, doubt)
    assert step_of(date(2037, 10, 20), date(2037, 10, 14)) == ("", 0, doubt)


def notified(engine: Engine) -> None:
    """Four findings due on the 10th: notified, claimed, closed, only confirmed."""
    read(engine, 0, *(finding(mark=str(n)) for n in range(1, 5)))
    with writing(engine) as connection:
        for ids, to, due in (
            ([1, 2, 3, 4], "confirmed", None),
            ([1, 2, 3], "notified", date(2025, 9, 10)),
            ([2], "claimed", None),
            ([3], "closed", None),
        ):
            move(connection, SITE, ids, to, who=WHO, why="核对过", at=NOW, due=due)


def steps(engine: Engine, day: int) -> list[tuple[int, str]]:
    with reading(engine) as connection:
        found = pending(connection, SITE, date(2025, 9, day)).reminders
    return [(one.row.id, one.step) for one in found]


def test_only_what_a_unit_has_still_to_mend_is_reminded_of(engine: Engine) -> None:
    notified(engine)
    assert steps(engine, 4) == []
    assert steps(engine, 5) == [(1, "before")]
    assert steps(engine, 10) == [(1, "today")]
    assert steps(engine, 11) == [(1, "late-0")]


def test_each_recipient_is_told_each_step_once(engine: Engine) -> None:
    notified(engine)
    first, second = recipient_of("json://a"), recipient_of("json://b")

    def new(day: int, who: str) -> tuple[Reminder, ...]:
        with reading(engine) as connection:
            there = pending(connection, SITE, date(2025, 9, day)).reminders
            return untold(connection, "s", who, there)

    assert [one.step for one in new(5, first)] == ["before"]
    for _ in range(2):
        with writing(engine) as connection:
            note_told(connection, "s", first, new(5, first) or (), NOW)
    assert new(5, first) == new(8, first) == ()
    assert [one.step for one in new(5, second)] == ["before"]
    assert [one.step for one in new(10, first)] == ["today"]
    with writing(engine) as connection:
        move(connection, SITE, [1], "notified", who=WHO, why="延期", at=NOW, due=date(2025, 9, 12))
    assert [one.step for one in new(9, first)] == ["before"]  # another deadline
