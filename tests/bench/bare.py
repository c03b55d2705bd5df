"""Bare Scrapy, default settings: fetch the same pages, read their titles. What the pipeline is compared with."""

import sys
from collections.abc import AsyncIterator
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import CrawlerProcess

from tests.bench.county import paths


class Titles(Spider):
    name = "titles"

    async def start(self) -> AsyncIterator[Any]:
        for path in paths(int(sys.argv[2])):
            yield Request(sys.argv[1] + path)

    def parse(self, response: Any) -> Any:
        yield {"title": response.css("title::text").get()}


if __name__ == "__main__":
    process = CrawlerProcess({"LOG_LEVEL": "ERROR"})
    crawler = process.create_crawler(Titles)
    process.crawl(crawler)
    process.start()
    print(crawler.stats.get_value("item_scraped_count"))
