"""Reports of outside monitors in the database, and what is known of the pages they name."""

from datetime import UTC, date, datetime

from checks.missed import PageSeen, TextSeen
from checks.model import Article, Entry, Fetched, Finding, Part, Severity, Site, Span
from checks.monitor import MonitorRecord
from store.articles import Judged, save_articles
from store.database import Engine, reading, writing
from store.monitor import (
    MonitorReport,
    findings_on,
    pages_seen,
    report_records,
    reports,
    save_report,
)
from store.visits import want

SITE = Site("s", "某县人民政府网", "http://a.cn/")
NOW = datetime(2025, 9, 30, 17, 0, tzinfo=UTC)  # one o'clock of 1 October at the site
DAYS = (date(2025, 7, 1), date(2025, 9, 30))


def record(number: int, word: str = "布署") -> MonitorRecord:
    cells = {"word": word, "url": "http://a.cn/1.htm", "use": None, "level": "3"}
    return MonitorRecord(
        number, f"第{number}行", "http://a.cn/1.htm", word, "作出布署", "", DAYS[1], cells
    )


def save(engine: Engine, *records: MonitorRecord, stated: bool = False, site: str = "s") -> object:
    with writing(engine) as connection:
        days = DAYS if not stated else (DAYS[0], DAYS[0])
        return save_report(
            connection, site, "九月.xlsx", "ucap", "开普云", records, days, now=NOW, stated=stated
        )


def kept(engine: Engine) -> list[MonitorReport]:
    with reading(engine) as connection:
        return reports(connection, "s")


def test_a_report_is_kept_whole_and_once(engine: Engine) -> None:
    assert save(engine, record(1), record(2, "座佑铭")) == (1, "new")
    one = MonitorReport(1, "九月.xlsx", "开普云", *DAYS, NOW.replace(tzinfo=None), 2)
    assert kept(engine) == [one]
    assert save(engine, record(1), record(2, "座佑铭")) == (1, "same")
    assert kept(engine) == [one]
    with reading(engine) as connection:
        assert report_records(connection, 1) == [record(1), record(2, "座佑铭")]


def test_other_words_and_another_site_make_another_report(engine: Engine) -> None:
    save(engine, record(1))
    assert save(engine, record(1, "座佑铭")) == (2, "new")
    assert save(engine, record(1), site="t") == (3, "new")
    assert [one.id for one in kept(engine)] == [1, 2]


def test_days_that_are_stated_become_the_reports(engine: Engine) -> None:
    save(engine, record(1))
    assert save(engine, record(1), stated=True) == (1, "days")
    assert save(engine, record(1), stated=True) == (1, "same")
    assert save(engine, record(1)) == (1, "same")
    assert [(one.since, one.until) for one in kept(engine)] == [(DAYS[0], DAYS[0])]


def read(engine: Engine, url: str, body: str, at: datetime, *parts: Part) -> None:
    finding = Finding(
        "typos", Severity.WARNING, 0, Span(0, 1), body, "", "", "", f"{url}{body}", url
    )
    article = Article(url, (Part("body", "", body), *parts), date(2025, 9, 1))
    one = Judged(article, (Entry("gzdt", url, "题"),), (finding,), Fetched(at, 200, 9))
    with writing(engine) as connection:
        save_articles(connection, "s", [one], now=at, day=at.date(), lists_hash="L")


def test_a_page_is_known_by_its_texts_and_the_sites_own_days(engine: Engine) -> None:
    read(engine, "https://a.cn/1.htm", "作出布署", datetime(2025, 9, 1, 18, tzinfo=UTC))
    read(engine, "https://a.cn/1.htm", "作出部署", NOW, Part("attachment", "附件.doc", "表"))
    with writing(engine) as connection:
        want(
            connection,
            "s",
            [("http://a.cn/1.htm", "new", ""), ("http://b.cn/2.htm", "outside", "站外")],
        )
    with reading(engine) as connection:
        seen = pages_seen(connection, SITE, {"a.cn/1.htm", "b.cn/2.htm", "a.cn/9.htm"})
    first, second = date(2025, 9, 2), date(2025, 10, 1)
    assert seen == {
        "a.cn/1.htm": PageSeen(
            "live", "", (TextSeen("作出布署", first, second), TextSeen("作出部署\n\n【附件 附件.doc】\n表", second)), 1
        ),
        "b.cn/2.htm": PageSeen("outside", "站外"),
    }  # fmt: skip


def test_a_page_whose_address_holds_a_personal_number_is_known_by_the_masked_one(
    engine: Engine,
) -> None:
    read(engine, "http://a.cn/110101199003077758.htm", "作出布署", NOW)
    key = "a.cn/110101********7758.htm"
    with reading(engine) as connection:
        assert list(pages_seen(connection, SITE, {key})) == [key]
        assert findings_on(connection, SITE, {key}) == [1]


def test_findings_on_pages_go_by_the_same_key(engine: Engine) -> None:
    read(engine, "https://a.cn/1.htm", "布署", NOW)
    read(engine, "https://a.cn/2.htm", "布署", NOW)
    with reading(engine) as connection:
        assert findings_on(connection, SITE, {"a.cn/2.htm"}) == [2]
