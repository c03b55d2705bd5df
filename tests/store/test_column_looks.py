"""How columns stood when they were last looked at, and day by day, as the database tells it."""

from datetime import date, datetime

from checks.model import Unchecked
from store.articles import Tally
from store.column_looks import Look, column_history, last_looks
from store.database import Engine, reading, writing
from store.nights import finish_night, start_night
from tests.quarters import SINCE, UNTIL, at, verdict


def ended(engine: Engine, day: date, hour: int, *unchecked: Unchecked) -> None:
    with writing(engine) as connection:
        night = start_night(connection, "s", day, at(day, hour))
        finish_night(
            connection, night, at=at(day, hour), requests=1, tally=Tally(), unchecked=unchecked, lanes={}
        )  # fmt: skip


def test_an_empty_database_tells_of_no_column(engine: Engine) -> None:
    with reading(engine) as connection:
        assert last_looks(connection, "s") == {}
        assert column_history(connection, "s", "gzdt", SINCE, UNTIL) == []


def test_the_last_look_of_a_period_counts_with_what_its_day_could_not_tell(engine: Engine) -> None:
    first, last, after = date(2025, 8, 1), date(2025, 9, 30), date(2025, 10, 1)
    with writing(engine) as connection:
        verdict(connection, "gzdt", first, "ok")
        verdict(connection, "gzdt", last, "incomplete", missing=[("进度", "tuotuo"), ("政策", "")])
        verdict(connection, "gzdt", after, "unread", why="timeout 没有打开")
        verdict(connection, "qxfw", first, "ok")
    ended(engine, last, 3, Unchecked("甲", "dns"), Unchecked("乙", "dns"))
    ended(engine, last, 5, Unchecked("甲", "timeout"))
    with writing(engine) as connection:
        start_night(connection, "s", first, at(first))  # never ended
        start_night(connection, "other", last, at(last))
    missing = frozenset({("进度", "tuotuo"), ("政策", "")})
    stood = Look(
        "gzdt", last, "incomplete", None, 1, missing, "", whole=True,
        untold={"甲": "timeout", "乙": "dns"}, at=datetime(2025, 9, 30, 5),  # noqa: DTZ001 - as it is stored
    )  # fmt: skip
    old = Look("qxfw", first, "ok", None, 1, frozenset(), "", whole=True)
    with reading(engine) as connection:
        assert last_looks(connection, "s", since=SINCE, until=UNTIL) == {"gzdt": stood, "qxfw": old}
        assert last_looks(connection, "s")["gzdt"].why == "timeout 没有打开"
        assert last_looks(connection, "s", since=UNTIL).keys() == {"gzdt"}
        assert last_looks(connection, "other") == {}
    assert stood.stood.untold == frozenset({"甲", "乙"})
    assert old.stood.untold is None


def test_a_columns_history_is_of_its_days_alone_oldest_first(engine: Engine) -> None:
    days = [date(2025, 6, 30), SINCE, date(2025, 9, 30), UNTIL]
    with writing(engine) as connection:
        for day in reversed(days):
            verdict(connection, "gzdt", day, "stale")
        verdict(connection, "qxfw", SINCE, "ok")
    with reading(engine) as connection:
        history = column_history(connection, "s", "gzdt", SINCE, UNTIL)
    assert [(one.day, one.state) for one in history] == [(SINCE, "stale"), (days[2], "stale")]
