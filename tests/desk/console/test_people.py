"""账号 and 我的账号: what the administrator may do, and what everybody may do of their own."""

import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, expect

from desk.console.seat import COOKIE
from store.accounts import ONCE, account_named, account_of
from store.database import reading, writing
from store.sessions import open_token
from tests.desk.console.browsing import overflows, serious, shot, sign_in, window
from tests.desk.console.desk import PASSWORD, Desk, own_page
from tests.desk.console.desk import sign_in as enter

NEW = "我自己的新密码123"
Client = httpx.Client


def said(answer: httpx.Response) -> str:
    """The text of a page, without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def secret_of(answer: httpx.Response) -> str:
    found = re.search(r'<code class="secret">([^<]+)</code>', answer.text)
    assert found, said(answer)
    return found[1]


def add(client: Client, name: str, **more: Any) -> httpx.Response:
    return client.post("/people", data={"name": name, "shown": f"{name}氏", "roles": ["editor"], **more})  # fmt: skip


def number(desk: Desk, name: str) -> int:
    with reading(desk.engine) as connection:
        found = account_named(connection, name)
    assert found is not None
    return found.id


def test_a_new_person_gets_a_password_for_once_and_must_change_it(desk: Desk) -> None:
    with desk.client("guanli") as keeper, desk.client() as new:
        made = add(keeper, "xinren", unit=desk.site.units[0].id)
        once = secret_of(made)
        assert re.fullmatch(r"([a-z2-9]{3}-){5}[a-z2-9]{3}", once)
        assert once not in keeper.get("/people").text
        assert enter(new, "xinren", once).headers["location"] == "/me"
        for path in (f"/s/{desk.site.id}/", "/people"):
            assert new.get(path).headers["location"] == "/me"
        assert new.get("/api/v1/columns", params={"site_id": desk.site.id}).status_code == 403
        assert "请先改成自己的密码" in said(new.get("/me"))
        refused = new.post("/me/tokens", data={"label": "x", "days": "30"})
        assert (refused.status_code, "请先修改密码" in refused.text) == (400, True)
        done = new.post("/me/password", data={"old": once, "new": NEW, "again": NEW})
        assert (done.status_code, done.headers["location"]) == (303, "/me?done=password")
        new.headers["X-Own-Page"] = own_page(new)
        assert new.get(f"/s/{desk.site.id}/").status_code == 200
        with desk.client() as again:
            assert enter(again, "xinren", once).status_code == 401
            assert enter(again, "xinren", NEW).status_code == 303


def test_a_password_for_once_is_over_after_three_days(desk: Desk) -> None:
    with desk.client("guanli") as keeper, desk.client() as new:
        once = secret_of(add(keeper, "chidao"))
        before = desk.clock.at
        try:
            desk.clock.on(hours=73)
            late = enter(new, "chidao", once)
        finally:
            desk.clock.at = before
        assert (late.status_code, "一次性密码已过期" in late.text) == (401, True)
        assert enter(new, "chidao", once).status_code == 303


@pytest.mark.parametrize(
    ("old", "new", "again", "line"),
    [
        ("错误的密码123", NEW, NEW, "原密码不对"),
        (PASSWORD, NEW, NEW + "x", "两次输入的新密码不一样"),
        (PASSWORD, PASSWORD, PASSWORD, "新密码和原密码一样"),
        (PASSWORD, "短", "短", "密码应为10至200个字符"),
        (PASSWORD, "fushen的密码1234", "fushen的密码1234", "密码中不能含登录名"),
        (PASSWORD, "aaaaaaaaaaaa", "aaaaaaaaaaaa", "密码太简单：至少要有5个不同的字符"),
    ],
)
def test_a_password_that_cannot_be_is_refused(
    desk: Desk, old: str, new: str, again: str, line: str
) -> None:
    with desk.client("fushen") as client:
        answer = client.post("/me/password", data={"old": old, "new": new, "again": again})
        assert (answer.status_code, line in said(answer)) == (400, True)
        assert client.get("/me").status_code == 200


def test_the_old_password_cannot_be_guessed_from_a_seat_left_open(desk: Desk) -> None:
    with desk.client("fushen") as client:
        tried = {"old": "猜一个密码吧", "new": NEW, "again": NEW}
        lines = [said(client.post("/me/password", data=tried)) for _ in range(6)]
        assert ["原密码不对" in one for one in lines] == [True] * 5 + [False]
        assert "试的次数太多" in lines[-1]
        right = client.post("/me/password", data={"old": PASSWORD, "new": NEW, "again": NEW})
        assert right.status_code == 400


def test_a_changed_password_signs_out_everywhere_else(desk: Desk) -> None:
    with desk.client("guanli") as keeper:
        once = secret_of(add(keeper, "gaimi"))
    with desk.client() as here, desk.client() as there:
        enter(here, "gaimi", once)
        enter(there, "gaimi", once)
        before = here.cookies[COOKIE]
        here.post("/me/password", data={"old": once, "new": NEW, "again": NEW})
        assert here.cookies[COOKIE] != before
        assert here.get("/me").status_code == 200
        assert there.get("/me").status_code == 303


def test_ones_own_sessions_are_ended_there_and_never_anothers(desk: Desk) -> None:
    with desk.client("chushen") as here, desk.client("chushen") as there, desk.client("bianji") as other:  # fmt: skip
        page = here.get("/me")
        listed = re.findall(r"/me/sessions/(\d+)/close", page.text)
        assert len(listed) == 1
        assert other.post(f"/me/sessions/{listed[0]}/close").status_code == 303
        assert there.get("/me").status_code == 200
        assert here.post(f"/me/sessions/{listed[0]}/close").status_code == 303
        assert [one.get("/me").status_code for one in (here, there, other)] == [200, 303, 200]
        with desk.client("chushen") as third:
            assert third.post("/me/sessions/close").status_code == 303
            assert [one.get("/me").status_code for one in (here, third)] == [303, 200]


def test_a_token_is_shown_once_works_and_ends(desk: Desk) -> None:
    with desk.client("bianji") as client, desk.client() as program:
        made = client.post("/me/tokens", data={"label": "网站后台<b>", "days": "30"})
        token = secret_of(made)
        page = client.get("/me")
        assert token not in page.text and "网站后台&lt;b&gt;" in page.text
        program.headers["Authorization"] = f"Bearer {token}"
        columns = {"site_id": desk.site.id}
        assert program.get("/api/v1/columns", params=columns).status_code == 200
        ends = re.findall(r"/me/tokens/(\d+)/close", page.text)
        with desk.client("chushen") as other:
            other.post(f"/me/tokens/{ends[-1]}/close")
        assert program.get("/api/v1/columns", params=columns).status_code == 200
        client.post(f"/me/tokens/{ends[-1]}/close")
        refused = program.get("/api/v1/columns", params=columns)
        assert (refused.status_code, refused.json()) == (401, {"error": "令牌无效或已停用"})


@pytest.mark.parametrize("days", ["0", "1826", "x", "99999999999999999999"])
def test_a_token_must_end(desk: Desk, days: str) -> None:
    with desk.client("bianji") as client:
        answer = client.post("/me/tokens", data={"label": "x", "days": days})
        assert answer.status_code in (400, 422)
        assert "secret" not in answer.text


def test_a_token_opens_no_account_and_is_no_cookie(desk: Desk) -> None:
    with writing(desk.engine) as connection:
        id = desk.people["guanli"].id
        token = open_token(connection, id, "x", at=desk.clock.now(), days=1)
    with desk.client() as program:
        program.headers["Authorization"] = f"Bearer {token}"
        for path in ("/me", "/people", f"/people/{id}"):
            answer = program.get(path)
            assert (answer.status_code, "不能用令牌" in answer.text) == (403, True)
        assert add(program, "jiaren").status_code == 403
    with desk.client() as browser:
        browser.cookies.set(COOKIE, token)
        assert browser.get("/me").status_code == 303
    with desk.client("guanli") as browser, desk.client() as program:
        program.headers["Authorization"] = f"Bearer {browser.cookies[COOKIE]}"
        assert program.get("/me").status_code == 401


def test_what_is_changed_of_a_person_ends_their_sessions(desk: Desk) -> None:
    with desk.client("guanli") as keeper, desk.client("danwei2") as person:
        id = number(desk, "danwei2")
        form = {"shown": "单位二编辑", "roles": ["editor"], "unit": desk.site.units[1].id, "site": "", "subject": "i|9"}  # fmt: skip
        done = keeper.post(f"/people/{id}", data=form)
        assert (done.status_code, done.headers["location"]) == (303, f"/people/{id}?done=changed")
        assert person.get("/me").status_code == 303
        with reading(desk.engine) as connection:
            account = account_of(connection, id)
        assert account is not None
        assert (account.roles, account.unit, account.subject) == (frozenset({"editor"}), desk.site.units[1].id, "i|9")  # fmt: skip


@pytest.mark.parametrize(
    ("form", "line"),
    [
        ({"name": "王", "shown": "王"}, "登录名“王”不合要求"),
        ({"name": "bianji", "shown": "又一个"}, "登录名“bianji”已有人用"),
        ({"name": "xin", "shown": "编辑甲"}, "姓名“编辑甲”已有人用"),
        ({"name": "xin", "shown": "新", "roles": ["king"]}, "没有这种角色：king"),
        ({"name": "xin", "shown": "新", "roles": []}, "没有写明角色"),
        ({"name": "xin", "shown": "新", "unit": "没有"}, "没有这个单位；请从列表里选"),
        ({"name": "xin", "shown": "新", "site": "none"}, "没有这个站点；请从列表里选"),
    ],
)
def test_an_account_that_cannot_be_is_refused_and_the_form_keeps_what_was_said(
    desk: Desk, form: dict[str, Any], line: str
) -> None:
    with desk.client("guanli") as keeper:
        answer = keeper.post("/people", data={"roles": ["editor"]} | form)
        assert (answer.status_code, line in said(answer)) == (400, True)
        assert f'value="{form["name"]}"' in answer.text
        assert f'value="{form["shown"]}"' in answer.text


def test_an_administrator_changes_nothing_of_their_own_rights(desk: Desk) -> None:
    with desk.client("guanli") as keeper:
        id = number(desk, "guanli")
        grab = keeper.post(
            f"/people/{id}", data={"shown": "管理员庚", "roles": ["admin", "office"]}
        )
        assert (grab.status_code, "不能改自己的权限" in grab.text) == (400, True)
        for step, line in (("close", "不能停用自己的账号"), ("password", "请在“我的账号”里修改")):
            answer = keeper.post(f"/people/{id}/{step}")
            assert (answer.status_code, line in answer.text) == (400, True)
        with reading(desk.engine) as connection:
            account = account_of(connection, id)
        assert account is not None and account.roles == {"admin"} and account.active
        assert keeper.get(f"/s/{desk.site.id}/").status_code == 403
        assert keeper.get("/").headers["location"] == "/people"


def test_a_closed_account_is_out_with_its_tokens_and_comes_back(desk: Desk) -> None:
    with desk.client("guanli") as keeper, desk.client() as person, desk.client() as program:
        once = secret_of(add(keeper, "likai"))
        id = number(desk, "likai")
        with writing(desk.engine) as connection:
            token = open_token(connection, id, "x", at=desk.clock.now(), days=1)
        program.headers["Authorization"] = f"Bearer {token}"
        enter(person, "likai", once)
        assert person.get("/me").status_code == 200
        assert keeper.post(f"/people/{id}/close").status_code == 303
        assert person.get("/me").status_code == 303
        assert program.get("/api/v1/columns").status_code == 401
        with desk.client() as again:
            assert enter(again, "likai", once).status_code == 401
        assert "已停用" in said(keeper.get(f"/people/{id}"))
        assert keeper.post(f"/people/{id}/open").status_code == 303
        with desk.client() as again:
            assert enter(again, "likai", once).status_code == 303
        assert program.get("/api/v1/columns").status_code == 401


def test_a_reset_password_ends_sessions_and_tokens(desk: Desk) -> None:
    with desk.client("guanli") as keeper, desk.client("zhongshen") as person:
        id = number(desk, "zhongshen")
        token = secret_of(person.post("/me/tokens", data={"label": "x", "days": "30"}))
        once = secret_of(keeper.post(f"/people/{id}/password"))
        assert person.get("/me").status_code == 303
        with desk.client() as program:
            program.headers["Authorization"] = f"Bearer {token}"
            assert program.get("/api/v1/columns").status_code == 401
        with reading(desk.engine) as connection:
            account = account_of(connection, id)
        assert account is not None and account.password.startswith(f"{ONCE}$argon2id$")
        assert once not in account.password
        with desk.client() as again:
            assert enter(again, "zhongshen").status_code == 401
            assert enter(again, "zhongshen", once).headers["location"] == "/me"
            assert keeper.post(f"/people/{id}/sign-out").status_code == 303
            assert again.get("/me").status_code == 303


def test_an_administrator_of_one_site_keeps_that_sites_accounts_only(desk: Desk) -> None:
    with desk.client("guanli") as keeper:
        once = secret_of(add(keeper, "zhanguan", roles=["admin"], site=desk.site.id))
    with desk.client() as narrow:
        enter(narrow, "zhanguan", once)
        narrow.post("/me/password", data={"old": once, "new": NEW, "again": NEW})
        narrow.headers["X-Own-Page"] = own_page(narrow)
        listed = re.findall(r'href="/people/(\d+)"', narrow.get("/people").text)
        assert listed == [str(number(desk, "zhanguan"))]
        other = number(desk, "bianji")
        assert narrow.get(f"/people/{other}").status_code == 404
        for step in ("", "/close", "/password", "/sign-out", "/tokens/1/close"):
            assert narrow.post(f"/people/{other}{step}").status_code == 404
        secret_of(add(narrow, "zhanren", roles=["admin", "office"]))
        with reading(desk.engine) as connection:
            made = account_named(connection, "zhanren")
        assert made is not None and made.site == desk.site.id


@pytest.mark.parametrize("id", ["999999", "99999999999999999999", "-1", "x"])
def test_there_is_no_such_account(desk: Desk, id: str) -> None:
    with desk.client("guanli") as keeper:
        assert keeper.get(f"/people/{id}").status_code in (404, 422)
        assert keeper.post(f"/people/{id}/close").status_code in (404, 422)


@pytest.mark.needs("chromium")
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("phone", [False, True])
def test_the_pages_in_a_browser(
    desk: Desk, browser: Browser, shots: Path, *, dark: bool, phone: bool
) -> None:
    with window(browser, desk.address, dark=dark, phone=phone) as page:
        sign_in(page, "guanli")
        expect(page.get_by_role("heading", level=1)).to_have_text("账号")
        assert (serious(page), overflows(page)) == ([], False)
        shot(page, shots, f"people-{dark}-{phone}")
        name = f"liulan{dark:d}{phone:d}"
        page.get_by_label("登录名").fill(name)
        page.get_by_label("姓名").fill(f"浏览{name}")
        page.get_by_label("编辑", exact=True).check()
        page.get_by_label("只看单位").select_option(index=1)
        page.get_by_role("button", name="添加", exact=True).click()
        expect(page.get_by_text("只显示这一次")).to_be_visible()
        assert (serious(page), overflows(page)) == ([], False)
        shot(page, shots, f"people-added-{dark}-{phone}")
        once = page.locator("code.secret").inner_text()
        page.get_by_role("link", name=f"浏览{name}").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(name)
        assert (serious(page), overflows(page)) == ([], False)
        shot(page, shots, f"person-{dark}-{phone}")
        page.get_by_role("button", name="退出", exact=True).click()
        sign_in(page, name, once)
        expect(page.get_by_text("您用的是一次性密码")).to_be_visible()
        assert (serious(page), overflows(page)) == ([], False)
        shot(page, shots, f"me-first-{dark}-{phone}")
        page.get_by_label("原密码").fill(once)
        page.get_by_label("新密码", exact=True).fill(NEW)
        page.get_by_label("再输一遍新密码").fill(NEW)
        page.get_by_role("button", name="修改密码").click()
        expect(page.get_by_text("密码已修改")).to_be_visible()
        page.get_by_label("给什么程序用").fill("LibreOffice")
        page.get_by_role("button", name="建立令牌").click()
        expect(page.get_by_text("令牌已建立")).to_be_visible()
        assert (serious(page), overflows(page)) == ([], False)
        shot(page, shots, f"me-{dark}-{phone}")
