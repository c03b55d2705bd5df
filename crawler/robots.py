"""robots.txt and its Crawl-delay, obeyed; and bounded, for it comes from outside like any page (RFC 9309).

A robots.txt that cannot be had forbids nothing: what then cannot be read of the site says why itself.
"""

import asyncio
from typing import Any

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import StopDownload
from scrapy.http import Response
from scrapy.robotstxt import ProtegoRobotParser, RobotParser
from scrapy.utils.httpobj import urlparse_cached

from crawler.reasons import RefusedRequest

#: Bytes of a robots.txt that are read (RFC 9309 §2.5 asks for 500 KiB at least).
MOST_BYTES = 512 * 1024
#: Seconds between two requests beyond which a site cannot be walked in a night at all.
LONGEST_DELAY = 300.0


class FirstOfRobots(ProtegoRobotParser):
    """A robots.txt, its first `MOST_BYTES`."""

    def __init__(self, robotstxt_body: bytes, spider: Spider | None) -> None:
        super().__init__(robotstxt_body[:MOST_BYTES], spider)


class RobotsObeyed(RobotsTxtMiddleware):
    """Scrapy's robots.txt middleware, each host's file read before any second request asks for it.

    Without a reactor all but the first of several requests that wait for the same file get None
    instead of its rules (one Deferred, many futures), which Scrapy takes for "everything allowed".
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._reading: dict[str, asyncio.Lock] = {}
        self._agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"]
        crawler.signals.connect(self.enough, signals.bytes_received)

    def enough(self, data: bytes, request: Request) -> None:
        """Raises StopDownload: the part of a robots.txt that is read is there."""
        if not request.meta.get("dont_obey_robotstxt"):
            return
        got = request.meta["robots_bytes"] = request.meta.get("robots_bytes", 0) + len(data)
        if got >= MOST_BYTES:
            raise StopDownload(fail=False)

    async def process_request(  # type: ignore[override]  # without the deprecated argument
        self, request: Request
    ) -> None:
        if request.meta.get("dont_obey_robotstxt"):
            request.meta["download_maxsize"] = 0  # `enough` bounds it, and keeps its beginning
            return
        await super().process_request(request)

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        super().process_request_2(rp, request)
        if rp is not None and (rp.crawl_delay(self._agent) or 0) > LONGEST_DELAY:
            raise RefusedRequest(
                "robots", f"网站robots.txt要求每{LONGEST_DELAY:.0f}秒以上才访问一次"
            )

    async def robot_parser(self, request: Request) -> Any:
        host = urlparse_cached(request).netloc
        parser = self._parsers.get(host)
        if isinstance(parser, RobotParser):
            return parser
        async with self._reading.setdefault(host, asyncio.Lock()):
            return await super().robot_parser(request)

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status != 200:  # an error page is no robots.txt, whatever it says
            response = response.replace(body=b"")
        await super()._parse_robots(response, netloc, request)
        parser: Any = self._parsers[netloc]
        if (delay := parser.crawl_delay(self._agent)) and delay <= LONGEST_DELAY:
            self._slow_down(request, delay)

    def _slow_down(self, request: Request, delay: float) -> None:
        """Scrapy parses Crawl-delay and never enforces it; and it forgets a queue that was idle a minute."""
        engine = self.crawler.engine
        assert engine
        downloader: Any = engine.downloader
        host, slot = downloader._get_slot(request)
        slot.delay = max(slot.delay, delay)
        downloader.per_slot_settings[host] = {"delay": slot.delay}
