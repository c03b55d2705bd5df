"""A page of another site, in a real browser, reads the editors' server as an add-on does."""

from typing import Any

import pytest
from playwright.sync_api import sync_playwright
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route

from desk.languagetool.routes import languagetool_app
from tests.desk.editors import desk
from tests.desk.web_serving import running

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
#: What an add-on does with the text of an editing field: a form, a header of its own, the answer read as JSON or text.
ASK = """async ([address, path, method, said]) => {
  const answer = await fetch(address + path, {
    method, body: said && new URLSearchParams(said),
    headers: {"X-Requested-With": "add-on", "Accept": "application/json"}});
  const text = await answer.text();
  return [answer.status, answer.status == 200 ? JSON.parse(text) : text];
}"""


async def page(_: Any) -> HTMLResponse:
    return HTMLResponse("<!doctype html><meta charset=utf-8><title>后台</title><p>稿件</p>")


@pytest.mark.needs("chromium")
def test_a_page_of_another_site_reads_answers_and_refusals() -> None:
    site = Starlette(routes=[Route("/", page), Route("/favicon.ico", page)])
    data = '{"annotation":[{"text":"😀现就布"},{"markup":"<b>"},{"text":"署。"},{"markup":"</b>"}]}'
    with (
        running(languagetool_app(desk())) as address,
        running(site) as elsewhere,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        tab = browser.new_page()
        tab.goto(elsewhere)

        def ask(path: str, method: str = "GET", said: dict[str, str] | None = None) -> Any:
            return tab.evaluate(ASK, [address, path, method, said])

        found = ask("/v2/check", "POST", {"data": data, "language": "auto"})
        languages = ask("/v2/languages")
        refused = ask("/v2/check", "POST", {"language": "zh-CN"})
        unwanted = ask("/v2/words/add", "POST", {"word": "坏"})
        nowhere = ask("/v2/nothing")
        browser.close()
    (match,) = found[1]["matches"]
    assert (found[0], match["offset"], match["length"]) == (200, 4, 5)
    assert [one["longCode"] for one in languages[1]] == ["zh-CN", "zh", "zh-Hans", "en-US"]
    assert refused == [400, "Error: 缺少 text 或 data 参数"]
    assert unwanted == [403, "Error: 不能从别的网站添加词语"]
    assert nowhere == [404, "Error: 没有这个接口"]
