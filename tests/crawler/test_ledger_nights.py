"""What a night makes of what people said in the ledger: pages are read whole, however unchanged they are."""

from datetime import timedelta
from pathlib import Path

from checks.site import load_site
from crawler import clock
from crawler.night import Night, run_nights
from store.database import open_database, reading, writing
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
        engine = open_database(self.db)
        with reading(engine) as connection:
            found = ledger_rows(connection, self.site, COUNTY.day(0), rule="own")
            assert verify_chain(connection, self.site.id) == []
        engine.dispose()
        first: dict[str, LedgerRow] = {}
        for row in found:
            first.setdefault(row.finding.url, row)
        return list(first.values())

    def step(self, id: int, *to: str) -> None:
        engine = open_database(self.db)
        with writing(engine) as connection:
            for state in to:
                due = COUNTY.day(0) + timedelta(days=4000) if state == "notified" else None
                until = COUNTY.day(0) + timedelta(days=4000) if state == "accepted" else None
                move(connection, self.site, [id], state, who="张三", why="看过", at=clock.now(), due=due, until=until)  # fmt: skip
        engine.dispose()


def test_a_page_said_to_be_mended_is_read_whole_though_it_is_unchanged(tmp_path: Path) -> None:
    with served(COUNTY) as at:
        county = County4(tmp_path, at.address)
        county.run(0)
        claimed, closed, accepted, notified = county.rows()
        county.step(claimed.id, "confirmed", "notified", "claimed")
        county.step(closed.id, "closed")
        county.step(accepted.id, "accepted")
        county.step(notified.id, "confirmed", "notified")
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
