"""大汉 jcms and jpaas: lists as XML records in a script island of the page, further ones from dataproxy.jsp.

The visible list is empty until a script fills it; the records are all there in the island. Where the
XML names its next group's address, that address is followed as given: newer sites encrypt it.
"""

import json
import re
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit, urlunsplit

from crawler.extract import read_article
from crawler.listing import best_group, distinct, entry, next_link, settle
from crawler.page import Fetch, Listed, Listing, Page, PageError, Read
from crawler.selectors import selectors, xpath
from crawler.text import parse

NAME = "jcms"
AJAX = {"X-Requested-With": "XMLHttpRequest"}
_SIGNS = re.compile(
    r"dataproxy\.jsp|<datastore|<recordset|/art/(?:19|20)\d{2}/|/col/col\d+|jpaas|queryData=|hanweb|jcms",
    re.IGNORECASE,
)
_RECORD = re.compile(r"<record>\s*<!\[CDATA\[([\s\S]*?)\]\]>\s*</record>", re.IGNORECASE)
_TOTAL = re.compile(r"<totalrecord>\s*(\d+)\s*</totalrecord>", re.IGNORECASE)
_NEXT_GROUP = re.compile(
    r"<nextgroup>\s*(?:<!\[CDATA\[)?([\s\S]*?)(?:\]\]>)?\s*</nextgroup>", re.IGNORECASE
)
_HREF = re.compile(r"""href\s*=\s*["']([^"']+)["']""")
_PROXY = re.compile(r"""["']([^"'\s<>]*dataproxy\.jsp\?[^"'\s<>]*)["']""")
_FIELD = re.compile(
    r"""["']?\b(col|appid|webid|path|columnid|sourceContentType|unitid|webname|permissiontype)["']?\s*[:=]\s*["']([^"']*)["']"""
)
_QUERY_DATA = xpath("//@querydata")
_FIELDS = selectors(
    body=("//*[@id='zoom']", "//*[@id='ivs_content']", "//*[contains(@class,'bt-art')]"),
)


def detect(page: Page) -> float:
    return min(1.0, 0.45 * len({one.lower()[:8] for one in _SIGNS.findall(page.text)}))


def list_entries(page: Page) -> Listing:
    records = _RECORD.findall(page.text)
    total = _TOTAL.search(page.text)
    claimed = int(total[1]) if total else None
    if records:
        listed = distinct(one for record in records for one in _listed(page, record))
        if not listed:
            raise PageError("layout", "列表数据没有条目")
        return Listing(tuple(listed), claimed)
    if total and claimed == 0:
        return Listing((), 0, says_empty=True)
    if page.text.lstrip()[:1] == "{":
        return settle(*_answered(page))
    listed = best_group(page)
    if not listed and (elsewhere := _unit(page) or _proxy(page)):
        return Listing(elsewhere=elsewhere)
    return settle(page, listed)


def _listed(page: Page, record: str) -> list[Listed]:
    """A record is one line of the list, or some lines together."""
    try:
        tree = parse(record)
    except PageError:
        return []
    items = tree.xpath("//li|//tr") or [tree]
    return [one for item in items if (one := entry(page, item))]


def _answered(page: Page) -> tuple[Page, list[Listed]]:
    """A jpaas answer {success, data: {html}}: the list's HTML. Raises PageError("layout")."""
    try:
        html = json.loads(page.text)["data"]["html"]
        inner = Page(page.url, str(html))
    except (ValueError, KeyError, TypeError, RecursionError):
        raise PageError("layout", "列表数据不是预期的格式") from None
    return inner, best_group(inner)


def _unit(page: Page) -> Fetch | None:
    """The jpaas publishing endpoint for the first list block of the page."""
    for raw in _QUERY_DATA(page.tree):
        try:
            fields = json.loads(str(raw).replace("'", '"'))
        except ValueError:
            continue
        if isinstance(fields, dict):
            query = urlencode({**fields, "paramJson": json.dumps({"pageNo": 1, "pageSize": 20})})
            path = "/api-gateway/jpaas-publish-server/front/page/build/unit"
            return Fetch(urljoin(page.url, f"{path}?{query}"), headers=AJAX)
    return None


def _proxy(page: Page) -> Fetch | None:
    if hit := _PROXY.search(page.text):
        form = dict(_FIELD.findall(page.text))
        address = urljoin(page.url, hit[1].replace("&amp;", "&"))
        return Fetch(address, form=form or None, headers=AJAX)
    return None


def next_page(page: Page) -> Fetch | None:
    group = _NEXT_GROUP.search(page.text)
    if group and (href := _HREF.search(group[1])):
        return Fetch(urljoin(page.url, href[1].replace("&amp;", "&")), headers=AJAX)
    total = _TOTAL.search(page.text)
    if total is None:
        return _next_answer(page) if page.text.lstrip()[:1] == "{" else next_link(page)
    seen = len(_RECORD.findall(page.text))
    parts = urlsplit(page.url)
    query = {name: many[0] for name, many in parse_qs(parts.query).items()}
    if "endrecord" in query:  # an answer of the proxy: ask for the records behind its own
        last, form = _number(query["endrecord"]), page.form
        each = _number(query.get("perpage")) or seen or 1
        if last >= int(total[1]) or not seen:
            return None
        query |= {"startrecord": str(last + 1), "endrecord": str(last + each)}
        url = urlunsplit(parts._replace(query=urlencode(query)))
        return Fetch(url, form=form, headers=AJAX)
    proxy = _proxy(page)
    if proxy is None or seen >= int(total[1]):
        return None
    parts = urlsplit(proxy.url)
    query = {name: many[0] for name, many in parse_qs(parts.query).items()}
    each = _number(query.get("perpage")) or seen or 20
    query |= {"startrecord": str(seen + 1), "endrecord": str(seen + each * 3)}
    return Fetch(urlunsplit(parts._replace(query=urlencode(query))), proxy.form, AJAX)


def _number(written: str | None) -> int:
    """A number in an address; 0 where there is none, or something else."""
    return int(written) if written and written.isascii() and written.isdecimal() else 0


def _next_answer(page: Page) -> Fetch | None:
    """The next page of a jpaas unit, by the rows and count its pagination names."""
    inner, listed = _answered(page)
    block = inner.tree.xpath("//*[contains(@class,'pagination')]")
    parts = urlsplit(page.url)
    query = {name: many[0] for name, many in parse_qs(parts.query).items()}
    try:
        asked = json.loads(query["paramJson"])
        rows, count = int(block[0].get("rows")), int(block[0].get("count"))
        number = int(asked["pageNo"])
    except (ValueError, KeyError, TypeError, IndexError):
        return None
    if not listed or number * rows >= count:
        return None
    query["paramJson"] = json.dumps({"pageNo": number + 1, "pageSize": rows})
    return Fetch(urlunsplit(parts._replace(query=urlencode(query))), headers=AJAX)


def article(page: Page) -> Read:
    return read_article(page, _FIELDS)
