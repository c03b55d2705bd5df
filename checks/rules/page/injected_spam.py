"""Report signs that a page's title, keywords or description were tampered with （网页篡改、寄生内容）.

No list of dirty words is shipped: the office's own (a list with the id `page-spam` in its folder) is looked
for in title, keywords and description. Without it these signs count: a title written in numeric
character references, which hides it from whoever edits the page, where it does not name the site; a
title set by a script only for some visitors; characters without width in the title; a home page
whose title does not name the site at all (疑似).
"""

import re
from collections.abc import Iterator

from checks.model import Rule, Severity, Site, plain
from checks.passage import Manual
from checks.rules.page.shared import shown
from checks.seen_page import PageFault, PageKind, SeenPage

RULE = Rule(
    "injected-spam", Severity.ERROR, "{note}",
    source="《政府网站与政务新媒体检查指标》（国办秘函〔2019〕19号）单项否决：安全攻击（篡改）",
)  # fmt: skip
ON = True
KINDS: tuple[PageKind, ...] = ("home", "column", "article")
_NO_WIDTH = re.compile(r"(?<=\w)[\u200b-\u200d\u2060\ufeff]+(?=\w)")
_ENDING = re.compile(r"(?:人民)?(?:政府)?(?:门户)?(?:网站|网)?$")
MANUAL = Manual(
    "网页篡改",
    "标题、关键词、网页说明中有本单位page-spam词表的词；标题用数字编码书写又不含网站名称；标题由脚本按访客身份改写；标题里夹有零宽字符；首页标题不含网站名称（疑似）。",
    "标题用数字编码书写但含网站名称或栏目名称的。",
    bad=(
        "<title>&#28216;&#25103;&#22823;&#21381;&#23448;&#32593;</title>",
        "<title>某县人民政府</title><script>if(navigator.userAgent.toLowerCase().indexOf('baidu')<0){document.title='某县人民政府'}</script>",
        "<title>某县\u200b人民政府</title>",
        "<title>欢迎光临</title>",
    ),
    good=(
        "<title>某县人民政府</title>",
        "<title>首页-某县人民政府门户网站</title>",
        "<title>&#26576;&#21439;&#20154;&#27665;&#25919;&#24220;</title>",
        "<title>某县人民政府</title><script>document.title = '首页-某县人民政府';</script>",
    ),
)


def check(seen: SeenPage, site: Site) -> Iterator[PageFault]:
    places = {
        "标题": seen.title,
        "关键词": seen.tag("keywords"),
        "网页说明": seen.tag("description"),
    }
    for where, said in places.items():
        if word := next((word for word in seen.words if word in said), ""):
            yield _fault(f"词 {word}", said, f"{where}含词表用语“{word}”", RULE.severity)
    names_site = _names_site(seen, site)
    for trick in seen.tricks:
        if trick.name == "agent-title":
            yield _fault("改写标题", "", "网页标题由脚本按访客身份改写", RULE.severity)
        elif trick.name == "encoded-title" and not names_site:
            note = f"网页标题用数字编码书写，又不含网站名称：“{shown(seen.title)}”"
            yield _fault("编码标题", seen.title, note, Severity.WARNING)
    if _NO_WIDTH.search(seen.title):
        yield _fault("零宽字符", seen.title, "网页标题里夹有零宽字符", Severity.SUGGESTION)
    if seen.kind == "home" and seen.title and not names_site:
        note = f"首页标题“{shown(seen.title)}”不含网站名称“{site.name}”"
        yield _fault("首页标题", seen.title, note, Severity.SUGGESTION)


def _names_site(seen: SeenPage, site: Site) -> bool:
    """Whether the title names the site, or the column the page says it belongs to."""
    title = plain(_NO_WIDTH.sub("", seen.title))
    names = (_ENDING.sub("", plain(site.name)), plain(seen.tag("ColumnName")))
    return any(len(name) >= 2 and name in title for name in names)


def _fault(key: str, match: str, note: str, severity: Severity) -> PageFault:
    return PageFault(RULE.id, key, shown(match), note, severity)
