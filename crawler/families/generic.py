"""Any other system: no selectors of its own, only what pages of all kinds have in common."""

from crawler.extract import read_article
from crawler.listing import best_group, next_link, settle
from crawler.page import Fetch, Listing, Page, Read
from crawler.selectors import Selectors

NAME = "generic"
_FIELDS = Selectors()


def detect(page: Page) -> float:
    del page
    return 0.01


def list_entries(page: Page) -> Listing:
    return settle(page, best_group(page))


def next_page(page: Page) -> Fetch | None:
    return next_link(page)


def article(page: Page) -> Read:
    return read_article(page, _FIELDS)
