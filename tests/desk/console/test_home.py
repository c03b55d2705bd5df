"""首页: what it says of the crawled county, of a desk without a night, and to a unit's account."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from checks.model import Site, Unchecked
from desk.console.front import ago, by_reason, of_one_unit, trend, week_beginnings
from store.database import reading, writing
from store.front_page import opened_since
from store.ledger import ledger_rows, move
from tests.county import DAY, Crawled
from tests.desk.console.browsing import overflows, serious, shot, sign_in, window
from tests.desk.console.desk import Desk, county_desk, served_desk

OWN_LIST = """lists:
  - id: own-words
    title: 本县用语
    severity: warning
    message: 应为“{use}”
    source: 本县规定
"""
OWN_WORDS = """text,use,unless,boundary,since,until,source,bad,good
云和县,云河县,,none,,,本县规定,云和县通知,云河县通知
"""
TAGS = re.compile(r"<[^>]+>")


def said(page: str) -> str:
    """A page's words, white space apart."""
    return " ".join(TAGS.sub(" ", page).split())


def front(desk: Desk, name: str, query: str = "") -> str:
    with desk.client(name) as client:
        answer = client.get(f"{desk.root}/{query}")
        assert answer.status_code == 200, answer.text
        return answer.text


@pytest.fixture
def own(county: Crawled, tmp_path: Path) -> Iterator[Desk]:
    """A desk that one test changes."""
    with county_desk(county, tmp_path) as desk:
        yield desk


def notify(desk: Desk, unit: str, due: date) -> list[int]:
    """Confirms a unit's findings and sets them a deadline, as the office does."""
    at = desk.hall.now()
    with writing(desk.engine) as connection:
        rows = ledger_rows(connection, desk.site, DAY, unit=unit)
        ids = [row.id for row in rows]
        move(connection, desk.site, ids, "confirmed", who="公开办戊", why="", at=at)
        move(connection, desk.site, ids, "notified", who="公开办戊", why="", at=at, due=due)
    return ids


def test_the_crawled_county_at_a_glance(desk: Desk) -> None:
    page = front(desk, "zhengwu")
    words = said(page)
    assert "昨天以来的文章 161 篇新收录 改动0篇，从网站消失0篇" in words
    assert "处新发现 复发0处，销号0处" in words
    assert "5 个不更新、空白或内容不全" in words
    assert '<a href="/s/yunhe/columns/ylfw">养老服务</a>' in page
    assert "栏目没有读到： 网上调查 、 数据开放 、 内部资料目录" in words
    assert "内容读不懂或没有读全（2项）" in words
    assert "文章 http://10.0.0.1/admin：指向内网或本机地址，按规定不访问" in words


def test_columns_are_told_with_the_day_they_go_stale(desk: Desk) -> None:
    words = said(front(desk, "zhengwu"))
    assert "工作动态 2025-09-29 10月14日起不更新，还有14天" in words
    assert words.index("养老服务 —") < words.index("政策解读 2024-12-04") < words.index("工作动态")
    assert "通知公告 2026-03-20起不更新，还有171天" in words
    assert "机构职能" not in words  # a static column is never stale


def test_a_night_too_long_ago_is_told_loudly(own: Desk) -> None:
    assert "请检查定时任务" not in front(own, "zhengwu")
    own.clock.on(days=1)
    assert "请检查定时任务" not in front(own, "zhengwu")
    own.clock.on(days=2)
    words = said(front(own, "zhengwu"))
    assert "最近一次完整的夜间巡查是3天前（9月30日）。" in words
    assert "2025-10-01至2025-10-02的夜间任务：没有运行；请检查定时任务" in words
    assert "lanmu nightly site.yaml" in words
    own.clock.on(days=12)
    assert "工作动态 2025-09-29 按最后一次巡查，10月14日起不更新" in said(front(own, "zhengwu"))


def test_deadlines_are_told_by_unit(own: Desk) -> None:
    one, other = "shuili", "renshe"
    late = notify(own, one, DAY)
    soon = notify(own, other, DAY + timedelta(9))
    own.clock.on(days=9)  # 9 October; 1 to 8 October is the national holiday
    page = front(own, "zhengwu")
    words = said(page)
    names = {unit.id: unit.name for unit in own.site.units}
    assert f"{names[one]} 9月30日起 逾期，最长1个工作日 {len(late)}处" in words
    assert f"{names[other]} 10月9日 今天到期 {len(soon)}处" in words
    assert f'href="/s/yunhe/ledger?state=overdue&amp;unit={one}"' in page
    assert f"{len(late)} 处已逾期" in words


def test_lists_that_became_wrong_are_told(county: Crawled, tmp_path: Path) -> None:
    folder = tmp_path / "lists"
    folder.mkdir()
    (folder / "lists.yaml").write_text(OWN_LIST, "utf-8")
    (folder / "own-words.csv").write_text(OWN_WORDS, "utf-8")
    site = replace(county.site, lists=(str(folder),))
    with county_desk(replace(county, site=site), tmp_path) as desk:
        assert "词表文件有误" not in front(desk, "zhengwu")
        (folder / "own-words.csv").write_text("错的表头\n", "utf-8")
        desk.clock.on(minutes=1)
        assert "词表文件有误，仍按改动前的词表检查：" in said(front(desk, "zhengwu"))
        assert "词表文件有误" not in front(desk, "danwei1")


