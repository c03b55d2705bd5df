"""单位 and 文章: all units, one unit, one article with its findings, its versions and its evidence."""

import csv
import io
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import quote, unquote

import httpx
import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, expect
from python_calamine import CalamineWorkbook

from checks.model import Article, Entry, Fetched, Finding, Part, Severity, Span, fingerprint
from reports.versions import instant
from store.accounts import add_account
from store.articles import Judged, save_articles
from store.database import reading, writing
from store.evidence import Evidence, save_evidence
from store.findings import open_findings
from store.ledger import ledger_rows, move
from tests.desk.console.browsing import overflows, serious, shot, sign_in, window
from tests.desk.console.desk import NOON, Desk, password_hash

NOTE = "http://127.0.0.1:9/note.htm"
#: The check digit is right, so it must never be shown whole.
ID_CARD = "11010519491231002X"
DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


@pytest.fixture(scope="module")
def water(desk: Desk) -> str:
    """The account of the water bureau, whose articles have findings."""
    with writing(desk.engine) as connection:
        add_account(
            connection, "shuili1", "水利编辑", ("editor",), at=NOON, password=password_hash(), unit="shuili"
        )  # fmt: skip
    return "shuili1"


@pytest.fixture(scope="module")
def edited(desk: Desk) -> str:
    """An article of the water bureau that was edited: its address. Its title and text hold what must not be shown."""
    with writing(desk.engine) as connection:
        for hour, word in ((2, "布署"), (5, "部署")):
            text = f"<b>会议</b>作出{word}，联系人身份证{ID_CARD}。\n会议作出布署。"
            parts = (Part("title", "", f"通知{ID_CARD}"), Part("body", "", text))
            at = datetime(2025, 9, 20, hour, tzinfo=UTC)
            place = text.rindex("布署")
            found = Finding(
                "typos", Severity.WARNING, 1, Span(place, place + 2), "布署", "部署", "应为“部署”", "词典",
                fingerprint(NOTE), NOTE, "shuili", ("gzdt",),
            )  # fmt: skip
            save_articles(
                connection, desk.site.id,
                [Judged(Article(NOTE, parts, date(2025, 9, 20), "县水利局", "shuili"), (Entry("gzdt", NOTE, "通知"),), (found,), Fetched(at, 200, 10))],
                now=at, day=at.date(), lists_hash="L",
            )  # fmt: skip
        save_evidence(
            connection, desk.site.id, [Evidence(NOTE, at, 200, DIGEST, "x.warc.gz", 0, 1)]
        )
    return NOTE


def soup(answer: httpx.Response) -> BeautifulSoup:
    assert answer.status_code == 200, answer.text[:2000]
    return BeautifulSoup(answer.text, "lxml")


def table(page: BeautifulSoup, place: str) -> list[list[str]]:
    return [
        [" ".join(cell.get_text(" ").split()) for cell in row.select("th, td")]
        for row in page.select(f"{place} tbody tr")
    ]


def heads(page: BeautifulSoup) -> list[str]:
    return [cell.get_text() for cell in page.select("table.matrix thead th")]


# -- all units ------------------------------------------------------------------------------------


def test_units_stand_with_this_quarter_and_the_one_before(desk: Desk) -> None:
    with desk.client("zhengwu") as client:
        page = soup(client.get(f"{desk.root}/units"))
        old = soup(client.get(f"{desk.root}/units?quarter=2025Q2"))
    found = {
        row[0]: dict(zip(heads(page), row, strict=True)) for row in table(page, "table.matrix")
    }
    assert list(found) == [one.name for one in desk.site.units]
    assert found["云河县民政局"] == {
        "单位": "云河县民政局", "类别": "县直部门", "发布": "2", "比上季": "↓ 4", "其中重复": "0", "转载": "0",
        "季度任务": "12", "达标": "还差10篇", "已确认问题": "0", "未销号": "0", "逾期": "0", "按时销号率": "—",
        "评价": "未能判断",
    }  # fmt: skip
    before = {row[0]: row[2] for row in table(old, "table.matrix")}
    assert before["云河县民政局"] == "6"
    assert before["云河县农业农村局"] == "3"
    assert found["云河县农业农村局"]["比上季"] == "↑ 14"


