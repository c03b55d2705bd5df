"""How far a period was looked at, as the database tells it."""

from datetime import date

from checks.model import Entry, Unchecked
from store.articles import Tally
from store.database import Engine, reading, writing
from store.nights import finish_night, start_night
from store.ranking import ColumnDay, Coverage, column_days, coverage
from store.visits import Answer, save_answers, want
from store.walks import save_entries
from tests.quarters import SINCE, UNTIL, at, night, verdict


def test_an_empty_database_covers_nothing(engine: Engine) -> None:
    with reading(engine) as connection:
        assert coverage(connection, "s", SINCE, UNTIL) == Coverage(None, {}, {})
        assert column_days(connection, "s", SINCE, UNTIL) == {}


def test_coverage_is_of_nights_that_ended_and_walks_without_a_gap(engine: Engine) -> None:
    days = {1: date(2025, 6, 30), 2: SINCE, 3: date(2025, 9, 30), 4: UNTIL, 5: None, 6: SINCE}
    with writing(engine) as connection:
        start_night(connection, "s", date(2025, 6, 1), at(date(2025, 6, 1)))
        night(connection, date(2025, 7, 5), "gzdt")
        night(connection, date(2025, 10, 2), "qxfw")
        for number, day in days.items():
            url = f"http://a.cn/{number}.htm"
            want(connection, "s", [(url, "new", "")])
            save_entries(connection, "s", [Entry("gzdt", url, "题", day)], day=UNTIL)
        read = [
            Answer("http://a.cn/6.htm", "read"),
            Answer("http://a.cn/3.htm", "unread", "timeout"),
        ]
        save_answers(connection, "s", read, UNTIL)
    with reading(engine) as connection:
        assert coverage(connection, "s", SINCE, UNTIL) == Coverage(
            date(2025, 7, 5),
            {"gzdt": date(2025, 7, 5), "qxfw": date(2025, 10, 2)},
            {"gzdt": frozenset(f"http://a.cn/{n}.htm" for n in (2, 3, 5))},
        )


def test_the_last_look_of_the_period_tells_how_a_column_stood(engine: Engine) -> None:
    with writing(engine) as connection:
        for day in (date(2025, 6, 30), date(2025, 9, 29), date(2025, 9, 30), UNTIL):
            verdict(connection, "gzdt", day, "incomplete", missing=[("进度", "tuotuo")])
        verdict(connection, "qxfw", date(2025, 9, 29), "unread", why="timeout")
        number = start_night(connection, "s", date(2025, 9, 30), at(date(2025, 9, 30)))
        told = [Unchecked("栏目 工作动态: 是否公开“政策”", "timeout")]
        finish_night(connection, number, at=at(date(2025, 9, 30)), requests=1, tally=Tally(), unchecked=told, lanes={})  # fmt: skip
        start_night(connection, "s", date(2025, 9, 29), at(date(2025, 9, 29)))
    with reading(engine) as connection:
        assert column_days(connection, "s", SINCE, UNTIL) == {
            "gzdt": ColumnDay(
                "incomplete", date(2025, 9, 30), frozenset({("进度", "tuotuo")}),
                frozenset({"栏目 工作动态: 是否公开“政策”"}),
            ),
            "qxfw": ColumnDay("unread", date(2025, 9, 29), frozenset(), None),
        }  # fmt: skip
