"""Report a site whose blank columns together reach the veto line, and the warning line before it （空白栏目）.

A column counts only if its list was read and says itself that it holds nothing. Unread columns are not
counted: where they decide, that is said （国办秘函〔2019〕19号: 5; the warning line from 3 on）.
"""

from checks.model import Rule, Severity
from checks.passage import Manual
from checks.rules.site.lines import Count, Line, against
from checks.site_seen import Judged, SiteSeen

RULE = Rule(
    "veto-blank-columns",
    Severity.ERROR,
    "{what}{number}个，达到{line}（{limit}个）：{names}",
    source="《政府网站与政务新媒体检查指标》（国办秘函〔2019〕19号）",
)
MANUAL = Manual(
    title="空白栏目总数",
    finds="空白栏目5个以上（单项否决），3个以上预警。",
    spares="列表没有读到的栏目不计入，可能影响结论时说明。",
    bad=("5个栏目的列表都写着“暂无信息”。",),
    good=("2个栏目写着“暂无信息”。", "5个栏目的列表由脚本加载，没有读到。"),
)
ON = True
LINE = Line("blank", "空白栏目", "blank_columns", "warn_blank_columns")


def judge(seen: SiteSeen) -> Judged:
    blank = tuple(one.column for one in seen.verdicts if one.state == "empty")
    unread = tuple((one.column, one.why) for one in seen.verdicts if one.state == "unread")
    return against(seen, RULE, LINE, Count(blank, unread))
