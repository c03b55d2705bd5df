"""Frozen evidence packs: a folder each, numbered within their quarter, never written over.

A pack's folder is made by whoever comes first, and the pack is moved into it whole; a folder without a pack is what a
killed process left, and its number is not used again.
"""

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from checks.model import BadInput
from reports.steady import put
from reports.wording import CalendarQuarter

NOWHERE = "数据库不是文件，不知道证据包存到哪里；请管理员在控制台设置里写明存放通报的文件夹"
ABOUT = "frozen.json"
MOST = 999
_SQLITE = "sqlite:///"
_NAME = re.compile(r"(20\d\dQ[1-4])-([1-9]\d{0,2})")


@dataclass(frozen=True, slots=True)
class FrozenPack:
    """One frozen quarter. `number` counts within the quarter from 1; `frozen` is UTC; "" and None where nobody noted it."""

    path: Path
    quarter: str
    number: int
    sha256: str
    frozen: datetime | None = None
    by: str = ""
    today: str = ""

    @property
    def intact(self) -> bool:
        """Whether the file is what was frozen."""
        return bool(self.sha256) and sha256_of(self.path) == self.sha256


def packs_folder(address: str, chosen: str = "") -> Path:
    """Where packs are kept: the folder that was `chosen`, else one beside the SQLite database at `address`.

    Raises:
        BadInput: neither is known.
    """
    if chosen:
        return Path(chosen)
    name = address.removeprefix(_SQLITE)
    if name == address or not name or name.startswith((":", "file:")):
        raise BadInput(NOWHERE)
    return Path(name).with_name(f"{Path(name).stem}-circulars")


def frozen_packs(folder: Path, site_id: str, quarter: str = "") -> list[FrozenPack]:
    """The packs of a site (of one quarter), the newest quarter and number first."""
    own = folder / site_id
    names = sorted(one.name for one in own.iterdir()) if own.is_dir() else []
    found = [pack for name in names if (pack := _pack(own / name, site_id))]
    mine = [one for one in found if quarter in ("", one.quarter)]
    return sorted(mine, key=lambda one: (one.quarter, one.number), reverse=True)


def frozen_pack(folder: Path, site_id: str, quarter: str, number: int) -> FrozenPack | None:
    name = f"{quarter}-{number}"
    return _pack(folder / site_id / name, site_id) if _NAME.fullmatch(name) else None


def _pack(folder: Path, site_id: str) -> FrozenPack | None:
    named = _NAME.fullmatch(folder.name)
    if named is None or not (path := folder / f"{site_id}-{named[1]}.db").is_file():
        return None
    try:
        said = json.loads((folder / ABOUT).read_text("utf-8"))
        frozen = datetime.fromisoformat(said["frozen"])
        return FrozenPack(
            path, named[1], int(named[2]), str(said["sha256"]), frozen, str(said["by"]), str(said["today"])
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError):
        return FrozenPack(path, named[1], int(named[2]), "")


def keep_new(
    folder: Path,
    site_id: str,
    quarter: CalendarQuarter,
    make: Callable[[Path], str],
    *,
    at: datetime,
    by: str,
    today: str,
) -> tuple[FrozenPack, bool]:
    """Let `make` write a pack, and keep it under the next number; True where it is new.

    A pack that is byte for byte one that is kept already is not kept twice. `make` gives back SHA-256 of the file.

    Raises:
        BadInput: it cannot be written.
    """
    own = folder / site_id
    try:
        own.mkdir(parents=True, exist_ok=True)
        with _making(own) as beside:
            made = beside / f"{site_id}-{quarter}.db"
            digest = make(made)
            for one in frozen_packs(folder, site_id, str(quarter)):
                if one.sha256 == digest and one.intact:
                    return one, False
            place, number = _next(own, quarter)
            about = {"sha256": digest, "frozen": at.isoformat(), "by": by, "today": today}
            put(place / ABOUT, json.dumps(about, ensure_ascii=False, indent=1).encode())
            made.replace(place / made.name)
    except OSError as error:
        raise BadInput(
            f"{own}: 证据包写不下（{error.strerror}）；请管理员检查文件夹和磁盘"
        ) from None
    return FrozenPack(place / made.name, str(quarter), number, digest, at, by, today), True


def _next(own: Path, quarter: CalendarQuarter) -> tuple[Path, int]:
    """A folder of our own: of two who want one at the same moment each gets another."""
    for number in range(1, MOST + 1):
        place = own / f"{quarter}-{number}"
        try:
            place.mkdir()
        except FileExistsError:
            continue
        return place, number
    raise BadInput(f"{quarter}已冻结{MOST}次，达到上限；请管理员把不用的证据包移到别处")


@contextmanager
def _making(own: Path) -> Iterator[Path]:
    """A folder to make a pack in, gone afterwards; those that killed processes left are swept up."""
    for left in own.glob(".making-*"):
        pid = left.name.removeprefix(".making-").partition("-")[0]
        if pid.isdigit() and not _runs(int(pid)):
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=f".making-{os.getpid()}-", dir=own) as made:
        yield Path(made)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def sha256_of(path: Path) -> str:
    """Of a file's bytes, "" where it cannot be read."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    except OSError:
        return ""
    return digest.hexdigest()
