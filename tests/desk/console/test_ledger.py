"""台账: triage by keyboard alone, two people at one finding, steps whole or not at all, evidence, papers, replies.

Long because the room is: every route, every seat.
"""

import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from docx import Document
from playwright.sync_api import Browser, Page, expect
from python_calamine import CalamineWorkbook
from sqlalchemy import update

from reports.ledger_lines import responsible
from store.database import open_database, reading, writing
from store.exceptions import exceptions
from store.ledger import LedgerRow, ledger_rows, move, verify_chain
from store.schema import findings
from tests.county import Crawled
from tests.desk.console.browsing import overflows, serious, shot, sign_in, window
from tests.desk.console.desk import NOON, Desk, county_desk, served_desk
from tests.ledger_county import SITE as JINGHE
from tests.ledger_county import settled, site_file
from tests.spreadsheets import write_xlsx


@pytest.fixture
def fresh(county: Crawled, tmp_path: Path) -> Iterator[Desk]:
    """A desk whose ledger nobody has touched."""
    with county_desk(county, tmp_path) as opened:
        yield opened


def rows(desk: Desk, **more: Any) -> list[LedgerRow]:
    with reading(desk.engine) as connection:
        return ledger_rows(connection, desk.site, desk.clock.today(desk.site), **more)


def states(desk: Desk) -> dict[int, str]:
    return {row.id: row.state for row in rows(desk)}


def numbers(desk: Desk, match: str) -> list[int]:
    return [row.id for row in rows(desk) if row.finding.match == match]


def by_hand(desk: Desk, number: int, *steps: str, who: str = "旁人") -> None:
    with writing(desk.engine) as connection:
        for to in steps:
            due = date(2025, 10, 15) if to == "notified" else None
            move(connection, desk.site, [number], to, who=who, why="核对过", at=NOON, due=due)


def seen_event(answer: httpx.Response) -> str:
    found = re.search(r'name="seen" value="(\d+)"', answer.text)
    assert found
    return found[1]


def step(client: httpx.Client, desk: Desk, to: str, *ids: int, seen: str = "", **more: str) -> Any:
    """The form of the page, filled in and sent."""
    seen = seen or seen_event(client.get(f"{desk.root}/ledger?number={ids[0]}&state=all"))
    said = {"to": to, "ids": [str(one) for one in ids], "seen": seen, **more}
    return client.post(f"{desk.root}/ledger/step", data=said)


def lines(answer: httpx.Response) -> list[str]:
    """What went wrong, as the page lists it."""
    block = re.search(r'class="problems".*?</div>', answer.text, re.S)
    return re.findall(r"<li>(.*?)</li>", block[0]) if block else []


def test_a_step_is_signed_and_moves_on(fresh: Desk) -> None:
    with fresh.client("zhengwu") as client:
        answer = step(client, fresh, "confirmed", 1, view="state=open")
        assert answer.status_code == 303
        assert answer.headers["location"] == f"/s/{fresh.site.id}/ledger?state=open&number=2"
    (row,) = rows(fresh, ids=(1,), with_events=True)
    assert [(one.who, one.after) for one in row.events] == [
        ("lanmu", "open"),
        ("公开办戊", "confirmed"),
    ]
    with reading(fresh.engine) as connection:
        assert verify_chain(connection, fresh.site.id) == []


def test_a_step_takes_all_or_none(fresh: Desk) -> None:
    by_hand(fresh, 2, "confirmed")
    with fresh.client("zhengwu") as client:
        answer = step(client, fresh, "confirmed", 1, 3)
        assert (answer.status_code, states(fresh)[1], states(fresh)[3]) == (
            303,
            "confirmed",
            "confirmed",
        )
        answer = step(client, fresh, "claimed", 1, 2, 4)
        assert (answer.status_code, lines(answer)) == (
            409,
            ["台账号4：现为“待确认”，不能改为“单位报告已改”；应先为：已确认、已通知、复查未改"],
        )
    assert [states(fresh)[n] for n in (1, 2, 4)] == ["confirmed", "confirmed", "open"]


