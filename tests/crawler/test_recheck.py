"""A re-check by what changed comes to what judging everything anew comes to: findings, states and events."""

import csv
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checks.grounds import grounds
from checks.model import Article, Official, Part, Severity, Site, Switch
from checks.wordlist import COLUMNS, lists_hash
from crawler.judge import wordlists_of
from crawler.recheck import Depth, Recheck, recheck_site
from store.articles import Judged, save_articles
from store.database import open_database, reading, writing
from store.list_sets import list_sets, save_list_set

DAY = date(2025, 9, 30)
NOW = datetime(2025, 9, 30, 2, tzinfo=UTC)
FULL: tuple[Depth, ...] = ("lists", "whole")
DAYS = (None, date(2018, 5, 1), date(2025, 9, 1))


@dataclass(frozen=True)
class Row:
    """A row of a list."""

    text: str
    use: str = "改"
    unless: tuple[str, ...] = ()
    boundary: str = "none"
    since: str = ""
    until: str = ""


@dataclass(frozen=True)
class Own:
    """A list of the office's own."""

    id: str
    rows: tuple[Row, ...] = ()
    severity: str = "warning"
    message: str = "应为{use}"
    context: str = ""


@dataclass
class Archive:
    """A database of a few articles in a folder, with a site that has lists of its own."""

    folder: Path
    site: Site = field(init=False)

    def __post_init__(self) -> None:
        self.site = Site(
            "s", "某县人民政府网", "https://a.cn/", lists=(str(self.folder / "lists"),)
        )
        self.write()

    @property
    def db(self) -> str:
        return f"sqlite:///{self.folder}/a.db"

    def write(self, *lists: Own) -> None:
        """The lists now in force."""
        folder = self.folder / "lists"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        said = "lists:\n"
        for one in lists:
            said += f"  - id: {one.id}\n    title: 词表\n    severity: {one.severity}\n    message: {one.message}\n    source: 依据\n"
            said += f"    context: {one.context}\n" if one.context else ""
            with (folder / f"{one.id}.csv").open("w", encoding="utf-8", newline="") as file:
                out = csv.writer(file)
                out.writerow(COLUMNS)
                for r in one.rows:
                    out.writerow((r.text, r.use, "|".join(r.unless), r.boundary, r.since, r.until, "", "", ""))  # fmt: skip
        (folder / "lists.yaml").write_text(said, "utf-8")

    def save(self, *texts: str, days: Sequence[date | None] = (date(2025, 9, 1),)) -> None:
        """Articles as a night saves them, not judged by any list."""
        judged = [
            Judged(
                Article(
                    f"https://a.cn/{n}.htm",
                    (Part("title", "", f"通知{n}"), Part("body", "", text)),
                    days[n % len(days)],
                ),
                (),
                (),
            )
            for n, text in enumerate(texts)
        ]
        engine = open_database(self.db)
        with writing(engine) as connection:
            save_articles(connection, "s", judged, now=NOW, day=DAY, lists_hash="nobody-knows")
        engine.dispose()

    def recheck(self, depth: Depth = "change", *, day: date = DAY, **more: Any) -> Recheck:
        return recheck_site(self.site, self.db, day=day, depth=depth, **more)

    def copy(self, folder: Path) -> "Archive":
        shutil.copytree(self.folder, folder)
        copied = Archive.__new__(Archive)
        copied.folder, copied.site = folder, replace(self.site, lists=(str(folder / "lists"),))
        return copied

    def findings(self) -> list[tuple[Any, ...]]:
        return self._rows(
            'SELECT url, part, start, "end", rule, severity, "match", suggestion, message, source, fingerprint,'
            " state, lists_hash FROM findings"
        )

    def open(self) -> list[tuple[str, str]]:
        """Rule and match of the open findings of the office's own lists."""
        return [(row[4], row[6]) for row in self.findings() if row[11] == "open" and row[4] in "ab"]

    def events(self) -> list[tuple[Any, ...]]:
        return self._rows(
            "SELECT fingerprint, from_state, to_state, why FROM finding_events JOIN findings"
            " ON findings.id = finding_id"
        )

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        engine = open_database(self.db)
        with reading(engine) as connection:
            rows = sorted(tuple(row) for row in connection.exec_driver_sql(sql))
        engine.dispose()
        return rows


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive without articles: making the tables takes longer than judging a few texts."""
    folder = tmp_path_factory.mktemp("blank") / "archive"
    folder.mkdir()
    archive = Archive(folder)
    open_database(archive.db).dispose()
    return folder


@pytest.fixture
def archive(blank: Path, tmp_path: Path) -> Archive:
    shutil.copytree(blank, tmp_path / "archive")
    return Archive(tmp_path / "archive")


# -- equality ---------------------------------------------------------------------------------------

FRAGMENTS = (
    "作出布署。", "作出布\n署安排", "全面布 署", "布\u200b署", "佈署", "环保局", "环保局限性", "原环保局", "帳戶", "帐户", "账\n戶", "ＩＰＶ６",
    "IPV6升级", "XIPV6", "工作布署工作", "的的", "进行行动", "2025年13月", "（一", "。。", "“布署”应为“部署”", "\n", "\n\n", "　　",
    "布\\署", "以及", "撤销环保局", "平台独立", "。",
)  # fmt: skip
WORDS: dict[str, tuple[str, ...]] = {
    "布署": ("工作布署", "布署工"), "布署工": (), "署工作": ("布署工作",), "作布署": ("工作布署工",), "环保局": ("环保局限", "原环保局"),
    "保局": (), "帐户": (), "帳戶": (), "账户": (), "IPV6": ("IPV6升级",), "的的": (), "行行": ("进行行动",), "13月": (),
    "台独": (), "（一": (), "。。": (), "年13": (), "局": ("环保局",),
}  # fmt: skip
TEXTS = st.lists(
    st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=7).map("".join),
    min_size=1,
    max_size=4,
)


@st.composite
def rows(draw: st.DrawFn, text: str) -> Row:
    return Row(
        text,
        draw(st.sampled_from(("改", "部署"))),
        tuple(draw(st.sets(st.sampled_from(WORDS[text])))) if WORDS[text] else (),
        draw(st.sampled_from(("none", "word"))),
        draw(st.sampled_from(("", "2019-01-01"))),
        draw(st.sampled_from(("", "2025-10-01"))),
    )


@st.composite
def changes(draw: st.DrawFn) -> tuple[tuple[Own, ...], tuple[Own, ...]]:
    """Lists as they were and as they are: of every list and row some stay, go, come or are edited."""
    before: list[Own] = []
    after: list[Own] = []
    for id in ("a", "b"):
        old, new = [], []
        for text in draw(st.lists(st.sampled_from(sorted(WORDS)), max_size=5, unique=True)):
            row = draw(rows(text))
            kind = draw(st.sampled_from(("stays", "stays", "goes", "comes", "edited")))
            old += [row] if kind != "comes" else []
            new += [row] if kind in ("stays", "comes") else []
            new += [draw(rows(text))] if kind == "edited" else []
        was = Own(
            id,
            tuple(old),
            draw(st.sampled_from(("error", "warning", "suggestion"))),
            context=draw(st.sampled_from(("", "former"))),
        )
        now = replace(was, rows=tuple(draw(st.permutations(new))))
        now = draw(st.sampled_from((now, now, replace(now, severity="error"), replace(now, message="有误：{use}"))))  # fmt: skip
        before += [was] if draw(st.booleans()) or was.rows else []
        after += [now] if draw(st.booleans()) or now.rows else []
    return tuple(before), tuple(draw(st.permutations(after)))


SWITCHES = st.sampled_from(
    [(), (Switch("a", None, "不用"),), (Switch("b", Severity.SUGGESTION, "试用"), Switch("repetitions", None, "不用"))]
)  # fmt: skip


@settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(TEXTS, changes(), SWITCHES)
def test_what_changed_comes_to_what_everything_comes_to(
    blank: Path, texts: list[str], lists: tuple[tuple[Own, ...], tuple[Own, ...]], switches: Any
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(blank, folder / "change")
        archive = Archive(folder / "change")
        archive.site = replace(archive.site, switches=switches)
        archive.save(*texts, days=DAYS)
        archive.write(*lists[0])
        archive.recheck()
        archive.write(*lists[1])
        others = [archive.copy(folder / "lists"), archive.copy(folder / "whole")]
        for other in others:
            other.site = replace(other.site, switches=switches)
        done = archive.recheck("change")
        for other, depth in zip(others, FULL, strict=True):
            full = other.recheck(depth)
            assert (done.opened, done.closed) == (full.opened, full.closed)
            assert archive.findings() == other.findings()
            assert archive.events() == other.events()


# -- what is looked at, and what is told ------------------------------------------------------------

ONE = Own("a", (Row("清欲", "清淤"),))
THREE = Own("a", (Row("清欲", "清淤"), Row("平按", "平安")))
TWO = Own("a", (Row("清欲", "清淤"), Row("水务股", "水务局", ("水务股份",))))


def test_only_articles_that_hold_what_changed_are_looked_at(archive: Archive) -> None:
    archive.save("开展清欲。", "县水务股。", "水务股份。", "平安无事。")
    archive.write(ONE)
    assert archive.recheck() == Recheck(articles=4, judged=4, opened=1, closed=0)
    archive.write(TWO)
    assert archive.recheck() == Recheck(articles=4, judged=2, opened=1, closed=0)
    assert archive.open() == [("a", "清欲"), ("a", "水务股")]
    archive.write(THREE)
    assert archive.recheck() == Recheck(articles=4, judged=2, opened=0, closed=1)
    assert archive.events()[-1][1:] in {
        ("", "open", "检查发现"),
        ("open", "closed", "词表已更新，不再判为问题"),
    }
    assert archive.open() == [("a", "清欲")]


def test_an_older_list_put_back_closes_what_a_newer_one_found_only_when_asked_to(
    archive: Archive,
) -> None:
    archive.save("开展清欲。", "县水务股。")
    archive.write(ONE)
    archive.recheck()
    archive.write(TWO)
    archive.recheck()
    archive.write(ONE)
    for _ in range(2):
        assert archive.recheck().closed == 0
    assert archive.open() == [("a", "清欲"), ("a", "水务股")]
    assert archive.recheck("lists").closed == 1
    assert archive.open() == [("a", "清欲")]


def test_a_second_recheck_looks_at_nothing_and_changes_nothing(archive: Archive) -> None:
    archive.save("开展清欲。", "县水务股。")
    archive.write(TWO)
    archive.recheck()
    before = archive.findings(), archive.events()
    assert archive.recheck() == Recheck(2, 0, 0, 0)
    assert archive.recheck("lists") == Recheck(2, 2, 0, 0)
    assert (archive.findings(), archive.events()) == before


def test_what_a_hidden_term_hid_appears_when_it_goes(archive: Archive) -> None:
    """A list that is off hides another list's term without being told itself: no finding leads there."""
    archive.site = replace(archive.site, switches=(Switch("b", None, "不用"),))
    archive.save("开展工作清欲。")
    hiding = Own("b", (Row("工作清欲", "工作清淤"),), severity="error")
    archive.write(ONE, hiding)
    archive.recheck()
    assert archive.open() == []
    archive.write(ONE)
    archive.recheck()
    assert archive.open() == [("a", "清欲")]


