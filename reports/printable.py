"""Text from outside as a paper can hold it: no control characters, no reversed reading order, bounded."""

import re
import unicodedata
from collections.abc import Iterable

#: What a cell may hold, in UTF-16 units (Excel's own limit is 32,767).
CELL = 32_767
#: What papers show of one text, in code points; of a sentence, on either side of the match.
MOST = 1_000
AROUND = 200
#: Letters that order text from right to left by themselves are left; marks that turn others round are not.
_MARKS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_UNFIT = {"Cc", "Cs", "Zl", "Zp"}
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\s]+')
_RESERVED = re.compile(r"(?i)(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?")


def printable(text: str, most: int = MOST) -> str:
    """`text` in one line of at most `most` code points, an ellipsis where more was said."""
    bounded = text[: 4 * most + 100]
    said = "".join(" " if unicodedata.category(c) in _UNFIT else c for c in bounded if _fit(c))
    said = " ".join(said.split())
    return f"{said[: most - 1]}…" if len(said) > most or len(text) > len(bounded) else said


def _fit(c: str) -> bool:
    """Whether XML can hold it and it leaves the reading order alone."""
    return c not in _MARKS and ord(c) & 0xFFFE != 0xFFFE


def sentence(pieces: tuple[str, str, str]) -> tuple[str, str, str]:
    """Before, match and after; of a long sentence what stands next to the match, with an ellipsis."""
    before, match, after = pieces
    before = printable(before[-4 * AROUND :], 4 * AROUND)
    if len(before) > AROUND:
        before = f"…{before[-AROUND:]}"
    return before, printable(match, AROUND), printable(after, AROUND)


def file_name(*parts: str, suffix: str) -> str:
    """`parts` joined by _ as a file may be called on Windows too; `suffix` with its dot."""
    words = [_FORBIDDEN.sub("", printable(one, 60)).strip(".…") for one in parts]
    name = "_".join(one for one in words if one) or "文件"
    return f"{'_' if _RESERVED.fullmatch(name) else ''}{name}{suffix}"


def names_apart(names: Iterable[tuple[str, str]]) -> dict[str, str]:
    """A name for every id (id, name), apart also where a file system does not tell upper from lower case."""
    found = dict(names)
    keys = [
        _FORBIDDEN.sub("", printable(name, 60)).strip(".…").casefold() for name in found.values()
    ]
    return {
        id: name if keys.count(key) == 1 else f"{name}（{id}）"
        for (id, name), key in zip(found.items(), keys, strict=True)
    }
