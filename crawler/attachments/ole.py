"""The directory of an OLE compound file ([MS-CFB]): what a .doc, .xls, .wps or .et has at its root.

Names deeper down do not count: a .doc may hold a whole workbook as an embedded object.
"""

import struct
from collections.abc import Iterator

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NONE = 0xFFFF_FFFA  # this and above are no sector
_ENTRY = 128
#: Directory sectors followed: 4,096 of 512 bytes hold 16,384 names.
_SECTORS = 4096


def root_names(body: bytes) -> dict[str, int]:
    """Names of the streams and folders right below the root, each with its first sector.

    Raises:
        ValueError: it is no compound file, or its directory is broken.
    """
    entries = list(_entries(body))
    if not entries:
        raise ValueError("no directory")
    waiting, seen = [entries[0][3]], set[int]()
    names: dict[str, int] = {}
    while waiting:
        index = waiting.pop()
        if index >= len(entries) or index in seen:
            continue
        seen.add(index)
        name, left, right, _, first = entries[index]
        names[name] = first
        waiting += [left, right]
    return names


def sector_size(body: bytes) -> int:
    shift = int.from_bytes(body[30:32], "little")
    if not body.startswith(MAGIC) or shift not in (9, 12):
        raise ValueError("not a compound file")
    return 1 << shift


def _entries(body: bytes) -> Iterator[tuple[str, int, int, int, int]]:
    """(name, left sibling, right sibling, first child, first sector) of each entry, in order."""
    size = sector_size(body)
    for sector in _directory(body, size):
        start = (sector + 1) * size
        for at in range(start, start + size, _ENTRY):
            entry = body[at : at + _ENTRY]
            if len(entry) < _ENTRY:
                raise ValueError("directory cut short")
            length = min(int.from_bytes(entry[64:66], "little"), 64)
            name = entry[: max(length - 2, 0)].decode("utf-16-le", "replace")
            left, right, child = struct.unpack_from("<3I", entry, 68)
            yield name, left, right, child, int.from_bytes(entry[116:120], "little")


def _directory(body: bytes, size: int) -> Iterator[int]:
    """The sectors of the directory, by way of the file's sector table (its first 109 blocks)."""
    table = struct.unpack_from("<109I", body, 76)
    sector, seen = int.from_bytes(body[48:52], "little"), set[int]()
    while sector < _NONE and sector not in seen and len(seen) < _SECTORS:
        seen.add(sector)
        yield sector
        block, place = divmod(sector, size // 4)
        if block >= len(table) or table[block] >= _NONE:
            return
        at = (table[block] + 1) * size + place * 4
        sector = int.from_bytes(body[at : at + 4], "little") if at + 4 <= len(body) else _NONE
