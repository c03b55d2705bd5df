"""How long a night bears with a host that does not answer, and how long it may last at all.

A host that lets every page run into the time limit would hold a night for days: after some such
pages in a row the rest of that host is not asked for any more, and says `timeout`.
"""

from collections import Counter

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadTimeoutError
from scrapy.http import Response

from crawler import clock
from crawler.reasons import RefusedRequest

#: Pages in a row, each tried as often as RETRY_TIMES allows, that a host may leave unanswered.
SILENT_PAGES = 5


class Patience:
    """Downloader middleware before all retries: sees only how a page ended."""

    def __init__(self, seconds: float) -> None:
        self._until = clock.seconds() + seconds
        self._hours = seconds / 3600
        self._silent: Counter[str] = Counter()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Patience":
        return cls(crawler.settings.getfloat("LANMU_NIGHT_SECONDS"))

    async def process_request(self, request: Request) -> None:
        if clock.seconds() > self._until:
            raise RefusedRequest("timeout", f"本次巡查已满{self._hours:.0f}小时，其余未读")
        if self._silent[request.meta["download_slot"]] >= SILENT_PAGES:
            raise RefusedRequest("timeout", f"网站连续{SILENT_PAGES}个网页未打开，其余本次不再访问")

    async def process_response(self, request: Request, response: Response) -> Response:
        self._silent.pop(request.meta["download_slot"], None)
        return response

    async def process_exception(self, request: Request, exception: Exception) -> None:
        if isinstance(exception, DownloadTimeoutError):
            self._silent[request.meta["download_slot"]] += 1