def test_units_are_sorted_by_a_link(desk: Desk) -> None:
    with desk.client("zhengwu") as client:
        down = soup(client.get(f"{desk.root}/units?sort=published"))
        up = soup(client.get(f"{desk.root}/units?sort=published&order=asc"))
        plain = soup(client.get(f"{desk.root}/units?sort=nothing"))
    numbers = [int(row[2]) for row in table(down, "table.matrix")]
    assert numbers == sorted(numbers, reverse=True)
    assert [int(row[2]) for row in table(up, "table.matrix")] == sorted(numbers)
    assert [one["aria-sort"] for one in down.select("th[aria-sort]")] == ["descending"]
    assert [one["aria-sort"] for one in up.select("th[aria-sort]")] == ["ascending"]
    assert down.select_one("th[aria-sort] a")["href"].endswith("sort=published&order=asc")  # type: ignore[index,union-attr]
    assert [row[0] for row in table(plain, "table.matrix")] == [one.name for one in desk.site.units]


def test_units_are_saved(desk: Desk, water: str) -> None:
    with desk.client("zhengwu") as client:
        as_csv = client.get(f"{desk.root}/units.csv?quarter=2025Q3")
        as_xlsx = client.get(f"{desk.root}/units.xlsx?quarter=2025Q3")
    told = unquote(as_csv.headers["content-disposition"].partition("''")[2])
    assert told == "云河县人民政府网_2025Q3_各单位情况.csv"
    found = list(csv.reader(io.StringIO(as_csv.content.decode("utf-8-sig"))))
    assert [row[0] for row in found[1:]] == [one.name for one in desk.site.units]
    book = CalamineWorkbook.from_filelike(io.BytesIO(as_xlsx.content))
    assert book.sheet_names == ["各单位情况", "评价"]
    with desk.client(water) as client:
        own = client.get(f"{desk.root}/units.csv").content.decode("utf-8-sig")
        mine = client.get(f"{desk.root}/units.xlsx")
    assert [line.split(",")[0] for line in own.splitlines()[1:]] == ["云河县水利局"]
    sheets = CalamineWorkbook.from_filelike(io.BytesIO(mine.content))
    said = str([sheets.get_sheet_by_name(name).to_python() for name in sheets.sheet_names])
    assert "云河县水利局" in said
    assert [one.name for one in desk.site.units if one.name in said] == ["云河县水利局"]


# -- one unit -------------------------------------------------------------------------------------


def test_a_unit_has_its_articles_columns_findings_and_quarters(desk: Desk) -> None:
    with desk.client("zhengwu") as client:
        page = soup(client.get(f"{desk.root}/units/weijian"))
        both = soup(client.get(f"{desk.root}/units/nongye?articles=all"))
    cards = [" ".join(one.get_text(" ").split()) for one in page.select(".cards article")]
    assert cards == [
        "发布 5 / 5 达标 比上季 ↑ 5", "转载 / 其中重复 0 / 0", "已确认问题 0",
        "未销号 / 逾期 0 / 0 截至2025-09-30", "按时销号率 —",
    ]  # fmt: skip
    (owed,) = [row for row in table(page, "section") if row[0] == "行政执法"]
    assert owed == [
        "行政执法", "内容不全", "2025-09-05", "2026-03-06", "执法主体和人员（最近366天内）", "缺 执法主体和人员",
    ]  # fmt: skip
    listed = table(page, "#articles")
    assert len(listed) == 5
    assert [row[0] for row in listed] == sorted((row[0] for row in listed), reverse=True)
    two = next(row for row in table(both, "#articles") if row[1] == "乡村振兴产业观摩活动举行")
    assert set(two[2].split()) == {"工作动态", "乡村振兴"}
    assert len(table(both, "#articles")) == 20


def test_a_units_findings_lead_to_the_ledger(desk: Desk, edited: str) -> None:
    with desk.client("zhengwu") as client:
        page = soup(client.get(f"{desk.root}/units/shuili"))
    link = page.select_one("a[href*='state=open']")
    assert link is not None
    assert link["href"] == f"/s/{desk.site.id}/ledger?unit=shuili&state=open"
    number = link.find_parent("tr").select_one(".n").get_text()  # type: ignore[union-attr]
    with reading(desk.engine) as connection:
        found = open_findings(connection, desk.site.id)
        mine = [one for one in found if one.unit == "shuili"]
    assert int(number) == len(mine) >= 3


