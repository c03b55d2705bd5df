"""通报 on a quarter that is not ready: what was not checked, not confirmed, not imported is said, with where to go."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.desk.console.browsing import overflows, serious, shot, sign_in, window
from tests.desk.console.desk import Desk

PATIENCE = 120


@pytest.mark.needs("chromium")
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("phone", [False, True])
def test_what_is_wanting_stands_before_the_circular(
    desk: Desk, browser: Browser, shots: Path, *, dark: bool, phone: bool
) -> None:
    with window(browser, desk.address, dark=dark, phone=phone) as page:
        sign_in(page, "zhengwu")
        page.goto(f"/s/{desk.site.id}/circular")
        page.get_by_role("heading", name="成文之前").wait_for(timeout=PATIENCE * 1000)
        expect(page).to_have_url(f"{desk.root}/circular/2025Q3/now")
        expect(page.get_by_text("本季度还没有结束")).to_be_visible()
        waiting = page.locator(".cards article", has_text="没有确认的问题")
        expect(waiting).to_contain_text("没有写进通报")
        expect(waiting.get_by_role("link")).to_have_attribute(
            "href", f"/s/{desk.site.id}/ledger?state=open"
        )
        wanting = page.get_by_role("region", name="没有导入的表格")
        expect(wanting).to_contain_text("依申请公开申请登记表")
        expect(wanting).to_contain_text("…件已按期回复")
        unchecked = page.get_by_role("region", name="没有检查的内容")
        expect(unchecked).to_contain_text("夜间任务")
        expect(unchecked).to_contain_text("没有运行或没有做完")
        expect(unchecked).to_contain_text("台账中还没有确认")
        assert serious(page) == []
        assert not overflows(page)
        shot(page, shots, f"crawled-{dark}-{phone}")
