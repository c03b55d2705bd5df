"""A file that a browser saves under a Chinese name."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from fastapi.responses import Response

from reports.printable import file_name

TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".csv": "text/csv; charset=utf-8",
}


def saved(raw: bytes, *parts: str, suffix: str) -> Response:
    """`raw` to be saved as `parts` joined by _, with `suffix` (.xlsx or .csv)."""
    name = file_name(*parts, suffix=suffix)
    told = f"attachment; filename=\"lanmu{suffix}\"; filename*=UTF-8''{quote(name, safe='')}"
    return Response(raw, media_type=TYPES[suffix], headers={"Content-Disposition": told})


def bytes_of(write: Callable[[Path], None]) -> bytes:
    """What `write` writes to the file it is given; the file is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="lanmu-") as folder:
        path = Path(folder) / "file"
        write(path)
        return path.read_bytes()