@pytest.mark.parametrize(
    ("to", "more", "said"),
    [
        ("dismissed", {}, "没有写明理由；“误报”必须写明理由"),
        ("closed", {"why": "  "}, "没有写明理由；“已改，销号”必须写明理由"),
        ("accepted", {"why": "法定名称"}, "没有写明保留到哪一天"),
        ("accepted", {"why": "法定名称", "until": "明年"}, "保留到哪一天：“明年”不是日期，应如 2025-12-31"),
        ("accepted", {"why": "法定名称", "until": "2025-09-29"}, "到期日2025-09-29已经过去；应不早于2025-09-30"),
        ("dismissed", {"why": "x" * 1001}, "理由、依据、例外短语都不能超过1000字"),
        ("dismissed", {"why": "引文", "scope": "world"}, "例外的范围应从页面上选"),
    ],
)  # fmt: skip
def test_what_a_step_lacks_is_said(fresh: Desk, to: str, more: dict[str, str], said: str) -> None:
    with fresh.client("zhengwu") as client:
        answer = step(client, fresh, to, 1, **more)
    assert (answer.status_code, lines(answer), states(fresh)[1]) == (409, [said], "open")


@pytest.mark.parametrize(
    ("due", "day"),
    [("5个工作日", date(2025, 10, 14)), ("10月20日", date(2025, 10, 20)), ("2025-10-31", date(2025, 10, 31))],
)  # fmt: skip
def test_a_deadline_is_counted_in_working_days(fresh: Desk, due: str, day: date) -> None:
    by_hand(fresh, 1, "confirmed")
    with fresh.client("zhengwu") as client:
        assert step(client, fresh, "notified", 1, due=due).status_code == 303
    assert rows(fresh)[0].due == day


def test_a_deadline_that_is_none_is_told(fresh: Desk) -> None:
    by_hand(fresh, 1, "confirmed")
    with fresh.client("zhengwu") as client:
        assert lines(step(client, fresh, "notified", 1)) == [
            "没有写明期限；如 5个工作日、10月20日、2025-10-20"
        ]
        (line,) = lines(step(client, fresh, "notified", 1, due="400个工作日"))
        assert "2027年节假日安排未公布，算不出期限；请写明日期，如 2025-10-20" in line
        (line,) = lines(step(client, fresh, "notified", 1, due="尽快"))
        assert line.startswith("期限: ")
    assert states(fresh)[1] == "confirmed"


def test_a_stale_page_overwrites_nothing(fresh: Desk) -> None:
    with fresh.client("zhengwu") as client, fresh.client("zhengwu2") as other:
        old = seen_event(client.get(f"{fresh.root}/ledger"))
        assert step(other, fresh, "confirmed", 1).status_code == 303
        answer = step(client, fresh, "dismissed", 1, 2, seen=old, why="不是错")
        assert (answer.status_code, lines(answer)) == (
            409,
            [
                "台账号1：公开办己已于2025-09-30 12:00改为“已确认”，您的操作没有执行；请看过现在的情况再办"
            ],
        )
        assert (states(fresh)[1], states(fresh)[2]) == ("confirmed", "open")
        assert step(client, fresh, "dismissed", 1, why="不是错").status_code == 303


def test_a_false_alarm_proposes_its_exception_which_another_person_approves(fresh: Desk) -> None:
    (number,) = numbers(fresh, "布署")
    with fresh.client("zhengwu") as client, fresh.client("zhengwu2") as other:
        more = {"why": "引文", "scope": "site", "phrase": "作出布署", "lasting": "2025-12-31"}
        assert step(client, fresh, "dismissed", number, **more).status_code == 303
        page = client.get(f"{fresh.root}/ledger/exceptions").text
        assert "“作出布署”中的“布署”" in page
        assert "您提出的，由另一人批准" in page
        address = f"{fresh.root}/ledger/exceptions/1"
        answer = client.post(address, data={"to": "approved"})
        assert (answer.status_code, "由公开办戊提出，应由另一人批准" in answer.text) == (400, True)
        assert other.post(address, data={"to": "approved"}).status_code == 303
    with reading(fresh.engine) as connection:
        (one,) = exceptions(connection, fresh.site.id)
    assert (one.state, one.proposed_by, one.decided_by, one.until) == (
        "approved", "公开办戊", "公开办己", date(2025, 12, 31),
    )  # fmt: skip


