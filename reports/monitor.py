"""An outside monitor's report against our ledger: matched, closed, theirs alone and why, ours alone, and our recall."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from checks.counting import percent
from checks.missed import LABELS, Lists, Missed, why_missed
from checks.model import Severity, Site, plain
from checks.monitor import MonitorRecord
from checks.privacy import masked
from checks.reconcile import Held, Reconciled, page_key, reconciled
from checks.wordlist import Term
from store.database import Connection
from store.ledger import LedgerRow, ledger_rows
from store.monitor import MonitorReport, findings_on, pages_seen, report_records
from store.states import ACCEPTED, CLOSED, DELETED, DISMISSED
from store.steps import day_of

#: States in which a finding is over because its words are gone, and in which we do not say that it is wrong.
GONE, KEPT = (CLOSED, DELETED), (DISMISSED, ACCEPTED)
OUTCOMES = {
    "matched": "双方都有",
    "closed": "我方已销号",
    "theirs": "只有对方有",
    "repeated": "报告内重复",
}


@dataclass(frozen=True, slots=True)
class Compared:
    """One record of theirs: how it went, our finding of it or why there is none."""

    record: MonitorRecord
    outcome: str
    row: LedgerRow | None = None
    missed: Missed | None = None


@dataclass(frozen=True, slots=True)
class MonitorView:
    """A report reconciled with the ledger as it is now. `records` are in their order; `ours` they do not have."""

    site: Site
    report: MonitorReport
    records: tuple[Compared, ...]
    ours: tuple[LedgerRow, ...]

    def of(self, outcome: str) -> tuple[Compared, ...]:
        return tuple(one for one in self.records if one.outcome == outcome)

    @property
    def found(self) -> int:
        """How many of theirs we found too, whether or not it is closed."""
        return len(self.of("matched")) + len(self.of("closed"))

    @property
    def missed(self) -> int:
        """How many of theirs we did not find though we had read the page."""
        return sum(bool(one.missed and one.missed.read) for one in self.records)

    @property
    def recall(self) -> Decimal | None:
        """In percent, of what stood on pages that we had read; None where nothing did."""
        of = self.found + self.missed
        return percent(Fraction(self.found), Fraction(of), 1) if of else None

    @property
    def proposed(self) -> tuple[Term, ...]:
        """Terms that their words suggest for a list of the office's own, each once."""
        terms: dict[str, Term] = {}
        for one in self.records:
            if one.missed and (term := one.missed.proposed):
                terms.setdefault(plain(term.text), term)
        return tuple(terms.values())


def monitor_view(
    connection: Connection,
    site: Site,
    report: MonitorReport,
    today: date,
    lists: Lists,
    list_pages: frozenset[str] = frozenset(),
) -> MonitorView:
    """`report` against the ledger. `list_pages` are the keys of the home page and the columns' own pages."""
    records = {one.number: one for one in report_records(connection, report.id)}
    theirs = [one.reported for one in records.values()]
    wanted = {one.page for one in theirs}
    numbers = findings_on(connection, site, wanted)
    told = ledger_rows(connection, site, today, ids=numbers, with_events=True) if numbers else []
    rows = {row.id: row for row in told}
    held = [_held(site, row) for row in rows.values()]
    found = reconciled(theirs, held, report.since, report.until)
    pages = pages_seen(connection, site, {one.page for one in found.theirs})
    alone = _alone(found, held)

    def missed(record: MonitorRecord) -> Missed:
        said = record.reported
        return why_missed(
            record,
            pages.get(said.page),
            lists,
            list_page=said.page in list_pages,
            elsewhere=alone.get((said.page, plain(said.word))),
            product=report.product,
        )

    return MonitorView(
        site,
        report,
        tuple(sorted(_compared(found, records, rows, missed), key=lambda one: one.record.number)),
        tuple(rows[one.number] for one in found.ours),
    )


def _compared(
    found: Reconciled,
    records: Mapping[int, MonitorRecord],
    rows: Mapping[int, LedgerRow],
    missed: Callable[[MonitorRecord], Missed],
) -> Iterator[Compared]:
    for outcome, pairs in (("matched", found.matched), ("closed", found.closed)):
        for one, mine in pairs:
            yield Compared(records[one.number], outcome, rows[mine.number])
    for one in found.repeated:
        yield Compared(records[one.number], "repeated")
    for one in found.theirs:
        yield Compared(records[one.number], "theirs", missed=missed(records[one.number]))


