"""Two years of nights and of people's work, drawn at random: what holds of the ledger whatever happens.

No finding is lost, none is closed that nobody looked at, the chain is whole, the events alone give every
finding's state, the same input twice gives no event.
"""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import func, select

from checks.model import BadInput, Finding, Severity, Site, Span
from checks.wordlist import Term, Wordlist, lists_hash
from store import schema
from store.chain import DUE, UNTIL, day_set, last_hash
from store.database import Engine, open_database, reading, writing
from store.findings import leave_deleted, open_findings, save_findings
from store.ledger import ledger_rows, move, verify_chain
from store.list_sets import save_list_set
from store.states import LABELS, STANDING, STEPS, SYSTEM

SITE = Site("s", "某县人民政府网", "http://a.cn/")
START = datetime(2024, 1, 1, 18, 0)  # noqa: DTZ001  - as it is stored
QUARTER = 91
#: Findings a page may have; each is found by the lists whose number does not divide by the finding's.
MARKS = 6
F, E = schema.findings, schema.finding_events


@dataclass(frozen=True)
class Look:
    """What the program looked at at one instant: what each page had, when it was fetched (None: stored text)."""

    found: dict[str, set[str]]
    fetched: datetime | None
    age: int
    deleted: frozenset[str] = frozenset()


