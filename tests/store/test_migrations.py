"""An older database is brought to the newest version with nothing lost, or stays as it was."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, text

from checks.model import BadInput
from store.articles import stored_articles
from store.database import DRIVERS, open_database, reading, writing
from store.findings import open_findings
from store.schema import VERSION, metadata

ROOT = Path(__file__).parents[2]

#: The tables as version 0001 made them. {id} and {instant} are written differently by the two databases.
FIRST_TABLES = """
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));
CREATE TABLE articles (
  id {id} NOT NULL, site VARCHAR(64) NOT NULL, url TEXT NOT NULL, title TEXT NOT NULL, published DATE,
  source TEXT NOT NULL, unit VARCHAR(64) NOT NULL, reprinted BOOLEAN NOT NULL, parts TEXT NOT NULL,
  text_hash VARCHAR(64) NOT NULL, rungs TEXT NOT NULL, first_seen DATE NOT NULL, last_seen DATE NOT NULL,
  checked_at {instant} NOT NULL, lists_hash VARCHAR(64) NOT NULL, fetched_at {instant}, status INTEGER,
  bytes INTEGER, etag TEXT NOT NULL, modified TEXT NOT NULL,
  CONSTRAINT pk_articles PRIMARY KEY (id), CONSTRAINT uq_articles_site_url UNIQUE (site, url));
CREATE INDEX ix_articles_site_published_unit_reprinted ON articles (site, published, unit, reprinted);
CREATE TABLE column_days (
  id {id} NOT NULL, site VARCHAR(64) NOT NULL, column_id VARCHAR(64) NOT NULL, day DATE NOT NULL,
  state VARCHAR(16) NOT NULL, newest DATE, entries INTEGER NOT NULL, missing TEXT NOT NULL, why TEXT NOT NULL,
  whole BOOLEAN NOT NULL, CONSTRAINT pk_column_days PRIMARY KEY (id),
  CONSTRAINT uq_column_days_site_column_id_day UNIQUE (site, column_id, day));
CREATE TABLE entries (
  id {id} NOT NULL, site VARCHAR(64) NOT NULL, column_id VARCHAR(64) NOT NULL, url TEXT NOT NULL,
  title TEXT NOT NULL, listed DATE, pinned BOOLEAN NOT NULL, first_seen DATE NOT NULL, last_seen DATE NOT NULL,
  CONSTRAINT pk_entries PRIMARY KEY (id), CONSTRAINT uq_entries_site_column_id_url UNIQUE (site, column_id, url));
CREATE INDEX ix_entries_site_url ON entries (site, url);
CREATE TABLE findings (
  id {id} NOT NULL, site VARCHAR(64) NOT NULL, fingerprint VARCHAR(64) NOT NULL, rule VARCHAR(64) NOT NULL,
  severity INTEGER NOT NULL, part INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
  "match" TEXT NOT NULL, suggestion TEXT NOT NULL, message TEXT NOT NULL, source TEXT NOT NULL, url TEXT NOT NULL,
  unit VARCHAR(64) NOT NULL, column_id VARCHAR(64) NOT NULL, state VARCHAR(16) NOT NULL, opened {instant} NOT NULL,
  closed {instant}, lists_hash VARCHAR(64) NOT NULL, CONSTRAINT pk_findings PRIMARY KEY (id),
  CONSTRAINT uq_findings_site_fingerprint UNIQUE (site, fingerprint));
CREATE INDEX ix_findings_site_state ON findings (site, state);
CREATE INDEX ix_findings_site_url ON findings (site, url);
CREATE TABLE nights (
  id {id} NOT NULL, site VARCHAR(64) NOT NULL, day DATE NOT NULL, started {instant} NOT NULL, finished {instant},
  requests INTEGER, new INTEGER, changed INTEGER, same INTEGER, unchecked TEXT NOT NULL,
  CONSTRAINT pk_nights PRIMARY KEY (id));
CREATE INDEX ix_nights_site_day ON nights (site, day);
CREATE TABLE finding_events (
  id {id} NOT NULL, finding_id INTEGER NOT NULL, at {instant} NOT NULL, who VARCHAR(64) NOT NULL,
  from_state VARCHAR(16) NOT NULL, to_state VARCHAR(16) NOT NULL, why TEXT NOT NULL,
  CONSTRAINT pk_finding_events PRIMARY KEY (id),
  CONSTRAINT fk_finding_events_finding_id FOREIGN KEY(finding_id) REFERENCES findings (id));
