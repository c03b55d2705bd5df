"""The ledger a screen at a time: what a sieve leaves, counts that agree with it, pages that pass nothing over."""

import random
from dataclasses import replace
from datetime import date

import pytest

from checks.model import Column, Finding, Severity, Site, Span, Unit
from reports.ledger_lines import responsible
from store.database import Engine, reading, writing
from store.findings import save_findings
from store.ledger import ledger_rows, move
from store.triage import (
    ALL,
    LATE,
    Sieve,
    beside,
    by_term,
    counted,
    ledger_page,
    moved_since,
    newest_event,
    numbers_of,
    of_group,
    of_these,
    states_of,
    terms_found,
)
from tests.store.test_ledger import NIGHT, SITE, WHO, day, night

UNITS = ("nongye", "shuili", "")
WORDS = (
    ("typos", "布署", "部署"),
    ("typos", "座落", "坐落"),
    ("outdated-organs", "环保局", "生态环境局"),
)
COUNTY = Site(
    "s", "某县人民政府网", "http://a.cn/", units=(Unit("nongye", "农业农村局"), Unit("shuili", "水利局")),
    columns=(
        Column("gzdt", "工作动态", "http://a.cn/gzdt/", units=("nongye",)),
        Column("tzgg", "通知公告", "http://a.cn/tzgg/", units=("nongye", "shuili")),
    ),
)  # fmt: skip
TODAY = day(9)


def filled(engine: Engine, many: int = 60) -> None:
    """A ledger of findings in all kinds of states, the same every time."""
    chance = random.Random(7)
    for n in range(many):
        rule, match, use = WORDS[chance.randrange(3)]
        one = Finding(
            rule, Severity(chance.randrange(1, 4)), 1, Span(0, 2), match, use, f"应为“{use}”", "词典", f"m{n}",
            f"http://a.cn/{n}.htm", UNITS[chance.randrange(3)], (),
        )  # fmt: skip
        with writing(engine) as connection:
            save_findings(connection, "s", {one.url: [one]}, now=night(n % 5), lists_hash="L")
    for column in COUNTY.columns:
        stale = Finding(
            "stale-column", Severity.ERROR, 0, Span(0, 0), column.name, "", "太久", "文号", column.id, column.url,
            "", (column.id,),
        )  # fmt: skip
        with writing(engine) as connection:
            save_findings(
                connection, "s", {column.url: [stale]}, now=NIGHT, lists_hash="L", about="column", column=column.id
            )  # fmt: skip
    column = COUNTY.columns[0]  # wording that nobody's unit is known of, on a column's own page
    nobodys = Finding(
        "typos", Severity.WARNING, 0, Span(0, 2), "布署", "部署", "应为“部署”", "词典", "n", column.url, "",
        (column.id,),
    )  # fmt: skip
    with writing(engine) as connection:
        save_findings(
            connection, "s", {column.url: [nobodys]}, now=NIGHT, lists_hash="L", about="page", column=column.id
        )  # fmt: skip
    with writing(engine) as connection:

        def step(to: str, *ids: int, due: date | None = None) -> None:
            move(connection, SITE, ids, to, who=WHO, why="核对过", at=night(5), due=due)

        step("confirmed", *range(1, 31))
        step("notified", *range(1, 16), due=day(7))
        step("notified", 16, 17, due=day(20))
        step("claimed", 1, 2)
        step("closed", 3)
        step("dismissed", 40, 41)


SIEVES = [
    Sieve(), Sieve(ALL), Sieve(LATE), Sieve("open"), Sieve("gone"), Sieve(unit="nongye"), Sieve(unit="-"),
    Sieve(ALL, rule="typos"), Sieve(ALL, severity=3, unit="shuili"), Sieve(ALL, term="座落"),
    Sieve(ALL, text="环保"), Sieve(ALL, text="/12.htm"), Sieve(ALL, text="12"), Sieve(ALL, text="%"),
    Sieve(ALL, since=day(2)), Sieve(ALL, until=day(2)), Sieve(ALL, mine="shuili"), Sieve(mine="nongye", rule="typos"),
]  # fmt: skip


@pytest.mark.parametrize("sieve", SIEVES, ids=repr)
def test_what_a_sieve_leaves_is_what_the_whole_ledger_says(engine: Engine, sieve: Sieve) -> None:
    filled(engine)
    with reading(engine) as connection:
        rows = ledger_rows(connection, COUNTY, TODAY, since=sieve.since, until=sieve.until)
        wanted = [row.id for row in rows if _fits(row, sieve)]
        assert numbers_of(connection, COUNTY, TODAY, sieve) == wanted
        assert of_these(connection, COUNTY, TODAY, sieve, range(-5, 100)) == wanted
        paged: list[int] = []
        start: int | None = 0
        while start is not None:
            page = ledger_page(connection, COUNTY, TODAY, sieve, start=start, size=7)
            assert (page.total, page.before) == (len(wanted), len(paged))
            assert page.previous == (paged[-7:][0] if paged else None)
            paged += page.numbers
            start = page.next
        assert paged == wanted
        groups, several = by_term(connection, COUNTY, TODAY, sieve)
        assert (sum(one.count for one in groups), len(groups)) == (len(wanted), several)
        for one in groups:
            own = numbers_of(connection, COUNTY, TODAY, of_group(sieve, one.rule, one.term))
            assert (len(own), own[0]) == (one.count, one.first)


