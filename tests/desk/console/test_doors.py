"""Signing in and out, in a browser and without one."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.desk.console.browsing import overflows, serious, shot, sign_in, window
from tests.desk.console.desk import Desk


def test_who_is_not_signed_in_is_led_to_the_door(desk: Desk) -> None:
    with desk.client() as client:
        answer = client.get(f"/s/{desk.site.id}/")
        assert answer.status_code == 303
        assert answer.headers["location"] == f"/login?next=/s/{desk.site.id}/"


def test_a_form_of_another_page_changes_nothing(desk: Desk) -> None:
    with desk.client("bianji") as client:
        del client.headers["X-Own-Page"]
        answer = client.post("/logout")
        assert (answer.status_code, "页面已过期" in answer.text) == (403, True)
        assert client.get(f"/s/{desk.site.id}/").status_code == 200


@pytest.mark.needs("chromium")
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("phone", [False, True])
def test_the_door_in_a_browser(
    desk: Desk, browser: Browser, shots: Path, *, dark: bool, phone: bool
) -> None:
    with window(browser, desk.address, dark=dark, phone=phone) as page:
        page.goto("/login")
        assert serious(page) == []
        assert not overflows(page)
        shot(page, shots, f"login-{dark}-{phone}")
        sign_in(page, "zhengwu")
        expect(page.get_by_role("heading", level=1)).to_have_text(desk.site.name)
        assert serious(page) == []
        assert not overflows(page)
        shot(page, shots, f"home-{dark}-{phone}")
        page.get_by_role("button", name="退出").click()
        page.wait_for_url("**/login")
