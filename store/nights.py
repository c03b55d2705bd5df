"""Nights and what each column came to: the record of what was looked at, and when."""

import json
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Connection, insert, update

from checks.model import Unchecked
from checks.verdict import ColumnVerdict
from store import schema
from store.articles import Tally, naive
from store.findings import COLUMN_MENDED, save_findings
from store.upsert import upsert


def start_night(connection: Connection, site: str, day: date, at: datetime) -> int:
    """Write down that a night has begun; gives back its number."""
    done = connection.execute(
        insert(schema.nights).values(site=site, day=day, started=naive(at), unchecked="[]")
    )
    assert done.inserted_primary_key
    return int(done.inserted_primary_key[0])


def finish_night(
    connection: Connection,
    night: int,
    *,
    at: datetime,
    requests: int,
    tally: Tally,
    unchecked: Sequence[Unchecked],
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
) -> None:
    """Save how a column stood; its findings are brought up to date only if its list was read."""
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
    )
