"""博达 VSB: `slug.htm`, then `slug/<total−k+1>.htm`; numbers count from the oldest page.

A numbered page shows other items as soon as one is added, so the walk follows the pager's own links.
"""

import re

from crawler.extract import read_article
from crawler.listing import best_group, distinct, entry, link, next_link, settle
from crawler.page import Fetch, Listing, Page, Read
from crawler.selectors import selectors, xpath

NAME = "vsb"
_SIGNS = re.compile(
    r"Visual SiteBuilder|/_sitegray/|vsbscreen|\.vsb\.css|_newscontent_fromname|\bvsb_content|id=\"line_u\d+_\d+|pb_sys_common|wbtreeid|_showDynClicks|class=\"timestyle\d|class=\"contentstyle\d"
)
_LINES = xpath("//*[starts-with(@id,'line_u')]")
_NEXT = xpath(
    "//*[contains(@class,'p_next') and not(contains(@class,'p_next_d'))]/descendant-or-self::a/@href"
)
_FIELDS = selectors(
    title=(
        "//form[@name='_newscontent_fromname']//h1",
        "//*[starts-with(@class,'titlestyle')]",
    ),
    published=("//*[starts-with(@class,'timestyle')]",),
    source=("//*[starts-with(@class,'authorstyle')]",),
    body=(
        "//*[@id='vsb_content' or starts-with(@id,'vsb_content_')]",
        "//*[contains(@class,'v_news_content')]",
        "//*[starts-with(@class,'contentstyle')]",
    ),
)


def detect(page: Page) -> float:
    return min(1.0, 0.4 * len(set(_SIGNS.findall(page.text))))


def list_entries(page: Page) -> Listing:
    lines = [one for item in _LINES(page.tree) if (one := entry(page, item))]
    return settle(page, distinct(lines) or best_group(page))


def next_page(page: Page) -> Fetch | None:
    for href in _NEXT(page.tree):
        if url := link(page, str(href)):
            return Fetch(url)
    return next_link(page)


def article(page: Page) -> Read:
    return read_article(page, _FIELDS)
