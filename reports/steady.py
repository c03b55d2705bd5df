"""Office files (DOCX, XLSX) whose bytes depend on nothing but what is in them."""

import io
import os
import zipfile
from pathlib import Path

from checks.model import BadInput

#: What every entry of a steady file says it was written at: the earliest that ZIP can say.
WRITTEN = (1980, 1, 1, 0, 0, 0)
_UNIX = 3


def steady(raw: bytes) -> bytes:
    """The same ZIP file with the same entries, without the instants they were written at."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(made, "w") as new:
        for one in old.infolist():
            entry = zipfile.ZipInfo(one.filename, WRITTEN)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = _UNIX
            entry.external_attr = 0o600 << 16
            new.writestr(entry, old.read(one), compresslevel=6)
    return made.getvalue()


def put(path: Path, raw: bytes) -> None:
    """Write a file wholly or not at all. Raises BadInput: it cannot be written."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise BadInput(f"{path}: 无法写入（{error.strerror}）") from None
