import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from checks.model import Article, BadInput, Entry, Fetched, Finding, Part, Severity, Span
from store.articles import Judged, Tally, save_articles, stored_articles
from store.database import Engine, open_database, reading, writing
from store.findings import open_findings, save_findings

NOW = datetime(2025, 9, 30, 2, 0, tzinfo=UTC)
LATER = datetime(2025, 10, 1, 2, 0, tzinfo=UTC)
DAY = date(2025, 9, 30)


def finding(url: str, word: str = "布署", number: int = 0) -> Finding:
    return Finding(
        "typos", Severity.WARNING, 1, Span(2, 4), word, "部署", "应为“部署”", "词典",
        f"{url}-{word}-{number}", url, "nongye", ("gzdt",),
    )  # fmt: skip


def judged(number: int, text: str = "作出布署", *findings: Finding) -> Judged:
    url = f"http://a.cn/{number}.htm"
    article = Article(
        url, (Part("title", "", f"第{number}篇"), Part("body", "", text)), DAY, "县农业农村局", "nongye",
        rungs={"title": "meta"},
    )  # fmt: skip
    entry = Entry("gzdt", url, f"第{number}篇", DAY)
    return Judged(article, (entry,), findings, Fetched(NOW, 200, 1000, '"e"'))


def save(engine: Engine, *many: Judged, now: datetime = NOW, lists: str = "L1") -> Tally:
    with writing(engine) as connection:
        return save_articles(connection, "s", many, now=now, day=now.date(), lists_hash=lists)


def events(engine: Engine) -> list[tuple[str, str, str]]:
    with reading(engine) as connection:
        rows = connection.exec_driver_sql(
            "SELECT from_state, to_state, why FROM finding_events ORDER BY id"
        )
        return [(a, b, c) for a, b, c in rows]


def test_what_was_saved_is_read_back(engine: Engine) -> None:
    one = judged(1)
    assert save(engine, one) == Tally(new=1)
    with reading(engine) as connection:
        assert list(stored_articles(connection, "s")) == [replace(one.article, columns=())]


def test_the_same_again_changes_nothing(engine: Engine) -> None:
    one = judged(1, "作出布署", finding("http://a.cn/1.htm"))
    save(engine, one)
    before = events(engine)
    assert save(engine, one, now=LATER) == Tally(same=1)
    assert events(engine) == before == [("", "open", "检查发现")]
    with reading(engine) as connection:
        assert open_findings(connection, "s") == one.findings


def test_another_text_is_a_change(engine: Engine) -> None:
    save(engine, judged(1))
    assert save(engine, judged(1, "作出部署")) == Tally(changed=1)


def test_a_finding_closes_when_its_page_was_checked_without_it_and_opens_again(
    engine: Engine,
) -> None:
    url = "http://a.cn/1.htm"
    save(
        engine, judged(1, "作出布署", finding(url)), judged(2, "布署", finding("http://a.cn/2.htm"))
    )
    save(engine, judged(1, "作出部署"), now=LATER)
    with reading(engine) as connection:
        assert [f.url for f in open_findings(connection, "s")] == ["http://a.cn/2.htm"]
    save(engine, judged(1, "作出布署", finding(url)), now=LATER)
    assert events(engine)[2:] == [
        ("open", "closed", "文章已重新检查，问题不再存在"),
        ("closed", "open", "问题再次出现"),
    ]
    with reading(engine) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM findings").scalar() == 2


def test_a_finding_gone_with_its_list_says_so(engine: Engine) -> None:
    save(engine, judged(1, "作出布署", finding("http://a.cn/1.htm")))
    save(engine, judged(1, "作出布署"), now=LATER, lists="L2")
    assert events(engine)[-1] == ("open", "closed", "词表已更新，不再判为问题")


