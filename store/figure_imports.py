"""What imports of the office's spreadsheets brought: which files count for a quarter, and what one import changed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, func, select

from checks.figure import Value
from store import schema

T, C = schema.figures, schema.figure_changes


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """A file of which rows count: its form's id, how many rows, and when the newest of them came (UTC)."""

    kind: str
    file: str
    rows: int
    at: datetime


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row that an import changed, withdrew or brought back (`what`): its place, its cells before and now."""

    what: str
    place: str
    before: Mapping[str, Value]
    now: Mapping[str, Value]


def imported_files(connection: Connection, site: str, quarter: str) -> list[ImportedFile]:
    """The files whose rows count in a quarter ("" for rows without one), by form and name."""
    where = and_(T.c.site == site, T.c.quarter == quarter, T.c.withdrawn.is_(None))
    chosen = (
        select(T.c.kind, T.c.file, func.count(), func.max(T.c.imported_at))
        .where(where)
        .group_by(T.c.kind, T.c.file)
        .order_by(T.c.kind, T.c.file)
    )
    return [
        ImportedFile(kind, file, int(n), at) for kind, file, n, at in connection.execute(chosen)
    ]


def import_changes(
    connection: Connection, site: str, kind: str, quarter: str, at: datetime, *, most: int
) -> list[RowChange]:
    """What the import made at the instant `at` (UTC) changed of rows that were there before, `most` at most."""
    where = and_(
        T.c.site == site,
        T.c.kind == kind,
        T.c.quarter == quarter,
        C.c.at == at.replace(tzinfo=None),
    )
    chosen = (
        select(C.c.what, C.c.place.label("was"), T.c.place, C.c.cells.label("before"), T.c.cells)
        .join_from(C, T)
        .where(where)
        .order_by(T.c.position, C.c.id)
        .limit(most)
    )
    return [
        RowChange(
            row.what, row.was if row.what == "withdrawn" else row.place, json.loads(row.before),
            json.loads(row.cells),
        )
        for row in connection.execute(chosen)
    ]  # fmt: skip
