"""Pages made to hang, to swell or to be lost silently: each is read, or says why not."""

import time

import pytest

from checks.model import Site
from crawler.bench import Bench
from crawler.jobs import ListJob
from crawler.listing import LONGEST_NAME, best_group, link
from crawler.page import LONGEST_URL, Page, PageError
from crawler.text import LONGEST_TAG, MOST_TAGS, block_text, parse, visible_text


def why(markup: str) -> str:
    with pytest.raises(PageError) as told:
        block_text(parse(markup))
    return told.value.why


@pytest.mark.parametrize("tag", ["div", "b", "font color=red", "ul><li", "table><tr><td"])
def test_what_is_nested_too_deep_is_said_and_not_lost(tag: str) -> None:
    """libxml2 stops at 256 elements without a word, and the rest of the page would be gone."""
    assert (
        why(f"<html><body><p>正文</p>{f'<{tag}>' * 10_000}<p>附则</p>") == "layout 页面标记嵌套过深"
    )


def test_what_is_nested_deep_is_read() -> None:
    assert block_text(parse(f"<html><body>{'<div>' * 190}正文")) == "正文"
    assert why(f"<html><body>{'<div>' * 230}正文") == "layout 页面标记嵌套过深"


def test_a_draft_nested_too_deep_is_read_all_the_same() -> None:
    assert visible_text("<div>" * 10_000 + "对下步工作作出布署") == "对下步工作作出布署"


def test_a_page_of_too_many_tags_is_not_parsed() -> None:
    assert why("<p>" * (MOST_TAGS + 1)) == "too-large 页面标记超过50万个"
    table = "<tr>" + "<td><p><span>10</span></p></td>" * 8 + "</tr>"
    assert block_text(parse(f"<table>{table * 2000}</table>")).count("10") == 16_000


def test_a_tag_of_too_many_attributes_is_not_parsed() -> None:
    began = time.monotonic()
    swollen = " ".join(f"a{n}=1" for n in range(1_000_000))
    assert why(f"<html><body><p {swollen}>x") == "too-large 页面有过长的标记"
    picture = "<img src='data:image/png;base64," + "QUJD\n" * LONGEST_TAG + "'>"
    assert block_text(parse(f"<html><body>{picture}<p>正文</p>")) == "正文"
    assert time.monotonic() - began < 10


def test_a_link_longer_than_any_page_has_is_none() -> None:
    page = Page("http://a.cn/", "")
    assert link(page, "/" + "a" * 2000)
    assert link(page, "/" + "a" * LONGEST_URL) == ""
    assert link(page, "/" + "中" * 200)
    assert link(page, "/" + "中" * 300) == ""  # nine characters each, once it is percent-encoded


def test_a_title_of_megabytes_is_cut() -> None:
    lines = "".join(
        f"<li><a href='/{n}' title='{'长' * 1_000_000}'>关于工作安排的通知</a>2025-09-01</li>"
        for n in range(3)
    )
    listed = best_group(Page("http://a.cn/", f"<ul>{lines}</ul>"))
    assert [len(one.title) for one in listed] == [LONGEST_NAME] * 3


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ('{"data": {"results": [' + '{"url": "/a", "title": "x"},' * 3 + "]}}", "layout"),
        ('{"data": {"results": ' + "[" * 100_000, "layout"),
        ('{"data": {"html": "' + "<div>" * 10_000 + '"}}', "layout"),
        (
            '{"data": {"results": [{"url": "http://a:99999999/", "title": "一条通知公告"}], "total": 1}}',
            "layout",
        ),
        (
            '{"data": {"results": [{"url": "/\\ud800", "title": "一条\\ud800公告"}], "total": 1}}',
            "layout",
        ),
        (
            "<totalrecord>" + "9" * 5000 + "</totalrecord><recordset></recordset>dataproxy.jsp",
            "layout",
        ),
    ],
)
def test_list_data_made_to_break_the_reader_says_layout(body: str, reason: str) -> None:
    job = ListJob("s", "c", "http://a.cn/x.htm", body.encode(), "text/html", "auto")
    done = Bench(Site("s", "某县人民政府网", "http://a.cn/")).listed(job)
    assert done.why.split(" ")[0] == reason
