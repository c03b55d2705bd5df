"""The demo county: it is served on loopback, never ages, and holds what planted.yaml says."""

import json
import re
import threading
import urllib.error
import urllib.request
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from checks.page_judge import judge_page
from checks.seen_page import PageFault, PageKind
from checks.site import load_site
from crawler.charset import read_page
from crawler.demo.county import DemoArticle, DemoColumn, columns, data
from crawler.demo.pages import address
from crawler.demo.server import County, demo_site_file, serve
from crawler.facts import seen_page
from crawler.families import FAMILIES, family_for
from crawler.page import Fetch, Listing

DAY = date(2025, 9, 30)
PLANTED = data("planted.yaml")
COUNTY = County(DAY)
BY_ID = {c.about["id"]: c for c in COUNTY.columns}
PAGED = [c for c in COUNTY.columns if not {"broken", "script", "robots"} & c.about.keys()]


def home_of(id: int) -> tuple[DemoColumn, DemoArticle]:
    """An article and the column it lies in."""
    for about in data("county.yaml")["columns"]:
        if id in {one["id"] for one in about["articles"]}:
            column = BY_ID[about["id"]]
            return column, next(one for one in column.articles if one.id == id)
    raise LookupError(id)


def answered(target: str, form: str = "") -> tuple[int, str]:
    status, kind, body = COUNTY.answer(target, form)
    return status, body.decode("gb18030" if "gb" in kind else "utf-8", "replace")


def article_text(id: int) -> str:
    column, article = home_of(id)
    texts = [answered(address(column, article, part)) for part in range(len(article.pages))]
    assert {status for status, _ in texts} == {200}
    return unescape("\n".join(text for _, text in texts))


def walked(column: DemoColumn) -> list[Listing]:
    """What the family reads from each of a column's list pages, followed as the spider does."""
    fetch, family = Fetch(f"http://county{column.about['url']}"), "auto"
    listings: list[Listing] = []
    for _ in range(50):
        target = fetch.url.removeprefix("http://county")
        _, kind, body = COUNTY.answer(target, urlencode(fetch.form or {}))
        page = read_page(fetch.url, body, kind)
        page.form = fetch.form
        chosen = family_for(page, family)
        family, listing = chosen.NAME, chosen.list_entries(page)
        if not listing.elsewhere:
            listings.append(listing)
        following = listing.elsewhere or chosen.next_page(page)
        if following is None:
            return listings
        fetch = following
    raise AssertionError("the walk has no end")


def test_it_is_served_on_a_free_port_and_stops() -> None:
    before = threading.active_count()
    with serve(today=DAY) as url:
        assert urlsplit(url).hostname == "127.0.0.1" and urlsplit(url).port
        with urllib.request.urlopen(f"{url}/robots.txt", timeout=10) as answer:
            assert (answer.status, answer.read()) == (
                200,
                b"User-agent: *\nDisallow: /private/\n",
            )
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(url, timeout=10)
    assert threading.active_count() <= before + 1  # a kept-alive connection's daemon thread


def test_two_counties_are_served_at_once() -> None:
    with serve(today=DAY) as one, serve(today=DAY) as other:
        assert one != other


@pytest.mark.parametrize("column", PAGED, ids=lambda c: c.about["id"])
def test_every_list_is_read_whole_by_its_own_family(column: DemoColumn) -> None:
    listings = walked(column)
    if column.family != "jcms":  # a proxy is asked for several pages' records at a time
        assert len(listings) == column.count
    listed = [entry.url for listing in listings for entry in listing.entries]
    assert len(set(listed)) == len(listed)
    assert len(listed) == PLANTED["entries"][column.about["id"]]
    assert [e.title for x in listings for e in x.entries][: len(column.articles)] == [
        a.title for a in column.articles
    ]


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_every_family_has_a_column_that_is_detected_as_such(family: str) -> None:
    found = {
        family_for(read_page(f"http://county{c.about['url']}", *reversed(COUNTY.answer(c.about["url"], "")[1:])), "auto").NAME
        for c in PAGED
        if c.family == family
    }  # fmt: skip
    assert found == {family}


