"""栏目: the matrix, one column, and audits that somebody asks for, which really run."""

import csv
import io
import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, expect
from python_calamine import CalamineWorkbook

from checks.model import BadInput
from crawler import clock, sites
from desk.console.app import create_app
from desk.console.audit_job import Going, Teller
from desk.console.audits import BROKEN, ENDED, TOO_LONG, Audit, Audits, audits_of
from store.accounts import add_account
from store.database import reading, writing
from store.locks import night_lock
from tests.county import PLANTED
from tests.desk.console.browsing import overflows, serious, shot, sign_in, window
from tests.desk.console.desk import NOON, Desk, password_hash
from tests.desk.console.desk import sign_in as sign_in_by_form
from tests.desk.web_serving import running

#: Tenths of a second that an audit of the demo may take.
PATIENCE = 1200
FARM = "nongye"
#: A site file whose addresses nobody has filled in yet.
UNFILLED = Path(sites.__file__).parent / "jinghe.yaml"


@pytest.fixture(scope="module")
def farm(desk: Desk) -> str:
    """The account of a unit that answers for a column."""
    with writing(desk.engine) as connection:
        add_account(
            connection, "nongye1", "农业编辑", ("editor",), at=NOON, password=password_hash(), unit=FARM
        )  # fmt: skip
    return "nongye1"


@pytest.fixture
def audits(desk: Desk) -> Iterator[Audits]:
    """Audits of the test's own on the desk's hall, ended at the test's end."""
    opened = Audits(desk.hall)
    yield opened
    opened.close()


def soup(answer: httpx.Response) -> BeautifulSoup:
    assert answer.status_code == 200, answer.text[:2000]
    return BeautifulSoup(answer.text, "lxml")


def rows(page: BeautifulSoup, place: str) -> list[list[str]]:
    """The cells of a table's body, white space made one."""
    return [
        [" ".join(cell.get_text(" ").split()) for cell in row.select("th, td")]
        for row in page.select(f"{place} tbody tr")
    ]


def over(audits: Audits, site: str) -> Audit:
    """The audit once it is over."""
    wait = threading.Event()
    for _ in range(PATIENCE):
        audit = audits.of(site)
        if audit and audit.state != "running" and audits.pid(site) is None:
            return audit
        wait.wait(0.1)
    raise AssertionError("the audit did not end")


# -- the matrix -----------------------------------------------------------------------------------


def test_the_matrix_says_how_every_column_stands(desk: Desk) -> None:
    labels = {"ok": "正常", "stale": "不更新", "empty": "空白", "incomplete": "内容不全", "unread": "未能检查"}  # fmt: skip
    with desk.client("zhengwu") as client:
        page = soup(client.get(f"{desk.root}/columns"))
    names = {one.id: one.name for one in desk.site.columns}
    lines = {row[0]: row for row in rows(page, "table.matrix")}
    wanted = {f"{names[id]} {labels[state]}" for id, state in PLANTED["columns"].items()}
    assert {re.match(r"\S+ \S+", head)[0] for head in lines} == wanted  # type: ignore[index]
    heads = [cell.get_text() for cell in page.select("table.matrix thead th")]
    line = next(row for head, row in lines.items() if head.startswith("乡村振兴 "))
    assert dict(zip(heads, line, strict=True)) == {
        "栏目": "乡村振兴 内容不全", "最近更新": "2025-09-24", "条数": "10", "不更新期限": "2026-03-25 还有176天",
        "县农业农村局": "齐全", "县民政局": "—", "县卫健委": "—", "县应急管理局": "—", "县市场监督管理局": "—",
        "清河镇": "齐全", "柏林镇": "齐全", "双桥乡": "缺1项", "红星农场": "齐全", "没有指定单位": "—",
    }  # fmt: skip
    assert rows(page, "#missing") == [
        ["财政预决算", "没有指定单位", "部门预算"],
        ["行政执法", "云河县卫生健康委员会", "执法主体和人员"],
        ["乡村振兴", "双桥乡人民政府", "乡村振兴进度"],
    ]
    assert "网站robots.txt不允许访问" in page.select_one("table.matrix").get_text()  # type: ignore[union-attr]
    assert "网站返回错误状态（HTTP 500）" in page.select_one("table.matrix").get_text()  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("state=stale", {"政策解读"}),
        ("state=unread", {"网上调查", "数据开放", "内部资料目录"}),
        ("kind=yearly", {"财政预决算"}),
        ("unit=weijian", {"行政执法"}),
        ("unit=nongye&state=ok", set()),
        ("cell=missing", {"财政预决算", "行政执法", "乡村振兴"}),
        ("cell=missing&unit=weijian", {"行政执法"}),
        ("quarter=2025Q2", "all unseen"),
        ("unit=nobody", set()),
    ],
)
def test_the_matrix_is_narrowed(desk: Desk, query: str, shown: Any) -> None:
    with desk.client("bianji") as client:
        page = soup(client.get(f"{desk.root}/columns?{query}"))
    heads = [row[0] for row in rows(page, "table.matrix")]
    if shown == "all unseen":
        assert len(heads) == len(desk.site.columns)
        assert all(head.endswith("还没有查过") for head in heads)
    else:
        assert {head.split()[0] for head in heads} == shown