def test_a_dismissal_whose_exception_cannot_be_is_not_made(fresh: Desk) -> None:
    (number,) = numbers(fresh, "布署")
    with fresh.client("zhengwu") as client:
        answer = step(client, fresh, "dismissed", number, why="引文", scope="site", phrase="无关")
    assert lines(answer) == ["例外短语“无关”应含有“布署”，且不超过200字"]
    assert states(fresh)[number] == "open"


def test_who_only_sees_takes_no_step(fresh: Desk) -> None:
    with fresh.client("bianji") as client:
        page = client.get(f"{fresh.root}/ledger")
        assert "您的账号只能查看台账" in page.text
        assert 'name="ids"' not in page.text.split('id="detail"')[0]
        assert step(client, fresh, "confirmed", 1, seen="0").status_code == 403
        answer = client.post(f"{fresh.root}/ledger/claim", data={"to": "claimed", "ids": ["1"]})
        assert (answer.status_code, "没有这项权限" in answer.text) == (403, True)
        for path in ("exceptions/1", "replies"):
            assert client.post(f"{fresh.root}/ledger/{path}").status_code == 403


def units_findings(desk: Desk) -> tuple[list[int], list[int]]:
    """Findings of the first unit, and of all others."""
    mine = desk.site.units[0].id
    all_rows = rows(desk)
    own = [row.id for row in all_rows if row.finding.unit == mine]
    return own, [row.id for row in all_rows if row.id not in own]


def test_a_unit_sees_its_own_findings_only(fresh: Desk) -> None:
    with writing(fresh.engine) as connection:
        unit = fresh.site.units[0].id
        connection.execute(update(findings).where(findings.c.id.in_((1, 4))).values(unit=unit))
    by_hand(fresh, 1, "confirmed", "notified")
    own, others = units_findings(fresh)
    other = next(row.id for row in rows(fresh, ids=others) if row.finding.unit)
    by_hand(fresh, other, "confirmed", "notified")
    with fresh.client("danwei1") as client:
        page = client.get(f"{fresh.root}/ledger?state=all").text
        listed = {int(one) for one in re.findall(r'data-number="(\d+)"', page)}
        assert set(own) <= listed
        columns = {
            row.id
            for row in rows(fresh)
            if row.finding.match and not row.sentence[0] and row.finding.unit == ""
        }
        assert listed - set(own) <= columns
        hidden = sorted(set(others) - listed)
        for number in hidden:
            assert client.get(f"{fresh.root}/ledger/{number}").status_code == 404
            assert client.get(f"{fresh.root}/ledger?number={number}").status_code == 404
            assert client.get(f"{fresh.root}/ledger?ids={own[0]}&ids={number}").status_code == 404
            assert client.get(f"{fresh.root}/ledger/{number}/evidence/1").status_code == 404
            assert client.get(f"{fresh.root}/ledger/{number}/evidence/1/file").status_code == 404
        assert client.get(f"{fresh.root}/ledger/1").status_code == 303
        assert client.get(f"{fresh.root}/ledger/exceptions").status_code == 404
        assert f"全部 <b>{len(listed)}</b>" in page
        other_unit = fresh.site.units[1].id
        refused = f"{fresh.root}/ledger/papers/file?kind=notice&quarter=2025Q3&unit={other_unit}"
        assert client.get(refused).status_code == 404
        seen = seen_event(client.get(f"{fresh.root}/ledger?number=1"))
        said = {"to": "claimed", "seen": seen, "why": "已改为规范写法"}
        claim = f"{fresh.root}/ledger/claim"
        assert client.post(claim, data={**said, "ids": [str(other)]}).status_code == 404
        answer = client.post(claim, data={**said, "ids": ["4"]})
        assert lines(answer) == ["台账号4：现为“待确认”，只有已通知、复查未改的问题能报告已改"]
        assert client.post(claim, data={**said, "ids": ["1"], "to": "closed"}).status_code == 303
        assert step(client, fresh, "closed", 1, seen=seen, why="x").status_code == 403
    assert (states(fresh)[1], states(fresh)[4], states(fresh)[other]) == (
        "claimed",
        "open",
        "notified",
    )
    (row,) = rows(fresh, ids=(1,), with_events=True)
    assert (row.events[-1].who, row.events[-1].why) == ("单位一编辑", "已改为规范写法")


