"""Finds the stored articles that may hold any of many strings, at the speed of reading them.

Stored texts are searched as they are stored, as JSON in UTF-8, without being taken apart. Terms are
looked for in folded text (checks/normalise.py), so each article says, when it is stored, how its text
and its folded text differ (`folded_form`):

- by line breaks only, which most do: its JSON is searched; where a line breaks inside a word, the two
  characters around the break are a string to look for as well;
- by more: the folded text is stored beside it, and searched instead;
- it is not known (stored by another version of the folding): it is folded now, which is slow but exact.

What is found is at most too much: an article without any of the strings may be named (a key of the JSON
looks like one), one that has any is never left out.
"""

import hashlib
import json
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import Any

import daachorse

from checks import normalise
from checks.normalise import folded, is_han

#: Hex digits of the folding's version that a folded form begins with.
VERSION_LENGTH = 8
#: With more strings than these the automaton that reads characters is the faster one.
MANY = 2000
#: Two parts of an article: no line of one runs on into the other.
BETWEEN = "\n\n"
#: Start, end (exclusive) and number of each string found.
Hits = Sequence[tuple[int, int, int]]


@cache
def folding() -> str:
    """Which folding this is: 8 hex digits that change with the code or its tables."""
    digest = hashlib.sha256(Path(normalise.__file__).read_bytes())
    digest.update(Path(__file__).read_bytes())
    digest.update(f"{version('opencc')} {unicodedata.unidata_version}".encode())
    return digest.hexdigest()[:VERSION_LENGTH]


def folded_form(texts: Sequence[str]) -> str:
    """How an article with these parts' texts is to be searched: the folding's version, alone or with the folded text.

    Alone: folding takes line breaks out, and nothing else. "" where it cannot be said.
    """
    try:
        "".join(texts).encode()
    except UnicodeEncodeError:  # a lone surrogate: no database holds it as it is
        return ""
    forms = [folded(text).text for text in texts]
    if all(map(_breaks_apart, texts, forms)):
        return folding()
    return folding() + escaped(BETWEEN.join(forms)).decode()


def _breaks_apart(raw: str, form: str) -> bool:
    """Whether a text and its folded form differ by line breaks at most. After a backslash JSON's line breaks are not told from it."""
    return "\\" not in raw and raw.replace("\n", "") == form.replace("\n", "")


def escaped(text: str) -> bytes:
    """`text` as it stands in JSON between the quotation marks: the form of a character is always the same."""
    return json.dumps(text, ensure_ascii=False)[1:-1].encode("utf-8", "surrogatepass")


class ArchiveSearch:
    """Whether an article may hold one of `strings` (as they stand in folded text).

    `sample` are texts like those to be searched, as they are stored: knowing them makes many strings
    quicker to look for.
    """

    def __init__(self, strings: Iterable[str], sample: Sequence[bytes] = ()) -> None:
        words = sorted({escaped(one) for one in strings if one})
        torn = sorted({pair for one in strings for pair in _torn(one)} - set(words))
        self._words = len(words)
        self._decode = len(words) > MANY
        self._break = self._as_read(b"\\n")
        self._exact = self._finder(words, sample)
        self._first = self._finder([*words, *torn], sample)
        #: However often a word is broken, it reaches no further from one of its breaks.
        self._reach = max((len(self._as_read(one)) for one in words), default=0) * 3
        if any(b"\\n" in one for one in words):  # breaks are not to be taken out
            self._words += len(torn)

    def in_json(self, raw: bytes) -> bool:
        """`raw` is the JSON of an article whose folded form is the version alone."""
        text = self._as_read(raw)
        hits = self._first(text)
        return bool(hits) and (
            any(number < self._words for _, _, number in hits)
            or any(self._joined(text, start, end) for start, end, _ in hits)
        )

    def _joined(self, text: Any, start: int, end: int) -> bool:
        """Whether a word stands around a line break at `start` to `end`, the breaks taken out."""
        around = text[max(0, start - self._reach) : end + self._reach]
        return bool(self._exact(around.replace(self._break, self._break[:0])))

    def in_folded(self, raw: bytes) -> bool:
        """`raw` is a folded form with its text."""
        return bool(self._exact(self._as_read(raw)))

    def in_texts(self, texts: Iterable[str]) -> bool:
        """`texts` are an article's parts as written."""
        return any(self._exact(self._as_read(escaped(folded(text).text))) for text in texts)

    def _as_read(self, raw: bytes) -> Any:
        """Few strings are looked for in bytes, many in characters."""
        return raw.decode("utf-8", "replace") if self._decode else raw

    def _finder(self, words: Sequence[bytes], sample: Sequence[bytes]) -> Callable[[Any], Hits]:
        """What finds hits that do not overlap: some, wherever any of the words stands."""
        if not words:
            return lambda _: ()
        kind = (
            daachorse.CharwiseDoubleArrayAhoCorasick
            if self._decode
            else daachorse.DoubleArrayAhoCorasick
        )
        automaton = kind([*map(self._as_read, words)], corpus=[*map(self._as_read, sample)] or None)
        find: Callable[[Any], Hits] = automaton.find
        return find


def _torn(word: str) -> Iterator[bytes]:
    """Around each place where a line may break inside a word: the characters before and after."""
    for a, b in pairwise(word):
        if is_han(a) and is_han(b):
            yield f"{a}\\n{b}".encode()
