"""The link lane: asks for the links that pages name and the crawl itself does not read.

Each within the site file's budget, politely at every host; of a page only its first part is read, of a
file nothing but that it is there.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from scrapy import Request
from scrapy.exceptions import StopDownload
from scrapy.http import Response

from checks.link_state import LinkAnswer, WatchedLink
from crawler.fetched import header
from crawler.guard import reason, refusal
from crawler.jobs import LinkJob
from crawler.lists import Night
from store.database import reading, writing
from store.links import due_links, save_answers

#: Bytes of a linked page that are read.
PAGE_BYTES = 512 * 1024
AHEAD = 32
#: Answers that are judged like a page; a redirect is followed, to what it leads to.
FAILED = range(400, 1000)
#: After everything else.
LINK_LAST = -10
LANE = "lanmu_link"


class LinkLane:
    """Asks for what is due. The answers are judged together at the end: a broken network of ours is no fault of theirs."""

    def __init__(self, night: Night) -> None:
        self._night = night
        self._out: set[str] = set()
        self._room = asyncio.Event()
        self.answers: dict[str, LinkAnswer] = {}

    async def requests(self) -> AsyncIterator[Request]:
        site = self._night.site
        with reading(self._night.database()) as connection:
            due = due_links(connection, site.id, self._night.day, site.links, site.hosts)
        for link in due:
            if error := refusal(link.url, site.hosts):
                self.answers[link.url] = LinkAnswer(reason=error.reason)
                continue
            while len(self._out) >= AHEAD:
                await self._some_room()
            self._out.add(link.url)
            yield self._request(link)
        while self._out:
            await self._some_room()

    async def _some_room(self) -> None:
        self._room.clear()
        await self._room.wait()

    def _request(self, link: WatchedLink) -> Request:
        return Request(
            link.url,
            callback=self.parse,
            errback=self.failed,
            cb_kwargs={"link": link},
            meta={"handle_httpstatus_list": FAILED, "dont_retry": True, LANE: True},
            priority=LINK_LAST,
            dont_filter=True,
        )

    def over(self, link: WatchedLink, answer: LinkAnswer) -> None:
        """A link has answered."""
        self.answers[link.url] = answer
        self._out.discard(link.url)
        self._room.set()

    async def parse(self, response: Response, link: WatchedLink) -> None:
        kind = header(response, "Content-Type").split(";")[0].strip().lower()
        final = response.url if response.meta.get("redirect_urls") else ""
        parked = soft_404 = False
        if response.status < 400 and kind in ("text/html", "application/xhtml+xml"):
            job = LinkJob(response.url, response.body, header(response, "Content-Type"))
            seen = await self._night.judge.link(job)
            if seen.why.startswith("blocked"):
                self.over(link, LinkAnswer(reason="blocked", final_url=final))
                return
            parked, soft_404 = seen.parked, seen.soft_404
        self.over(link, LinkAnswer(response.status, "", final, kind, parked, soft_404))

    def failed(self, failure: Any) -> None:
        link: WatchedLink = failure.request.cb_kwargs["link"]
        self.over(link, LinkAnswer(reason=reason(failure.value).reason))

    def save(self) -> None:
        """Bring all links that answered to how they stand now; what could not be told is said."""
        if not self.answers:
            return
        with writing(self._night.database()) as connection:
            done = save_answers(connection, self._night.site.id, self.answers, self._night.day)
        if not done.trusted:
            why = "timeout 一半以上链接同时打不开，疑似本机网络故障，本次结果不计"
            self._night.note(f"{len(self.answers)}个链接", why)
        for url, why in done.unread:
            self._night.note(f"链接 {url}", why)


def enough(headers: Any, body_length: int | None, request: Request) -> None:
    """Scrapy's headers_received signal: of a file that a link leads to the headers are enough.

    `body_length` is what the server says, in bytes; None where it does not.
    """
    if not request.meta.get(LANE):
        return
    kind = (headers.get("Content-Type") or b"").decode("latin-1").lower()
    if "html" not in kind or (body_length or 0) > PAGE_BYTES:
        raise StopDownload(fail=False)
