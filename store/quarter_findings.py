"""The confirmed findings of a quarter as figures need them: whose, how grave, and how they moved. Nothing of texts."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, and_, select

from checks.model import Severity, Site
from store import schema
from store.ledger import stood_in
from store.states import CONFIRMED, DISMISSED
from store.steps import start_of

F, E = schema.findings, schema.finding_events


@dataclass(frozen=True, slots=True)
class Moved:
    """One change of a finding's state. `at` is UTC."""

    at: datetime
    after: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Counted:
    """A finding that may be counted, with its events, oldest first."""

    unit: str
    severity: Severity
    events: tuple[Moved, ...]


def counted_findings(connection: Connection, site: Site, since: date, until: date) -> list[Counted]:
    """Those confirmed, and not dismissed since, that stood at some time from `since` to `until` (exclusive).

    The same findings as `store.ledger.quarter_state` gives, at a fraction of its cost.
    """
    first, last = start_of(site, since), start_of(site, until)
    rows = connection.execute(
        select(F.c.id, F.c.unit, F.c.severity, E.c.at, E.c.to_state, E.c.evidence)
        .select_from(F.join(E, E.c.finding_id == F.c.id))
        .where(and_(F.c.site == site.id, F.c.opened < last))
        .order_by(F.c.id, E.c.id)
    )
    found = (_counted(list(some)) for _, some in itertools.groupby(rows, lambda row: row[0]))
    return [one for one in found if one is not None and stood_in(one.events, first, last)]


def _counted(rows: Sequence[Any]) -> Counted | None:
    """None where it may not be counted."""
    states = [row[4] for row in rows if row[4] in (CONFIRMED, DISMISSED)]
    if not states or states[-1] != CONFIRMED:
        return None
    _, unit, severity, *_ = rows[0]
    return Counted(unit, Severity(severity), tuple(Moved(*row[3:]) for row in rows))
