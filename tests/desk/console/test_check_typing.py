"""检查稿件 in a browser: marks sit on the words, typing is never lost, everything goes by keyboard."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import docx
import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect

from desk.console.app import create_app
from tests.desk.console.browsing import overflows, serious, shot, sign_in, window
from tests.desk.console.desk import PASSWORD, Desk
from tests.desk.console.test_check import ID_NUMBER, word
from tests.desk.web_serving import running

pytestmark = pytest.mark.needs("chromium")
TEXT = "各乡镇：\n😀𠮷请尽快布署安全生产工作，再接再励，坚持安全发展。\n截止目前，工作进展顺利。"


@contextmanager
def opened(desk: Desk, browser: Browser, **how: Any) -> Iterator[Page]:
    with window(browser, desk.address, **how) as page:
        sign_in(page, "bianji")
        page.goto(f"/s/{desk.site.id}/check")
        yield page


def marked(page: Page, field: str = "#text") -> list[str]:
    """The words under the marks, top to bottom."""
    own = page.locator(f".field:has({field}) .mirror mark")
    return [str(one) for one in own.all_text_contents()]


def settled(page: Page, said: str) -> None:
    expect(page.locator("#state")).to_have_text(said)


def test_what_is_typed_is_marked_where_it_stands(desk: Desk, browser: Browser) -> None:
    with opened(desk, browser) as page:
        page.locator("#text").click()
        page.keyboard.type(TEXT)
        settled(page, "发现3处问题")
        assert marked(page) == ["布署", "再接再励", "截止目前"]
        assert page.locator("#notes li").count() == 3
        assert page.locator("#notes li").first.locator("> *").all_text_contents() == [
            "一般错误 布署 → 部署",
            "错别字，应为“部署”",
            "依据：《现代汉语词典》；《通用规范汉字表》（国发〔2013〕23号）",
            "采纳",
        ]
        page.keyboard.type("😀")
        assert page.locator("#text").input_value() == f"{TEXT}😀"


def rectangles(page: Page) -> list[dict[str, Any]]:
    """For each mark: its rectangle, and that of the same stretch of the textarea's own text.

    Chromium keeps a textarea's text in a tree of its own, so the stretch is measured in a copy that the browser
    lays out as it lays out the textarea: without the mirror's lines and marks.
    """
    found: list[dict[str, Any]] = page.evaluate(
        """() => {
          const area = document.getElementById("text");
          const copy = document.createElement("div");
          const own = getComputedStyle(area);
          for (const name of own) copy.style.setProperty(name, own.getPropertyValue(name));
          const box = area.getBoundingClientRect();
          copy.style.position = "absolute";
          copy.style.left = `${box.left + scrollX}px`;
          copy.style.top = `${box.top + scrollY}px`;
          copy.style.width = `${box.width}px`;
          copy.style.visibility = "hidden";
          copy.textContent = area.value;
          document.body.append(copy);
          const said = [];
          let at = 0;
          for (const mark of document.querySelectorAll(".field:has(#text) .mirror mark")) {
            at = area.value.indexOf(mark.textContent, at);
            const range = document.createRange();
            range.setStart(copy.firstChild, at);
            range.setEnd(copy.firstChild, at + mark.textContent.length);
            const [a, b] = [mark.getBoundingClientRect(), range.getBoundingClientRect()];
            said.push({words: mark.textContent, off: [a.left - b.left, a.right - b.right, a.top + a.height / 2 - b.top - b.height / 2]});
            at += 1;
          }
          copy.remove();
          return said;
        }"""
    )
    return found


LONG = (
    "　　"
    + "这是一段很长的文字，（包括“引号”、《书名》！？）and some English words, 12,345.67%；" * 6
)


@pytest.mark.parametrize("phone", [False, True])
def test_marks_lie_on_their_words(desk: Desk, browser: Browser, *, phone: bool) -> None:
    text = "\n".join(
        [f"{LONG}请布署。", "", f"😀👨‍👩‍👧𠮷{LONG}布署  ", f"{LONG}{LONG}再接再励\t布署", "尾布署"]
    )
    with opened(desk, browser, phone=phone) as page:
        page.locator("#text").fill(text)
        settled(page, "发现5处问题")
        found = rectangles(page)
        assert [one["words"] for one in found] == ["布署", "布署", "再接再励", "布署", "布署"]
        assert max(abs(n) for one in found for n in one["off"]) < 1.0, found


def test_a_click_accepts_and_undo_takes_it_back(desk: Desk, browser: Browser) -> None:
    with opened(desk, browser) as page:
        area = page.locator("#text")
        area.fill(TEXT)
        settled(page, "发现3处问题")
        page.get_by_role("button", name="采纳：把“再接再励”改为“再接再厉”").click()
        assert area.input_value() == TEXT.replace("再接再励", "再接再厉")
        settled(page, "发现2处问题")
        assert marked(page) == ["布署", "截止目前"]
        page.get_by_role("button", name="撤销").click()
        assert area.input_value() == TEXT
        settled(page, "发现3处问题")
        page.get_by_role("button", name="全部采纳（3处）").click()
        fixed = TEXT.replace("布署", "部署").replace("再接再励", "再接再厉")
        assert area.input_value() == fixed.replace("截止目前", "截至目前")
        settled(page, "没有发现问题")
        page.keyboard.press("Control+z")
        assert area.input_value() == TEXT


def test_many_are_accepted_at_once_in_a_long_text_and_taken_back(
    desk: Desk, browser: Browser
) -> None:
    """The browser's own undo takes minutes over thousands of lines; ours takes one step."""
    lines = [f"第{n}段说的是别的事情。" + "请布署。" * (n % 50 == 0) for n in range(3000)]
    text, fixed = "\n".join(lines), "\n".join(lines).replace("布署", "部署")
    with opened(desk, browser) as page:
        area = page.locator("#text")
        area.evaluate(
            "(area, text) => { area.value = text; area.dispatchEvent(new Event('input', {bubbles: true})); }",
            text,
        )
        settled(page, "发现60处问题")
        page.get_by_role("button", name="全部采纳（60处）").click()
        settled(page, "没有发现问题")
        assert area.input_value() == fixed
        page.get_by_role("button", name="撤销").click()
        assert area.input_value() == text
        settled(page, "发现60处问题")
        page.get_by_role("button", name="全部采纳（60处）").click()
        area.press("Control+z")
        assert area.input_value() == text
        area.press("Control+End")
        page.keyboard.type("完")
        area.press("Control+z")
        assert area.input_value() == text


