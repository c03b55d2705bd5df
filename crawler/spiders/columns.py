"""The one spider: walks a site's columns and yields each article, judged.

What differs between CMS families is in `crawler/families`, what differs between sites in the site
file. One article listed by several columns is fetched once and has several entries (Scrapy would
call only the first column's callback).
"""

import asyncio
import os
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scrapy import FormRequest, Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response

from checks.checker import Checker
from checks.model import BadInput, Column, Entry, Site, Unchecked
from checks.site import load_site
from crawler import clock
from crawler.address import canonical
from crawler.fetched import asked, fetched, header
from crawler.guard import reason, refusal
from crawler.judge import Job, Judge, ListJob, Outcome, wordlists_of
from crawler.page import Fetch, Read
from crawler.settings import site_settings
from crawler.walk import Walk, Wanted
from store.articles import Judged, Tally
from store.database import DEFAULT_DB, Engine, open_database

LIST_FIRST = 10  # request priority: every list is walked before articles fill the queue


class ColumnsSpider(Spider):
    """`site` is a `Site` or the path of a site file; `columns` ids (all if empty), comma-separated or a list.

    `on_demand` walks only as far back as the columns' rules look.
    """

    name = "columns"

    def __init__(
        self,
        site: Site | str,
        columns: str | Iterable[str] = (),
        day: date | None = None,
        judge: Judge | None = None,
        on_demand: bool = False,  # noqa: FBT001, FBT002
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
        self.engine = engine
        self.lists_hash = lists_hash or Checker(wordlists_of(self.site), self.site).lists_hash
        self.tally = Tally(0, 0, 0)
        ids = columns.split(",") if isinstance(columns, str) else list(columns)
        chosen = [self.site.column(id) for id in ids if id] or self.site.columns
        self.walks = {c.id: Walk(c, self._horizon(c) if on_demand else None) for c in chosen}
        self.wanted: dict[str, Wanted] = {}
        self.unread: dict[str, str] = {}
        self.outside: dict[str, int] = {}
        self.attachments = 0
        self.unchecked: list[Unchecked] = []
        self.errors: list[str] = []
        self.stopped: BadInput | None = None
        self.own = {urlsplit(c.url).hostname or "" for c in self.site.columns} | self.site.hosts

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> "ColumnsSpider":
        spider = super().from_crawler(crawler, *args, **kwargs)
        site: Any = spider.site  # Scrapy's base class has a `site` of another kind
        crawler.settings.setdict(site_settings(site), priority="spider")
        crawler.signals.connect(spider.obey_crawl_delay, signals.robots_parsed)
        crawler.signals.connect(spider.went_wrong, signals.spider_error)
        crawler.signals.connect(spider.went_wrong, signals.item_error)
        return spider

    def database(self) -> Engine:
        """The night's database; run by `scrapy crawl`, the one `LANMU_DB` names."""
        if self.engine is None:
            self.engine = open_database(os.environ.get("LANMU_DB", DEFAULT_DB))
        return self.engine

    def _horizon(self, column: Column) -> date | None:
        """The oldest day the column's rules look at; None where one of them looks at everything."""
        days = [column.max_age or 0, *(e.within_days or 0 for e in column.expects)]
        if any(e.within_days is None for e in column.expects):
            return None
        return date.fromordinal(max(1, self.day.toordinal() - max(days) - 1))

    def went_wrong(self, failure: Any, response: Response | None = None) -> None:
        """A fault of our own: Scrapy only logs it. It is told at the end, and the night exits with 2."""
        url = response.url if response else ""
        self.errors.append(f"{url} {type(failure.value).__name__}: {failure.value}".strip())
        self._note(f"网页 {url}", f"layout 程序出错（{type(failure.value).__name__}）")

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
            slot.delay = max(slot.delay, min(float(asked), 60.0))

    # -- lists ----------------------------------------------------------------------------

    async def start(self) -> AsyncIterator[Any]:
        for walk in self.walks.values():
            walk.family = self._family(walk.column)
            yield self._list_request(walk, Fetch(walk.column.endpoint or walk.column.url))

    def _family(self, column: Column) -> str:
        return column.family if column.family != "auto" else self.site.family

    def _list_request(self, walk: Walk, fetch: Fetch) -> Request:
        walk.addresses.add(asked(fetch))
        about: dict[str, Any] = {
            "callback": self.parse_list,
            "errback": self.list_failed,
            "cb_kwargs": {"walk": walk, "form": fetch.form},
            "headers": dict(fetch.headers),
            "priority": LIST_FIRST,
            "dont_filter": True,
        }
        if fetch.form is None:
            return Request(fetch.url, **about)
        return FormRequest(fetch.url, formdata=dict(fetch.form), **about)

    async def parse_list(
        self, response: Response, walk: Walk, form: Mapping[str, str] | None
    ) -> AsyncIterator[Any]:
        job = ListJob(
            response.url, response.body, header(response, "Content-Type"), walk.family, form
        )
        read = await self.judge.listing(job)
        if read.why:
            self._list_unread(walk, response.url, read.why)
            return
        walk.family = read.family
        if read.listing.elsewhere:
            if request := self._following(walk, read.listing.elsewhere):
                yield request
            else:
                self._list_unread(walk, response.url, "layout 列表数据地址循环")
            return
        walk.total = read.listing.total if read.listing.total is not None else walk.total
        new = walk.add(read.listing.entries)
        for entry in new:
            if request := self._article_request(walk, entry):
                yield request
        if walk.past_horizon(new) or not walk.fresh or not read.following:
            return
        if walk.pages >= walk.column.max_pages:
            walk.failed("")
            name = walk.column.name
            self._note(f"栏目 {name}", f"too-large 列表超过{walk.pages}页，其余未读")
        elif request := self._following(walk, read.following):
            yield request

    def _following(self, walk: Walk, fetch: Fetch) -> Request | None:
        """The request for one more page of a walk; None where that page was asked for already."""
        if asked(fetch) in walk.addresses:
            return None
        return self._list_request(walk, fetch)

    def list_failed(self, failure: Any) -> None:
        request = failure.request
        self._list_unread(request.cb_kwargs["walk"], request.url, reason(failure.value).why)

    def _list_unread(self, walk: Walk, url: str, why: str) -> None:
        walk.failed(why)
        if walk.pages:  # an unread column says so itself
            self._note(f"栏目 {walk.column.name} 列表页 {url}", why)

    # -- articles -------------------------------------------------------------------------

    def _article_request(self, walk: Walk, entry: Entry) -> Request | None:
        wanted = self.wanted.get(entry.url)
        if wanted:
            wanted.columns.append(walk.column.id)
            return None
        if error := refusal(entry.url, self.site.hosts):
            self.unread[entry.url] = error.why
            self._note(f"文章 {entry.url}", error.why)
            return None
        if not self._is_own(entry.url):
            self.outside[walk.column.id] = self.outside.get(walk.column.id, 0) + 1
            self.unread[entry.url] = "链接指向站外，不抓取"
            return None
        if not walk.within(entry):
            return None
        wanted = Wanted(entry.url, entry.title, entry.listed, walk.family, [walk.column.id])
        self.wanted[entry.url] = wanted
        return self._page_request(entry.url, wanted, ())

    def _is_own(self, url: str) -> bool:
        host = urlsplit(url).hostname or ""
        home = (urlsplit(self.site.home).hostname or "").removeprefix("www.")
        return host in self.own or (not home[:1].isdigit() and host.endswith(f".{home}"))

    def _page_request(self, url: str, wanted: Wanted, parts: tuple[Read, ...]) -> Request:
        return Request(
            url,
            callback=self.parse_article,
            errback=self.article_failed,
            cb_kwargs={"wanted": wanted, "parts": parts},
            dont_filter=True,
        )

    def _job(self, wanted: Wanted, body: bytes, content_type: str, parts: tuple[Read, ...]) -> Job:
        return Job(
            site=self.site.id,
            url=wanted.url,
            body=body,
            content_type=content_type,
            family=self._family(self.site.column(wanted.columns[0])),
            hint=wanted.family,
            columns=tuple(wanted.columns),
            title=wanted.title,
            listed=wanted.listed,
            day=self.day,
            parts=parts,
        )

    async def parse_article(
        self, response: Response, wanted: Wanted, parts: tuple[Read, ...]
    ) -> AsyncIterator[Any]:
        if self._led_home(response):
            self._article_unread(wanted, "soft-404 链接跳转到了首页")
            return
        job = self._job(wanted, response.body, header(response, "Content-Type"), parts)
        outcome = await self.judge.article(job)
        if outcome.more:
            yield self._page_request(outcome.more[0], wanted, outcome.parts)
        elif outcome.article:
            yield self._judged(wanted, outcome, response)
        else:
            self._article_unread(wanted, outcome.why)

    def _led_home(self, response: Response) -> bool:
        came_from = response.meta.get("redirect_urls")
        home = {canonical(self.site.home), canonical(self.site.home.rstrip("/") + "/index.html")}
        return bool(came_from) and canonical(response.url) in home

    def _judged(self, wanted: Wanted, outcome: Outcome, response: Response | None) -> Judged:
        assert outcome.article
        self.attachments += len(outcome.attachments)
        self.unchecked += outcome.unchecked
        article = replace(outcome.article, columns=tuple(wanted.columns))
        entries = (self.walks[id].entries[wanted.url] for id in wanted.columns)
        return Judged(article, tuple(entries), outcome.findings, fetched(response))

    async def article_failed(self, failure: Any) -> AsyncIterator[Any]:
        wanted, parts = failure.request.cb_kwargs["wanted"], failure.request.cb_kwargs["parts"]
        why = reason(failure.value).why
        if not parts:
            self._article_unread(wanted, why)
            return
        self._note(f"文章 {wanted.url} 的后续分页 {failure.request.url}", why)
        outcome = await self.judge.article(self._job(wanted, b"", "", parts))
        if outcome.article:
            yield self._judged(wanted, outcome, None)

    def _article_unread(self, wanted: Wanted, why: str) -> None:
        self.unread[wanted.url] = why
        self._note(f"文章 {wanted.url}", why)

    def _note(self, what: str, why: str) -> None:
        self.unchecked.append(Unchecked(what, why))
