"""Report a unit that published fewer articles in a quarter than its quota （发布数量未达标）.

The quota is articles a calendar quarter, from the site file; a unit without one is never reported.
Reprints do not count. A period that is not exactly one calendar quarter is not judged.
"""

from collections.abc import Iterator
from datetime import date

from checks.model import Finding, Rule, Severity, Span, UnitTally, fingerprint

RULE = Rule(
    "below-quota",
    Severity.WARNING,
    "{name}发布{published}条，未达到本季度{quota}条的要求",
    source="本县政府网站信息发布任务（站点文件 quota）",
)


def is_quarter(since: date, until: date) -> bool:
    """Whether `since` (inclusive) to `until` (exclusive) is one calendar quarter."""
    month = since.month + 3
    end = date(since.year + (month > 12), (month - 1) % 12 + 1, 1)
    return since.day == 1 and since.month % 3 == 1 and until == end


def met(tally: UnitTally) -> bool | None:
    """Whether the quota was met; None where there is none, or the period is not a quarter."""
    quota = tally.unit.quota
    if quota is None or not is_quarter(tally.since, tally.until):
        return None
    return tally.published >= quota


def check(tally: UnitTally) -> Iterator[Finding]:
    if met(tally) is not False:
        return
    message = RULE.message.format(
        name=tally.unit.name, published=tally.published, quota=tally.unit.quota
    )
    yield Finding(
        RULE.id, RULE.severity, 0, Span(0, 0), tally.unit.name, "", message, RULE.source,
        fingerprint(RULE.id, tally.unit.id, tally.since.isoformat()), unit=tally.unit.id,
    )  # fmt: skip
