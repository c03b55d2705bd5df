"""开普 UCAP: JSON lists (`data.results[]`) behind an address the page declares, or static pages counted from 1."""

import json
import re
from typing import Any
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit, urlunsplit

from crawler.dates import first_day
from crawler.extract import read_article
from crawler.listing import LONGEST_NAME, best_group, distinct, link, next_link, settle
from crawler.page import Fetch, Listed, Listing, Page, PageError, Read
from crawler.selectors import selectors

NAME = "ucap"
_SIGNS = re.compile(
    r"<UCAPTITLE|<UCAPCONTENT|UCAP-CONTENT|ucapcontent|zoomcon|_isAgg|getChannelList|/es-search/|createPageHTML\s*\(\s*['\"][\w#-]+['\"]",
    re.IGNORECASE,
)
_ENDPOINT = re.compile(
    r"""["'](/[\w/.-]*(?:search|searchList)/[\w-]+\?[^"'<>\s]*_isJson=true[^"'<>\s]*)["']"""
)
_CHANNEL = re.compile(r"""channelId["']?\s*[:=]\s*["']([0-9a-f]{32})["']""")
_QUERY = "_isAgg=true&_isJson=true&_pageSize=20&_template=index&_rangeTimeGte=&_channelName=&page=1"
_FIELDS = selectors(
    title=("//ucaptitle",),
    published=("//publishtime|//*[@id='publishTime']",),
    source=("//ucapsource|//*[@id='ucapsource']",),
    body=(
        "//*[@id='UCAP-CONTENT']",
        "//ucapcontent",
        "//*[contains(@class,'ucapcontent')]",
        "//*[@id='zoomcon']",
    ),
)


def detect(page: Page) -> float:
    if page.text.lstrip()[:1] == "{" and '"results"' in page.text[:100_000]:
        return 1.0
    return min(1.0, 0.45 * len({one.lower() for one in _SIGNS.findall(page.text)}))


def list_entries(page: Page) -> Listing:
    if page.text.lstrip()[:1] == "{":
        data = _data(page)
        listed = distinct(one for row in data["results"] if (one := _listed(page, row)))
        total = int(data.get("total") or 0) if str(data.get("total") or 0).isdigit() else None
        if not listed and total != 0:
            raise PageError("layout", "列表数据没有条目")
        return Listing(tuple(listed), total, says_empty=not listed)
    listed = best_group(page)
    if not listed and (elsewhere := _declared(page)):
        return Listing(elsewhere=elsewhere)
    return settle(page, listed)


def _data(page: Page) -> dict[str, Any]:
    """The `data` of a JSON answer. Raises PageError("layout"): it is not one of a list."""
    try:
        answer = json.loads(page.text)
        data = answer["data"]
        if isinstance(data["results"], list):
            return dict(data)
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    raise PageError("layout", "列表数据不是预期的格式")


def _listed(page: Page, row: Any) -> Listed | None:
    if not isinstance(row, dict):
        return None
    url, title = (
        link(page, str(row.get("url") or "")),
        str(row.get("title") or "").strip()[:LONGEST_NAME],
    )
    day = first_day(str(row.get("publishedTimeStr") or row.get("publishedTime") or ""))
    return Listed(url, re.sub(r"<[^>]{0,200}>", "", title), day) if url and title else None


def _declared(page: Page) -> Fetch | None:
    """The JSON address the page's script names, or the channel it names."""
    if hit := _ENDPOINT.search(page.text):
        return Fetch(urljoin(page.url, hit[1].replace("&amp;", "&")))
    if hit := _CHANNEL.search(page.text):
        return Fetch(urljoin(page.url, f"/common/search/{hit[1]}?{_QUERY}"))
    return None


def next_page(page: Page) -> Fetch | None:
    if page.text.lstrip()[:1] != "{":
        return next_link(page)
    parts = urlsplit(page.url)
    query = parse_qs(parts.query, keep_blank_values=True)
    number = int(query.get("page", ["1"])[0] or 1) if query.get("page", ["1"])[0].isdigit() else 1
    data = _data(page)
    size = query.get("_pageSize", [""])[0]
    each = int(size) if size.isdigit() and int(size) else max(len(data["results"]), 1)
    total = str(data.get("total") or 0)
    if not data["results"] or not total.isdigit() or number * each >= int(total):
        return None
    query["page"] = [str(number + 1)]
    return Fetch(urlunsplit(parts._replace(query=urlencode(query, doseq=True))))


def article(page: Page) -> Read:
    return read_article(page, _FIELDS)
