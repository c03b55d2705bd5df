"""审校 in three browser windows and without one: written, returned, blocked, overruled, released by three others."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from docx import Document
from playwright.sync_api import Browser, Page, expect

from checks.model import Article, Part, Reviews
from crawler.reviews import judge_reviews
from store.accounts import add_account
from store.articles import Judged, save_articles
from store.chain import verify_chain
from store.database import reading, writing
from store.ledger import ledger_rows
from store.review_rows import draft_of, newest_text
from tests.county import DAY, Crawled
from tests.desk.console.browsing import overflows, serious, shot, sign_in, window
from tests.desk.console.desk import NOON, Desk, county_desk, password_hash

TITLE, SLIP = "全县防汛工作会议召开", "会议对防汛工作作出布署。"
ERROR = "各级要坚决做到二个维护。"
BODY = f"{SLIP}\n{ERROR}\n县水利局负责同志参加会议。"
MANY = "duoren"


@pytest.fixture(scope="module")
def desk(county: Crawled, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """With 三审三校 asked for from the day on, and one person who holds every role."""
    with county_desk(county, tmp_path_factory.mktemp("reviews")) as opened:
        site = replace(opened.site, reviews=Reviews(date(2025, 9, 1), keep_days=90))
        opened.hall.sites[site.id] = site  # type: ignore[index]
        with writing(opened.engine) as connection:
            roles = ("editor", "first", "second", "final")
            add_account(connection, MANY, "全能壬", roles, at=NOON, password=password_hash())
        yield replace(opened, site=site)


def home(desk: Desk) -> str:
    return f"/s/{desk.site.id}/reviews"


def made(
    client: httpx.Client, desk: Desk, body: str = BODY, title: str = TITLE, unit: int | None = 2
) -> int:
    """A new draft's number."""
    more = {} if unit is None else {"unit": desk.site.units[unit].id}
    answer = client.post(home(desk), data={"title": title, "text": body, **more})
    assert answer.status_code == 303, answer.text
    found = re.search(r"/reviews/(\d+)\?done=open", answer.headers["location"])
    assert found
    return int(found[1])


def seen(desk: Desk, number: int) -> dict[str, str]:
    """What a page shown now carries in its forms."""
    with reading(desk.engine) as connection:
        row = draft_of(connection, desk.site.id, number)
    return {"text_hash": row.text_hash, "state": row.state}


def step(
    client: httpx.Client, desk: Desk, number: int, name: str, was: Any = None, **more: str
) -> httpx.Response:
    data = {**(was or seen(desk, number)), **more}
    return client.post(f"{home(desk)}/{number}/{name}", data=data)


