"""Opening a database: made or migrated where needed, one clear line where it cannot be used."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, inspect, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from checks.model import BadInput
from store import sqlite
from store.schema import VERSION, metadata

DEFAULT_DB = "sqlite:///lanmu.db"
MIGRATIONS = Path(__file__).parent / "migrations"

__all__ = ["DEFAULT_DB", "Connection", "Engine", "open_database", "reading", "writing"]


def open_database(address: str) -> Engine:
    """The database at an SQLAlchemy address, at the newest version.

    Raises:
        BadInput: the address is none, or the database cannot be opened, read or migrated.
    """
    url = _url(address)
    engine = create_engine(url)
    if url.get_backend_name() == "sqlite":
        sqlite.prepare(engine)
    with told(engine):
        version = _version(engine)
        if version is None:
            _migrate(engine)
        elif version != VERSION:
            if version > VERSION:
                engine.dispose()
                raise BadInput(f"数据库 {url.database} 由更新版本的栏目巡查建立，请升级程序后再用")
            _migrate(engine)
    return engine


def _url(address: str) -> URL:
    try:
        url = make_url(address)
        url.get_dialect()
    except (ArgumentError, NoSuchModuleError):
        raise BadInput(f"数据库地址“{address}”写法有误，应如 sqlite:///lanmu.db") from None
    return url


def _version(engine: Engine) -> str | None:
    """The migration the database is at, None for a new one."""
    with reading(engine) as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _migrate(engine: Engine) -> None:
    """Bring an older or new database to `VERSION`, in one transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with writing(engine) as connection:
        if _made_meanwhile(connection):
            return
        config.attributes["connection"] = connection
        config.attributes["metadata"] = metadata
        command.upgrade(config, "head")


def _made_meanwhile(connection: Connection) -> bool:
    """Whether another process brought the database here while this one waited for the lock."""
    if not inspect(connection).has_table("alembic_version"):
        return False
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == VERSION


@contextmanager
def told(engine: Engine) -> Iterator[None]:
    """Turns what the database refuses into one line for the office."""
    try:
        yield
    except DBAPIError as error:
        engine.dispose()
        if error.orig is not None and sqlite.is_ours(error.orig):
            raise BadInput(sqlite.trouble(engine.url, error.orig)) from None
        raise BadInput(f"数据库出错：{error.orig}") from None


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction: all of it, or nothing. Raises BadInput: locked, full, unreadable."""
    with told(engine), engine.begin() as connection:
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A view that does not change while it is read. Raises BadInput: unreadable."""
    with told(engine), engine.connect().execution_options(reading=True) as connection:
        yield connection
