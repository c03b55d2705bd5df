"""The reading process: a page that kills or hangs it costs that page alone."""

import asyncio
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest

from checks.model import Site
from crawler import judge as judges
from crawler.bench import Bench
from crawler.judge import Job, Judge, ListJob

SITE = Site("s", "某县人民政府网", "http://a.cn/")
PAGE = "<html><body><h1>关于工作部署的通知</h1><p>发布日期：2025-09-01</p><div id='zoom'><p>对下步工作作出布署。</p></div></body></html>"


def job(body: bytes) -> Job:
    return Job(
        "s", "http://a.cn/1.htm", body, "", "auto", "generic", ("c",), "", None, date(2025, 9, 30)
    )


@contextmanager
def judge(seconds: float = 30) -> Iterator[Judge]:
    made = Judge([SITE], seconds=seconds)
    try:
        yield made
    finally:
        made.close()


async def outcomes(one: Judge, *jobs: Job) -> list[Any]:
    return await asyncio.gather(*(one.article(each) for each in jobs))


def test_an_article_is_read_and_judged_in_the_other_process() -> None:
    with judge() as one:
        (done,) = asyncio.run(outcomes(one, job(PAGE.encode())))
    assert done.article and done.article.title == "关于工作部署的通知"
    assert [(f.match, f.suggestion) for f in done.findings] == [("布署", "部署")]


def test_a_list_that_cannot_be_read_says_why() -> None:
    with judge() as one:
        done = asyncio.run(
            one.listing(ListJob(SITE.id, "tzgg", "http://a.cn/", b"<p>x</p>", "", "auto"))
        )
    assert done.why == "layout 没有识别出列表条目"


def dies(one: Any) -> Any:
    if b"kill" in one.body:
        os._exit(9)
    if b"hang" in one.body:
        time.sleep(600)
    return judges._run_really(one)  # type: ignore[attr-defined]


@pytest.fixture
def deadly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages that say so end or hang the process that reads them: a stand-in for a fault in a C library."""
    monkeypatch.setattr(judges, "_begin", begin_deadly)


def begin_deadly(sites: Any) -> None:
    judges._benches.update({site.id: Bench(site) for site in sites})
    judges._run_really = judges.run_job  # type: ignore[attr-defined]
    judges.run_job = dies  # type: ignore[assignment]


def test_a_page_that_kills_the_process_costs_that_page_alone(deadly: None) -> None:
    with judge() as one:
        done = asyncio.run(
            outcomes(one, job(b"<p>kill</p>"), job(PAGE.encode()), job(PAGE.encode()))
        )
    assert done[0].why == "layout 解析页面时进程异常退出"
    assert [bool(each.article) for each in done] == [False, True, True]


def test_a_page_that_hangs_costs_that_page_alone(deadly: None) -> None:
    with judge(seconds=4) as one:
        done = asyncio.run(outcomes(one, job(b"<p>hang</p>"), job(PAGE.encode())))
    assert done[0].why == "timeout 解析页面超过4秒"
    assert done[1].article


def test_personal_numbers_are_masked_in_what_is_kept() -> None:
    """Found in the page as it was, at places that hold in the text as it is stored."""
    page = PAGE.replace("作出布署", "作出布署，张三身份证号652722199001011239")
    done = Bench(SITE).outcome(job(page.encode()))
    assert done.article
    assert "19900101" not in repr(done.article) + repr(done.findings)
    leak = next(one for one in done.findings if one.rule == "personal-data")
    kept = done.article.parts[leak.part].text
    assert kept[leak.span.start : leak.span.end] == leak.match == "652722********1239"
