"""A night, start to end: crawl the sites, save what was read, judge every column, say what was not checked.

Several sites share one process and one event loop, each polite on its own.
"""

import asyncio
import gc
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.settings import Settings

from checks.grounds import grounds
from checks.model import Finding, Site, Unchecked
from checks.verdict import ColumnVerdict
from checks.wordlist import lists_hash
from crawler import clock, settings
from crawler.closing import close_deleted, judge_columns, late_pages, left_unread
from crawler.judge import GC_THRESHOLD, Judge, wordlists_of
from crawler.recheck import recheck_site
from crawler.spiders.columns import ColumnsSpider
from crawler.watch import Watched, watch
from crawler.whole_site import judge_whole_site
from store.archive import is_behind
from store.articles import Tally
from store.database import Engine, open_database, reading, writing
from store.exceptions import with_excuses
from store.findings import open_findings
from store.list_sets import read_on_others, save_list_set
from store.locks import night_lock
from store.nights import finish_night, missed_nights, start_night
from store.rechecks import last_finished
from store.versions import edits_since

#: Called as the night goes: site id, pages fetched, articles read, pages still waiting.
Progress = Callable[[str, int, int, int], None]
#: Called as the night goes: site id, the addresses that are being asked for.
Underway = Callable[[str, Sequence[str]], None]
TICK_SECONDS = 0.2
MOST_EDITED = 200


