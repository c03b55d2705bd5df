"""Report links to other sites that a reader cannot see （隐藏链接、暗链）.

A hidden link counts only where it leads to a site that is neither government's nor one of the known
services and media (checks/hosts.csv), nor the site's own: menus, tabs, the 找错 script, the conac badge
and the CMS's hidden spans say nothing. How much it weighs:

- 严重错误: the link or its words are on the office's own list (a list with the id `page-spam`); or its host
  is odd (an unusual top-level domain, a name made at random); or one page hides links to 5 and more
  unknown sites.
- 一般错误: hidden by a means that has no honest use (beside the screen, one pixel, a marquee without
  height, between two document.write), or an IP address, digits for a name, an odd port.
- 疑似: everything else. What a reader can open ("folded") is never more than one step below.
"""

from collections.abc import Iterator

from checks.hosts import host_of, is_government, kind_of, odd, registrable
from checks.model import Rule, Severity, Site
from checks.passage import Manual
from checks.rules.page.shared import is_own, shown
from checks.seen_page import HiddenBy, PageFault, PageKind, SeenLink, SeenPage

RULE = Rule(
    "hidden-links", Severity.ERROR, "{note}",
    source="《政府网站与政务新媒体检查指标》（国办秘函〔2019〕19号）单项否决：发布或链接有害内容",
)  # fmt: skip
ON = True
KINDS: tuple[PageKind, ...] = ("home", "column", "article")
#: Unknown sites that one page hides links to; from here on nobody did it by oversight.
MANY = 5
_MEANS: dict[HiddenBy, str] = {
    "folded": "收起", "display": "display:none", "visibility": "visibility:hidden", "font-size": "字号为0",
    "off-screen": "移到屏幕外", "tiny": "缩成1像素", "marquee": "无高度的滚动条", "colour": "文字与背景同色",
    "frame": "0像素框架", "written": "document.write写入的隐藏框", "scripted": "由脚本隐藏", "empty": "没有文字",
}  # fmt: skip
#: Means that have no honest use for a link to another site.
_SLY = frozenset(("off-screen", "tiny", "marquee", "written", "colour"))
MANUAL = Manual(
    "隐藏链接",
    "读者看不见的站外链接：display:none、字号为0、移到屏幕外、1像素、无高度滚动条、文字与背景同色、0像素框架、document.write写入的隐藏框、没有文字的链接。"
    "有本单位page-spam词表的词、域名可疑、一页隐藏5个以上陌生网站的为严重错误。",
    "本网站、政府网站和常见服务、媒体的链接；导航菜单、选项卡、弹窗里可以点开的；博达系统的section隐藏标记、党政机关标识、找错脚本。",
    bad=(
        '<div style="display:none"><a href="http://abc-example.top/">资讯</a></div>',
        '<div style="position:absolute;left:-9999px"><a href="http://shop.example/">资讯</a></div>',
        "<script>document.write(\"<div style='display:none'>\");</script><a href='http://shop.example/'>资讯</a><script>document.write('</div>');</script>",
        '<marquee height="0" width="1"><a href="http://shop.example/">资讯</a></marquee>',
        '<iframe src="http://a1b2c3d4e5.example/x" width="0" height="0"></iframe>',
        '<p>正文<a href="http://shop.example/"></a></p>',
    ),
    good=(
        '<span id="section_u5_4" style="display:none">栏目</span>',
        '<ul class="menu"><li>链接<ul style="display:none"><li><a href="https://www.gov.cn/">中国政府网</a></li></ul></li></ul>',
        '<div style="display:none"><a href="/index.htm">首页</a><a href="http://www.xjboz.gov.cn/">博州政府</a></div>',
        '<div class="c"><p class="tab"><a href="http://one.example/">一</a></p><p class="tab" style="display:none"><a href="http://two.example/">二</a></p></div>',
        "<script>document.write(unescape(\"%3Cspan id='_ideConac' %3E%3C/span%3E%3Cscript src='http://dcs.conac.cn/js/1.js'%3E%3C/script%3E\"));</script>",
        '<a href="http://abc-example.top/">看得见的链接</a>',
        '<a name="top" href="http://bank.example/"></a>',
    ),
)


def check(seen: SeenPage, site: Site) -> Iterator[PageFault]:
    hidden = [one for one in seen.links if one.hidden and _is_strange(one, seen, site)]
    unknown = {
        registrable(host_of(one.url)) for one in hidden if one.hidden not in ("folded", "empty")
    }
    told: dict[str, PageFault] = {}
    for link in hidden:
        fault = _fault(link, seen, many=len(unknown) >= MANY)
        before = told.get(fault.key)
        if before is None or fault.severity > before.severity:
            told[fault.key] = fault
    yield from told.values()


def _is_strange(link: SeenLink, seen: SeenPage, site: Site) -> bool:
    host = host_of(link.url)
    if link.kind not in ("page", "attachment", "frame") or not host or is_own(link.url, site):
        return False
    return _listed(link, seen) != "" or not (is_government(host) or kind_of(host) != "")


def _listed(link: SeenLink, seen: SeenPage) -> str:
    """The word of the office's list in the link's words or address, "" for none."""
    return next((word for word in seen.words if word in link.text or word in link.url), "")


def _fault(link: SeenLink, seen: SeenPage, *, many: bool) -> PageFault:
    host, strange = host_of(link.url), odd(link.url)
    folded = link.hidden == "folded"
    why = [_MEANS.get(link.hidden, link.hidden)]
    if word := _listed(link, seen):
        why.append(f"含词表用语“{word}”")
    if strange:
        why.append(strange.words)
    if many and not folded:
        why.append("本页隐藏了多个陌生网站")
    if word:
        severity = Severity.ERROR
    elif (strange and strange.strong) or (many and link.hidden not in ("folded", "empty")):
        severity = Severity.WARNING if folded else Severity.ERROR
    elif strange or link.hidden in _SLY:
        severity = Severity.SUGGESTION if folded else Severity.WARNING
    else:
        severity = Severity.SUGGESTION
    note = f"有看不见的站外链接，指向{host}（{'，'.join(why)}）"
    return PageFault(RULE.id, host, shown(link.text or link.url), note, severity)
