"""A whole night over the demo county on PostgreSQL comes to what it comes to on SQLite."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from checks.model import Finding
from crawler.night import run_nights
from store.articles import stored_articles
from store.database import open_database, reading
from tests.cluster import Cluster
from tests.county import DAY, Crawled

COUNTED = ("articles", "entries", "findings", "finding_events", "column_days", "visits", "walks")


def in_order(findings: tuple[Finding, ...]) -> list[Finding]:
    """Which of an article's columns was read first is the network's business."""
    return [replace(one, columns=tuple(sorted(one.columns))) for one in findings]


def stored(db: str) -> dict[str, Any]:
    """What a night left behind: the articles, and how many rows of each table."""
    engine = open_database(db)
    with reading(engine) as connection:
        left: dict[str, Any] = {
            table: connection.execute(text(f"SELECT count(*) FROM {table}")).scalar()
            for table in COUNTED
        }
        left["read"] = list(stored_articles(connection, "yunhe"))
    engine.dispose()
    return left


@pytest.mark.needs("postgresql")
def test_a_night_on_postgresql_is_the_night_on_sqlite(
    county: Crawled, cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # evidence goes to the current folder, no database file being there
    with cluster.database() as db:
        (night,) = run_nights([county.site], db, day=DAY)
        expected = county.night
        assert in_order(night.findings) == in_order(expected.findings)
        assert [(v.column.id, v.state, v.missing, v.why) for v in night.verdicts] == [
            (v.column.id, v.state, v.missing, v.why) for v in expected.verdicts
        ]
        assert sorted(night.unchecked, key=str) == sorted(expected.unchecked, key=str)
        assert night.tally == expected.tally
        assert stored(db) == stored(county.db)
        (again,) = run_nights([county.site], db, day=DAY)
        assert (again.tally.new, again.tally.changed, again.errors) == (0, 0, ())
        assert in_order(again.findings) == in_order(night.findings)
