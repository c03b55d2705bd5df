"""Report an ArticleTitle tag that is not the title a reader sees （标题标签与页面标题不一致）.

Only where the page's own <title> sides with the title over the text against the tag: a heading that
names the site or the column says nothing. Always 疑似.
"""

from collections.abc import Iterator

from checks.model import Rule, Severity, Site, plain
from checks.passage import Manual
from checks.rules.page.shared import GUIDE, shown
from checks.seen_page import PageFault, PageKind, SeenPage

RULE = Rule("page-tags-title", Severity.SUGGESTION, "{note}", source=f"{GUIDE}附件《网页标签规范》")
ON = True
KINDS: tuple[PageKind, ...] = ("article",)
#: Characters of the shortest heading that is taken for an article's title.
SHORTEST = 6
MANUAL = Manual(
    "标题标签与页面标题不一致",
    "内容页ArticleTitle标签与页面上看到的标题不同，而网页标题（title）与看到的标题一致。",
    "页面上的大字只是网站名、栏目名的不算；一个包含另一个的不算。",
    bad=(
        '<title>关于召开座谈会的通知-某县人民政府</title><meta name="ArticleTitle" content="测试文章"><h1>关于召开座谈会的通知</h1>',
    ),
    good=(
        '<title>关于召开座谈会的通知</title><meta name="ArticleTitle" content="关于召开座谈会的通知"><h1>某县人民政府网站</h1>',
        '<title>某县人民政府</title><meta name="ArticleTitle" content="关于召开座谈会的通知"><h1>某县人民政府</h1>',
        '<title>关于召开座谈会的通知(图)</title><meta name="ArticleTitle" content="关于召开座谈会的通知"><h1>关于召开座谈会的通知(图)</h1>',
    ),
)


def check(seen: SeenPage, site: Site) -> Iterator[PageFault]:
    said, heading, title = (
        plain(one) for one in (seen.tag("ArticleTitle"), seen.heading, seen.title)
    )
    if not said or len(heading) < SHORTEST or heading not in title or heading in plain(site.name):
        return
    if said in title or said in heading or heading in said:
        return
    note = f"ArticleTitle标签“{shown(seen.tag('ArticleTitle'))}”与页面标题“{shown(seen.heading)}”不一致"
    yield PageFault(RULE.id, "ArticleTitle", shown(seen.tag("ArticleTitle")), note, RULE.severity)
