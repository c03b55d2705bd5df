"""The finished circular under the project's own rules and lists, before it is written."""

import json
from datetime import date

from checks.checker import Checker
from checks.model import Article, Finding, Severity, Site, Unit
from reports.circular.made import Circular
from store.pack_reading import Pack


def faults_in(circular: Circular, pack: Pack) -> tuple[Finding, ...]:
    """What the rules and the lists that the pack was made with find in the circular, warning or worse."""
    draft = Article.draft(circular.text)
    found = _checker(pack).article(draft, today=date.fromisoformat(pack.meta["today"]))
    return tuple(one for one in found if one.severity >= Severity.WARNING)


def _checker(pack: Pack) -> Checker:
    units = tuple(
        Unit(row["id"], row["name"], tuple(json.loads(row["aliases"])), row["kind"], row["quota"])
        for row in pack.rows("units")
    )
    return Checker(
        pack.wordlists(), Site(pack.meta["site"], pack.meta["site_name"], "", units=units)
    )


def told(circular: Circular, finding: Finding) -> str:
    """A finding as one line: the words around it, what is wrong, what would be right."""
    text, span = circular.text, finding.span
    before = text[max(0, span.start - 12) : span.start].rpartition("\n")[2].lstrip("，。、；：）”")
    after = text[span.end : span.end + 12].partition("\n")[0]
    use = f"，应为“{finding.suggestion}”" if finding.suggestion else ""
    where = f"“{before}【{finding.match}】{after}”"
    return f"通报文字{where}：{finding.message}{use if finding.suggestion not in finding.message else ''}（规则 {finding.rule}）"
