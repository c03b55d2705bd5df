"""What the first page is told, on both databases: since a day, by unit, week by week."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert

from checks.model import Finding, Severity, Site, Span, Unchecked, Unit
from store import schema
from store.articles import Tally
from store.database import Connection, Engine, open_database, reading, writing
from store.findings import save_findings
from store.front_page import (
    Changes,
    Deadline,
    NightRow,
    changes,
    due_between,
    last_nights,
    of_unit,
    opened_since,
    overdue,
    published_in,
    standing_at,
)
from store.ledger import ledger_rows, move
from store.nights import finish_night, start_night
from store.upsert import upsert

SITE = Site("a", "甲", "http://a.example/", units=(Unit("u1", "甲局"), Unit("u2", "乙局")))
DAY = date(2025, 9, 30)
NOON = datetime(2025, 9, 30, 4, tzinfo=UTC)


def finding(mark: str, unit: str = "u1", severity: Severity = Severity.WARNING) -> Finding:
    return Finding(
        "typos", severity, 0, Span(0, 2), mark, "部署", f"错别字{mark}", "词典", mark, f"http://a.example/{mark}",
        unit,
    )  # fmt: skip


def found(connection: Connection, at: datetime, marks: Mapping[str, tuple[Finding, ...]]) -> None:
    urls = {f"http://a.example/{mark}": some for mark, some in marks.items()}
    save_findings(connection, "a", urls, now=at, lists_hash="x")


def article(connection: Connection, name: str, unit: str, published: date | None, first: date, **more: object) -> None:  # fmt: skip
    row = {
        "site": "a", "url": f"http://a.example/{name}", "title": name, "published": published, "source": "",
        "unit": unit, "reprinted": False, "parts": "[]", "text_hash": name, "rungs": "{}", "first_seen": first,
        "last_seen": first, "checked_at": NOON.replace(tzinfo=None), "lists_hash": "x", "etag": "",
        "modified": "",
    }  # fmt: skip
    connection.execute(insert(schema.articles).values(row | more))
    day = DAY if more else first
    visit(connection, name, state="live", asked=day, answered=day, failed=0)


def visit(connection: Connection, name: str, **more: object) -> None:
    row = {
        "site": "a", "url": f"http://a.example/{name}", "state": "deleted", "failed": 2, "why": "", "etag": "",
        "modified": "", "body_hash": "",
    }  # fmt: skip
    upsert(connection, schema.visits, [row | more], key=("site", "url"))


def test_changes_since_a_day_are_counted_by_unit(engine: Engine) -> None:
    before = DAY - timedelta(1)
    edited = NOON.replace(tzinfo=None)
    with writing(engine) as connection:
        article(connection, "1", "u1", DAY, DAY)
        article(connection, "2", "u2", DAY, before)
        article(connection, "3", "u1", DAY, before - timedelta(1), text_since=edited)
        article(connection, "4", "u1", DAY, before - timedelta(9))
        connection.execute(
            insert(schema.versions).values(
                site="a", url="http://a.example/3", number=1, title="", text_hash="", parts=b"", first_seen=edited,
                last_seen=edited,
            )
        )  # fmt: skip
        for name, asked, failed in (("4", DAY, 2), ("9", DAY, 2), ("8", DAY, 3), ("7", before - timedelta(1), 2)):  # fmt: skip
            visit(connection, name, asked=asked, failed=failed)
        old = NOON - timedelta(days=3)
        found(connection, old, {"f1": (finding("f1"),), "f2": (finding("f2", "u2"),)})
        found(connection, NOON - timedelta(days=2), {"f2": ()})
        found(connection, NOON, {"f1": (), "f2": (finding("f2", "u2"),), "f3": (finding("f3"),)})
        found(connection, NOON + timedelta(hours=1), {"f3": ()})
        found(connection, NOON + timedelta(hours=2), {"f3": (finding("f3"),)})
    with reading(engine) as connection:
        assert changes(connection, SITE, before) == Changes(2, 1, 2, 1, 2, 2)
        assert changes(connection, SITE, before, "u1") == Changes(1, 1, 1, 1, 1, 2)
        assert changes(connection, SITE, DAY + timedelta(1)) == Changes(0, 0, 0, 0, 0, 0)
        assert of_unit(
            connection, "a", "u1", ["http://a.example/1", "http://a.example/2", "x"]
        ) == {"http://a.example/1"}


def test_the_weightiest_of_what_was_opened_comes_first_and_what_is_over_is_left_out(engine: Engine) -> None:  # fmt: skip
    with writing(engine) as connection:
        many = {
            "f1": (finding("f1", severity=Severity.SUGGESTION),), "f2": (finding("f2", "u2", Severity.ERROR),),
            "f3": (finding("f3"),), "f4": (finding("f4"),),
        }  # fmt: skip
        found(connection, NOON - timedelta(hours=1), many)
        found(connection, NOON, {"f3": (), "f4": ()})
        found(connection, NOON + timedelta(hours=1), {"f4": (finding("f4"),)})
    with reading(engine) as connection:
        told = opened_since(connection, SITE, DAY, most=9)
        assert [(one.match, one.unit, one.again) for one in told] == [
            ("f2", "u2", False), ("f4", "u1", True), ("f1", "u1", False),
        ]  # fmt: skip
        assert [one.match for one in opened_since(connection, SITE, DAY, "u1", most=1)] == ["f4"]


def test_deadlines_past_and_near(engine: Engine) -> None:
    with writing(engine) as connection:
        marks = {f"f{n}": (finding(f"f{n}", "u2" if n == 5 else "u1"),) for n in range(1, 7)}
        found(connection, NOON - timedelta(days=9), marks)
        ids = [row.id for row in ledger_rows(connection, SITE, DAY)]
        at = NOON - timedelta(days=8)
        move(connection, SITE, ids, "confirmed", who="甲", why="", at=at)
        for number, due in zip(ids, (-2, -1, 0, 3, 3, 4), strict=True):
            move(connection, SITE, [number], "notified", who="甲", why="", at=at, due=DAY + timedelta(due))  # fmt: skip
        move(connection, SITE, ids[:1], "closed", who="甲", why="改了", at=at)
    with reading(engine) as connection:
        assert overdue(connection, SITE, DAY) == [Deadline("u1", DAY - timedelta(1), 1)]
        assert overdue(connection, SITE, DAY, "u2") == []
        assert due_between(connection, SITE, DAY, DAY + timedelta(3)) == [
            Deadline("u1", DAY, 1),
            Deadline("u1", DAY + timedelta(3), 1),
            Deadline("u2", DAY + timedelta(3), 1),
        ]


def test_the_last_night_that_ended_and_the_one_that_did_not(engine: Engine) -> None:
    with reading(engine) as connection:
        assert last_nights(connection, "a") == (None, None)
    began, at = NOON.replace(tzinfo=None), (NOON + timedelta(hours=1)).replace(tzinfo=None)
    told = (Unchecked("栏目 甲", "timeout 未打开"),)
    with writing(engine) as connection:
        night = start_night(connection, "a", DAY, NOON)
        finish_night(
            connection, night, at=at, requests=1, tally=Tally(), unchecked=told, lanes={}
        )  # fmt: skip
        audit = start_night(connection, "a", DAY, NOON, "audit")
        finish_night(connection, audit, at=at, requests=1, tally=Tally(), unchecked=(), lanes={})
    with reading(engine) as connection:
        assert last_nights(connection, "a") == (NightRow(DAY, began, at, told), None)
    with writing(engine) as connection:
        start_night(connection, "a", DAY + timedelta(1), NOON + timedelta(days=1))
    with reading(engine) as connection:
        assert last_nights(connection, "a") == (
            NightRow(DAY, began, at, told),
            NightRow(DAY + timedelta(1), began + timedelta(days=1), None),
        )


def test_weeks_of_publishing(engine: Engine) -> None:
    weeks = [date(2025, 9, 15), date(2025, 9, 22)]
    days = (date(2025, 9, 14), weeks[0], date(2025, 9, 21), weeks[1], date(2025, 9, 28), date(2025, 9, 29), None)  # fmt: skip
    with writing(engine) as connection:
        for n, day in enumerate(days):
            article(connection, str(n), "u2" if n == 1 else "u1", day, DAY)
    with reading(engine) as connection:
        assert published_in(connection, "a", weeks) == [2, 2]
        assert published_in(connection, "a", weeks, "u1") == [1, 2]
        assert published_in(connection, "a", []) == []


def test_a_day_begins_at_the_site(engine: Engine) -> None:
    """30 September begins there at 16:00 UTC of the 29th."""
    with writing(engine) as connection:
        found(connection, datetime(2025, 9, 29, 15, 59, tzinfo=UTC), {"f1": (finding("f1"),)})
        found(connection, datetime(2025, 9, 29, 16, 0, tzinfo=UTC), {"f2": (finding("f2"),)})
    with reading(engine) as connection:
        assert standing_at(connection, SITE, [DAY, DAY + timedelta(1)]) == [1, 2]
        assert changes(connection, SITE, DAY).opened == 1


STEPS = st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=20)


@given(STEPS)
def test_standing_counted_backwards_is_what_stood_then(steps: list[tuple[int, bool]]) -> None:
    """Found or not found, one finding a day: what stood each morning is what the days before left."""
    engine = open_database("sqlite://")
    stands: set[int] = set()
    mornings = []
    try:
        for n, (which, is_found) in enumerate(steps):
            mornings.append(len(stands))
            with writing(engine) as connection:
                some = (finding(f"f{which}"),) if is_found else ()
                found(connection, NOON + timedelta(days=n), {f"f{which}": some})
            stands = stands | {which} if is_found else stands - {which}
        days = [DAY + timedelta(n) for n in range(len(steps) + 1)]
        with reading(engine) as connection:
            assert standing_at(connection, SITE, days) == [*mornings, len(stands)]
            assert standing_at(connection, SITE, days, "u2") == [0] * len(days)
    finally:
        engine.dispose()


@pytest.mark.parametrize("days", [[], [DAY]])
def test_nothing_stands_in_an_empty_store(engine: Engine, days: list[date]) -> None:
    with reading(engine) as connection:
        assert standing_at(connection, SITE, days) == [0] * len(days)
