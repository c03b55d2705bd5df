"""Everything that holds for SQLite only."""

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from checks.model import BadInput

BUSY_SECONDS = 60
READING = {"reading": True}


def prepare(engine: Engine) -> None:
    """WAL, foreign keys, a patient wait for another writer, and transactions that begin as writers.

    pysqlite's own transaction handling is switched off: BEGIN IMMEDIATE takes the write lock at once,
    so that two writers wait for each other instead of failing half-way.
    """

    @event.listens_for(engine, "connect")
    def connected(connection: Any, record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        patiently(lambda: cursor.execute("PRAGMA journal_mode = WAL"))
        cursor.execute("PRAGMA synchronous = NORMAL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()
        record.info["file"] = _file(engine.url)

    @event.listens_for(engine, "begin")
    def began(connection: Any) -> None:
        if connection.connection.info.get("file", now := _file(engine.url)) != now:
            raise BadInput(
                f"数据库 {engine.url.database} 在运行中被删除或替换，之后的结果没有保存；请恢复后再运行"
            )
        reading = connection.get_execution_options().get("reading", False)
        if not reading:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            return
        connection.exec_driver_sql("BEGIN")
        patiently(lambda: connection.exec_driver_sql("SELECT 1 FROM sqlite_master").close())


def patiently(step: Callable[[], object]) -> None:
    """Takes a step again while SQLite says "locked" without having waited.

    Its own patience (busy_timeout) does not hold while another program makes a new file a WAL database, nor
    while the last one to close a database cleans up after itself: both pass in milliseconds.
    Source: https://www.sqlite.org/wal.html, "Sometimes Queries Return SQLITE_BUSY In WAL Mode".
    """
    end = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            step()
        except (sqlite3.OperationalError, DBAPIError) as error:
            if "locked" not in str(error) or time.monotonic() > end:
                raise
        else:
            return
        time.sleep(0.01)


def _file(url: URL) -> tuple[int, int] | None:
    """What tells the database's file from any other: a deleted one takes writes without a word. None: in memory."""
    try:
        found = Path(url.database or "").stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def trouble(url: URL, error: BaseException) -> str:
    """What an sqlite3 error means to the office, in Chinese."""
    name = url.database or ""
    text = str(error).lower()
    if "locked" in text:
        return f"数据库 {name} 正被另一程序占用，请待其结束后再运行"
    if "not a database" in text or "malformed" in text:
        return f"数据库 {name} 不是有效的数据库文件或已损坏，请换一个文件名或用备份恢复"
    if "full" in text:
        return f"数据库 {name} 所在磁盘已满，请清理后再运行"
    if "disk i/o" in text:
        return f"数据库 {name} 读写出错，磁盘可能已满或有故障，请检查磁盘后再运行"
    if "unable to open" in text:
        return f"数据库 {name} 无法打开，请检查文件夹是否存在、是否有写权限"
    if "readonly" in text:
        return f"数据库 {name} 是只读的，请检查写权限"
    return f"数据库 {name} 出错：{error}"


def is_passing(_error: BaseException) -> bool:
    """Never: BEGIN IMMEDIATE has waited its turn already."""
    return False
