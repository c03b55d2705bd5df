"""台账 without a browser's eyes: what each seat sees and may do, steps whole or not at all, papers, replies."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.desk.console.browsing import overflows, serious, shot, sign_in, window
from tests.desk.console.desk import Desk


@pytest.mark.needs("chromium")
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("phone", [False, True])
def test_the_ledger_in_a_browser(
    desk: Desk, browser: Browser, shots: Path, *, dark: bool, phone: bool
) -> None:
    with window(browser, desk.address, dark=dark, phone=phone) as page:
        sign_in(page, "zhengwu")
        for name in ("", "?group=term", "/exceptions", "/papers"):
            page.goto(f"{desk.root}/ledger{name}")
            assert serious(page) == []
            assert not overflows(page)
            shot(page, Path("/tmp/lanes/shots"), f"ledger{name.replace('/', '-')}-{dark}-{phone}")
