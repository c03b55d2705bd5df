"""通报 in the browser: a quarter's figures and their evidence, packs frozen once, documents made again of them."""

import io
import re
import sqlite3
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from docx import Document
from playwright.sync_api import Browser, expect
from python_calamine import CalamineWorkbook

from checks.model import Finding, Severity, Span
from desk.console.packs import frozen_packs, packs_folder
from store.database import writing
from store.findings import save_findings
from tests.desk.console.browsing import chromium, overflows, serious, shot, sign_in, window
from tests.desk.console.desk import Desk, served_desk
from tests.quarter import Office, office_with_the_quarter
from tests.spreadsheets import SAMPLE, TODAY, write_xlsx

#: Seconds that work may take on a busy machine.
PATIENCE = 120
Q = "2025Q3"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return office_with_the_quarter(tmp_path_factory.mktemp("quarter"))


@pytest.fixture(scope="module")
def desk(office: Office) -> Iterator[Desk]:
    with served_desk(office.db, office.site, office.site_file) as opened:
        opened.clock.at = datetime(TODAY.year, TODAY.month, TODAY.day, 2, tzinfo=UTC)
        yield opened


@pytest.fixture(scope="module")
def browser(desk: Desk) -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


def room(desk: Desk) -> str:
    return f"/s/{desk.site.id}/circular"


def told(client: httpx.Client, desk: Desk, which: str = "now") -> str:
    """The page of the quarter, once it is told."""
    place = f"{room(desk)}/{Q}/{which}"
    assert client.post(f"{place}/work").status_code == 303
    work = desk.hall.works.get(("circular", desk.site.id, Q, which))
    assert work
    work.wait(PATIENCE)
    assert work.wrong == ()
    answer = client.get(place)
    assert answer.status_code == 200
    return answer.text


def test_every_figure_of_the_circular_opens_its_query_and_rows(desk: Desk) -> None:
    with desk.client("zhengwu") as client:
        page = told(client, desk)
        assert "县政府网站发布信息" in page
        figures = desk.hall.works.result(("circular", desk.site.id, Q, "now")).circular.told
        for number, one in enumerate(figures, 1):
            answer = client.get(f"{room(desk)}/{Q}/now/figure/{number}")
            assert answer.status_code == 200
            assert "一致" in answer.text
            assert "与文中不一致" not in answer.text
            assert f"依据{len(set(one.fact.keys))}条" in answer.text or not one.fact.keys
        first = next(n for n, one in enumerate(figures, 1) if one.fact.id == "published")
        said = client.get(f"{room(desk)}/{Q}/now/figure/{first}").text
        assert f"数字{first}：1318" in said
        assert "SELECT COUNT(*) FROM articles" in said
        assert "第1至50条" in said
        last = client.get(f"{room(desk)}/{Q}/now/figure/{first}?first=1300").text
        assert "第1301至1318条" in last
        assert client.get(f"{room(desk)}/{Q}/now/figure/{len(figures) + 1}").status_code == 404


@pytest.mark.needs("chromium")
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("phone", [False, True])
def test_the_page_in_a_browser(
    desk: Desk, browser: Browser, shots: Path, *, dark: bool, phone: bool
) -> None:
    with window(browser, desk.address, dark=dark, phone=phone) as page:
        sign_in(page, "zhengwu")
        page.goto(room(desk))
        page.get_by_role("heading", name="成文之前").wait_for(timeout=PATIENCE * 1000)
        expect(page.get_by_role("heading", level=1)).to_have_text("2025年第三季度通报")
        page.locator("[data-chart] svg").first.wait_for()
        assert serious(page) == []
        assert not overflows(page)
        shot(page, shots, f"circular-{dark}-{phone}")
        page.locator(".paper a", has_text="1318").first.click()
        expect(page.locator("#evidence h2")).to_have_text("数字1：1318")
        expect(page.locator("#evidence h2")).to_be_focused()
        page.locator("#evidence summary").click()
        expect(page.locator("#evidence pre")).to_contain_text("SELECT COUNT(*)")
        page.get_by_role("link", name="后50条").click()
        expect(page.locator("#evidence")).to_contain_text("第51至100条")
        assert serious(page) == []
        assert not overflows(page)
        shot(page, shots, f"figure-{dark}-{phone}")
        page.get_by_role("link", name="回到文中").click()
        expect(page.locator("#n1")).to_be_focused()
        page.goto(f"{room(desk)}/{Q}/figures")
        assert serious(page) == []
        assert not overflows(page)
        shot(page, shots, f"figures-{dark}-{phone}")


def freeze(client: httpx.Client, desk: Desk) -> str:
    """Freeze the quarter; the address that the desk leads to."""
    client.post(f"{room(desk)}/{Q}/freeze")
    work = desk.hall.works.get(("freeze", desk.site.id, Q))
    assert work
    work.wait(PATIENCE)
    answer = client.get(f"{room(desk)}/{Q}/freeze")
    assert answer.status_code == 303
    return str(answer.headers["location"])