def test_what_could_not_be_told_closes_nothing(engine: Engine) -> None:
    column = replace(finding("http://a.cn/gzdt.htm"), rule="stale-column")
    for may_close, left in ((True, 1), (False, 1), (True, 0)):
        with writing(engine) as connection:
            save_findings(
                connection, "s", {column.url: [column] if (may_close, left) == (True, 1) else []},
                now=NOW, lists_hash="L1", about="column", column="gzdt", may_close=may_close,
            )  # fmt: skip
        with reading(engine) as connection:
            assert len(open_findings(connection, "s")) == left


def test_what_a_recheck_cannot_judge_stays_as_it_is(engine: Engine) -> None:
    """Stored text has personal numbers masked: judging it again closes nothing that was found of them."""
    url = "http://a.cn/1.htm"
    leak = replace(finding(url, "138****5678"), rule="personal-data")
    save(engine, judged(1, "电话138****5678，作出布署", finding(url), leak))
    with writing(engine) as connection:
        done = save_findings(
            connection, "s", {url: []}, now=LATER, lists_hash="L1", unjudged={"personal-data"}
        )
    assert done == (0, 1)
    with reading(engine) as connection:
        assert [one.rule for one in open_findings(connection, "s")] == ["personal-data"]


def test_all_of_a_transaction_or_nothing(engine: Engine) -> None:
    broken = replace(judged(2), findings=(replace(finding("u"), source=None),))  # type: ignore[arg-type]
    with pytest.raises(Exception, match=r"NOT NULL|数据库出错|出错"):
        save(engine, judged(1), broken)
    with reading(engine) as connection:
        assert list(stored_articles(connection, "s")) == []
        assert connection.exec_driver_sql("SELECT count(*) FROM entries").scalar() == 0


def test_odd_characters_are_kept_or_made_harmless(engine: Engine) -> None:
    one = judged(1, "甲\0乙\ud800丙𠮷")
    assert save(engine, one) == Tally(new=1)
    assert save(engine, one) == Tally(same=1)
    with reading(engine) as connection:
        (stored,) = stored_articles(connection, "s")
    assert stored.body == one.article.body


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("no such address", "数据库地址“no such address”写法有误"),
        ("sqlite:////no/such/folder/x.db", "无法打开"),
        ("nosuch://x/y", "写法有误"),
    ],
)
def test_a_bad_address_gets_one_line(address: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        open_database(address)


def test_a_file_that_is_no_database_gets_one_line(tmp_path: Path) -> None:
    file = tmp_path / "x.db"
    file.write_bytes(b"this is no database at all " * 100)
    with pytest.raises(BadInput, match="不是有效的数据库文件"):
        open_database(f"sqlite:///{file}")


def test_a_newer_database_is_not_touched(db: str) -> None:
    engine = open_database(db)
    with writing(engine) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()
    with pytest.raises(BadInput, match="由更新版本的栏目巡查建立"):
        open_database(db)


WRITER = """
import sys
sys.path.insert(0, {root!r})
from tests.store.test_store import *
engine = open_database({address!r})
print("ready", flush=True)
for start in range(0, 100000, 50):
    save(engine, *(judged(n, "作出布署", finding(f"http://a.cn/{{n}}.htm")) for n in range(start, start + 50)))
"""


def test_a_writer_killed_at_any_moment_leaves_whole_articles(db: str) -> None:
    code = WRITER.format(root=str(Path(__file__).parents[2]), address=db)
    writer = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert writer.stdout and writer.stdout.readline() == "ready\n"
    engine = open_database(db)
    saved = 0
    while saved < 200:
        with reading(engine) as connection:
            saved = connection.exec_driver_sql("SELECT count(*) FROM articles").scalar() or 0
    os.kill(writer.pid, signal.SIGKILL)
    writer.communicate()
    with reading(engine) as connection:
        figures = [
            connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar()
            for table in ("articles", "entries", "findings", "finding_events")
        ]
    assert len(set(figures)) == 1 and int(figures[0] or 1) % 50 == 0
    assert save(engine, judged(0, "作出布署", finding("http://a.cn/0.htm"))) == Tally(same=1)
    engine.dispose()
