"""`lanmu ledger` as the office runs it: what is printed, what is kept, what is refused."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from checks.model import Article, Entry, Fetched, Finding, Part, Severity, Span
from desk.cli import main
from store.articles import Judged, save_articles
from store.database import open_database, writing
from store.evidence import Evidence

NOW = datetime.now(UTC)
TODAY = (NOW + timedelta(hours=8)).date()
LAST = TODAY + timedelta(days=30)
BODY = "会议作出布署。各单位=1+1要抓好落实。"
SITE = """site: {id: s, name: 某县人民政府网, home: "http://a.cn/", family: generic}
units:
  - {id: nongye, name: 某县农业农村局, kind: department}
columns:
  - {id: gzdt, name: 工作动态, url: /gzdt/, units: [nongye]}
holidays: holidays.csv
"""


class Office:
    """A folder with a site file and a database of two findings on one page, in which commands are run."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self._capsys = folder, capsys
        self.db = f"sqlite:///{folder}/l.db"
        self.site = folder / "site.yaml"
        self.site.write_text(SITE, "utf-8")
        years = "".join(f"{TODAY.year + n},,全年已录入,,通知\n" for n in (0, 1))
        (folder / "holidays.csv").write_text("日期,至,安排,名称,依据\n" + years, "utf-8")
        url = "http://a.cn/1.htm"
        found = (
            Finding("typos", Severity.WARNING, 1, Span(4, 6), "布署", "部署", "应为“部署”", "词典", "f1", url, "nongye"),
            Finding("typos", Severity.SUGGESTION, 1, Span(10, 14), "=1+1", "", "疑似公式\x1b[31m", "词典", "f2", url, "nongye"),
        )  # fmt: skip
        article = Article(
            url,
            (Part("title", "", "一则动态"), Part("body", "", BODY)),
            date(2025, 9, 1),
            "",
            "nongye",
        )
        kept = Evidence(url, NOW, 200, "d" * 64, "a.warc.gz", 0, 9)
        one = Judged(article, (Entry("gzdt", url, "一则动态"),), found, Fetched(NOW, 200, 9), evidence=(kept,))  # fmt: skip
        engine = open_database(self.db)
        with writing(engine) as connection:
            save_articles(connection, "s", [one], now=NOW, day=TODAY, lists_hash="L" * 64)
        engine.dispose()

    def run(self, command: str, *more: str) -> tuple[int, str, str]:
        status = main(["ledger", command, str(self.site), *more, "--db", self.db])
        said = self._capsys.readouterr()
        return status, said.out, said.err

    def states(self) -> list[str]:
        _, out, _ = self.run("list", "--all", "--json")
        return [row["label"] for row in json.loads(out)["rows"]]


