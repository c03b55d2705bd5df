"""A whole night over the demo county: everything planted is found, and nothing else."""

import json
import os
import sqlite3
import subprocess
import sys
import threading
import time
from datetime import date, timedelta
from pathlib import Path

import pytest

from checks.catalogue import catalogue
from checks.model import BadInput, Severity, Site, fingerprint
from checks.rules.page import PAGE_RULES
from checks.site import load_site
from checks.wordlist import shipped
from crawler.demo.server import demo_site_file, serve
from crawler.night import run_nights
from reports.counts import unit_counts
from store.database import open_database, reading
from store.findings import open_findings
from tests.county import DAY, PLANTED, Crawled

TEXT = {one.id for one in catalogue(shipped()) if one.kind in ("词表", "文字")}


def test_every_column_is_judged_as_planted(county: Crawled) -> None:
    verdicts = {one.column.id: one for one in county.night.verdicts}
    assert {id: one.state for id, one in verdicts.items()} == PLANTED["columns"]
    missing = {
        id: [[one.item, one.unit] for one in verdict.missing]
        for id, verdict in verdicts.items()
        if verdict.missing
    }
    assert missing == PLANTED["missing"]
    assert {id: v.why.split()[0] for id, v in verdicts.items() if v.why} == PLANTED["why"]
    seen = {id: v.entries for id, v in verdicts.items() if v.state != "unread"}
    assert seen == PLANTED["entries"]


def test_every_planted_wording_is_found_and_nothing_else(county: Crawled) -> None:
    found = sorted(
        (f.rule, f.match, f.suggestion, f.url.rsplit("/", 1)[1], str(f.severity))
        for f in county.night.findings
        if f.rule in TEXT and f.severity >= Severity.WARNING
    )
    shown = [(rule, match, use, level) for rule, match, use, _, level in found]
    assert shown == sorted(
        (rule, match, use, level) for rule, match, use, _, level in PLANTED["findings"]
    )
    for rule, match, _, number, _ in PLANTED["findings"]:
        (name,) = [name for r, m, _, name, _ in found if (r, m) == (rule, match)]
        assert str(number) in name or f"{number:x}" in name


def test_every_fault_of_pages_as_pages_is_found_and_nothing_else(county: Crawled) -> None:
    """Pages that share a fault make one finding; its fingerprint knows no number of pages."""
    pages = {rule.RULE.id for rule in PAGE_RULES}
    found = {f.fingerprint: f for f in county.night.findings if f.rule in pages}
    planted = [(rule, key) for rule, key, _ in PLANTED["page_faults"]]
    planted.append(tuple(PLANTED["untagged"]))
    assert set(found) == {fingerprint("yunhe", rule, key) for rule, key in planted}
    (shared,) = [f for f in found.values() if f.message.startswith("共")]
    assert shared.url == county.site.home


def test_what_could_not_be_checked_is_said(county: Crawled) -> None:
    said = {one.what.rsplit("/", 1)[-1]: one.why.split()[0] for one in county.night.unchecked}
    assert said == {
        "907.htm": "http-404",
        "admin": "private-address",
        "栏目 网上调查": "rendered",
        "栏目 数据开放": "http-500",
        "栏目 内部资料目录": "robots",
        "HTTPS访问": "layout",
        "IPv6支持": "layout",
        "网站可用性": "近7天没有探测记录，请定时运行",
        "首页 是否更新": "首页及其链接的文章没有日期，链接只观察了0天，不足以判断（10天）",
        "网站 空白栏目是否达到预警线（3个）：已确认1个，另有3个未能检查（网上调查、数据开放、内部资料目录）": "rendered",
    }


def test_an_article_in_two_columns_is_one_article(county: Crawled) -> None:
    engine = open_database(county.db)
    with reading(engine) as connection:
        found = connection.exec_driver_sql(
            "SELECT column_id FROM entries WHERE url LIKE '%/905.htm' ORDER BY column_id"
        ).fetchall()
        once = connection.exec_driver_sql(
            "SELECT count(*) FROM articles WHERE url LIKE '%/905.htm'"
        ).scalar()
    engine.dispose()
    assert ([row[0] for row in found], once) == (["gzdt", "xczx"], 1)


def test_an_article_of_three_pages_is_one_article(county: Crawled) -> None:
    engine = open_database(county.db)
    with reading(engine) as connection:
        rows = connection.exec_driver_sql(
            "SELECT parts FROM articles WHERE url LIKE '%!_921%' ESCAPE '!'"
        ).fetchall()
    engine.dispose()
    assert len(rows) == 1
    (_, (_, _, body)) = json.loads(rows[0][0])
    assert all(word in body for word in ("第一章", "环保局", "第四章"))


def test_a_page_with_a_wrong_header_is_read_in_its_own_charset(county: Crawled) -> None:
    engine = open_database(county.db)
    with reading(engine) as connection:
        titles = connection.exec_driver_sql(
            "SELECT title FROM articles WHERE url LIKE '%/jgzn/%'"
        ).fetchall()
    engine.dispose()
    assert len(titles) == 8 and all("县" in title for (title,) in titles)


def test_counts_attribute_each_article_once(county: Crawled) -> None:
    engine = open_database(county.db)
    with reading(engine) as connection:
        counts = unit_counts(
            connection, county.site, DAY - timedelta(days=9), DAY + timedelta(days=1)
        )
    engine.dispose()
    published = {one.unit.id: one.published for one in counts.tallies if one.published}
    assert published == PLANTED["published"]
    assert (counts.reprinted, counts.unattributed) == (1, 1)
    assert counts.total == sum(published.values()) + 2


