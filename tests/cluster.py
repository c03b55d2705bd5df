"""A PostgreSQL cluster of the tests' own: made in a temporary folder, gone with the tests.

PostgreSQL refuses to run as root: there it runs as the user `postgres`, which Debian's package makes.
Nothing outlives a test run that is killed: the server is told to stop when its parent dies (Linux).
"""

import glob
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg

PASSWORD = "of the tests alone"
USER = "postgres"
PREFIX = "lanmu-pg-"
SECONDS = 60
#: Nothing here has to survive a power cut.
SETTINGS: Mapping[str, str] = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "30",
    "listen_addresses": "127.0.0.1",
    "log_min_messages": "fatal",
}


@dataclass(frozen=True)
class Cluster:
    """`folder` holds the socket: whoever may enter it needs no password; over TCP it is asked for."""

    folder: Path
    port: int
    _numbers: Iterator[int] = field(default_factory=count)

    def address(self, name: str) -> str:
        return f"postgresql://{USER}@/{name}?host={self.folder}&port={self.port}"

    def name(self, address: str) -> str:
        return address.partition("?")[0].rpartition("/")[2]

    def tcp_address(self, name: str, password: str = PASSWORD) -> str:
        return f"postgresql://{USER}:{password}@127.0.0.1:{self.port}/{name}"

    def connect(self, address: str = "") -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(address or self.address("postgres"), autocommit=True)

    @contextmanager
    def database(self, options: str = "") -> Iterator[str]:
        """The address of a new, empty database, dropped at the end though somebody still hold it."""
        name = f"t{next(self._numbers)}"
        with self.connect() as connection:
            connection.execute(f"CREATE DATABASE {name} {options}")
        try:
            yield self.address(name)
        finally:
            with self.connect() as connection:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def empty(self, address: str) -> None:
        """Take every row out of a database of ours but its version; whoever still holds it is sent away."""
        with self.connect(address) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            connection.execute(
                "SET session_replication_role = replica"
            )  # foreign keys are not asked
            for (table,) in connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
            ).fetchall():
                connection.execute(f'DELETE FROM "{table}"')
            connection.execute("SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S'")


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """Raises RuntimeError: it does not start; the message is the server's own."""
    programs = Path(max(glob.glob("/usr/lib/postgresql/*/bin")))  # noqa: PTH207
    _sweep()
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
    try:
        if os.getuid() == 0:
            shutil.chown(folder, USER, USER)
        _made(programs, folder)
        server, port = _started(programs, folder)
        try:
            yield Cluster(folder, port)
        finally:
            server.send_signal(signal.SIGQUIT)  # at once: nothing is worth keeping
            server.wait(SECONDS)
    finally:
        shutil.rmtree(folder)


def _sweep() -> None:
    """Remove what runs that were killed left behind: their servers have ended by themselves."""
    for old in Path(tempfile.gettempdir()).glob(f"{PREFIX}*-*"):
        try:
            os.kill(int(old.name.removeprefix(PREFIX).partition("-")[0]), 0)
        except ProcessLookupError:
            shutil.rmtree(old, ignore_errors=True)
        except (PermissionError, ValueError):  # another user's; not ours
            continue


def _as_postgres(*command: str) -> list[str]:
    """The command as one that may run a server, and that ends when this process does."""
    prefix = ["setpriv"] if shutil.which("setpriv") else []
    if prefix:
        prefix += ["--pdeathsig", "QUIT"]
    if os.getuid() == 0:
        prefix += ["--reuid", USER, "--regid", USER, "--clear-groups"]
    return [*prefix, *command]


def _made(programs: Path, folder: Path) -> None:
    secret = folder / "password"
    secret.write_text(PASSWORD)
    secret.chmod(0o644)
    done = subprocess.run(
        _as_postgres(
            str(programs / "initdb"), "-D", str(folder / "data"), "-U", USER, "-E", "UTF8",
            "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=zh-CN", "--no-sync", "--auth-local=trust", "--auth-host=scram-sha-256",
            f"--pwfile={secret}",
        ),
        capture_output=True, text=True, timeout=SECONDS, check=False, cwd=folder,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr)


def _started(programs: Path, folder: Path) -> tuple["subprocess.Popen[bytes]", int]:
    """PostgreSQL cannot choose a port by itself; one that is free now may be taken the next moment."""
    log = folder / "log"
    for _ in range(5):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
        command = _as_postgres(
            str(programs / "postgres"), "-D", str(folder / "data"), "-k", str(folder),
            "-p", str(port), *settings,
        )  # fmt: skip
        with log.open("ab") as out:
            server = subprocess.Popen(command, stdout=out, stderr=out, cwd=folder)
        if _answers(server, folder, port):
            return server, port
    raise RuntimeError(log.read_text("utf-8", "replace"))


def _answers(server: "subprocess.Popen[bytes]", folder: Path, port: int) -> bool:
    """Whether it takes connections; False where it ended instead."""
    until = time.monotonic() + SECONDS
    while server.poll() is None and time.monotonic() < until:
        try:
            psycopg.connect(f"postgresql://{USER}@/postgres?host={folder}&port={port}").close()
        except psycopg.OperationalError:
            time.sleep(0.02)
        else:
            return True
    server.kill()
    server.wait(SECONDS)
    return False