def test_findings_of_one_wording_are_taken_together(fresh: Desk) -> None:
    with fresh.client("zhengwu") as client:
        page = client.get(f"{fresh.root}/ledger?group=term&pick_rule=typos&pick=布署").text
        (number,) = numbers(fresh, "布署")
        assert "已选1项：布署" in page
        assert f'name="ids" value="{number}"' in page
        view = "group=term&pick_rule=typos&pick=布署"
        answer = step(client, fresh, "confirmed", number, view=view)
        assert (answer.status_code, states(fresh)[number]) == (303, "confirmed")


@pytest.mark.parametrize(
    "query",
    ["state=gone", "severity=9", "number=x", "number=99999999999", "since=2025-13-01", "quarter=2025Q5",
     "group=unit", "start=-1"],
)  # fmt: skip
def test_an_address_that_asks_for_nothing_is_told_so(desk: Desk, query: str) -> None:
    with desk.client("zhengwu") as client:
        assert client.get(f"{desk.root}/ledger?{query}").status_code == 400


def test_what_is_not_there_is_not_found(desk: Desk) -> None:
    with desk.client("zhengwu") as client:
        for path in (
            "?number=9999",
            "/9999",
            "/9999/evidence/1",
            "/1/evidence/9",
            "/papers/file?kind=x",
        ):
            assert client.get(f"{desk.root}/ledger{path}").status_code == 404
        for said in ({}, {"ids": "x", "to": "confirmed"}, {"ids": "1", "to": "fly"}):
            answer = client.post(f"{desk.root}/ledger/step", data=said)
            assert answer.status_code == 400


@pytest.mark.parametrize(
    ("query", "match"),
    [("text=布署", ["布署"]), ("term=布署", ["布署"]), ("rule=outdated-organs", ["环保局"]),
     ("text=全县秋冬农田水利建设现场会&rule=typos", ["布署", "截止目前"]), ("text=%25", []),
     ("since=2030-01-01", []), ("quarter=2024Q1", []), ("state=overdue", []), ("state=closed", [])],
)  # fmt: skip
def test_the_sieve_leaves_what_it_is_asked_for(fresh: Desk, query: str, match: list[str]) -> None:
    with fresh.client("zhengwu") as client:
        page = client.get(f"{fresh.root}/ledger?{query}").text
    listed = [int(one) for one in re.findall(r'data-number="(\d+)"', page)]
    by_number = {row.id: row.finding.match for row in rows(fresh)}
    assert [by_number[one] for one in listed] == match


def test_the_page_as_it_stood_is_shown_as_text(desk: Desk) -> None:
    (number,) = numbers(desk, "布署")
    with desk.client("zhengwu") as client:
        page = client.get(f"{desk.root}/ledger/{number}/evidence/1")
        assert '<mark class="warning">布署</mark>' in page.text
        assert "<script>" not in page.text.split('class="kept-text"')[1]
        raw = client.get(f"{desk.root}/ledger/{number}/evidence/1/file")
        assert raw.headers["content-type"] == "application/octet-stream"
        assert raw.headers["content-disposition"].startswith("attachment; ")
        assert "布署".encode() in raw.content or "布署".encode("gb18030") in raw.content


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Desk]:
    """精河's settled ledger, on 9 October 2025 at the site."""
    db = f"sqlite:///{tmp_path}/lanmu.db"
    engine = open_database(db)
    settled(engine)
    engine.dispose()
    with served_desk(db, JINGHE, site_file(tmp_path)) as opened:
        opened.clock.at = datetime(2025, 10, 9, 4, tzinfo=UTC)
        yield opened


def paper(
    client: httpx.Client, office: Desk, kind: str, unit: str = "", **more: str
) -> httpx.Response:
    query = {"kind": kind, "quarter": "2025Q3", "unit": unit, **more}
    return client.get(f"{office.root}/ledger/papers/file", params=query)


def file_name(answer: httpx.Response) -> str:
    return unquote(answer.headers["content-disposition"].partition("filename*=UTF-8''")[2])


