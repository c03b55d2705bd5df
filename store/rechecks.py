"""Re-checks: what the last one judged by, and how far one came that was cut short."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, and_, insert, select, update

from store import schema

T, L = schema.rechecks, schema.list_sets


@dataclass(frozen=True, slots=True)
class By:
    """What a re-check judges by: lists, grounds, the day for undated articles; and how deep it looks."""

    lists_hash: str
    grounds: str
    day: date
    depth: str


@dataclass(frozen=True, slots=True)
class Run:
    """A re-check: articles up to id `reached` are done."""

    id: int
    started: datetime
    by: By
    reached: int


def last_finished(connection: Connection, site: str) -> Run | None:
    return _last(connection, site, finished=True)


def _last(connection: Connection, site: str, *, finished: bool) -> Run | None:
    done = T.c.finished.is_not(None) if finished else T.c.finished.is_(None)
    row = connection.execute(
        select(T).where(and_(T.c.site == site, done)).order_by(T.c.id.desc()).limit(1)
    ).one_or_none()
    if row is None:
        return None
    by = By(row.lists_hash, row.grounds, row.day, row.depth)
    return Run(row.id, row.started, by, row.reached)


def unfinished_lists(connection: Connection, site: str, since: Run | None) -> set[str]:
    """Hashes of the lists of re-checks that were cut short after the re-check `since` (None: ever)."""
    after = since.id if since else 0
    return set(
        connection.scalars(
            select(T.c.lists_hash).where(
                and_(T.c.site == site, T.c.id > after, T.c.finished.is_(None))
            )
        )
    )


def begin_recheck(connection: Connection, site: str, by: By, *, now: datetime) -> Run:
    """A new re-check; or the last one if it was cut short, judged by the same, and no page was judged by anything else since."""
    done, left = last_finished(connection, site), _last(connection, site, finished=False)
    if left and left.by == by and (done is None or done.id < left.id):
        others = and_(
            L.c.site == site,
            L.c.last_read >= left.started,
            (L.c.lists_hash != by.lists_hash) | (L.c.grounds != by.grounds),
        )
        if connection.execute(select(L.c.id).where(others).limit(1)).first() is None:
            return left
    at = now.replace(tzinfo=None)
    row = {
        "site": site, "started": at, "finished": None, "day": by.day, "lists_hash": by.lists_hash,
        "grounds": by.grounds, "depth": by.depth, "reached": 0,
    }  # fmt: skip
    made = connection.execute(insert(T).returning(T.c.id), row).scalar_one()
    return Run(made, at, by, 0)


def reach(connection: Connection, run: Run, reached: int) -> None:
    """Articles up to id `reached` are done."""
    connection.execute(
        update(T).where(and_(T.c.id == run.id, T.c.reached < reached)).values(reached=reached)
    )


def finish_recheck(connection: Connection, run: Run, *, now: datetime) -> None:
    connection.execute(update(T).where(T.c.id == run.id).values(finished=now.replace(tzinfo=None)))