def test_a_quarter_that_is_none_is_told_in_one_line(desk: Desk) -> None:
    with desk.client("bianji") as client:
        answer = client.get(f"{desk.root}/columns?quarter=2025Q7")
    assert (answer.status_code, "季度写的是“2025Q7”；应如 2025Q3" in answer.text) == (400, True)


def test_the_matrix_is_saved_as_csv_and_as_a_workbook(desk: Desk) -> None:
    with desk.client("zhengwu") as client:
        as_csv = client.get(f"{desk.root}/columns.csv?cell=missing")
        as_xlsx = client.get(f"{desk.root}/columns.xlsx?cell=missing")
    name = "云河县人民政府网_栏目情况_截至2025-09-30"
    for answer, suffix in ((as_csv, ".csv"), (as_xlsx, ".xlsx")):
        told = unquote(answer.headers["content-disposition"].partition("''")[2])
        assert told == name + suffix
    found = list(csv.reader(io.StringIO(as_csv.content.decode("utf-8-sig"))))
    assert found[0][:8] == ["栏目", "类别", "状态", "最近更新", "条数", "何日起不更新", "查看日期", "说明"]  # fmt: skip
    assert found[1] == [
        "财政预决算", "年度公开", "内容不全", "2025-08-31", "9", "2026-09-01", "2025-09-30", "",
        *["—"] * 9, "缺1项；部门预算",
    ]  # fmt: skip
    assert [row[0] for row in found[1:]] == ["财政预决算", "行政执法", "乡村振兴"]
    book = CalamineWorkbook.from_filelike(io.BytesIO(as_xlsx.content))
    assert book.sheet_names == ["栏目与单位", "缺内容和未能检查"]
    sheet = book.get_sheet_by_name("栏目与单位").to_python()
    assert sheet[0][0] == "云河县人民政府网栏目情况（截至2025-09-30）"
    assert [row[0] for row in sheet[2:]] == [row[0] for row in found[1:]]
    assert book.get_sheet_by_name("缺内容和未能检查").to_python()[2:] == [
        ["财政预决算", "没有指定单位", "缺内容", "部门预算"],
        ["行政执法", "云河县卫生健康委员会", "缺内容", "执法主体和人员"],
        ["乡村振兴", "双桥乡人民政府", "缺内容", "乡村振兴进度"],
    ]


# -- one column -----------------------------------------------------------------------------------


