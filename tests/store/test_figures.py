"""Rows of spreadsheets in the database: the same again is nothing, old words stay, nothing is half there."""

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from checks.figure import Row
from checks.model import BadInput
from store.database import Engine, reading, writing
from store.figures import (
    Imported,
    Source,
    changes_of,
    kinds_stored,
    save_figures,
    stored_rows,
)

NOW = datetime(2025, 10, 8, 2, 0, tzinfo=UTC)
LATER = datetime(2025, 10, 9, 2, 0, tzinfo=UTC)
FILE = Source("甲.xlsx", "1" * 64)


def row(key: str, n: int | None = 1, place: str = "第2行") -> Row:
    return Row(key, {"unit": key, "n": n, "said": "“甲”𠮷\0"}, place)


def save(
    engine: Engine, *rows: Row, source: Source = FILE, now: datetime = NOW, others: str = "ask"
) -> Imported:
    with writing(engine) as connection:
        return save_figures(
            connection, "s", "hotline-units", "2025Q3", rows, source, now=now, others=others
        )


def stored(engine: Engine) -> tuple[Row, ...]:
    with reading(engine) as connection:
        return stored_rows(connection, "s", "hotline-units", "2025Q3")


def dump(engine: Engine) -> str:
    with reading(engine) as connection:
        tables = [
            [list(map(str, one)) for one in connection.exec_driver_sql(f"SELECT * FROM {table} ORDER BY id")]
            for table in ("figures", "figure_changes")
        ]  # fmt: skip
    return json.dumps(tables)


def history(engine: Engine) -> list[tuple[str, str, object]]:
    with reading(engine) as connection:
        found = changes_of(connection, "s", "hotline-units", "2025Q3")
    return [(key, what, cells["n"]) for key, what, cells in found]


def test_rows_come_back_as_they_were_in_the_order_of_the_file(engine: Engine) -> None:
    rows = (row("yi", 3), row("jia", None))
    assert save(engine, *rows) == Imported(added=2)
    assert stored(engine) == rows


def test_the_same_again_changes_nothing(engine: Engine) -> None:
    save(engine, row("jia"), row("yi"))
    before = dump(engine)
    assert save(engine, row("jia"), row("yi"), now=LATER) == Imported(same=2)
    assert dump(engine) == before


def test_a_changed_row_keeps_what_it_said_before(engine: Engine) -> None:
    save(engine, row("jia", 1), row("yi", 5))
    assert save(engine, row("jia", 2), row("yi", 5), now=LATER) == Imported(changed=1, same=1)
    assert [one.cells["n"] for one in stored(engine)] == [2, 5]
    assert history(engine) == [("jia", "changed", 1)]


def test_a_row_no_longer_in_its_file_is_withdrawn_and_can_come_back(engine: Engine) -> None:
    save(engine, row("jia", 1), row("yi", 5))
    assert save(engine, row("jia", 1), now=LATER) == Imported(withdrawn=1, same=1)
    assert [one.key for one in stored(engine)] == ["jia"]
    assert history(engine) == [("yi", "withdrawn", 5)]
    assert save(engine, row("jia", 1), now=LATER) == Imported(same=1)
    assert save(engine, row("jia", 1), row("yi", 6), now=LATER) == Imported(returned=1, same=1)
    assert history(engine) == [("yi", "withdrawn", 5), ("yi", "returned", 5)]
    assert [one.cells["n"] for one in stored(engine)] == [1, 6]


def test_another_file_takes_nothing_away_unasked(engine: Engine) -> None:
    save(engine, row("jia"), row("yi"))
    before = dump(engine)
    other = Source("乙.xlsx", "2" * 64)
    with pytest.raises(BadInput) as told:
        save(engine, row("yi"), row("bing"), source=other)
    assert told.value.lines == (
        "乙.xlsx: 已从“甲.xlsx”导入过同类数据，其中1行这个文件里没有；是补充就加 --add，是替换就加 --replace",
    )
    assert dump(engine) == before
    assert save(engine, row("yi"), row("bing"), source=other, others="keep") == Imported(
        added=1, same=1
    )
    assert {one.key for one in stored(engine)} == {"jia", "yi", "bing"}
    assert save(engine, row("yi"), row("bing"), source=other, others="withdraw") == Imported(
        withdrawn=1, same=2
    )
    assert {one.key for one in stored(engine)} == {"yi", "bing"}


def test_a_row_that_only_moved_is_the_same_and_knows_its_place(engine: Engine) -> None:
    save(engine, row("jia"), row("yi", place="第3行"))
    assert save(engine, row("yi", place="第2行"), row("jia", place="第3行")) == Imported(same=2)
    assert [(one.key, one.place) for one in stored(engine)] == [("yi", "第2行"), ("jia", "第3行")]
    assert history(engine) == []


def test_quarters_kinds_and_sites_stand_apart(engine: Engine) -> None:
    save(engine, row("jia"))
    with writing(engine) as connection:
        for site, kind, quarter in (
            ("s", "hotline-units", "2025Q2"), ("s", "requests", "2025Q3"), ("t", "training", "2025Q3"),
        ):  # fmt: skip
            done = save_figures(connection, site, kind, quarter, [row("jia", 9)], FILE, now=NOW)
            assert done == Imported(added=1)
    assert [one.cells["n"] for one in stored(engine)] == [1]
    with reading(engine) as connection:
        assert kinds_stored(connection, "s", "2025Q3") == ("hotline-units", "requests")


WRITER = """
import sys
sys.path.insert(0, {root!r})
from tests.store.test_figures import *
from store.database import open_database
engine = open_database({address!r})
with writing(engine) as connection:
    rows = [row(str(n), 2) for n in range(5000)]
    done = save_figures(connection, "s", "hotline-units", "2025Q3", rows, FILE, now=LATER)
    print(done.added, done.changed, done.withdrawn, flush=True)
    sys.stdin.read()  # killed here: all is written, nothing is committed
"""


def test_an_import_killed_before_its_end_leaves_nothing_of_itself(engine: Engine, db: str) -> None:
    save(engine, row("0", 1), row("gone", 1))
    before = dump(engine)
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER.format(root=str(Path(__file__).parents[2]), address=db)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert writer.stdout
    assert writer.stdout.readline() == "4999 1 1\n"
    os.kill(writer.pid, signal.SIGKILL)
    writer.communicate()
    assert dump(engine) == before
    rows = [row(str(n), 2) for n in range(5000)]
    assert save(engine, *rows, now=LATER) == Imported(added=4999, changed=1, withdrawn=1)
    assert len(stored(engine)) == 5000
