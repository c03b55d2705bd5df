"""How each column stood when it was last looked at, and what the last night or audit could not check."""

import json
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, and_, func, select

from checks.model import Unchecked
from store import schema

C, N = schema.column_days, schema.nights


@dataclass(frozen=True, slots=True)
class Look:
    """A column on a day. `missing` are pairs of item and unit id ("" nobody's in particular)."""

    column: str
    day: date
    state: str
    newest: date | None
    entries: int
    missing: tuple[tuple[str, str], ...]
    why: str


def last_looks(connection: Connection, site: str) -> dict[str, Look]:
    """The newest look at each column, by its id; a column never looked at is not among them."""
    newest = (
        select(C.c.column_id, func.max(C.c.day).label("day"))
        .where(C.c.site == site)
        .group_by(C.c.column_id)
        .subquery()
    )
    same = and_(C.c.column_id == newest.c.column_id, C.c.day == newest.c.day, C.c.site == site)
    return {
        row.column_id: Look(
            row.column_id, row.day, row.state, row.newest, row.entries,
            tuple((item, unit) for item, unit in json.loads(row.missing)), row.why,
        )
        for row in connection.execute(select(C).join(newest, same))
    }  # fmt: skip


def last_unchecked(connection: Connection, site: str) -> tuple[date | None, tuple[Unchecked, ...]]:
    """The day of the last night that ended, and what it could not check."""
    ended = and_(N.c.site == site, N.c.kind == "night", N.c.finished.is_not(None))
    chosen = select(N.c.day, N.c.unchecked).where(ended).order_by(N.c.id.desc()).limit(1)
    row = connection.execute(chosen).first()
    if row is None:
        return None, ()
    return row.day, tuple(Unchecked(what, why) for what, why in json.loads(row.unchecked))
