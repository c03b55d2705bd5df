"""A folder for what converters write: gone when its reader is, and at the next start if that was killed."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

try:
    import fcntl
except ImportError:  # not on Windows: what a killed night left there stays
    fcntl = None  # type: ignore[assignment]

PREFIX = "lanmu-attachments-"


class AttachmentFolder:
    """An empty folder of its own, locked while it is in use. What it holds may be personal data."""

    def __init__(self) -> None:
        for left in _left_behind():
            shutil.rmtree(left, ignore_errors=True)
        self.path, self._lock = _made()

    def clear(self) -> None:
        for left in self.path.iterdir():
            shutil.rmtree(left, ignore_errors=True)

    def close(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def _made() -> tuple[Path, int | None]:
    while True:
        path = Path(tempfile.mkdtemp(prefix=PREFIX))
        with contextlib.suppress(FileNotFoundError):  # another start swept it before it was locked
            lock = _locked(path)
            if path.exists():
                return path, lock
            if lock is not None:
                os.close(lock)


def _locked(folder: Path, *, wait: bool = True) -> int | None:
    """A lock on `folder` that ends with this process; None where there are no locks.

    Raises:
        OSError: it is held, gone, or somebody else's.
    """
    if fcntl is None:
        return None
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        os.close(handle)
        raise
    return handle


def _left_behind() -> Iterator[Path]:
    """Folders of readers that were killed, each locked while it is dealt with."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            handle = _locked(folder, wait=False)
            if handle is not None:
                try:
                    yield folder
                finally:
                    os.close(handle)
