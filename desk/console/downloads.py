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
    ".docm": "application/vnd.ms-word.document.macroEnabled.12",
    ".zip": "application/zip",
    ".png": "image/png",
    ".csv": "text/csv; charset=utf-8",
}
BYTES = "application/octet-stream"


def download(body: bytes, name: str) -> Response:
    """`body` as the file `name`, which may be Chinese."""
    kind = TYPES.get(Path(name).suffix, BYTES)
    return Response(body, headers={"Content-Type": kind, "Content-Disposition": attached(name)})


def attached(name: str) -> str:
    """What says that an answer is to be saved as the file `name`: as browsers read it today, and long ago."""
    suffix = Path(name).suffix
    plain = f"file{suffix if suffix.isascii() else ''}"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def written_bytes(write: Callable[[Path], None], name: str = "file") -> bytes:
    """What `write` puts into a file whose name ends as this one, which is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="lanmu-") as folder:
        path = Path(folder) / f"file{Path(name).suffix}"
        write(path)
        return path.read_bytes()