CREATE INDEX ix_finding_events_finding_id ON finding_events (finding_id);
"""
FIRST_ROWS = r"""
INSERT INTO alembic_version VALUES ('0001');
INSERT INTO articles (site, url, title, published, source, unit, reprinted, parts, text_hash, rungs, first_seen,
  last_seen, checked_at, lists_hash, fetched_at, status, bytes, etag, modified) VALUES
  ('s', 'http://a.cn/1.htm', '𠮷祥村公示', '2025-09-28', '县农业农村局', 'nongye', false,
   '[["title", "", "\u516c\u793a"], ["body", "", "\u4f5c\u51fa\u5e03\u7f72"]]', 'h1', '{{"title": "meta"}}', '2025-09-28',
   '2025-09-30', '2025-09-30 02:00:00', 'L1', '2025-09-30 01:59:00', 200, 1000, '"e"', ''),
  ('s', 'http://a.cn/2.htm', '无日期', NULL, '', '', true, '[]', 'h2', '{{}}', '2025-09-28', '2025-09-29',
   '2025-09-29 02:00:00', 'L1', NULL, NULL, NULL, '', '');
INSERT INTO entries (site, column_id, url, title, listed, pinned, first_seen, last_seen) VALUES
  ('s', 'gzdt', 'http://a.cn/1.htm', '𠮷祥村公示', '2025-09-28', true, '2025-09-28', '2025-09-30');
INSERT INTO findings (site, fingerprint, rule, severity, part, start, "end", "match", suggestion, message, source, url,
  unit, column_id, state, opened, closed, lists_hash) VALUES
  ('s', 'f1', 'typos', 2, 1, 2, 4, '布署', '部署', '应为“部署”', '词典', 'http://a.cn/1.htm', 'nongye', '', 'open',
   '2025-09-28 02:00:00', NULL, 'L1'),
  ('s', 'f2', 'stale-column', 3, 0, 0, 0, '', '', '多日未更新', '指标', 'http://a.cn/gzdt/', '', 'gzdt', 'closed',
   '2025-09-01 02:00:00', '2025-09-20 02:00:00', 'L1');
INSERT INTO finding_events (finding_id, at, who, from_state, to_state, why) VALUES
  (1, '2025-09-28 02:00:00', 'lanmu', '', 'open', '检查发现'),
  (2, '2025-09-01 02:00:00', 'lanmu', '', 'open', '检查发现'),
  (2, '2025-09-20 02:00:00', 'lanmu', 'open', 'closed', '栏目已重新检查，问题不再存在');
INSERT INTO nights (site, day, started, finished, requests, new, changed, same, unchecked) VALUES
  ('s', '2025-09-30', '2025-09-30 01:00:00', '2025-09-30 02:10:00', 5, 1, 0, 1, '[["栏目 甲", "http-500"]]');
INSERT INTO column_days (site, column_id, day, state, newest, entries, missing, why, whole) VALUES
  ('s', 'gzdt', '2025-09-30', 'ok', '2025-09-28', 41, '[]', '', true);
