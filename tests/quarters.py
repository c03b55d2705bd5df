"""A small county's quarter in a database: what its units published, what was found, what could not be read."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from checks.model import (
    Article,
    Column,
    Entry,
    Expectation,
    Fetched,
    Finding,
    Part,
    Severity,
    Site,
    Span,
    Unit,
)
from checks.rules.column.shared import Missing
from checks.verdict import ColumnVerdict, State
from store.articles import Judged, Tally, save_articles
from store.database import Connection
from store.findings import save_findings
from store.ledger import ledger_rows, move
from store.nights import finish_night, save_verdict, start_night
from store.walks import save_walk

SINCE, UNTIL, TODAY = date(2025, 7, 1), date(2025, 10, 1), date(2025, 10, 9)
UNITS = (
    Unit("tuotuo", "托托镇人民政府", ("托托镇",), "township", 3),
    Unit("caizheng", "=某县财政局", ("县财政局",), "department", 3),
    Unit("minzheng", "某县民政局", ("县民政局",), "department", 3),
    Unit("shuiwu", "某县税务局", ("县税务局",), "department", None),
    Unit("qixiang", "某县气象局", ("县气象局",), "department", 3),
)
PROGRESS = Expectation("进度", ("进度",), each_unit=True)
POLICY = Expectation("政策", ("政策",), units=("caizheng", "minzheng"))
SITE = Site(
    "s", "某县人民政府网", "http://a.cn/", units=UNITS,
    columns=(
        Column("gzdt", "工作动态", "http://a.cn/gzdt/", units=("tuotuo", "caizheng", "minzheng", "shuiwu"), expects=(PROGRESS, POLICY)),
        Column("qxfw", "气象服务", "http://a.cn/qxfw/", units=("qixiang",), expects=(PROGRESS,)),
    ),
)  # fmt: skip


def at(day: date, hour: int = 2) -> datetime:
    """An instant (UTC) of a night: 2 is ten in the morning at the site, of the same day."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def publish(connection: Connection, unit: str, *days: date, column: str = "gzdt") -> None:
    judged = []
    for number, day in enumerate(days):
        url = f"http://a.cn/{column}/{unit}-{day}-{number}.htm"
        article = Article(url, (Part("body", "", f"{unit}{day}{number}"),), day, "", unit)
        judged.append(
            Judged(article, (Entry(column, url, "题", day),), (), Fetched(at(day), 200, 9))
        )
    save_articles(connection, "s", judged, now=at(TODAY), day=TODAY, lists_hash="L")


def night(connection: Connection, day: date, *columns: str) -> None:
    """A night that ended, in which these columns were walked to known ground."""
    number = start_night(connection, "s", day, at(day))
    for column in columns:
        save_walk(connection, "s", column, [], [], day=day, reached=True, whole=False, total=None)
    finish_night(
        connection, number, at=at(day, 3), requests=1, tally=Tally(), unchecked=[], lanes={}
    )


def found(
    connection: Connection, number: int, unit: str, day: date, *,
    severity: Severity = Severity.WARNING, notify: date | None = None, claim: date | None = None, mend: date | None = None,
    due: date | None = None, confirm: bool = True,
) -> None:  # fmt: skip
    """A finding of a unit's, and how it went on."""
    url = f"http://a.cn/gzdt/f{number}.htm"
    one = Finding("typos", severity, 0, Span(0, 2), "布署", "部署", "", "", f"f{number}", url, unit)
    save_findings(connection, "s", {url: [one]}, now=at(day), lists_hash="L")
    (id,) = [row.id for row in ledger_rows(connection, SITE, day) if row.finding.url == url]
    steps: list[tuple[str, date | None]] = [("confirmed", day if confirm else None), ("notified", notify), ("claimed", claim)]  # fmt: skip
    for state, when in steps:
        if when:
            until = due if state == "notified" else None
            move(connection, SITE, [id], state, who="张三", why="已核", at=at(when, 4), due=until)
    if mend:
        save_findings(connection, "s", {url: []}, now=at(mend, 5), lists_hash="L")


def verdict(
    connection: Connection,
    column: str,
    day: date,
    state: State,
    *,
    why: str = "",
    missing: Sequence[tuple[str, str]] = (),
) -> None:
    """How a column stood on a day."""
    lacking = tuple(Missing(*each) for each in missing)
    one = ColumnVerdict(SITE.column(column), state, None, 1, lacking, why)
    save_verdict(connection, "s", one, day, now=at(day), lists_hash="L", whole=True)


def fill(connection: Connection) -> None:
    """The third quarter of 2025, and something of the second."""
    d = date
    night(connection, d(2025, 4, 2), "gzdt", "qxfw")
    night(connection, d(2025, 9, 30), "gzdt", "qxfw")
    night(connection, d(2025, 10, 2), "gzdt")
    publish(connection, "tuotuo", d(2025, 6, 30), d(2025, 7, 1), d(2025, 8, 5), d(2025, 8, 6), d(2025, 9, 30), d(2025, 10, 1))  # fmt: skip
    publish(connection, "caizheng", d(2025, 5, 1), d(2025, 5, 2), d(2025, 7, 1), d(2025, 7, 2), d(2025, 9, 30))  # fmt: skip
    publish(connection, "minzheng", d(2025, 5, 1), d(2025, 7, 1), d(2025, 10, 1))
    publish(connection, "shuiwu", d(2025, 8, 1))
    publish(connection, "qixiang", d(2025, 8, 1), column="qxfw")
    may, july = d(2025, 5, 6), d(2025, 7, 8)
    found(connection, 1, "caizheng", may, notify=may, due=d(2025, 5, 20), mend=d(2025, 5, 20))
    found(connection, 2, "caizheng", july, notify=july, due=d(2025, 7, 20), mend=d(2025, 7, 21))
    found(
        connection,
        3,
        "caizheng",
        july,
        notify=july,
        due=d(2025, 7, 20),
        claim=d(2025, 7, 20),
        mend=d(2025, 7, 25),
    )
    found(connection, 4, "minzheng", july, notify=july, due=d(2025, 9, 29), severity=Severity.ERROR)
    found(connection, 5, "minzheng", july, notify=july, due=d(2025, 9, 30))
    found(connection, 6, "minzheng", july, notify=july, due=d(2025, 10, 8), mend=d(2025, 10, 5))
    found(connection, 7, "tuotuo", july, confirm=False)
    found(connection, 8, "", july)
    found(connection, 9, "tuotuo", d(2025, 10, 1))