def test_a_units_articles_come_by_the_page_and_are_saved(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desk.console.rooms.units.A_PAGE", 6)
    titles: list[str] = []
    with desk.client("zhengwu") as client:
        for number in (1, 2, 3):
            page = soup(client.get(f"{desk.root}/units/nongye?page={number}"))
            titles += [row[1] for row in table(page, "#articles")]
            assert f"第{number}页，共3页" in page.select_one("nav.turning").get_text()  # type: ignore[union-attr]
        piece = client.get(f"{desk.root}/units/nongye?page=2", headers={"HX-Request": "true"}).text
        saved = client.get(f"{desk.root}/units/nongye/articles.csv")
        book = client.get(f"{desk.root}/units/nongye/articles.xlsx?articles=all")
    assert piece.lstrip().startswith('<section id="articles">')
    found = list(csv.reader(io.StringIO(saved.content.decode("utf-8-sig"))))
    assert found[0] == ["发布日期", "标题", "栏目", "转载", "重复", "问题数", "网址"]
    assert [row[1] for row in found[1:]] == titles
    assert len(titles) == 17
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(book.content)).get_sheet_by_index(0)
    assert sheet.to_python()[0][0] == "云河县农业农村局 全部 文章"
    assert len(sheet.to_python()) == 2 + 20


def test_a_units_account_sees_its_own_page_only(desk: Desk, water: str, edited: str) -> None:
    with reading(desk.engine) as connection:
        others = next(
            one.url for one in open_findings(connection, desk.site.id) if one.unit == "nongye"
        )
    with desk.client(water) as client:
        led = client.get(f"{desk.root}/units?quarter=2025Q2")
        assert (led.status_code, led.headers["location"]) == (
            303, f"/s/{desk.site.id}/units/shuili?quarter=2025Q2",
        )  # fmt: skip
        assert client.get(f"{desk.root}/units/shuili").status_code == 200
        assert client.get(f"{desk.root}/articles?url={quote(edited)}").status_code == 200
        for address in (
            "units/nongye", "units/none", "units/nongye/articles.csv", "units/nongye/articles.xlsx",
            f"articles?url={quote(others)}", "articles", "articles?url=x",
        ):  # fmt: skip
            assert client.get(f"{desk.root}/{address}").status_code == 404
    with desk.client("guanli") as client:
        for address in ("units", "units/shuili", f"articles?url={quote(edited)}", "units.csv"):
            assert client.get(f"{desk.root}/{address}").status_code == 403


# -- one article ----------------------------------------------------------------------------------


def test_an_article_shows_its_text_its_findings_and_what_changed(desk: Desk, edited: str) -> None:
    with desk.client("zhengwu") as client:
        answer = client.get(f"{desk.root}/articles?url={quote(edited)}")
    page = soup(answer)
    assert ID_CARD not in answer.text
    shown = "110105********002X"
    assert page.h1.get_text() == f"通知{shown}"  # type: ignore[union-attr]
    facts = [" ".join(one.get_text().split()) for one in page.select("dl.facts dd")]
    assert facts[:4] == ["2025-09-20", "县水利局", "云河县水利局", "工作动态"]
    text = page.select_one(".text")
    assert text is not None
    assert text.get_text() == f"<b>会议</b>作出部署，联系人身份证{shown}。\n会议作出布署1。"
    assert [one.get_text() for one in text.select("mark.warning")] == ["布署1"]
    note = " ".join(page.select_one("ol.notes li").get_text(" ").split())  # type: ignore[union-attr]
    assert note.startswith("一般错误 应为“部署” “布署” → 部署 待确认 · 台账")
    assert note.endswith("依据：词典")
    change = page.select_one(".changes")
    assert change is not None
    assert [(one.name, one.get_text()) for one in change.select("ins, del")] == [
        ("del", "删去：布"), ("ins", "加上：部"),
    ]  # fmt: skip
    at = instant(datetime(2025, 9, 20, 5), "Asia/Shanghai")  # noqa: DTZ001 - as it is stored
    assert f"{at}抓取，HTTP 200" in page.get_text()
    assert DIGEST in page.get_text()
    link = page.select_one(f"a[href='{edited}']")
    assert link is not None
    assert (link["rel"], link["target"]) == (["noreferrer", "noopener"], "_blank")