def _alone(found: Reconciled, held: Sequence[Held]) -> dict[tuple[str, str], int]:
    """Findings that are no record's, by page and word."""
    taken = {mine.number for _, mine in (*found.matched, *found.closed)}
    return {(one.page, plain(one.word)): one.number for one in held if one.number not in taken}


def _key(row: LedgerRow) -> str:
    return page_key(masked(row.finding.url))


def _held(site: Site, row: LedgerRow) -> Held:
    before, match, after = row.sentence
    claimed = row.confirmed or row.finding.severity > Severity.SUGGESTION
    return Held(
        row.id,
        _key(row),
        row.finding.match or match,
        before,
        after,
        day_of(site, row.opened),
        ended(site, row),
        claimed and row.state not in KEPT,
    )


def ended(site: Site, row: LedgerRow) -> date | None:
    """The day a finding was closed or its page deleted, None while it is neither."""
    if row.state not in GONE:
        return None
    return day_of(site, row.events[-1].at if row.events else row.opened)


def summary(view: MonitorView) -> list[str]:
    """What came of it, a Chinese line each."""
    report = view.report
    watched = f"{report.since}至{report.until}" if report.since else "没有写明"
    theirs = view.of("theirs")
    lines = [
        f"{report.product}“{report.file}”（报告{report.id}）：{report.records}条，监测时间{watched}",
        f"双方都有{len(view.of('matched'))}条，我方已销号{len(view.of('closed'))}条，"
        f"只有对方有{len(theirs)}条（其中网页我们读过的{view.missed}条），报告内重复{len(view.of('repeated'))}条",
    ]
    of = view.found + view.missed
    if view.recall is None:
        lines.append("查全率：报告中没有我们读过的网页，算不出来")
    else:
        lines.append(
            f"查全率{view.recall}%：对方报出、且网页我们读过的{of}条中，我们也查出{view.found}条"
        )
    if report.since:
        lines.append(f"同一网页、同一时段，只有我们有{len(view.ours)}条（不含未确认的疑似）")
    else:
        lines.append("“只有我们有”没有计算：报告没有监测时间；可用 --since、--until 指明后重新导入")
    if view.proposed:
        lines.append(
            f"词表没有的词{len(view.proposed)}个，可作新词条：加 --candidates 文件.csv 写出，核对后再收入"
        )
    return lines


def explained(one: Compared) -> str:
    """Our finding and how it stands, or why there is none."""
    if one.missed:
        return f"{LABELS[one.missed.why]}：{one.missed.words}"
    if one.row:
        return f"台账{one.row.id}号，{one.row.label}"
    return ""


def closed_words(view: MonitorView, one: Compared) -> str:
    """For what we had closed: when, and whether before or after they saw it."""
    day = ended(view.site, one.row) if one.row and one.outcome == "closed" else None
    if day is None:
        return ""
    if not one.record.day:
        return f"{day}销号"
    when = "早于" if day < one.record.day else "晚于" if day > one.record.day else "同在"
    return f"{day}销号，{when}对方监测（{one.record.day}）"


def view_json(view: MonitorView) -> dict[str, Any]:
    report = view.report
    return {
        "site": view.site.id,
        "report": {
            "id": report.id,
            "file": report.file,
            "product": report.product,
            "since": _iso(report.since),
            "until": _iso(report.until),
            "records": report.records,
        },
        "recall": {
            "found": view.found,
            "of": view.found + view.missed,
            "percent": None if view.recall is None else float(view.recall),
        },
        "records": [_record_json(one) for one in view.records],
        "ours": [
            {
                "id": row.id,
                "url": row.finding.url,
                "rule": row.finding.rule,
                "match": row.finding.match,
                "state": row.state,
            }
            for row in view.ours
        ],
        "candidates": [
            {"text": term.text, "use": term.use, "bad": term.bad, "good": term.good}
            for term in view.proposed
        ],
    }


def _record_json(one: Compared) -> dict[str, Any]:
    return {
        "number": one.record.number,
        "place": one.record.place,
        "url": one.record.url,
        "word": one.record.word,
        "context": one.record.context,
        "day": _iso(one.record.day),
        "outcome": one.outcome,
        "finding": one.row.id if one.row else None,
        "state": one.row.state if one.row else None,
        "why": one.missed.why if one.missed else None,
        "read": one.missed.read if one.missed else None,
        "words": one.missed.words if one.missed else "",
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
