"""What a pack holds of the ledger: the quarter's findings as the office sees them, and every event with its hash."""

from collections.abc import Container, Mapping, Sequence
from datetime import date, datetime

from store.ledger import LedgerRow
from store.pack_file import PackTable
from store.states import ACCEPTED, DISMISSED

#: A finding that stands so accuses nobody, however it stood before.
_NOBODYS = (DISMISSED, ACCEPTED)


def counts(row: LedgerRow) -> bool:
    """Whether a finding may be told of: confirmed, and neither a false alarm nor left as it is."""
    return row.confirmed and row.state not in _NOBODYS


def numbers(rows: Sequence[LedgerRow]) -> Mapping[str, tuple[int, bool]]:
    """Each finding's (fingerprint) number in the ledger, and whether it counts."""
    return {one.finding.fingerprint: (one.id, counts(one)) for one in rows}


def findings(
    rows: Sequence[LedgerRow],
    short: Mapping[str, str],
    titles: Mapping[str, str],
    wording: Container[str],
) -> PackTable:
    """The ledger's rows by number. `counts` says whether a circular may tell of it."""
    types = {
        "number": int, "rule": str, "title": str, "severity": str, "state": str, "label": str,
        "counts": int, "wording": int, "unit": str, "unit_name": str, "columns": str, "url": str, "article": str,
        "published": str, "match": str, "suggestion": str, "message": str, "source": str, "before": str,
        "after": str, "opened": str, "due": str, "until": str, "closed": str, "reason": str, "times": int,
        "fingerprint": str,
    }  # fmt: skip
    told = [
        {
            "number": one.id,
            "rule": one.finding.rule,
            "title": titles.get(one.finding.rule, one.finding.rule),
            "severity": str(one.finding.severity),
            "state": one.state,
            "label": one.label,
            "counts": int(counts(one)),
            "wording": int(one.finding.rule in wording),
            "unit": one.finding.unit,
            "unit_name": short.get(one.finding.unit, ""),
            "columns": "、".join(one.finding.columns),
            "url": one.finding.url,
            "article": one.title,
            "published": _written(one.published),
            "match": one.finding.match,
            "suggestion": one.finding.suggestion,
            "message": one.finding.message,
            "source": one.finding.source,
            "before": one.sentence[0],
            "after": one.sentence[2],
            "opened": _written(one.opened),
            "due": _written(one.due),
            "until": _written(one.until),
            "closed": _written(one.closed),
            "reason": one.reason,
            "times": one.times,
            "fingerprint": one.finding.fingerprint,
        }
        for one in sorted(rows, key=lambda one: one.id)
    ]
    return PackTable("findings", types, told)


def events(rows: Sequence[LedgerRow]) -> PackTable:
    """Every event of these findings, in their order."""
    types = {
        "id": int, "number": int, "at": str, "who": str, "before": str, "after": str, "why": str,
        "evidence": str, "hash": str,
    }  # fmt: skip
    said = [
        {
            "number": row.id, "at": _written(one.at), "who": one.who, "before": one.before,
            "after": one.after, "why": one.why, "evidence": one.evidence, "hash": one.hash,
        }
        for row in sorted(rows, key=lambda one: one.id)
        for one in row.events
    ]  # fmt: skip
    told = [{"id": number, **one} for number, one in enumerate(said, 1)]
    return PackTable("finding_events", types, told)


def _written(when: date | datetime | None) -> str | None:
    return when.isoformat() if when else None
