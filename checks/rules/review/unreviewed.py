"""Report an article that was published although no released draft is its own （未经三审三校发布）.

Asked of articles that the site file's `reviews` names only: published from `since` on, in its columns, no reprints
unless it says so. An article without a date, one whose page was not read, and one whose draft's text may have been
let go are not accused; the night says that they were not checked. It closes when the article's draft is released
after all, or its address is noted with the draft.
"""

from checks.model import Article, Finding, Rule, Severity, Site, Span, fingerprint
from checks.passage import Manual

RULE = Rule(
    "unreviewed",
    Severity.WARNING,
    "《{title}》{day}发布，没有找到三审三校的签发记录",
    source="本单位信息发布“三审三校”制度（站点文件 reviews）",
)
MANUAL = Manual(
    title="未经三审三校发布",
    finds="站点文件 reviews 写明的日期以后、栏目之内发布的文章，没有与之对应的已签发稿件。",
    spares="没有发布日期的、转载的（可另定）、网页没有读到的、签发稿文本已按期清理无从比对的，不判断，记为未能检查。"
    "已签发但标题和正文都大改过的，可在稿件中登记发布网址。",
    bad=("稿件还在“待复审”，文章已经发布。",),
    good=("稿件已签发，网页只改了版式。", "转载新华社的文章。"),
)
ON = True


def finding(site: Site, article: Article) -> Finding:
    message = RULE.message.format(title=article.title or article.url, day=article.published)
    return Finding(
        RULE.id, RULE.severity, 0, Span(0, 0), article.title or article.url, "", message, RULE.source,
        fingerprint(site.id, RULE.id, article.url), article.url, article.unit, article.columns,
    )  # fmt: skip