def test_where_more_than_lists_changed_everything_is_judged(archive: Archive) -> None:
    archive.save("县长王明讲话。开展清欲。", "平安无事。")
    archive.write(ONE)
    archive.recheck()
    assert archive.recheck().judged == 0
    archive.site = replace(archive.site, roster=(Official("李强", "县长"),))
    assert archive.recheck().judged == 2
    archive.site = replace(archive.site, switches=(Switch("a", None, "不用"),))
    assert archive.recheck() == Recheck(2, 2, 0, 1)
    archive.site = replace(archive.site, delay=5.0)
    assert archive.recheck().judged == 0


def test_an_undated_article_is_judged_by_the_day(archive: Archive) -> None:
    archive.save("县水务股。", "县水务股。", days=(None, date(2025, 9, 1)))
    archive.write(Own("a", (Row("水务股", "水务局", since="2025-10-01"),)))
    assert archive.recheck() == Recheck(2, 2, 0, 0)
    assert archive.recheck() == Recheck(2, 0, 0, 0)
    assert archive.recheck(day=date(2025, 10, 1)) == Recheck(2, 1, 1, 0)


def test_what_a_night_judged_by_lists_it_noted_is_only_searched(archive: Archive) -> None:
    archive.write(ONE)
    engine = open_database(archive.db)
    lists = wordlists_of(archive.site)
    with writing(engine) as connection:
        save_list_set(connection, "s", lists, grounds(archive.site), reading_at=NOW)
    archive.save("开展部署。", "县水务股。")
    with writing(engine) as connection:
        connection.exec_driver_sql(f"UPDATE articles SET lists_hash = '{lists_hash(lists)}'")
    with reading(engine) as connection:
        (kept,) = list_sets(connection, "s", None)
    engine.dispose()
    assert lists_hash(kept.wordlists) == kept.lists_hash == lists_hash(lists)
    archive.write(TWO)
    assert archive.recheck() == Recheck(articles=2, judged=1, opened=1, closed=0)


