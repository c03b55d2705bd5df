"""The third quarter of 2025 of the circular's own county, as the store would hold it: its units, columns and numbers.

Articles and columns are stored through the store's own functions, judged by the real rules; the office's
spreadsheets are imported by the command. Nothing is crawled: addresses are placeholders on loopback.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from checks.checker import Checker
from checks.model import Article, Column, ColumnSnapshot, Entry, Part, Site
from checks.site import load_site
from checks.verdict import judge_column
from checks.wordlist import shipped
from desk.cli import main
from store.articles import Judged, Tally, save_articles
from store.database import Connection, open_database, reading, written
from store.ledger import ledger_rows, move
from store.nights import finish_night, save_verdict, start_night
from store.walks import save_walk
from tests.spreadsheets import SAMPLE, SITE, TODAY, write_xlsx

SINCE, UNTIL = date(2025, 7, 1), date(2025, 10, 1)
LAST = UNTIL - timedelta(days=1)
ZONE = ZoneInfo("Asia/Shanghai")
HOME = "http://127.0.0.1:9/"
#: Units that did well, and those below their quota of 30; every other unit published 35.
WELL = {"tuotuozhen": 95, "aheqi": 92, "caizheng": 90, "shuili": 88, "fagai": 86, "shengtai": 84,
        "nongye": 82, "weijian": 80}  # fmt: skip
BELOW = {"minzheng": 12, "shuiwu": 9, "qixiang": 7}
QUOTA, OTHERS, TOTAL = 30, 35, 1318
#: What each column holds: (unit, title). What is not here is missing.
LISTED: Mapping[str, Sequence[tuple[str, str]]] = {
    "xczx": [("nongye", "衔接资金安排公告")],
    "yhyshj": [("fagai", "营商环境座谈会召开")],
    "cpzl": [("shijian", "市场监管动态")],
    "snbt": [("nongye", "农机购置补贴政策宣传活动")],
    "aqsc": [("yingji", "安全生产月活动")],
    "ylfw": [("minzheng", "敬老月活动")],
    "shjz": [("yibao", "医保服务进社区")],
    "wgjy": [("renshe", "就业服务活动")],
    "xzzf": [
        *((unit, "执法主体和执法人员公示") for unit in ("jiaoyu", "zhujian", "weijian", "gongan")),
        *((unit, "行政处罚决定公示") for unit in ("shijian", "jiaotong", "yingji")),
    ],
    "ssj": [("shijian", "抽查工作计划和实施细则"), ("shijian", "第三季度抽查结果")],
    "ysqgk": [("fagai", "依申请公开指南")],
}  # fmt: skip
#: Wrong words published in the quarter, found, confirmed and put right: unit, the text with them, and without.
WRONG = (
    ("shengtai", "会议要求做到“两个确立”。", "会议要求深刻领悟“两个确立”的决定性意义。"),
    ("renshe", "由县卫计委和县人社局承办。", "由县卫健委和县人社局承办。"),
    ("renshe", "推进IPV6升级改造。", "推进IPv6升级改造。"),
)


@dataclass(frozen=True, slots=True)
class Office:
    """A folder with the site file and a database that holds the quarter."""

    folder: Path
    site_file: Path
    site: Site
    db: str


def site_file(folder: Path) -> Path:
    """The county's site file with its addresses filled in and a quota for every unit."""
    numbers = iter(range(1, 1000))
    text = SITE.read_text("utf-8").replace("home: 待填写 ", f'home: "{HOME}" ')
    text = re.sub(r"url: 待填写", lambda _: f"url: /c{next(numbers)}.htm", text)
    text = text.replace('code: "待填写"', 'code: ""')
    text = re.sub(r"(kind: (?:township|zone|centre|department))}", rf"\1, quota: {QUOTA}}}", text)
    file = folder / "jinghe.yaml"
    file.write_text(text, "utf-8")
    words = SITE.with_name("jinghe-circular.yaml")
    (folder / words.name).write_text(words.read_text("utf-8"), "utf-8")
    return file


