"""Findings a page at a time, by their numbers: for programs that read a whole ledger without holding it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, and_, select

from checks.model import Finding
from store import schema
from store.findings import finding_of, listed_in

F = schema.findings


@dataclass(frozen=True, slots=True)
class Numbered:
    """A finding with its number in the ledger, its state, when it was first found (UTC), and what it must meet."""

    id: int
    finding: Finding
    state: str
    opened: datetime
    due: date | None
    until: date | None


def finding_page(
    connection: Connection,
    site: str,
    *,
    states: Sequence[str],
    unit: str = "",
    after: int,
    most: int,
) -> list[Numbered]:
    """At most `most` findings numbered above `after`, in these states, of this unit ("" of all), by number."""
    wanted = [F.c.site == site, F.c.id > after, F.c.state.in_(states)]
    wanted += [F.c.unit == unit] if unit else []
    chosen = select(F).where(and_(*wanted)).order_by(F.c.id).limit(most)
    rows = list(connection.execute(chosen))
    urls = sorted({row.url for row in rows})
    listed: dict[str, tuple[str, ...]] = {}
    for i in range(0, len(urls), 500):
        listed |= listed_in(connection, site, urls[i : i + 500])
    return [
        Numbered(row.id, finding_of(row, listed), row.state, row.opened, row.due, row.until)
        for row in rows
    ]
