"""Report scripts that send some visitors elsewhere or hide what they do （跳转脚本、混淆脚本）.

严重错误: a script that looks where the visitor comes from, names search engines and leads away: the mark of
a site that was broken into. 一般错误: the names of document, write, location or eval spelled in hex; a page that
sends its reader to another site by itself. 疑似: packed code, which honest libraries use too.
"""

from collections.abc import Iterator

from checks.hosts import host_of, is_government, kind_of
from checks.model import Rule, Severity, Site
from checks.passage import Manual
from checks.rules.page.shared import is_own, shown
from checks.seen_page import PageFault, PageKind, SeenPage, Trick

RULE = Rule(
    "script-redirect", Severity.ERROR, "{note}",
    source="《政府网站与政务新媒体检查指标》（国办秘函〔2019〕19号）单项否决：安全攻击（挂马、篡改）",
)  # fmt: skip
ON = True
KINDS: tuple[PageKind, ...] = ("home", "column", "article")
MANUAL = Manual(
    "跳转脚本",
    "脚本判断访客是否来自搜索引擎再跳转（严重错误）；用十六进制拼写document、write、location、eval（一般错误）；"
    "网页5秒内自动跳往非政府网站（一般错误）；打包混淆的脚本（疑似）。",
    "访问统计、百度推送等只读取来源而不跳转的脚本；跳往本网站或政府网站的。",
    bad=(
        '<script>var r=document.referrer;if(/baidu|sogou/.test(r)){location.href="http://abc-example.top/";}</script>',
        r'<script>window["\x64\x6f\x63\x75\x6d\x65\x6e\x74"]["\x77\x72\x69\x74\x65"]("a")</script>',
        '<meta http-equiv="refresh" content="0;url=http://shop.example/">',
        "<script>eval(function(p,a,c,k,e,d){return p}('0',1,1,''.split('|'),0,{}))</script>",
    ),
    good=(
        "<script>var _hmt=_hmt||[];_hmt.push(['_setReferrer',document.referrer]);</script>",
        "<script>(function(){var bp=document.createElement('script');var p=window.location.protocol;bp.src='https://zz.bdstatic.com/linksubmit/push.js';})();</script>",
        '<meta http-equiv="refresh" content="0;url=/index.htm">',
        '<meta http-equiv="refresh" content="0;url=https://zwfw.xinjiang.gov.cn/">',
    ),
)


def check(seen: SeenPage, site: Site) -> Iterator[PageFault]:
    for trick in seen.tricks:
        where = host_of(trick.detail)
        to = f"，指向{where}" if where else ""
        match trick.name:
            case "referrer-redirect":
                yield _fault(trick, where, f"有按来源（搜索引擎）跳转的脚本{to}", RULE.severity)
            case "hex-names":
                yield _fault(trick, where, f"有用十六进制掩盖用途的脚本{to}", Severity.WARNING)
            case "packed":
                yield _fault(trick, where, f"有打包混淆的脚本{to}，请核对来源", Severity.SUGGESTION)
            case "refresh" if where and not (
                is_own(trick.detail, site) or is_government(where) or kind_of(where)
            ):
                yield _fault(trick, where, f"自动跳往站外{where}", Severity.WARNING)


def _fault(trick: Trick, where: str, note: str, severity: Severity) -> PageFault:
    return PageFault(RULE.id, f"{trick.name} {where}".strip(), shown(trick.detail), note, severity)
