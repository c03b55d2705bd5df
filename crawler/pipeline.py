"""What was read → store, in batches, each batch one transaction.

What a crash loses is at most the batch in memory; the next run reads those articles again.
"""

from dataclasses import replace
from typing import Any

from scrapy.crawler import Crawler

from checks.model import BadInput
from crawler import clock
from crawler.jobs import LookedAt
from store.articles import Judged, Tally, save_articles
from store.database import Engine, writing
from store.evidence import save_evidence
from store.links import save_links
from store.page_faults import save_page_faults
from store.visits import Answer, save_answers

BATCH = 200


class StorePipeline:
    """Saves each `Judged`, `Answer` and `LookedAt` item; `tally` counts what was new, changed and the same."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._judged: list[Judged] = []
        self._answers: list[Answer] = []
        self._looked: dict[str, LookedAt] = {}
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
            self._judged.append(item)
        elif isinstance(item, Answer):
            self._answers.append(item)
        elif isinstance(item, LookedAt):
            self._looked[item.url] = item
        if len(self._judged) + len(self._answers) >= BATCH or len(self._looked) >= BATCH:
            self._save()
        return item

    def _save(self) -> None:
        spider: Any = self._crawler.spider
        judged, answers, looked = self._judged, self._answers, self._looked
        self._judged, self._answers, self._looked = [], [], {}
        if not judged and not answers and not looked:
            return
        try:
            spider.evidence.sync()
            with writing(self._engine()) as connection:
                saved = save_articles(
                    connection,
                    spider.site.id,
                    judged,
                    now=clock.now(),
                    day=spider.day,
                    lists_hash=spider.lists_hash,
                )
                save_answers(connection, spider.site.id, answers, spider.day)
                kept = [one for seen in looked.values() for one in seen.evidence]
                save_evidence(connection, spider.site.id, kept)
                faults = {url: one.looked.faults for url, one in looked.items()}
                save_page_faults(connection, spider.site.id, faults, spider.day)
                links = {url: one.looked.links for url, one in looked.items()}
                save_links(connection, spider.site, links, spider.day)
        except BadInput as error:
            spider.stop(error)  # Scrapy would log it and go on, and the batch would be lost unseen
            return
        unchanged = sum(one.kind == "same" for one in answers)
        self.tally = self.tally + replace(saved, same=saved.same + unchanged)
        spider.tally = self.tally

    def close_spider(self) -> None:
        self._save()
