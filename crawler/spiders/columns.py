"""The one spider: a night at one site, lane by lane: lists first, then the articles that are due.

What differs between CMS families is in `crawler/families`, what differs between sites in the site
file. One article listed by several columns is fetched once and has several entries (Scrapy would
call only the first column's callback).
"""

import asyncio
import os
from collections.abc import AsyncIterator, Iterable
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response

from checks.checker import Checker
from checks.link_state import LinkAnswer
from checks.model import BadInput, Site, Unchecked
from checks.site import load_site
from crawler import clock
from crawler.articles import ArticleLane
from crawler.attached import Reader
from crawler.evidence_lane import EvidenceLane
from crawler.home import HomeLane
from crawler.judge import Judge, wordlists_of
from crawler.links import LinkLane, enough
from crawler.lists import ListLane
from crawler.settings import site_settings
from store.articles import Tally
from store.database import DEFAULT_DB, Engine, open_database

LONGEST_DELAY = 60.0


class ColumnsSpider(Spider):
    """`site` is a `Site` or the path of a site file; `columns` ids (all if empty), comma-separated or a list.

    `on_demand` walks only as far back as the columns' rules look and reads only what is new; `full`
    reads everything again. `whole_site`: the home page and the links are looked at too.
    """

    name = "columns"

    def __init__(
        self,
        site: Site | str,
        columns: str | Iterable[str] = (),
        day: date | None = None,
        judge: Judge | None = None,
        attachments: Reader | None = None,
        on_demand: bool = False,  # noqa: FBT001, FBT002
        full: bool = False,  # noqa: FBT001, FBT002
        engine: Engine | None = None,
        lists_hash: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.site: Site = site if isinstance(site, Site) else load_site(Path(site))
        if self.site.placeholder:
            raise BadInput(f"{self.site.name}: 网址与栏目路径待政务公开办公室填写，填好后才能巡查")
        self.day = day or clock.today(self.site)
        self.judge = judge or Judge([self.site])
        self.attachments = attachments
        self.full = full
        self.engine = engine
        self.lists_hash = lists_hash or Checker(wordlists_of(self.site), self.site).lists_hash
        self.began = clock.now()
        self.evidence = EvidenceLane(self.database(), self.site.id, self.began)
        self.tally = Tally(0, 0, 0)
        ids = [id for id in (columns.split(",") if isinstance(columns, str) else columns) if id]
        self.columns = [self.site.column(id) for id in ids] or list(self.site.columns)
        self.lists = ListLane(self, self.columns, on_demand=on_demand)
        self.articles = ArticleLane(self, ids, only_new=on_demand, horizons=on_demand)
        self.home = HomeLane(self)
        self.links = LinkLane(self)
        self.whole_site = not on_demand and not ids
        self.unchecked: list[Unchecked] = []
        self.errors: list[str] = []
        self.stopped: BadInput | None = None
        self.went_through = False
        self._own = {urlsplit(c.url).hostname or "" for c in self.site.columns} | self.site.hosts

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> "ColumnsSpider":
        spider = super().from_crawler(crawler, *args, **kwargs)
        site: Any = spider.site  # Scrapy's base class has a `site` of another kind
        crawler.settings.setdict(site_settings(site), priority="spider")
        crawler.signals.connect(spider.obey_crawl_delay, signals.robots_parsed)
        crawler.signals.connect(spider.went_wrong, signals.spider_error)
        crawler.signals.connect(spider.went_wrong, signals.item_error)
        crawler.signals.connect(enough, signals.headers_received)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        try:
            for request in self.lists.requests():
                yield request
            await self.lists.done()
            async for request in self.articles.requests():
                yield request
            if self.whole_site:
                for request in self.home.requests():
                    yield request
                async for request in self.links.requests():
                    yield request
        except BadInput as error:
            self.stop(error)
            return
        self.went_through = True

    def database(self) -> Engine:
        """The night's database; run by `scrapy crawl`, the one `LANMU_DB` names."""
        if self.engine is None:
            self.engine = open_database(os.environ.get("LANMU_DB", DEFAULT_DB))
        return self.engine

    def note(self, what: str, why: str) -> None:
        """Say that something could not be checked."""
        self.unchecked.append(Unchecked(what, why))

    def is_own(self, url: str) -> bool:
        """Whether a page is the site's own: on a host the site file names, or below the home page's."""
        host = urlsplit(url).hostname or ""
        home = (urlsplit(self.site.home).hostname or "").removeprefix("www.")
        return host in self._own or (not home[:1].isdigit() and host.endswith(f".{home}"))

    # -- what goes wrong ------------------------------------------------------------------

    def went_wrong(self, failure: Any, response: Response | None = None) -> None:
        """A fault of our own: Scrapy only logs it. It is told at the end, and the night exits with 2."""
        if isinstance(failure.value, BadInput):
            self.stop(failure.value)
            return
        url = response.url if response else ""
        self.errors.append(f"{url} {type(failure.value).__name__}: {failure.value}".strip())
        why = f"layout 程序出错（{type(failure.value).__name__}）"
        self.note(f"网页 {url}", why)
        request: Any = response.request if response else None
        about = request.cb_kwargs if request else {}
        if "work" in about:
            self.articles.over(about["work"])
        elif "walk" in about:
            about["walk"].failed(why)
            self.lists.over(about["walk"])
        elif "link" in about:
            self.links.over(about["link"], LinkAnswer(reason="layout"))

    def stop(self, error: BadInput) -> None:
        """The database refuses to take what was read: nothing more is fetched, the reason is kept."""
        if self.stopped is None and self.crawler.engine:
            self.stopped = error
            self.closing = asyncio.ensure_future(
                self.crawler.engine.close_spider_async(reason="database")
            )

    # -- politeness -----------------------------------------------------------------------

    def obey_crawl_delay(self, robotparser: Any, request: Request) -> None:
        """Scrapy parses Crawl-delay and never enforces it."""
        agent = self.crawler.settings["ROBOTSTXT_USER_AGENT"]
        asked = robotparser.rp.crawl_delay(agent)
        engine = self.crawler.engine
        if asked and engine:
            downloader: Any = engine.downloader
            slot = downloader._get_slot(request)[1]
            slot.delay = max(slot.delay, min(float(asked), LONGEST_DELAY))
