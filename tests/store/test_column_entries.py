"""What a column lists, newest first: by the page, and what names an expectation's words."""

from datetime import date

import pytest

from checks.model import Article, Entry, Part
from store import column_entries as column_entries_module
from store.articles import Judged, save_articles
from store.column_entries import ListedEntry, column_entries, entries_naming
from store.database import Engine, reading, writing
from store.visits import Answer, save_answers, want
from store.walks import save_entries, save_walk
from tests.quarters import TODAY, at

DAYS = {1: date(2025, 9, 1), 2: date(2025, 9, 3), 3: date(2025, 9, 2)}


def url(number: int) -> str:
    return f"http://a.cn/{number}.htm"


def read(engine: Engine, number: int, day: date | None, text: str, unit: str = "tuotuo") -> None:
    article = Article(url(number), (Part("body", "", text),), day, "", unit)
    entry = Entry("gzdt", url(number), f"题{number}", None)
    with writing(engine) as connection:
        save_articles(
            connection, "s", [Judged(article, (entry,), ())], now=at(TODAY), day=TODAY, lists_hash="L"
        )  # fmt: skip


@pytest.fixture
def filled(engine: Engine) -> Engine:
    """Three dated articles, an undated one, one that was not read, one gone from the list, one of another column."""
    for number, day in DAYS.items():
        read(engine, number, day, f"第{number}号：项目进度", "tuotuo" if number < 3 else "caizheng")
    read(engine, 4, None, "没有日期的进度")
    with writing(engine) as connection:
        want(connection, "s", [(url(5), "new", "")])
        save_entries(connection, "s", [Entry("gzdt", url(5), "未读的进度", date(2025, 9, 2), pinned=True)], day=TODAY)  # fmt: skip
        save_answers(connection, "s", [Answer(url(5), "unread", "timeout 没有打开")], TODAY)
        save_entries(connection, "s", [Entry("qxfw", url(6), "别的栏目的进度")], day=TODAY)
        left = [Entry("gzdt", url(n), f"题{n}") for n in (1, 2, 3, 4)]
        left.append(Entry("gzdt", url(5), "未读的进度", date(2025, 9, 2), pinned=True))
    read(engine, 7, date(2025, 9, 9), "走了的进度")
    with writing(engine) as connection:
        save_walk(connection, "s", "gzdt", left, (), day=TODAY, reached=True, whole=True, total=None)  # fmt: skip
    return engine


def test_entries_come_newest_first_and_undated_last_by_the_page(filled: Engine) -> None:
    with reading(filled) as connection:
        found, total = column_entries(connection, "s", "gzdt")
        pages = [column_entries(connection, "s", "gzdt", offset=n, most=2) for n in (0, 2, 4)]
        mine, of_unit = column_entries(connection, "s", "gzdt", unit="tuotuo")
        assert column_entries(connection, "s", "none") == ([], 0)
    assert [one.url for one in found] == [url(n) for n in (2, 5, 3, 1, 4)]
    assert total == 5
    assert [one for page, _ in pages for one in page] == found
    assert {number for _, number in pages} == {5}
    assert found[1] == ListedEntry(
        url(5),
        "未读的进度",
        date(2025, 9, 2),
        "",
        pinned=True,
        read=False,
        state="unread",
        why="timeout 没有打开",
        first_seen=TODAY,
    )
    assert found[0] == ListedEntry(
        url(2),
        "题2",
        DAYS[2],
        "tuotuo",
        pinned=False,
        read=True,
        state="live",
        why="",
        first_seen=TODAY,
    )
    assert ([one.url for one in mine], of_unit) == ([url(n) for n in (2, 1, 4)], 3)


def test_entries_are_found_by_words_of_their_title_or_text(filled: Engine) -> None:
    with reading(filled) as connection:
        found = list(entries_naming(connection, "s", "gzdt", ["进度", "没有的"]))
        since = list(entries_naming(connection, "s", "gzdt", ["进度"], since=DAYS[3]))
        until = list(entries_naming(connection, "s", "gzdt", ["进度"], until=DAYS[1]))
        third = list(entries_naming(connection, "s", "gzdt", ["第3号"]))
        assert list(entries_naming(connection, "s", "gzdt", [])) == []
        assert list(entries_naming(connection, "s", "gzdt", ["%"])) == []
    assert [one.url for one in found] == [url(n) for n in (2, 5, 3, 1, 4)]
    assert [one.url for one in since] == [url(n) for n in (2, 5, 3)]
    assert [one.url for one in until] == [url(1)]
    (one,) = third
    assert one.article == Article(url(3), (Part("body", "", "第3号"),), DAYS[3], unit="caizheng")
    assert found[1].article is None


@pytest.mark.parametrize("word", ['他说"进度"', "甲\\乙", "甲_乙", "100%"])
def test_words_with_marks_of_their_own_are_found_as_they_are(engine: Engine, word: str) -> None:
    read(engine, 1, DAYS[1], f"前{word}后")
    read(engine, 2, DAYS[2], "前甲丙乙后，100分")
    with reading(engine) as connection:
        found = list(entries_naming(connection, "s", "gzdt", [word]))
    assert [one.url for one in found] == [url(1)]


def test_no_more_than_a_number_of_entries_is_looked_at(
    filled: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(column_entries_module, "MOST_NAMING", 2)
    with reading(filled) as connection:
        found = list(entries_naming(connection, "s", "gzdt", ["进度"]))
    assert [one.url for one in found] == [url(2), url(5)]