def test_everything_goes_by_keyboard(desk: Desk, browser: Browser) -> None:
    with opened(desk, browser) as page:
        page.locator("#title").focus()
        page.keyboard.type("关于布署工作的通知")
        page.locator("#text").focus()
        page.keyboard.type(TEXT)
        settled(page, "发现4处问题")
        page.keyboard.press("Control+Home")
        page.keyboard.press("Alt+ArrowDown")
        assert page.evaluate("getSelection().toString()") == "布署"
        expect(page.locator("#notes li[aria-current] .what")).to_have_text("一般错误 布署 → 部署")
        expect(page.locator("#spoken")).to_contain_text("第2处，共4处")
        page.keyboard.press("Alt+Enter")
        assert page.evaluate("getSelection().toString()") == "再接再励"
        page.keyboard.press("Alt+ArrowDown")
        assert page.evaluate("getSelection().toString()") == "截止目前"
        page.keyboard.press("Alt+ArrowUp")
        page.keyboard.press("Alt+Enter")
        settled(page, "发现2处问题")
        assert page.locator("#text").input_value() == TEXT.replace("布署", "部署").replace(
            "再接再励", "再接再厉"
        )
        page.keyboard.press("Tab")
        walked = []
        for _ in range(12):
            walked.append(
                page.evaluate(
                    "document.activeElement.className || document.activeElement.id || document.activeElement.type"
                )
            )
            if page.evaluate("document.activeElement.matches('#notes .take')"):
                break
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.locator("#title").input_value() == "关于部署工作的通知", walked
        settled(page, "发现1处问题")
        page.keyboard.press("Enter")
        settled(page, "没有发现问题")


def test_levels_can_be_left_out(desk: Desk, browser: Browser) -> None:
    with opened(desk, browser) as page:
        page.locator("#text").fill(TEXT)
        settled(page, "发现3处问题")
        page.get_by_label(re.compile("^一般错误")).uncheck()
        assert (marked(page), page.locator("#notes li").count()) == ([], 0)
        expect(page.get_by_role("button", name="全部采纳")).to_be_disabled()
        page.get_by_label(re.compile("^一般错误")).check()
        assert len(marked(page)) == 3


def test_marks_move_with_the_text_before_it_is_checked_again(desk: Desk, browser: Browser) -> None:
    with opened(desk, browser) as page:
        page.locator("#text").fill(TEXT)
        settled(page, "发现3处问题")
        held: list[Route] = []
        page.route("**/check/now", lambda way: held.append(way))
        page.keyboard.press("Control+Home")
        page.keyboard.type("关于工作\n𠮷")
        assert marked(page) == ["布署", "再接再励", "截止目前"]
        page.locator("#text").evaluate(
            "(area) => area.setSelectionRange(area.value.indexOf('布署') + 1, area.value.indexOf('布署') + 1)"
        )
        page.keyboard.type("x")
        assert marked(page) == ["再接再励", "截止目前"]
        page.unroute("**/check/now")
        for one in held:
            one.continue_()


