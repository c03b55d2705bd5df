"""Report identity marks at the foot of a page that are missing, out of date or contradict each other （页脚标识）.

What the 指引 requires there is in marks.csv, on which kinds of page and how much its lack weighs. The marks
are looked for in what scripts write too. Where something that is not read here may write the
footer (a script or frame of that name), or where a page shows no mark at all, its lack is 疑似: nobody
is accused of what could not be seen. Wrong marks count on every page: a badge whose image says
red_error is no longer valid; the code printed, the code of the 找错 entry and SiteIDCode (and the site
file's code) must be one; the 公安备案 number must be that of its link.
"""

from collections.abc import Iterator, Sequence

from checks.hosts import kind_of
from checks.model import Rule, Severity, Site
from checks.passage import Manual
from checks.rules.page.shared import GUIDE, mandated_marks
from checks.seen_page import Marks, PageFault, PageKind, SeenPage

RULE = Rule("footer-marks", Severity.WARNING, "{note}", source=f"{GUIDE}“页面底部功能区”")
ON = True
KINDS: tuple[PageKind, ...] = ("home", "column", "article")
_FOOT = (
    "<div>主办：某县人民政府办公室 联系电话：0909-5330000 <a href='/map.htm'>网站地图</a> 网站标识码：6527220001"
    " 新ICP备05002727号-1 新公网安备 65272202000001号</div>"
)
_BADGE = (
    "<script>document.write(unescape(\"%3Cspan id='_ideConac' %3E%3C/span%3E%3Cscript"
    " src='https://dcs.conac.cn/js/30/000/0000/60425276/CA300000000604252760001.js'%3E%3C/script%3E\"));</script>"
)
_REPORT = "<script id='_jiucuo_' sitecode='6527220001' src='https://zfwzgl.www.gov.cn/exposure/jiucuo.js'></script>"
MANUAL = Manual(
    "页脚标识",
    "首页和栏目页缺少党政机关标识、“我为政府网站找错”、网站标识码、ICP备案编号、公安备案；首页缺少主办单位、联系方式、站点地图（疑似）；"
    "找错入口或ICP备案链接已停用；标识图片显示失效；网站标识码、找错代码、SiteIDCode互不一致；公安备案号与链接不符。",
    "标识由脚本写入的一样能识别；页脚可能由另外的脚本或框架载入、或者一个标识也没看到时，缺少的记为疑似。",
    bad=(
        f"{_FOOT}{_BADGE}",
        f"{_FOOT}{_BADGE}{_REPORT.replace('zfwzgl.www.gov.cn', 'pucha.kaipuyun.cn')}",
        f"{_FOOT}{_BADGE}{_REPORT.replace('6527220001', '6527220002')}",
        f'{_FOOT}{_REPORT}<a href="https://bszs.conac.cn/sitename?method=show&id=081D1D6883441A53E053012819AC0DAA">'
        '<img src="/images/red_error.png"></a>',
        f'{_FOOT}{_BADGE}{_REPORT}<a href="http://www.beian.gov.cn/portal/registerSystemInfo?recordcode=65272202000009">备案</a>',
        f'{_FOOT}{_BADGE}{_REPORT}<a href="http://www.miibeian.gov.cn/">新ICP备05002727号-1</a>',
    ),
    good=(
        f"{_FOOT}{_BADGE}{_REPORT}",
        f'{_FOOT}{_BADGE}{_REPORT}<a href="https://beian.miit.gov.cn/">新ICP备05002727号-1</a>',
        f'<meta name="SiteIDCode" content="6527220001">{_FOOT}{_BADGE}{_REPORT}',
    ),
)


def check(seen: SeenPage, site: Site) -> Iterator[PageFault]:
    marks = seen.marks
    yield from _missing(seen.kind, marks)
    if "error" in marks.badge_image:
        yield _fault(
            "标识失效", marks.badge_image, "党政机关（事业单位）标识图片显示已失效（red_error）"
        )
    elif marks.badge == "image":
        note = "党政机关（事业单位）标识只是图片，无法核验是否有效"
        yield _fault("标识图片", "", note, Severity.SUGGESTION)
    if "report" in marks.named and not marks.reports:
        note = "“我为政府网站找错”入口不是规定的脚本，无法核验"
        yield _fault("找错入口", "", note, Severity.SUGGESTION)
    for host, _ in marks.reports:
        if kind_of(host) == "report-old":
            yield _fault(f"找错 {host}", host, f"“我为政府网站找错”入口用的是停用的地址{host}")
    for host in marks.icp_hosts:
        if kind_of(host) == "icp-old":
            note = f"ICP备案链接用的是停用的地址{host}，应为https://beian.miit.gov.cn"
            yield _fault(f"备案 {host}", host, note)
    yield from _codes(seen, site)
    yield from _police(marks)


def _missing(kind: PageKind, marks: Marks) -> Iterator[PageFault]:
    there = {
        *marks.named,
        *(("badge",) if marks.badge else ()),
        *(("report",) if marks.reports else ()),
        *(("code",) if marks.codes else ()),
    }
    wanted = [one for one in mandated_marks() if kind in one.kinds]
    lacking = [one for one in wanted if one.mark not in there]
    telling = {"badge", "report", "code", "icp", "police"}
    if wanted and not there & telling:
        note = "没有看到页脚标识（可能由脚本载入，请人工核对）"
        yield _fault("全部", "", note, Severity.SUGGESTION)
        return
    for one in lacking:
        severity = Severity.SUGGESTION if marks.elsewhere else one.severity
        doubt = "（可能由脚本载入，请人工核对）" if marks.elsewhere else ""
        yield _fault(one.mark, "", f"页脚缺少{one.name}{doubt}", severity)


def _codes(seen: SeenPage, site: Site) -> Iterator[PageFault]:
    """The site's code, as it is said in up to four places; the first said is what the others are held to."""
    said: list[tuple[str, str]] = [("站点文件", site.code)]
    said.append(("SiteIDCode标签", seen.tag("SiteIDCode")))
    said += [("页脚网站标识码", code) for code in seen.marks.codes]
    said += [("找错入口代码", code) for _, code in seen.marks.reports]
    known = [(where, code) for where, code in said if code]
    if not known:
        return
    first_where, first = known[0]
    for where, code in known[1:]:
        if code.lower() != first.lower() and where != "SiteIDCode标签":  # page-tags-wrong's
            yield _fault(f"标识码 {where} {code}", code, f"{where}是{code}，{first_where}是{first}")


def _police(marks: Marks) -> Iterator[PageFault]:
    numbers: Sequence[str] = marks.police
    for record in marks.records:
        if numbers and record not in numbers:
            note = f"公安备案链接的编号{record}与页面所印编号{numbers[0]}不一致"
            yield _fault(f"公安备案 {record}", record, note)


def _fault(key: str, match: str, note: str, severity: Severity = RULE.severity) -> PageFault:
    return PageFault(RULE.id, key, match, note, severity)
