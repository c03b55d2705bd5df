"""The article lane: asks for the pages a night is due to see, follows their further pages and attachments.

Pages are taken from the store a few at a time, so that memory does not grow with the site.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from typing import Any

from scrapy import Request
from scrapy.http import Response

from checks.model import Fetched
from crawler.attached import Files
from crawler.fetched import fetched, header, led_elsewhere
from crawler.guard import reason
from crawler.jobs import Job, Looked, LookedAt, Outcome
from crawler.lists import Night, horizon
from crawler.page import Attachment, Read
from store.articles import Judged
from store.database import reading
from store.due import Due, due_visits, said_mended
from store.evidence import without_evidence
from store.visits import Answer, Lane, Visit, visits_of

#: Pages on their way at one time; the next are taken from the store when there is room.
AHEAD = 64
BATCH = 200
#: Reasons that say a page is not there any more.
GONE = ("http-404", "http-410", "soft-404")
#: A multi-page article's further pages and attachments come before the next article.
CHAIN = 5


@dataclass(slots=True)
class Work:
    """One page on its way: what is known of it, why it is asked for, what of it was read so far.

    `whole`: it is to be read anew whatever the server says. `pages` are its pages as they came.
    """

    visit: Visit
    lane: Lane
    whole: bool
    parts: tuple[Read, ...] = ()
    files: Files = field(default_factory=Files)
    pages: list[Response] = field(default_factory=list)
    looked: Looked | None = None


class ArticleLane:
    """`columns` (ids) narrows it to what they list; `only_new` leaves out all that was read before."""

    def __init__(
        self, night: Night, columns: Sequence[str], *, only_new: bool, horizons: bool
    ) -> None:
        self._night = night
        self._columns = tuple(columns)
        self._only_new = only_new
        self._horizons = horizons
        self._out: set[str] = set()
        self._room = asyncio.Event()
        self.due = Due()
        self.asked: dict[str, int] = {}

    async def requests(self) -> AsyncIterator[Request]:
        """A request for each page that is due, as fast as they are answered."""
        site = self._night.site
        with reading(self._night.database()) as connection:
            self.due = due_visits(
                connection,
                site.id,
                self._night.day,
                site.revisit,
                full=self._night.full,
                only_new=self._only_new,
                columns=self._columns,
            )
        urls = iter(self.due.urls.items())
        while batch := dict(islice(urls, BATCH)):
            with reading(self._night.database()) as connection:
                visits = visits_of(connection, site.id, list(batch))
                told = self._accused(batch)
                lacking = without_evidence(connection, site.id, told)
                lacking |= said_mended(connection, site.id, told)
            for visit in visits:
                if self._within(visit):
                    while len(self._out) >= AHEAD:
                        await self._some_room()
                    whole = self._whole(visit) or visit.url in lacking
                    yield self._first(Work(visit, batch[visit.url], whole))
        while self._out:
            await self._some_room()

    def _accused(self, batch: Mapping[str, Lane]) -> list[str]:
        """Pages with a standing finding: to be sent whole where no evidence is kept, or it is said to be mended."""
        return [url for url, lane in batch.items() if lane == "finding"]

    async def _some_room(self) -> None:
        self._room.clear()
        await self._room.wait()

    def over(self, work: Work) -> None:
        """Nothing more is expected of this page."""
        self._out.discard(work.visit.url)
        self._room.set()

    def _whole(self, visit: Visit) -> bool:
        """Whether the page is to be sent whole: never read, in doubt, or not read for as long as promised."""
        if self._night.full or visit.state != "live" or visit.read is None:
            return True
        return (self._night.day - visit.read).days >= self._night.site.revisit.all

    def _within(self, visit: Visit) -> bool:
        """Whether a walk on demand wants this page: listed by one of its columns no earlier than that one looks."""
        if not self._horizons:
            return True
        listed = [e for e in visit.entries if e.column in self._columns or not self._columns]
        return any(self._recent(entry.column, entry.listed) for entry in listed)

    def _recent(self, column: str, listed: date | None) -> bool:
        since = horizon(self._night.site.column(column), self._night.day)
        return since is None or listed is None or listed >= since

    # -- asking ---------------------------------------------------------------------------

    def _first(self, work: Work) -> Request:
        self._out.add(work.visit.url)
        self.asked[work.lane] = self.asked.get(work.lane, 0) + 1
        headers = {}
        if not work.whole and work.visit.etag:
            headers["If-None-Match"] = work.visit.etag
        if not work.whole and work.visit.modified:
            headers["If-Modified-Since"] = work.visit.modified
        return self._page(work.visit.url, work, headers=headers)

    def _page(self, url: str, work: Work, **more: Any) -> Request:
        return Request(
            url,
            callback=self.parse,
            errback=self.failed,
            cb_kwargs={"work": work},
            meta={"handle_httpstatus_list": [304] if more.get("headers") else []},
            dont_filter=True,
            **more,
        )

    def _job(self, work: Work, body: bytes, content_type: str) -> Job:
        entries = work.visit.entries
        columns = tuple(dict.fromkeys(entry.column for entry in entries))
        known = [c for c in self._night.site.columns if c.id in columns]
        family = next((c.family for c in known if c.family != "auto"), self._night.site.family)
        return Job(
            site=self._night.site.id,
            url=work.visit.url,
            body=body,
            content_type=content_type,
            family=family,
            hint="generic",
            columns=columns,
            title=entries[0].title if entries else "",
            listed=next((e.listed for e in entries if e.listed), None),
            day=self._night.day,
            parts=work.parts,
            files=work.files.parts if work.files.settled else None,
        )

    # -- answers --------------------------------------------------------------------------

    async def parse(self, response: Response, work: Work) -> AsyncIterator[Any]:
        if not work.parts and (unchanged := self._unchanged(response, work)) is not None:
            yield unchanged
            self.over(work)
            return
        work.pages.append(response)
        if why := led_elsewhere(response, self._night.site.home, self._night.is_own):
            yield self._unread(work, why)
            return
        outcome = await self._night.judge.article(
            self._job(work, response.body, header(response, "Content-Type"))
        )
        async for one in self._go_on(work, outcome):
            yield one

    async def _go_on(self, work: Work, outcome: Outcome) -> AsyncIterator[Any]:
        """The next request for this article, or what became of it."""
        work.parts = outcome.parts or work.parts
        work.looked = outcome.looked or work.looked
        if outcome.why:
            yield self._unread(work, outcome.why)
        elif outcome.more:
            yield self._page(outcome.more[0], work, priority=CHAIN)
        elif outcome.attachments:
            work.files.want(outcome.attachments, self._night)
            async for one in self._files(work):
                yield one
        else:
            if work.looked:
                yield LookedAt(work.visit.url, work.looked)
            yield self._judged(work, outcome)

    def _unchanged(self, response: Response, work: Work) -> Answer | None:
        """The answer of a page that is as it was: the server says so, or the bytes are the same."""
        etag, modified = header(response, "ETag"), header(response, "Last-Modified")
        if response.status == 304:
            return Answer(work.visit.url, "same", etag=etag, modified=modified, whole=False)
        digest = hashlib.sha256(response.body).hexdigest()
        if work.whole or digest != work.visit.body_hash:
            return None
        return Answer(
            work.visit.url, "same", etag=etag, modified=modified, body_hash=digest, whole=True
        )

    def _judged(self, work: Work, outcome: Outcome) -> Judged:
        assert outcome.article
        for one in (*outcome.unchecked, *work.files.unchecked):
            self._night.note(one.what, one.why)
        article = replace(outcome.article, columns=tuple(e.column for e in work.visit.entries))
        looked = work.looked or Looked()
        kept = self._night.evidence.of(
            article, outcome.findings, work.pages, work.files.fetched, looked.faults
        )
        self.over(work)
        return Judged(
            article, work.visit.entries, outcome.findings, self._fetched(work), looked.dates, kept
        )

    def _fetched(self, work: Work) -> Fetched:
        """How the page was fetched. What was read only in part has no marks, so that it is sent whole next time."""
        seen = fetched(work.pages[0])
        if work.files.lacking or len(work.parts) > 1:
            return replace(seen, digest="", etag="", modified="")
        return seen

    async def failed(self, failure: Any) -> AsyncIterator[Any]:
        work: Work = failure.request.cb_kwargs["work"]
        why = reason(failure.value).why
        if not work.parts:
            yield self._unread(work, why)
            return
        self._night.note(f"文章 {work.visit.url} 的后续分页 {failure.request.url}", why)
        work.files.lacking = True
        async for one in self._go_on(
            work, await self._night.judge.article(self._job(work, b"", ""))
        ):
            yield one

    def _unread(self, work: Work, why: str) -> Answer:
        gone = why.split(" ")[0] in GONE
        self._night.note(f"文章 {work.visit.url}", why)
        self.over(work)
        return Answer(work.visit.url, "missing" if gone else "unread", why)

    # -- attachments ----------------------------------------------------------------------

    async def _files(self, work: Work) -> AsyncIterator[Any]:
        """The request for the article's next attachment; with the last one in, the article is judged."""
        wanted = work.files.next()
        if wanted is not None:
            yield self._file(work, wanted)
            return
        work.files.settle(self._night, work.visit.url)
        done = await self._night.judge.article(self._job(work, b"", ""))
        async for one in self._go_on(work, done):
            yield one

    def _file(self, work: Work, wanted: Attachment) -> Request:
        return Request(
            wanted.url,
            callback=self.parse_file,
            errback=self.file_failed,
            cb_kwargs={"work": work, "wanted": wanted},
            meta={"download_maxsize": Files.MOST_BYTES},
            priority=CHAIN,
            dont_filter=True,
        )

    async def parse_file(
        self, response: Response, work: Work, wanted: Attachment
    ) -> AsyncIterator[Any]:
        await work.files.read(wanted, response, self._night)
        async for one in self._files(work):
            yield one

    async def file_failed(self, failure: Any) -> AsyncIterator[Any]:
        work, wanted = failure.request.cb_kwargs["work"], failure.request.cb_kwargs["wanted"]
        work.files.unread(wanted, reason(failure.value).why)
        async for one in self._files(work):
            yield one
