"""What holds on PostgreSQL only: how it is addressed, and each refusal in one line."""

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.engine import make_url

from checks.model import BadInput
from store import postgresql, schema
from store.database import open_database, reading, writing
from tests.cluster import PASSWORD, USER, Cluster

pytestmark = pytest.mark.needs("postgresql")
HOST = "postgresql://u:secret@db.county/lanmu"
NAME = "数据库 lanmu（db.county:5432）"


def refused(address: str) -> str:
    with pytest.raises(BadInput) as caught:
        open_database(address)
    (line,) = caught.value.lines
    return line


@contextmanager
def role(cluster: Cluster, rights: str, password: str = "pw") -> Iterator[str]:
    with cluster.connect() as admin:
        admin.execute(f"CREATE ROLE clerk {rights} PASSWORD '{password}'")
    try:
        yield "clerk"
    finally:
        with cluster.connect() as admin:
            admin.execute("DROP ROLE clerk")


@pytest.mark.parametrize(
    "scheme",
    ["postgresql", "postgres", "postgresql+psycopg", "postgresql+psycopg2", "postgresql+asyncpg"],
)
def test_any_way_to_write_the_address_is_opened_with_one_driver(
    cluster: Cluster, scheme: str
) -> None:
    with cluster.database() as db:
        engine = open_database(db.replace("postgresql", scheme, 1))
        assert engine.url.drivername == "postgresql+psycopg"
        engine.dispose()


def test_over_the_network_with_a_password(cluster: Cluster) -> None:
    with cluster.database() as db:
        engine = open_database(cluster.tcp_address(cluster.name(db)))
        with reading(engine) as connection:
            assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        engine.dispose()


def test_a_wrong_password_is_told_and_none_is_shown(cluster: Cluster) -> None:
    said = f"数据库 postgres（127.0.0.1:{cluster.port}）的用户名或密码不对，或没有给密码（用户 postgres），请检查数据库地址"
    assert refused(cluster.tcp_address("postgres", "wr0ng")) == said
    without = cluster.tcp_address("postgres").replace(f":{PASSWORD}", "")
    assert refused(without) == said


def test_a_database_that_is_not_there_is_told_with_the_command(cluster: Cluster) -> None:
    assert refused(cluster.address("nosuch")) == (
        f"数据库 nosuch（{cluster.folder}:{cluster.port}）不存在，请先建立：createdb -E UTF8 nosuch"
    )


def test_a_user_that_is_not_there_is_told(cluster: Cluster) -> None:
    address = cluster.address("postgres").replace(f"//{USER}@", "//nobody@")
    assert refused(address) == (
        f"服务器不许用户 nobody 连接数据库 postgres（{cluster.folder}:{cluster.port}），请联系数据库管理员"
    )


def test_a_server_that_is_not_there_is_told() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))  # bound, and nobody listens
        port = probe.getsockname()[1]
        line = refused(f"postgresql://u:secret@127.0.0.1:{port}/lanmu")
    said = f"无法连接数据库 lanmu（127.0.0.1:{port}），请检查地址和端口、服务器是否已启动："
    assert line.startswith(said) and "Connection refused" in line and "secret" not in line


def test_a_server_that_says_nothing_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.postgresql.CONNECT_SECONDS", 2)  # libpq takes no less
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen(1)
        line = refused(f"postgresql://u@127.0.0.1:{mute.getsockname()[1]}/lanmu")
    assert line.startswith("无法连接数据库 lanmu（127.0.0.1:") and "timeout" in line


def test_a_database_that_cannot_hold_chinese_is_told(cluster: Cluster) -> None:
    with cluster.database(
        "ENCODING 'SQL_ASCII' TEMPLATE template0 LOCALE_PROVIDER libc LOCALE 'C'"
    ) as db:
        line = refused(db)
    assert line.endswith("的编码是SQL_ASCII，应为UTF8，请重建：createdb -E UTF8 -T template0")


def test_a_user_without_rights_is_told(cluster: Cluster) -> None:
    with role(cluster, "LOGIN") as user, cluster.database() as db:
        line = refused(db.replace(f"//{USER}@", f"//{user}@"))
    assert line.startswith("用户 clerk 没有在数据库 t") and line.endswith("请数据库管理员授权")


def test_a_server_that_ends_our_session_is_told(cluster: Cluster) -> None:
    with cluster.database() as db:
        engine = open_database(db)
        ends_itself = text("SELECT pg_terminate_backend(pg_backend_pid())")
        with pytest.raises(BadInput, match="的服务器正在关闭"), reading(engine) as connection:
            connection.execute(ends_itself)
        with reading(engine) as connection:
            assert connection.execute(text("SELECT 1")).scalar() == 1
        engine.dispose()


def test_a_server_that_was_started_again_between_two_transactions_is_no_matter(
    cluster: Cluster,
) -> None:
    with cluster.database() as db:
        engine = open_database(db)
        with cluster.connect() as admin:
            ended = admin.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'lanmu'"
            ).fetchall()
        assert ended == [(True,)]
        with reading(engine) as connection:
            assert connection.execute(text("SELECT 1")).scalar() == 1
        engine.dispose()