def test_a_night_after_the_recheck_is_not_covered_by_it(archive: Archive) -> None:
    archive.save("开展部署。", "平安无事。")
    archive.write(TWO)
    archive.recheck()
    engine = open_database(archive.db)
    with writing(engine) as connection:  # read anew tomorrow, by lists that nobody noted
        connection.exec_driver_sql(
            "UPDATE articles SET checked_at = '2099-01-01 00:00:00.000000' WHERE id = 1"
        )
    engine.dispose()
    assert archive.recheck().judged == 1


def test_an_article_read_anew_meanwhile_is_left_alone(archive: Archive) -> None:
    from store.archive import Rejudged, save_rejudged

    archive.save("开展清欲。")
    engine = open_database(archive.db)
    with writing(engine) as connection:
        old = Rejudged("https://a.cn/0.htm", "another text's hash", (), whole=True)
        saved = save_rejudged(
            connection, "s", [old], now=NOW, lists_hash="L", unjudged=(), rules=()
        )
    engine.dispose()
    assert saved == (0, 0)


def test_a_deleted_page_is_not_judged(archive: Archive) -> None:
    archive.save("开展清欲。", "开展清欲。")
    engine = open_database(archive.db)
    with writing(engine) as connection:
        connection.exec_driver_sql("UPDATE visits SET state = 'deleted' WHERE url LIKE '%0.htm'")
    engine.dispose()
    archive.write(ONE)
    assert archive.recheck().opened == 1