def ours(desk: Desk) -> list[tuple[int, str]]:
    found = frozen_packs(packs_folder(desk.hall.address), desk.site.id, Q)
    return [(one.number, one.by) for one in found]


def test_two_who_freeze_at_once_make_one_pack_and_its_papers_are_made_again(desk: Desk) -> None:
    with desk.client("zhengwu") as one, desk.client("zhengwu2") as other:
        one.post(f"{room(desk)}/{Q}/freeze")
        first = freeze(other, desk)
        assert ours(desk) == [(1, "公开办戊")]
        assert first == f"{room(desk)}/{Q}/1"
        assert freeze(other, desk) == f"{room(desk)}/{Q}/1?same=1"
        assert ours(desk) == [(1, "公开办戊")]
        page = told(one, desk, "1")
        assert "公开办戊于2025-10-15 10:00冻结" in page
        assert "没有另存" in one.get(f"{first}?same=1").text
        files = f"{first}/files"
        raw = one.get(f"{files}/circular.docx")
        assert "filename*=UTF-8''jinghe-2025Q3-1-%E9%80%9A%E6%8A%A5.docx" in str(
            raw.headers["content-disposition"]
        )
        said = [each.text for each in Document(io.BytesIO(raw.content)).paragraphs]
        assert any("县政府网站发布信息1318条" in each for each in said)
        book = CalamineWorkbook.from_filelike(io.BytesIO(one.get(f"{files}/annex.xlsx").content))
        rows = book.get_sheet_by_name("数字").to_python()
        assert rows[1][1] == "1318"
        with zipfile.ZipFile(io.BytesIO(one.get(f"{files}/circular-annex.docx").content)) as zip:
            assert "〔1〕1318" in zip.read("word/document.xml").decode()
        pack = one.get(f"{files}/pack.db").content
        assert (
            pack == frozen_packs(packs_folder(desk.hall.address), desk.site.id)[0].path.read_bytes()
        )
        desk.hall.works.forget(("circular", desk.site.id, Q, "1"))
        told(one, desk, "1")
        assert one.get(f"{files}/circular.docx").content == raw.content
        assert one.get(f"{files}/strange.docx").status_code == 404
        assert one.get(f"{room(desk)}/{Q}/2").status_code == 404


def test_a_frozen_pack_that_was_changed_makes_no_circular(desk: Desk) -> None:
    with desk.client("zhengwu") as client:
        freeze(client, desk)
        (pack,) = frozen_packs(packs_folder(desk.hall.address), desk.site.id, Q)
        raw = pack.path.read_bytes()
        with sqlite3.connect(pack.path) as connection:
            connection.execute("UPDATE articles SET title = '改' WHERE id = 1")
        connection.close()
        try:
            desk.hall.works.forget(("circular", desk.site.id, Q, "1"))
            client.post(f"{room(desk)}/{Q}/1/work")
            work = desk.hall.works.get(("circular", desk.site.id, Q, "1"))
            assert work
            work.wait(PATIENCE)
            assert work.wrong == (
                "jinghe-2025Q3.db: 证据包与冻结时的校验值不符，被改动过，不能据以生成通报",
            )
            assert "被改动过" in client.get(f"{room(desk)}/{Q}/1").text
        finally:
            pack.path.write_bytes(raw)
            desk.hall.works.forget(("circular", desk.site.id, Q, "1"))


def bring(client: httpx.Client, desk: Desk, kind: str, file: Path, **more: str) -> httpx.Response:
    with file.open("rb") as opened:
        return client.post(
            f"{room(desk)}/{Q}/figures", data={"kind": kind, **more}, files={"file": (file.name, opened)}
        )  # fmt: skip


def test_a_spreadsheet_comes_in_whole_or_not_at_all_and_twice_changes_nothing(
    desk: Desk, tmp_path: Path
) -> None:
    sheet = SAMPLE["pilot-projects"]
    with desk.client("zhengwu") as client:
        same = write_xlsx(tmp_path / "pilot-projects.xlsx", {"表": sheet})
        answer = bring(client, desk, "pilot-projects", same)
        assert answer.status_code == 200
        assert "已导入过，数据没有变化" in answer.text
        assert "未变6行" in answer.text
        wrong = write_xlsx(tmp_path / "wrong.xlsx", {"申报": [*sheet, ("不存在的单位", "项目")]})
        answer = bring(client, desk, "pilot-projects", wrong)
        assert answer.status_code == 400
        assert "wrong.xlsx 工作表“申报”第8行" in answer.text
        assert str(tmp_path) not in answer.text
        assert "/tmp" not in answer.text
        more = write_xlsx(tmp_path / "more.xlsx", {"表": [sheet[0], ("县水利局", "智慧水利")]})
        answer = bring(client, desk, "pilot-projects", more)
        assert answer.status_code == 400
        assert "请在“别的文件导入过的行”里选“保留”或“撤回”再导入" in answer.text
        answer = bring(client, desk, "pilot-projects", more, others="keep")
        assert "新增1行" in answer.text
        assert "县水利局" in told(client, desk).partition("积极申报项目的单位有")[2][:2000]
        answer = bring(client, desk, "pilot-projects", same, others="withdraw")
        assert "撤回1行" in answer.text
        assert "智慧水利" in answer.text
        no = tmp_path / "no.exe"
        no.write_bytes(b"MZ")
        answer = bring(client, desk, "pilot-projects", no)
        assert "应为 .xlsx、.xls 或 .csv" in answer.text


