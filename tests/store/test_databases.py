"""SQLite and PostgreSQL hold, order and guard alike what the store gives them."""

import random
import sqlite3
import string
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine, insert, select, text, update

from checks.model import BadInput
from store import schema, sqlite
from store.articles import stored_articles
from store.database import Engine, open_database, reading, writing, written
from store.text import storable
from store.visits import queued
from tests.cluster import Cluster
from tests.store.test_store import DAY, finding, judged, save

ROOT = Path(__file__).parents[2]
T = schema.visits


def note(engine: Engine, *targets: str) -> None:
    with writing(engine) as connection:
        connection.execute(
            insert(schema.probes),
            [
                {"site": "s", "at": date(2025, 9, 30), "target": one, "opened": True, "why": "", "seconds": 0.5}
                for one in targets
            ],
        )  # fmt: skip


def noted(engine: Engine) -> list[str]:
    p = schema.probes
    with reading(engine) as connection:
        return list(connection.execute(select(p.c.target).order_by(p.c.target)).scalars())


ORDERED = [
    "",
    " ",
    "A",
    "B",
    "a",
    "a b",
    "ab",
    "a-b",
    "É",
    "é",
    "中",
    "人",
    "县",
    "𠮷",
    "０",
    "😀",
    "z",
]


def test_text_is_ordered_by_code_point(engine: Engine) -> None:
    note(engine, *ORDERED)
    assert noted(engine) == sorted(ORDERED)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(st.characters(), max_size=20), min_size=1, max_size=20))
def test_any_text_is_held_in_that_order(engine: Engine, targets: list[str]) -> None:
    with writing(engine) as connection:
        connection.execute(schema.probes.delete())
    note(engine, *targets)
    assert noted(engine) == sorted(storable(one) for one in targets)


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("甲\0乙", "甲乙"),
        ("甲\ud800乙", "甲?乙"),
        ("𠮷\U0010ffff\ufeff", "𠮷\U0010ffff\ufeff"),
        ("", ""),
    ],
)
def test_what_no_database_holds_is_made_harmless(engine: Engine, text: str, stored: str) -> None:
    note(engine, text)
    assert noted(engine) == [stored]
    p = schema.probes
    with reading(engine) as connection:
        assert connection.execute(select(p.c.seconds).where(p.c.target == text)).scalar() == 0.5


def test_the_longest_address_a_night_follows_can_be_stored(engine: Engine) -> None:
    """PostgreSQL's indexes take no more than 2,704 bytes, less what compresses: these do not."""
    choice = random.Random(1)
    url = "http://a.cn/" + "".join(choice.choices(string.ascii_letters + string.digits, k=2071))
    one = judged(1)
    long = replace(
        one,
        article=replace(one.article, url=url),
        entries=(replace(one.entries[0], url=url, column="c" * 64),),
        findings=(replace(finding(url), fingerprint="f"),),
    )
    assert (len(url), save(engine, long).new) == (2083, 1)
    with reading(engine) as connection:
        assert [one.url for one in stored_articles(connection, "s")] == [url]


def test_the_longest_unanswered_page_is_first_and_one_never_answered_before_all(
    engine: Engine,
) -> None:
    days = {"never": None, "yesterday": DAY - timedelta(1), "today": DAY, "long": date(2020, 1, 1)}
    with writing(engine) as connection:
        connection.execute(
            insert(T),
            [
                {
                    "site": "s", "url": name, "state": "live", "published": None, "asked": None, "answered": day,
                    "read": None, "failed": 0, "why": "", "etag": "", "modified": "", "body_hash": "",
                }
                for name, day in days.items()
            ],
        )  # fmt: skip
    with reading(engine) as connection:
        assert queued(connection, T.c.site == "s") == ["never", "long", "yesterday", "today"]


# -- two at a time ------------------------------------------------------------------------------


def test_a_view_stays_as_it_was_while_another_writes(engine: Engine) -> None:
    """More articles than one portion of the stream, each changed while it is read."""
    save(engine, *(judged(number) for number in range(1100)))
    seen = []
    with reading(engine) as view:
        for article in stored_articles(view, "s"):
            seen.append(article.body)
            if len(seen) in (1, 600):
                with writing(engine) as connection:
                    connection.execute(update(schema.articles).values(parts='[["body", "", "新"]]'))
                save(engine, judged(9000 + len(seen)))
    assert seen == ["作出布署"] * 1100
    with reading(engine) as connection:
        assert {one.body for one in stored_articles(connection, "s")} == {"新", "作出布署"}


def test_two_looks_in_one_view_see_the_same(engine: Engine) -> None:
    p = schema.probes
    targets = select(p.c.target).order_by(p.c.target)
    note(engine, "a")
    with reading(engine) as view:
        before = list(view.execute(targets).scalars())
        note(engine, "b")
        assert list(view.execute(targets).scalars()) == before == ["a"]
    assert noted(engine) == ["a", "b"]


