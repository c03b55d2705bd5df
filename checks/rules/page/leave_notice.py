"""Report links to other sites without a notice for leaving this one （离站提示）.

The notice is a script, often in a file of its own that is not read here: all that can be said is that
neither its words nor a script named for it are on the page. One finding a site, 疑似, to be looked at by
a person. Only home and column pages, whose templates carry it; links to government, to known
services and media do not count, nor those to an IP address, which does not say whose it is.
"""

from collections.abc import Iterator

from checks.hosts import host_of, is_address, is_government, kind_of
from checks.model import Rule, Severity, Site
from checks.passage import Manual
from checks.rules.page.shared import GUIDE, is_own, shown
from checks.seen_page import PageFault, PageKind, SeenPage

RULE = Rule("leave-notice", Severity.SUGGESTION, "{note}", source=f"{GUIDE}外部链接")
ON = True
KINDS: tuple[PageKind, ...] = ("home", "column")
MANUAL = Manual(
    "离站提示",
    "首页或栏目页有指向非政府网站的链接，而页面上没有看到“您访问的链接即将离开……”一类提示，也没有这类名称的脚本。全站只记一条，需人工核对。",
    "指向政府网站、常见服务和媒体的链接；看不见的链接（由hidden-links判断）。",
    bad=('<a href="http://shop.example/">某公司</a>',),
    good=(
        '<a href="http://shop.example/">某公司</a><script>var t="您访问的链接即将离开“某县人民政府”门户网站，是否继续？";</script>',
        '<a href="http://shop.example/">某公司</a><script src="/js/outlink.js"></script>',
        '<a href="https://www.gov.cn/">中国政府网</a><a href="http://www.people.com.cn/">人民网</a>',
    ),
)


def check(seen: SeenPage, site: Site) -> Iterator[PageFault]:
    if seen.marks.leave:
        return
    for link in seen.links:
        host = host_of(link.url)
        if link.kind != "page" or link.hidden or not host or is_own(link.url, site):
            continue
        if not is_government(host) and not kind_of(host) and not is_address(host):
            note = f"有指向非政府网站的链接（如{host}），没有看到离站提示，需人工核对"
            yield PageFault(RULE.id, "离站提示", shown(link.url), note, RULE.severity)
            return
