"""Nights and what each column came to: the record of what was looked at, and when."""

import itertools
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, and_, insert, select, update

from checks.model import Unchecked
from checks.verdict import ColumnVerdict
from store import schema
from store.articles import Tally, naive
from store.findings import COLUMN_MENDED, save_findings
from store.upsert import upsert

#: Nights before this one that are looked at for whether they ended.
MOST_LOOKED_AT = 30


def start_night(
    connection: Connection, site: str, day: date, at: datetime, kind: str = "night"
) -> int:
    """Write down that a night (or an audit) has begun; gives back its number."""
    done = connection.execute(
        insert(schema.nights).values(
            site=site, day=day, started=naive(at), unchecked="[]", lanes="{}", kind=kind
        )
    )
    assert done.inserted_primary_key
    return int(done.inserted_primary_key[0])


def missed_nights(connection: Connection, site: str, day: date) -> list[Unchecked]:
    """What was left undone before `day`: nights that did not run since the last one, or did not end."""
    table = schema.nights
    rows = connection.execute(
        select(table.c.day, table.c.finished)
        .where(and_(table.c.site == site, table.c.kind == "night", table.c.day <= day))
        .order_by(table.c.id.desc())
        .limit(MOST_LOOKED_AT)
    ).all()
    cut = list(itertools.takewhile(lambda row: row.finished is None, rows))
    told = []
    if cut:
        told.append(Unchecked(f"{cut[0].day}的夜间任务", "没有做完（被中断），本次接着做"))
    if rows and (day - rows[0].day).days > 1:
        first, last = rows[0].day + timedelta(1), day - timedelta(1)
        days = f"{first}" if first == last else f"{first}至{last}"
        told.append(Unchecked(f"{days}的夜间任务", "没有运行；请检查定时任务"))
    return told


def finish_night(
    connection: Connection,
    night: int,
    *,
    at: datetime,
    requests: int,
    tally: Tally,
    unchecked: Sequence[Unchecked],
    lanes: Mapping[str, int],
) -> None:
    table = schema.nights
    connection.execute(
        update(table)
        .where(table.c.id == night)
        .values(
            finished=naive(at),
            requests=requests,
            new=tally.new,
            changed=tally.changed,
            same=tally.same,
            lanes=json.dumps(lanes),
            unchecked=json.dumps([[one.what, one.why] for one in unchecked], ensure_ascii=False),
        )
    )


def save_verdict(
    connection: Connection,
    site: str,
    verdict: ColumnVerdict,
    day: date,
    *,
    now: datetime,
    lists_hash: str,
    whole: bool,
    read_at: datetime | None = None,
) -> None:
    """Save how a column stood; its findings are brought up to date only if its list was read.

    `read_at` is an instant at or before that reading (None: just now).
    """
    missing = [[one.item, one.unit] for one in verdict.missing]
    row = {
        "site": site,
        "column_id": verdict.column.id,
        "day": day,
        "state": verdict.state,
        "newest": verdict.newest,
        "entries": verdict.entries,
        "missing": json.dumps(missing, ensure_ascii=False),
        "why": verdict.why,
        "whole": whole,
    }
    upsert(connection, schema.column_days, [row], key=("site", "column_id", "day"))
    if verdict.state == "unread":
        return
    save_findings(
        connection,
        site,
        {verdict.column.url: verdict.findings},
        now=now,
        lists_hash=lists_hash,
        about="column",
        column=verdict.column.id,
        gone=COLUMN_MENDED,
        may_close=not verdict.unchecked,
        day=day,
        fetched={verdict.column.url: read_at or now},
    )
