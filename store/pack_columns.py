"""What a pack holds of a quarter's columns and units: how each column stood, who is at fault, who published how much."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, and_, select

from checks.model import Site, fingerprint
from checks.rules.column import empty_column, incomplete_column, stale_column
from store import schema
from store.pack_file import PackTable
from store.pack_tables import Period, Row, written_day

C = schema.column_days
#: A state's rule: what says of a column that it stands so.
_STATE_RULES = {"stale": stale_column.RULE.id, "empty": empty_column.RULE.id}
NEVER_LOOKED = "本季度没有检查过"


def columns(connection: Connection, period: Period) -> PackTable:
    """Each column as the last look in the quarter found it; unread where nobody looked."""
    types = {
        "id": str, "position": int, "name": str, "url": str, "kind": str, "units": str, "state": str,
        "day": str, "newest": str, "entries": int, "why": str,
    }  # fmt: skip
    latest = _last_looks(connection, period)
    rows = []
    for position, one in enumerate(period.site.columns, 1):
        seen = latest.get(one.id)
        rows.append(
            {
                "id": one.id,
                "position": position,
                "name": one.name,
                "url": one.url,
                "kind": one.kind,
                "units": "、".join(period.short[id] for id in one.units),
                "state": seen.state if seen else "unread",
                "day": written_day(seen.day) if seen else None,
                "newest": written_day(seen.newest) if seen else None,
                "entries": seen.entries if seen else 0,
                "why": seen.why if seen else NEVER_LOOKED,
            }
        )
    return PackTable("columns", types, rows)


def _last_looks(connection: Connection, period: Period) -> Mapping[str, Any]:
    """Each column's (id) last day in the quarter."""
    where = and_(C.c.site == period.site.id, C.c.day >= period.since, C.c.day < period.until)
    found = connection.execute(select(C).where(where).order_by(C.c.day))
    return {row.column_id: row for row in found}


def faults(
    connection: Connection, period: Period, numbers: Mapping[str, tuple[int, bool]]
) -> PackTable:
    """What stood wrong with columns on the quarter's last look: stale, empty, or an item missing; a row a unit.

    `rank` is the unit's place among those that answer for the column.
    `numbers` gives a finding's (fingerprint) number in the ledger and whether it is confirmed. A column
    nobody answers for has one row with unit "".
    """
    types = {
        "key": str, "position": int, "column_id": str, "state": str, "item": str, "unit": str,
        "rank": int, "finding": int, "confirmed": int, "day": str, "url": str,
    }  # fmt: skip
    rows: dict[str, Row] = {}
    latest = _last_looks(connection, period)
    looked = [(one, latest[one.id]) for one in period.site.columns if one.id in latest]
    for column, seen in looked:
        for state, item, owed, mark in _faults(period.site, column, seen):
            number, confirmed = numbers.get(mark, (None, False))
            ranks = {unit: rank for rank, unit in enumerate(column.units)}
            for unit in owed or ("",):
                key = "/".join((column.id, item or state, unit))
                rows[key] = {
                    "key": key, "position": len(rows) + 1, "column_id": column.id, "state": state,
                    "item": item, "unit": unit, "rank": ranks.get(unit, len(ranks)), "finding": number, "confirmed": int(confirmed),
                    "day": written_day(seen.day), "url": column.url,
                }  # fmt: skip
    return PackTable("faults", types, list(rows.values()))


def _faults(site: Site, column: Any, seen: Any) -> Iterator[tuple[str, str, Sequence[str], str]]:
    """(state, item, units that answer for it, the finding's fingerprint)."""
    if rule := _STATE_RULES.get(seen.state):
        yield seen.state, "", column.units, fingerprint(site.id, rule, column.id)
    owed = {one.item: one.units or column.units for one in column.expects}
    for item, unit in json.loads(seen.missing):
        mark = fingerprint(site.id, incomplete_column.RULE.id, column.id, item, unit)
        yield "incomplete", item, (unit,) if unit else owed.get(item, column.units), mark


def units(period: Period, made: Mapping[str, PackTable], doubts: Mapping[str, str]) -> PackTable:
    """Each unit's figures against its quota. `doubt` says why it is not to be called below it, "" where it may be.

    `doubts` are those known already; a unit that answers for a column not read at last has one too.
    """
    types = {
        "id": str, "position": int, "name": str, "short": str, "aliases": str, "kind": str, "quota": int,
        "published": int, "reprinted": int, "repeated": int, "doubt": str,
    }  # fmt: skip
    counted = Counter((row["unit"], row["reprinted"]) for row in made["articles"].rows)
    repeated = Counter(
        row["unit"] for row in made["articles"].rows if row["repeats"] and not row["reprinted"]
    )
    rows = [
        {
            "id": one.id,
            "position": position,
            "name": one.name,
            "short": period.short[one.id],
            "aliases": json.dumps(one.aliases, ensure_ascii=False),
            "kind": one.kind,
            "quota": one.quota,
            "published": counted[one.id, 0],
            "reprinted": counted[one.id, 1],
            "repeated": repeated[one.id],
            "doubt": doubts.get(one.id) or _unread(one.id, period.site, made["columns"]),
        }
        for position, one in enumerate(period.site.units, 1)
    ]
    return PackTable("units", types, rows)


def _unread(unit: str, site: Site, columns: PackTable) -> str:
    """The columns where a unit may have published what nobody could see; "" for none."""
    answers = {one.id for one in site.columns if unit in one.units or not one.units}
    mine = answers or {one.id for one in site.columns}
    unread = [
        f"“{row['name']}”" for row in columns.rows if row["id"] in mine and row["state"] == "unread"
    ]
    return f"栏目{'、'.join(unread)}未能检查" if unread else ""
