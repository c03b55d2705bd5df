"""Two nights of one site never overlap on one database; who was killed is in nobody's way."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from checks.model import BadInput
from store.database import Engine, open_database
from store.locks import folder_lock, night_lock
from tests.cluster import Cluster

ROOT = Path(__file__).parents[2]
NOW = datetime(2025, 9, 30, 2, 30)  # noqa: DTZ001  - the site's own time
LATER = datetime(2025, 9, 30, 3, 0)  # noqa: DTZ001

HOLDER = """
import sys
from datetime import datetime
from store.database import open_database
from store.locks import night_lock
with night_lock(open_database(sys.argv[1]), sys.argv[2], datetime(2025, 9, 30, 2, 30)):
    print("held", flush=True)
    sys.stdin.read()
print("given back", flush=True)
"""


@contextmanager
def another_night(db: str, site: str) -> Iterator["subprocess.Popen[str]"]:
    """A process that holds the lock until its input ends."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, db, site], cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as holder:  # fmt: skip
        assert holder.stdout and holder.stdout.readline() == "held\n"
        try:
            yield holder
        finally:
            holder.kill()


def refused(engine: Engine, site: str = "yunhe") -> str:
    with pytest.raises(BadInput) as caught, night_lock(engine, site, LATER):
        pass
    return str(caught.value)


def test_a_second_night_is_told_who_is_at_it_since_when(engine: Engine, db: str) -> None:
    with another_night(db, "yunhe") as holder:
        assert refused(engine) == (
            f"站点 yunhe 的巡查正在进行（进程{holder.pid}，2025-09-30 02:30开始），待其结束后再运行"
        )


def test_the_lock_of_a_killed_night_is_free(engine: Engine, db: str) -> None:
    with another_night(db, "yunhe") as holder:
        holder.kill()
        holder.wait()
        taken = free_at_last(engine)
    assert taken


def free_at_last(engine: Engine) -> bool:
    """Whether the lock comes free: a server needs a moment to notice that its client has gone."""
    for _ in range(1000):
        try:
            with night_lock(engine, "yunhe", LATER):
                return True
        except BadInput:
            continue
    return False


def test_a_night_that_ended_gives_it_back(engine: Engine, db: str) -> None:
    with another_night(db, "yunhe") as holder:
        assert holder.communicate("")[0] == "given back\n"
        with night_lock(engine, "yunhe", LATER):
            assert "03:00开始" in refused(engine)
        with night_lock(engine, "yunhe", LATER):
            pass


def test_a_night_that_broke_off_gives_it_back(engine: Engine) -> None:
    with pytest.raises(ZeroDivisionError), night_lock(engine, "yunhe", NOW):
        raise ZeroDivisionError
    with night_lock(engine, "yunhe", LATER):
        pass


def test_another_site_has_a_night_of_its_own(engine: Engine, db: str) -> None:
    with another_night(db, "yunhe"), night_lock(engine, "erhao", LATER):
        assert "站点 erhao" in refused(engine, "erhao")


def test_the_same_file_by_another_path_is_the_same_database(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "folder")
    one = open_database(f"sqlite:///{tmp_path}/folder/lanmu.db")
    other = open_database(f"sqlite:///{tmp_path}/link/lanmu.db")
    with night_lock(one, "yunhe", NOW):
        assert "正在进行" in refused(other)
    assert (tmp_path / "folder" / "lanmu.db.yunhe.lock").is_file()
    for engine in (one, other):
        engine.dispose()


def test_a_database_in_memory_needs_no_lock() -> None:
    engine = open_database("sqlite://")
    with night_lock(engine, "yunhe", NOW), night_lock(engine, "yunhe", NOW):
        pass
    engine.dispose()


def test_a_lock_file_with_other_words_is_no_trouble(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/l.db")
    file = tmp_path / "l.db.yunhe.lock"
    with night_lock(engine, "yunhe", NOW):
        file.write_bytes(b"\xff\xfe\0" * 100)
        assert refused(engine) == "站点 yunhe 的巡查正在进行，待其结束后再运行"
    engine.dispose()


def test_a_lock_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/l.db")
    (tmp_path / "l.db.yunhe.lock").mkdir()
    assert refused(engine).startswith(f"无法建立锁文件 {tmp_path}/l.db.yunhe.lock：")
    engine.dispose()


@pytest.mark.needs("postgresql")
def test_two_databases_of_one_server_do_not_meet(cluster: Cluster) -> None:
    with cluster.database() as one, cluster.database() as two, another_night(one, "yunhe"):
        engine = open_database(two)
        with night_lock(engine, "yunhe", LATER):
            pass
        engine.dispose()


@pytest.mark.needs("postgresql")
def test_a_server_that_went_away_ends_no_night(cluster: Cluster) -> None:
    """The lock went with its session: giving it back is no fault."""
    with cluster.database() as db:
        engine = open_database(db)
        with night_lock(engine, "yunhe", NOW), cluster.connect() as admin:
            ended = admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'lanmu %'"
            ).fetchall()
            assert ended == [(True,)]
        with night_lock(engine, "yunhe", LATER):
            pass
        engine.dispose()


def test_a_folder_has_one_writer_at_a_time(tmp_path: Path) -> None:
    refused = pytest.raises(BadInput, match="正由另一人写入，请稍后再试")
    with folder_lock(tmp_path), refused, folder_lock(tmp_path):
        pass
    with folder_lock(tmp_path):
        pass
    with pytest.raises(BadInput, match="文件夹不能写入"), folder_lock(tmp_path / "nowhere"):
        pass