def test_without_a_night_it_says_what_to_run(county: Crawled, tmp_path: Path) -> None:
    db = f"sqlite:///{tmp_path / 'new.db'}"
    with served_desk(db, county.site, county.file) as desk:
        words = said(front(desk, "zhengwu"))
    assert "还没有巡查过" in words
    assert "lanmu nightly site.yaml" in words


def test_a_unit_sees_its_own_only(desk: Desk) -> None:
    mine, other = desk.site.units[:2]
    with reading(desk.engine) as connection:
        found = opened_since(connection, desk.site, DAY - timedelta(1), most=1000)
    strange = {one.number for one in found if one.unit != mine.id}
    for query in ("", "?days=7", "?days=30"):
        page = front(desk, "danwei1", query)
        told = {int(n) for n in re.findall(r'href="/s/yunhe/ledger/(\d+)"', page)}
        assert told & strange == set()
        assert set(re.findall(r'href="/s/yunhe/units/(\w+)"', page)) <= {mine.id}
        columns = {one.id for one in desk.site.columns if mine.id in one.units}
        assert set(re.findall(r'href="/s/yunhe/columns/(\w+)"', page)) <= columns
        assert "10.0.0.1/admin" not in page
        assert other.name not in page


def test_only_known_periods_are_answered(desk: Desk) -> None:
    with desk.client("zhengwu") as client:
        assert client.get(f"{desk.root}/?days=99999").status_code == 422


def test_what_was_not_checked_is_grouped_by_reason() -> None:
    told = [
        Unchecked("文章 a", "http-404 网站返回错误状态"),
        Unchecked("栏目 甲", "timeout 在规定时间内未打开"),
        Unchecked("文章 b", "http-500 网站返回错误状态"),
        Unchecked("网站可用性", "近7天没有探测记录"),
        Unchecked("什么", "strange-code 新的原因"),
    ]
    assert [(one.said, [what for what, _ in one.things]) for one in by_reason(told)] == [
        ("打开超时", ["栏目 甲"]),
        ("网站返回错误状态", ["文章 a", "文章 b"]),
        ("其他原因", ["网站可用性", "什么"]),
    ]


def test_of_what_was_not_checked_a_unit_is_told_its_own(county: Crawled) -> None:
    site: Site = county.site
    told = [
        Unchecked("栏目 养老服务 是否更新及时", "layout 列表没有读全"),
        Unchecked("栏目 养老服务: 是否公开“名单”（县民政局）", "x"),
        Unchecked("栏目 养老服务: 是否公开“名单”（青河镇人民政府）", "x"),
        Unchecked("栏目 养老服务机构", "x"),
        Unchecked("文章 http://a.example/1.htm", "x"),
        Unchecked("附件 名单.pdf http://a.example/2.pdf 第3页", "x"),
        Unchecked("网站可用性", "x"),
    ]
    names = {unit.id: unit.name for unit in site.units}
    told[1] = Unchecked(f"栏目 养老服务: 是否公开“名单”（{names['minzheng']}）", "x")
    told[2] = Unchecked(f"栏目 养老服务: 是否公开“名单”（{names['qinghe']}）", "x")
    own = of_one_unit(told, site, "minzheng", {"http://a.example/1.htm"})
    assert own == [told[0], told[1], told[4]]


def test_days_and_weeks_as_people_say_them() -> None:
    day = date(2025, 9, 30)
    assert [ago(day - timedelta(n), day) for n in (0, 1, 2, 3)] == ["今天", "昨天", "前天", "3天前"]
    weeks = week_beginnings(day)
    assert (len(weeks), weeks[0], weeks[-1]) == (12, date(2025, 7, 14), date(2025, 9, 29))
    option = trend(weeks, range(12), range(12))
    assert option["xAxis"]["data"][-1] == "9月29日"
    assert [one["data"] for one in option["series"]] == [list(range(12))] * 2


@pytest.mark.needs("chromium")
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("phone", [False, True])
def test_the_first_page_in_a_browser(
    desk: Desk, browser: Browser, shots: Path, *, dark: bool, phone: bool
) -> None:
    with window(browser, desk.address, dark=dark, phone=phone) as page:
        sign_in(page, "zhengwu")
        expect(page.locator("#trend-title ~ .chart svg")).to_be_visible()
        assert serious(page) == []
        assert not overflows(page)
        shot(page, shots, f"home-{dark}-{phone}")
        for one in page.locator("details > summary").all():
            one.click()
        assert serious(page) == []
        assert not overflows(page)
        page.get_by_role("link", name="近7天").click()
        expect(page.get_by_role("heading", name="近7天的文章")).to_be_visible()
