"""One night a site at a time: who holds it keeps a second one away, and loses it when killed."""

import os
import re
import socket
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from checks.model import BadInput
from store.database import reading, told
from store.postgresql import LOCKS

#: Bytes PostgreSQL keeps of a session's name, where the holder says who it is.
NAME_BYTES = 63
_HOLDER = re.compile(r"lanmu (\d+) (\d{4}-\d\d-\d\d)T(\d\d:\d\d) ([\w.-]*)")


@contextmanager
def night_lock(engine: Engine, site: str, now: datetime) -> Iterator[None]:
    """Keeps two nights of one site from overlapping on one database.

    `now` is told to whoever comes second, as it is given: take the site's own time. On SQLite the lock is a
    file beside the database (`lanmu.db.yunhe.lock`; it stays behind and means nothing by itself), on
    PostgreSQL an advisory lock of a session of its own. A database in memory needs none.

    Raises:
        BadInput: a night of this site is under way on this database, by whom and since when.
    """
    holder = f"lanmu {os.getpid()} {now:%Y-%m-%dT%H:%M} {socket.gethostname()}"[:NAME_BYTES]
    if engine.dialect.name == "postgresql":
        with _session_lock(engine, site, holder):
            yield
        return
    database = _file(engine)
    if database is None:
        yield
        return
    with _file_lock(Path(f"{database}.{site}.lock"), site, holder):
        yield


def _taken(site: str, holder: str) -> BadInput:
    about = ""
    if found := _HOLDER.match(holder):
        pid, day, minute, host = found.groups()
        where = "" if socket.gethostname().startswith(host) else f"主机{host}上的"
        about = f"（{where}进程{pid}，{day} {minute}开始）"
    return BadInput(f"站点 {site} 的巡查正在进行{about}，待其结束后再运行")


def _file(engine: Engine) -> str | None:
    """The file of an SQLite database, by its real path; None for one in memory."""
    with reading(engine) as connection:
        file = connection.execute(
            text("SELECT file FROM pragma_database_list WHERE name = 'main'")
        ).scalar()
    return file or None


@contextmanager
def folder_lock(folder: Path) -> Iterator[None]:
    """One writer of a folder at a time (`.lanmu.lock` in it, which stays behind and means nothing by itself).

    Raises:
        BadInput: somebody else writes it now, or it cannot be written.
    """
    path = folder / ".lanmu.lock"
    try:
        file = path.open("a+", encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{folder}: 文件夹不能写入（{error.strerror}）") from None
    with file:
        if not _locked(file, path):
            raise BadInput(f"{folder}: 正由另一人写入，请稍后再试")
        yield


@contextmanager
def _file_lock(path: Path, site: str, holder: str) -> Iterator[None]:
    try:
        file = path.open("a+", encoding="utf-8", errors="replace")
    except OSError as error:
        raise BadInput(f"无法建立锁文件 {path}：{error.strerror}") from None
    with file:
        if not _locked(file, path):
            file.seek(0)
            raise _taken(site, file.readline(NAME_BYTES + 1))
        file.truncate(0)
        file.write(f"{holder}\n")
        file.flush()
        yield


def _locked(file: IO[str], path: Path) -> bool:
    """Whether the lock is ours now; the system takes it back when the file is closed, by whatever end."""
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(
                1 << 20
            )  # Windows keeps others from reading what is locked: lock beyond the words
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError as error:  # a network folder without locks
        raise BadInput(f"无法锁定文件 {path}：{error.strerror}") from None
    return True


@contextmanager
def _session_lock(engine: Engine, site: str, holder: str) -> Iterator[None]:
    name = {"group": LOCKS, "night": _number(site)}
    with told(engine):
        connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    try:
        with told(engine):
            _introduce(connection, holder)
            if not connection.execute(
                text("SELECT pg_try_advisory_lock(:group, :night)"), name
            ).scalar():
                raise _taken(site, _holder(connection, name))
        yield
    finally:
        _let_go(connection)


def _introduce(connection: Connection, holder: str) -> None:
    """Say who holds the session; a machine that loses power is given up after two minutes, not two hours."""
    connection.execute(
        text(
            "SELECT set_config('application_name', :holder, false),"
            " set_config('tcp_keepalives_idle', '60', false),"
            " set_config('tcp_keepalives_interval', '15', false),"
            " set_config('tcp_keepalives_count', '4', false)"
        ),
        {"holder": holder},
    )


def _holder(connection: Connection, name: dict[str, int]) -> str:
    """What the session that has the lock calls itself; "" where we may not see it."""
    found = connection.execute(
        text(
            "SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
            " WHERE l.locktype = 'advisory' AND l.granted AND l.classid = :group AND l.objid = :night"
            ""
        ),
        name,
    ).scalar()
    return str(found or "")


def _number(site: str) -> int:
    """A site's key among our advisory locks, never that of the writers (0)."""
    return zlib.crc32(site.encode()) % 0x7FFFFFFF + 1


def _let_go(connection: Connection) -> None:
    """Give the lock back; the session, with its name and settings, goes with it."""
    try:
        connection.execute(text("SELECT pg_advisory_unlock_all()"))
        connection.invalidate()
    except DBAPIError:  # the server has gone, and the lock with it
        connection.invalidate()
    finally:
        connection.close()
