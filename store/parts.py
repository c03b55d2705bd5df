"""An article's parts as they are stored: JSON, and compressed where they are put aside."""

import json
import zlib
from collections.abc import Sequence

from checks.model import Part


def parts_json(parts: Sequence[Part]) -> str:
    """[kind, name, text] for each part, and its places where it has some.

    Characters stand as they are, so that an archive can be searched without taking it apart
    (checks/archive_search.py); what no database holds is escaped.
    """
    rows = [[p.kind, p.name, p.text, *([list(p.places)] if p.places else [])] for p in parts]
    written = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    try:
        written.encode()
    except UnicodeEncodeError:  # a lone surrogate
        return json.dumps(rows, separators=(",", ":"))
    return written


def parts_from(written: str) -> tuple[Part, ...]:
    return tuple(
        Part(kind, name, text, tuple((start, label) for start, label in (places or [[]])[0]))
        for kind, name, text, *places in json.loads(written)
    )


def packed(written: str) -> bytes:
    return zlib.compress(written.encode("utf-8", "surrogatepass"), 6)


def unpacked(raw: bytes) -> str:
    return zlib.decompress(raw).decode("utf-8", "surrogatepass")
