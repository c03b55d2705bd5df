"""A database that cannot take what was read ends the night in one line; the next night makes it good."""

import os
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from checks.model import BadInput
from crawler.night import run_nights
from store.database import open_database
from tests.county import DAY, Crawled
from tests.crawler.test_killed import remembered


def nightly(
    county: Crawled, db: str, before: Callable[[], None] | None = None
) -> tuple[int, list[str]]:
    """Exit status of `lanmu nightly`, and its lines on stderr."""
    done = subprocess.run(
        [sys.executable, "-m", "desk", "nightly", str(county.file), "--db", db, "--today", str(DAY)],
        capture_output=True, text=True, timeout=120, preexec_fn=before, check=False,
    )  # fmt: skip
    return done.returncode, done.stderr.splitlines()


def made_good(county: Crawled, file: Path) -> bool:
    """Whether a night over a database that was in trouble ends as the undisturbed one did."""
    (night,) = run_nights([county.site], f"sqlite:///{file}", day=DAY)
    assert night.errors == ()
    whole = Path(county.db.removeprefix("sqlite:///"))
    tables = ("articles", "entries", "findings", "column_days")
    left, right = remembered(file), remembered(whole)
    return [left[one] for one in tables] == [right[one] for one in tables]


@pytest.mark.parametrize("room", [0, 40])
def test_a_full_disk_ends_the_night_in_one_line(county: Crawled, tmp_path: Path, room: int) -> None:
    """`room`: pages of 4096 bytes that the database may still grow by."""
    file = tmp_path / "full.db"
    open_database(f"sqlite:///{file}").dispose()
    pages = file.stat().st_size // 4096 + room

    def small(connection: Any, _record: Any) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages}")

    event.listen(Engine, "connect", small)
    try:
        with pytest.raises(BadInput) as told:
            run_nights([county.site], f"sqlite:///{file}", day=DAY)
    finally:
        event.remove(Engine, "connect", small)
    assert told.value.lines == (f"数据库 {file} 所在磁盘已满，请清理后再运行",)
    assert made_good(county, file)


def test_a_file_that_may_not_grow_ends_the_night_in_one_line(
    county: Crawled, tmp_path: Path
) -> None:
    file = tmp_path / "limited.db"
    open_database(f"sqlite:///{file}").dispose()
    most = file.stat().st_size + 40_000

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    status, lines = nightly(county, f"sqlite:///{file}", limited)
    assert status == 2
    assert len(lines) == 1 and ("磁盘" in lines[0] or "无法写入" in lines[0])
    assert made_good(county, file)


def spoiled(file: Path, at: int, data: bytes) -> None:
    with file.open("r+b") as opened:
        opened.seek(at)
        opened.write(data)


def test_a_file_that_is_no_database_is_said(county: Crawled, tmp_path: Path) -> None:
    file = tmp_path / "none.db"
    file.write_bytes(b"PK\x03\x04" + bytes(range(256)) * 99)
    said = f"数据库 {file} 不是有效的数据库文件或已损坏，请换一个文件名或用备份恢复"
    assert nightly(county, f"sqlite:///{file}") == (2, [said])
    assert file.read_bytes().startswith(b"PK")


def test_a_damaged_database_is_said(county: Crawled, tmp_path: Path) -> None:
    """Every page behind the first few is overwritten, as a failing disk does."""
    file = tmp_path / "damaged.db"
    run_nights([county.site], f"sqlite:///{file}", day=DAY, columns=["tzgg"])
    size = file.stat().st_size
    spoiled(file, 4096 * 2, b"\xff" * (size - 4096 * 2))
    status, lines = nightly(county, f"sqlite:///{file}")
    assert (status, len(lines)) == (2, 1)
    assert "已损坏" in lines[0]


def test_a_database_cut_off_is_said(county: Crawled, tmp_path: Path) -> None:
    file = tmp_path / "cut.db"
    run_nights([county.site], f"sqlite:///{file}", day=DAY, columns=["tzgg"])
    os.truncate(file, file.stat().st_size // 2)
    status, lines = nightly(county, f"sqlite:///{file}")
    assert (status, len(lines)) == (2, 1)
    assert "已损坏" in lines[0] or "读写出错" in lines[0]


def test_a_database_that_may_only_be_read_is_said(county: Crawled, tmp_path: Path) -> None:
    file = tmp_path / "read.db"
    open_database(f"sqlite:///{file}").dispose()
    status, lines = nightly(county, f"sqlite:///file:{file}?mode=ro&uri=true")
    assert (status, len(lines)) == (2, 1)
    assert "只读" in lines[0]


@pytest.mark.parametrize("folder", ["missing", "file.txt"])
def test_a_folder_that_is_none_is_said(county: Crawled, tmp_path: Path, folder: str) -> None:
    (tmp_path / "file.txt").write_text("x")
    with pytest.raises(BadInput) as told:
        run_nights([county.site], f"sqlite:///{tmp_path}/{folder}/x.db", day=DAY)
    assert len(told.value.lines) == 1 and "无法打开" in told.value.lines[0]


def test_a_database_deleted_while_the_night_runs_is_said(county: Crawled, tmp_path: Path) -> None:
    """SQLite goes on writing into a deleted file without a word, and the night would be lost."""
    file = tmp_path / "gone.db"

    def delete(_site: str, fetched: int, _read: int, _waiting: int) -> None:
        if fetched > 5:
            file.unlink(missing_ok=True)

    with pytest.raises(BadInput) as told:
        run_nights([county.site], f"sqlite:///{file}", day=DAY, progress=delete)
    assert told.value.lines == (
        f"数据库 {file} 在运行中被删除或替换，之后的结果没有保存；请恢复后再运行",
    )
    assert made_good(county, file)


def test_a_database_another_program_holds_ends_in_one_line(
    county: Crawled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.sqlite.BUSY_SECONDS", 0)
    file = tmp_path / "held.db"
    open_database(f"sqlite:///{file}").dispose()
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(BadInput) as told:
        run_nights([county.site], f"sqlite:///{file}", day=DAY)
    holder.close()
    assert told.value.lines == (f"数据库 {file} 正被另一程序占用，请待其结束后再运行",)
    assert made_good(county, file)


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_a_full_disk_under_the_output_is_said(county: Crawled, options: tuple[str, ...]) -> None:
    """The night itself is saved; it is only not told."""
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "desk", "nightly", str(county.file), "--db", county.db, "--today", str(DAY), *options],
            stdout=full, stderr=subprocess.PIPE, text=True, timeout=120, check=False,
        )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == "lanmu: 输出写不下，磁盘已满；请清理后再运行\n"
