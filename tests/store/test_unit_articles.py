"""What a unit published, what of it stands in the ledger, and one article, as the database tells it."""

from datetime import date

from sqlalchemy import update

from checks.model import Finding, Severity, Span
from store import schema
from store.database import Engine, reading, writing
from store.findings import save_findings
from store.ledger import ledger_rows, move, quarter_state
from store.quarter_findings import counted_findings
from store.unit_articles import (
    QuarterCount,
    findings_by_state,
    quarter_counts,
    stored_page,
    unit_articles,
)
from tests.quarters import SINCE, SITE, TODAY, UNTIL, at, fill, publish


def test_a_units_articles_come_newest_first_by_the_page(engine: Engine) -> None:
    days = [date(2025, 6, 30), SINCE, date(2025, 8, 5), date(2025, 9, 30), UNTIL]
    with writing(engine) as connection:
        publish(connection, "tuotuo", *days)
        publish(connection, "caizheng", SINCE)
        a = schema.articles
        first = f"http://a.cn/gzdt/tuotuo-{SINCE}-1.htm"
        again = f"http://a.cn/gzdt/tuotuo-{days[2]}-2.htm"
        connection.execute(update(a).where(a.c.url == again).values(repeats=first))
        connection.execute(update(a).where(a.c.url == first).values(title="身份证11010519491231002X"))  # fmt: skip
        found = Finding("typos", Severity.WARNING, 0, Span(0, 1), "t", "", "", "", "m", again, "tuotuo")  # fmt: skip
        save_findings(connection, "s", {again: [found]}, now=at(TODAY), lists_hash="L")
    with reading(engine) as connection:
        rows, total = unit_articles(connection, "s", "tuotuo", since=SINCE, until=UNTIL)
        pages = [
            unit_articles(connection, "s", "tuotuo", since=SINCE, until=UNTIL, offset=n, most=2)
            for n in (0, 2)
        ]
        every, number = unit_articles(connection, "s", "tuotuo")
    assert [one.published for one in rows] == [days[3], days[2], days[1]]
    assert total == 3
    assert [one for page, _ in pages for one in page] == rows
    assert ([one.published for one in every], number) == (days[::-1], 5)
    assert (rows[1].repeats, rows[1].findings, rows[1].columns) == (first, 1, ("gzdt",))
    assert rows[2].title == "身份证110105********002X"


def test_a_units_numbers_are_counted_by_calendar_quarter(engine: Engine) -> None:
    with writing(engine) as connection:
        publish(connection, "tuotuo", date(2024, 12, 31), date(2025, 1, 1), date(2025, 6, 30), SINCE, date(2025, 9, 30), UNTIL)  # fmt: skip
        publish(connection, "caizheng", SINCE)
        a = schema.articles
        mine = (a.c.unit == "tuotuo") & (a.c.published == SINCE)
        connection.execute(update(a).where(mine).values(reprinted=True))
    with reading(engine) as connection:
        assert quarter_counts(connection, "s", "tuotuo", date(2025, 1, 1), UNTIL) == [
            QuarterCount(date(2025, 1, 1), 1, 0),
            QuarterCount(date(2025, 4, 1), 1, 0),
            QuarterCount(SINCE, 1, 1),
        ]


def test_a_units_findings_are_counted_by_state(engine: Engine) -> None:
    with writing(engine) as connection:
        fill(connection)
    with reading(engine) as connection:
        assert findings_by_state(connection, "s", "minzheng", TODAY) == ({"notified": 2, "closed": 1}, 2)  # fmt: skip
        assert findings_by_state(connection, "s", "minzheng", date(2025, 9, 29)) == ({"notified": 2, "closed": 1}, 0)  # fmt: skip
        assert findings_by_state(connection, "s", "tuotuo", TODAY) == ({"open": 1, "confirmed": 1}, 0)  # fmt: skip
        assert findings_by_state(connection, "s", "nobody", TODAY) == ({}, 0)


def test_a_quarters_findings_are_those_of_the_ledger(engine: Engine) -> None:
    with writing(engine) as connection:
        fill(connection)
        ids = [row.id for row in ledger_rows(connection, SITE, TODAY, unit="minzheng")]
        for number, state in (
            (ids[0], "dismissed"),
            (ids[1], "dismissed"),
            (ids[1], "open"),
            (ids[1], "confirmed"),
        ):
            move(connection, SITE, [number], state, who="王丽", why="引文", at=at(TODAY, 6))
    quarters = [(date(2025, 4, 1), SINCE), (SINCE, UNTIL), (UNTIL, date(2026, 1, 1))]
    with reading(engine) as connection:
        for since, until in quarters:
            told = quarter_state(connection, SITE, since, until, TODAY)
            wanted = [
                (row.finding.unit, row.finding.severity, [(e.at, e.after, e.evidence) for e in row.events])
                for row in told
            ]  # fmt: skip
            counted = counted_findings(connection, SITE, since, until)
            assert [
                (one.unit, one.severity, [(e.at, e.after, e.evidence) for e in one.events])
                for one in counted
            ] == wanted
            assert wanted


def test_a_page_that_is_not_stored_is_none(engine: Engine) -> None:
    with writing(engine) as connection:
        publish(connection, "tuotuo", SINCE)
    url = f"http://a.cn/gzdt/tuotuo-{SINCE}-0.htm"
    with reading(engine) as connection:
        assert stored_page(connection, "s", "http://a.cn/none.htm") is None
        assert stored_page(connection, "other", url) is None
        page = stored_page(connection, "s", url)
    assert page is not None
    assert (page.article.unit, page.first_seen, page.findings, page.repeats) == ("tuotuo", TODAY, (), "")  # fmt: skip
