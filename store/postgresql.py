"""Everything that holds for PostgreSQL only."""

import re
from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.engine import URL

from checks.model import BadInput

DRIVER = "postgresql+psycopg"
INSTALL = "缺少PostgreSQL驱动，请先安装：pip install 'lanmu[pg]'"
CONNECT_SECONDS = 10
#: How long a writer waits for another, and how long one may sit idle in the middle of its transaction.
BUSY_SECONDS = 60
IDLE_SECONDS = 600
#: First key of our advisory locks, lest they meet another program's; the second says which lock.
LOCKS = int.from_bytes(b"LANM", "big")
WRITERS = 0
READING = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}

#: What an SQLSTATE means to the office. {name} is the database, {user} who connects to it.
SAID = {
    "25006": "数据库 {name}是只读的（可能连到了备用服务器），请检查数据库地址",
    "28000": "服务器不许用户 {user} 连接数据库 {name}，请联系数据库管理员",
    "28P01": "数据库 {name}的用户名或密码不对，或没有给密码（用户 {user}），请检查数据库地址",
    "3D000": "数据库 {name}不存在，请先建立：createdb -E UTF8 {database}",
    "40001": "数据库 {name}正被另一程序占用，请待其结束后再运行",
    "40P01": "数据库 {name}正被另一程序占用，请待其结束后再运行",
    "42501": "用户 {user} 没有在数据库 {name} 建表或写入的权限，请数据库管理员授权",
    "53100": "数据库 {name}所在服务器磁盘已满，请清理后再运行",
    "53200": "数据库 {name}所在服务器内存不足，请稍后再运行",
    "53300": "数据库 {name}的连接数已满，请稍后再运行",
    "55P03": "数据库 {name}正被另一程序占用，请待其结束后再运行",
    "57014": "数据库 {name}的操作超时被服务器中止，请联系数据库管理员",
    "57P01": "数据库 {name}的服务器正在关闭，请待其恢复后再运行",
    "57P02": "数据库 {name}的服务器异常重启，请待其恢复后再运行",
    "57P03": "数据库 {name}的服务器正在启动，请稍后再运行",
}
#: The SQLSTATE of a refused connection: libpq gives only the server's words, in English or Chinese.
REFUSED = (
    (re.compile(r'database ".*" does not exist|数据库 ".*" 不存在'), "3D000"),
    (re.compile(r"pg_hba\.conf"), "28000"),
    (re.compile(r"[Pp]assword"), "28P01"),
    (re.compile(r'authentication failed|认证失败|认证 PAM 失败|role ".*"|角色 ?".*"'), "28000"),
    (re.compile(r"too many clients|太多的客户"), "53300"),
    (re.compile(r"starting up|启动中"), "57P03"),
)
#: Deadlock and serialization failure: the same again may well succeed.
PASSING = frozenset({"40001", "40P01"})


def options(url: URL) -> dict[str, Any]:
    """What an engine is made with; what the address says itself stays."""
    ours = {
        "connect_timeout": CONNECT_SECONDS,
        "application_name": "lanmu",
        "client_encoding": "utf8",
    }
    return {
        "connect_args": {name: value for name, value in ours.items() if name not in url.query},
        "pool_pre_ping": True,
    }  # fmt: skip


def prepare(engine: Engine) -> None:
    """Instants without a zone are UTC; a database that cannot hold Chinese is refused."""

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        encoding = connection.info.parameter_status("server_encoding")
        if encoding != "UTF8":
            connection.close()
            raise BadInput(
                f"数据库 {_name(engine.url)}的编码是{encoding}，应为UTF8，请重建：createdb -E UTF8 -T template0"
            )
        connection.autocommit = True  # else the setting would go with the first rollback
        connection.execute("SET TIME ZONE 'UTC'")
        connection.autocommit = False


def take_turn(connection: Connection) -> None:
    """Wait until no other process of ours writes, as SQLite's BEGIN IMMEDIATE does; for the transaction.

    Writers read what is stored before they change it: two at a time would both open the same finding. One
    after the other, they cannot deadlock either.
    """
    connection.exec_driver_sql(
        f"SET LOCAL lock_timeout = '{BUSY_SECONDS}s';"
        f"SET LOCAL idle_in_transaction_session_timeout = '{IDLE_SECONDS}s';"
        f"SELECT pg_advisory_xact_lock({LOCKS}, {WRITERS})"
    )


def settle(connection: Connection, tables: Collection[str]) -> None:
    """Give every text column of `tables` the order that store/text.py promises, after a migration."""
    found = connection.execute(
        text(
            "SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod)"
            " FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
            " JOIN pg_collation k ON k.oid = a.attcollation"
            " WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'"
            " AND NOT a.attisdropped AND k.collname <> 'C' ORDER BY c.relname, a.attnum"
        )
    )
    changes: dict[str, list[str]] = {}
    quoted = connection.dialect.identifier_preparer.quote
    for table, name, type in found:
        if table in tables:
            change = f'ALTER COLUMN {quoted(name)} TYPE {type} COLLATE "C"'
            changes.setdefault(table, []).append(change)
    for table, many in changes.items():
        connection.exec_driver_sql(f"ALTER TABLE {quoted(table)} {', '.join(many)}")


def trouble(url: URL, error: BaseException) -> str:
    """What a psycopg error means to the office, in Chinese. Passwords are in none of them."""
    first = (str(error).splitlines() or [""])[0].strip()
    state = getattr(error, "sqlstate", None) or _refused(str(error))
    if state in SAID:
        return SAID[state].format(
            name=_name(url), database=url.database or "", user=url.username or ""
        )
    if _lost(error):
        return f"无法连接数据库 {_name(url)}，请检查地址和端口、服务器是否已启动：{first}"
    return f"数据库 {_name(url)}出错：{first}"


def is_passing(error: BaseException) -> bool:
    return getattr(error, "sqlstate", None) in PASSING


def _refused(said: str) -> str | None:
    return next((state for words, state in REFUSED if words.search(said)), None)


def _lost(error: BaseException) -> bool:
    """Whether the connection could not be made, or broke."""
    kinds = {one.__name__ for one in type(error).__mro__}
    return "OperationalError" in kinds and not getattr(error, "sqlstate", None)


def _name(url: URL) -> str:
    """The database as the office knows it: `lanmu（127.0.0.1:5432）`."""
    host = url.host or str(url.query.get("host", "")) or "本机"
    port = url.port or url.query.get("port", 5432)
    return f"{url.database or ''}（{host}:{port}）"