def test_personal_numbers_stay_found_though_stored_text_has_them_masked(archive: Archive) -> None:
    from checks.checker import Checker, without_personal_data

    article = Article(
        "https://a.cn/0.htm", (Part("body", "", "身份证11010519491231002X的清欲"),), DAY
    )
    engine = open_database(archive.db)
    with writing(engine) as connection:
        found = Checker(()).article(article)
        one = Judged(without_personal_data(article), (), found)
        save_articles(connection, "s", [one], now=NOW, day=DAY, lists_hash="nobody-knows")
    engine.dispose()
    archive.write(ONE)
    for depth in FULL:
        archive.recheck(depth)
        states = {(row[4], row[11]) for row in archive.findings()}
        assert states == {("personal-data", "open"), ("a", "open")}


def test_old_rows_are_judged_and_can_be_searched_from_then_on(archive: Archive) -> None:
    archive.save("开展清欲。", "清欲\\、水務股")
    engine = open_database(archive.db)
    with writing(engine) as connection:
        now = connection.exec_driver_sql("SELECT parts, folded FROM articles ORDER BY id").all()
        connection.exec_driver_sql(
            'UPDATE articles SET folded = \'\', parts = \'[["body", "", "\\u6e05\\u6b32"]]\' WHERE id = 1'
        )
        connection.exec_driver_sql("UPDATE articles SET folded = '00000000' WHERE id = 2")
    archive.write(ONE)
    assert archive.recheck().opened == 2
    archive.write(replace(ONE, message="有误：{use}"))
    assert archive.recheck() == Recheck(2, 2, 0, 0)
    with reading(engine) as connection:
        after = connection.exec_driver_sql("SELECT parts, folded FROM articles ORDER BY id").all()
    engine.dispose()
    assert after[0].parts == '[["body","","清欲"]]' and after[0].folded == now[0].folded
    assert after[1] == now[1]


