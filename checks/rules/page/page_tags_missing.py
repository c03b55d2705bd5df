"""Report mandated meta tags that a page lacks or leaves empty （网页标签缺失）.

《政府网站发展指引》 annex: 3 tags on the home page, 7 on a column's pages, 10 on an article (tags.csv). Names
are compared without regard to case. A page without a single one is one fault, not ten: its template
has none. The optional tags (Keywords, Author, Description, Image, Url) are not asked for.
"""

from collections.abc import Iterator

from checks.model import Rule, Severity, Site
from checks.passage import Manual
from checks.rules.page.shared import GUIDE, mandated_tags
from checks.seen_page import PageFault, PageKind, SeenPage

RULE = Rule("page-tags-missing", Severity.WARNING, "{note}", source=f"{GUIDE}附件《网页标签规范》")
ON = True
KINDS: tuple[PageKind, ...] = ("home", "column", "article")
_NAMES: dict[PageKind, str] = {"home": "首页", "column": "栏目页", "article": "内容页"}
_SITE = '<meta name="SiteName" content="某县人民政府"><meta name="SiteDomain" content="www.example.gov.cn">'
MANUAL = Manual(
    "网页标签缺失",
    "首页缺少3个、栏目页缺少7个、内容页缺少10个规定标签中的任何一个，或者标签内容为空。",
    "可选标签（Keywords、Author、Description、Image、Url）不要求；标签名不分大小写。",
    bad=(
        f"{_SITE}<title>某县人民政府</title>",
        f'{_SITE}<meta name="SiteIDCode" content=""><title>某县人民政府</title>',
        "<title>某县人民政府</title><p>没有标签</p>",
    ),
    good=(
        f'{_SITE}<meta name="SiteIDCode" content="6527220001"><title>某县人民政府</title>',
        f'{_SITE}<META NAME="siteidcode" CONTENT="bm17000009"><title>某县人民政府</title>',
    ),
)


def check(seen: SeenPage, site: Site) -> Iterator[PageFault]:
    del site
    wanted = [tag.name for tag in mandated_tags() if seen.kind in tag.kinds]
    lacking = [name for name in wanted if not seen.tag(name)]
    if len(lacking) == len(wanted):
        note = f"没有任何规定的网页标签（{_NAMES[seen.kind]}应有{len(wanted)}个）"
        yield PageFault(RULE.id, f"全部 {seen.kind}", "", note, RULE.severity)
        return
    for name in lacking:
        empty = name.lower() in seen.tags
        note = f"{name}标签内容为空" if empty else f"缺少{name}标签"
        yield PageFault(RULE.id, f"{name} 空" if empty else name, name, note, RULE.severity)
