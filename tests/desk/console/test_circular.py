"""通报 in the browser: a quarter's figures and their evidence, packs frozen once, documents made again of them."""

import io
import json
import sqlite3
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from docx import Document
from playwright.sync_api import Browser, Page, expect
from python_calamine import CalamineWorkbook

from desk.console.packs import frozen_packs, packs_folder
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
        answer = client.get(f"{room(desk)}/{Q}/now/figure/{first}").text
        assert "数字%d：1318" % first in answer
        assert "SELECT COUNT(*) FROM articles" in answer
        assert "第1至50条" in answer
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
