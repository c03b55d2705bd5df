"""Frozen packs in their folder: never written over, the same not kept twice, a killed process leaves nothing in the way."""

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from checks.model import BadInput
from desk.console.packs import FrozenPack, frozen_pack, frozen_packs, keep_new, sha256_of
from reports.wording import CalendarQuarter

Q = CalendarQuarter(2025, 3)
AT = datetime(2025, 10, 9, 1, tzinfo=UTC)


def writes(said: str) -> Callable[[Path], str]:
    def make(path: Path) -> str:
        path.write_text(said)
        return sha256_of(path)

    return make


def keep(folder: Path, said: str, by: str = "张三") -> tuple[FrozenPack, bool]:
    return keep_new(folder, "s", Q, writes(said), at=AT, by=by, today="2025-10-09")


def test_each_is_kept_under_the_next_number_and_the_same_is_kept_once(tmp_path: Path) -> None:
    first, _ = keep(tmp_path, "a")
    assert (first.number, first.path.read_text(), first.intact) == (1, "a", True)
    second, is_new = keep(tmp_path, "b", "李四")
    assert (second.number, is_new) == (2, True)
    again, is_new = keep(tmp_path, "a", "李四")
    assert (again, is_new) == (first, False)
    assert [(one.number, one.by, one.frozen) for one in frozen_packs(tmp_path, "s")] == [
        (2, "李四", AT), (1, "张三", AT),
    ]  # fmt: skip
    assert frozen_packs(tmp_path, "s", "2025Q2") == frozen_packs(tmp_path, "t") == []
    assert frozen_pack(tmp_path, "s", "2025Q3", 2) == second
    assert frozen_pack(tmp_path, "s", "2025Q3", 3) is None
    assert frozen_pack(tmp_path, "s", "../s/2025Q3", 1) is None


def test_many_at_once_each_get_their_own(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda n: keep(tmp_path, str(n))[0], range(24)))
    assert sorted(one.number for one in done) == list(range(1, 25))
    assert {one.path.read_text() for one in done} == {str(n) for n in range(24)}


def test_a_pack_that_was_changed_is_no_longer_that_pack(tmp_path: Path) -> None:
    first, _ = keep(tmp_path, "a")
    first.path.write_text("changed")
    assert not frozen_packs(tmp_path, "s")[0].intact
    again, is_new = keep(tmp_path, "a")
    assert (again.number, is_new) == (2, True)


def test_a_pack_without_its_note_is_still_listed(tmp_path: Path) -> None:
    first, _ = keep(tmp_path, "a")
    (first.path.parent / "frozen.json").write_text("{")
    (one,) = frozen_packs(tmp_path, "s")
    assert (one.number, one.sha256, one.frozen, one.intact) == (1, "", None, False)


def test_a_process_killed_while_it_freezes_leaves_nothing_in_the_way(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys; from pathlib import Path; from datetime import UTC, datetime\n"
        "from desk.console.packs import keep_new; from reports.wording import CalendarQuarter\n"
        "def make(path): path.write_text('half'); os.kill(os.getpid(), signal.SIGKILL)\n"
        "keep_new(Path(sys.argv[1]), 's', CalendarQuarter(2025, 3), make, at=datetime.now(UTC), by='', today='')\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False, timeout=120)
    assert done.returncode == -9
    assert len(list((tmp_path / "s").glob(".making-*"))) == 1
    assert frozen_packs(tmp_path, "s") == []
    first, _ = keep(tmp_path, "a")
    assert first.number == 1
    assert sorted(os.listdir(tmp_path / "s")) == ["2025Q3-1"]  # noqa: PTH208


def test_a_folder_that_cannot_be_written_is_said_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "s").write_text("a file")
    with pytest.raises(BadInput, match="证据包写不下"):
        keep(tmp_path, "a")
