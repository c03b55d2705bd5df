"""Findings through their life: opened, closed, opened again; never deleted, each change an event.

A finding on an article closes only when the article was fetched and checked again (or, after a list
changed, checked again from the store). A finding on a column closes only when the column's list was
read. What could not be read leaves everything as it was.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, insert, select, update

from checks.model import Finding, Severity, Span
from store import schema
from store.upsert import upsert

OPEN, CLOSED, DELETED = "open", "closed", "deleted"
CHUNK = 500
GONE = "文章已重新检查，问题不再存在"
LIST_CHANGED = "词表已更新，不再判为问题"
COLUMN_MENDED = "栏目已重新检查，问题不再存在"
APPEARED = "检查发现"
AGAIN = "问题再次出现"
PAGE_GONE = "页面已删除（连续两晚打不开）"


def save_findings(
    connection: Connection,
    site: str,
    found: Mapping[str, Sequence[Finding]],
    *,
    now: datetime,
    lists_hash: str,
    about: str = "text",
    column: str = "",
    gone: str = GONE,
    may_close: bool = True,
    unjudged: Container[str] = (),
    closable: Container[str] | None = None,
) -> tuple[int, int]:
    """Bring the findings of the checked addresses up to date; or all findings `about` something else.

    `found` gives every address that was checked and what it has now. Of findings about a column those of
    `column` are brought up to date, of findings about pages, the site, units or media all. Gives back
    how many findings were opened (again) and how many closed. Without `may_close` (something could
    not be told) those not found now stay as they are; so do always those of the `unjudged` rules, and
    those whose fingerprint is not in `closable` where that is given.
    """
    table = schema.findings
    if about != "text":
        scope = and_(table.c.site == site, table.c.about == about, table.c.column_id == column)
        stored = _stored(connection, [scope])
    else:
        urls = list(found)
        stored = _stored(
            connection,
            [
                and_(
                    table.c.site == site,
                    table.c.about == "text",
                    table.c.url.in_(urls[i : i + CHUNK]),
                )
                for i in range(0, len(urls), CHUNK)
            ],
        )
    now = now.replace(tzinfo=None)
    present = {one.fingerprint: one for many in found.values() for one in many}
    opened = [mark for mark in present if stored.get(mark, (0, CLOSED, "", ""))[1] != OPEN]
    closed = [
        mark
        for mark, (_, state, _, rule) in stored.items()
        if may_close
        and state == OPEN
        and mark not in present
        and rule not in unjudged
        and (closable is None or mark in closable)
    ]
    rows = [_row(site, one, about, column, now, lists_hash) for one in present.values()]
    upsert(connection, table, rows, key=("site", "fingerprint"), keep=("opened", "state", "closed"))
    numbers = _numbers(connection, site, opened)
    _change(connection, [numbers[m] for m in opened if m in stored], OPEN, None)
    _change(connection, [stored[m][0] for m in closed], CLOSED, now)
    events = [
        _event(
            numbers[m],
            now,
            stored[m][1] if m in stored else "",
            OPEN,
            AGAIN if m in stored else APPEARED,
        )
        for m in opened
    ]
    events += [
        _event(
            stored[m][0], now, OPEN, CLOSED, gone if stored[m][2] == lists_hash else LIST_CHANGED
        )
        for m in closed
    ]
    if events:
        connection.execute(insert(schema.finding_events), events)
    return len(opened), len(closed)


def _stored(connection: Connection, scopes: Iterable[Any]) -> dict[str, tuple[int, str, str, str]]:
    """Stored findings by fingerprint: (id, state, lists_hash, rule)."""
    table = schema.findings
    chosen = select(
        table.c.fingerprint, table.c.id, table.c.state, table.c.lists_hash, table.c.rule,
    )  # fmt: skip
    return {
        row.fingerprint: (row.id, row.state, row.lists_hash, row.rule)
        for scope in scopes
        for row in connection.execute(chosen.where(scope))
    }


def _row(
    site: str, one: Finding, about: str, column: str, now: datetime, lists_hash: str
) -> Mapping[str, Any]:
    return {
        "site": site,
        "fingerprint": one.fingerprint,
        "rule": one.rule,
        "severity": int(one.severity),
        "part": one.part,
        "start": one.span.start,
        "end": one.span.end,
        "match": one.match.replace("\0", "").encode("utf-8", "replace").decode(),
        "suggestion": one.suggestion,
        "message": one.message.replace("\0", "").encode("utf-8", "replace").decode(),
        "source": one.source,
        "url": one.url,
        "unit": one.unit,
        "column_id": column,
        "state": OPEN,
        "opened": now,
        "closed": None,
        "lists_hash": lists_hash,
        "about": about,
    }


def _numbers(connection: Connection, site: str, marks: Sequence[str]) -> dict[str, int]:
    table = schema.findings
    return {
        row.fingerprint: row.id
        for i in range(0, len(marks), CHUNK)
        for row in connection.execute(
            select(table.c.fingerprint, table.c.id).where(
                and_(table.c.site == site, table.c.fingerprint.in_(marks[i : i + CHUNK]))
            )
        )
    }


def _change(
    connection: Connection, ids: Sequence[int], state: str, closed: datetime | None
) -> None:
    table = schema.findings
    for i in range(0, len(ids), CHUNK):
        connection.execute(
            update(table)
            .where(table.c.id.in_(ids[i : i + CHUNK]))
            .values(state=state, closed=closed)
        )


def _event(id: int, at: datetime, before: str, after: str, why: str) -> dict[str, Any]:
    return {
        "finding_id": id, "at": at, "who": "lanmu", "from_state": before, "to_state": after, "why": why,
    }  # fmt: skip


def leave_deleted(connection: Connection, site: str, urls: Sequence[str], *, now: datetime) -> None:
    """The open findings on these pages, which are deleted, are so too: neither open nor mended."""
    table = schema.findings
    for i in range(0, len(urls), CHUNK):
        open_ones = and_(
            table.c.site == site,
            table.c.about == "text",
            table.c.state == OPEN,
            table.c.url.in_(urls[i : i + CHUNK]),
        )
        ids = [id for (id,) in connection.execute(select(table.c.id).where(open_ones))]
        _change(connection, ids, DELETED, now.replace(tzinfo=None))
        if ids:
            events = [_event(id, now.replace(tzinfo=None), OPEN, DELETED, PAGE_GONE) for id in ids]
            connection.execute(insert(schema.finding_events), events)


def open_findings(connection: Connection, site: str) -> tuple[Finding, ...]:
    """All open findings of a site, each with the columns that list its article; by address and place."""
    table, entries = schema.findings, schema.entries
    listed: dict[str, list[str]] = {}
    open_urls = select(table.c.url).where(and_(table.c.site == site, table.c.state == OPEN))
    for url, column in connection.execute(
        select(entries.c.url, entries.c.column_id)
        .where(and_(entries.c.site == site, entries.c.url.in_(open_urls)))
        .order_by(entries.c.id)
    ):
        listed.setdefault(url, []).append(column)
    rows = connection.execute(
        select(table)
        .where(and_(table.c.site == site, table.c.state == OPEN))
        .order_by(table.c.url, table.c.part, table.c.start, table.c.end, table.c.rule, table.c.id)
    )
    return tuple(
        Finding(
            rule=row.rule,
            severity=Severity(row.severity),
            part=row.part,
            span=Span(row.start, row.end),
            match=row.match,
            suggestion=row.suggestion,
            message=row.message,
            source=row.source,
            fingerprint=row.fingerprint,
            url=row.url,
            unit=row.unit,
            columns=(row.column_id,) if row.column_id else tuple(listed.get(row.url, ())),
        )
        for row in rows
    )