"""
TABLES = ("articles", "entries", "findings", "finding_events", "nights", "column_days")


def plain_engine(db: str) -> Engine:
    """The database without anything of ours: no migration, no settings."""
    scheme, rest = db.split(":", 1)
    return create_engine(f"{DRIVERS[scheme]}:{rest}")


def cells(db: str, tables: tuple[str, ...] = TABLES) -> dict[str, list[dict[str, Any]]]:
    """Every row of `tables` as it stands."""
    engine = plain_engine(db)
    with engine.connect() as connection:
        found = {
            table: [
                dict(row._mapping)
                for row in connection.execute(text(f"SELECT * FROM {table} ORDER BY id"))
            ]
            for table in tables
        }
    engine.dispose()
    return found


def make_old(db: str) -> None:
    """What version 0001 made of a new database, and a few rows it wrote."""
    kinds = (
        {"id": "INTEGER", "instant": "DATETIME"}
        if db.startswith("sqlite")
        else {"id": "SERIAL", "instant": "TIMESTAMP WITHOUT TIME ZONE"}
    )
    engine = plain_engine(db)
    with engine.begin() as connection:
        for statement in (FIRST_TABLES + FIRST_ROWS).format(**kinds).split(";\n"):
            if statement.strip():
                connection.execute(text(statement.replace(":", r"\:")))
    engine.dispose()


@pytest.fixture
def old(db: str) -> str:
    make_old(db)
    return db


def version(db: str) -> Any:
    engine = plain_engine(db)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    engine.dispose()
    return found


def test_an_old_database_is_brought_up_with_nothing_lost(old: str) -> None:
    before = cells(old)
    assert {table: len(rows) for table, rows in before.items()} == {
        "articles": 2, "entries": 1, "findings": 2, "finding_events": 3, "nights": 1, "column_days": 1,
    }  # fmt: skip
    open_database(old).dispose()
    after = cells(old)
    kept = {
        table: [{name: row[name] for name in before[table][0]} for row in rows]
        for table, rows in after.items()
    }
    assert kept == before
    assert version(old) == VERSION


def test_what_is_new_is_told_from_what_is_known(old: str) -> None:
    open_database(old).dispose()
    found = cells(old, ("findings", "articles", "visits", "entries"))
    assert [row["about"] for row in found["findings"]] == ["text", "column"]
    assert [row["text_since"] for row in found["articles"]] == [
        row["fetched_at"] for row in found["articles"]
    ]
    assert [(row["url"], row["state"], row["answered"]) for row in found["visits"]] == [
        (row["url"], "live", row["last_seen"]) for row in found["articles"]
    ]
    assert [bool(row["settled"]) for row in found["entries"]] == [False]


def test_what_an_old_database_holds_can_be_read_and_written(old: str) -> None:
    engine = open_database(old)
    with reading(engine) as connection:
        articles = list(stored_articles(connection, "s"))
        (finding,) = open_findings(connection, "s")
    assert [(one.url, one.title, one.body) for one in articles] == [
        ("http://a.cn/1.htm", "公示", "作出布署"),
        ("http://a.cn/2.htm", "", ""),
    ]
    assert (finding.match, finding.columns) == ("布署", ("gzdt",))
    with writing(engine) as connection:
        connection.execute(metadata.tables["visits"].delete())
    engine.dispose()


@pytest.mark.parametrize("was_old", [True, False])
def test_the_migrations_make_the_schema(db: str, was_old: bool) -> None:  # noqa: FBT001
    if was_old:
        make_old(db)
    engine = open_database(db)
    with reading(engine) as connection:
        # on SQLite alembic takes the default '' for another than ''
        defaults = connection.dialect.name == "postgresql"
        context = MigrationContext.configure(connection, opts={"compare_server_default": defaults})
        differences = compare_metadata(context, metadata)
    engine.dispose()
    assert differences == []


def test_the_comparison_sees_a_difference(db: str) -> None:
    engine = open_database(db)
    with writing(engine) as connection:
        connection.execute(text("ALTER TABLE nights ADD COLUMN mood VARCHAR(8)"))
    with reading(engine) as connection:
        found = compare_metadata(MigrationContext.configure(connection), metadata)
    engine.dispose()
    assert [one[0] for one in found] == ["remove_column"]


#: Opens the database and stands still when the first old table is about to change.
HALF_WAY = """
import sys
from sqlalchemy import Engine, event
from store.database import open_database

@event.listens_for(Engine, "before_cursor_execute")
def stop(connection, cursor, statement, parameters, context, many):
    if "UPDATE findings SET about" in statement:
        print("half", flush=True)
        sys.stdin.read()

open_database(sys.argv[1])
"""


def test_a_migration_killed_half_way_leaves_the_old_database(old: str) -> None:
    before = cells(old)
    with subprocess.Popen(
        [sys.executable, "-c", HALF_WAY, old], cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as half:  # fmt: skip
        assert half.stdout and half.stdout.readline() == "half\n"
        half.kill()
    assert version(old) == "0001"
    assert cells(old) == before
    open_database(old).dispose()
    assert version(old) == VERSION


OPENER = """
import sys
from store.database import open_database
print("ready", flush=True)
sys.stdin.readline()
open_database(sys.argv[1]).dispose()
"""


@pytest.mark.parametrize("was_old", [True, False])
def test_many_open_it_at_once_and_one_migrates(db: str, was_old: bool) -> None:  # noqa: FBT001
    if was_old:
        make_old(db)
    many = [
        subprocess.Popen(
            [sys.executable, "-c", OPENER, db], cwd=ROOT, text=True,
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
    assert version(db) == VERSION


def test_a_database_that_is_no_database_of_ours_says_so(db: str) -> None:
    """Another program's `articles` table stands in the way: one line, and it is left alone."""
    engine = plain_engine(db)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE articles (name VARCHAR(8))"))
    with pytest.raises(BadInput, match=r"数据库 .*出错：.*articles"):
        open_database(db)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM articles")).scalar() == 0
    engine.dispose()