def at(day: date, hour: int = 2) -> datetime:
    """An hour of a day at the site, in UTC."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZONE).astimezone(UTC)


def office_with_the_quarter(folder: Path) -> Office:
    """Everything that the circular of the quarter tells of."""
    office = Office(
        folder, site_file(folder), load_site(site_file(folder)), f"sqlite:///{folder}/q.db"
    )
    engine = open_database(office.db)
    written(engine, lambda connection: _store(connection, office.site))
    engine.dispose()
    for kind, sheet in SAMPLE.items():
        file = write_xlsx(folder / f"{kind}.xlsx", {"表": sheet})
        when = ("--quarter", "2025Q3", "--today", TODAY.isoformat(), "--db", office.db)
        assert main(["import", "figures", str(office.site_file), kind, str(file), *when]) == 0
    _import_adoptions(office)
    _import_monitor(office)
    return office


def _import_adoptions(office: Office) -> None:
    sheet = (("单位", "采用数"), *((office.site.unit(unit).aliases[0], 3) for unit in WELL))
    file = write_xlsx(office.folder / "adoptions.xlsx", {"表": sheet})
    when = ("--quarter", "2025Q3", "--today", TODAY.isoformat(), "--db", office.db)
    assert main(["import", "figures", str(office.site_file), "adoptions", str(file), *when]) == 0


def _import_monitor(office: Office) -> None:
    """The monitor saw one of the wrong words before it was put right."""
    sheet = (
        ("序号", "错敏词", "推荐修改", "所在上下文", "所在文章（url）", "监测时间"),
        (1, "IPV6", "IPv6", "推进IPV6升级改造。", f"{HOME}wrong/2.htm", "2025-08-12 08:00:00"),
    )
    file = write_xlsx(office.folder / "monitor.xlsx", {"错敏信息": sheet})
    command = ["import", "monitor", str(office.site_file), str(file), "--today", TODAY.isoformat()]
    assert main([*command, "--db", office.db]) == 0


def _store(connection: Connection, site: Site) -> None:
    for n in range((UNTIL - SINCE).days):
        day = SINCE + timedelta(days=n)
        night = start_night(connection, site.id, day, at(day))
        finish_night(
            connection, night, at=at(day, 3), requests=0, tally=Tally(), unchecked=(), lanes={}
        )
    checker = Checker(shipped(), site)
    columns = {column.id: list(_entries(site, column)) for column in site.columns}
    listed = [entry for many in columns.values() for entry in many]
    articles = [entry.article for entry in listed if entry.article]
    _save(connection, site, checker, [*articles, *_others(site, articles)], listed, SINCE)
    _wrong(connection, site, checker)
    for column in site.columns:
        _look(connection, site, column, columns[column.id], checker.lists_hash)
    _confirm(connection, site, LAST)


def _entries(site: Site, column: Column) -> Iterator[Entry]:
    for n, (unit, title) in enumerate(LISTED[column.id], 1):
        url = f"{HOME}{column.id}/{n}.htm"
        day = date(2025, 9, 20)
        parts = (Part("title", "", title), Part("body", "", f"{title}。"))
        article = Article(url, parts, day, site.unit(unit).name, unit, columns=(column.id,))
        yield Entry(column.id, url, title, day, article=article)


def _others(site: Site, listed: Sequence[Article]) -> Iterator[Article]:
    """As many more as make each unit's number, and reprints up to the total."""
    left = {unit.id: WELL.get(unit.id, BELOW.get(unit.id, OTHERS)) for unit in site.units}
    for article in listed:
        left[article.unit] -= 1
    for wrong, _, _ in WRONG:
        left[wrong] -= 1
    total = len(listed) + len(WRONG)
    for unit in site.units:
        for n in range(left[unit.id]):
            total += 1
            yield _plain(f"{unit.id}-{n}", unit.id, unit.name, n)
    for n in range(TOTAL - total):
        yield replace(_plain(f"zz-{n}", "", "新华社", n), reprinted=True)


def _plain(name: str, unit: str, source: str, n: int) -> Article:
    day = SINCE + timedelta(days=n % 92)
    parts = (Part("title", "", f"工作动态{n + 1}"), Part("body", "", "本单位组织开展业务学习。"))
    return Article(f"{HOME}news/{name}.htm", parts, day, source, unit)


def _wrong(connection: Connection, site: Site, checker: Checker) -> None:
    """Found on 10 August, confirmed the day after, put right by the 20th."""
    for right, day in ((False, date(2025, 8, 10)), (True, date(2025, 8, 20))):
        articles = []
        for n, (unit, bad, good) in enumerate(WRONG):
            parts = (
                Part("title", "", f"会议消息{n + 1}"),
                Part("body", "", good if right else bad),
            )
            url = f"{HOME}wrong/{n}.htm"
            articles.append(Article(url, parts, date(2025, 8, 5), site.unit(unit).name, unit))
        _save(connection, site, checker, articles, (), day)
        if not right:
            _confirm(connection, site, day + timedelta(days=1))


def _save(
    connection: Connection,
    site: Site,
    checker: Checker,
    articles: Sequence[Article],
    listed: Sequence[Entry],
    day: date,
) -> None:
    judged = [
        Judged(one, tuple(e for e in listed if e.url == one.url), checker.article(one, today=day))
        for one in articles
    ]
    save_articles(connection, site.id, judged, now=at(day), day=day, lists_hash=checker.lists_hash)


def _look(
    connection: Connection, site: Site, column: Column, entries: Sequence[Entry], lists: str
) -> None:
    """The column's list read to its end, judged as it stood on the quarter's last day; walked the day after too."""
    verdict = judge_column(ColumnSnapshot(column, tuple(entries), LAST), site)
    save_verdict(connection, site.id, verdict, LAST, now=at(LAST), lists_hash=lists, whole=True)
    save_walk(
        connection, site.id, column.id, entries, (), day=UNTIL, reached=True, whole=True, total=None
    )


def _confirm(connection: Connection, site: Site, day: date) -> None:
    ids = [row.id for row in ledger_rows(connection, site, day, states=("open",))]
    move(connection, site, ids, "confirmed", who="张三", why="", at=at(day, 10))


def rows(office: Office, sql: str) -> list[tuple[object, ...]]:
    """What the office's database answers."""
    engine = open_database(office.db)
    with reading(engine) as connection:
        found = [tuple(row) for row in connection.exec_driver_sql(sql)]
    engine.dispose()
    return found
