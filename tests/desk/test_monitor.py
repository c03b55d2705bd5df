"""A monitor's report as the office imports it: what is printed, what is kept, what is refused."""

import csv
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from checks.checker import Checker
from checks.model import Article, Entry, Fetched, Part
from checks.site import load_site
from checks.wordlist import shipped
from desk.cli import main
from store.articles import Judged, save_articles
from store.database import open_database, reading, writing
from store.ledger import ledger_rows, move
from store.visits import Answer, save_answers, want
from tests.spreadsheets import Rows, write_xlsx

SITE = """
site: {id: s, name: 某县人民政府网, home: "http://a.gov.cn/"}
units: [{id: nongye, name: 某县农业农村局}]
columns:
  - {id: gzdt, name: 工作动态, url: /gzdt/, kind: news, units: [nongye]}
"""
NIGHT = datetime(2025, 9, 1, 18, 0, tzinfo=UTC)
TODAY = "2025-10-10"
HEADINGS = ("序号", "错敏词", "推荐修改", "修改说明", "所在上下文", "所在文章（url）", "快照", "父页面url", "内容类型", "问题类型",
            "问题级别", "发布时间", "采集时间", "监测时间", "是否高频词", "审核/复核状态", "整改状态", "首次发现时间", "复核时间")  # fmt: skip
SEEN = datetime(2025, 9, 20, 8, 30)  # noqa: DTZ001


def record(
    word: str, use: str, context: str, page: str, *, parent: str = "", kind: str = "文章页",
    seen: object = "2025-09-20 08:30:00",
) -> tuple[object, ...]:  # fmt: skip
    return (1, word, use, "用词错误", context, page, "", parent, kind, "错别字", "一般", "2025-09-01", "2025-09-19", seen, "否",
            "已审核", "待整改", "2025-09-20", "")  # fmt: skip


