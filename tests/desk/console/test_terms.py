"""词表: searched; proposed, tried on the archive, approved by another person, written into the office's own folder."""

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, expect

from checks.wordlist import load_wordlists
from store.database import open_database, reading, writing
from store.exceptions import exceptions
from store.term_proposals import proposal, suggest_word
from tests.desk.console.browsing import overflows, serious, shot, sign_in, window
from tests.desk.console.desk import Desk, served_desk
from tests.ledger_county import SITE, settled, site_file

INDEX = """lists:
  - id: own
    title: 本县用词
    severity: warning
    message: 应为“{use}”
    source: 本县规范
"""
ROWS = "text,use,unless,boundary,since,until,source,bad,good\n托理镇,托里镇,,none,,,县地名,托理镇召开会议,托里镇召开会议\n"
NEW = {
    "action": "add", "list": "own", "text": "防讯", "use": "防汛", "bad": "做好防讯工作", "good": "做好防汛工作",
    "source": "县水利局函", "reason": "常见错字", "boundary": "none",
}  # fmt: skip


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    folder = tmp_path / "词表"
    folder.mkdir()
    (folder / "lists.yaml").write_text(INDEX, "utf-8")
    (folder / "own.csv").write_text(ROWS, "utf-8")
    return folder


@pytest.fixture
def office(tmp_path: Path, lists: Path) -> Iterator[Desk]:
    """精河's settled ledger, with a folder of the office's own lists."""
    db = f"sqlite:///{tmp_path}/lanmu.db"
    engine = open_database(db)
    settled(engine)
    engine.dispose()
    with served_desk(db, replace(SITE, lists=(str(lists),)), site_file(tmp_path)) as opened:
        opened.clock.at = datetime(2025, 10, 9, 4, tzinfo=UTC)
        yield opened


def send(client: httpx.Client, office: Desk, **said: str) -> httpx.Response:
    return client.post(f"{office.root}/terms/propose", data=said)


def faults(answer: httpx.Response) -> list[str]:
    block = re.search(r'class="problems".*?</div>', answer.text, re.S)
    return re.findall(r"<li>(.*?)</li>", block[0]) if block else []


def tried(office: Desk, number: int) -> dict[str, Any]:
    """What the run found, once it is over."""
    for _ in range(600):
        with reading(office.engine) as connection:
            found = proposal(connection, SITE.id, number)
        if found.tried:
            return dict(found.tried)
        time.sleep(0.05)
    raise AssertionError("the run is not over after thirty seconds")


def post(client: httpx.Client, office: Desk, number: int, verb: str, **said: str) -> httpx.Response:
    return client.post(f"{office.root}/terms/proposals/{number}/{verb}", data=said)


def test_a_term_goes_live_when_another_person_approves_it(office: Desk, lists: Path) -> None:
    with office.client("bianji") as editor, office.client("zhengwu") as approver:
        answer = send(editor, office, **NEW)
        assert (answer.status_code, answer.headers["location"]) == (
            303,
            "/s/jinghe/terms/proposals/1",
        )
        assert tried(office, 1) == {
            "texts": 4, "whole": True, "found": 0, "doubtful": 0, "silenced": 0, "samples": [], "spared": [],
        }  # fmt: skip
        assert post(editor, office, 1, "approve").status_code == 403
        assert (lists / "own.csv").read_text("utf-8") == ROWS
        assert post(approver, office, 1, "approve").status_code == 303
        assert (lists / "own.csv").read_text("utf-8") == (
            ROWS
            + "防讯,防汛,,none,,,县水利局函（编辑甲提出，公开办戊2025-10-09批准）,做好防讯工作,做好防汛工作\n"
        )
        page = approver.get(f"{office.root}/terms?q=防讯").text
        assert "防讯</a>" in page
        again = post(approver, office, 1, "approve")
        assert (again.status_code, faults(again)) == (409, ["提议1：已批准（公开办戊），不能再改"])
    assert load_wordlists(lists)[0].terms[1].text == "防讯"


def test_the_proposer_never_approves(office: Desk, lists: Path) -> None:
    with office.client("zhengwu") as client:
        send(client, office, **NEW)
        tried(office, 1)
        answer = post(client, office, 1, "approve")
        assert (answer.status_code, faults(answer)) == (
            409,
            ["提议1：由公开办戊提出，应由另一人批准"],
        )
        assert "您提出的，由另一人批准" in client.get(f"{office.root}/terms/proposals/1").text
    assert (lists / "own.csv").read_text("utf-8") == ROWS


