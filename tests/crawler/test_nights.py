"""Nights one after another at a county that changes: new articles, silent edits, deletions, cuts."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from checks.model import Site
from checks.site import load_site
from crawler.night import Night, run_nights
from store.database import open_database, reading
from store.versions import article_versions
from tests.simulation import County, Served, served

COUNTY = County(articles=60, columns=3, a_day=1, new=2, edits=3, gone=1, nights=12)
REVISIT = ", revisit: {recent: 2, older: 4, all: 6, older_days: 30}"


def rows(db: str, statement: str) -> list[Any]:
    engine = open_database(db)
    with reading(engine) as connection:
        found = connection.exec_driver_sql(statement).fetchall()
    engine.dispose()
    return list(found)


class Nights:
    """A county's site and database, night after night."""

    def __init__(self, folder: Path, county: County, at: Served) -> None:
        self.county, self.at = county, at
        self.site: Site = load_site(county.site_file(folder, at.address, REVISIT))
        self.db = f"sqlite:///{folder}/n.db"

    def run(self, night: int, **how: Any) -> Night:
        self.at.turn(night)
        (done,) = run_nights([self.site], self.db, day=self.county.day(night), **how)
        assert done.errors == ()
        return done

    def stored(self, statement: str) -> list[Any]:
        return rows(self.db, statement)


def number_of(url: str) -> int:
    return int(url.rsplit("/", 1)[1].removesuffix(".htm"))


