"""Reading an evidence pack: only what it was when it was written, and never writing to it."""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlite_utils import Database

from checks.model import BadInput
from checks.wordlist import Wordlist
from store.list_sets import unpacked
from store.pack_file import FORMAT, content_names, digest

#: Steps of SQLite's machine a query may take before it is broken off, in thousands.
MOST_STEPS = 200_000


@dataclass(frozen=True, slots=True)
class Pack:
    """An open pack. `meta` says what it is (store/pack.py)."""

    path: Path
    meta: Mapping[str, str]
    _database: Database

    def rows(self, table: str) -> list[dict[str, Any]]:
        """All rows of a table, in the order they were written."""
        return list(self._database.query(f'SELECT * FROM "{table}" ORDER BY rowid'))

    def some(self, table: str, name: str, keys: Sequence[str]) -> list[dict[str, Any]]:
        """The rows of a table whose `name` (as text) is one of `keys`, in the order they were written."""
        among = json.dumps(list(keys), ensure_ascii=False)
        sql = (
            f'SELECT * FROM "{table}" WHERE CAST("{name}" AS TEXT)'
            " IN (SELECT value FROM json_each(?)) ORDER BY rowid"
        )
        return list(self._database.query(sql, [among]))

    def answer(self, sql: str) -> list[Any]:
        """What a query prints: its first column. Raises BadInput: it cannot be run on this pack."""
        try:
            return [row[0] for row in self._database.execute(sql).fetchall()]
        except sqlite3.Error as error:
            raise BadInput(f"{self.path}: 查询不能运行（{error}）：{sql}") from None

    def has(self, table: str) -> bool:
        return table in self._database.table_names()

    def file(self, name: str) -> bytes | None:
        """A file that counts for what is made of the pack, None where it has none of that name."""
        found = self._database.execute(
            "SELECT content FROM files WHERE name = ?", [name]
        ).fetchone()
        return bytes(found[0]) if found else None

    def wordlists(self) -> tuple[Wordlist, ...]:
        """The lists that were in force when the pack was made."""
        sql = "SELECT content FROM lists WHERE hash = ?"
        found = self._database.execute(sql, [self.meta["lists"]]).fetchone()
        return unpacked(bytes(found[0])) if found and found[0] else ()


@contextmanager
def open_pack(path: Path) -> Iterator[Pack]:
    """The pack at `path`, every table proved to be what was written.

    Raises:
        BadInput: it is missing, is no pack, is of another format, or was changed since.
    """
    if not path.is_file():
        raise BadInput(f"{path}: 找不到这个证据包，请核对文件名")
    connection: sqlite3.Connection | None = None
    try:
        connection = sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=ro", uri=True)
        connection.execute("PRAGMA trusted_schema = OFF")
        steps = iter(range(MOST_STEPS))
        connection.set_progress_handler(lambda: next(steps, None) is None, 1000)
        database = Database(connection)
        yield Pack(path, _proved(database, path), database)
    except sqlite3.DatabaseError as error:
        raise BadInput(f"{path}: 不是能读的证据包（{error}）") from None
    finally:
        if connection is not None:
            connection.close()


def _proved(database: Database, path: Path) -> Mapping[str, str]:
    if not {"meta", "contents"} <= set(database.table_names()):
        raise BadInput(f"{path}: 不是证据包，应为 lanmu circular --freeze 写出的文件")
    meta = {row["key"]: row["value"] for row in database.query("SELECT key, value FROM meta")}
    if meta.get("format") != FORMAT:
        raise BadInput(
            f"{path}: 证据包的格式是{meta.get('format')}，本程序读格式{FORMAT}；请用相应版本的程序"
        )
    said = {row["name"]: row["sha256"] for row in database.query("SELECT * FROM contents")}
    changed = [name for name in said if name not in database.table_names()]
    changed += [
        name for name in content_names(database) if digest(database, name) != said.get(name)
    ]
    if meta.get("contents") != digest(database, "contents"):
        changed.append("contents")
    if changed:
        raise BadInput(
            f"{path}: 证据包在写好以后被改动过（{'、'.join(changed)}），不能据以生成通报"
        )
    return meta
