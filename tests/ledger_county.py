"""A county whose ledger holds a few findings: written to a database as a night writes them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from checks.model import (
    Article,
    Column,
    Entry,
    Fetched,
    Finding,
    Part,
    Severity,
    Site,
    Span,
    Unit,
    fingerprint,
)  # fmt: skip
from store.articles import Judged, save_articles
from store.database import Connection, Engine, writing
from store.evidence import Evidence, save_evidence
from store.findings import save_findings
from store.ledger import move

HOME = "http://www.example.gov.cn/"
SITE = Site(
    "jinghe",
    "精河县人民政府网",
    HOME,
    office="精河县政务公开办公室",
    units=(Unit("shuili", "精河县水利局"), Unit("caizheng", "精河县财政局")),
    columns=(Column("tzgg", "通知公告", f"{HOME}tzgg/", units=("shuili", "caizheng")),),
)
SITE_FILE = f"""site: {{id: jinghe, name: 精河县人民政府网, home: "{HOME}", office: 精河县政务公开办公室}}
units:
  - {{id: shuili, name: 精河县水利局}}
  - {{id: caizheng, name: 精河县财政局}}
columns:
  - {{id: tzgg, name: 通知公告, url: /tzgg/, units: [shuili, caizheng]}}
"""
#: Two o'clock in the morning of 3 September at the site.
NIGHT = datetime(2025, 9, 2, 18, 0, tzinfo=UTC)
DUE = date(2025, 10, 20)
WHO = "王丽"
BODY = "会议对防汛工作作出布署。各单位要抓好落实。"
DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


def url(number: int) -> str:
    return f"{HOME}info/{number}.htm"


def slip(number: int, unit: str = "shuili") -> Finding:
    return Finding(
        "typos", Severity.WARNING, 1, Span(9, 11), "布署", "部署", "应为“部署”", "《现代汉语词典》",
        fingerprint(url(number)), url(number), unit, ("tzgg",),
    )  # fmt: skip


STALE = Finding(
    "stale-column", Severity.ERROR, 0, Span(0, 0), "通知公告", "", "栏目“通知公告”最近更新2025-01-01",
    "国办秘函〔2019〕19号", fingerprint("tzgg"), f"{HOME}tzgg/", "", ("tzgg",),
)  # fmt: skip


def read(
    engine: Engine, number: int, *found: Finding, nights: int = 0, unit: str = "shuili"
) -> None:
    """A night that fetched article `number` of `unit` and found these; the page is kept."""
    at = NIGHT + timedelta(days=nights)
    body = BODY if found else BODY.replace("布署", "部署")
    parts = (Part("title", "", f"防汛会议（{number}）"), Part("body", "", body))
    article = Article(url(number), parts, date(2025, 9, 1), "", unit)
    entry = Entry("tzgg", url(number), f"防汛会议（{number}）")
    judged = Judged(article, (entry,), found, Fetched(at, 200, 10))
    with writing(engine) as connection:
        save_articles(connection, "jinghe", [judged], now=at, day=at.date(), lists_hash="L1")
        if found:
            kept = Evidence(url(number), at, 200, DIGEST, "x.warc.gz", 0, 1)
            save_evidence(connection, "jinghe", [kept])


def settled(engine: Engine) -> None:
    """The ledger: 1 and 2 of the water bureau notified, 3 of the treasury notified, 4 the column of both
    confirmed, 5 of the water bureau to be looked at still.
    """
    read(engine, 1, slip(1))
    read(engine, 2, slip(2))
    read(engine, 3, slip(3, "caizheng"), unit="caizheng")
    with writing(engine) as connection:
        save_findings(
            connection, "jinghe", {STALE.url: [STALE]}, now=NIGHT, day=NIGHT.date(), lists_hash="L1",
            about="column", column="tzgg",
        )  # fmt: skip
    read(engine, 5, slip(5))
    with writing(engine) as connection:
        step(connection, "confirmed", [1, 2, 3, 4])
        step(connection, "notified", [1, 2, 3], due=DUE)


def step(
    connection: Connection, to: str, ids: Sequence[int], *, days: int = 6, due: date | None = None
) -> None:
    at = NIGHT + timedelta(days=days, hours=9)
    move(connection, SITE, ids, to, who=WHO, why="核对过", at=at, due=due)


def site_file(folder: Path) -> Path:
    file = folder / "site.yaml"
    file.write_text(SITE_FILE, "utf-8")
    return file