def test_a_view_cannot_be_written_through(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":  # it would wait for no one: there it is only not committed
        with reading(engine) as connection:
            connection.execute(schema.probes.delete())
        return
    with (
        pytest.raises(BadInput, match="是只读的（可能连到了备用服务器）"),
        reading(engine) as connection,
    ):
        connection.execute(schema.probes.delete())


OPENS_THE_SAME = """
import sys
from tests.store.test_store import *
engine = open_database(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
for n in range(60):
    save(engine, judged(n, "作出布署", finding(f"http://a.cn/{n}.htm")))
"""


def test_writers_at_once_open_each_finding_once(engine: Engine, db: str) -> None:
    many = [
        subprocess.Popen(
            [sys.executable, "-c", OPENS_THE_SAME, db], cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for _ in range(2)
    ]  # fmt: skip
    for one in many:
        assert one.stdout and one.stdout.readline() == "ready\n"
    for one in many:
        assert one.stdin
        one.stdin.write("go\n")
        one.stdin.flush()
    assert [(one.communicate()[1], one.returncode) for one in many] == [("", 0)] * 2
    with reading(engine) as connection:
        events = connection.execute(
            text("SELECT finding_id, count(*) FROM finding_events GROUP BY finding_id")
        ).all()
    assert sorted(count for _, count in events) == [1] * 60


def test_a_writer_waits_only_so_long_for_another(
    engine: Engine, db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.postgresql.BUSY_SECONDS", 1)
    monkeypatch.setattr("store.sqlite.BUSY_SECONDS", 0)
    other = open_database(db)
    with writing(engine), pytest.raises(BadInput, match="正被另一程序占用，请待其结束后再运行"):
        note(other, "x")
    note(other, "y")
    assert noted(engine) == ["y"]
    other.dispose()


def test_a_number_that_no_database_holds_is_told(engine: Engine) -> None:
    with pytest.raises(BadInput) as told, reading(engine) as connection:
        connection.execute(select(schema.probes).where(schema.probes.c.id == 10**30)).all()
    assert len(told.value.lines) == 1


# -- what other programs break off ---------------------------------------------------------------


@pytest.mark.needs("postgresql")
def test_a_transaction_broken_off_by_a_deadlock_is_done_again(cluster: Cluster) -> None:
    """Another program locks two rows the other way round: the server breaks ours off."""
    with cluster.database() as db:
        engine = open_database(db)
        note(engine, "a", "b")
        ours_has_a = threading.Event()
        tries = 0

        def crosses() -> None:
            with foreign.transaction():
                foreign.execute("UPDATE probes SET why = 'foreign' WHERE target = 'b'")
                foreign_has_b.set()
                ours_has_a.wait(30)
                foreign.execute("UPDATE probes SET why = 'foreign' WHERE target = 'a'")

        def work(connection: Connection) -> str:
            nonlocal tries
            tries += 1
            p = schema.probes
            connection.execute(update(p).where(p.c.target == "a").values(why="ours"))
            ours_has_a.set()
            connection.execute(update(p).where(p.c.target == "b").values(why="ours"))
            return "done"

        with cluster.connect(db) as foreign:
            foreign.execute(
                "SET deadlock_timeout = '10min'"
            )  # it is ours that notices, and is broken off
            foreign_has_b = threading.Event()
            crossing = threading.Thread(target=crosses)
            crossing.start()
            foreign_has_b.wait(30)
            assert written(engine, work) == "done"
            crossing.join(30)
        p = schema.probes
        with reading(engine) as connection:
            assert list(connection.execute(select(p.c.why)).scalars()) == ["ours", "ours"]
        assert tries == 2
        engine.dispose()


@pytest.mark.needs("postgresql")
def test_work_that_is_broken_off_again_and_again_is_told(cluster: Cluster) -> None:
    with cluster.database() as db:
        engine = open_database(db)
        tries = 0

        def work(connection: Connection) -> None:
            nonlocal tries
            tries += 1
            connection.execute(text("DO $$ BEGIN RAISE EXCEPTION SQLSTATE '40001'; END $$"))

        with pytest.raises(BadInput, match="正被另一程序占用"):
            written(engine, work)
        assert tries == 3
        engine.dispose()


def test_work_that_fails_of_itself_is_done_once(engine: Engine) -> None:
    tries = 0

    def work(connection: Connection) -> None:
        nonlocal tries
        tries += 1
        connection.execute(text("INSERT INTO no_such_table VALUES (1)"))

    with pytest.raises(BadInput, match=r"数据库 .*出错：.*no_such_table"):
        written(engine, work)
    assert tries == 1


def test_a_new_file_may_be_opened_by_two_at_the_same_moment(tmp_path: Path) -> None:
    """SQLite itself does not wait here: one of two that make a file a WAL database at once is refused."""
    start = threading.Barrier(2, timeout=60)

    def opened(number: int) -> None:
        engine = create_engine(f"sqlite:///{tmp_path}/{number}.db")
        sqlite.prepare(engine)
        start.wait()
        engine.connect().close()
        engine.dispose()

    with ThreadPoolExecutor(2) as both:
        for number in range(50):
            for one in [both.submit(opened, number) for _ in range(2)]:
                one.result()


def test_patience_ends_and_is_for_locks_only(monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[str] = []

    def refused(why: str, times: int) -> None:
        tries.append(why)
        if len(tries) <= times:
            raise sqlite3.OperationalError(why)

    sqlite.patiently(lambda: refused("database is locked", 2))
    assert len(tries) == 3
    tries.clear()
    with pytest.raises(sqlite3.OperationalError):
        sqlite.patiently(lambda: refused("disk I/O error", 2))
    assert len(tries) == 1
    monkeypatch.setattr("store.sqlite.BUSY_SECONDS", -1)
    with pytest.raises(sqlite3.OperationalError):
        sqlite.patiently(lambda: refused("database is locked", 9))
    assert len(tries) == 2