@pytest.fixture
def office(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Office:
    monkeypatch.setenv("LANMU_USER", "张三")
    monkeypatch.setenv("COLUMNS", "160")
    return Office(tmp_path, capsys)


def test_a_finding_goes_through_the_offices_hands(office: Office) -> None:
    assert office.states() == ["待确认", "疑似"]
    assert office.run("confirm", "1") == (0, "已确认：1项（1）\n", "")
    assert office.run("confirm", "1") == (0, "已确认：0项；原已如此：1\n", "")
    said = f"已通知：1项（1）\n期限：{LAST}\n"
    assert office.run("notify", "1", "--due", LAST.isoformat()) == (0, said, "")
    assert office.run("claim", "1", "--evidence", "整改报告〔1〕号") == (0, "单位报告已改：1项（1）\n", "")  # fmt: skip
    assert office.run("verify", "1", "--not-mended", "--why", "还在") == (0, "复查未改：1项（1）\n", "")  # fmt: skip
    assert office.run("verify", "1", "--why", "已看过") == (0, "复查通过（销号）：1项（1）\n", "")
    assert office.run("reopen", "1", "--why", "看错了") == (0, "待确认：1项（1）\n", "")
    assert office.run("verify", "1", "--cannot", "--why", "要登录") == (0, "无法复查：1项（1）\n", "")  # fmt: skip
    assert office.run("accept", "2", "--why", "引文", "--until", LAST.isoformat()) == (0, "认可保留：1项（2）\n", "")  # fmt: skip
    assert office.states() == ["无法复查", "认可保留"]
    status, out, err = office.run("verify")
    assert (status, err) == (0, "")
    assert out.startswith("记录链完整：共10条记录，最后一条的校验值为\n")


def test_all_or_nothing_and_why(office: Office) -> None:
    assert office.run("notify", "1", "2", "9", "--due", LAST.isoformat()) == (
        2, "",
        "台账号1：现为“待确认”，不能改为“已通知”；应先为：已确认、已通知、单位报告已改、复查未改\n"
        "台账号2：现为“疑似”，不能改为“已通知”；应先为：已确认、已通知、单位报告已改、复查未改\n"
        "台账号9：本站点台账中没有这个号\n",
    )  # fmt: skip
    assert office.states() == ["待确认", "疑似"]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("confirm",), "没有写台账号；应如 lanmu ledger confirm 站点.yaml 12 15\n"),
        (("dismiss", "1"), "没有写明理由；“误报”必须写明（--why）\n"),
        (("dismiss", "1", "--why", "x", "--until", "2099-01-01"), "dismiss: --until、--phrase、--column 说的是例外，应同时写 --propose\n"),
        (("notify", "1"), "notify: 请写明期限：--due 10月20日 或 --working-days 5，写其中一个\n"),
        (("notify", "1", "--due", "十月底"), "notify: 期限写的是“十月底”；应如 20个工作日、10月20日 或 2025-10-20\n"),
        (("verify", "1", "--cannot", "--not-mended"), "verify: --not-mended 与 --cannot 只能写一个\n"),
        (("show", "7"), "台账号7：本站点台账中没有这个号\n"),
        (("list", "--unit", "nope"), "没有id为“nope”的单位；现有：nongye\n"),
        (("exceptions", "approve"), "exceptions: 写的是“approve”；应为 approve 例外号，或 withdraw 例外号\n"),
        (("exceptions", "approve", "1"), "例外1：本站点没有这个例外\n"),
        (("confirm", "1", "--who", "lanmu"), "经办人不能写“lanmu”：这是程序自己的名字\n"),
    ],
)  # fmt: skip
def test_what_is_refused_says_why(office: Office, command: tuple[str, ...], said: str) -> None:
    assert office.run(*command) == (2, "", said)
    assert office.states() == ["待确认", "疑似"]


def test_working_days_are_counted_by_the_regions_calendar(office: Office) -> None:
    """Both years are entered whole, without a holiday: five working days are a week."""
    office.run("confirm", "1")
    status, out, _ = office.run("notify", "1", "--working-days", "5")
    assert (status, out.splitlines()[1]) == (0, f"期限：{_weekdays_after(TODAY, 5)}")
    status, out, _ = office.run("notify", "1", "--due", "十个工作日内")
    assert (status, out.splitlines()[1]) == (0, f"期限：{_weekdays_after(TODAY, 10)}")


def _weekdays_after(day: date, n: int) -> date:
    while n:
        day += timedelta(days=1)
        n -= day.weekday() < 5
    return day


def test_show_says_all_there_is(office: Office) -> None:
    office.run("confirm", "1", "--why", "属实")
    status, out, _ = office.run("show", "1")
    assert status == 0
    at = r"\d{4}-\d\d-\d\d \d\d:\d\d"
    patterns = (
        "台账号：1  已确认", "原文：会议作出【布署】。", "问题：应为“部署”（应写：部署）", "依据：词典（规则 typos，一般错误）",
        "标题：一则动态（2025-09-01发布）", r"网址：http://a\.cn/1\.htm", "责任单位：某县农业农村局", "栏目：工作动态",
        "可计入通报：是", "经过：", f"  {at}  系统  新发现  检查发现；.*词表 LLLLLLLLLLLL", f"  {at}  张三  待确认 → 已确认  属实",
        f"证据1：{at}抓取，SHA-256 {'d' * 64}，.*a.warc.gz", "台账号1如系误报，可设例外：“会议作出布署”中的“布署”不再报告（typos）",
    )  # fmt: skip
    assert [one for one in patterns if not re.search(f"^{one}", out, re.MULTILINE)] == []
    status, out, _ = office.run("show", "1", "--json")
    assert (json.loads(out)["number"], len(json.loads(out)["events"])) == (1, 2)


