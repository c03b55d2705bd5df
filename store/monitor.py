"""Reports of outside monitors: kept whole, once each; and what we know of the pages they name."""

import hashlib
import json
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import Connection, and_, func, insert, select, update

from checks.missed import PageSeen, TextSeen
from checks.model import Site
from checks.monitor import MonitorRecord
from checks.privacy import masked
from checks.reconcile import page_key
from store import schema
from store.steps import day_of
from store.versions import article_versions

R, D = schema.monitor_reports, schema.monitor_records
V, F = schema.visits, schema.findings
#: What an import changed: all of a report is new, only its days, nothing.
Saved = Literal["new", "days", "same"]
CHUNK = 500


@dataclass(frozen=True, slots=True)
class MonitorReport:
    """One report as it was imported. `product` names the monitor; the days it watched are inclusive, None if unknown."""

    id: int
    file: str
    product: str
    since: date | None
    until: date | None
    imported_at: datetime
    records: int


def save_report(
    connection: Connection,
    site: str,
    file: str,
    mapping: str,
    product: str,
    records: Sequence[MonitorRecord],
    days: tuple[date, date] | None,
    *,
    now: datetime,
    stated: bool = False,
) -> tuple[int, Saved]:
    """Keep a report; gives back its number, and what that changed: one that says the same again is kept once.

    `days` are the first and last day it watched. Where somebody `stated` them they are also those of a report kept before.
    """
    rows = [_row(one) for one in records]
    digest = _digest(mapping, rows)
    known = connection.execute(
        select(R.c.id, R.c.since, R.c.until).where(and_(R.c.site == site, R.c.digest == digest))
    ).one_or_none()
    since, until = days or (None, None)
    if known is not None:
        if not stated or (known.since, known.until) == days:
            return int(known.id), "same"
        connection.execute(update(R).where(R.c.id == known.id).values(since=since, until=until))
        return int(known.id), "days"
    done = connection.execute(
        insert(R).values(
            site=site, file=masked(file), mapping=mapping, product=product, digest=digest, since=since,
            until=until, imported_at=now.replace(tzinfo=None),
        )
    )  # fmt: skip
    assert done.inserted_primary_key
    report = int(done.inserted_primary_key[0])
    if rows:
        connection.execute(insert(D), [{"report_id": report, **row} for row in rows])
    return report, "new"


def _row(one: MonitorRecord) -> dict[str, Any]:
    return {
        "number": one.number, "place": one.place, "url": one.url, "word": one.word,
        "context": one.context, "parent": one.parent, "day": one.day,
        "cells": json.dumps(dict(one.cells), ensure_ascii=False, sort_keys=True),
    }  # fmt: skip


def _digest(mapping: str, rows: Sequence[dict[str, Any]]) -> str:
    """Of what the report says, not of the file: saved anew it is the same report."""
    said = [[mapping, *(str(row[name]) for name in ("url", "word", "cells"))] for row in rows]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def reports(connection: Connection, site: str) -> list[MonitorReport]:
    """The reports of a site, in the order of their import."""
    many = select(func.count()).where(D.c.report_id == R.c.id).scalar_subquery()
    rows = connection.execute(
        select(R, many.label("records")).where(R.c.site == site).order_by(R.c.id)
    )
    return [
        MonitorReport(
            row.id, row.file, row.product, row.since, row.until, row.imported_at, row.records
        )
        for row in rows
    ]


def report_records(connection: Connection, report: int) -> list[MonitorRecord]:
    rows = connection.execute(select(D).where(D.c.report_id == report).order_by(D.c.number))
    return [
        MonitorRecord(
            row.number, row.place, row.url, row.word, row.context, row.parent, row.day,
            json.loads(row.cells),
        )
        for row in rows
    ]  # fmt: skip


def findings_on(connection: Connection, site: Site, pages: AbstractSet[str]) -> list[int]:
    """The numbers of the findings on the texts of `pages` (page keys)."""
    mine = and_(F.c.site == site.id, F.c.about == "text")
    rows = connection.execute(
        select(F.c.id, F.c.url).where(mine).order_by(F.c.id),
        execution_options={"yield_per": CHUNK},
    )
    return [row.id for row in rows if page_key(masked(row.url)) in pages]


def pages_seen(connection: Connection, site: Site, pages: AbstractSet[str]) -> dict[str, PageSeen]:
    """What is known of `pages` (page keys), by key; those that no list ever named are not there.

    Where two addresses go by one key (http and https) that is told which was read, of these the first.
    """
    chosen = select(V.c.url, V.c.state, V.c.why).where(V.c.site == site.id).order_by(V.c.id)
    named = [
        (key, row)
        for row in connection.execute(chosen, execution_options={"yield_per": CHUNK})
        if (key := page_key(masked(row.url))) in pages
    ]
    found: dict[str, PageSeen] = {}
    for key, row in named:
        if key not in found or not found[key].texts:
            found[key] = _page(connection, site, row)
    return found


def _page(connection: Connection, site: Site, row: Any) -> PageSeen:
    versions = article_versions(connection, row.url, site.id)
    begun = [day_of(site, one.since) if one.since else None for one in versions]
    texts = tuple(
        TextSeen(one.text, since, until)
        for one, since, until in zip(versions, begun, [*begun, None][1:], strict=True)
    )
    attached = sum(part.kind == "attachment" for part in versions[-1].parts) if versions else 0
    return PageSeen(row.state, row.why, texts, attached)