def test_the_caret_stays_while_checks_come_in(desk: Desk, browser: Browser) -> None:
    with opened(desk, browser) as page:
        area = page.locator("#text")
        area.fill(TEXT)
        area.evaluate("(area) => area.setSelectionRange(7, 7)")
        page.keyboard.type("一二三")
        settled(page, "发现3处问题")
        assert area.evaluate("(area) => [area.selectionStart, area.selectionEnd]") == [10, 10]
        page.keyboard.type("四")
        assert area.input_value() == TEXT.replace("😀", "😀一二三四")


def composed(page: Page, kind: str, value: str = "") -> None:
    page.locator("#text").evaluate(
        "(area, [kind, data]) => area.dispatchEvent(new CompositionEvent(kind, {data, bubbles: true}))",
        [kind, value],
    )


def test_nothing_is_checked_while_a_word_is_composed(desk: Desk, browser: Browser) -> None:
    asked: list[str] = []

    def note(request: Request) -> None:
        if request.url.endswith("/check/now"):
            asked.append(str((request.post_data_json or {})["text"]))

    with opened(desk, browser) as page:
        page.on("request", note)
        page.locator("#text").fill("请布署。")
        settled(page, "发现1处问题")
        session = page.context.new_cdp_session(page)
        session.send(
            "Input.imeSetComposition", {"text": "bushu", "selectionStart": 5, "selectionEnd": 5}
        )
        page.wait_for_timeout(900)
        assert (asked, marked(page)) == (["请布署。"], ["布署"])
        session.send("Input.insertText", {"text": "布署"})
        settled(page, "发现2处问题")
        assert asked == ["请布署。", "请布署。布署"]
        composed(page, "compositionstart")
        page.keyboard.type("b")
        page.wait_for_timeout(900)
        assert len(asked) == 2
        composed(page, "compositionend", "b")
        page.wait_for_timeout(900)
        assert asked[2:] == ["请布署。布署b"]


def test_a_server_that_is_away_costs_no_text(desk: Desk, browser: Browser) -> None:
    """It ends while somebody types, and begins again at the same address."""
    context = browser.new_context(locale="zh-CN")
    try:
        page = context.new_page()
        with running(create_app(desk.hall)) as address:
            port = int(address.rpartition(":")[2])
            page.goto(f"{address}/login")
            page.get_by_label("登录名").fill("bianji")
            page.get_by_label("密码").fill(PASSWORD)
            page.get_by_role("button", name="登录").click()
            page.wait_for_url("**/s/**")
            page.goto(f"{address}/s/{desk.site.id}/check")
            page.locator("#text").fill("请布署。")
            settled(page, "发现1处问题")
        page.locator("#text").press("End")
        page.keyboard.type("再接再励")
        settled(page, "连不上服务器。文字都在本页，正在重试…")
        page.keyboard.type("，继续写")
        assert marked(page) == ["布署"]
        assert page.locator("#text").input_value() == "请布署。再接再励，继续写"
        with running(create_app(desk.hall), port=port):
            expect(page.locator("#state")).to_have_text("发现2处问题", timeout=20_000)
            assert page.locator("#text").input_value() == "请布署。再接再励，继续写"
            page.goto("about:blank")
    finally:
        context.close()


def test_a_session_that_ends_costs_no_text(desk: Desk, browser: Browser) -> None:
    context = browser.new_context(base_url=desk.address, locale="zh-CN")
    try:
        page = context.new_page()
        sign_in(page, "bianji")
        page.goto(f"/s/{desk.site.id}/check")
        context.clear_cookies()
        page.locator("#text").fill("请布署。")
        settled(page, "登录已过期。文字都在本页，登录后自动继续检查：请在新窗口登录")
        with context.expect_page() as other:
            page.get_by_role("link", name="请在新窗口登录").click()
        door = other.value
        door.get_by_label("登录名").fill("bianji")
        door.get_by_label("密码").fill(PASSWORD)
        door.get_by_role("button", name="登录").click()
        settled(page, "发现1处问题")
        assert page.locator("#text").input_value() == "请布署。"
    finally:
        context.close()


