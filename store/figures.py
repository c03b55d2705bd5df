"""Rows of the office's spreadsheets: kept by their key, changed with the old words kept, never deleted.

The latest import of a file is the whole of what that file says: a row it no longer holds is withdrawn. Rows that
came from another file are withdrawn by it only where the office says that this one stands in its place.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from checks.figure import Row, Value
from checks.model import BadInput
from store import schema

T, C = schema.figures, schema.figure_changes


@dataclass(frozen=True, slots=True)
class Imported:
    """How many rows an import brought (`added`), changed, brought back or withdrew, and how many stayed the same."""

    added: int = 0
    changed: int = 0
    returned: int = 0
    withdrawn: int = 0
    same: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """The file an import reads: its name without folders, and SHA-256 of its bytes."""

    file: str
    digest: str


def save_figures(
    connection: Connection,
    site: str,
    kind: str,
    quarter: str,
    rows: Sequence[Row],
    source: Source,
    *,
    now: datetime,
    others: str = "ask",
) -> Imported:
    """Make the rows of `kind` and `quarter` what `rows` say. The same rows again change nothing.

    `others` decides on rows of other files that are not among these: "keep" or "withdraw" them, or "ask".

    Raises:
        BadInput: there are such rows, and `others` is "ask".
    """
    known = _known(connection, site, kind, quarter)
    at = now.replace(tzinfo=None)
    keys = {row.key for row in rows}
    gone = [one for one in known.values() if one.key not in keys and one.withdrawn is None]
    foreign = [one for one in gone if one.file != source.file]
    if foreign and others == "ask":
        names = "、".join(f"“{name}”" for name in dict.fromkeys(one.file for one in foreign))
        raise BadInput(
            f"{source.file}: 已从{names}导入过同类数据，其中{len(foreign)}行这个文件里没有；"
            "是补充就加 --add，是替换就加 --replace"
        )
    if others == "keep":
        gone = [one for one in gone if one.file == source.file]
    counted = {"added": 0, "changed": 0, "returned": 0, "withdrawn": len(gone), "same": 0}
    added: list[dict[str, Any]] = []
    updates: list[dict[str, Any]] = []
    history = [_change(one, "withdrawn", source, at) for one in gone]
    for position, row in enumerate(rows):
        new = _written(row, position, source, at)
        old = known.get(row.key)
        what = _what(old, new)
        counted[what] += 1
        if old is None:
            added.append({"site": site, "quarter": quarter, "kind": kind, "key": row.key, **new})
        elif what != "same":
            history.append(_change(old, what, source, at))
            updates.append({"row_id": old.id, **new})
        elif (old.place, old.position, old.file) != (new["place"], position, source.file):
            updates.append({"row_id": old.id, **new, "imported_at": old.imported_at})
    _write(connection, added, updates, history)
    if gone:
        ids = [{"row_id": one.id} for one in gone]
        connection.execute(_by_id().values(withdrawn=at), ids)
    return Imported(**counted)


def _known(connection: Connection, site: str, kind: str, quarter: str) -> Mapping[str, Any]:
    where = (T.c.site == site, T.c.kind == kind, T.c.quarter == quarter)
    return {row.key: row for row in connection.execute(select(T).where(*where))}


def _what(old: Any, new: Mapping[str, Any]) -> str:
    if old is None:
        return "added"
    if old.withdrawn is not None:
        return "returned"
    return "same" if old.cells == new["cells"] else "changed"


def _written(row: Row, position: int, source: Source, at: datetime) -> dict[str, Any]:
    return {
        "cells": json.dumps(dict(row.cells), ensure_ascii=False, sort_keys=True),
        "file": source.file, "place": row.place, "position": position, "digest": source.digest,
        "imported_at": at, "withdrawn": None,
    }  # fmt: skip


def _change(old: Any, what: str, source: Source, at: datetime) -> dict[str, Any]:
    return {
        "figure_id": old.id, "at": at, "what": what, "file": source.file, "cells": old.cells,
        "place": old.place,
    }  # fmt: skip


def _by_id() -> Any:
    return update(T).where(T.c.id == bindparam("row_id"))


def _write(
    connection: Connection,
    added: Sequence[Mapping[str, Any]],
    updates: Sequence[Mapping[str, Any]],
    history: Sequence[Mapping[str, Any]],
) -> None:
    if added:
        connection.execute(insert(T), list(added))
    if updates:
        names = [name for name in updates[0] if name != "row_id"]
        values: dict[str, Any] = {name: bindparam(name) for name in names}
        connection.execute(_by_id().values(values), list(updates))
    if history:
        connection.execute(insert(C), list(history))


def stored_rows(connection: Connection, site: str, kind: str, quarter: str) -> tuple[Row, ...]:
    """The rows that count, in the order of their file."""
    where = (T.c.site == site, T.c.kind == kind, T.c.quarter == quarter, T.c.withdrawn.is_(None))
    found = connection.execute(select(T).where(*where).order_by(T.c.file, T.c.position, T.c.id))
    return tuple(Row(row.key, _read(row.cells), row.place) for row in found)


def _read(cells: str) -> Mapping[str, Value]:
    read: dict[str, Value] = json.loads(cells)
    return read


def kinds_stored(connection: Connection, site: str, quarter: str) -> tuple[str, ...]:
    """The kinds of which rows count in a quarter, by id."""
    where = (T.c.site == site, T.c.quarter == quarter, T.c.withdrawn.is_(None))
    return tuple(
        connection.execute(select(T.c.kind).where(*where).distinct().order_by(T.c.kind)).scalars()
    )


def changes_of(
    connection: Connection, site: str, kind: str, quarter: str
) -> list[tuple[str, str, Mapping[str, Value]]]:
    """What rows said before, oldest first: (key, what was done, the cells before)."""
    where = (T.c.site == site, T.c.kind == kind, T.c.quarter == quarter)
    found = connection.execute(
        select(T.c.key, C.c.what, C.c.cells).join_from(C, T).where(*where).order_by(C.c.id)
    )
    return [(key, what, _read(cells)) for key, what, cells in found]
