"""Probes of availability: written as they come, read by the week. Never changed."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, insert, select

from checks.watch import ProbeSeen
from store import schema
from store.articles import naive


def save_probes(connection: Connection, site: str, seen: Sequence[ProbeSeen]) -> None:
    """Append the probes of one run, or of several."""
    rows = [
        {
            "site": site,
            "at": naive(one.at.astimezone(UTC)),
            "target": one.target,
            "opened": one.opened,
            "why": one.why,
            "seconds": one.seconds,
            "control": one.control,
        }
        for one in seen
    ]
    if rows:
        connection.execute(insert(schema.probes), rows)


def probes_between(
    connection: Connection, site: str, since: datetime, until: datetime
) -> tuple[ProbeSeen, ...]:
    """A site's probes from `since` to `until`, both inclusive, oldest first."""
    table = schema.probes
    rows = connection.execute(
        select(table)
        .where(
            table.c.site == site,
            table.c.at >= naive(since.astimezone(UTC)),
            table.c.at <= naive(until.astimezone(UTC)),
        )
        .order_by(table.c.at, table.c.id)
    )
    return tuple(
        ProbeSeen(
            row.at.replace(tzinfo=UTC), row.target, row.opened, row.why, row.seconds, row.control
        )
        for row in rows
    )