def filled(form: bytes, answers: dict[int, list[Any]], path: Path) -> bytes:
    """A unit's form, filled in: the three cells of a row by ledger number."""
    grid: list[list[Any]] = (
        CalamineWorkbook.from_filelike(BytesIO(form)).get_sheet_by_name("整改回复表").to_python()
    )
    for row in grid:
        if row[0] in answers:
            row[9:12] = answers[row[0]]
    return write_xlsx(path / "filled.xlsx", {"整改回复表": grid}).read_bytes()


def test_papers_go_out_and_answers_come_back(office: Desk, tmp_path: Path) -> None:
    unit = next(one.id for one in JINGHE.units if one.name == "精河县水利局")
    with office.client("zhengwu") as client:
        refused = paper(client, office, "notice", unit)
        assert (
            refused.status_code,
            "有问题还没有整改期限：请填写整改期限再下载" in refused.text,
        ) == (400, True)
        late = paper(client, office, "notice", unit, due="2025-10-08")
        assert (late.status_code, "整改期限2025-10-08已过" in late.text) == (400, True)
        notice = paper(client, office, "notice", unit, due="2025-10-20")
        assert file_name(notice) == "整改通知单_精河县水利局_2025Q3.docx"
        assert "精河县水利局" in "".join(
            one.text for one in Document(BytesIO(notice.content)).paragraphs
        )
        packed = paper(client, office, "all", due="2025-10-20")
        with zipfile.ZipFile(BytesIO(packed.content)) as pack:
            assert sorted(pack.namelist()) == [
                "回复表_精河县水利局_2025Q3.xlsx", "回复表_精河县财政局_2025Q3.xlsx", "整改台账_2025Q3.xlsx",
                "整改通知单_精河县水利局_2025Q3.docx", "整改通知单_精河县财政局_2025Q3.docx",
            ]  # fmt: skip
        ledger = paper(client, office, "ledger")
        assert "总台账" in CalamineWorkbook.from_filelike(BytesIO(ledger.content)).sheet_names
        form = paper(client, office, "reply", unit, due="2025-10-20").content
        raw = filled(
            form, {1: ["已整改", date(2025, 10, 9), ""], 2: ["认为误报", "", "为地名"]}, tmp_path
        )
        files = [("files", ("水利局.xlsx", raw)), ("files", ("别的.xlsx", b"no workbook"))]
        page = client.post(f"{office.root}/ledger/replies?quarter=2025Q3", files=files)
        assert page.status_code == 200
        said = re.sub(r"<[^>]*>|\s", "", page.text)
        assert "登记为单位报告已改1个（台账号1）" in said
        assert "记下：台账号2认为误报：为地名" in said
        assert "别的.xlsx没有读入，台账没有改动：" in said
        assert "待公开办决定（1）" in said
        again = client.post(f"{office.root}/ledger/replies?quarter=2025Q3", files=files[:1])
        assert "以前读过的2个没有变动" in again.text
        assert "精河县水利局：认为误报，为地名" in re.sub(
            r"<[^>]*>|\s", "", client.get(f"{office.root}/ledger?number=2").text
        ).replace("精河县水利局：认为误报", "精河县水利局：认为误报")
    assert states(office)[1] == "claimed"


def test_a_units_papers_are_its_own(office: Desk) -> None:
    mine, other = JINGHE.units[0], JINGHE.units[1]
    with office.client("danwei1") as client:
        page = client.get(f"{office.root}/ledger/papers?quarter=2025Q3").text
        assert other.name not in page
        assert paper(client, office, "notice", other.id, due="2025-10-20").status_code == 404
        with reading(office.engine) as connection:
            all_rows = ledger_rows(connection, JINGHE, date(2025, 10, 9), confirmed=True)
        own = [row.id for row in all_rows if mine.id in responsible(row.finding, JINGHE)]
        sheet = CalamineWorkbook.from_filelike(BytesIO(paper(client, office, "ledger").content))
        listed = [
            row[0]
            for row in sheet.get_sheet_by_name("总台账").to_python()[2:]
            if isinstance(row[0], float)
        ]
        assert [int(one) for one in listed] == own


