"""Report a column that says itself that it holds nothing （空白栏目）.

Only a list that was read and is empty by its own words （暂无信息, 共0条, total 0） counts: a list that
parses to nothing is unread, not empty.
"""

from collections.abc import Iterator

from checks.model import ColumnSnapshot, Finding, Rule, Severity, Site, Span, fingerprint

RULE = Rule(
    "empty-column",
    Severity.ERROR,
    "栏目“{name}”没有任何内容",
    source="《政府网站与政务新媒体检查指标》（国办秘函〔2019〕19号）",
)


def check(snapshot: ColumnSnapshot, site: Site) -> Iterator[Finding]:
    column = snapshot.column
    if not snapshot.read or snapshot.entries:
        return
    unit = column.units[0] if len(column.units) == 1 else ""
    yield Finding(
        RULE.id, RULE.severity, 0, Span(0, 0), column.name, "",
        RULE.message.format(name=column.name), RULE.source,
        fingerprint(site.id, RULE.id, column.id), column.url, unit, (column.id,),
    )  # fmt: skip