def test_a_run_counts_and_shows_what_it_found(office: Desk) -> None:
    said = {
        **NEW,
        "text": "作出布署",
        "use": "作出部署",
        "bad": "会议作出布署",
        "good": "会议作出部署",
    }
    with office.client("bianji") as client:
        assert send(client, office, **said).status_code == 303
        found = tried(office, 1)
        assert (found["texts"], found["found"], len(found["samples"])) == (4, 4, 3)
        assert found["samples"][0] == "会议对防汛工作【作出布署】。各单位要抓好落实。"
        page = client.get(f"{office.root}/terms/proposals/1").text
        assert "在存档的4篇文章里，查出4处" in page


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"bad": ""}, ["“防讯”没有错误例句(错误例句)"]),
        ({"bad": "防汛"}, ["错误例句“防汛”没有查出“防讯”"]),
        ({"good": "防讯"}, ["正确例句“防讯”被误报"]),
        ({"use": "防讯"}, ["“防讯”的应写与错词相同，应写正确的词"]),
        ({"use": "防讯所"}, ["正词“防讯所”包含错词“防讯”，应写入例外短语"]),
        ({"text": "托理镇", "bad": "托理镇", "good": "托里镇"}, ["词表里已有“托理镇”，请改用“修改词条”"]),
        ({"text": "部署", "use": "布署", "bad": "部署", "good": "安排"}, None),
        ({"text": ""}, ["错词为空，应写错误的词"]),
        ({"unless": "水利"}, ["例外“水利”不包含“防讯”，应包含它"]),
        ({"since": "明天"}, ["从哪一天起算错为“明天”，应为日期，如 2025-09-30"]),
        ({"list": "typos"}, ["只能改本单位的词表；内置词表的词，可提“增加例外”，或在本单位词表里新增词条"]),
        ({"reason": " "}, ["请写明理由，不超过1000字"]),
        ({"text": "x" * 501}, ["错词：不能超过500字"]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_row_is_said_before_it_is_proposed(
    office: Desk, changed: dict[str, str], said: list[str] | None
) -> None:
    with office.client("bianji") as client:
        answer = send(client, office, **{**NEW, **changed})
    assert answer.status_code == 422
    told = [one.replace("&#34;", '"') for one in faults(answer)]
    assert told == said if said is not None else any("布署" in one for one in told)


def test_a_row_is_changed_and_removed(office: Desk, lists: Path) -> None:
    row = {"text": "托理镇", "use": "托里镇", "unless": "托理镇志", "bad": "托理镇召开会议", "good": "托里镇召开会议",
           "boundary": "none", "source": "县地名"}  # fmt: skip
    with office.client("bianji") as editor, office.client("zhengwu") as approver:
        send(editor, office, action="change", list="own", was="托理镇", reason="书名", **row)
        send(editor, office, action="remove", list="own", was="托理镇", reason="不用了")
        tried(office, 1)
        assert post(approver, office, 1, "approve").status_code == 303
        assert "托理镇志" in (lists / "own.csv").read_text("utf-8")
        stale = post(approver, office, 2, "approve")
        assert (stale.status_code, faults(stale)) == (
            409, ["“托理镇”在提出以后改过了，请撤回后按现在的词条重新提出"],
        )  # fmt: skip
        assert post(approver, office, 2, "withdraw").status_code == 409
        assert post(approver, office, 2, "withdraw", why="重提").status_code == 303
        send(editor, office, action="remove", list="own", was="托理镇", reason="不用了")
        assert post(approver, office, 3, "approve").status_code == 303
    assert load_wordlists(lists)[0].terms == ()


def test_an_exception_of_an_own_term_is_written_and_of_a_shipped_one_holds_for_the_site(
    office: Desk, lists: Path
) -> None:
    with office.client("bianji") as editor, office.client("zhengwu") as approver:
        send(
            editor,
            office,
            action="except",
            list="own",
            was="托理镇",
            phrase="《托理镇志》",
            reason="书名",
        )
        send(
            editor,
            office,
            action="except",
            list="typos",
            was="布署",
            phrase="布署图",
            reason="专名",
        )
        assert tried(office, 2)["found"] == 4
        for number in (1, 2):
            assert post(approver, office, number, "approve").status_code == 303
    assert load_wordlists(lists)[0].terms[0].unless == ("《托理镇志》",)
    with reading(office.engine) as connection:
        (one,) = exceptions(connection, SITE.id)
    assert (one.rule, one.term, one.phrase, one.scope, one.state, one.proposed_by, one.decided_by) == (
        "typos", "布署", "布署图", "site", "approved", "编辑甲", "公开办戊",
    )  # fmt: skip


def test_what_cannot_be_written_stays_proposed(office: Desk, lists: Path) -> None:
    with office.client("bianji") as editor, office.client("zhengwu") as approver:
        send(editor, office, **NEW)
        tried(office, 1)
        (lists / "own.csv").write_text(ROWS + "坏行\n", "utf-8")
        answer = post(approver, office, 1, "approve")
        assert (answer.status_code, faults(answer)) == (409, [f"{lists}/own.csv:3: 有1列，应为9列"])
        (lists / "own.csv").unlink()
        (lists / "own.csv").mkdir()
        assert post(approver, office, 1, "approve").status_code == 409
        with reading(office.engine) as connection:
            assert proposal(connection, SITE.id, 1).state == "proposed"


def test_a_site_without_a_folder_says_so_and_keeps_the_proposal(tmp_path: Path) -> None:
    db = f"sqlite:///{tmp_path}/lanmu.db"
    with served_desk(db, SITE, site_file(tmp_path)) as office, office.client("bianji") as client:
        assert "站点文件没有写本单位的词表文件夹" in client.get(f"{office.root}/terms/propose").text
        assert "站点文件没有写本单位的词表文件夹" in faults(send(client, office, **NEW))[0]
        answer = send(
            client,
            office,
            action="except",
            list="typos",
            was="布署",
            phrase="布署图",
            reason="专名",
        )
        assert answer.status_code == 303


def test_a_word_added_in_an_editors_program_waits_for_a_person(office: Desk) -> None:
    with writing(office.engine) as connection:
        suggest_word(connection, SITE, "布署图", "编辑甲", office.clock.now())
        suggest_word(connection, SITE, "布署图", "编辑甲", office.clock.now())
        suggest_word(connection, SITE, "从没有的词", "编辑甲", office.clock.now())
    with office.client("zhengwu") as client:
        page = client.get(f"{office.root}/terms/proposals").text
        assert page.count("增加例外") == 2
        answer = post(client, office, 2, "approve")
        assert faults(answer) == ["现有的词表查不出“从没有的词”，不需要例外；请撤回这项提议"]
        assert post(client, office, 1, "approve").status_code == 303


def test_search_finds_by_wrong_word_right_word_sentence_and_rule(office: Desk) -> None:
    with office.client("bianji") as client:
        for q, text in (("布署", "布署</a>"), ("坐落", "座落</a>"), ("会议作出布署", "布署</a>"), ("托里", "托理镇</a>"),
                        ("身份证", "<h2>规则（")):  # fmt: skip
            assert text in client.get(f"{office.root}/terms", params={"q": q}).text
        page = client.get(f"{office.root}/terms", params={"q": "从没有的词"}).text
        assert "没有这样的词条" in page
        assert client.get(f"{office.root}/terms?list=own").text.count("本单位</span>") == 1
        page = client.get(f"{office.root}/terms/term?list=typos&text=布署").text
        assert "查出过4处" in page
        assert "内置词条不能改" in page
        for path in ("term?list=typos&text=x", "propose?action=fly", "propose?action=change&list=own&text=x",
                     "proposals/9", "proposals?state=x"):  # fmt: skip
            assert client.get(f"{office.root}/terms/{path}").status_code == 404


def test_a_unit_sees_what_it_proposed_and_what_it_answers_for(office: Desk) -> None:
    with office.client("danwei2") as unit, office.client("bianji") as editor:
        send(editor, office, **NEW)
        answer = send(
            unit, office, action="except", list="typos", was="布署", phrase="布署图", reason="专名"
        )
        assert answer.headers["location"].endswith("/proposals/2")
        tried(office, 2)
        for path in ("1", "1/trial"):
            assert unit.get(f"{office.root}/terms/proposals/{path}").status_code == 404
        assert post(unit, office, 1, "try").status_code == 404
        assert post(unit, office, 1, "withdraw", why="x").status_code == 404
        assert "提议1<" not in unit.get(f"{office.root}/terms/proposals").text
        assert "查出的例子" not in unit.get(f"{office.root}/terms/proposals/2").text
        assert "查出过1处" in unit.get(f"{office.root}/terms/term?list=typos&text=布署").text
        assert post(editor, office, 2, "withdraw", why="x").status_code == 403
        assert post(unit, office, 2, "withdraw", why="写错了").status_code == 303


@pytest.mark.needs("chromium")
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("phone", [False, True])
def test_the_terms_in_a_browser(
    office: Desk, browser: Browser, shots: Path, *, dark: bool, phone: bool
) -> None:
    with window(browser, office.address, dark=dark, phone=phone) as page:
        sign_in(page, "bianji")

        def looked_at(name: str) -> None:
            assert serious(page) == []
            assert not overflows(page)
            shot(page, shots, f"terms-{name}-{dark}-{phone}")

        page.goto(f"{office.root}/terms?q=署")
        looked_at("search")
        page.goto(f"{office.root}/terms?q=身份证")
        looked_at("rules")
        page.goto(f"{office.root}/terms/term?list=typos&text=布署")
        looked_at("term")
        page.get_by_role("link", name="新增词条").click()
        for label, said in (
            ("错词", "作出布署"),
            ("应写", "作出部署"),
            ("错误例句", "会议作出布署"),
            ("正确例句", "会议作出部署"),
            ("理由", "常见"),
        ):
            page.get_by_label(label).fill(said)
        page.get_by_role("button", name="提出").click()
        expect(page.locator("#trial")).to_contain_text("在存档的4篇文章里，查出4处")
        looked_at("proposal")
        page.get_by_role("button", name="退出").click()
        sign_in(page, "zhengwu")
        page.goto(f"{office.root}/terms/proposals")
        looked_at("proposals")
        page.get_by_role("link", name="提议1").click()
        page.get_by_role("button", name="批准").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("已批准")
        looked_at("approved")