def test_every_address_that_is_listed_answers_but_the_dead_one() -> None:
    silent = []
    for column in PAGED:
        for listing in walked(column):
            for entry in listing.entries:
                parts = urlsplit(entry.url)
                if parts.hostname == "county" and COUNTY.answer(parts.path, "")[0] != 200:
                    silent.append(parts.path)
    dead_column, dead = home_of(PLANTED["dead"])
    assert silent == [address(dead_column, dead)]


@pytest.mark.parametrize("later", [0, 1, 31, 365, 1461])
def test_it_never_ages(later: int) -> None:
    """Whatever the day, every article is as old as it was."""
    day = DAY + timedelta(days=later)
    ages = [[(day - one.day).days for one in c.articles] for c in columns(day)]
    assert ages == [[(DAY - one.day).days for one in c.articles] for c in columns(DAY)]
    assert min(age for column in ages for age in column) >= 0


@pytest.mark.parametrize("finding", PLANTED["findings"], ids=lambda f: f"{f[1]}-{f[3]}")
def test_every_planted_wording_is_on_its_page_once(finding: list[str | int]) -> None:
    _, wrong, right, id, _ = finding
    assert article_text(int(id)).count(str(wrong)) == 1
    assert str(right) != str(wrong)


def without_silent(article: DemoArticle) -> str:
    text = "".join((article.title, *(line for page in article.pages for line in page)))
    for phrase in PLANTED["silent"]:
        text = text.replace(phrase, "")
    return text


def test_no_planted_wording_is_anywhere_else() -> None:
    """Each wrong word stands in its one article, the phrases that excuse it aside."""
    wrong = {str(one[1]): int(one[3]) for one in PLANTED["findings"]}
    found = {
        (word, article.id)
        for column in COUNTY.columns
        for article in column.articles
        for word in wrong
        if word in without_silent(article)
    }
    assert found == set(wrong.items())


@pytest.mark.parametrize("phrase", PLANTED["silent"])
def test_every_phrase_that_must_stay_silent_is_on_a_page(phrase: str) -> None:
    pages = [
        line for c in COUNTY.columns for a in c.articles for page in a.pages for line in (a.title, *page)
    ]  # fmt: skip
    assert any(phrase in line for line in pages)


def test_the_other_planted_faults_are_there() -> None:
    shared = [id for id, c in BY_ID.items() if PLANTED["two_columns"] in {a.id for a in c.articles}]
    assert shared == ["gzdt", "xczx"]
    assert home_of(PLANTED["reprint"])[1].source == "新华社"
    assert home_of(PLANTED["unattributed"])[1].source == "云河之声编辑部"
    assert len(home_of(PLANTED["several_pages"])[1].pages) == 3
    column, pinned = home_of(PLANTED["pinned"])
    first = walked(column)[0].entries[0]
    assert (first.pinned, first.published) == (True, pinned.day)
    assert pinned.day < min(a.day for a in column.articles if a is not pinned)


def test_the_undated_article_shows_its_day_nowhere() -> None:
    column, article = home_of(PLANTED["undated"])
    (entry,) = [e for x in walked(column) for e in x.entries if e.title == article.title]
    assert entry.published is None
    path = address(column, article)
    _, kind, body = COUNTY.answer(path, "")
    page = read_page(f"http://county{path}", body, kind)
    read = family_for(page, "auto").article(page)
    assert (read.title, read.published) == (article.title, None)


def test_the_page_with_a_wrong_header_says_utf8_and_is_not() -> None:
    column = BY_ID[PLANTED["wrong_header"]]
    for path in (str(column.about["url"]), address(column, column.articles[0])):
        _, kind, body = COUNTY.answer(path, "")
        assert kind == "text/html; charset=utf-8"
        with pytest.raises(UnicodeDecodeError):
            body.decode("utf-8")
        assert "云河县" in body.decode("gbk")


def test_private_addresses_are_linked_from_a_list_and_from_a_body() -> None:
    listed = {e.url for c in PAGED for x in walked(c) for e in x.entries}
    assert {u for u in listed if "//10." in u} == {PLANTED["inside"]}
    url, id = PLANTED["inside_body"]
    assert f'href="{url}"' in article_text(id)


@pytest.mark.parametrize(("id", "status"), [("wzlm", 500), ("wgk", 200), ("ylfw", 200)])
def test_lists_that_cannot_be_judged_say_what_they_say(id: str, status: int) -> None:
    assert answered(str(BY_ID[id].about["url"]))[0] == status
    assert not BY_ID[id].articles


