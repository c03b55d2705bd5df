"""Opening a database: made or migrated where needed, one clear line where it cannot be used."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, inspect, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError

from checks.model import BadInput
from store import postgresql, sqlite
from store.schema import VERSION, metadata

DEFAULT_DB = "sqlite:///lanmu.db"
MIGRATIONS = Path(__file__).parent / "migrations"
#: How an address may begin, and the driver each is opened with.
DRIVERS = {"sqlite": "sqlite", "postgresql": postgresql.DRIVER, "postgres": postgresql.DRIVER}
#: How often a transaction is tried that another program's locks break off.
ATTEMPTS = 3

Done = TypeVar("Done")

__all__ = [
    "DEFAULT_DB",
    "Connection",
    "DatabaseTrouble",
    "Engine",
    "open_database",
    "reading",
    "writing",
    "written",
]


class DatabaseTrouble(BadInput):
    """The database cannot be used now: it is locked, full, damaged, or not there."""


class BrokenOff(DatabaseTrouble):
    """Another program's locks broke a transaction off; nothing of it was stored."""


def open_database(address: str) -> Engine:
    """The database at an SQLAlchemy address, at the newest version.

    Raises:
        BadInput: the address is none, or the database cannot be opened, read or migrated.
    """
    try:
        engine = _engine(_url(address))
    except (ArgumentError, ValueError):  # ValueError: a port that is no number
        raise BadInput(_badly_written(address)) from None
    with told(engine):
        version = _version(engine)
        if version is not None and version > VERSION:
            name = engine.url.database
            engine.dispose()
            raise BadInput(f"数据库 {name} 由更新版本的栏目巡查建立，请升级程序后再用")
    if version != VERSION:
        written(engine, _migrate)
    return engine


def _url(address: str) -> URL:
    url = make_url(address)
    if url.get_backend_name() not in DRIVERS:
        raise ArgumentError(address)
    return url.set(drivername=DRIVERS[url.get_backend_name()])


def _badly_written(address: str) -> str:
    shown = re.sub(r"(://[^:/@]*):.*@", r"\1:***@", address)
    return f"数据库地址“{shown}”写法有误，应如 sqlite:///lanmu.db 或 postgresql://用户:密码@主机/数据库名"


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url)
        sqlite.prepare(engine)
        return engine
    try:
        engine = create_engine(url, **postgresql.options(url))
    except ImportError:
        raise BadInput(postgresql.INSTALL) from None
    postgresql.prepare(engine)
    return engine


def _version(engine: Engine) -> str | None:
    """The migration the database is at, None for a new one."""
    with reading(engine) as connection:
        return _version_seen(connection)


def _version_seen(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _migrate(connection: Connection) -> None:
    """Bring an older or new database to `VERSION`, in one transaction."""
    from alembic import command
    from alembic.config import Config

    if _version_seen(connection) == VERSION:  # made by another process while this one waited
        return
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    config.attributes["metadata"] = metadata
    command.upgrade(config, "head")
    if _on_postgresql(connection):
        postgresql.settle(connection, metadata.tables)


def _on_postgresql(connection: Engine | Connection) -> bool:
    return connection.dialect.name == "postgresql"


@contextmanager
def told(engine: Engine) -> Iterator[None]:
    """Turns what the database refuses into one line for the office."""
    ours: Any = postgresql if _on_postgresql(engine) else sqlite
    try:
        yield
    except DBAPIError as error:
        engine.dispose()
        if error.orig is None:
            raise DatabaseTrouble(f"数据库出错：{error}") from None
        kind = BrokenOff if ours.is_passing(error.orig) else DatabaseTrouble
        raise kind(ours.trouble(engine.url, error.orig)) from None
    except OverflowError:  # a number that SQLite cannot hold; PostgreSQL itself says so
        raise BadInput("所给的号码太大，数据库中没有这样的号码") from None


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction: all of it, or nothing. Raises BadInput: locked, full, unreadable."""
    with told(engine), engine.begin() as connection:
        if _on_postgresql(connection):
            postgresql.take_turn(connection)
        yield connection


def written(engine: Engine, work: Callable[[Connection], Done]) -> Done:
    """What `work` gives back, once all it writes is stored.

    `work` starts again, a few times at most, where another program's locks broke its transaction off: what it
    does beside the connection must bear that. Raises BadInput as `writing` does.
    """
    for _ in range(ATTEMPTS - 1):
        try:
            with writing(engine) as connection:
                return work(connection)
        except BrokenOff:
            continue
    with writing(engine) as connection:
        return work(connection)


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A view that does not change while it is read. Raises BadInput: unreadable."""
    view: Any = postgresql.READING if _on_postgresql(engine) else sqlite.READING
    with told(engine), engine.connect().execution_options(**view) as connection:
        yield connection