class Office:
    """A folder with a site, its database, and the commands run there."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.db = f"sqlite:///{folder}/m.db"
        self.file = folder / "site.yaml"
        self.file.write_text(SITE, "utf-8")
        self.site = load_site(self.file)
        self._capsys = capsys

    def night(self, number: int, body: str, *, day: int = 1) -> None:
        """A page is read and judged with the shipped lists, in the night after that day of September."""
        url = f"http://a.gov.cn/gzdt/{number}.htm"
        parts = (Part("title", "", f"动态{number}"), Part("body", "", body))
        article = Article(url, parts, date(2025, 9, 1), "", "nongye", columns=("gzdt",))
        found = Checker(shipped(), self.site).article(article)
        at = NIGHT.replace(day=day)
        one = Judged(article, (Entry("gzdt", url, "动态"),), found, Fetched(at, 200, 10))
        engine = open_database(self.db)
        with writing(engine) as connection:
            save_articles(connection, "s", [one], now=at, day=at.date(), lists_hash="L1")
        engine.dispose()

    def run(self, *arguments: str) -> tuple[int, str, str]:
        status = main([*arguments, "--db", self.db, "--today", TODAY])
        said = self._capsys.readouterr()
        return status, said.out, said.err

    def report(self, rows: Rows, name: str = "监测报告.xlsx", sheet: str = "错敏信息") -> Path:
        return write_xlsx(self.folder / name, {sheet: rows})

    def table(self, rows: Rows, name: str = "监测报告.csv") -> Path:
        """As CSV: a spreadsheet would take some cells for formulas."""
        with (self.folder / name).open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(rows)
        return self.folder / name

    def load(self, file: Path, *more: str) -> tuple[int, str, str]:
        return self.run("import", "monitor", str(self.file), str(file), *more)

    def tables(self) -> list[tuple[object, ...]]:
        engine = open_database(self.db)
        with reading(engine) as connection:
            rows = [
                tuple(row)
                for table in ("monitor_reports", "monitor_records")
                for row in connection.exec_driver_sql(f"SELECT * FROM {table} ORDER BY id")
            ]
        engine.dispose()
        return rows


@pytest.fixture
def office(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Office:
    return Office(tmp_path, capsys)


@pytest.fixture
def busy(office: Office) -> Office:
    """Pages read, findings found, mended, excused; some pages never read."""
    office.night(1, "会议对防汛工作作出布署，要求各单位抓好落实。")
    office.night(2, "要再接再励，推进春耕生产。")
    office.night(2, "要再接再厉，推进春耕生产。", day=6)
    office.night(3, "座佑铭挂在墙上。先前写的是别的。")
    office.night(4, "原文有钉钉子精神的错词字样。")
    office.night(4, "现在已经改好。", day=11)
    office.night(5, "附件见下。")
    engine = open_database(office.db)
    with writing(engine) as connection:
        want(connection, "s", [("http://a.gov.cn/gzdt/7.htm", "new", "")])
        answer = Answer("http://a.gov.cn/gzdt/7.htm", "unread", why="timeout")
        save_answers(connection, "s", [answer], date(2025, 9, 2))
    engine.dispose()
    return office


BUSY: Sequence[Sequence[object]] = (
    ("某县网站监测报告",),
    HEADINGS,
    record("布署", "部署", "对防汛工作作出<b>布署</b>，要求各单位", "https://a.gov.cn/gzdt/1.htm#top"),
    record("再接再励", "再接再厉", "要再接再励，推进", "http://a.gov.cn/gzdt/2.htm"),
    record("座佑铭", "座右铭", "座佑铭挂在墙上", "http://a.gov.cn/gzdt/3.htm"),
    record("错词", "正词", "钉钉子精神的错词字样", "http://a.gov.cn/gzdt/4.htm"),
    record("名单错", "名单", "", "http://a.gov.cn/files/fj.pdf", parent="http://a.gov.cn/gzdt/5.htm", kind="附件"),
    record("某错", "某", "", "http://a.gov.cn/gzdt/7.htm"),
    record("某错", "某", "", "http://a.gov.cn/other/8.htm"),
    record("某错", "某", "", "http://a.gov.cn/gzdt/"),
    record("布署", "部署", "对防汛工作作出布署，要求各单位", "http://a.gov.cn/gzdt/1.htm"),
)  # fmt: skip


def test_a_report_is_reconciled_with_the_ledger(busy: Office) -> None:
    file = busy.report(BUSY)
    status, out, err = busy.load(file, "--json")
    said = json.loads(out)
    assert (status, err) == (0, "监测报告.xlsx 工作表“错敏信息”没有用到的列：序号\n")
    assert said["report"] == {
        "id": 1, "file": "监测报告.xlsx", "product": "开普云监测报告", "since": "2025-09-20",
        "until": "2025-09-20", "records": 9,
    }  # fmt: skip
    assert [
        (one["number"], one["outcome"], one["why"], one["read"]) for one in said["records"]
    ] == [
        (1, "matched", None, None),
        (2, "closed", None, None),
        (3, "theirs", "not-in-lists", True),
        (4, "theirs", "edited", True),
        (5, "theirs", "attachment", False),
        (6, "theirs", "unread", False),
        (7, "theirs", "not-listed", False),
        (8, "theirs", "list-page", False),
        (9, "repeated", None, None),
    ]
    assert said["recall"] == {"found": 2, "of": 4, "percent": 50.0}
    assert [one["text"] for one in said["candidates"]] == ["座佑铭", "错词"]


def test_what_came_of_it_is_printed_with_both_numbers_of_the_recall(busy: Office) -> None:
    status, out, _ = busy.load(busy.report(BUSY))
    lines = out.splitlines()
    assert (status, lines[:6]) == (0, [
        "开普云监测报告“监测报告.xlsx”（报告1）：9条，监测时间2025-09-20至2025-09-20",
        "双方都有1条，我方已销号1条，只有对方有6条（其中网页我们读过的2条），报告内重复1条",
        "查全率50.0%：对方报出、且网页我们读过的4条中，我们也查出2条",
        "同一网页、同一时段，只有我们有0条（不含未确认的疑似）",
        "词表没有的词2个，可作新词条：加 --candidates 文件.csv 写出，核对后再收入",
        "只有对方有（6条）",
    ])  # fmt: skip
    for words in (
        "词表没有这个词：可作为新词条提出",
        "当时有，现已改：2025-09-12起的文字里没有",
        "附件没有读取：没有这篇文章附件的文字",
        "网页当时没有读到：timeout",
        "网页未收录：各栏目的列表里没有这个网页",
        "首页或栏目页，不查文字：只查文章的文字",
    ):
        assert words in out


def test_the_same_report_again_changes_nothing(busy: Office) -> None:
    first = busy.load(busy.report(BUSY), "--json")
    before = busy.tables()
    again = busy.load(busy.report(BUSY), "--json")
    renamed = busy.load(busy.report(BUSY, "另存.xlsx"), "--json")
    assert busy.tables() == before and len(before) == 10
    assert first[:2] == again[:2] == renamed[:2]
    assert again[2].endswith("监测报告.xlsx: 这份报告已导入过（报告1），没有改动\n")
    assert renamed[2].endswith("另存.xlsx: 这份报告已导入过（报告1），没有改动\n")


def test_a_stored_report_is_shown_against_the_ledger_of_the_day(busy: Office) -> None:
    busy.load(busy.report(BUSY))
    busy.night(1, "会议对防汛工作作出部署，要求各单位抓好落实。", day=25)
    status, out, err = busy.run("ledger", "monitor", str(busy.file), "--json")
    said = json.loads(out)
    assert (status, err) == (0, "")
    assert [one["outcome"] for one in said["records"]].count("closed") == 2
    assert said["recall"] == {"found": 2, "of": 4, "percent": 50.0}


def test_which_report_is_shown_can_be_said(busy: Office) -> None:
    assert busy.run("ledger", "monitor", str(busy.file)) == (
        2, "", "ledger monitor: 还没有导入监测报告；先运行 lanmu import monitor\n"
    )  # fmt: skip
    busy.load(busy.report(BUSY))
    busy.load(busy.report(BUSY[:3], "第二份.xlsx"))
    _, newest, _ = busy.run("ledger", "monitor", str(busy.file), "--json")
    _, first, _ = busy.run("ledger", "monitor", str(busy.file), "--json", "--report", "1")
    assert [len(json.loads(one)["records"]) for one in (newest, first)] == [1, 9]
    assert busy.run("ledger", "monitor", str(busy.file), "--report", "5") == (
        2, "", "ledger monitor: 没有5号报告；应为1、2之一\n"
    )  # fmt: skip


def test_the_workbook_holds_every_record_and_no_formula(busy: Office) -> None:
    rows = [*BUSY, record("=cmd()", "+1", "@SUM(=cmd())", "http://a.gov.cn/gzdt/3.htm")]
    xlsx = busy.folder / "对照.xlsx"
    status, out, err = busy.load(busy.table(rows), "--xlsx", str(xlsx))
    assert status == 0 and f"已写入 {xlsx}" in err and out.count("\n") == 5
    book = CalamineWorkbook.from_path(str(xlsx))
    assert book.sheet_names == ["汇总", "逐条对照", "只有我们有", "建议词条"]
    sheet = book.get_sheet_by_name("逐条对照").to_python()
    assert sheet[0] == ["序号", "结果", "错敏词", "推荐修改", "所在上下文", "网址", "监测时间", "对方整改状态", "台账号",
                        "我方状态", "说明"]  # fmt: skip
    assert sheet[1] == [
        1.0, "双方都有", "布署", "部署", "对防汛工作作出布署，要求各单位", "https://a.gov.cn/gzdt/1.htm", date(2025, 9, 20),
        "待整改", 1.0, "待确认", "",
    ]  # fmt: skip
    assert sheet[2][8:] == [2.0, "复查通过（销号）", "2025-09-07销号，早于对方监测（2025-09-20）"]
    assert sheet[10][2:5] == ["=cmd()", "+1", "@SUM(=cmd())"]
    terms = book.get_sheet_by_name("建议词条").to_python()
    assert terms[1:] == [
        ["座佑铭", "座右铭", "座佑铭挂在墙上", "座右铭挂在墙上", "开普云监测报告"],
        ["错词", "正词", "钉钉子精神的错词字样", "钉钉子精神的正词字样", "开普云监测报告"],
    ]


def test_words_no_list_has_are_put_forward_as_rows_of_a_list(busy: Office) -> None:
    rows = [*BUSY, record("=cmd()", "+1", "@SUM(=cmd())", "http://a.gov.cn/gzdt/3.htm")]
    file = busy.folder / "own.csv"
    busy.load(busy.table(rows), "--candidates", str(file))
    assert list(csv.reader(file.read_text("utf-8-sig").splitlines())) == [
        ["text", "use", "unless", "boundary", "since", "until", "source", "bad", "good"],
        ["座佑铭", "座右铭", "", "none", "", "", "开普云监测报告", "座佑铭挂在墙上", "座右铭挂在墙上"],
        ["错词", "正词", "", "none", "", "", "开普云监测报告", "钉钉子精神的错词字样", "钉钉子精神的正词字样"],
    ]  # fmt: skip
    lists = busy.folder / "own"
    lists.mkdir()
    index = "lists:\n  - id: own\n    title: 本县\n    severity: warning\n    message: 应为{use}\n    source: 监测报告\n"
    (lists / "lists.yaml").write_text(index, "utf-8")
    (lists / "own.csv").write_bytes(file.read_bytes())
    assert main(["terms", "lint", str(lists)]) == 0


def test_what_only_we_have_is_of_their_pages_and_their_days(office: Office) -> None:
    office.night(1, "会议作出布署。要再接再励，推进。")
    office.night(2, "要再接再励，推进。")
    told = [HEADINGS, record("布署", "部署", "会议作出布署。", "http://a.gov.cn/gzdt/1.htm")]
    _, out, _ = office.load(office.report(told), "--json")
    said = json.loads(out)["ours"]
    assert [(one["url"], one["match"]) for one in said] == [
        ("http://a.gov.cn/gzdt/1.htm", "再接再励")
    ]
    late = [
        HEADINGS,
        record("布署", "部署", "会议作出布署。", "http://a.gov.cn/gzdt/1.htm", seen="2025-08-20"),
    ]
    _, out, _ = office.load(office.report(late), "--json")
    assert json.loads(out)["ours"] == []


def test_without_days_nothing_is_only_ours_and_days_can_be_said(office: Office) -> None:
    office.night(1, "会议作出布署。要再接再励，推进。")
    rows = [("错敏词", "网址"), ("布署", "http://a.gov.cn/gzdt/1.htm")]
    _, out, _ = office.load(office.report(rows))
    assert out.splitlines()[3] == (
        "“只有我们有”没有计算：报告没有监测时间；可用 --since、--until 指明后重新导入"
    )
    _, out, err = office.load(
        office.report(rows), "--since", "2025-07-01", "--until", "2025-09-30", "--json"
    )
    assert [one["match"] for one in json.loads(out)["ours"]] == ["再接再励"]
    assert err == "监测报告.xlsx: 这份报告已导入过（报告1），只改了监测时间\n"
    days = ("--since", "2025-10-01", "--until", "2025-09-30")
    assert office.load(office.report(rows), *days)[2] == (
        "import monitor: 监测起日2025-10-01晚于止日2025-09-30；应不晚于它\n"
    )


def test_a_false_alarm_of_ours_is_no_claim(office: Office) -> None:
    office.night(1, "会议作出布署。要再接再励，推进。")
    engine = open_database(office.db)
    with writing(engine) as connection:
        rows = ledger_rows(connection, office.site, date(2025, 9, 5))
        (alarm,) = [row.id for row in rows if row.finding.match == "再接再励"]
        move(connection, office.site, [alarm], "dismissed", who="张三", why="引文", at=NIGHT)
    engine.dispose()
    told = [HEADINGS, record("布署", "部署", "会议作出布署。", "http://a.gov.cn/gzdt/1.htm")]
    assert json.loads(office.load(office.report(told), "--json")[1])["ours"] == []


def test_a_word_found_elsewhere_on_the_page_is_said_to_be_so(office: Office) -> None:
    office.night(1, "县长在会上作出布署，各乡镇要抓紧。县里印发通知，再作布署。")
    rows = [
        HEADINGS,
        record("布署", "部署", "县长在会上作出布署，各乡镇", "http://a.gov.cn/gzdt/1.htm"),
        record("布署", "部署", "某年某月某日布署下来的事", "http://a.gov.cn/gzdt/1.htm"),
    ]
    said = json.loads(office.load(office.report(rows), "--json")[1])
    assert [(one["outcome"], one["why"]) for one in said["records"]] == [
        ("matched", None),
        ("theirs", "other-place"),
    ]
    assert said["records"][1]["words"] == "同一网页的这个词已查出（台账2号），上下文不同"


MAPPING = """
id: other
title: 另一家监测
source: 导出表
fields:
  - {id: word, name: 问题文字, key: true}
  - {id: url, name: 出处, key: true}
  - {id: context, name: 原话}
  - {id: use, name: 应改}
  - {id: monitored, name: 查得日, type: date}
  - {id: reviewer, name: 审核人}
