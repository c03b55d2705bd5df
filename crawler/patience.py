"""How long a night bears with a host that does not answer, and how long it may last at all.

A host that lets every request run into the time limit would hold a night for days: after some such
requests in a row it is not asked any more, and what was left of it says `timeout`.
"""

from collections import Counter

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadTimeoutError
from scrapy.http import Response

from crawler import clock
from crawler.reasons import RefusedRequest

#: Requests in a row, second tries included, that a host may leave unanswered: minutes, at 60 seconds each.
SILENT_REQUESTS = 12


class Patience:
    """Downloader middleware, nearer to the network than retries are: sees how each request ended.

    Retries come last of all that waits; what only sees the last of them would learn nothing for hours.
    """

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
        if self._silent[request.meta["download_slot"]] >= SILENT_REQUESTS:
            raise RefusedRequest(
                "timeout", f"网站连续{SILENT_REQUESTS}次没有应答，其余本次不再访问"
            )

    async def process_response(self, request: Request, response: Response) -> Response:
        self._silent.pop(request.meta["download_slot"], None)
        return response

    async def process_exception(self, request: Request, exception: Exception) -> None:
        if isinstance(exception, DownloadTimeoutError):
            self._silent[request.meta["download_slot"]] += 1
