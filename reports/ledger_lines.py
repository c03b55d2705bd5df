"""What every paper of the ledger says of a row: one line of facts, in words, ready to be printed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from checks.model import Finding, Severity, Site
from checks.privacy import masked
from reports.printable import printable, sentence
from store.evidence import Evidence
from store.ledger import Event, LedgerRow

NOBODY = "未归属单位"
#: States in which a unit still has to mend something.
TO_MEND = frozenset(("confirmed", "notified", "failed"))
OVERDUE = "逾期"


@dataclass(frozen=True, slots=True)
class Seen:
    """The page as it was fetched: when, at the site's time, and SHA-256 of its bytes."""

    at: datetime
    digest: str
    url: str


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the ledger in words. Instants are the site's local time, without a zone.

    `problem` is the sentence as (before, match, after); of a column (what is wrong, "", ""). `should` is what
    to write or do. `units` are ids of those responsible, `unit` their names. `found` is when it was first
    found; `notified` and `due` None where no notice went out. `reported` is the unit's last word that it is
    mended, `verified` what closed the finding.
    """

    number: int
    fingerprint: str
    units: tuple[str, ...]
    unit: str
    columns: str
    title: str
    url: str
    published: date | None
    kind: str
    severity: Severity
    problem: tuple[str, str, str]
    should: str
    source: str
    found: datetime
    state: str
    label: str
    overdue: bool
    notified: date | None
    due: date | None
    closed: datetime | None
    times: int
    remark: str
    seen: tuple[Seen, ...] = ()
    reported: Event | None = None
    verified: Event | None = None


def ledger_lines(
    rows: Sequence[LedgerRow],
    site: Site,
    titles: Mapping[str, str],
    evidence: Mapping[str, Sequence[Evidence]] | None = None,
) -> list[Line]:
    """The rows as lines, in their order. `titles` are rules' names by id, `evidence` what is kept by address.

    Rows without events know of no notice, report or verification.
    """
    names = {unit.id: unit.name for unit in site.units}
    columns = {column.id: column.name for column in site.columns}
    zone = ZoneInfo(site.timezone)
    kept = evidence or {}
    return [_line(row, site, titles, names, columns, zone, kept) for row in rows]


def _line(
    row: LedgerRow,
    site: Site,
    titles: Mapping[str, str],
    names: Mapping[str, str],
    columns: Mapping[str, str],
    zone: ZoneInfo,
    evidence: Mapping[str, Sequence[Evidence]],
) -> Line:
    finding = row.finding
    units = responsible(finding, site)
    notice, reported = _last(row, "notified"), _last(row, "claimed")
    return Line(
        number=row.id,
        fingerprint=finding.fingerprint,
        units=units,
        unit="、".join(printable(names.get(one, one)) for one in units) or NOBODY,
        columns="、".join(printable(columns.get(one, one)) for one in finding.columns),
        title=printable(masked(row.title)),
        url=printable(finding.url),
        published=row.published,
        kind=printable(titles.get(finding.rule, finding.rule)),
        severity=finding.severity,
        problem=_problem(row),
        should=printable(finding.suggestion or (finding.message if _on_text(finding) else "")),
        source=printable(finding.source),
        found=local(row.opened, zone),
        state=row.state,
        label=_label(row),
        overdue=row.overdue,
        notified=local(notice.at, zone).date() if notice else None,
        due=row.due,
        closed=local(row.closed, zone) if row.closed else None,
        times=row.times,
        remark=_remark(row),
        seen=tuple(
            Seen(local(one.at, zone), one.digest, printable(one.url))
            for one in evidence.get(finding.url, ())
        ),
        reported=reported,
        verified=_last(row, "closed") if row.state == "closed" else None,
    )


def responsible(finding: Finding, site: Site) -> tuple[str, ...]:
    """The ids of the units that answer for it: its own, else those of the column it is about; () for nobody.

    Of an article whose unit nobody could tell no unit is named.
    """
    if finding.unit:
        return (finding.unit,)
    if _on_text(finding):
        return ()
    about = (one for one in site.columns if one.id in finding.columns and one.url == finding.url)
    return tuple(dict.fromkeys(unit for one in about for unit in one.units))


def _on_text(finding: Finding) -> bool:
    return finding.span.end > finding.span.start


def _problem(row: LedgerRow) -> tuple[str, str, str]:
    """The sentence, with personal numbers masked that may stand beside the match too."""
    if not _on_text(row.finding):
        return printable(masked(row.finding.message)), "", ""
    before, match, after = row.sentence
    said = masked(before + match + after)
    cut = len(before), len(before) + len(match)
    return sentence((said[: cut[0]], said[cut[0] : cut[1]], said[cut[1] :]))


def _label(row: LedgerRow) -> str:
    return f"{row.label}（{OVERDUE}）" if row.overdue and OVERDUE not in row.label else row.label


def _remark(row: LedgerRow) -> str:
    until = f"保留至{row.until}" if row.until else ""
    return printable("；".join(one for one in (row.reason, until) if one))


def _last(row: LedgerRow, state: str) -> Event | None:
    """The last event that brought the row into `state`."""
    return next((one for one in reversed(row.events) if one.after == state), None)


def local(at: datetime, zone: ZoneInfo) -> datetime:
    """A stored instant (UTC) at the site's time, without a zone, to the minute."""
    said = at.replace(tzinfo=UTC).astimezone(zone)
    return said.replace(tzinfo=None, second=0, microsecond=0)


def chinese_day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def chinese_instant(at: datetime) -> str:
    return f"{chinese_day(at)}{at:%H:%M}"


def quarter_words(quarter: str) -> str:
    """2025Q3 as 2025年第三季度."""
    return f"{quarter[:4]}年第{'一二三四'[int(quarter[-1]) - 1]}季度"


def severity_words(lines: Sequence[Line]) -> str:
    """How many of each severity, the gravest first: 严重错误1个、一般错误2个."""
    many = [
        (severity, sum(line.severity == severity for line in lines))
        for severity in sorted(Severity, reverse=True)
    ]
    return "、".join(f"{severity.label}{count}个" for severity, count in many if count)
