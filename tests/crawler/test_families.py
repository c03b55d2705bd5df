"""Saved pages beside what must be read from them.

The first line of an HTML page is a comment with its address. A missing expectation is written, and
the test fails until somebody has looked at it.
"""

import dataclasses
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.charset import read_page
from crawler.families import FAMILIES, family_for
from crawler.page import Page, PageError

PAGES = Path(__file__).parent / "pages"
SAVED = sorted(
    p
    for p in PAGES.rglob("*")
    if p.suffix in (".html", ".json", ".xml") and not p.name.endswith(".expected.json")
)
ANSWERS = {
    "ucap/answer.json": "http://www.yunhe.example/common/search/0f?_isAgg=true&_isJson=true&_pageSize=5&page=1",
    "jcms/answer.xml": "http://www.yunhe.example/module/web/jpage/dataproxy.jsp?startrecord=7&endrecord=12&perpage=6",
    "jcms/jpaas-answer.json": (
        "http://www.yunhe.example/api-gateway/jpaas-publish-server/front/page/build/unit?webId=12"
        "&paramJson=%7B%22pageNo%22%3A+1%2C+%22pageSize%22%3A+20%7D"
    ),
}


def page(path: Path) -> Page:
    raw = path.read_bytes()
    name = str(path.relative_to(PAGES))
    address = re.match(rb"<!-- (\S+) -->", raw)
    url = address[1].decode() if address else ANSWERS[name]
    return read_page(url, raw, "text/html; charset=utf-8")


def read(path: Path) -> Any:
    """Everything that is read from a saved page, or why nothing is."""
    one = page(path)
    family = family_for(one) if path.parent.name == "traps" else FAMILIES[path.parent.name]
    said: dict[str, Any] = {"family": family_for(one).NAME}
    try:
        if path.name.startswith("article"):
            said["article"] = dataclasses.asdict(family.article(one))
        else:
            said["listing"] = dataclasses.asdict(family.list_entries(one))
            following = family.next_page(one)
            said["next"] = dataclasses.asdict(following) if following else None
    except PageError as error:
        said["why"] = error.why
    return json.loads(json.dumps(said, ensure_ascii=False, default=str))


@pytest.mark.parametrize("path", SAVED, ids=lambda p: str(p.relative_to(PAGES)))
def test_a_saved_page_reads_as_expected(path: Path) -> None:
    expected = path.with_name(path.name + ".expected.json")
    found = read(path)
    if not expected.exists():
        expected.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")
        pytest.fail(f"{expected.name} was missing and has been written: look at it")
    assert found == json.loads(expected.read_text("utf-8"))


def test_every_family_has_saved_pages_of_both_kinds() -> None:
    for name in FAMILIES:
        names = {p.name for p in (PAGES / name).glob("*.html")}
        assert any(n.startswith("list") for n in names) and any(
            n.startswith("article") for n in names
        )


@pytest.mark.parametrize("name", [n for n in FAMILIES if n != "generic"])
def test_a_family_knows_its_own_pages_and_no_others(name: str) -> None:
    for path in sorted((PAGES / name).glob("*.html")):
        assert name == family_for(page(path)).NAME, path.name


@pytest.mark.parametrize(
    ("call", "following"),
    [
        ('createPageHTML(17, 0, "index", "html");', "http://a.cn/x/index_1.html"),
        ('createPageHTML(17, 16, "index", "html");', None),
        ("createPageHTML('page_div',23, 1,'index','shtml',342);", "http://a.cn/x/index_2.shtml"),
        ("createPageHTML('page_div',23,23,'index','shtml',342);", None),
        ("createPageHTML(a, b, c, d);", None),
    ],
)
def test_the_two_pagers_of_one_name_are_told_apart_by_their_arguments(
    call: str, following: str | None
) -> None:
    found = FAMILIES["generic"].next_page(
        Page("http://a.cn/x/", f"<p>x</p><script>{call}</script>")
    )
    assert (found.url if found else None) == following


@settings(deadline=None)
@given(st.sampled_from(SAVED), st.data())
def test_a_mangled_page_is_read_or_refused_never_an_error(path: Path, data: st.DataObject) -> None:
    raw = path.read_bytes()
    start = data.draw(st.integers(0, len(raw)))
    end = data.draw(st.integers(start, len(raw)))
    junk = data.draw(st.binary(max_size=20))
    try:
        one = read_page("http://a.cn/x/", raw[:start] + junk + raw[end:])
        for family in FAMILIES.values():
            for read_it in (family.list_entries, family.next_page, family.article):
                try:
                    read_it(one)
                except PageError:
                    continue
    except PageError:
        return


def test_ten_thousand_nested_elements_are_survived() -> None:
    deep = Page("http://a.cn/x/", "<div>" * 10_000 + "深处的文字" + "</div>" * 10_000)
    with pytest.raises(PageError):
        FAMILIES["generic"].list_entries(deep)
