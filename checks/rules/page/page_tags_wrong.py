"""Report mandated meta tags that say something wrong （网页标签错误）.

SiteName, SiteDomain and SiteIDCode must say what the site file says (each only where it says it; a
home page without a name, on an IP address, has no domain to compare with). A name that differs only
in 网, 网站, 门户网站 at its end is the same; one that contains the other is doubtful only. Pages have been
seen with another county's three tags, copied with its template, and with the words of the template
(网站名称) left in. SiteIDCode is 10 digits, or bm and 8 digits. PubDate must hold a date. A mandated tag that
stands twice must say the same.
"""

import re
from collections.abc import Iterator

from checks.hosts import host_of, is_address, registrable
from checks.model import Rule, Severity, Site, plain
from checks.passage import Manual
from checks.rules.page.shared import GUIDE, mandated_tags, shown
from checks.seen_page import PageFault, PageKind, SeenPage

RULE = Rule("page-tags-wrong", Severity.WARNING, "{note}", source=f"{GUIDE}附件《网页标签规范》")
ON = True
KINDS: tuple[PageKind, ...] = ("home", "column", "article")
_CODE = re.compile(r"(?:\d{10}|bm\d{8})", re.IGNORECASE)
_DAY = re.compile(
    r"(?:19|20)\d{2}\D{1,3}\d{1,2}\D{1,3}\d{1,2}|(?:19|20)\d{6}(?!\d)|\b1\d{9}(?:\d{3})?\b"
)
_ENDING = re.compile(r"(?:政府)?(?:门户)?(?:网站|网)?$")
_OPEN = re.compile(r"[{<\[]?[%$#{]|\[!--|<%")
MANUAL = Manual(
    "网页标签错误",
    "SiteName、SiteDomain、SiteIDCode与站点文件所写的名称、域名、标识码不符；标识码不是10位数字或bm加8位数字；"
    "PubDate不是日期；模板的占位文字没有替换；同一标签出现两次而内容不同。",
    "站点文件没有写明的不比；名称只差“网”“网站”“门户网站”的算相同；首页网址是IP地址的不比域名。",
    bad=(
        '<meta name="SiteDomain" content="gxq.cq.gov.cn">',
        '<meta name="SiteIDCode" content="5001070001">',
        '<meta name="SiteName" content="网站名称">',
        '<meta name="SiteIDCode" content="65272200">',
        '<meta name="ColumnName" content="要闻"><meta name="ColumnName" content="公告">',
        '<meta name="PubDate" content="发布于昨天">',
    ),
    good=(
        '<meta name="SiteName" content="某县人民政府网站"><meta name="SiteDomain" content="www.example.gov.cn">',
        '<meta name="SiteIDCode" content="6527220001"><meta name="PubDate" content="2025-09-30 10:30">',
        '<meta name="Description" content="甲"><meta name="description" content="乙">',
        '<meta name="ColumnName" content="要闻"><meta name="columnname" content="要闻">',
        '<meta name="PubDate" content="2025年9月30日">',
    ),
)


def check(seen: SeenPage, site: Site) -> Iterator[PageFault]:
    for tag in mandated_tags():
        contents = tuple(dict.fromkeys(one for one in seen.tags.get(tag.name.lower(), ()) if one))
        if not contents:
            continue
        said = contents[0]
        if said in tag.placeholders or (_OPEN.match(said) and len(said) < SHORT):
            yield _fault(tag.name, "占位", said, f"{tag.name}标签还是模板的占位文字“{shown(said)}”")
            continue
        if len(contents) > 1:
            both = f"“{shown(said)}”和“{shown(contents[1])}”"
            yield _fault(tag.name, "重复", contents[1], f"{tag.name}标签出现多次而内容不同：{both}")
        yield from _judged(tag.name, said, site)


#: A placeholder's characters at most.
SHORT = 60


def _judged(name: str, said: str, site: Site) -> Iterator[PageFault]:
    match name:
        case "SiteName":
            yield from _site_name(said, site)
        case "SiteDomain":
            yield from _site_domain(said, site)
        case "SiteIDCode":
            if not _CODE.fullmatch(said):
                note = f"SiteIDCode标签“{shown(said)}”不是网站标识码（10位数字，或bm加8位数字）"
                yield _fault(name, "写法", said, note)
            elif site.code and said.lower() != site.code.lower():
                note = f"SiteIDCode标签是{said}，本网站的标识码是{site.code}"
                yield _fault(name, said, said, note)
        case "PubDate" if not _DAY.search(said):
            yield _fault(name, "写法", said, f"PubDate标签“{shown(said)}”不是日期")


def _site_name(said: str, site: Site) -> Iterator[PageFault]:
    one, other = (_ENDING.sub("", plain(text)) for text in (said, site.name))
    if one == other or not other:
        return
    doubtful = bool(one) and (one in other or other in one)
    severity = Severity.SUGGESTION if doubtful else RULE.severity
    note = f"SiteName标签是“{shown(said)}”，站点文件写的名称是“{site.name}”"
    yield _fault("SiteName", plain(said)[:SHORT], said, note, severity)


def _site_domain(said: str, site: Site) -> Iterator[PageFault]:
    home = host_of(site.home)
    if not home or is_address(home) or home == "localhost":
        return
    host = (host_of(said) if "//" in said else said.partition("/")[0].partition(":")[0]).lower()
    if host.removeprefix("www.") != home.removeprefix("www."):
        near = registrable(host) == registrable(home)
        severity = Severity.SUGGESTION if near else RULE.severity
        note = f"SiteDomain标签是“{shown(said)}”，本网站的域名是{home}"
        yield _fault("SiteDomain", host[:SHORT], said, note, severity)
    elif host != said.lower():
        note = f"SiteDomain标签应只写域名，不带协议和路径：“{shown(said)}”"
        yield _fault("SiteDomain", "写法", said, note, Severity.SUGGESTION)


def _fault(
    name: str, key: str, said: str, note: str, severity: Severity = RULE.severity
) -> PageFault:
    return PageFault(RULE.id, f"{name} {key}", shown(said), note, severity)