def refusal(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 409
    return re.findall(r'<p class="wrong">(.*?)</p>', answer.text.partition('role="alert"')[2].partition("</article>")[0])  # fmt: skip


def state(desk: Desk, number: int) -> str:
    with reading(desk.engine) as connection:
        return draft_of(connection, desk.site.id, number).state


def broken(desk: Desk) -> list[str]:
    with reading(desk.engine) as connection:
        return verify_chain(connection, desk.site.id)


def looked(page: Page, shots: Path, name: str) -> None:
    assert serious(page) == []
    assert not overflows(page)
    shot(page, shots, name)


@pytest.mark.needs("chromium")
def test_three_review_and_release_a_draft_in_their_own_windows(
    desk: Desk, browser: Browser, shots: Path
) -> None:
    room = home(desk)
    with (
        window(browser, desk.address) as editor,
        window(browser, desk.address, phone=True, refusals=True) as first,
        window(browser, desk.address, dark=True) as second,
        window(browser, desk.address, refusals=True) as final,
    ):
        for page, name in ((editor, "bianji"), (first, "chushen"), (second, "fushen"), (final, "zhongshen")):  # fmt: skip
            sign_in(page, name)
        # written
        editor.goto(room)
        editor.get_by_role("link", name="新建稿件").click()
        editor.get_by_label("标题").fill(TITLE)
        editor.get_by_label("责任单位").select_option(label=desk.site.units[2].name)
        editor.get_by_label("拟发栏目（可不选）").select_option(index=1)
        editor.get_by_label("正文", exact=True).fill(BODY)
        looked(editor, shots, "new")
        editor.get_by_role("button", name="保存稿件").click()
        expect(editor.get_by_role("status").first).to_have_text("稿件已建，还没有送审")
        number = int(editor.url.partition("/reviews/")[2].partition("?")[0])
        expect(editor.locator("mark.error")).to_have_text("二个维护")
        expect(editor.locator("mark.warning")).to_have_text("布署")
        expect(editor.locator("dl.facts")).to_contain_text(
            "保留到2025-12-29（还有90天），其后无人处理则自动撤回"
        )
        looked(editor, shots, "written")
        editor.get_by_role("button", name="送审").click()
        expect(editor.locator("dl.facts")).to_contain_text("待初审")
        expect(editor.get_by_role("button", name="通过")).to_have_count(0)
        # returned by the first
        first.goto(room)
        first.get_by_role("region", name="等我审的稿件").get_by_role(
            "link", name=TITLE
        ).first.click()
        looked(first, shots, "first-phone")
        first.get_by_role("button", name="退回修改").click()
        expect(first.get_by_role("alert")).to_contain_text("退回")
        first.get_by_label("意见（退回时必须写）").fill("“布署”改为“部署”")
        first.get_by_role("button", name="退回修改").click()
        expect(first.locator("dl.facts")).to_contain_text("已退回")
        # changed
        editor.goto(f"{room}/{number}")
        editor.get_by_role("link", name="修改").click()
        expect(editor.locator("blockquote.remark")).to_have_text("“布署”改为“部署”")
        editor.get_by_label("正文", exact=True).fill(BODY.replace("布署", "部署"))
        looked(editor, shots, "write")
        editor.get_by_role("button", name="保存为新的一稿").click()
        editor.get_by_role("link", name="改了什么").click()
        expect(editor.locator(".said ins")).to_have_text("部")
        expect(editor.locator(".said del")).to_have_text("布")
        looked(editor, shots, "differences")
        editor.goto(f"{room}/{number}")
        editor.get_by_role("button", name="送审").click()
        # passed twice
        first.goto(f"{room}/{number}")
        first.get_by_role("button", name="通过").click()
        expect(first.locator("dl.facts")).to_contain_text("待复审")
        second.goto(f"{room}/{number}")
        second.get_by_label("意见（退回时必须写）").fill("同意")
        looked(second, shots, "second-dark")
        second.get_by_role("button", name="通过").click()
        # blocked, overruled, released
        final.goto(f"{room}/{number}")
        looked(final, shots, "final")
        final.get_by_role("button", name="签发").click()
        expect(final.get_by_role("alert")).to_contain_text("严重错误“二个维护”")
        expect(final.get_by_role("alert")).to_contain_text("不能签发")
        looked(final, shots, "blocked")
        final.get_by_placeholder("保留的理由").fill("原文如此，引自会议材料")
        final.get_by_role("button", name="签发").click()
        expect(final.locator("dl.facts")).to_contain_text("已签发")
        expect(final.locator(".readings")).to_contain_text("保留“二个维护”")
        looked(final, shots, "released")
        with final.expect_download() as waiting:
            final.get_by_role("link", name="下载签发单（Word）").click()
        assert waiting.value.suggested_filename == f"审校签发单-{desk.site.id}-{number}.docx"
        paper = Document(str(waiting.value.path()))
        said = "\n".join(
            cell.text for table in paper.tables for row in table.rows for cell in row.cells
        ) + "\n".join(one.text for one in paper.paragraphs)
        for wanted in (TITLE, "初审乙", "复审丙", "终审丁", "同意", "原文如此，引自会议材料", seen(desk, number)["text_hash"]):  # fmt: skip
            assert wanted in said
        # published
        editor.goto(f"{room}/{number}")
        editor.get_by_label("发布后的网址").fill("http://a.cn/info/1.htm#top")
        editor.get_by_role("button", name="登记网址").click()
        expect(editor.get_by_label("发布后的网址")).to_have_value("http://a.cn/info/1.htm")
        looked(editor, shots, "addressed")
        for name, page in (("list-final", final), ("list-first-phone", first), ("list-editor", editor)):  # fmt: skip
            page.goto(room)
            looked(page, shots, name)
    assert broken(desk) == []


def test_nobody_reads_their_own_draft_nor_one_draft_twice(desk: Desk) -> None:
    with desk.client(MANY) as many, desk.client("bianji") as editor:
        own = made(many, desk)
        assert step(many, desk, own, "submit").status_code == 303
        line = f"稿件{own}：全能壬是作者或改过这篇稿件，不能再作初审；应由别人审"
        assert refusal(step(many, desk, own, "pass")) == [line]
        assert line in many.get(f"{home(desk)}/{own}").text
        other = made(editor, desk)
        step(editor, desk, other, "submit")
        assert step(many, desk, other, "pass").status_code == 303
        line = f"稿件{other}：全能壬已作过初审，不能再作复审；三次审核应由三个不同的人"
        assert refusal(step(many, desk, other, "pass")) == [line]
        assert line in many.get(f"{home(desk)}/{other}").text
        assert state(desk, other) == "second"
    assert broken(desk) == []


def test_a_step_on_a_text_that_was_changed_meanwhile_is_refused(desk: Desk) -> None:
    with desk.client("bianji") as editor, desk.client("chushen") as first:
        number = made(editor, desk)
        step(editor, desk, number, "submit")
        old = seen(desk, number)
        assert step(first, desk, number, "return", remark="请改").status_code == 303
        text = {"title": TITLE, "text": BODY.replace("布署", "部署")}
        assert step(editor, desk, number, "write", **text).status_code == 303
        step(editor, desk, number, "submit")
        assert refusal(step(first, desk, number, "pass", old)) == [
            f"稿件{number}：文本在您打开之后改过，现为第2稿；请刷新后重新看过再审核通过"
        ]
        answer = step(editor, desk, number, "write", old, **text)
        assert answer.status_code == 409
        assert "不能修改" in answer.text
        assert state(desk, number) == "first"


def test_what_was_typed_stays_where_a_step_is_refused(desk: Desk) -> None:
    with desk.client("bianji") as editor, desk.client("chushen") as first, desk.client("fushen") as second, desk.client("zhongshen") as final:  # fmt: skip
        number = made(editor, desk)
        step(editor, desk, number, "submit")
        step(first, desk, number, "pass")
        step(second, desk, number, "pass")
        answer = step(final, desk, number, "release", remark="可以发")
        assert refusal(answer) == [
            f"稿件{number}：严重错误“二个维护”（固定表述有误，应为“两个维护”）未改正，不能签发；应退回修改，或由终审人写明推翻的理由"
        ]
        assert ">可以发</textarea>" in answer.text
        assert state(desk, number) == "final"


#: Every address of a draft, and what is asked of it.
ROUTES = (
    ("GET", ""), ("GET", "/differences"), ("GET", "/write"), ("GET", "/receipt.docx"), ("POST", "/write"), ("POST", "/submit"),
    ("POST", "/withdraw"), ("POST", "/return"), ("POST", "/pass"), ("POST", "/release"), ("POST", "/address"),
)  # fmt: skip


def test_a_units_account_sees_its_own_units_drafts_only(desk: Desk) -> None:
    with desk.client("danwei1") as one, desk.client("danwei2") as two:
        number = made(one, desk, title="单位一的稿件", unit=None)
        assert "单位一的稿件" in one.get(home(desk)).text
        assert "单位一的稿件" not in two.get(home(desk)).text
        assert "单位一的稿件" not in two.get(f"{home(desk)}?unit={desk.site.units[0].id}").text
        for method, path in ROUTES:
            data = {**seen(desk, number), "remark": "x", "title": "x", "text": "x"}
            answer = two.request(method, f"{home(desk)}/{number}{path}", data=data if method == "POST" else None)  # fmt: skip
            assert answer.status_code == 404, path
            assert "单位一的稿件" not in answer.text
        answer = two.post(
            home(desk), data={"title": "t", "text": "x", "unit": desk.site.units[0].id}
        )
        assert answer.status_code == 400
        assert "只能办理本单位的稿件" in answer.text
        assert one.get(f"{home(desk)}/999999").status_code == 404


@pytest.mark.parametrize(
    ("name", "path", "status"),
    [("chushen", "/new", 403), ("chushen", "", 200), ("guanli", "", 403), ("bianji", "/new", 200)],
)
def test_who_may_enter(desk: Desk, name: str, path: str, status: int) -> None:
    with desk.client(name) as client:
        assert client.get(home(desk) + path).status_code == status


def test_the_office_writes_drafts_too(desk: Desk) -> None:
    with desk.client("zhengwu") as client:
        assert state(desk, made(client, desk)) == "written"
        assert 'name="title"' in client.get(f"{home(desk)}/new").text


def test_a_text_comes_from_the_check_page_and_from_a_file(desk: Desk) -> None:
    with desk.client("bianji") as client:
        page = client.post(
            f"{home(desk)}/new", data={"title": "<b>标题", "text": "一行\r\n</textarea><i>"}
        )
        assert page.status_code == 200
        assert 'value="&lt;b&gt;标题"' in page.text
        assert "一行\n&lt;/textarea&gt;&lt;i&gt;</textarea>" in page.text
        made_of = Document()
        made_of.add_paragraph("从Word来的稿件。")
        raw = io.BytesIO()
        made_of.save(raw)
        files: Any = [
            ("file", ("稿件.docx", raw.getvalue())),
            ("attachments", ("附件1.txt", "附件里也有布署。".encode())),
        ]
        data = {"title": "", "text": "打的字", "unit": desk.site.units[2].id}
        answer = client.post(home(desk), data=data, files=files)
        assert answer.status_code == 303, answer.text
        number = int(answer.headers["location"].rpartition("/")[2].partition("?")[0])
        with reading(desk.engine) as connection:
            article = newest_text(connection, number).article
            title = draft_of(connection, desk.site.id, number).title
        assert article
        assert [(part.kind, part.name, part.text) for part in article.parts] == [
            ("body", "", "从Word来的稿件。"), ("attachment", "附件1.txt", "附件里也有布署。"),
        ]  # fmt: skip
        assert title == "从Word来的稿件。"
        kept = {"title": "", "text": "改过的文字。", "keep": "附件1.txt"}
        assert step(client, desk, number, "write", **kept).status_code == 303
        with reading(desk.engine) as connection:
            article = newest_text(connection, number).article
        assert article
        assert [part.text for part in article.parts] == ["改过的文字。", "附件里也有布署。"]
        broken_file: Any = {"file": ("坏.docx", b"PK\x03\x04 nothing")}
        answer = client.post(home(desk), data=data, files=broken_file)
        assert answer.status_code == 400
        assert "坏.docx" in answer.text
        assert "打的字" in answer.text


def test_a_personal_number_is_masked_before_it_is_kept_or_shown(desk: Desk) -> None:
    number_of_id = "11010519491231002X"
    with desk.client("bianji") as client:
        number = made(client, desk, body=f"身份证号{number_of_id}。", title=f"名单{number_of_id}")
        page = client.get(f"{home(desk)}/{number}")
        assert number_of_id not in page.text
        assert number_of_id not in client.get(home(desk)).text


def released(desk: Desk, body: str, title: str) -> int:
    with desk.client("bianji") as editor, desk.client("chushen") as first, desk.client("fushen") as second, desk.client("zhongshen") as final:  # fmt: skip
        number = made(editor, desk, body, title)
        for client, name in ((editor, "submit"), (first, "pass"), (second, "pass"), (final, "release")):  # fmt: skip
            assert step(client, desk, number, name).status_code == 303
    return number


def test_what_was_published_differently_is_shown_with_the_ledger_s_number(desk: Desk) -> None:
    said = "全县各部门扎实推进各项重点工作落地见效，切实解决群众急难愁盼问题。" * 4
    number = released(desk, f"{said}\n投入资金320万元。", "重点工作推进情况")
    url = f"{desk.site.home.rstrip('/')}/info/777.htm"
    parts = (Part("title", "", "重点工作推进情况"), Part("body", "", f"{said}\n投入资金420万元。"))
    unit = desk.site.units[2].id
    with writing(desk.engine) as connection:
        save_articles(
            connection, desk.site.id, [Judged(Article(url, parts, DAY, "", unit), (), ())], now=NOON, day=DAY,
            lists_hash="L",
        )  # fmt: skip
    judge_reviews(desk.engine, desk.site, DAY, lists_hash="L", now=NOON)
    with reading(desk.engine) as connection:
        (found,) = [
            one
            for one in ledger_rows(connection, desk.site, DAY, rule="differs-from-released")
            if one.finding.url == url
        ]
    with desk.client("bianji") as client:
        page = client.get(f"{home(desk)}/{number}").text
        answer = client.get(f"/s/{desk.site.id}/ledger/{found.id}", follow_redirects=True)
        assert f'href="{home(desk)}/of?url=' in answer.text
        answer = client.get(f"{home(desk)}/of", params={"url": url})
        assert answer.headers["location"] == f"{home(desk)}/{number}#published-title"
        assert client.get(f"{home(desk)}/of", params={"url": "http://a.cn/no"}).status_code == 404
    with desk.client("danwei1") as other:
        assert other.get(f"{home(desk)}/of", params={"url": url}).status_code == 404
    assert "与签发稿不一致" in page
    assert f'<a href="/s/{desk.site.id}/ledger/{found.id}">台账{found.id}号</a>' in page
    assert "<del>3</del><ins>4</ins>" in page


def test_a_withdrawn_draft_says_so_and_asks_for_the_reason(desk: Desk) -> None:
    with desk.client("bianji") as client:
        number = made(client, desk)
        assert refusal(step(client, desk, number, "withdraw")) == ["没有写明意见；撤回，必须写明"]
        assert step(client, desk, number, "withdraw", remark="不发了").status_code == 303
        page = client.get(f"{home(desk)}/{number}").text
        assert "这篇稿件已撤回" in page
        assert "不发了" in page
        assert client.get(f"{home(desk)}/{number}/write").status_code == 409
        assert client.get(f"{home(desk)}/{number}/receipt.docx").status_code == 400


def test_a_form_of_another_page_takes_no_step(desk: Desk) -> None:
    with desk.client("bianji") as client:
        number = made(client, desk)
        del client.headers["X-Own-Page"]
        assert step(client, desk, number, "submit").status_code == 403
        assert state(desk, number) == "written"


@pytest.mark.needs("chromium")
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("phone", [False, True])
def test_every_page_reads_well_in_light_and_dark_wide_and_narrow(
    desk: Desk, browser: Browser, shots: Path, *, dark: bool, phone: bool
) -> None:
    with desk.client("bianji") as editor, desk.client("chushen") as first:
        number = made(editor, desk, title="很长的标题" * 12)
        step(editor, desk, number, "submit")
        step(first, desk, number, "return", remark="请核对数字和称谓，改后再送。")
        step(
            editor,
            desk,
            number,
            "write",
            title="很长的标题" * 12,
            text=BODY.replace("布署", "部署"),
        )
    with window(browser, desk.address, dark=dark, phone=phone) as page:
        sign_in(page, "bianji")
        for name, path in (
            ("list", ""), ("new", "/new"), ("draft", f"/{number}"), ("write", f"/{number}/write"),
            ("differences", f"/{number}/differences"), ("old", f"/{number}?text=1"),
        ):  # fmt: skip
            page.goto(home(desk) + path)
            looked(page, shots, f"{name}-{dark}-{phone}")
