"""A folder of papers: what was written there before is written again, nothing else is touched.

A list in the folder (`MANIFEST`) keeps the SHA-256 of every file written. A file that is not in it, or that was
changed since, is somebody's work: it is never overwritten.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from checks.model import BadInput

MANIFEST = "lanmu-papers.json"


def write_papers(folder: Path, papers: Mapping[str, Callable[[Path], None]]) -> list[Path]:
    """Write each paper (file name → what writes it to a path); gives back their paths, in order.

    All are made first, beside the folder's files, and then put in place one by one: a run that is killed is
    simply run again.

    Raises:
        BadInput: files stand in the way, or the folder cannot be written; nothing is written then.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        ours = _manifest(folder)
        _refuse(folder, papers, ours)
        with tempfile.TemporaryDirectory(prefix=".lanmu-", dir=folder) as made:
            for name, write in papers.items():
                write(Path(made) / name)
            fresh = {name: [_digest(Path(made) / name)] for name in papers}
            # a file that is killed half-way through being replaced is ours in either form
            both = {name: sorted({*ours.get(name, ()), *fresh[name]}) for name in papers}
            _note(folder, {**ours, **both})
            for name in papers:
                (Path(made) / name).replace(folder / name)
            _note(folder, {**ours, **fresh})
    except OSError as error:
        raise BadInput(f"{folder}: 无法写入（{error.strerror}）") from None
    return [folder / name for name in papers]


def _refuse(folder: Path, papers: Mapping[str, Any], ours: Mapping[str, list[str]]) -> None:
    lines = []
    for name in papers:
        path = folder / name
        if not path.exists() and not path.is_symlink():
            continue
        if name not in ours:
            lines.append(
                f"{path}: 已有这个文件，不是本程序写的，没有覆盖；应移走、改名，或换一个文件夹"
            )
        elif not path.is_file() or _digest(path) not in ours[name]:
            lines.append(f"{path}: 写出后被改动过，没有覆盖；应移走、改名，或换一个文件夹")
    if lines:
        raise BadInput(*lines)


def _manifest(folder: Path) -> dict[str, list[str]]:
    file = folder / MANIFEST
    try:
        said = json.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (ValueError, UnicodeDecodeError):
        raise BadInput(f"{file}: 已损坏，分不清哪些文件是本程序写的；应换一个文件夹") from None
    if not isinstance(said, dict):
        raise BadInput(f"{file}: 不是本程序写的；应换一个文件夹")
    return {str(k): [str(one) for one in v] for k, v in said.items() if isinstance(v, list)}


def _note(folder: Path, ours: Mapping[str, list[str]]) -> None:
    """Replaced in one step: whoever reads it reads the old or the new."""
    handle, name = tempfile.mkstemp(prefix=".lanmu-", dir=folder)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(ours, file, ensure_ascii=False, indent=1, sort_keys=True)
        file.flush()
        os.fsync(file.fileno())
    shutil.move(name, folder / MANIFEST)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