def test_nothing_from_a_site_steers_the_terminal(office: Office) -> None:
    for command in (("show", "2"), ("list",), ("dismiss", "2", "--why", "x")):
        assert "\x1b" not in office.run(*command)[1]


def test_the_list_is_a_table_json_and_a_spreadsheet(office: Office) -> None:
    office.run("confirm", "1")
    _, out, _ = office.run("list")
    assert "某县人民政府网 整改台账（2项）" in out
    assert re.search(r"1 │ 已确认 +│ 某县农业农村局 │ 应为“部署”", out)
    assert "已确认" in office.run("list", "--state", "已确认")[1]
    assert json.loads(office.run("list", "--state", "疑似", "--json")[1])["rows"][0]["number"] == 2
    assert json.loads(office.run("list", "--overdue", "--json")[1])["rows"] == []
    file = office.folder / "台账.xlsx"
    assert office.run("list", "--xlsx", str(file)) == (0, "", f"已写入 {file}\n")
    rows = CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()
    assert rows[1][:4] == ["台账号", "状态", "责任单位", "问题"]
    assert rows[2][:6] == [
        1, "已确认", "某县农业农村局", "应为“部署”", "会议作出【布署】。", "一则动态",
    ]  # fmt: skip
    assert rows[3][4] == "各单位【=1+1】要抓好落实。"


def test_a_false_alarm_offers_its_exception_and_a_person_approves_it(office: Office) -> None:
    status, out, _ = office.run("dismiss", "1", "--why", "引文")
    assert status == 0
    assert out.splitlines() == [
        "误报：1项（1）",
        "台账号1如系误报，可设例外：“会议作出布署”中的“布署”不再报告（typos）",
        "  lanmu ledger dismiss 站点.yaml 1 --why 理由 --propose site|unit|column|page [--until 日期]",
    ]
    propose = ("dismiss", "1", "--why", "引文", "--propose", "unit", "--until", "2099-12-31")
    assert office.run(*propose)[1].splitlines() == [
        "误报：0项；原已如此：1",
        "例外1已提出：“会议作出布署”中的“布署”；批准：lanmu ledger exceptions 站点.yaml approve 1",
    ]
    assert office.run("exceptions", "approve", "1", "--who", "李四")[1].splitlines() == [
        "例外1：已批准（单位 某县农业农村局，2099-12-31）：“会议作出布署”中的“布署”",
        "读到网页时生效；要立即重新判断已存的文章，请运行 lanmu recheck 站点.yaml",
    ]
    assert "已批准" in office.run("exceptions")[1]
    assert "已撤回" in office.run("exceptions", "withdraw", "1")[1]


def test_a_dismissal_whose_exception_cannot_be_is_not_made(office: Office) -> None:
    refused = office.run("dismiss", "1", "--why", "x", "--propose", "site", "--phrase", "无关")
    assert refused == (2, "", "例外短语“无关”应含有“布署”，且不超过200字\n")
    assert office.states() == ["待确认", "疑似"]


def test_a_chain_that_was_tampered_with_is_told(office: Office) -> None:
    office.run("confirm", "1")
    last = office.run("verify")[1].splitlines()[1]
    assert office.run("verify-chain", "--anchor", last)[0] == 0
    engine = open_database(office.db)
    with writing(engine) as connection:
        connection.exec_driver_sql("UPDATE finding_events SET who = '李四' WHERE id = 3")
    status, out, err = office.run("verify", "--anchor", "0" * 64)
    assert (status, out) == (2, "")
    assert re.fullmatch(
        r"第3条记录（台账号1，\d{4}-\d\d-\d\d \d\d:\d\d）：内容被改动过\n"
        f"先前抄存的校验值 {'0' * 64} 不在记录链中：此后记录被改动或删除过\n",
        err,
    )
    with writing(engine) as connection:
        connection.exec_driver_sql("DELETE FROM finding_events WHERE id = 3")
        connection.exec_driver_sql("UPDATE findings SET state = 'open' WHERE id = 1")
    engine.dispose()
    assert (
        office.run("verify")[0] == 0
    )  # taken off the end, and the finding with it: only the anchor tells
    assert office.run("verify", "--anchor", last)[0] == 2
