"""Does a hit split a word? The boundary rule for terms whose `boundary` says `word`.

A hit straddles a token boundary when a token of the segmenter begins outside of it and ends inside,
or begins inside and ends outside, while the hit covers more than that token's part: 平[台独]立 lies
across 平台 and 独立. A hit that falls wholly inside one token, or whose ends are token boundaries,
does not. (reference/false_positives.md, rule C: it lost no true finding of 29.)

Only the clause around the hit is cut, and the segmenter is loaded only when first needed. It learns
unit and place names, never wrong words.
"""

import logging
import os
import re
import tempfile
import warnings
from functools import cache
from pathlib import Path
from typing import Any

_CLAUSE_END = re.compile(
    r"[。、“”‘’《》〈〉【】〔〕\uff0c\uff1b\uff1a\uff01\uff1f\uff08\uff09\n\r\t !?;,:()\"']"
)
#: Characters of the clause kept on either side of a hit.
AROUND = 20


def splits_word(text: str, start: int, end: int, names: frozenset[str] = frozenset()) -> bool:
    """Whether the hit at code points `start` to `end` of `text` straddles a token boundary."""
    left, right = clause(text, start, end)
    segmenter = _segmenter(names)
    at = left
    for token in segmenter.cut(text[left:right]):
        begin, at = at, at + len(token)
        if begin >= end:
            break
        inside = begin <= start and end <= at
        overlaps = at > start
        if overlaps and not inside and (begin < start or at > end):
            return True
    return False


def clause(text: str, start: int, end: int) -> tuple[int, int]:
    """The clause around a hit: bounded by punctuation or line breaks, at most `AROUND` on either side."""
    left = max(0, start - AROUND)
    for found in _CLAUSE_END.finditer(text, left, start):
        left = found.end()
    following = _CLAUSE_END.search(text, end, end + AROUND)
    return left, following.start() if following else min(len(text), end + AROUND)


@cache
def _segmenter(names: frozenset[str]) -> Any:
    """The segmenter with jieba's own dictionary plus `names`; quiet, its cache in a folder of this user's own."""
    with warnings.catch_warnings():  # jieba 0.42.1: pkg_resources, invalid escape sequences
        warnings.simplefilter("ignore")
        import jieba

    jieba.setLogLevel(logging.CRITICAL)
    segmenter = jieba.Tokenizer()
    folder = _cache_folder()
    if folder:
        # its cache is a marshal file: in the shared temporary folder another user could plant one
        segmenter.tmp_dir = str(folder)
    else:
        segmenter.cache_file = os.devnull
    segmenter.initialize()
    for name in sorted(names):
        segmenter.add_word(name)
    return segmenter


def _cache_folder() -> Path | None:
    """A folder only this user can write, None where there is none."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser())
    for base in (home, Path(tempfile.gettempdir()) / f"lanmu-{os.getuid()}"):
        folder = base / "lanmu"
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if folder.stat().st_uid == os.getuid() and os.access(folder, os.W_OK):
                return folder
        except OSError:
            continue
    return None