def test_figures_of_yesterday_are_told_anew_and_steps_in_the_ledger_are_said(desk: Desk) -> None:
    place = f"{room(desk)}/{Q}/now"
    with desk.client("zhengwu") as client:
        assert "此后台账有变动" not in told(client, desk)
        with writing(desk.engine) as connection:
            one = Finding(
                "typos",
                Severity.WARNING,
                0,
                Span(0, 2),
                "布署",
                "部署",
                "",
                "",
                "mark",
                "http://127.0.0.1:9/x",
            )
            save_findings(
                connection, desk.site.id, {one.url: [one]}, now=desk.clock.now(), lists_hash="L"
            )
        assert "此后台账有变动" in client.get(place).text
    was = desk.clock.at
    desk.clock.on(days=1)
    try:
        with desk.client("zhengwu") as client:
            assert "成文之前" not in client.get(place).text
            assert "按2025-10-16 10:00的数据算出" in told(client, desk)
    finally:
        desk.clock.at = was


@pytest.mark.parametrize("name", ["bianji", "chushen", "guanli", "danwei1"])
def test_only_the_office_sees_the_circular(desk: Desk, name: str) -> None:
    place = f"{room(desk)}/{Q}"
    with desk.client(name) as client:
        for path in ("", f"/{Q}/now", f"/{Q}/now/figure/1", f"/{Q}/1", f"/{Q}/1/files/pack.db",
                     f"/{Q}/figures", f"/{Q}/charts", f"/{Q}/charts/a.png", f"/{Q}/freeze", f"/{Q}/now/work"):  # fmt: skip
            assert client.get(room(desk) + path).status_code == 403
        for path in ("/now/work", "/freeze", "/figures", "/charts"):
            assert client.post(place + path).status_code == 403


@pytest.mark.parametrize("quarter", ["2025Q5", "2026Q1", "abc", "2025q3", "2025Q3x"])
def test_a_quarter_that_is_none_or_has_not_begun_is_not_told(desk: Desk, quarter: str) -> None:
    with desk.client("zhengwu") as client:
        assert client.get(f"{room(desk)}/{quarter}/now").status_code == 404


@pytest.mark.needs("chromium")
def test_freezing_downloading_and_drawing_in_a_browser(
    desk: Desk, browser: Browser, shots: Path
) -> None:
    with window(browser, desk.address) as page:
        sign_in(page, "zhengwu")
        page.goto(f"{room(desk)}/{Q}/now")
        page.get_by_role("heading", name="成文之前").wait_for(timeout=PATIENCE * 1000)
        page.get_by_role("button", name="冻结证据包").click()
        page.wait_for_url(re.compile(rf"/{Q}/\d+(\?same=1)?$"), timeout=PATIENCE * 1000)
        number = page.url.rpartition("/")[2].partition("?")[0]
        page.get_by_role("heading", name="下载").wait_for(timeout=PATIENCE * 1000)
        with page.expect_download() as waiting:
            page.get_by_role("link", name="通报（Word）").click()
        assert waiting.value.suggested_filename == f"jinghe-2025Q3-{number}-通报.docx"
        said = [one.text for one in Document(str(waiting.value.path())).paragraphs]
        assert any("发布信息1318条" in one for one in said)
        page.get_by_role("button", name="画出图片").click()
        page.get_by_role("link", name="2025Q3各单位发布.png").wait_for(timeout=PATIENCE * 1000)
        with page.expect_download() as waiting:
            page.get_by_role("link", name="2025Q3各单位发布.png").click()
        assert Path(waiting.value.path()).read_bytes().startswith(b"\x89PNG")
        assert serious(page) == []
        shot(page, shots, "frozen")


def test_no_place_for_packs_is_said(desk: Desk) -> None:
    with pytest.raises(Exception, match="数据库不是文件"):
        packs_folder("postgresql://a@b/c")
    assert packs_folder("postgresql://a@b/c", "/var/packs") == Path("/var/packs")
    assert packs_folder("sqlite:////var/x/q.db") == Path("/var/x/q-circulars")
