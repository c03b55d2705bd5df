"""A night, start to end: crawl the sites, save what was read, judge every column, say what was not checked.

Several sites share one process and one event loop, each polite on its own.
"""

import asyncio
import gc
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.settings import Settings

from checks.checker import Checker
from checks.model import ColumnSnapshot, Finding, Site, Unchecked
from checks.verdict import ColumnVerdict, judge_column
from crawler import clock, settings
from crawler.judge import GC_THRESHOLD, Judge, wordlists_of
from crawler.spiders.columns import ColumnsSpider
from crawler.walk import Walk
from store.articles import Tally, save_entries, with_articles
from store.database import Engine, open_database, reading, writing
from store.findings import open_findings
from store.nights import finish_night, save_verdict, start_night

#: Called as the night goes: site id, pages fetched, articles read, pages still waiting.
Progress = Callable[[str, int, int, int], None]
TICK_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Night:
    """What one night at one site came to. `findings` are those open after it.

    `errors` are faults of the program itself, a line each: there should be none.
    """

    site: Site
    day: date
    requests: int
    tally: Tally
    findings: tuple[Finding, ...]
    verdicts: tuple[ColumnVerdict, ...]
    unchecked: tuple[Unchecked, ...]
    errors: tuple[str, ...] = ()


def run_nights(
    sites: Sequence[Site],
    db_url: str,
    *,
    day: date | None = None,
    columns: Sequence[str] = (),
    on_demand: bool = False,
    progress: Progress | None = None,
) -> list[Night]:
    """Crawl and judge `sites`, all columns or those with the ids in `columns`; one `Night` a site.

    `on_demand` walks only as far back as the columns' rules look (column audit).

    Raises:
        BadInput: the database cannot be used; a site file is still to be filled in.
    """
    engine = open_database(db_url)
    try:
        return _loop_run(_nights(engine, sites, day, columns, on_demand, progress))
    finally:
        engine.dispose()


def _loop_run(main: Any) -> Any:
    try:
        import uvloop
    except ImportError:  # not on Windows
        return asyncio.run(main)
    return uvloop.run(main)


async def _nights(
    engine: Engine,
    sites: Sequence[Site],
    day: date | None,
    columns: Sequence[str],
    on_demand: bool,  # noqa: FBT001
    progress: Progress | None,
) -> list[Night]:
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
            *(
                _night(
                    runner,
                    judge,
                    engine,
                    site,
                    day or clock.today(site),
                    columns,
                    on_demand,
                    progress,
                )
                for site in sites
            )
        )
    finally:
        judge.close()


async def _night(
    runner: AsyncCrawlerRunner,
    judge: Judge,
    engine: Engine,
    site: Site,
    day: date,
    columns: Sequence[str],
    on_demand: bool,  # noqa: FBT001
    progress: Progress | None,
) -> Night:
    lists_hash = Checker(wordlists_of(site), site).lists_hash
    started = clock.now()
    with writing(engine) as connection:
        night = start_night(connection, site.id, day, started)
    crawler = runner.create_crawler(ColumnsSpider)
    crawl = asyncio.ensure_future(
        runner.crawl(
            crawler,
            site=site,
            columns=list(columns),
            day=day,
            judge=judge,
            on_demand=on_demand,
            engine=engine,
            lists_hash=lists_hash,
        )
    )
    while not crawl.done():
        await asyncio.wait({crawl}, timeout=TICK_SECONDS)
        if progress:
            progress(site.id, *_progress(crawler))
    await crawl
    spider: Any = crawler.spider
    if spider.stopped:
        raise spider.stopped
    requests = crawler.stats.get_value("downloader/request_count", 0) if crawler.stats else 0
    return _close(engine, night, spider, requests)


def _progress(crawler: Crawler) -> tuple[int, int, int]:
    stats, engine = crawler.stats, crawler.engine
    slot: Any = engine._slot if engine else None
    if stats is None or slot is None:
        return 0, 0, 0
    waiting = len(slot.scheduler or ()) + len(slot.inprogress)
    fetched = stats.get_value("downloader/response_count", 0)
    return fetched, stats.get_value("item_scraped_count", 0), waiting


def _close(engine: Engine, night: int, spider: ColumnsSpider, requests: int) -> Night:
    """Save the columns as they stood, judge them, and write the night down."""
    now = clock.now()
    verdicts = tuple(_judged(engine, spider, walk, now) for walk in spider.walks.values())
    unchecked = (
        *spider.unchecked,
        *_summaries(spider),
        *(one for verdict in verdicts for one in verdict.unchecked),
    )
    with writing(engine) as connection:
        finish_night(
            connection, night, at=now, requests=requests, tally=spider.tally, unchecked=unchecked
        )
    with reading(engine) as connection:
        findings = open_findings(connection, spider.site.id)
    return Night(
        spider.site,
        spider.day,
        requests,
        spider.tally,
        findings,
        verdicts,
        unchecked,
        tuple(spider.errors),
    )


def _judged(engine: Engine, spider: ColumnsSpider, walk: Walk, now: datetime) -> ColumnVerdict:
    site, day = spider.site, spider.day
    seen = walk.snapshot(day)
    with writing(engine) as connection:
        if seen.read:
            save_entries(connection, site.id, seen.entries, day=day)
            seen = _with_reasons(with_articles(connection, site.id, seen), spider)
        verdict = judge_column(seen, site)
        save_verdict(
            connection,
            site.id,
            verdict,
            day,
            now=now,
            lists_hash=spider.lists_hash,
            whole=seen.whole,
        )
    return verdict


def _with_reasons(snapshot: ColumnSnapshot, spider: ColumnsSpider) -> ColumnSnapshot:
    """Note at each entry without an article why it could not be read."""
    entries = tuple(
        e if e.article else replace(e, unread=spider.unread.get(e.url, ""))
        for e in snapshot.entries
    )
    return replace(snapshot, entries=entries)


def _summaries(spider: ColumnsSpider) -> list[Unchecked]:
    names = {c.id: c.name for c in spider.site.columns}
    outside = [
        Unchecked(f"栏目 {names[id]} 中指向站外的{n}条链接", "站外网页不抓取")
        for id, n in spider.outside.items()
    ]
    if spider.attachments:
        outside.append(Unchecked(f"附件 {spider.attachments}个", "本版本不检查附件内容"))
    return outside