@dataclass
class County:
    """Pages that change, lists that change, an office at work; `looks` are the program's, by instant."""

    engine: Engine
    draw: Random
    pages: int
    wrong: dict[str, set[int]] = field(default_factory=dict)
    stored: dict[str, set[int]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    looks: dict[datetime, Look] = field(default_factory=dict)
    lists: list[str] = field(default_factory=list)
    age: int = 0
    now: datetime = START
    opened: int = 0
    closed: int = 0
    refused: list[str] = field(default_factory=list)

    # -- the world ------------------------------------------------------------------------

    def turn(self, days: int) -> None:
        """Time passes: some pages get new faults, some are mended, a few are gone or come back."""
        self.now += timedelta(days=days)
        for _ in range(self.pages // 12):
            url = self.url(self.draw.randrange(self.pages))
            marks = self.wrong.setdefault(url, set())
            if marks and self.draw.random() < 0.4:
                marks.discard(self.draw.choice(sorted(marks)))
            else:
                marks |= set(self.draw.sample(range(MARKS), 2))
            if self.draw.random() < 0.02:
                self.gone ^= {url}

    def url(self, number: int) -> str:
        return f"http://a.cn/{number}.htm"

    def change_list(self) -> None:
        """A new list comes into force, or an older one is put back."""
        if not self.lists or self.draw.random() < 0.7:
            self.age = len(self.lists)
            lists = (Wordlist("l", "词表", Severity.WARNING, "", "", (Term(str(self.age), "x"),)),)
            self.lists.append(lists_hash(lists))
            with writing(self.engine) as connection:
                save_list_set(connection, "s", lists, "g", reading_at=self.now.replace(tzinfo=UTC))
        else:
            self.age = self.draw.randrange(len(self.lists))

    def finds(self, url: str, marks: Iterable[int]) -> list[Finding]:
        return [
            Finding("l", Severity.WARNING, 0, Span(0, 1), f"{n}", "", "", "", f"{url}#{n}", url, f"u{n}")
            for n in sorted(marks)
            if (self.age + 1) % (n + 2)
        ]  # fmt: skip

    # -- the program ----------------------------------------------------------------------

    def look(self, urls: Iterable[str], *, anew: bool = True, late: bool = True) -> None:
        """Read these pages and judge them; not `anew`: judge again what was stored of them.

        `late`: what is saved may have been fetched before the office's last steps.
        """
        here = [url for url in urls if url not in self.gone and (anew or url in self.stored)]
        for url in here if anew else ():
            self.stored[url] = set(self.wrong.get(url, ()))
        found = {url: self.finds(url, self.stored[url]) for url in here}
        self._save(found, anew=anew, late=late)

    def _save(self, found: dict[str, list[Finding]], *, anew: bool, late: bool) -> None:
        self.now += timedelta(seconds=1)
        fetched = self.now - timedelta(seconds=self.draw.choice((0, 1, 30)) if late else 0)
        marks = {url: {one.fingerprint for one in many} for url, many in found.items()}
        self.looks[self.now] = Look(marks, fetched if anew else None, self.age)
        with writing(self.engine) as connection:
            opened, closed = save_findings(
                connection, "s", found, now=self.now, lists_hash=self.lists[self.age], day=self.now.date(),
                anew=anew, fetched=dict.fromkeys(found, fetched) if anew else None,
            )  # fmt: skip
        self.opened, self.closed = self.opened + opened, self.closed + closed

    def delete(self) -> None:
        self.now += timedelta(seconds=1)
        gone = frozenset(self.draw.sample(sorted(self.gone), len(self.gone) // 2))
        self.looks[self.now] = Look({}, None, self.age, gone)
        with writing(self.engine) as connection:
            leave_deleted(connection, "s", sorted(gone), now=self.now)

    def again(self, urls: list[str]) -> None:
        """The same input twice: not one event."""
        self.look(urls, late=False)
        with reading(self.engine) as connection:
            before = last_hash(connection, "s")
        self.look(urls, late=False)
        self.look(urls, anew=False)
        with reading(self.engine) as connection:
            assert last_hash(connection, "s") == before

    # -- the office -----------------------------------------------------------------------

    def work(self, steps: int) -> None:
        """People take steps, allowed or not; what is not allowed changes nothing."""
        with reading(self.engine) as connection:
            ids = list(connection.scalars(select(F.c.id)))
        for _ in range(steps if ids else 0):
            self.now += timedelta(seconds=2)
            to = self.draw.choice(list(STEPS))
            some = self.draw.sample(ids, min(len(ids), self.draw.choice((1, 1, 5))))
            soon = self.now.date() + timedelta(days=self.draw.randrange(1, 120))
            try:
                with writing(self.engine) as connection:
                    move(
                        connection, SITE, some, to, who="张三", why="看过", at=self.now,
                        due=soon if to == "notified" else None, until=soon if to == "accepted" else None,
                    )  # fmt: skip
            except BadInput as error:
                self.refused += error.lines

    def useful_work(self, most: int) -> None:
        """People take steps that lead somewhere, many at a time."""
        ways = {
            "open": ("confirmed", "confirmed", "dismissed", "accepted"), "confirmed": ("notified",),
            "notified": ("claimed", "claimed", "unverifiable"), "failed": ("claimed", "notified"),
        }  # fmt: skip
        for state, then in ways.items():
            self.now += timedelta(seconds=2)
            with reading(self.engine) as connection:
                ids = list(connection.scalars(select(F.c.id).where(F.c.state == state)))
            to = self.draw.choice(then)
            soon = self.now.date() + timedelta(days=self.draw.randrange(1, 60))
            with writing(self.engine) as connection:
                move(
                    connection, SITE, self.draw.sample(ids, min(most, len(ids))), to, who="李四", why="核对过",
                    at=self.now, due=soon if to == "notified" else None,
                    until=soon if to == "accepted" else None,
                )  # fmt: skip


def two_years(engine: Engine, *, pages: int, nights: int, seed: int) -> County:
    """`nights` nights over eight quarters."""
    county = County(engine, Random(seed), pages)
    every = 8 * QUARTER // nights
    everything = [county.url(number) for number in range(pages)]
    for night in range(nights):
        if night % (nights // 6) == 0:
            county.change_list()
            county.look(everything, anew=False)
        county.turn(every)
        some = county.draw.sample(everything, pages // 4)
        county.look(some[: pages // 8])
        county.useful_work(pages // 20)
        county.look(some[pages // 8 :])
        if night % 7 == 3:
            county.delete()
        if night % 5 == 1:
            county.look(some, anew=False)
        county.useful_work(pages // 20)
        county.work(6)
        if night % 9 == 4:
            county.again(some[: pages // 10])
    return county


# -- what holds --------------------------------------------------------------------------------------


def events_of(engine: Engine) -> list[Any]:
    with reading(engine) as connection:
        chosen = select(E, F.c.fingerprint, F.c.url).join(F, F.c.id == E.c.finding_id)
        return list(connection.execute(chosen.order_by(E.c.id)))


def no_finding_is_lost(county: County) -> None:
    ever = {
        mark for look in county.looks.values() for marks in look.found.values() for mark in marks
    }
    with reading(county.engine) as connection:
        assert set(connection.scalars(select(F.c.fingerprint))) == ever


def every_step_of_the_program_was_seen(county: County, events: list[Any]) -> None:
    """Each against the look it was taken at: found, not found, fetched, with which lists."""
    claimed: dict[int, datetime] = {}
    until: dict[int, date] = {}
    found_by: dict[str, int] = {}
    told = iter(sorted(county.looks.items()))
    ahead = next(told, None)
    for one in events:
        while ahead and ahead[0] < one.at:
            for marks in ahead[1].found.values():
                for mark in marks:
                    found_by[mark] = min(found_by.get(mark, ahead[1].age), ahead[1].age)
            ahead = next(told, None)
        if one.to_state == "claimed":
            claimed[one.finding_id] = one.at
        if one.to_state == "accepted":
            until[one.finding_id] = day_set(UNTIL, one.evidence) or date.max
        if one.who != SYSTEM:
            assert one.from_state in STEPS[one.to_state]
            continue
        look = county.looks[one.at]
        here = look.found.get(one.url)
        expired = one.from_state == "accepted" and until[one.finding_id] < one.at.date()
        if one.to_state == "deleted":
            assert one.url in look.deleted and one.from_state in STANDING
            continue
        assert here is not None
        if one.to_state == "open":
            assert one.fingerprint in here
            assert expired or one.from_state in ("", "closed", "deleted", "unverifiable")
            found_by[one.fingerprint] = look.age
        elif one.to_state == "failed":
            assert one.fingerprint in here and one.from_state == "claimed"
            assert look.fetched and claimed[one.finding_id] < look.fetched
        else:
            assert one.to_state == "closed" and one.fingerprint not in here
            assert expired or one.from_state in (*STANDING, "unverifiable")
            assert look.fetched or one.from_state == "open"
            assert look.age >= found_by[one.fingerprint]


def events_alone_give_every_state(county: County, events: list[Any]) -> None:
    """Played from nothing: state, how often it came back, deadline, day it is left alone until, reason."""
    played: dict[int, dict[str, Any]] = {}
    for one in events:
        row = played.setdefault(
            one.finding_id,
            {"state": "", "times": 0, "due": None, "until": None, "reason": "", "closed": None},
        )
        assert row["state"] == one.from_state
        row["state"] = one.to_state
        if one.to_state == "notified":
            row["due"] = day_set(DUE, one.evidence)
        if one.to_state == "open" and one.from_state:
            row["due"] = None
            row["times"] += one.who == SYSTEM
        by_people = one.who != SYSTEM
        if by_people or one.to_state == "open":
            row["until"] = day_set(UNTIL, one.evidence) if one.to_state == "accepted" else None
        if by_people and one.to_state in ("dismissed", "accepted", "unverifiable"):
            row["reason"] = one.why
        elif (by_people and one.to_state != "closed") or one.to_state == "open":
            row["reason"] = ""
        if one.to_state in ("open", "closed") or by_people:
            row["closed"] = one.at if one.to_state == "closed" else None
    with reading(county.engine) as connection:
        rows = connection.execute(
            select(F.c.id, F.c.state, F.c.times, F.c.due, F.c.until, F.c.reason, F.c.closed)
        )
        kept = {row.id: dict(row._mapping) for row in rows}
    for id, row in kept.items():
        assert {name: value for name, value in row.items() if name != "id"} == played[id]


def counts_add_up(county: County, events: list[Any]) -> None:
    by_program = Counter(one.to_state for one in events if one.who == SYSTEM)
    assert (by_program["open"], by_program["closed"]) == (county.opened, county.closed)
    with reading(county.engine) as connection:
        counted = connection.execute(select(F.c.state, func.count()).group_by(F.c.state))
        states = {row[0]: row[1] for row in counted}
        total = connection.execute(select(func.count()).select_from(F)).scalar_one()
        standing = len(open_findings(connection, "s"))
        rows = ledger_rows(connection, SITE, county.now.date())
        confirmed = ledger_rows(connection, SITE, county.now.date(), confirmed=True)
    assert sum(states.values()) == total == len(rows)
    assert sum(states.get(state, 0) for state in STANDING) == standing
    last: dict[int, str] = {}
    for one in events:
        if one.to_state in ("confirmed", "dismissed"):
            last[one.finding_id] = one.to_state
    assert {row.id for row in confirmed} == {id for id, said in last.items() if said == "confirmed"}
    assert set(states) <= set(LABELS)


def a_last_look_at_everything_tells_the_truth(county: County) -> None:
    """With a new list everything is read once more: what is there stands, what is not is over."""
    county.draw = Random(1)
    while county.age != len(county.lists) - 1 or not county.lists:
        county.change_list()
    county.now += timedelta(days=200)
    county.gone.clear()
    county.look([county.url(number) for number in range(county.pages)], late=False)
    there = set().union(*list(county.looks.values())[-1].found.values())
    with reading(county.engine) as connection:
        rows = connection.execute(select(F.c.fingerprint, F.c.state))
        states = {row[0]: row[1] for row in rows}
    left = {mark: state for mark, state in states.items() if state != "dismissed"}
    assert {state for mark, state in left.items() if mark in there} <= {*STANDING} - {"claimed"}
    assert {state for mark, state in left.items() if mark not in there} <= {"closed", "deleted"}


def check(county: County) -> list[Any]:
    events = events_of(county.engine)
    assert [line for line in county.refused if "不能改为" not in line] == []
    no_finding_is_lost(county)
    every_step_of_the_program_was_seen(county, events)
    events_alone_give_every_state(county, events)
    counts_add_up(county, events)
    with reading(county.engine) as connection:
        assert verify_chain(connection, "s") == []
    return events


def test_eight_quarters_of_a_small_county(engine: Engine) -> None:
    county = two_years(engine, pages=60, nights=48, seed=7)
    events = check(county)
    a_last_look_at_everything_tells_the_truth(county)
    check(county)
    assert {one.to_state for one in events} == set(LABELS)  # nothing stayed untried


@pytest.mark.parametrize("seed", range(4))
def test_other_draws_of_a_small_county(tmp_path: Path, seed: int) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/q.db")
    county = two_years(engine, pages=40, nights=48, seed=seed)
    check(county)
    a_last_look_at_everything_tells_the_truth(county)
    check(county)
    engine.dispose()


def test_ten_thousand_findings_over_eight_quarters(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/q.db")
    county = two_years(engine, pages=3_200, nights=48, seed=2025)
    events = check(county)
    a_last_look_at_everything_tells_the_truth(county)
    check(county)
    with reading(engine) as connection:
        total = connection.execute(select(func.count()).select_from(F)).scalar_one()
    engine.dispose()
    assert total >= 10_000
    assert len(events) > 2 * total


# -- killed ------------------------------------------------------------------------------------------

WRITER = """
import sys
sys.path.insert(0, {root!r})
from tests.store.test_ledger_quarters import *
county = County(open_database({address!r}), Random({seed}), 200)
county.now += timedelta(hours={seed})
county.change_list()
print("ready", flush=True)
for night in range(10000):
    county.turn(1)
    county.look([county.url(n) for n in range({seed} % 2, 200, 2)])
    county.useful_work(10)
"""


def test_two_programs_at_once_killed_at_any_moment_leave_a_whole_chain(db: str) -> None:
    """A night and the office write at the same time, and both are killed."""
    open_database(db).dispose()
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER.format(root=str(Path(__file__).parents[2]), address=db, seed=seed)],
            stdout=subprocess.PIPE, text=True,
        )
        for seed in (1, 2)
    ]  # fmt: skip
    engine = open_database(db)
    for one in writers:
        assert one.stdout and one.stdout.readline() == "ready\n"
    events = 0
    while events < 2_000:
        with reading(engine) as connection:
            events = connection.execute(select(func.count()).select_from(E)).scalar_one()
    for one in writers:
        os.kill(one.pid, signal.SIGKILL)
        one.communicate()
    with reading(engine) as connection:
        assert verify_chain(connection, "s") == []
        assert connection.execute(select(func.count()).select_from(E)).scalar_one() >= events
    engine.dispose()