def _fits(row: object, sieve: Sieve) -> bool:
    from store.ledger import LedgerRow
    from store.states import STANDING

    assert isinstance(row, LedgerRow)
    one = row.finding
    state = {"": row.state in STANDING, ALL: True, LATE: row.overdue}.get(
        sieve.state, row.state == sieve.state
    )
    unit = {"": True, "-": one.unit == ""}.get(sieve.unit, one.unit == sieve.unit)
    mine = not sieve.mine or sieve.mine in responsible(one, COUNTY)
    said = not sieve.text or str(row.id) == sieve.text or any(
        sieve.text in piece for piece in (one.match, one.message, one.url)
    )  # fmt: skip
    return (
        state and unit and mine and said
        and sieve.rule in ("", one.rule) and sieve.term in ("", one.match)
        and sieve.severity in (None, one.severity)
    )  # fmt: skip


@pytest.mark.parametrize("sieve", SIEVES, ids=repr)
def test_each_choice_leaves_as_many_as_it_says(engine: Engine, sieve: Sieve) -> None:
    filled(engine)

    def total(other: Sieve) -> int:
        return ledger_page(connection, COUNTY, TODAY, other).total

    with reading(engine) as connection:
        said = counted(connection, COUNTY, TODAY, sieve)
        for state in ("", ALL, LATE, "open", "closed"):
            assert said.states.get(state, 0) == total(replace(sieve, state=state))
        for unit in ("nongye", "shuili", "-"):
            assert said.units.get(unit, 0) == total(replace(sieve, unit=unit))
        for rule in ("typos", "stale-column"):
            assert said.rules.get(rule, 0) == total(replace(sieve, rule=rule))
        for severity in Severity:
            assert said.severities.get(severity, 0) == total(replace(sieve, severity=severity))


def test_an_articles_title_is_searched(engine: Engine) -> None:
    from tests.store.test_ledger import finding, read

    read(engine, 0, finding())
    with reading(engine) as connection:
        assert numbers_of(connection, SITE, TODAY, Sieve(text="动态一则")) == [1]
        assert numbers_of(connection, SITE, TODAY, Sieve(text="动态二则")) == []
        assert numbers_of(connection, SITE, TODAY, Sieve(text="HTTP://A.CN")) == [1]


def test_what_somebody_moved_meanwhile_is_known(engine: Engine) -> None:
    filled(engine)
    with reading(engine) as connection:
        seen = newest_event(connection, "s")
        assert moved_since(connection, "s", [1, 2, 3], seen) == []
    with writing(engine) as connection:
        move(connection, SITE, [31], "confirmed", who="李四", why="", at=night(6))
        move(connection, SITE, [31, 32], "dismissed", who="王五", why="引文", at=night(6))
    with reading(engine) as connection:
        moved = moved_since(connection, "s", [32, 31, 33], seen)
        assert [(one.number, one.who, one.state) for one in moved] == [
            (31, "王五", "dismissed"), (32, "王五", "dismissed"),
        ]  # fmt: skip
        assert moved_since(connection, "other", [31], seen) == []
        assert newest_event(connection, "other") == 0


def test_the_next_finding_is_the_one_after_else_the_one_before(engine: Engine) -> None:
    filled(engine)
    with reading(engine) as connection:
        left = numbers_of(connection, COUNTY, TODAY, Sieve("open"))
        assert beside(connection, COUNTY, TODAY, Sieve("open"), 3) == left[0]
        assert beside(connection, COUNTY, TODAY, Sieve("open"), left[0]) == left[1]
        assert beside(connection, COUNTY, TODAY, Sieve("open"), left[-1]) == left[-2]
        assert beside(connection, COUNTY, TODAY, Sieve("failed"), 3) is None
        assert states_of(connection, "s", [1, 2, 3, 40]) == {
            "claimed": 2,
            "closed": 1,
            "dismissed": 1,
        }


def test_what_a_list_found_is_told_by_wording_and_state(engine: Engine) -> None:
    filled(engine)
    with reading(engine) as connection:
        rows = [
            row for row in ledger_rows(connection, COUNTY, TODAY) if row.finding.match == "布署"
        ]
        found = terms_found(connection, COUNTY, "typos", "部署")
        assert {match: sum(states.values()) for match, states in found.items()} == {
            "布署": len(rows)
        }
        mine = terms_found(connection, COUNTY, "typos", "部署", mine="shuili")
        own = [row for row in rows if row.finding.unit == "shuili"]
        assert sum(mine["布署"].values()) == len(own)