# -- in parallel, and cut short ---------------------------------------------------------------------

MANY = ["平安无事。", "开展清\n欲。", "县水务股。", "水务股份。", "水務股ＩＰＶ６。"] * 420


def test_two_processes_come_to_what_one_comes_to(archive: Archive, tmp_path: Path) -> None:
    archive.save(*MANY)
    archive.write(TWO)
    other = archive.copy(tmp_path / "other")
    told: list[tuple[int, int]] = []
    done = archive.recheck(workers=2, progress=lambda *at: told.append(at))
    assert done == other.recheck(workers=1) == Recheck(2100, 2100, 1680, 0)
    assert (archive.findings(), archive.events()) == (other.findings(), other.events())
    assert told == [(2000, 2100), (2100, 2100)]


KILLED = """
import os, signal, sys
from dataclasses import replace
from datetime import date
from pathlib import Path
import crawler.recheck as recheck
from tests.crawler.test_recheck import Archive, DAY
archive = Archive.__new__(Archive)
archive.folder = Path(sys.argv[1])
from checks.model import Site
archive.site = Site("s", "某县人民政府网", "https://a.cn/", lists=(str(archive.folder / "lists"),))
recheck.STEP = 100
recheck.MOST_RANGES = 1
def told(done, total):
    if done >= 300:
        os.kill(os.getpid(), signal.SIGKILL)
archive.recheck(progress=told)
"""


def killed(archive: Archive) -> None:
    """A re-check that is killed when 300 articles are done."""
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, str(archive.folder)], check=False, capture_output=True
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr


def test_a_killed_recheck_is_gone_on_with(archive: Archive, tmp_path: Path) -> None:
    archive.save(*MANY[:600])
    archive.write(TWO)
    other = archive.copy(tmp_path / "other")
    killed(archive)
    assert 0 < len(archive.open()) < len(MANY[:600])
    assert archive.recheck() == Recheck(300, 300, 240, 0)
    assert other.recheck() == Recheck(600, 600, 480, 0)
    assert (archive.findings(), archive.events()) == (other.findings(), other.events())
    assert archive.recheck() == Recheck(600, 0, 0, 0)


def test_a_killed_recheck_begins_anew_when_the_lists_changed_again(
    archive: Archive, tmp_path: Path
) -> None:
    archive.save(*MANY[:600])
    archive.write(ONE)
    archive.recheck()
    other = archive.copy(tmp_path / "other")
    archive.write(TWO)
    killed(archive)
    archive.write()
    other.write()
    assert archive.recheck().articles == 600
    other.recheck("whole")
    assert archive.open() == other.open() == []
    states = Counter(row[11] for row in archive.findings() if row[4] == "a")
    assert states["open"] == 0 and states["closed"] > 0
