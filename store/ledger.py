"""The ledger (整改台账): what it holds, and the steps people take in it.

The program's own steps are store/findings.py's. Every step is an event of the chain (store/chain.py).
"""

import bisect
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy import Connection, and_, func, select, true

from checks.model import BadInput, Finding, Severity, Site
from store import schema
from store.chain import verify_chain
from store.findings import finding_of, listed_in
from store.sentences import Told, sentences
from store.states import CONFIRMED, DATED, DISMISSED, LABELS, STANDING, label_of
from store.steps import move, no_such_number, numbered, start_of

__all__ = ["Event", "LedgerRow", "ledger_rows", "move", "quarter_state", "verify_chain"]

#: Values one statement may carry.
CHUNK = 500
F, E = schema.findings, schema.finding_events


@dataclass(frozen=True, slots=True)
class Event:
    """One change of a finding's state, as the chain holds it. `at` is UTC, `before` "" where it was found."""

    at: datetime
    who: str
    before: str
    after: str
    why: str
    evidence: str
    hash: str


class Moving(Protocol):
    """What is asked of an event to tell when a finding stood."""

    @property
    def at(self) -> datetime: ...
    @property
    def after(self) -> str: ...


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One finding in the ledger. `id` is the number people use (台账号).

    `label` is its state in Chinese, `overdue` on the day asked for. `confirmed`: it may be counted and enter a
    circular. `opened` (first found) and `closed` are UTC. `due` is the last day the unit has, `until` the last
    day it is left alone, `times` how often it came back. `sentence` is the text around it: before, match, after.
    """

    id: int
    finding: Finding
    state: str
    label: str
    overdue: bool
    confirmed: bool
    opened: datetime
    due: date | None
    until: date | None
    reason: str
    times: int
    closed: datetime | None
    title: str
    published: date | None
    sentence: tuple[str, str, str]
    events: tuple[Event, ...] = ()


def ledger_rows(
    connection: Connection,
    site: Site,
    today: date,
    *,
    ids: Sequence[int] = (),
    states: Sequence[str] = (),
    unit: str = "",
    rule: str = "",
    since: date | None = None,
    until: date | None = None,
    confirmed: bool = False,
    with_events: bool = False,
) -> list[LedgerRow]:
    """The ledger's rows by number, as they stand `today`; those first found from `since` to `until` (exclusive).

    Without `ids`, `states`, `unit` or `rule`: of all of them. `confirmed`: only those that may be counted.

    Raises:
        BadInput: the ledger has no such number, or there is no such state.
    """
    if unknown := [one for one in states if one not in LABELS]:
        raise BadInput(f"没有这种状态：{unknown[0]}；应为 {'、'.join(LABELS)}")
    wanted = [F.c.site == site.id]
    wanted += [F.c.state.in_(states)] if states else []
    wanted += [F.c.unit == unit] if unit else []
    wanted += [F.c.rule == rule] if rule else []
    wanted += [F.c.opened >= start_of(site, since)] if since else []
    wanted += [F.c.opened < start_of(site, until)] if until else []
    counted = _confirmed(connection, site.id, ids)
    rows = numbered(connection, and_(*wanted), ids)
    if confirmed:
        rows = [row for row in rows if row.id in counted]
    if ids and (lost := sorted(set(ids) - {row.id for row in numbered(connection, F.c.site == site.id, ids)})):  # fmt: skip
        raise BadInput(*(no_such_number(number) for number in lost))
    return _told(connection, site, today, rows, counted, with_events=with_events)


def _told(
    connection: Connection,
    site: Site,
    today: date,
    rows: Sequence[Any],
    counted: Collection[int],
    *,
    with_events: bool,
) -> list[LedgerRow]:
    urls = list(dict.fromkeys(row.url for row in rows))
    listed: dict[str, tuple[str, ...]] = {}
    for i in range(0, len(urls), CHUNK):
        listed |= listed_in(connection, site.id, urls[i : i + CHUNK])
    said = sentences(connection, site, rows)
    events = _events(connection, [row.id for row in rows]) if with_events else {}
    return [
        _row(row, today, finding_of(row, listed), said[row.id], row.id in counted, events)
        for row in rows
    ]


def _row(
    row: Any,
    today: date,
    finding: Finding,
    said: Told,
    confirmed: bool,  # noqa: FBT001
    events: Mapping[int, Sequence[Event]],
) -> LedgerRow:
    overdue = row.state in DATED and row.due is not None and row.due < today
    expired = row.until is not None and row.until < today
    return LedgerRow(
        id=row.id,
        finding=finding,
        state=row.state,
        label=label_of(row.state, Severity(row.severity), overdue=overdue, expired=expired),
        overdue=overdue,
        confirmed=confirmed,
        opened=row.opened,
        due=row.due,
        until=row.until,
        reason=row.reason,
        times=row.times,
        closed=row.closed,
        title=said.title,
        published=said.published,
        sentence=said.sentence,
        events=tuple(events.get(row.id, ())),
    )


def _confirmed(connection: Connection, site_id: str, ids: Sequence[int]) -> set[int]:
    """Findings that may be counted: confirmed, and not dismissed since; of these numbers only, where some are given."""
    chosen = (
        select(E.c.finding_id, E.c.to_state, func.max(E.c.id))
        .where(and_(E.c.site == site_id, E.c.to_state.in_((CONFIRMED, DISMISSED))))
        .group_by(E.c.finding_id, E.c.to_state)
    )
    scopes: list[Any] = [E.c.finding_id.in_(ids[i : i + CHUNK]) for i in range(0, len(ids), CHUNK)]
    last: dict[str, dict[int, int]] = {CONFIRMED: {}, DISMISSED: {}}
    for scope in scopes or [true()]:
        for id, state, event in connection.execute(chosen.where(scope)):
            last[state][id] = event
    return {id for id, event in last[CONFIRMED].items() if event > last[DISMISSED].get(id, 0)}


def _events(connection: Connection, ids: Sequence[int]) -> dict[int, list[Event]]:
    """The events of these findings, oldest first."""
    found: dict[int, list[Event]] = defaultdict(list)
    for i in range(0, len(ids), CHUNK):
        chosen = select(E).where(E.c.finding_id.in_(ids[i : i + CHUNK])).order_by(E.c.id)
        for row in connection.execute(chosen):
            found[row.finding_id].append(
                Event(
                    row.at, row.who, row.from_state, row.to_state, row.why, row.evidence, row.hash
                )
            )
    return found


def quarter_state(
    connection: Connection, site: Site, since: date, until: date, today: date
) -> list[LedgerRow]:
    """The confirmed findings that stood at some time from `since` to `until` (exclusive), as they are `today`.

    With their events.
    """
    first, last = start_of(site, since), start_of(site, until)
    rows = ledger_rows(connection, site, today, until=until, confirmed=True, with_events=True)
    return [row for row in rows if stood_in(row.events, first, last)]


def stood_in(events: Sequence[Moving], first: datetime, last: datetime) -> bool:
    """Whether a finding was not over at some time from `first` to `last` (exclusive)."""
    at = [one.at for one in events]
    before = events[bisect.bisect_right(at, first) - 1].after if at and at[0] <= first else ""
    return before in STANDING or any(
        one.after in STANDING and first < one.at < last for one in events
    )