def test_a_finding_that_is_over_is_told_beside_the_text_and_not_marked(desk: Desk) -> None:
    url = "http://127.0.0.1:9/over.htm"
    text = "会议作出布署。"
    found = Finding(
        "typos", Severity.WARNING, 1, Span(4, 6), "布署", "部署", "应为“部署”", "词典", fingerprint(url), url,
        "shuili", (),
    )  # fmt: skip
    article = Article(
        url, (Part("title", "", "会"), Part("body", "", text)), date(2025, 9, 1), "", "shuili"
    )
    with writing(desk.engine) as connection:
        save_articles(
            connection, desk.site.id, [Judged(article, (), (found,))], now=NOON, day=NOON.date(), lists_hash="L"
        )  # fmt: skip
        rows = ledger_rows(connection, desk.site, NOON.date(), rule="typos")
        number = next(row.id for row in rows if row.finding.url == url)
        move(connection, desk.site, [number], "dismissed", who="王丽", why="引文", at=NOON)
    with desk.client("zhengwu") as client:
        page = soup(client.get(f"{desk.root}/articles?url={quote(url)}"))
    assert page.select("mark") == []
    assert "误报" in page.select_one("ol.notes").get_text()  # type: ignore[union-attr]
    assert "问题（1个，其中未销号0个）" in page.get_text()


def test_a_finding_in_a_title_and_in_an_attachment_is_marked_there(desk: Desk) -> None:
    url = "http://127.0.0.1:9/parts.htm"
    parts = (
        Part("title", "", "工作布署会"), Part("body", "", "正文。"), Part("attachment", "附件1.docx", "再作布署。"),
    )  # fmt: skip
    found = [
        Finding("typos", Severity.WARNING, part, Span(2, 4), "布署", "部署", "应为“部署”", "词典", f"{url}{part}", url, "shuili")
        for part in (0, 2)
    ]  # fmt: skip
    article = Article(url, parts, date(2025, 9, 1), "", "shuili")
    with writing(desk.engine) as connection:
        save_articles(
            connection, desk.site.id, [Judged(article, (), tuple(found))], now=NOON, day=NOON.date(), lists_hash="L"
        )  # fmt: skip
    with desk.client("bianji") as client:
        page = soup(client.get(f"{desk.root}/articles?url={quote(url)}"))
    texts = [one.get_text() for one in page.select(".text")]
    assert texts == ["工作布署1会", "正文。", "再作布署2。"]
    assert [one.get_text() for one in page.select("h3")] == ["标题", "附件 附件1.docx"]


# -- in a browser ---------------------------------------------------------------------------------


@pytest.mark.needs("chromium")
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("phone", [False, True])
def test_units_and_an_article_in_a_browser(
    desk: Desk, browser: Browser, shots: Path, edited: str, *, dark: bool, phone: bool
) -> None:
    pages = {"units": "units", "unit": "units/shuili", "article": f"articles?url={quote(edited)}"}
    with window(browser, desk.address, dark=dark, phone=phone) as page:
        sign_in(page, "zhengwu")
        for name, address in pages.items():
            page.goto(f"{desk.root}/{address}")
            if name != "article":
                expect(page.locator(".chart svg")).to_be_visible()
            assert serious(page) == []
            assert not overflows(page)
            shot(page, shots, f"{name}-{dark}-{phone}")


@pytest.mark.needs("chromium")
def test_units_are_reached_from_the_table_and_articles_turned_by_htmx(
    desk: Desk, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desk.console.rooms.units.A_PAGE", 6)
    with window(browser, desk.address) as page:
        sign_in(page, "zhengwu")
        page.goto(f"{desk.root}/units")
        page.get_by_role("link", name="发布").click()
        page.wait_for_url("**sort=published**")
        page.get_by_role("link", name="云河县农业农村局").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("云河县农业农村局")
        page.get_by_role("link", name="下一页").click()
        expect(page.locator("nav.turning")).to_contain_text("第2页，共3页")
        page.wait_for_url("**page=2")
        assert serious(page) == []
        page.locator("#articles tbody a").first.click()
        expect(page.get_by_role("heading", level=2).first).to_have_text("正文")
