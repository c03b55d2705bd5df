"""kill -9 at any moment: the next night goes on; nothing is lost, nothing counted twice, nobody left behind."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import zlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.night import run_nights
from reports.counts import unit_counts
from store.database import open_database, reading
from tests.county import DAY, Crawled

KILLS = 12
#: What a database remembers of the site, without numbers and instants: table → columns.
REMEMBERED = {
    "articles": "site, url, title, published, source, unit, reprinted, parts, text_hash, rungs",
    "entries": "site, column_id, url, title, listed, pinned, settled, gone",
    "visits": "site, url, state, published, why, body_hash, failed",
    "walks": "site, column_id, walked, whole, total",
    "findings": 'site, fingerprint, rule, severity, part, start, "end", match, suggestion, url, unit, column_id, state',
    "column_days": "site, column_id, day, state, newest, entries, missing, why, whole",
    "versions": "site, url, number, title, text_hash",
    "evidence": "site, url, status, digest",
}
#: Of a fault that many pages share each run keeps some pages as examples: not always the same ones.
ONLY = {"evidence": "WHERE url IN (SELECT url FROM findings)"}
#: What may stand only once in a table.
ONCE = {
    "articles": "site, url", "entries": "site, column_id, url", "visits": "site, url",
    "findings": "site, fingerprint", "column_days": "site, column_id, day", "evidence": "site, url, digest",
}  # fmt: skip


def rows(file: Path, query: str) -> list[Any]:
    with sqlite3.connect(file) as connection:
        found = connection.execute(query).fetchall()
    connection.close()
    return found


def remembered(file: Path) -> dict[str, list[Any]]:
    return {
        table: sorted(rows(file, f"SELECT {names} FROM {table} {ONLY.get(table, '')}"), key=repr)
        for table, names in REMEMBERED.items()
    }


def night_killed_after(seconds: float, command: list[str]) -> bool:
    """Run a night and kill it; whether it was still running. Its children end with it, or this fails."""
    night = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        night.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.kill(night.pid, signal.SIGKILL)
        # Children hold the pipe open too: this returns when the last of them has gone.
        night.communicate(timeout=15)
        return True
    return False


def begin_again(file: Path) -> None:
    for old in file.parent.glob(f"{file.name}*"):
        old.unlink()
    shutil.rmtree(file.with_name(f"{file.stem}-evidence"), ignore_errors=True)
    open_database(f"sqlite:///{file}").dispose()


def test_nights_killed_at_any_moment_are_made_good_by_the_next(
    county: Crawled, tmp_path: Path
) -> None:
    file = tmp_path / "killed.db"
    db = f"sqlite:///{file}"
    command = [sys.executable, "-m", "desk", "nightly", str(county.file), "--today", str(DAY)]
    began = time.monotonic()
    undisturbed = tmp_path / "whole.db"
    subprocess.run(
        [*command, "--db", f"sqlite:///{undisturbed}"], check=True, capture_output=True, timeout=60
    )
    taken = time.monotonic() - began
    begin_again(file)  # the first kills hit a night, and not only the making of a database
    moments = random.Random(2025)
    killed = 0
    for _ in range(3 * KILLS):
        if night_killed_after(moments.uniform(0.2, 0.8) * taken, [*command, "--db", db]):
            killed += 1
        elif killed < KILLS:  # it came to its end: a next one would have nothing left to lose
            begin_again(file)
        if killed == KILLS:
            break
    assert killed == KILLS
    (whole,) = run_nights([county.site], db, day=DAY)
    assert remembered(file) == remembered(undisturbed)
    assert whole.findings == county.night.findings
    assert whole.errors == ()
    for table, key in ONCE.items():
        twice = f"SELECT {key} FROM {table} GROUP BY {key} HAVING count(*) > 1"
        assert rows(file, twice) == [], table
    opened = "SELECT count(*) FROM finding_events WHERE finding_id = f.id AND to_state = 'open'"
    assert rows(file, f"SELECT DISTINCT ({opened}) FROM findings AS f") == [(1,)]
    assert rows(file, "PRAGMA integrity_check") == [("ok",)]
    assert rows(file, "PRAGMA foreign_key_check") == []
    assert counts(county, db) == counts(county, f"sqlite:///{undisturbed}")
    assert_evidence_is_whole(file)


def counts(county: Crawled, db: str) -> Any:
    engine = open_database(db)
    with reading(engine) as connection:
        found = unit_counts(
            connection, county.site, DAY - timedelta(days=92), DAY + timedelta(days=1)
        )
    engine.dispose()
    return found


def assert_evidence_is_whole(file: Path) -> None:
    """Every page that is said to be kept is there, from its first byte to its last."""
    kept = rows(file, 'SELECT file, "offset", length FROM evidence')
    assert kept
    archives = {one.name: one for one in file.parent.rglob("*.warc.gz")}
    for name, offset, length in kept:
        record = archives[Path(name).name].read_bytes()[offset : offset + length]
        packed = zlib.decompressobj(31)
        assert packed.decompress(record).startswith(b"WARC/1")
        assert packed.eof


PARENT = """
import asyncio, os, re, signal
from crawler.worker import Worker

def ready():
    os.write(1, b"here")

def busy(job):
    {what}

async def night():
    await Worker(busy, ready, seconds=600).done("page")

if __name__ == "__main__":
    asyncio.run(night())
"""


@pytest.mark.parametrize(
    "what",
    [
        "re.match('(a+)+$', 'a' * 60 + 'b')",  # holds the interpreter for ever
        "signal.pause()",
    ],
)
def test_the_reading_process_ends_with_the_night_whatever_it_is_at(
    tmp_path: Path, what: str
) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT.format(what=what))
    with subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    ) as parent:  # fmt: skip
        assert parent.stdout and parent.stdout.read(4) == b"here"
        os.kill(parent.pid, signal.SIGKILL)
        left, _ = parent.communicate(timeout=15)
    assert left == b""
