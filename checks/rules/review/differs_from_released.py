"""Report an article whose text is not the one that was released （发布内容与签发稿不一致）.

What a CMS changes harmlessly does not count (checks/review_compare.py). Where several drafts were released for an
article, the text of any of them is right. It closes when the text is put right, or a draft with the published
text is released.
"""

from collections.abc import Sequence

from checks.model import Article, Finding, Rule, Severity, Site, Span, fingerprint
from checks.passage import Manual
from checks.review_compare import Change
from checks.review_match import ReleasedDraft

RULE = Rule(
    "differs-from-released",
    Severity.WARNING,
    "发布的内容与签发稿（稿件{number}，{day}签发）有{count}处不一致：{shown}",
    source="本单位信息发布“三审三校”制度（站点文件 reviews）",
)
MANUAL = Manual(
    title="发布内容与签发稿不一致",
    finds="文章的标题、正文或签发稿中已有的附件，与签发的文本不同；列出前3处。",
    spares="空白和换行、全角半角、引号样式、重复的标题、来源作者等署名行、网页按钮文字、附件名称、段首编号不算；"
    "签发稿的文本已按期清理的不判断。",
    bad=("签发稿写“增长5%”，网页写“增长6%”。", "发布后增加了一段。"),
    good=("网页把全角括号改成半角。", "网页末尾加了“责任编辑：王丽”。"),
)
ON = True
MOST_SHOWN = 3


def finding(site: Site, article: Article, draft: ReleasedDraft, found: Sequence[Change]) -> Finding:
    shown = "；".join(str(one) for one in found[:MOST_SHOWN])
    message = RULE.message.format(number=draft.number, day=draft.day, count=len(found), shown=shown)
    return Finding(
        RULE.id, RULE.severity, 0, Span(0, 0), article.title or article.url, "", message, RULE.source,
        fingerprint(site.id, RULE.id, article.url), article.url, article.unit, article.columns,
    )  # fmt: skip