"""


def test_another_product_is_read_by_the_offices_own_mapping(office: Office) -> None:
    office.night(1, "会议作出布署，要求")
    rows = [("出处", "审核人", "问题文字", "应改", "查得日", "原话"),
            ("http://a.gov.cn/gzdt/1.htm", "李四", "布署", "部署", date(2025, 9, 20), "会议作出布署，要求")]  # fmt: skip
    file = office.report(rows)
    status, _, err = office.load(file)
    assert status == 2 and err == (
        "监测报告.xlsx 工作表“错敏信息”: 前10行里没有表头；应有“错敏词”、“所在文章url”各列\n"
    )
    mapping = office.folder / "m.yaml"
    mapping.write_text(MAPPING, "utf-8")
    status, out, err = office.load(file, "--mapping", str(mapping), "--json")
    said = json.loads(out)
    assert (status, err) == (0, "")
    assert said["report"]["product"] == "另一家监测"
    assert [one["outcome"] for one in said["records"]] == ["matched"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("id: word", "id: wrong"), "m.yaml: 字段 word 应有，并写 key: true\n"),
        (("name: 出处, key: true", "name: 出处"), "m.yaml: 字段 url 应有，并写 key: true\n"),
        (("查得日, type: date", "查得日"), "m.yaml: 字段 monitored 的 type 写的是text；应为date\n"),
        (("id: reviewer", "id: line"), "m.yaml: 字段 line 已被占用；应换一个id\n"),
        (("name: 原话", "name: [原话]"), "m.yaml:8: fields.2.name写的是“['原话']”；应为文字（数字、日期、true/false作文字时要加引号）\n"),
    ],
)  # fmt: skip
def test_a_wrong_mapping_is_told_of(office: Office, change: tuple[str, str], said: str) -> None:
    mapping = office.folder / "m.yaml"
    mapping.write_text(MAPPING.replace(*change), "utf-8")
    status, out, err = office.load(office.report(BUSY), "--mapping", str(mapping))
    assert (status, out) == (2, "") and err.removeprefix(f"{office.folder}/") == said


def test_a_mapping_that_is_not_there_is_told_of(office: Office) -> None:
    missing = office.folder / "没有.yaml"
    assert office.load(office.report(BUSY), "--mapping", str(missing)) == (
        2, "", f"{missing}: 找不到这个列名对照文件；请核对 --mapping\n"
    )  # fmt: skip


def test_one_wrong_row_and_nothing_is_kept_each_fault_with_its_place(office: Office) -> None:
    rows = [
        HEADINGS,
        record("布署", "部署", "", "http://a.gov.cn/1.htm"),
        record("", "部署", "", "http://a.gov.cn/1.htm"),
        record("布署", "部署", "", "第一版"),
        record("布署", "部署", "", "http://a.gov.cn/1.htm", seen="九月某日"),
    ]
    status, out, err = office.load(office.report(rows))
    place = "监测报告.xlsx 工作表“错敏信息”"
    assert (status, out) == (2, "")
    assert err.splitlines()[1:] == [
        f"{place}第3行“错敏词”: 是空的；应填写",
        f"{place}第5行“监测时间”: 写的是“九月某日”；应为日期，如 2025-09-30",
    ]
    status, out, err = office.load(office.report([rows[0], rows[1], rows[3]]))
    assert err.splitlines()[1:] == [f"{place}第3行“所在文章url”: 写的是“第一版”；应有一个完整网址"]
    assert office.tables() == []


def test_every_sheet_with_the_columns_is_read_and_the_others_are_named(office: Office) -> None:
    row = record("布署", "部署", "", "http://a.gov.cn/1.htm")
    file = write_xlsx(
        office.folder / "多表.xlsx",
        {"说明": [("本表由平台导出",)], "严重": [HEADINGS, row], "一般": [HEADINGS, row, row]},
    )
    status, out, err = office.load(file, "--json")
    assert status == 0 and json.loads(out)["report"]["records"] == 3
    assert "没有读工作表“说明”：前10行里没有表头；应有“错敏词”、“所在文章url”各列\n" in err


def test_personal_numbers_are_masked_before_they_are_kept(office: Office) -> None:
    number = "110101199003077758"
    rows = [
        HEADINGS,
        record(number, "", f"身份证号{number}的村民", "http://a.gov.cn/1.htm"),
        record("布署", f"见{number}", f"{number}布署", "http://a.gov.cn/1.htm"),
    ]
    status, out, _ = office.load(office.report(rows), "--json")
    assert status == 0
    stored = repr(office.tables())
    assert number not in stored and number not in out and "110101********7758" in stored


def test_a_word_that_reads_like_a_total_is_a_record(office: Office) -> None:
    rows = [
        ("错敏词", "网址"),
        ("合计", "http://a.gov.cn/1.htm"),
        ("备注", "http://a.gov.cn/1.htm"),
    ]
    _, out, _ = office.load(office.report(rows), "--json")
    assert [one["word"] for one in json.loads(out)["records"]] == ["合计", "备注"]


def test_a_page_with_too_many_records_is_refused(office: Office) -> None:
    rows = [("错敏词", "网址"), *[("布署", "http://a.gov.cn/1.htm")] * 301]
    status, _, err = office.load(office.report(rows))
    assert (status, err) == (2, "网页 a.gov.cn/1.htm 有301条，超过上限300条；应核对报告\n")
    assert office.tables() == []
