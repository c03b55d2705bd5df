"""Findings through their life: opened, closed, opened again; never deleted, each change an event.

A finding closes by itself only when what it is about was fetched and checked again, with lists no older than
those that found it. What could not be read leaves everything as it was, and so does the same input twice.
What people made of a finding (store/ledger.py) stays: dismissed and accepted ones are not touched while that
holds, and a unit's claim is settled only by a page fetched after it.
"""

from collections.abc import Container, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, and_, select, update

from checks.model import Finding, Severity, Span
from store import schema
from store.chain import Change, append
from store.settling import (
    CHUNK,
    Look,
    StoredFinding,
    claimed_in_vain,
    closes,
    found_again,
    list_ages,
    stored_findings,
)
from store.states import CLOSED, DELETED, FAILED, OPEN, STANDING
from store.upsert import upsert

__all__ = ["STANDING", "finding_of", "leave_deleted", "listed_in", "open_findings", "save_findings"]

GONE = "文章已重新检查，问题不再存在"
LIST_CHANGED = "词表已更新，不再判为问题"
COLUMN_MENDED = "栏目已重新检查，问题不再存在"
APPEARED = "检查发现"
AGAIN = "问题再次出现"
STILL = "单位报告已改后重新检查，问题仍在"
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
    day: date | None = None,
    anew: bool = True,
    fetched: Mapping[str, datetime] | None = None,
    older_too: bool = False,
) -> tuple[int, int]:
    """Bring the findings of the checked addresses up to date; or all findings `about` something else.

    `found` gives every address that was checked and what it has now. Of findings about a column those of
    `column` are brought up to date, of findings about pages, the site, units or media all. Gives back
    how many findings were opened (again) and how many closed. Without `may_close` (something could
    not be told) those not found now stay as they are; so do always those of the `unjudged` rules, those
    whose fingerprint is not in `closable` where that is given, and those that newer lists found (an older
    list was put back), but for `older_too`: somebody asked for it.

    `day` is the site's calendar day (None: of `now`); `fetched` says when each address, or what a
    finding (by its fingerprint) is about, was fetched (None: all just now). Not `anew`: stored text was judged again. Then only what nobody confirmed closes, and what
    waits for a look at the page goes on waiting.
    """
    stored = stored_findings(connection, _scopes(site, list(found), about, column))
    now = now.replace(tzinfo=None)
    look = Look(
        now, day or now.date(), lists_hash, gone, anew, fetched,
        list_ages(connection, site) if about == "text" and not older_too else {},
    )  # fmt: skip
    present = {one.fingerprint: one for many in found.values() for one in many}
    rows = [_row(site, one, about, column, now, lists_hash) for one in present.values()]
    kept = ("opened", "state", "closed", "found_by")
    upsert(connection, schema.findings, rows, key=("site", "fingerprint"), keep=kept)
    fresh = [mark for mark in present if mark not in stored]
    numbers = _numbers(connection, site, fresh)
    changes = [
        Change(numbers[m], m, now, "", OPEN, APPEARED, evidence=look.evidence(m, present[m].url))
        for m in fresh
    ]
    here = [stored[mark] for mark in present if mark in stored]
    again = found_again(connection, here, look)
    _set(connection, again, state=OPEN, closed=None, found_by=lists_hash, due=None, until=None, reason="", times=schema.findings.c.times + 1)  # fmt: skip
    changes += [look.change(one, OPEN, AGAIN) for one in again]
    _set(connection, [one for one in here if look.older(one.found_by)], found_by=lists_hash)
    failed = claimed_in_vain(connection, here, look)
    _set(connection, failed, state=FAILED)
    changes += [look.change(one, FAILED, STILL) for one in failed]
    absent = [
        one
        for one in stored.values()
        if may_close
        and one.mark not in present
        and one.rule not in unjudged
        and (closable is None or one.mark in closable)
    ]
    closed = [one for one in absent if closes(one, look)]
    # an older list does not find it: `move_on` is not to take it for found
    _set(connection, [one for one in absent if look.older(one.found_by)], lists_hash=lists_hash)
    _set(connection, closed, state=CLOSED, closed=now)
    changes += [
        look.change(one, CLOSED, gone if one.lists == lists_hash else LIST_CHANGED)
        for one in closed
    ]
    append(connection, site, changes)
    return len(fresh) + len(again), len(closed)


def _scopes(site: str, urls: Sequence[str], about: str, column: str) -> list[Any]:
    table = schema.findings
    mine = and_(table.c.site == site, table.c.about == about)
    if about != "text":
        return [and_(mine, table.c.column_id == column)]
    return [and_(mine, table.c.url.in_(urls[i : i + CHUNK])) for i in range(0, len(urls), CHUNK)]


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
        "found_by": lists_hash,
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


def _set(connection: Connection, some: Sequence[StoredFinding], **values: Any) -> None:
    table = schema.findings
    for i in range(0, len(some), CHUNK):
        ids = [one.id for one in some[i : i + CHUNK]]
        connection.execute(update(table).where(table.c.id.in_(ids)).values(**values))


def leave_deleted(connection: Connection, site: str, urls: Sequence[str], *, now: datetime) -> None:
    """The standing findings on these pages, which are deleted, are so too: neither open nor mended."""
    t = schema.findings
    scopes = [
        and_(
            t.c.site == site,
            t.c.about.in_(("text", "page", "dates", "review")),
            t.c.state.in_(STANDING),
            t.c.url.in_(urls[i : i + CHUNK]),
        )
        for i in range(0, len(urls), CHUNK)
    ]
    gone = list(stored_findings(connection, scopes).values())
    _set(connection, gone, state=DELETED)
    changes = [
        Change(one.id, one.mark, now.replace(tzinfo=None), one.state, DELETED, PAGE_GONE)
        for one in gone
    ]
    append(connection, site, changes)


def open_findings(connection: Connection, site: str) -> tuple[Finding, ...]:
    """All standing findings of a site, each with the columns that list its article; by address and place."""
    t = schema.findings
    standing = and_(t.c.site == site, t.c.state.in_(STANDING))
    listed = listed_in(connection, site, select(t.c.url).where(standing))
    rows = connection.execute(
        select(t).where(standing).order_by(t.c.url, t.c.part, t.c.start, t.c.end, t.c.rule, t.c.id)
    )
    return tuple(finding_of(row, listed) for row in rows)


def listed_in(connection: Connection, site: str, urls: Any) -> dict[str, tuple[str, ...]]:
    """The columns that list each of `urls` (addresses, or a select of them)."""
    entries = schema.entries
    listed: dict[str, tuple[str, ...]] = {}
    for url, column in connection.execute(
        select(entries.c.url, entries.c.column_id)
        .where(and_(entries.c.site == site, entries.c.url.in_(urls)))
        .order_by(entries.c.id)
    ):
        listed[url] = (*listed.get(url, ()), column)
    return listed


def finding_of(row: Any, listed: Mapping[str, tuple[str, ...]]) -> Finding:
    """A row of `findings` as the finding it is."""
    return Finding(
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
        columns=(row.column_id,) if row.column_id else listed.get(row.url, ()),
    )