def test_without_the_driver_the_command_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "psycopg"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    assert refused(HOST) == "缺少PostgreSQL驱动，请先安装：pip install 'lanmu[pg]'"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://u:secret@h:port/x", "postgresql://u:***@h:port/x"),
        ("mysql://u:s:e@c@h/x", "mysql://u:***@h/x"),
        ("sqlite://lanmu.db", "sqlite://lanmu.db"),
        ("oracle://h/x", "oracle://h/x"),
    ],
)
def test_another_address_is_refused_without_its_password(address: str, shown: str) -> None:
    assert refused(address) == (
        f"数据库地址“{shown}”写法有误，应如 sqlite:///lanmu.db 或 postgresql://用户:密码@主机/数据库名"
    )


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (psycopg.errors.DiskFull("could not extend file"), f"{NAME}所在服务器磁盘已满，请清理后再运行"),
        (psycopg.errors.DeadlockDetected("x"), f"{NAME}正被另一程序占用，请待其结束后再运行"),
        (psycopg.errors.SerializationFailure("x"), f"{NAME}正被另一程序占用，请待其结束后再运行"),
        (psycopg.errors.LockNotAvailable("x"), f"{NAME}正被另一程序占用，请待其结束后再运行"),
        (psycopg.errors.TooManyConnections("x"), f"{NAME}的连接数已满，请稍后再运行"),
        (psycopg.errors.QueryCanceled("x"), f"{NAME}的操作超时被服务器中止，请联系数据库管理员"),
        (psycopg.errors.CannotConnectNow("x"), f"{NAME}的服务器正在启动，请稍后再运行"),
        (psycopg.errors.CheckViolation("first line\nDETAIL: row"), f"{NAME}出错：first line"),
        (psycopg.OperationalError('FATAL:  用户 "u" Password 认证失败'), f"{NAME}的用户名或密码不对，或没有给密码（用户 u），请检查数据库地址"),
        (psycopg.OperationalError('致命错误:  数据库 "lanmu" 不存在'), f"{NAME}不存在，请先建立：createdb -E UTF8 lanmu"),
        (psycopg.OperationalError('FATAL:  角色 "u" 不存在'), f"服务器不许用户 u 连接{NAME}，请联系数据库管理员"),
        (psycopg.OperationalError('没有用于主机 "1", 用户 "u", 数据库 "lanmu", 的 pg_hba.conf 记录'), f"服务器不许用户 u 连接{NAME}，请联系数据库管理员"),
        (psycopg.OperationalError("FATAL:  对不起, 已经有太多的客户"), f"{NAME}的连接数已满，请稍后再运行"),
        (psycopg.OperationalError("FATAL:  数据库系统启动中"), f"{NAME}的服务器正在启动，请稍后再运行"),
        (psycopg.OperationalError("failed to resolve host 'db.county'"), f"无法连接{NAME}，请检查地址和端口、服务器是否已启动：failed to resolve host 'db.county'"),
        (psycopg.InterfaceError("the connection is closed"), f"{NAME}出错：the connection is closed"),
    ],
)  # fmt: skip
def test_what_the_server_says_is_one_line(error: Exception, said: str) -> None:
    assert postgresql.trouble(make_url(HOST), error) == said


def test_every_text_is_in_code_point_order_whatever_the_server_speaks(cluster: Cluster) -> None:
    """The cluster's own order is a dictionary's: a before B."""
    with cluster.database() as db:
        engine = open_database(db)
        with writing(engine) as connection:
            connection.execute(
                insert(schema.walks),
                [{"site": s, "column_id": "c"} for s in ("乙", "一", "a", "B")],
            )
        w = schema.walks
        with reading(engine) as connection:
            assert list(connection.execute(select(w.c.site).order_by(w.c.site)).scalars()) == [
                "B", "a", "一", "乙",
            ]  # fmt: skip
            others = connection.execute(
                text(
                    "SELECT c.relname || '.' || a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
                    " JOIN pg_collation k ON k.oid = a.attcollation WHERE c.relnamespace = 'public'::regnamespace"
                    " AND c.relkind = 'r' AND k.collname <> 'C'"
                )
            ).scalars()
            assert list(others) == ["alembic_version.version_num"]
        engine.dispose()


def test_an_instant_with_a_zone_is_stored_as_utc(cluster: Cluster) -> None:
    with cluster.database() as db:
        with cluster.connect(db) as admin:
            admin.execute("ALTER ROLE postgres SET TIME ZONE 'Asia/Shanghai'")
        engine = open_database(db)
        with reading(engine) as connection:
            assert connection.execute(text("SHOW TIME ZONE")).scalar() == "UTC"
        with cluster.connect(db) as admin:
            admin.execute("ALTER ROLE postgres RESET TIME ZONE")
        engine.dispose()