@dataclass(frozen=True, slots=True)
class Night:
    """What one night at one site came to. `findings` are those open after it.

    `lanes` are the article pages asked for, by lane; `deleted` the pages that are deleted from tonight
    on; `edited` the articles whose text changed, (address, title), the first `MOST_EDITED`. `errors` are faults of the program itself, a line each: there should be none.
    """

    site: Site
    day: date
    requests: int
    tally: Tally
    findings: tuple[Finding, ...]
    verdicts: tuple[ColumnVerdict, ...]
    unchecked: tuple[Unchecked, ...]
    errors: tuple[str, ...] = ()
    lanes: Mapping[str, int] = field(default_factory=dict)
    deleted: tuple[str, ...] = ()
    edited: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Told:
    """Who is told as a night goes."""

    progress: Progress | None
    underway: Underway | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run is asked to do. `day` None: the calendar day at the site.

    `columns` (ids) narrows it; `on_demand` walks only as far back as the columns' rules look (column
    audit); `full` reads everything again, changed or not.
    """

    day: date | None = None
    columns: tuple[str, ...] = ()
    on_demand: bool = False
    full: bool = False


def run_nights(
    sites: Sequence[Site],
    db_url: str,
    *,
    day: date | None = None,
    columns: Sequence[str] = (),
    on_demand: bool = False,
    full: bool = False,
    progress: Progress | None = None,
    underway: Underway | None = None,
) -> list[Night]:
    """Crawl and judge `sites` as `Asked` says; one `Night` a site. `progress` and `underway` are told as it goes.

    Raises:
        BadInput: the database cannot be used; a site file is still to be filled in; another run is at
            one of the sites.
    """
    asked = Asked(day, tuple(columns), on_demand, full)
    engine = open_database(db_url)
    try:
        with ExitStack() as held:
            for site in sites:
                held.enter_context(night_lock(engine, site.id, clock.local(site)))
                if not on_demand:
                    _catch_up(engine, site, db_url, day or clock.today(site))
            with reading(engine) as connection:
                judging = [
                    with_excuses(connection, site, day or clock.today(site)) for site in sites
                ]
            return _loop_run(_nights(engine, judging, asked, _Told(progress, underway)))
    finally:
        engine.dispose()


def _catch_up(engine: Engine, site: Site, db_url: str, day: date) -> None:
    """Judge what is stored anew where lists, exceptions or rules changed since: a night reads only a part of it again."""
    in_force = lists_hash(wordlists_of(site))
    with reading(engine) as connection:
        ground = grounds(with_excuses(connection, site, day))
        if last := last_finished(connection, site.id):
            behind = (last.by.lists_hash, last.by.grounds) != (in_force, ground)
        else:
            behind = is_behind(connection, site.id, in_force) or read_on_others(
                connection, site.id, ground
            )
    if behind:
        recheck_site(site, db_url, day=day)


def _loop_run(main: Any) -> Any:
    try:
        import uvloop
    except ImportError:  # not on Windows
        return asyncio.run(main)
    return uvloop.run(main)


async def _nights(engine: Engine, sites: Sequence[Site], asked: Asked, told: _Told) -> list[Night]:
    logging.getLogger("scrapy").setLevel(logging.CRITICAL)  # failures are told as `Unchecked`
    gc.set_threshold(GC_THRESHOLD)
    judge = Judge(sites)
    judge.warm()
    scrapy_settings = Settings()
    scrapy_settings.setmodule(settings, priority="project")
    scrapy_settings.set("TWISTED_REACTOR_ENABLED", False)  # noqa: FBT003
    runner = AsyncCrawlerRunner(scrapy_settings)
    try:
        return await asyncio.gather(
            *(_night(runner, judge, engine, site, asked, told) for site in sites)
        )
    finally:
        judge.close()


async def _night(
    runner: AsyncCrawlerRunner,
    judge: Judge,
    engine: Engine,
    site: Site,
    asked: Asked,
    told: _Told,
) -> Night:
    day = asked.day or clock.today(site)
    lists = wordlists_of(site)
    with writing(engine) as connection:
        save_list_set(connection, site.id, lists, grounds(site), reading_at=clock.now())
        missed = [] if asked.on_demand else missed_nights(connection, site.id, day)
        kind = "audit" if asked.on_demand else "night"
        began = clock.now()
        night = start_night(connection, site.id, day, began, kind)
    crawler = runner.create_crawler(ColumnsSpider)
    crawl = runner.crawl(
        crawler,
        site=site,
        columns=asked.columns,
        day=day,
        judge=judge,
        on_demand=asked.on_demand,
        full=asked.full,
        engine=engine,
        lists_hash=lists_hash(lists),
    )
    spider = await _crawled(crawler, crawl, site, told)
    try:
        if spider.stopped:
            raise spider.stopped
        watched = Watched()
        if spider.whole_site:
            watched = await watch(site, engine, day, now=clock.now())
        requests = crawler.stats.get_value("downloader/request_count", 0) if crawler.stats else 0
        return _close(engine, night, spider, requests, missed, watched, began)
    finally:
        spider.evidence.close()


async def _crawled(
    crawler: Crawler, crawl: Awaitable[Any], site: Site, told: _Told
) -> ColumnsSpider:
    """The spider when its crawl is over."""
    crawling = asyncio.ensure_future(crawl)
    while not crawling.done():
        await asyncio.wait({crawling}, timeout=TICK_SECONDS)
        if told.progress:
            told.progress(site.id, *_progress(crawler))
        if told.underway:
            told.underway(site.id, _underway(crawler))
    await crawling
    spider: Any = crawler.spider
    return spider


def _progress(crawler: Crawler) -> tuple[int, int, int]:
    stats, engine = crawler.stats, crawler.engine
    slot: Any = engine._slot if engine else None
    if stats is None or slot is None:
        return 0, 0, 0
    waiting = len(slot.scheduler or ()) + len(slot.inprogress)
    fetched = stats.get_value("downloader/response_count", 0)
    return fetched, stats.get_value("item_scraped_count", 0), waiting


def _underway(crawler: Crawler) -> list[str]:
    slot: Any = crawler.engine._slot if crawler.engine else None
    return sorted(request.url for request in slot.inprogress) if slot else []


def _close(
    engine: Engine,
    night: int,
    spider: ColumnsSpider,
    requests: int,
    missed: Sequence[Unchecked],
    watched: Watched,
    began: datetime,
) -> Night:
    """Judge what was read, and write the night down."""
    now = clock.now()
    deleted, held = close_deleted(engine, spider, now)
    verdicts = judge_columns(engine, spider, now)
    whole = judge_whole_site(engine, spider, verdicts, watched, now) if spider.whole_site else ()
    told = (
        *missed,
        *spider.unchecked,
        *left_unread(engine, spider.site, spider.columns),
        *held,
        *late_pages(spider),
        *(one for verdict in verdicts for one in verdict.unchecked),
        *whole,
    )
    unchecked = tuple({one.what: one for one in reversed(told)}.values())[::-1]
    lanes = dict(spider.articles.asked)
    with writing(engine) as connection:
        finish_night(
            connection,
            night,
            at=now,
            requests=requests,
            tally=spider.tally,
            unchecked=unchecked,
            lanes=lanes,
        )
    with reading(engine) as connection:
        findings = open_findings(connection, spider.site.id)
        edited, _ = edits_since(connection, spider.site.id, began, MOST_EDITED)
    return Night(
        spider.site,
        spider.day,
        requests,
        spider.tally,
        findings,
        verdicts,
        unchecked,
        (*spider.errors, *(() if spider.went_through else ("巡查没有走完",))),
        lanes,
        deleted,
        tuple(edited),
    )