def test_half_of_the_pages_and_more_bear_the_mandated_tags_and_some_do_not() -> None:
    tagged = [
        'name="PubDate"' in answered(address(c, a))[1]
        for c in PAGED
        for a in c.articles
        if not a.dead and c.about["id"] != "jgzn"
    ]
    assert 0.5 < sum(tagged) / len(tagged) < 0.9


def test_the_pages_hold_no_script_that_was_not_put_there() -> None:
    text = article_text(PLANTED["unattributed"])
    assert re.findall(r"<script[^>]*>", text) == [
        '<script src="/system/resource/js/vsbscreen.min.js">',
        "<script>",
        "<script id='_jiucuo_' sitecode='0000000001' src='https://zfwzgl.www.gov.cn/exposure/jiucuo.js'>",
    ]
    assert "default-src 'self'" in text  # a browser fetches neither mark


def judged_pages(tmp_path: Path) -> dict[str, tuple[PageFault, ...]]:
    """The faults of every page of the county, by path."""
    site = load_site(demo_site_file("http://127.0.0.1:8123", tmp_path))
    articles = {
        address(c, a, part): c
        for c in COUNTY.columns
        for a in c.articles
        for part in range(len(a.pages))
    }
    found = {}
    for path, (status, content_type, body) in COUNTY._pages.items():
        if status != 200 or not content_type.startswith("text/html"):
            continue
        kind: PageKind = "home" if path == "/" else "article" if path in articles else "column"
        page = read_page(f"http://127.0.0.1:8123{path}", body, content_type)
        found[path] = judge_page(seen_page(page, kind), site)
    return found


def test_its_pages_are_good_but_for_what_is_planted(tmp_path: Path) -> None:
    found = {
        (one.rule, one.key, path) for path, many in judged_pages(tmp_path).items() for one in many
    }
    planted = set()
    for rule, key, id in PLANTED["page_faults"]:
        column, article = home_of(id)
        planted.add((rule, key, address(column, article)))
    rule, key = PLANTED["untagged"]
    for column in COUNTY.columns:
        for article in column.articles:
            owner = COUNTY._owners[article.id]
            if article.id % 3 == 0 and not article.dead:
                planted |= {
                    (rule, key, address(owner, article, part)) for part in range(len(article.pages))
                }
    assert found == planted


def test_the_hidden_link_is_no_part_of_the_text() -> None:
    column, article = home_of(904)
    assert article.hidden == "http://10.0.0.1/ad"
    _, kind, body = COUNTY.answer(address(column, article), "")
    page = read_page(f"http://county{address(column, article)}", body, kind)
    assert family_for(page, "auto").article(page).body == "".join(article.pages[0])


def test_the_site_file_of_the_demo_is_one_like_any_other(tmp_path: Path) -> None:
    site = load_site(demo_site_file("http://127.0.0.1:8123", tmp_path))
    assert (site.home, site.delay, site.hosts) == (
        "http://127.0.0.1:8123/",
        0.0,
        frozenset({"127.0.0.1"}),
    )
    assert not site.placeholder
    assert [c.id for c in site.columns] == list(PLANTED["columns"])
    assert {u.kind for u in site.units} == {"department", "township", "zone"}
    assert all(u.quota for u in site.units)


def test_the_json_list_counts_as_the_county_does() -> None:
    (column,) = [c for c in COUNTY.columns if c.about.get("json")]
    status, text = answered("/common/search/x?_pageSize=5&page=2")
    said = json.loads(text)["data"]
    assert (status, said["total"]) == (200, len(column.articles))
    assert [one["title"] for one in said["results"]] == [a.title for a in column.page(2)]


@pytest.mark.parametrize(
    ("target", "form"),
    [
        ("/common/search/x?page=abc", ""),
        ("/common/search/x?page=" + "9" * 5000, ""),
        ("/module/web/jpage/dataproxy.jsp", "columnid=zdjs"),
        ("/module/web/jpage/dataproxy.jsp?startrecord=-1&endrecord=x", "columnid=zdjs"),
        ("/module/web/jpage/dataproxy.jsp?startrecord=1&endrecord=2", "columnid=nosuch"),
        ("/../../etc/passwd", ""),
        ("//", ""),
    ],
)
def test_an_odd_request_gets_an_answer(target: str, form: str) -> None:
    assert answered(target, form)[0] in {200, 404}
