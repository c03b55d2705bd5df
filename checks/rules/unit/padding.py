"""Report a unit of whose articles in a quarter several say earlier ones over again （重复充数）.

What repeats is told by `checks/near_duplicates.py`; the same title of the same days at another address
（一稿多发） is counted with it, but is no reason by itself. Only 疑似: a person compares. `published`
goes on counting them, so that quarters stay comparable. A period that is not exactly one calendar
quarter is not judged.
"""

from collections.abc import Iterator

from checks.model import Finding, Rule, Severity, Site, Span, UnitTally, fingerprint
from checks.passage import Manual
from checks.rules.unit.below_quota import is_quarter

RULE = Rule(
    "padding",
    Severity.SUGGESTION,
    "{name}本季度发布的{published}篇中，有{repeated}篇与本单位此前文章基本相同{twice}{examples}",
    source="本县政府网站信息发布任务（站点文件 quota）",
)
MANUAL = Manual(
    title="重复充数",
    finds="一个季度内有3篇以上与本单位此前92天内的文章正文基本相同（90%以上），只作疑似。",
    spares="转载、少于200字的、以表格数字为主的、按期编号或按日期的例行信息、公示公告一类格式文书不算。",
    bad=("县水利局8月、9月各发布3篇，只改了开头一句和标题。",),
    good=("每周发布《第30期农产品价格》。", "同一篇在两个栏目都列出。", "同一会议通知在两处发布。"),
)
ON = True
MOST_EXAMPLES = 3


def check(tally: UnitTally, site: Site) -> Iterator[Finding]:
    least = site.indicators.value("repeat_articles")
    alike = tally.repeated - tally.posted_twice
    if least is None or alike < max(least, 1) or not is_quarter(tally.since, tally.until):
        return
    shown = "；".join(f"《{a}》与《{b}》" for a, b in tally.examples[:MOST_EXAMPLES])
    message = RULE.message.format(
        name=tally.unit.name,
        published=tally.published,
        repeated=tally.repeated,
        twice=f"（其中同题多处发布{tally.posted_twice}篇）" if tally.posted_twice else "",
        examples=f"，如{shown}" if shown else "",
    )
    yield Finding(
        RULE.id, RULE.severity, 0, Span(0, 0), tally.unit.name, "", message, RULE.source,
        fingerprint(site.id, RULE.id, tally.unit.id, tally.since.isoformat()), site.home,
        unit=tally.unit.id,
    )  # fmt: skip
