"""What is wrong with pages as pages: kept a page, told once for all pages that share it."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, and_, delete, func, select

from checks.model import Finding, Rule, Severity, Site, Span, fingerprint
from checks.rules.page import PAGE_RULES
from checks.rules.site.shared import EXAMPLES, site_path
from checks.seen_page import PageFault
from checks.switches import switched, switches
from store import schema
from store.articles import CHUNK
from store.text import storable
from store.upsert import upsert

#: PostgreSQL's indexes take rows of 2,704 bytes: two ids, an address of 2,083 and this.
KEY_BYTES = 200


def save_page_faults(
    connection: Connection, site: str, found: Mapping[str, Sequence[PageFault]], day: date
) -> None:
    """Replace the faults of the pages that were read: `found` gives every such page, () for a good one.

    A fault a page had before keeps the day it was first seen. Pages not in `found` stay as they are.
    """
    table = schema.page_faults
    rows = [
        {
            "site": site,
            "url": url,
            "rule": one.rule,
            "key": _key(one.key),
            "match": storable(one.match),
            "note": storable(one.note),
            "severity": int(one.severity),
            "seen": day,
        }
        for url, faults in found.items()
        for one in {(f.rule, _key(f.key)): f for f in faults}.values()
    ]
    now = {(row["url"], row["rule"], row["key"]) for row in rows}
    mended = [
        row.id
        for urls in chunks(list(found))
        for row in connection.execute(
            select(table.c.id, table.c.url, table.c.rule, table.c.key).where(
                and_(table.c.site == site, table.c.url.in_(urls))
            )
        )
        if (row.url, row.rule, row.key) not in now
    ]
    for ids in chunks(mended):
        connection.execute(delete(table).where(table.c.id.in_(ids)))
    upsert(connection, table, rows, key=("site", "url", "rule", "key"), keep=("seen",))


def _key(said: str) -> str:
    """`said` as the index of the table takes it, with a long address beside it: at most `KEY_BYTES`."""
    key = storable(said)
    raw = key.encode()
    if len(raw) <= KEY_BYTES:
        return key
    return f"{key[:30]}…{hashlib.sha256(raw).hexdigest()}"


def forget_pages(connection: Connection, site: str, urls: Sequence[str]) -> None:
    """Pages that are gone, or no longer listed: their faults and the places of their links go with them."""
    for some in chunks(list(urls)):
        for table, page in (
            (schema.page_faults, schema.page_faults.c.url),
            (schema.link_places, schema.link_places.c.page),
        ):
            connection.execute(delete(table).where(and_(table.c.site == site, page.in_(some))))


def shared_findings(connection: Connection, site: Site) -> tuple[Finding, ...]:
    """One finding a rule and key of the site's stored faults, weightiest first.

    Its message counts the pages and names up to 3, the shortest addresses first; its address is the
    one page, or the site's home. What the site decides of a rule for all columns holds at once. Save
    them with `save_findings(…, about="page")`: a fault that no page has any more closes its finding.
    """
    rows = connection.execute(_groups(site.id)).all()
    groups: dict[tuple[str, str], list[Any]] = {}
    for row in rows:
        groups.setdefault((row.rule, row.key), []).append(row)
    units = units_of(
        connection, site.id, [many[0].url for many in groups.values() if many[0].pages == 1]
    )
    rules = {one.RULE.id: one.RULE for one in PAGE_RULES}
    found = [
        _finding(rules[rule], key, many, site, units)
        for (rule, key), many in groups.items()
        if rule in rules
    ]
    kept = switched(found, switches(site, ()))
    return tuple(sorted(kept, key=lambda one: (-one.severity, one.rule, one.message)))


def _groups(site: str) -> Any:
    """Up to `EXAMPLES` rows of each rule and key, each with what all of the group's rows say together."""
    table = schema.page_faults
    group = (table.c.rule, table.c.key)
    ranked = (
        select(
            table.c.rule, table.c.key, table.c.url, table.c.match, table.c.note,
            func.count().over(partition_by=group).label("pages"),
            func.max(table.c.severity).over(partition_by=group).label("severity"),
            func.min(table.c.seen).over(partition_by=group).label("since"),
            func.row_number()
            .over(partition_by=group, order_by=(func.length(table.c.url), table.c.url))
            .label("place"),
        )
        .where(table.c.site == site)
        .subquery()
    )  # fmt: skip
    return (
        select(ranked)
        .where(ranked.c.place <= EXAMPLES)
        .order_by(ranked.c.rule, ranked.c.key, ranked.c.place)
    )


def _finding(
    rule: Rule, key: str, rows: Sequence[Any], site: Site, units: Mapping[str, str]
) -> Finding:
    first = rows[0]
    if first.pages == 1:
        url, unit, message = first.url, units.get(first.url, ""), first.note
    else:
        paths = "、".join(site_path(row.url, site) for row in rows)
        url, unit, message = site.home, "", f"共{first.pages:,}个页面{first.note}，如 {paths}"
    return Finding(
        rule.id, Severity(first.severity), 0, Span(0, 0), first.match, "",
        f"{rule.message.format(note=message)}（{first.since}起）", rule.source,
        fingerprint(site.id, rule.id, key), url, unit,
    )  # fmt: skip


def units_of(connection: Connection, site: str, urls: Sequence[str]) -> dict[str, str]:
    """The unit of each address that is an article's."""
    table = schema.articles
    return {
        row.url: row.unit
        for some in chunks(urls)
        for row in connection.execute(
            select(table.c.url, table.c.unit).where(
                and_(table.c.site == site, table.c.url.in_(some))
            )
        )
    }


def chunks(many: Sequence[Any]) -> list[Sequence[Any]]:
    """`many` in pieces that one statement can carry."""
    return [many[i : i + CHUNK] for i in range(0, len(many), CHUNK)]