@pytest.fixture(scope="module")
def twelve(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Twelve nights: the runs, and the texts that were new in the store after each."""
    folder = tmp_path_factory.mktemp("nights")
    with served(COUNTY) as at:
        nights = Nights(folder, COUNTY, at)
        seen = []
        for night in range(COUNTY.nights):
            done = nights.run(night)
            texts = dict(nights.stored("SELECT url, text_hash FROM articles"))
            seen.append((done, {number_of(url): text for url, text in texts.items()}))
        yield nights, seen


def test_every_new_article_is_found_the_night_it_appears(twelve: Any) -> None:
    _nights, seen = twelve
    for night, (_, texts) in enumerate(seen):
        assert set(texts) >= set(range(COUNTY.articles, COUNTY.count(night)))


def test_every_edit_is_found_within_its_lanes_promise(twelve: Any) -> None:
    nights, seen = twelve
    late = []
    for number, edits in COUNTY.edited.items():
        for edit in edits:
            latest = edit + nights.site.revisit.all
            following = next((one for one in edits if one > edit), COUNTY.nights)
            until = min(latest, COUNTY.taken.get(number, COUNTY.nights) - 1, COUNTY.nights - 1)
            if until < latest or following <= latest:
                continue  # gone, edited again, or over before the promise falls due
            if seen[edit - 1][1].get(number) == seen[until][1][number]:
                late.append((number, edit))
    assert late == []
    assert sum(done.tally.changed for done, _ in seen) >= 10


def test_recent_articles_are_asked_for_sooner(twelve: Any) -> None:
    _nights, seen = twelve
    assert all(done.lanes["recent"] >= 1 for done, _ in seen[3:])
    # 30 of 60 articles are older than 30 days: a sixth of them a night
    assert {done.lanes["all"] for done, _ in seen[2:8]} <= {5, 6}


def test_a_page_gone_two_nights_is_deleted_and_one_night_is_not(twelve: Any) -> None:
    nights, seen = twelve
    said = {number_of(url): night for night, (done, _) in enumerate(seen) for url in done.deleted}
    assert said
    assert all(night >= COUNTY.taken[number] + 1 for number, night in said.items())
    states = dict(
        nights.stored("SELECT url, state FROM visits WHERE state IN ('missing', 'deleted')")
    )
    assert {number_of(url) for url, state in states.items() if state == "deleted"} == set(said)
    missing = {number_of(url) for url, state in states.items() if state == "missing"}
    assert missing <= set(COUNTY.taken)


def test_versions_keep_every_text_and_when_it_was_seen(twelve: Any) -> None:
    nights, _seen = twelve
    ((url, count),) = nights.stored(
        "SELECT url, count(*) FROM versions GROUP BY url ORDER BY count(*) DESC, url LIMIT 1"
    )
    engine = open_database(nights.db)
    with reading(engine) as connection:
        versions = article_versions(connection, url)
    engine.dispose()
    assert [one.number for one in versions] == list(range(1, count + 2))
    drafts = [int(one.text.split("这是第")[1].split("稿")[0]) for one in versions]
    assert drafts == sorted(set(drafts)) and drafts[0] == 0
    assert [one.until is None for one in versions] == [False] * count + [True]


def test_a_quiet_night_costs_little(twelve: Any) -> None:
    _nights, seen = twelve
    first = seen[0][0].requests
    assert first >= 60 + 3
    assert all(done.requests < first / 2 for done, _ in seen[1:])


def test_a_second_run_of_the_same_night_asks_for_no_article_again(tmp_path: Path) -> None:
    with served(COUNTY) as at:
        nights = Nights(tmp_path, COUNTY, at)
        nights.run(0)
        again = nights.run(0)
    assert sum(again.lanes.values()) == 0
    assert (again.tally.new, again.tally.changed) == (0, 0)
    assert [v.state for v in again.verdicts] == ["ok"] * 3
    assert [v.entries for v in again.verdicts] == [20] * 3


def test_a_full_night_reads_everything_whatever_the_server_says(tmp_path: Path) -> None:
    with served(COUNTY) as at:
        nights = Nights(tmp_path, COUNTY, at)
        nights.run(0)
        full = nights.run(0, full=True)
    assert (full.lanes["all"], full.tally.same) == (60, 60)
    assert nights.stored("SELECT count(*) FROM versions") == [(0,)]


def test_a_budget_bounds_a_night_and_what_it_leaves_is_said(tmp_path: Path) -> None:
    with served(COUNTY) as at:
        nights = Nights(tmp_path, COUNTY, at)
        text = (
            (tmp_path / "site.yaml")
            .read_text("utf-8")
            .replace("older_days: 30", "older_days: 30, requests: 2")
        )
        (tmp_path / "site.yaml").write_text(text, "utf-8")
        nights.site = load_site(tmp_path / "site.yaml")
        nights.run(0)
        later = [nights.run(night) for night in range(1, 5)]
    asked = [
        {k: v for k, v in done.lanes.items() if k in ("recent", "older", "all")} for done in later
    ]
    assert [sum(one.values()) for one in asked] == [2, 2, 2, 2]
    assert any("是否有改动" in one.what for one in later[-1].unchecked)


def test_a_night_that_did_not_run_is_reported_by_the_next(tmp_path: Path) -> None:
    with served(COUNTY) as at:
        nights = Nights(tmp_path, COUNTY, at)
        nights.run(0)
        later = nights.run(4)
    said = {one.what: one.why for one in later.unchecked}
    assert said["2025-10-01至2025-10-03的夜间任务"] == "没有运行；请检查定时任务"


def test_entries_that_left_the_list_are_gone_only_after_a_walk_to_the_end(tmp_path: Path) -> None:
    county = County(articles=60, columns=1, a_day=1, new=0, edits=0, gone=2, nights=4)
    with served(county) as at:
        nights = Nights(tmp_path, county, at)
        nights.run(0)
        nights.run(1)
        assert nights.stored("SELECT count(*) FROM entries WHERE gone IS NOT NULL") == [(0,)]
        full = nights.run(2, full=True)
    gone = {
        number_of(url) for (url,) in nights.stored("SELECT url FROM entries WHERE gone IS NOT NULL")
    }
    assert gone == {number for number, night in county.taken.items() if night <= 2}
    assert full.verdicts[0].entries == 60 - len(gone)


def test_a_site_that_breaks_as_a_whole_deletes_nothing(tmp_path: Path) -> None:
    """All pages answer 404 while the lists stand: a rebuilt site, not sixty deletions."""
    county = County(articles=60, columns=1, a_day=1, new=0, edits=0, gone=60, nights=2)
    with served(county) as at:
        nights = Nights(tmp_path, county, at)
        nights.run(0)
        at.turn(1)
        for later in range(1, 9):
            (done,) = run_nights([nights.site], nights.db, day=county.day(0) + timedelta(later))
            assert done.deleted == ()
    assert any(one.what.endswith("个网页是否已删除") for one in done.unchecked)
    assert nights.stored("SELECT count(*) FROM visits WHERE state = 'deleted'") == [(0,)]


def test_the_day_a_quarter_begins_moves_articles_to_another_lane(twelve: Any) -> None:
    _nights, seen = twelve
    assert COUNTY.day(1) == date(2025, 10, 1)
    assert seen[1][0].lanes.get("recent", 0) == 0  # nothing of the new quarter was read before


def test_a_night_first_judges_what_is_stored_with_lists_that_changed(tmp_path: Path) -> None:
    """A night reads only a part of the archive again; a new term must find all of it."""
    own = tmp_path / "own"
    own.mkdir()
    (own / "lists.yaml").write_text(
        "lists:\n  - id: own\n    title: 本单位词表\n    severity: warning\n    message: 应为{use}\n    source: 县政府办\n",
        "utf-8",
    )
    heading = "text,use,unless,boundary,since,until,source,bad,good\n"
    (own / "own.csv").write_text(heading, "utf-8")
    with served(COUNTY) as at:
        nights = Nights(tmp_path, COUNTY, at)
        file = tmp_path / "site.yaml"
        file.write_text(file.read_text("utf-8") + "lists: [own]\n", "utf-8")
        nights.site = load_site(file)
        before = nights.run(0)
        (own / "own.csv").write_text(heading + "扎实推进,扎扎实实推进,,none,,,,,\n", "utf-8")
        after = nights.run(0)
    assert [f for f in before.findings if f.rule == "own"] == []
    # six in each of sixty articles
    assert len([f for f in after.findings if f.rule == "own"]) == 360
    assert sum(after.lanes.values()) <= 60