def test_a_column_says_who_met_what_it_must_contain_and_when(desk: Desk) -> None:
    with desk.client("zhengwu") as client:
        page = soup(client.get(f"{desk.root}/columns/xczx"))
        entries = soup(client.get(f"{desk.root}/columns/gzdt"))
        later = soup(client.get(f"{desk.root}/columns/gzdt?page=9"))
    within = "最近92天内"
    assert rows(page, "#owed") == [
        ["乡村振兴进度", "云河县农业农村局", within, "已公开", "乡村振兴产业观摩活动举行 2025-09-24"],
        ["乡村振兴进度", "清河镇人民政府", within, "已公开", "清河镇乡村振兴项目进展 2025-09-10"],
        ["乡村振兴进度", "柏林镇人民政府", within, "已公开", "柏林镇乡村振兴工作进度公示 2025-09-04"],
        ["乡村振兴进度", "双桥乡人民政府", within, "缺", ""],
        ["乡村振兴进度", "红星农场", within, "已公开", "红星农场乡村振兴项目进度 2025-08-30"],
    ]  # fmt: skip
    days = [row[0] for row in rows(entries, "#entries") if row[0] != "没有日期"]
    assert days == sorted(days, reverse=True)
    assert len(rows(entries, "#entries")) == PLANTED["entries"]["gzdt"]
    assert rows(later, "#entries") == []
    history = json.loads(page.select_one("#days").get_text())  # type: ignore[union-attr]
    assert history["xAxis"][0]["data"][-1] == "2025-09-30"
    assert [one["name"] for one in history["series"]] == ["内容不全", "条数"]


def test_an_unread_column_says_why_and_judges_nothing(desk: Desk) -> None:
    with desk.client("zhengwu") as client:
        page = soup(client.get(f"{desk.root}/columns/nbzl"))
    said = page.select_one("p.wrong").get_text()  # type: ignore[union-attr]
    assert said == "没有读到：网站robots.txt不允许访问。是否更新、内容是否齐全都没有判断。"
    assert [one.get_text() for one in page.select(".cards .number")] == ["—", "—", "—", "2025-09-30"]  # fmt: skip


def test_a_unit_sees_its_own_part_of_columns(desk: Desk, farm: str) -> None:
    with desk.client(farm) as client:
        page = soup(client.get(f"{desk.root}/columns"))
        assert [row[0] for row in rows(page, "table.matrix")] == ["乡村振兴 内容不全"]
        assert [one.get_text() for one in page.select("table.matrix thead th")][4:] == ["县农业农村局"]  # fmt: skip
        assert rows(page, "#missing") == []
        saved = client.get(f"{desk.root}/columns.csv?unit=weijian").content.decode("utf-8-sig")
        assert saved.splitlines()[1:] == []
        own = soup(client.get(f"{desk.root}/columns/xczx"))
        assert [row[1] for row in rows(own, "#owed")] == ["云河县农业农村局"]
        assert {row[2] for row in rows(own, "#entries")} == {"云河县农业农村局"}
        assert "双桥乡" not in own.get_text()
        for id in ("yfxz", "gzdt", "none"):
            assert client.get(f"{desk.root}/columns/{id}").status_code == 404
    with desk.client("danwei2") as client:
        assert rows(soup(client.get(f"{desk.root}/columns")), "table.matrix") == []
        assert client.get(f"{desk.root}/columns/xczx").status_code == 404


# -- audits ---------------------------------------------------------------------------------------


def test_only_the_office_audits(desk: Desk, farm: str) -> None:
    for name, status in {"bianji": 403, "chushen": 403, farm: 403, "guanli": 403, "": 303}.items():
        with desk.client(name) as client:
            answer = client.post(f"{desk.root}/columns/audit", data={"column": "xczx"})
            assert answer.status_code == status
            assert client.get(f"{desk.root}/columns/audit/now").status_code == status


