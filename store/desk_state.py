"""How things stand, in a few numbers: for /health and /metrics."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Table, and_, func, select

from checks.model import Severity
from store import schema
from store.sessions import count_sessions
from store.states import STANDING

#: Where a draft waits for a reader (初审, 复审, 终审).
WAITING = ("first", "second", "final")
#: An audit that began longer ago than this and did not end was broken off.
AUDIT_LASTS = timedelta(hours=12)
N, F, D = schema.nights, schema.findings, schema.drafts


@dataclass(frozen=True, slots=True)
class SiteState:
    """`last_night` is the site's day of the newest night that ended, `open_findings` those that are not over."""

    last_night: date | None = None
    drafts_waiting: int = 0
    audits_running: int = 0
    open_findings: Mapping[Severity, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DeskState:
    """`sites` has every site asked for."""

    sessions: int
    sites: Mapping[str, SiteState]


def desk_state(connection: Connection, sites: Sequence[str], *, now: datetime) -> DeskState:
    """How `sites` stand. `now` is UTC. Raises BadInput (by `reading`): the database cannot be read."""
    return DeskState(
        count_sessions(connection, at=now), {one: _site(connection, one, now) for one in sites}
    )


def _site(connection: Connection, site: str, now: datetime) -> SiteState:
    ended = and_(N.c.site == site, N.c.kind == "night", N.c.finished.is_not(None))
    last = connection.execute(select(func.max(N.c.day)).where(ended)).scalar()
    since = now.replace(tzinfo=None) - AUDIT_LASTS
    running = and_(
        N.c.site == site, N.c.kind == "audit", N.c.finished.is_(None), N.c.started > since
    )
    waiting = and_(D.c.site == site, D.c.state.in_(WAITING))
    standing = and_(F.c.site == site, F.c.state.in_(STANDING))
    found = connection.execute(
        select(F.c.severity, func.count()).where(standing).group_by(F.c.severity)
    )
    return SiteState(
        last,
        _count(connection, D, waiting),
        _count(connection, N, running),
        {Severity(severity): number for severity, number in found},
    )


def _count(connection: Connection, table: Table, where: ColumnElement[bool]) -> int:
    chosen = select(func.count()).select_from(table).where(where)
    return int(connection.execute(chosen).scalar_one())
