"""A ledger of a few findings, as the papers are given it."""

from datetime import UTC, date, datetime, time
from typing import Any

from checks.model import Column, Finding, Severity, Site, Span, Unit, fingerprint
from reports.ledger_lines import Line, ledger_lines
from store.evidence import Evidence
from store.ledger import Event, LedgerRow

HOME = "http://www.example.gov.cn/"
WATER = Unit("shuili", "精河县水利局")
ECOLOGY = Unit("shengtai", "精河县生态环境局")
SITE = Site(
    "jinghe",
    "精河县人民政府网",
    HOME,
    office="精河县政务公开办公室",
    units=(WATER, ECOLOGY),
    columns=(Column("tzgg", "通知公告", f"{HOME}tzgg/", units=("shuili", "shengtai")),),
)
TITLES = {"typos": "错别字", "stale-column": "更新不及时"}
DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
#: Half past two in the night of the 29th at the site.
FOUND = datetime(2025, 9, 28, 18, 30, tzinfo=UTC)
NOTIFIED = Event(
    datetime(2025, 10, 9, 3, tzinfo=UTC), "王丽", "confirmed", "notified", "季度通知", "", "b" * 64
)
CLAIMED = Event(
    datetime(2025, 10, 12, 3, tzinfo=UTC),
    "王丽",
    "notified",
    "claimed",
    "单位报告已改",
    "",
    "c" * 64,
)
CLOSED = Event(
    datetime(2025, 10, 13, 18, 30, tzinfo=UTC),
    "lanmu",
    "claimed",
    "closed",
    "问题不再存在。",
    "",
    "d" * 64,
)
DUE = date(2025, 10, 20)
MADE = datetime.combine(date(2025, 10, 9), time(11))


def slip(number: int, **changed: Any) -> LedgerRow:
    """A wrong word in an article of the water bureau, notified; `changed` are fields of the row."""
    url = f"{HOME}info/{number}.htm"
    finding = Finding(
        "typos", Severity.WARNING, 1, Span(30, 32), "布署", "部署", "应为“部署”", "《现代汉语词典》",
        fingerprint(url), url, "shuili", ("tzgg",),
    )  # fmt: skip
    said: dict[str, Any] = {
        "id": number,
        "finding": finding,
        "state": "notified",
        "label": "已通知",
        "overdue": False,
        "confirmed": True,
        "opened": FOUND,
        "due": DUE,
        "until": None,
        "reason": "",
        "times": 0,
        "closed": None,
        "title": f"防汛会议（{number}）",
        "published": date(2025, 9, 26),
        "sentence": ("会议对防汛工作作出", "布署", "，要求抓好落实。"),
        "events": (NOTIFIED,),
    }
    return LedgerRow(**{**said, **changed})


def stale(number: int) -> LedgerRow:
    """A column that both units answer for, not updated."""
    message = "栏目“通知公告”最近更新2025-02-01，已241天（上限6个月）"
    finding = Finding(
        "stale-column", Severity.ERROR, 0, Span(0, 0), "通知公告", "", message, "国办秘函〔2019〕19号",
        fingerprint("tzgg"), f"{HOME}tzgg/", "", ("tzgg",),
    )  # fmt: skip
    return slip(
        number, finding=finding, title="通知公告", published=None, sentence=("", "通知公告", "")
    )


def closed(number: int) -> LedgerRow:
    return slip(
        number,
        state="closed",
        label="复查通过（销号）",
        closed=CLOSED.at,
        events=(NOTIFIED, CLAIMED, CLOSED),
    )


def kept(number: int) -> dict[str, list[Evidence]]:
    url = f"{HOME}info/{number}.htm"
    return {url: [Evidence(url, FOUND, 200, DIGEST, "x.warc.gz", 0, 1)]}


def lines(*rows: LedgerRow) -> list[Line]:
    return ledger_lines(rows, SITE, TITLES, kept(12))