@pytest.mark.needs("chromium")
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("phone", [False, True])
def test_the_ledger_in_a_browser(
    desk: Desk, browser: Browser, shots: Path, *, dark: bool, phone: bool
) -> None:
    with window(browser, desk.address, dark=dark, phone=phone) as page:
        sign_in(page, "zhengwu")
        (number,) = numbers(desk, "布署")
        for name in (
            "",
            "?group=term&pick_rule=typos&pick=布署",
            "/exceptions",
            "/papers",
            f"/{number}/evidence/1",
        ):
            page.goto(f"{desk.root}/ledger{name}")
            for part in page.locator(".steps details").all():
                part.evaluate("one => one.open = true")
            assert serious(page) == []
            assert not overflows(page)
            shot(page, shots, f"ledger{re.sub('[^a-z0-9]', '-', name)}-{dark}-{phone}")


def current(page: Page) -> int:
    return int(page.locator("a.pick[aria-current]").get_attribute("data-number") or 0)


@pytest.mark.needs("chromium")
def test_a_whole_triage_by_keyboard_alone(fresh: Desk, browser: Browser, shots: Path) -> None:
    with window(browser, fresh.address) as page:
        sign_in(page, "zhengwu")
        page.goto(f"{fresh.root}/ledger?state=open")
        press = page.keyboard.press
        press("c")  # 1: right
        expect(page.locator("#detail h2")).to_contain_text("台账号2")
        assert current(page) == 2
        press("d")  # 2: a false alarm
        page.keyboard.type("jjk引文")  # no key fires while somebody types
        press("Enter")
        expect(page.locator("#detail h2")).to_contain_text("台账号3")
        press("Space")
        press("j")
        press("Space")
        expect(page.locator("#detail h2")).to_contain_text("已选2项")
        press("c")  # 3 and 4 together
        expect(page.locator("#detail h2")).to_contain_text("台账号5")
        press("j")
        press("j")
        press("k")
        press("c")  # typed at once, each key waits for the page before it
        expect(page.locator("a.pick[data-number='6']")).to_have_count(0)
        expect(page.locator("#detail h2")).to_contain_text("台账号7")
        page.wait_for_function("document.activeElement.classList.contains('pick')")
        assert [states(fresh)[n] for n in range(1, 8)] == [
            "confirmed", "dismissed", "confirmed", "confirmed", "open", "confirmed", "open",
        ]  # fmt: skip
        assert rows(fresh, ids=(2,))[0].reason == "jjk引文"
        page.goto(f"{fresh.root}/ledger?state=confirmed")
        press("n")
        page.keyboard.type("10月20日")
        press("Enter")
        expect(page.locator("#detail h2")).to_contain_text("台账号3")
        assert (states(fresh)[1], rows(fresh, ids=(1,))[0].due) == ("notified", date(2025, 10, 20))
        press("r")
        expect(page.locator("#detail h2")).to_contain_text("台账号4")
        page.goto(f"{fresh.root}/ledger?state=claimed")
        press("v")
        page.keyboard.type("网页已改")
        press("Enter")
        expect(page.locator(".list h2")).to_contain_text("没有符合的问题")
        assert states(fresh)[3] == "closed"
        press("?")
        expect(page.locator("dialog#keys")).to_be_visible()
        shot(page, shots, "ledger-keys")
        press("Escape")
        expect(page.locator("dialog#keys")).to_be_hidden()
        press("/")
        page.keyboard.type("布署")
        press("Enter")
        page.wait_for_url("**text=*")
        expect(page.locator(".list h2")).to_contain_text("没有符合的问题")


@pytest.mark.needs("chromium")
def test_two_people_at_the_same_finding(fresh: Desk, browser: Browser, shots: Path) -> None:
    with window(browser, fresh.address) as one, window(browser, fresh.address) as two:
        for page, name in ((one, "zhengwu"), (two, "zhengwu2")):
            sign_in(page, name)
            page.goto(f"{fresh.root}/ledger?state=open")
        one.keyboard.press("c")
        expect(one.locator("#detail h2")).to_contain_text("台账号2")
        two.keyboard.press("d")
        two.keyboard.type("不是错")
        two.keyboard.press("Enter")
        expect(two.locator(".problems li")).to_have_text(
            re.compile("^台账号1：公开办戊已于.*改为“已确认”，您的操作没有执行")
        )
        expect(two.locator("#detail h2")).to_contain_text(
            "台账号1 已确认"
        )  # still what the step was about
        assert serious(two) == []
        shot(two, shots, "ledger-two")
        assert states(fresh)[1] == "confirmed"
