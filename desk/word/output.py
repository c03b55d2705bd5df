"""The marked draft's file: written beside the draft, never over it, all of it or nothing."""

import errno
import os
import tempfile
from pathlib import Path

from checks.model import BadInput

#: What a marked draft's file may be called; which one it must be its content says.
SUFFIXES = (".docx", ".docm", ".dotx", ".dotm")
_FULL = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)


def refuse_output(file: str, out: Path) -> None:
    """Before anything is read: whether `out` may be written for draft `file`.

    Raises:
        BadInput: it is the draft itself, a folder, in no folder, or no name for a Word document.
    """
    if out.suffix.lower() not in SUFFIXES:
        raise BadInput(f"{out}: 带批注的稿件应存为.docx文件，请改文件名")
    if out.is_dir():
        raise BadInput(f"{out}: 是文件夹，应为要写出的文件名，如 稿件_批注.docx")
    if not out.parent.is_dir():
        raise BadInput(f"{out}: 没有这个文件夹，请先建好")
    if out.exists() and Path(file).exists() and out.samefile(file):
        raise BadInput(
            f"{out}: 就是稿件本身，不会覆盖；请另起文件名，如 {out.stem}_批注{out.suffix}"
        )


def refuse_suffix(out: Path, suffix: str) -> None:
    """Raises BadInput: Word would not open such a document under this name."""
    if out.suffix.lower() != suffix:
        raise BadInput(f"{out}: 这份稿件应存为{suffix}文件，否则Word打不开，请改文件名")


def write_output(out: Path, body: bytes) -> None:
    """Write `body` to `out` in one step: whoever opens it finds the old file or the new one.

    Raises:
        BadInput: it cannot be written.
    """
    name = ""
    try:
        handle, name = tempfile.mkstemp(prefix=".lanmu-", suffix=out.suffix, dir=out.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        mode = out.stat().st_mode if out.exists() else 0o666 & ~_umask()
        Path(name).chmod(mode & 0o777)
        Path(name).replace(out)
    except OSError as error:
        if name:
            Path(name).unlink(missing_ok=True)
        if error.errno in _FULL:
            raise BadInput(f"{out}: 磁盘已满，没有写出；请清理后再运行") from None
        raise BadInput(
            f"{out}: 无法写出({error.strerror})，请关闭打开它的Word，或换一个位置"
        ) from None


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
