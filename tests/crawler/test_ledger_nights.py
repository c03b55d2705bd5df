"""What a night makes of what people said in the ledger: pages are read whole, however unchanged they are."""

from datetime import timedelta
from pathlib import Path

from checks.site import load_site
from crawler import clock
from crawler.night import Night, run_nights
from crawler.recheck import recheck_site
from store.database import open_database, reading, writing
from store.exceptions import decide, propose
from store.ledger import LedgerRow, ledger_rows, move, verify_chain
from tests.simulation import County, served

COUNTY = County(articles=4, columns=1, a_day=1, new=0, edits=0, nights=6)
LIST = """lists:
  - id: own
    title: 词表
    severity: warning
    message: 不应写
    source: 依据
"""
ROWS = "text,use,unless,boundary,since,until,source,bad,good\n急难愁盼,所急所盼,,none,,,,,\n"


class County4:
    """Four pages, each with a finding, and the office's list."""

    def __init__(self, folder: Path, address: str) -> None:
        lists = folder / "lists"
        lists.mkdir()
        (lists / "lists.yaml").write_text(LIST, "utf-8")
        (lists / "own.csv").write_text(ROWS, "utf-8")
        file = COUNTY.site_file(folder, address, ", revisit: {recent: 90, older: 90, all: 90}")
        file.write_text(file.read_text("utf-8") + "lists: [lists]\n", "utf-8")
        self.site = load_site(file)
        self.db = f"sqlite:///{folder}/l.db"

    def run(self, night: int) -> Night:
        (done,) = run_nights([self.site], self.db, day=COUNTY.day(night))
        assert done.errors == ()
        return done

    def rows(self) -> list[LedgerRow]:
        """The first finding of each page."""
        first: dict[str, LedgerRow] = {}
        for row in self.all():
            first.setdefault(row.finding.url, row)
        return list(first.values())

    def all(self) -> list[LedgerRow]:
        engine = open_database(self.db)
        with reading(engine) as connection:
            found = ledger_rows(connection, self.site, COUNTY.day(0), rule="own")
            assert verify_chain(connection, self.site.id) == []
        engine.dispose()
        return found

    def ids(self, url: str) -> list[int]:
        return [row.id for row in self.all() if row.finding.url == url]

    def step(self, ids: list[int], *to: str) -> None:
        engine = open_database(self.db)
        with writing(engine) as connection:
            for state in to:
                due = COUNTY.day(0) + timedelta(days=4000) if state == "notified" else None
                until = COUNTY.day(0) + timedelta(days=4000) if state == "accepted" else None
                move(connection, self.site, ids, state, who="张三", why="看过", at=clock.now(), due=due, until=until)  # fmt: skip
        engine.dispose()


def test_a_page_said_to_be_mended_is_read_whole_though_it_is_unchanged(tmp_path: Path) -> None:
    with served(COUNTY) as at:
        county = County4(tmp_path, at.address)
        county.run(0)
        claimed, closed, accepted, notified = county.rows()
        county.step([claimed.id], "confirmed", "notified", "claimed")
        county.step(county.ids(closed.finding.url), "closed")
        county.step([accepted.id], "accepted")
        county.step([notified.id], "confirmed", "notified")
        told = county.run(1).findings
        assert [(row.state, row.times) for row in county.rows()] == [
            ("failed", 0), ("open", 1), ("accepted", 0), ("notified", 0),
        ]  # fmt: skip
        # another night without change changes nothing, and still tells of what stands
        again = county.run(2)
        assert [(row.state, row.times) for row in county.rows()] == [
            ("failed", 0), ("open", 1), ("accepted", 0), ("notified", 0),
        ]  # fmt: skip
        assert accepted.finding.fingerprint not in {one.fingerprint for one in told}
        assert {claimed.finding.fingerprint, notified.finding.fingerprint} <= {one.fingerprint for one in again.findings}  # fmt: skip
        assert again.lanes["finding"] == 4


def test_an_exception_in_force_is_what_nights_and_rechecks_judge_by(tmp_path: Path) -> None:
    with served(COUNTY) as at:
        county = County4(tmp_path, at.address)
        county.run(0)
        first = county.rows()[0]
        county.step([first.id], "dismissed")
        engine = open_database(county.db)
        with writing(engine) as connection:
            one = propose(
                connection, county.site, first, "site", who="张三", why="看过", at=clock.now(), until=COUNTY.day(3),
                phrase="群众急难愁盼问题",
            )  # fmt: skip
            decide(connection, county.site.id, one.id, "approved", who="李四", at=clock.now())
        engine.dispose()
        told = run_nights([county.site], county.db, day=COUNTY.day(1), full=True)[0].findings
        assert [one for one in told if one.rule == "own"] == []
        assert {row.state for row in county.all()} == {"dismissed", "closed"}
        recheck_site(county.site, county.db, day=COUNTY.day(3))
        assert {row.state for row in county.all()} == {"dismissed", "closed"}
        # its day is over: what the stored texts say counts again
        recheck_site(county.site, county.db, day=COUNTY.day(4))
        states = [row.state for row in county.all()]
        assert (states.count("dismissed"), set(states)) == (1, {"dismissed", "open"})


def test_a_night_judges_what_is_stored_by_the_exceptions_of_its_day(tmp_path: Path) -> None:
    """The pages are as they were, and none is read: what was approved counts, and no longer once its day is over."""
    with served(COUNTY) as at:
        county = County4(tmp_path, at.address)
        county.run(0)
        engine = open_database(county.db)
        with writing(engine) as connection:
            one = propose(
                connection, county.site, county.rows()[0], "site", who="张三", why="看过", at=clock.now(),
                until=COUNTY.day(3), phrase="群众急难愁盼问题",
            )  # fmt: skip
            decide(connection, county.site.id, one.id, "approved", who="李四", at=clock.now())
        engine.dispose()
        assert {row.state for row in county.all()} == {"open"}
        assert [one for one in county.run(1).findings if one.rule == "own"] == []
        assert {row.state for row in county.all()} == {"closed"}
        county.run(2)
        assert {row.state for row in county.all()} == {"closed"}
        county.run(4)
        assert {(row.state, row.times) for row in county.all()} == {("open", 1)}
