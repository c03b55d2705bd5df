"""The list lane: walks every column from its first page to known ground, and saves what it met."""

import asyncio
import zlib
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from scrapy import FormRequest, Request
from scrapy.http import Response

from checks.model import Column, Entry, Site
from crawler.attached import Reader
from crawler.evidence_lane import EvidenceLane
from crawler.fetched import asked, header
from crawler.guard import reason, refusal
from crawler.jobs import ListJob, LookedAt
from crawler.judge import Judge
from crawler.page import Fetch, Listing
from crawler.walk import Walk
from store.database import Engine, reading, writing
from store.visits import State
from store.walks import Ground, ground_of, save_walk, settled

LIST_FIRST = 10  # request priority: before articles
OUTSIDE = "链接指向站外，不抓取"


class Night(Protocol):
    """What a lane needs of the spider it belongs to."""

    site: Site
    day: date
    judge: Judge
    attachments: Reader
    evidence: EvidenceLane
    full: bool

    def database(self) -> Engine: ...
    def note(self, what: str, why: str) -> None: ...
    def is_own(self, url: str) -> bool: ...


class ListLane:
    """The walks of `columns`. With `on_demand` each goes only as far back as the column's rules look."""

    def __init__(self, night: Night, columns: Sequence[Column], *, on_demand: bool) -> None:
        self._night = night
        self._on_demand = on_demand
        self.walks = {column.id: Walk(column) for column in columns}
        self._walking = set(self.walks)
        self._done = asyncio.Event()

    def requests(self) -> Iterator[Request]:
        """The first list page of every column."""
        site = self._night.site
        with reading(self._night.database()) as connection:
            grounds = {id: ground_of(connection, site.id, id) for id in self.walks}
        for walk in self.walks.values():
            column = walk.column
            walk.ground = self._known(column, grounds[column.id])
            walk.horizon = horizon(column, self._night.day) if self._on_demand else None
            walk.family = column.family if column.family != "auto" else site.family
            yield self._request(walk, Fetch(column.endpoint or column.url))

    async def done(self) -> None:
        """Returns when every walk is over and saved."""
        if self._walking:
            await self._done.wait()

    def _known(self, column: Column, ground: Ground) -> Ground | None:
        """The ground to stop at; None where the list is to be walked to its end: asked for, or once a quarter.

        Columns have different days for that, so that no night walks them all.
        """
        nights = self._night.site.revisit.all
        early = zlib.crc32(column.id.encode()) % max(1, nights // 3)
        if self._night.full or ground.whole is None:
            return ground if ground.walked and not self._night.full else None
        return None if (self._night.day - ground.whole).days >= nights - early else ground

    def _request(self, walk: Walk, fetch: Fetch) -> Request:
        walk.addresses.add(asked(fetch))
        about: dict[str, Any] = {
            "callback": self.parse,
            "errback": self.failed,
            "cb_kwargs": {"walk": walk, "form": fetch.form},
            "headers": dict(fetch.headers),
            "priority": LIST_FIRST,
            "dont_filter": True,
        }
        if fetch.form is None:
            return Request(fetch.url, **about)
        return FormRequest(fetch.url, formdata=dict(fetch.form), **about)

    async def parse(
        self, response: Response, walk: Walk, form: Mapping[str, str] | None
    ) -> AsyncIterator[Any]:
        read = await self._night.judge.listing(
            ListJob(
                site=self._night.site.id,
                column=walk.column.id,
                url=response.url,
                body=response.body,
                content_type=header(response, "Content-Type"),
                family=walk.family,
                form=form,
                first=not walk.looked,
            )
        )
        if read.looked:
            walk.looked = True
            url = walk.column.url
            kept = self._night.evidence.of_page(url, response, read.looked.faults)
            yield LookedAt(url, read.looked, kept)
        if read.why:
            self._cut(walk, response.url, read.why)
            return
        walk.family = read.family
        walk.page = walk.page or response
        following = read.listing.elsewhere or self._met(walk, read.listing, read.following)
        if following is None:
            self.over(walk)
        elif error := refusal(following.url, self._night.site.hosts):
            self._cut(walk, response.url, error.why)
        elif asked(following) not in walk.addresses:
            yield self._request(walk, following)
        elif read.listing.elsewhere:
            self._cut(walk, response.url, "layout 列表数据地址循环")
        else:
            walk.ended = True
            self.over(walk)

    def _met(self, walk: Walk, listing: Listing, following: Fetch | None) -> Fetch | None:
        """Note what a page lists; gives back the request for the next page, None where the walk is over."""
        walk.total = listing.total if listing.total is not None else walk.total
        new = walk.add(listing.entries)
        with reading(self._night.database()) as connection:
            urls = [entry.url for entry in new]
            known = settled(connection, self._night.site.id, walk.column.id, urls)
        if walk.on_known_ground(new, known):
            walk.reached = True
        elif not walk.fresh or following is None:
            walk.ended = True
        elif walk.past_horizon(new):
            return None
        elif walk.pages >= walk.column.max_pages:
            walk.gap = walk.reached = True
            name = walk.column.name
            self._night.note(f"栏目 {name}", f"too-large 列表超过{walk.pages}页，其余未读")
        else:
            return following
        return None

    def failed(self, failure: Any) -> None:
        request = failure.request
        self._cut(request.cb_kwargs["walk"], request.url, reason(failure.value).why)

    def _cut(self, walk: Walk, url: str, why: str) -> None:
        walk.failed(why)
        if walk.pages:  # an unread column says so itself
            self._night.note(f"栏目 {walk.column.name} 列表页 {url}", why)
        self.over(walk)

    def over(self, walk: Walk) -> None:
        """Save what a walk met. Only one without a gap, or as long as is allowed, makes known ground."""
        if walk.over:
            return
        walk.over = True
        met = list(walk.entries.values())
        if walk.pages:
            with writing(self._night.database()) as connection:
                save_walk(
                    connection,
                    self._night.site.id,
                    walk.column.id,
                    met,
                    [self._wanted(entry) for entry in met],
                    day=self._night.day,
                    reached=walk.reached or walk.ended,
                    whole=walk.whole,
                    total=walk.total,
                )
        walk.entries = {}
        self._walking.discard(walk.column.id)
        if not self._walking:
            self._done.set()

    def _wanted(self, entry: Entry) -> tuple[str, State, str]:
        if error := refusal(entry.url, self._night.site.hosts):
            return entry.url, "refused", error.why
        if not self._night.is_own(entry.url):
            return entry.url, "outside", OUTSIDE
        return entry.url, "new", ""


def horizon(column: Column, day: date) -> date | None:
    """The oldest day the column's rules look at; None where one of them looks at everything."""
    days = [column.max_age or 0, *(e.within_days or 0 for e in column.expects)]
    if any(e.within_days is None for e in column.expects):
        return None
    return date.fromordinal(max(1, day.toordinal() - max(days) - 1))