def test_an_audit_without_a_column_or_with_an_unknown_one_does_not_begin(desk: Desk) -> None:
    with desk.client("zhengwu") as client:
        nothing = client.post(f"{desk.root}/columns/audit")
        unknown = client.post(f"{desk.root}/columns/audit", data={"column": "../x"})
    assert (nothing.status_code, "还没有选栏目" in nothing.text) == (400, True)
    assert (unknown.status_code, "选的栏目已不在站点文件里" in unknown.text) == (400, True)


def test_an_audit_runs_in_a_process_of_its_own_and_its_result_is_stored(
    desk: Desk, audits: Audits
) -> None:
    with reading(desk.engine) as connection:
        before = connection.exec_driver_sql("SELECT count(*) FROM nights WHERE kind='audit'")
        number = before.scalar_one()
    began = audits.ask(desk.site, ["xczx", "nbzl"], "公开办戊", desk.clock.today(desk.site))
    assert (began.state, began.who, began.asked) == ("running", "公开办戊", NOON)
    pid = audits.pid(desk.site.id)
    assert pid is not None
    with pytest.raises(BadInput, match=r"^公开办戊在12:00开始的栏目审核还没有做完"):
        audits.ask(desk.site, ["gzdt"], "公开办己", desk.clock.today(desk.site))
    ended = over(audits, desk.site.id)
    assert (ended.state, ended.lines, ended.result["errors"]) == ("done", (), [])
    assert ended.result["columns"] == [
        {"id": "xczx", "name": "乡村振兴", "state": "incomplete", "newest": "2025-09-24", "entries": 10,
         "missing": [{"item": "乡村振兴进度", "unit": "shuangqiao"}], "why": ""},
        {"id": "nbzl", "name": "内部资料目录", "state": "unread", "newest": None, "entries": 0, "missing": [],
         "why": "robots 网站robots.txt不允许访问"},
    ]  # fmt: skip
    assert ended.result["requests"] >= 1
    with reading(desk.engine) as connection:
        after = connection.exec_driver_sql(
            "SELECT count(*) FROM nights WHERE kind='audit' AND finished IS NOT NULL"
        )
        assert after.scalar_one() == number + 1


def test_an_audit_tells_what_is_being_read(desk: Desk, tmp_path: Path) -> None:
    audits = Audits(replace(desk.hall, address=f"sqlite:///{tmp_path}/new.db"))
    told: list[Going] = []
    try:
        audits.ask(desk.site, [], "公开办戊", desk.clock.today(desk.site))
        wait = threading.Event()
        while (audit := audits.of(desk.site.id)) and audit.state == "running":
            told.append(audit.going)
            wait.wait(0.02)
        assert over(audits, desk.site.id).state == "done"
    finally:
        audits.close()
    host = desk.site.home.rstrip("/")
    assert max(one.fetched for one in told) > 10
    addresses = {url for one in told for url in one.underway}
    assert addresses
    assert all(url.startswith(host) for url in addresses)


def test_a_job_tells_only_what_changed() -> None:
    out = io.StringIO()
    going = Teller(out)
    for fetched in (1, 1, 2):
        going.progress("yunhe", fetched, 0, 5)
        going.underway("yunhe", ["http://a/", "http://b/"])
    assert [json.loads(line) for line in out.getvalue().splitlines()] == [
        {"kind": "going", "fetched": n, "articles": 0, "waiting": 5, "underway": ["http://a/", "http://b/"]}
        for n in (1, 2)
    ]  # fmt: skip


def test_that_robots_txt_keeps_an_audit_away_is_told_in_one_line(desk: Desk) -> None:
    with desk.client("zhengwu2") as client:
        begun = client.post(f"{desk.root}/columns/audit", data={"column": "nbzl"})
        now = f"/s/{desk.site.id}/columns/audit/now"
        assert (begun.status_code, begun.headers["location"]) == (303, now)
        wait = threading.Event()
        for _ in range(PATIENCE):
            page = soup(client.get(now))
            if "every 1s" not in str(page):
                break
            wait.wait(0.1)
        piece = client.get(now, headers={"HX-Request": "true"}).text
    (said,) = [one.get_text() for one in page.select("#audit-now h2")][:1]
    assert said == "审核结束：1个栏目都没有读到（网站robots.txt不允许访问）"
    assert "公开办己，2025-09-30 12:00开始" in page.get_text()
    assert piece.lstrip().startswith("<section")
    assert f'hx-swap-oob="true">{said}' in piece


