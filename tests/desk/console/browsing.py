"""Chromium, driven by Playwright, that asks nobody but the desk.

While a browser is open its event loop runs in the test's thread: what calls asyncio.run (a night) must run
in a thread of its own, or before.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Route,
    ViewportSize,
    sync_playwright,
)

from tests.desk.console.desk import PASSWORD

ARGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-extensions", "--mute-audio",
]  # fmt: skip
WIDE, PHONE = ViewportSize(width=1280, height=800), ViewportSize(width=390, height=844)
#: What axe may find without being told: nothing. These impacts fail a test.
SERIOUS = ("serious", "critical")


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def window(
    browser: Browser,
    address: str,
    *,
    dark: bool = False,
    phone: bool = False,
    refusals: bool = False,
) -> Iterator[Page]:
    """A window of its own (cookies too). Fails at its end on a script's error, a console error, a foreign request.

    With `refusals` the desk may answer 4xx: Chromium tells the console of each.
    """
    context: BrowserContext = browser.new_context(
        base_url=address, viewport=PHONE if phone else WIDE, color_scheme="dark" if dark else "light",
        locale="zh-CN", timezone_id="Asia/Shanghai", has_touch=phone,
        reduced_motion="reduce",  # colours on their way from one to another are no one's reading
    )  # fmt: skip
    wrong: list[str] = []

    def route(way: Route) -> None:
        if way.request.url.startswith((address, "data:", "blob:")):
            way.continue_()
        else:
            wrong.append(f"asked {way.request.url}")
            way.abort()

    context.route("**/*", route)
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.on("pageerror", lambda error: wrong.append(f"script: {error}"))

    def told(kind: str, text: str) -> None:
        if kind == "error" and not (refusals and "responded with a status of 4" in text):
            wrong.append(f"console: {text}")

    page.on("console", lambda said: told(said.type, said.text))
    try:
        yield page
    finally:
        context.close()
    assert wrong == []


def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    page.goto("/login")
    page.get_by_label("登录名").fill(name)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(lambda url: "/login" not in url)


def serious(page: Page) -> list[str]:
    """What axe finds serious on the page as it stands: rule, and where."""
    found: Any = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {' '.join(node['target'][0] for node in one['nodes'][:5])}"
        for one in found
        if one["impact"] in SERIOUS
    ]


def overflows(page: Page) -> bool:
    """Whether the page is wider than its window."""
    return bool(
        page.evaluate(
            "document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"
        )
    )


def shot(page: Page, folder: Path, name: str) -> None:
    page.screenshot(path=str(folder / f"{name}.png"), full_page=True)
