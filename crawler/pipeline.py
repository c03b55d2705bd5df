"""Article → store: judged articles are saved in batches, each batch one transaction.

What a crash loses is at most the batch in memory; the next run reads those articles again.
"""

from typing import Any

from scrapy.crawler import Crawler

from checks.model import BadInput
from crawler import clock
from store.articles import Judged, Tally, save_articles
from store.database import Engine, writing

BATCH = 200


class StorePipeline:
    """Saves each `Judged` item; `tally` counts what was new, changed and the same."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._waiting: list[Judged] = []
        self.tally = Tally(0, 0, 0)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "StorePipeline":
        return cls(crawler)

    def _engine(self) -> Engine:
        spider: Any = self._crawler.spider
        engine: Engine = spider.database()
        return engine

    def process_item(self, item: Any) -> Any:
        if isinstance(item, Judged):
            self._waiting.append(item)
            if len(self._waiting) >= BATCH:
                self._save()
        return item

    def _save(self) -> None:
        spider: Any = self._crawler.spider
        batch, self._waiting = self._waiting, []
        if not batch:
            return
        try:
            with writing(self._engine()) as connection:
                saved = save_articles(
                    connection,
                    spider.site.id,
                    batch,
                    now=clock.now(),
                    day=spider.day,
                    lists_hash=spider.lists_hash,
                )
        except BadInput as error:
            spider.stop(error)  # Scrapy would log it and go on, and the batch would be lost unseen
            return
        self.tally = self.tally + saved
        spider.tally = self.tally

    def close_spider(self) -> None:
        self._save()
