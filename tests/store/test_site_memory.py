"""The store's part in judging the site: home page days, days of articles, repeats."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, update

from checks.indicators import shipped
from checks.model import Article, Entry, Part, Site, Unit, UnitTally
from checks.site_seen import ArticleDays, HomeSeen
from reports.counts import counts_json, counts_table, unit_counts, write_csv, write_xlsx
from store import schema
from store.article_days import article_days
from store.articles import Judged, save_articles
from store.database import Engine, reading, writing
from store.home import home_seen, newest_linked, save_home_day
from store.padding import Repeats, mark_repeats, repeated_figures, with_repeats
from tests.checks.test_near_duplicates import BODY, OTHER

DAY = date(2025, 9, 30)
SINCE, UNTIL = date(2025, 7, 1), date(2025, 10, 1)
WATER = Unit("shuili", "县水利局", quota=3)
SITE = Site("s", "某县", "http://a.cn/", units=(WATER, Unit("nongye", "=县农业农村局")), indicators=shipped())  # fmt: skip


def ago(days: int) -> date:
    return DAY - timedelta(days=days)


# -- the home page ------------------------------------------------------------------------------


def unchanged(days: int, since: date) -> HomeSeen:
    """A home page that was read today, and seen to change on `since`."""
    return HomeSeen(
        read=True, newest=ago(1), unchanged_days=days, unchanged_since=since, changed=True
    )


def home(engine: Engine, days: dict[int, str], site: str = "s") -> HomeSeen | None:
    """The home page today, of days ago → what its links were ("" for not read)."""
    with writing(engine) as connection:
        for number, links in days.items():
            why = "" if links else "timeout 超时"
            save_home_day(connection, site, ago(number), ago(number + 1) if links else None, links, why)  # fmt: skip
    with reading(engine) as connection:
        return home_seen(connection, "s", DAY)


def test_a_home_page_never_looked_at_is_not_known(engine: Engine) -> None:
    assert home(engine, {1: "a"}) is None


def test_the_first_night_knows_of_no_change(engine: Engine) -> None:
    assert home(engine, {0: "a"}) == HomeSeen(read=True, newest=ago(1), unchanged_since=DAY)


def test_the_nights_since_the_last_change_are_counted(engine: Engine) -> None:
    seen = home(engine, {5: "a", 4: "a", 3: "b", 2: "b", 1: "b", 0: "b"})
    assert seen == unchanged(3, ago(3))


def test_a_set_of_links_that_came_back_counts_from_then(engine: Engine) -> None:
    seen = home(engine, {3: "b", 2: "a", 1: "b", 0: "b"})
    assert seen == unchanged(1, ago(1))


def test_unread_nights_neither_end_nor_lengthen_the_count(engine: Engine) -> None:
    seen = home(engine, {9: "a", 6: "b", 5: "", 4: "", 3: "b", 1: "", 0: "b"})
    assert seen == unchanged(2, ago(6))


def test_an_unread_home_page_says_why(engine: Engine) -> None:
    assert home(engine, {1: "a", 0: ""}) == HomeSeen(read=False, why="timeout 超时")


def test_what_was_read_today_stays_read(engine: Engine) -> None:
    home(engine, {0: "a"})
    assert home(engine, {0: ""}) == HomeSeen(read=True, newest=ago(1), unchanged_since=DAY)
    home(engine, {1: ""})
    assert home(engine, {1: "z"}) == unchanged(0, DAY)


def test_another_sites_nights_do_not_count(engine: Engine) -> None:
    home(engine, {2: "b", 1: "b"}, site="other")
    assert home(engine, {0: "b"}) == HomeSeen(read=True, newest=ago(1), unchanged_since=DAY)


# -- articles for the tests ---------------------------------------------------------------------


def save(
    engine: Engine,
    number: int,
    published: date | None,
    *,
    title: str = "",
    body: str = BODY,
    unit: str = "shuili",
    reprinted: bool = False,
    rung: str = "meta",
    night: date = DAY,
    columns: dict[str, date | None] | None = None,
    dates: dict[str, date] | None = None,
) -> str:
    url = f"http://a.cn/{number}.htm"
    parts = (Part("title", "", title or f"文章{chr(0x5000 + number)}"), Part("body", "", body))
    rungs = {"published": rung} if rung else {}
    article = Article(url, parts, published, "县水利局", unit, reprinted, rungs=rungs)
    entries = tuple(Entry(c, url, "题", listed) for c, listed in (columns or {}).items())
    with writing(engine) as connection:
        save_articles(
            connection, "s", [Judged(article, entries, ())], now=datetime(2025, 9, 30, tzinfo=UTC),
            day=night, lists_hash="L",
        )  # fmt: skip
        told = json.dumps({name: day.isoformat() for name, day in (dates or {}).items()})
        connection.execute(update(schema.articles).where(schema.articles.c.url == url).values(dates=told))  # fmt: skip
    return url


def test_the_newest_linked_article_is_one_that_is_stored_and_not_of_the_future(
    engine: Engine,
) -> None:
    urls = [save(engine, n, day) for n, day in enumerate((ago(9), ago(3), ago(-1), None))]
    with reading(engine) as connection:
        assert newest_linked(connection, "s", urls, DAY) == ago(3)
        assert newest_linked(connection, "s", [urls[0], "http://a.cn/unknown"] * 700, DAY) == ago(9)
        assert newest_linked(connection, "s", [urls[2], urls[3]], DAY) is None
        assert newest_linked(connection, "s", [], DAY) is None
        assert newest_linked(connection, "other", urls, DAY) is None


# -- days of articles ---------------------------------------------------------------------------


def watched(engine: Engine, column: str, days: dict[int, tuple[str, bool]]) -> None:
    """Days ago → how the column stood, and whether it was read whole."""
    with writing(engine) as connection:
        for number, (state, whole) in days.items():
            connection.execute(
                insert(schema.column_days).values(
                    site="s", column_id=column, day=ago(number), state=state, entries=1,
                    missing="[]", why="", whole=whole,
                )
            )  # fmt: skip


def days_of(engine: Engine, *urls: str) -> list[ArticleDays]:
    with reading(engine) as connection:
        return article_days(connection, "s", urls)


def test_all_days_of_an_article_come_together(engine: Engine) -> None:
    dates = {"meta": ago(7), "page": ago(8), "list": ago(9), "url": ago(10)}
    url = save(engine, 1, ago(7), columns={"dt": ago(6), "gg": None}, dates=dates)
    bare = save(engine, 2, None, rung="")
    assert days_of(engine, url, bare, "http://a.cn/unknown") == [
        ArticleDays(
            url, f"文章{chr(0x5001)}", ago(7), "meta", listed=ago(6), meta=ago(7), page=ago(8),
            in_url=ago(10), first_seen=DAY, unit="shuili", columns=("dt", "gg"),
        ),
        ArticleDays(bare, f"文章{chr(0x5002)}", first_seen=DAY, unit="shuili"),
    ]  # fmt: skip


def test_a_day_the_page_shows_only_by_guess_is_left_out(engine: Engine) -> None:
    url = save(engine, 1, ago(7), rung="generic", dates={"page": ago(7), "list": ago(9)})
    (one,) = days_of(engine, url)
    assert (one.page, one.listed, one.rung) == (None, ago(9), "generic")


@pytest.mark.parametrize("title", ["9月24日召开会议", "2025-09-24会议", "会议（2025.09.24）"])
def test_a_lists_day_that_the_title_names_is_left_out(engine: Engine, title: str) -> None:
    url = save(engine, 1, ago(30), title=title, columns={"dt": ago(6)})
    assert days_of(engine, url)[0].listed is None


def test_an_article_is_first_seen_where_a_list_first_named_it(engine: Engine) -> None:
    save(engine, 1, ago(9), columns={"dt": None}, night=ago(8))
    url = save(engine, 1, ago(9), columns={"dt": None}, night=ago(2))
    with writing(engine) as connection:
        connection.execute(update(schema.articles).values(first_seen=ago(2)))
    assert days_of(engine, url)[0].first_seen == ago(8)


def test_the_watch_before_it_appeared_is_told(engine: Engine) -> None:
    watched(
        engine,
        "dt",
        {
            40: ("ok", False),
            30: ("unread", True),
            20: ("ok", True),
            11: ("ok", True),
            10: ("unread", False),
            9: ("ok", True),
        },
    )
    url = save(engine, 1, ago(60), columns={"dt": None}, night=ago(9))
    (one,) = days_of(engine, url)
    assert (one.watched_since, one.looked, one.first_seen) == (ago(20), ago(11), ago(9))


def test_all_its_columns_must_have_been_watched(engine: Engine) -> None:
    watched(engine, "dt", {20: ("ok", True), 10: ("ok", True)})
    url = save(engine, 1, ago(60), columns={"dt": None, "gg": None}, night=ago(9))
    assert [(d.watched_since, d.looked) for d in days_of(engine, url)] == [(None, None)]
    watched(engine, "gg", {15: ("ok", True)})
    assert [(d.watched_since, d.looked) for d in days_of(engine, url)] == [(ago(15), ago(15))]


def test_many_addresses_are_asked_in_parts(engine: Engine) -> None:
    urls = [save(engine, n, ago(1)) for n in range(3)]
    asked = [*urls[:1], *(f"http://a.cn/no{n}" for n in range(1200)), *urls[1:]]
    assert [one.url for one in days_of(engine, *asked)] == urls


# -- repeats ------------------------------------------------------------------------------------


def mark(engine: Engine, site: Site = SITE) -> Repeats:
    with writing(engine) as connection:
        return mark_repeats(connection, site, SINCE, UNTIL)


def marks(engine: Engine) -> dict[str, str]:
    a = schema.articles
    with reading(engine) as connection:
        rows = connection.execute(select(a.c.url, a.c.repeats).where(a.c.repeats != ""))
        return {row.url.split("/")[-1]: row.repeats.split("/")[-1] for row in rows}


def county(engine: Engine) -> None:
    save(engine, 1, date(2025, 4, 1))  # too long ago
    save(engine, 2, date(2025, 6, 20))  # before the quarter, and near enough
    save(engine, 3, date(2025, 7, 1))
    save(engine, 4, date(2025, 9, 30), body=BODY.replace("近日", "9月30日"))
    save(engine, 5, date(2025, 10, 1))  # after the quarter
    save(engine, 6, date(2025, 9, 1), unit="nongye")
    save(engine, 7, date(2025, 9, 2), reprinted=True)
    save(engine, 8, date(2025, 9, 3), unit="")
    save(engine, 9, date(2025, 9, 4), body=OTHER * 2)
    save(engine, 10, None)


def test_repeats_are_marked_by_unit_within_the_quarter_and_its_window(engine: Engine) -> None:
    county(engine)
    assert mark(engine) == Repeats(articles=4, repeated=2, marked=2)
    assert marks(engine) == {"3.htm": "2.htm", "4.htm": "3.htm"}


def test_marking_again_changes_nothing(engine: Engine) -> None:
    county(engine)
    mark(engine)
    assert mark(engine) == Repeats(articles=4, repeated=2, marked=0)
    assert marks(engine) == {"3.htm": "2.htm", "4.htm": "3.htm"}


def test_a_mark_goes_with_its_reason(engine: Engine) -> None:
    county(engine)
    mark(engine)
    save(engine, 3, date(2025, 7, 1), body=BODY[:150] + OTHER)
    save(engine, 4, date(2025, 9, 30), reprinted=True)
    assert mark(engine).repeated == 0
    assert marks(engine) == {}


def test_numbers_that_are_off_unmark_everything(engine: Engine) -> None:
    county(engine)
    mark(engine)
    off = replace(shipped(), numbers=tuple(replace(n, on=n.name != "repeat_percent") for n in shipped().numbers))  # fmt: skip
    assert mark(engine, replace(SITE, indicators=off)) == Repeats(marked=2)
    assert marks(engine) == {}


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(order=st.permutations(range(4)))
def test_the_order_articles_are_saved_in_does_not_matter(engine: Engine, order: list[int]) -> None:
    with writing(engine) as connection:
        connection.execute(schema.articles.delete())
    for n in order:
        save(engine, n, date(2025, 7, 1 + n))
    mark(engine)
    assert marks(engine) == {"1.htm": "0.htm", "2.htm": "1.htm", "3.htm": "2.htm"}


def test_the_figures_say_how_many_of_the_published_repeat(engine: Engine, tmp_path: Path) -> None:
    county(engine)
    mark(engine)
    with reading(engine) as connection:
        counts = unit_counts(connection, SITE, SINCE, UNTIL)
        assert repeated_figures(connection, "s", SINCE, UNTIL) == {"shuili": 2}
    units = {u["id"]: (u["published"], u["repeated"], u["reprinted"], u["met"]) for u in counts_json(counts)["units"]}  # fmt: skip
    assert units == {"shuili": (3, 2, 1, True), "nongye": (1, 0, 0, None)}
    write_csv(counts, tmp_path / "c.csv")
    assert (tmp_path / "c.csv").read_text("utf-8-sig").splitlines()[:3] == [
        "单位,类别,发布,其中重复,转载,季度任务,是否达标",
        "县水利局,县直部门,3,2,1,3,达标",
        "'=县农业农村局,县直部门,1,0,0,,—",
    ]
    assert [column.header for column in counts_table(counts).columns][2:5] == ["发布", "其中重复", "转载"]  # fmt: skip
    write_xlsx(counts, tmp_path / "c.xlsx")
    from python_calamine import CalamineWorkbook

    rows = CalamineWorkbook.from_path(str(tmp_path / "c.xlsx")).get_sheet_by_index(0).to_python()
    assert rows[2] == ["县水利局", "县直部门", 3, 2, 1, 3, "达标"]


def test_a_units_tally_names_examples_and_sets_double_posting_apart(engine: Engine) -> None:
    county(engine)
    save(engine, 11, date(2025, 9, 10), title="节水宣传", body=OTHER + BODY)
    save(engine, 12, date(2025, 9, 11), title="节水宣传", body=OTHER + BODY)
    mark(engine)
    bare = UnitTally(WATER, SINCE, UNTIL, 5, 1)
    with reading(engine) as connection:
        tally = with_repeats(connection, "s", bare)
    assert (tally.repeated, tally.posted_twice) == (3, 1)
    names = [f"文章{chr(0x5000 + n)}" for n in range(10)]
    assert tally.examples == ((names[3], names[2]), (names[4], names[3]))
