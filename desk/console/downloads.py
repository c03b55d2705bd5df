"""Files that the desk hands out: made by reports/, stored by the browser, never shown by it."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from fastapi.responses import Response

#: What a file is by the end of its name; anything else is bytes.
TYPES = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
    ".csv": "text/csv; charset=utf-8",
}
BYTES = "application/octet-stream"


def download(body: bytes, name: str) -> Response:
    """`body` as the file `name`, which may be Chinese."""
    suffix = Path(name).suffix
    plain = f"file{suffix if suffix.isascii() else ''}"
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    return Response(body, headers={
        "Content-Type": TYPES.get(suffix, BYTES), "Content-Disposition": disposition,
    })  # fmt: skip


def written_bytes(write: Callable[[Path], None], name: str) -> bytes:
    """What `write` puts into a file of this name, which is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="lanmu-") as folder:
        path = Path(folder) / f"file{Path(name).suffix}"
        write(path)
        return path.read_bytes()
