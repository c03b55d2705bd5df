"""An evidence pack as a file: its tables, what it says of itself, and how it comes to its place in one step."""

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from sqlite_utils import Database

from checks.figure import Figure, Row
from checks.form import Form
from checks.model import BadInput, Unchecked
from checks.privacy import personal_numbers
from store.figure_tables import add_table, figure_row, table_name
from store.text import storable

FORMAT = "1"
#: What a pack's own tables are called that are not of `contents`.
ABOUT = ("contents", "meta")
SEARCH = "articles_fts"
_IDS = ("id", "old-id")


@dataclass(frozen=True, slots=True)
class PackTable:
    """One table of a pack. `rows` are in the order they are written; the first of `types` is the key."""

    name: str
    types: Mapping[str, type]
    rows: Sequence[Mapping[str, Any]]


class Counted(Protocol):
    """What one form of the office's spreadsheets gives (reports/figures.py)."""

    @property
    def form(self) -> Form: ...
    @property
    def rows(self) -> tuple[Row, ...]: ...
    @property
    def figures(self) -> tuple[Figure, ...]: ...
    @property
    def unchecked(self) -> tuple[Unchecked, ...]: ...


def add(database: Database, table: PackTable) -> None:
    types: Any = table.types
    key = next(iter(types))
    made = database.create_table(table.name, types, pk=key)
    made.insert_all({name: clean(row.get(name)) for name in types} for row in table.rows)


def clean(value: Any) -> Any:
    """A value as a pack may hold it: no ID-card number, nothing that no database holds."""
    if not isinstance(value, str):
        return value
    return without_ids(storable(value))


def without_ids(text: str) -> str:
    """`text` with every ID-card number masked, as long as before."""
    pieces: list[str] = []
    at = 0
    for one in personal_numbers(text):
        if one.kind in _IDS:
            pieces += [text[at : one.start], one.masked]
            at = one.end
    return "".join((*pieces, text[at:]))


def add_forms(database: Database, forms: Sequence[Counted], taken: set[str]) -> None:
    """The rows of each form as a table of its own, its figures with their queries in `figures`."""
    taken = {*taken, "figures", "forms", *ABOUT}
    figures: list[Mapping[str, Any]] = []
    names: list[Mapping[str, Any]] = []
    for one in forms:
        name = table_name(one.form.id)
        if name in taken or name.startswith((SEARCH, "sqlite_")):
            raise BadInput(f"表样“{one.form.id}”与证据包的表重名；请把表样的id改成别的")
        taken.add(name)
        rows, keys = _clean_rows(one.rows)
        add_table(database, one.form, rows)
        names.append(
            {"form": one.form.id, "title": one.form.title, "name": name, "rows": len(rows)}
        )
        figures += (figure_row(figure, one.form, keys) for figure in one.figures)
    types = {"form": str, "title": str, "name": str, "rows": int}
    add(database, PackTable("forms", types, names))
    types = {
        "id": str, "form": str, "measure": str, "value": str, "words": str, "unit": str, "part": str,
        "whole": str, "sql": str, "keys": str,
    }  # fmt: skip
    add(database, PackTable("figures", types, figures))


def _clean_rows(rows: Sequence[Row]) -> tuple[list[Row], Mapping[str, str]]:
    """The rows without ID-card numbers, and each key's new form: still one of its own."""
    keys: dict[str, str] = {}
    for row in rows:
        key = plain = clean(row.key)
        n = 1
        while key in keys.values():
            n += 1
            key = f"{plain}#{n}"
        keys[row.key] = key
    cleaned = [
        Row(
            keys[row.key],
            {name: clean(cell) for name, cell in row.cells.items()},
            clean(row.place),
        )
        for row in rows
    ]
    return cleaned, keys


def add_contents(database: Database, meta: Mapping[str, str]) -> None:
    """What the pack holds, by table, with a digest of each; and what it is itself."""
    rows = [
        {"name": name, "rows": database[name].count, "sha256": digest(database, name)}
        for name in content_names(database)
    ]
    add(database, PackTable("contents", {"name": str, "rows": int, "sha256": str}, rows))
    whole = {**meta, "sqlite": sqlite3.sqlite_version, "contents": digest(database, "contents")}
    said = [{"key": key, "value": value} for key, value in whole.items()]
    add(database, PackTable("meta", {"key": str, "value": str}, said))


def content_names(database: Database) -> list[str]:
    """The tables that a pack's contents are: neither those of the search nor the two that say what it is."""
    names = (one for one in database.table_names() if not one.startswith((SEARCH, "sqlite_")))
    return sorted(name for name in names if name not in ABOUT)


def digest(database: Database, name: str) -> str:
    """SHA-256 over a table's columns and its rows in the order they were written."""
    summed = hashlib.sha256()
    cursor = database.execute(f'SELECT * FROM "{name}" ORDER BY rowid')
    summed.update(_line(one[0] for one in cursor.description))
    for row in cursor:
        summed.update(_line(row))
    return summed.hexdigest()


def _line(cells: Iterable[Any]) -> bytes:
    plain = [
        ["sha256", hashlib.sha256(cell).hexdigest()] if isinstance(cell, bytes) else cell
        for cell in cells
    ]
    return json.dumps(plain, ensure_ascii=False).encode() + b"\n"


def put(database: Database, path: Path) -> str:
    """Write the file beside `path`, wholly, and move it there; sweeps up what a killed process left."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        _sweep(path)
        part.unlink(missing_ok=True)
        database.execute("VACUUM INTO ?", [str(part)])
        raw = part.read_bytes()
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except (OSError, sqlite3.Error) as error:
        part.unlink(missing_ok=True)
        said = getattr(error, "strerror", None) or error
        raise BadInput(f"{path}: 证据包写不下（{said}）；请检查文件夹和磁盘") from None
    return hashlib.sha256(raw).hexdigest()


def _sweep(path: Path) -> None:
    for left in path.parent.glob(f".{path.name}.*.part"):
        pid = left.name.removesuffix(".part").rpartition(".")[2]
        if pid.isdigit() and not _runs(int(pid)):
            left.unlink(missing_ok=True)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