def test_a_second_night_changes_nothing(county: Crawled) -> None:
    def events() -> int:
        engine = open_database(county.db)
        with reading(engine) as connection:
            number = connection.exec_driver_sql("SELECT count(*) FROM finding_events").scalar()
        engine.dispose()
        assert isinstance(number, int)
        return number

    before = events()
    (again,) = run_nights([county.site], county.db, day=DAY, full=True)
    assert (again.tally.new, again.tally.changed) == (0, 0)
    assert again.tally.same == county.night.tally.new
    assert again.findings == county.night.findings
    assert events() == before


def test_an_audit_looks_only_as_far_back_as_the_rules(county: Crawled, tmp_path: Path) -> None:
    (audit,) = run_nights(
        [county.site], f"sqlite:///{tmp_path}/a.db", day=DAY, columns=["gzdt"], on_demand=True
    )
    assert [(v.column.id, v.state) for v in audit.verdicts] == [("gzdt", "ok")]
    assert audit.requests < 30


def test_two_sites_share_one_night_and_one_database(county: Crawled, tmp_path: Path) -> None:
    text = county.file.read_text("utf-8").replace("id: yunhe", "id: erhao")
    other = tmp_path / "other.yaml"
    other.write_text(text, "utf-8")
    db = f"sqlite:///{tmp_path}/two.db"
    nights = run_nights([county.site, load_site(other)], db, day=DAY, columns=["tzgg"])
    assert [(n.site.id, n.tally.new) for n in nights] == [("yunhe", 14), ("erhao", 14)]
    engine = open_database(db)
    with reading(engine) as connection:
        assert (
            len(open_findings(connection, "yunhe")) == len(open_findings(connection, "erhao")) == 2
        )
    engine.dispose()


def test_a_county_that_is_gone_accuses_nobody(county: Crawled, tmp_path: Path) -> None:
    with serve(today=DAY) as address:
        port = address.rsplit(":", 1)[1]
    text = county.file.read_text("utf-8").replace(county.address.rsplit(":", 1)[1], port)
    file = tmp_path / "gone.yaml"
    file.write_text(text, "utf-8")
    (night,) = run_nights([load_site(file)], f"sqlite:///{tmp_path}/gone.db", day=DAY)
    assert {v.state for v in night.verdicts} == {"unread"}
    assert {v.why.split()[0] for v in night.verdicts} == {"refused"}
    assert night.findings == ()


def test_a_site_file_still_to_be_filled_in_is_refused(tmp_path: Path) -> None:
    site = Site("x", "某县", "待填写", placeholder=True)
    with pytest.raises(BadInput, match="待政务公开办公室填写"):
        run_nights([site], f"sqlite:///{tmp_path}/x.db", day=date(2025, 1, 1))


def test_scrapy_knows_the_spider() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", "list"], capture_output=True, text=True, check=True,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert done.stdout.split() == ["columns"]


def test_scrapy_crawl_works_as_usual(county: Crawled, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    subprocess.run(
        [sys.executable, "-m", "scrapy", "crawl", "columns", "-a", f"site={county.file}", "-a", "columns=tzgg", "-O", str(out)],
        check=True, capture_output=True, cwd=Path(__file__).parents[2],
        env=os.environ | {"LANMU_DB": f"sqlite:///{tmp_path}/s.db"},
    )  # fmt: skip
    assert out.read_text("utf-8").count('"article"') >= 14


def test_a_crawl_delay_slows_the_crawl(tmp_path: Path) -> None:
    """robots.txt asks for 0.4 s: sixteen list and article requests take at least six seconds."""
    with serve(today=DAY, robots="User-agent: *\nCrawl-delay: 0.4\n") as address:
        site = load_site(demo_site_file(address, tmp_path))
        began = time.monotonic()
        (night,) = run_nights([site], f"sqlite:///{tmp_path}/d.db", day=DAY, columns=["tzgg"])
        taken = time.monotonic() - began
    assert night.requests >= 15
    assert taken >= 0.4 * (night.requests - 2)


def nights_without_end(site: Site, db: str) -> None:
    while True:
        run_nights([site], db, day=DAY, columns=["gzdt"])


def test_a_database_that_is_taken_ends_the_night_in_one_line(
    county: Crawled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.sqlite.BUSY_SECONDS", 0)
    db = f"sqlite:///{tmp_path}/busy.db"
    open_database(db).dispose()
    holder = sqlite3.connect(tmp_path / "busy.db", isolation_level=None, check_same_thread=False)
    timer = threading.Timer(1.0, lambda: holder.execute("BEGIN IMMEDIATE"))
    timer.start()
    try:
        with pytest.raises(BadInput, match="正被另一程序占用"):
            nights_without_end(county.site, db)
    finally:
        timer.join()
        holder.close()


def test_a_fault_of_our_own_is_told_and_hides_nothing(
    county: Crawled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("planted")

    monkeypatch.setattr("crawler.articles.ArticleLane._judged", broken)
    (night,) = run_nights([county.site], f"sqlite:///{tmp_path}/x.db", day=DAY, columns=["zcjd"])
    assert len(night.errors) == 4 and "KeyError: 'planted'" in night.errors[0]
    assert [v.state for v in night.verdicts] == ["stale"]