def test_leaving_with_text_asks_first(desk: Desk, browser: Browser) -> None:
    with opened(desk, browser) as page:
        page.locator("#text").fill("请布署。")
        settled(page, "发现1处问题")
        asked: list[str] = []

        def stay(dialog: Any) -> None:
            asked.append(dialog.type)
            dialog.dismiss()

        page.on("dialog", stay)
        page.get_by_role("link", name="首页").click()
        assert asked == ["beforeunload"]
        assert page.locator("#text").input_value() == "请布署。"


def test_a_file_is_dropped_on_the_page(desk: Desk, browser: Browser, shots: Path) -> None:
    raw = word("关于做好工作的通知", "请各乡镇布署安全生产工作。", f"申请人身份证号{ID_NUMBER}。")
    with opened(desk, browser) as page:
        page.locator("#text").fill("已写的文字")
        handle = page.evaluate_handle(
            """(bytes) => { const data = new DataTransfer();
              data.items.add(new File([new Uint8Array(bytes)], "通知.docx")); return data; }""",
            list(raw),
        )
        page.dispatch_event("main", "dragover", {"dataTransfer": handle})
        page.dispatch_event("main", "drop", {"dataTransfer": handle})
        expect(page.get_by_role("heading", name="通知.docx")).to_be_visible()
        words = page.locator("#result mark").all_text_contents()
        assert words == ["布署", "110101********0011"]
        assert page.locator("#text").input_value() == "已写的文字"
        page.get_by_role("link", name="看第1处").click()
        expect(page.locator("mark:target")).to_have_text("布署")
        assert serious(page) == []
        assert not overflows(page)
        shot(page, shots, "check-file")
        with page.expect_download() as coming:
            page.get_by_role("button", name="下载带批注的Word").click()
        assert coming.value.suggested_filename == "通知_批注.docx"
        marked = docx.Document(str(coming.value.path()))
        assert len(list(marked.comments)) == 2
        expect(page.locator("#told")).to_have_text("批注2处")
        page.get_by_role("button", name="关闭").click()
        expect(page.locator("#result")).to_be_hidden()


def test_no_file_and_too_large_a_file_are_told_at_once(desk: Desk, browser: Browser) -> None:
    with opened(desk, browser) as page:
        page.get_by_role("button", name="检查文件").click()
        expect(page.locator("#told")).to_have_text("请先选择稿件文件，或把文件拖到本页")
        page.locator("#draft").evaluate("(form) => { form.dataset.most = 1048576; }")
        big = {"name": "大.txt", "mimeType": "text/plain", "buffer": b"a" * 1_100_000}
        page.locator("#file").set_input_files(big)  # type: ignore[arg-type]
        page.get_by_role("button", name="检查文件").click()
        expect(page.locator("#told")).to_have_text("大.txt：文件2MB，超过上限1MB")


def test_a_long_text_stays_usable(desk: Desk, browser: Browser) -> None:
    """200,000 characters: every keystroke arrives, marks stay right; how quick it is is not asserted."""
    some = "这一段说的是别的事情，没有什么问题，"
    text = "".join(f"{some * 4}编号{n}。\n" for n in range(2500)) + "请布署。"
    with opened(desk, browser) as page:
        page.locator("#text").fill(text)
        settled(page, "发现1处问题")
        page.locator("#text").evaluate("(area) => area.setSelectionRange(100, 100)")
        page.locator("#text").focus()
        began = time.monotonic()
        page.keyboard.type("逐字输入，一个不少")
        print(
            f"\n{len(text)} characters: {(time.monotonic() - began) / 9 * 1000:.0f} ms a keystroke"
        )
        assert page.locator("#text").input_value() == text[:100] + "逐字输入，一个不少" + text[100:]
        assert marked(page) == ["布署"]
        settled(page, "发现1处问题")
        page.keyboard.press("Alt+ArrowDown")
        page.keyboard.press("Alt+Enter")
        settled(page, "没有发现问题")
        assert page.locator("#text").input_value().endswith("请部署。")


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("phone", [False, True])
def test_it_is_readable(
    desk: Desk, browser: Browser, shots: Path, *, dark: bool, phone: bool
) -> None:
    with opened(desk, browser, dark=dark, phone=phone) as page:
        assert serious(page) == []
        assert not overflows(page)
        shot(page, shots, f"check-empty-{dark}-{phone}")
        page.locator("#title").fill("关于布署安全生产工作的通知")
        page.locator("#text").fill(
            f"{TEXT}\n{LONG}\n申请人身份证号{ID_NUMBER}，请县环保局会同人力资源与社会保障局办理。9月31日前完成（见附件。"
        )
        expect(page.locator("#state")).to_contain_text("发现")
        page.locator("#notes .what").nth(1).click()
        assert serious(page) == []
        assert not overflows(page)
        shot(page, shots, f"check-{dark}-{phone}")
