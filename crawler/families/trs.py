"""TRS WCM/海云: list pages counted from 0 (page 2 is index_1.html), articles that may go on over `_1`, `_2`."""

import re
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from crawler.extract import read_article
from crawler.listing import best_group, distinct, next_link, settle
from crawler.page import Fetch, Listing, Page, Read
from crawler.selectors import selectors

NAME = "trs"
_SIGNS = re.compile(
    r"TRS_Editor|TRS_UEDITOR|TRS_PreAppend|TRS_DOCUMENT|createPageHTML\s*\(\s*\d|var\s+countPage|/t(?:19|20)\d{6}_\d+|name=\"(?:contentid|catalogs|publishedtype)\""
)
_ARTICLE = re.compile(r"(/t(?:19|20)\d{6}_\d+)(?:_(\d+))?(\.s?html?)$")
_PART_LINK = re.compile(r"""["'/](t(?:19|20)\d{6}_\d+_\d+\.s?html?)["']""")
_PART_COUNT = re.compile(
    r"createPageHTML\s*\(\s*(\d{1,3})\s*,\s*0\s*,\s*[\"'](t(?:19|20)\d{6}_\d+)[\"']\s*,\s*[\"'](\w+)[\"']"
)
_FIELDS = selectors(
    body=(
        "//*[contains(@class,'TRS_Editor') and not(ancestor::*[contains(@class,'TRS_Editor')])]",
        "//*[contains(@class,'TRS_UEDITOR') or contains(@class,'TRS_PreAppend')]",
        "//*[@id='zoom' or @id='Zoom']",
    ),
)


def detect(page: Page) -> float:
    return min(1.0, 0.45 * len({one.split("(")[0] for one in _SIGNS.findall(page.text)}))


def list_entries(page: Page) -> Listing:
    """Further parts of an article are the article itself: listed once, by its first part."""
    firsts = (replace(one, url=_ARTICLE.sub(r"\1\3", one.url)) for one in best_group(page))
    return settle(page, distinct(firsts))


def next_page(page: Page) -> Fetch | None:
    return next_link(page)


def article(page: Page) -> Read:
    read = read_article(page, _FIELDS)
    return replace(read, more=_parts(page))


def _parts(page: Page) -> tuple[str, ...]:
    """The article's further pages, in order; none on a further page itself."""
    here = _ARTICLE.search(urlsplit(page.url).path)
    if here is None or here[2]:
        return ()
    stem = here[1].lstrip("/")
    hit = _PART_COUNT.search(page.text)
    if hit and hit[2] == stem:
        return tuple(urljoin(page.url, f"{stem}_{n}.{hit[3]}") for n in range(1, int(hit[1])))
    names = {one for one in _PART_LINK.findall(page.text) if one.startswith(stem + "_")}
    ordered = sorted(names, key=lambda one: int(one.rpartition("_")[2].split(".")[0]))
    return tuple(urljoin(page.url, one) for one in ordered)