def test_an_audit_is_refused_while_another_night_is_at_the_site(desk: Desk, audits: Audits) -> None:
    with night_lock(desk.engine, desk.site.id, clock.local(desk.site)):
        audits.ask(desk.site, ["xczx"], "公开办戊", desk.clock.today(desk.site))
        ended = over(audits, desk.site.id)
    assert ended.state == "refused"
    (line,) = ended.lines
    assert re.fullmatch(
        rf"站点 {desk.site.id} 的巡查正在进行（进程\d+，.*开始），待其结束后再运行", line
    )


def test_an_audit_of_a_site_still_to_be_filled_in_is_refused(
    desk: Desk, audits: Audits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(desk.hall.files, desk.site.id, UNFILLED)
    audits.ask(desk.site, ["xczx"], "公开办戊", desk.clock.today(desk.site))
    ended = over(audits, desk.site.id)
    assert (ended.state, len(ended.lines)) == ("refused", 1)
    assert "待政务公开办公室填写" in ended.lines[0]
    monkeypatch.delitem(desk.hall.files, desk.site.id)
    with pytest.raises(BadInput, match=r"没有“云河县人民政府网”的站点文件"):
        audits.ask(desk.site, ["xczx"], "公开办戊", desk.clock.today(desk.site))


def test_an_audit_ends_with_the_server(desk: Desk, audits: Audits) -> None:
    audits.ask(desk.site, [], "公开办戊", desk.clock.today(desk.site))
    pid = audits.pid(desk.site.id)
    audits.close()
    assert pid is not None
    assert not Path(f"/proc/{pid}").exists()
    assert audits.pid(desk.site.id) is None
    audit = audits.of(desk.site.id)
    assert audit is not None
    assert (audit.state, audit.lines) == ("broken", (ENDED,))
    with pytest.raises(BadInput, match="服务器停止"):
        audits.ask(desk.site, [], "公开办戊", desk.clock.today(desk.site))


def test_a_servers_end_ends_its_audits(desk: Desk, tmp_path: Path) -> None:
    app = create_app(replace(desk.hall, address=f"sqlite:///{tmp_path}/new.db"))
    with running(app) as address, httpx.Client(base_url=address) as client:
        sign_in_by_form(client, "zhengwu")
        now = client.post(f"/s/{desk.site.id}/columns/audit", data={"which": "all"})
        assert now.status_code == 303
        audits = audits_of(app)
        pid = audits.pid(desk.site.id)
        assert pid is not None
    assert not Path(f"/proc/{pid}").exists()
    ended = audits.of(desk.site.id)
    assert ended is not None
    assert (ended.state, ended.lines) == ("broken", (ENDED,))


def test_an_audit_that_takes_too_long_is_ended(desk: Desk) -> None:
    audits = Audits(desk.hall, seconds=0.01)
    try:
        audits.ask(desk.site, [], "公开办戊", desk.clock.today(desk.site))
        ended = over(audits, desk.site.id)
    finally:
        audits.close()
    assert (ended.state, ended.lines) == ("broken", (TOO_LONG,))


def test_a_job_whose_server_is_gone_ends_by_itself(desk: Desk) -> None:
    asked = {
        "file": str(desk.hall.files[desk.site.id]), "db": desk.hall.address, "day": "2025-09-30", "columns": [],
    }  # fmt: skip
    with subprocess.Popen(
        [sys.executable, "-m", "desk.console.audit_job"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    ) as job:  # fmt: skip
        assert job.stdin
        job.stdin.write(json.dumps(asked).encode() + b"\n")
        job.stdin.close()
        assert job.wait(60) == 3


def test_a_job_that_fails_is_said_to_have_failed(
    desk: Desk, audits: Audits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desk.console.audits.sys.executable", "/bin/false")
    audits.ask(desk.site, ["xczx"], "公开办戊", desk.clock.today(desk.site))
    ended = over(audits, desk.site.id)
    assert (ended.state, ended.lines) == ("broken", (BROKEN,))


# -- in a browser ---------------------------------------------------------------------------------


@pytest.mark.needs("chromium")
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("phone", [False, True])
def test_columns_in_a_browser(
    desk: Desk, browser: Browser, shots: Path, *, dark: bool, phone: bool
) -> None:
    with window(browser, desk.address, dark=dark, phone=phone) as page:
        sign_in(page, "zhengwu")
        for name, address in {"matrix": "columns", "column": "columns/xczx", "unread": "columns/nbzl"}.items():  # fmt: skip
            page.goto(f"{desk.root}/{address}")
            if name == "column":
                expect(page.locator(".chart svg")).to_be_visible()
            assert serious(page) == []
            assert not overflows(page)
            shot(page, shots, f"{name}-{dark}-{phone}")


@pytest.mark.needs("chromium")
def test_the_heading_and_the_columns_names_stay_while_the_matrix_is_scrolled(
    desk: Desk, browser: Browser
) -> None:
    with window(browser, desk.address, phone=True) as page:
        sign_in(page, "zhengwu")
        page.goto(f"{desk.root}/columns")
        region = page.get_by_role("region", name="栏目与单位对照表")
        region.focus()
        first, head = page.locator("table.matrix th.first").nth(3), page.locator("th.unit").last
        left, top = first.bounding_box(), head.bounding_box()
        assert left
        assert top
        region.evaluate("it => it.scrollTo(300, 200)")
        scrolled, still = first.bounding_box(), head.bounding_box()
        assert scrolled
        assert still
        assert (round(scrolled["x"]), round(still["y"])) == (round(left["x"]), round(top["y"]))


@pytest.mark.needs("chromium")
def test_columns_are_filtered_and_audited_with_live_progress(
    desk: Desk, browser: Browser, shots: Path
) -> None:
    with window(browser, desk.address) as page:
        sign_in(page, "zhengwu")
        page.goto(f"{desk.root}/columns")
        page.get_by_label("栏目状态").select_option("incomplete")
        expect(page.locator("table.matrix tbody tr")).to_have_count(3)
        page.wait_for_url("**state=incomplete**")
        page.get_by_label("勾选 乡村振兴").check()
        page.get_by_label("勾选 行政执法").check()
        page.get_by_role("button", name="现在审核勾选的栏目").click()
        page.wait_for_url("**/columns/audit/now")
        expect(page.locator("#audit-now")).to_contain_text("公开办戊，2025-09-30 12:00开始")
        expect(page.locator("#audit-now")).to_contain_text("审核2个栏目：行政执法、乡村振兴")
        expect(page.get_by_role("progressbar")).to_be_visible()
        assert serious(page) == []
        shot(page, shots, "audit-running")
        page.goto(f"{desk.root}/columns")  # leaving it does not end it
        page.locator("#audit a").click()
        expect(page.get_by_role("heading", level=2).first).to_have_text(
            "审核结束：2个栏目，2个有问题，0个未能检查", timeout=120_000
        )
        expect(page.locator("#audit-said")).to_have_text(
            "审核结束：2个栏目，2个有问题，0个未能检查"
        )
        told = page.get_by_role("region", name="审核结果")
        expect(told).to_contain_text("缺“执法主体和人员”（云河县卫生健康委员会）")
        assert serious(page) == []
        assert not overflows(page)
        shot(page, shots, "audit-done")
