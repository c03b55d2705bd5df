"""The home page: fetched every night, for what it shows and for what it is."""

import hashlib
from collections.abc import AsyncIterator, Iterator
from typing import Any

from scrapy import Request
from scrapy.http import Response

from crawler.address import canonical
from crawler.fetched import header
from crawler.guard import reason
from crawler.jobs import HomeJob, HomeOutcome, Looked, LookedAt
from crawler.lists import LIST_FIRST, Night
from store.database import writing
from store.home import newest_linked, save_home_day


class HomeLane:
    """One look at the home page a night."""

    def __init__(self, night: Night) -> None:
        self._night = night

    def requests(self) -> Iterator[Request]:
        yield Request(
            self._night.site.home,
            callback=self.parse,
            errback=self.failed,
            priority=LIST_FIRST,
            dont_filter=True,
        )

    async def parse(self, response: Response) -> AsyncIterator[Any]:
        night = self._night
        job = HomeJob(
            night.site.id, response.url, response.body, header(response, "Content-Type"), night.day
        )
        seen = await night.judge.home(job)
        self._save(seen)
        if not seen.why:
            kept = night.evidence.of_page(night.site.home, response, seen.looked.faults)
            yield LookedAt(night.site.home, seen.looked, kept)

    def failed(self, failure: Any) -> None:
        self._save(HomeOutcome(why=reason(failure.value).why))

    def _save(self, seen: HomeOutcome) -> None:
        night = self._night
        urls = sorted({canonical(link.url) for link in seen.looked.links})
        with writing(night.database()) as connection:
            linked = newest_linked(connection, night.site.id, urls, night.day)
            newest = max((day for day in (seen.newest, linked) if day), default=None)
            save_home_day(
                connection, night.site.id, night.day, newest, links_digest(seen.looked), seen.why
            )


def links_digest(looked: Looked) -> str:
    """What a home page links to, in one word: another set of links, another digest."""
    said = "\n".join(sorted({link.url for link in looked.links}))
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()
