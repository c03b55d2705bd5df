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
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
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
MANY = 1000
#: What comparing a string costs, in steps of the search.
COMPARING = 20
#: A line break in JSON.
BREAK = "\\n"
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
    return folding() + escaped(BETWEEN.join(forms))


def _breaks_apart(raw: str, form: str) -> bool:
    """Whether a text and its folded form differ by line breaks at most. After a backslash JSON's line breaks are not told from it."""
    return "\\" not in raw and raw.replace("\n", "") == form.replace("\n", "")


def escaped(text: str) -> str:
    """`text` as it stands in JSON between the quotation marks: the form of a character is always the same."""
    return json.dumps(text, ensure_ascii=False)[1:-1].encode("utf-8", "replace").decode()


@dataclass(frozen=True, slots=True)
class _Word:
    """A string to be found: as it is written, what of it stands before the piece looked for, and without line breaks."""

    written: Any
    before: int
    joined: Any


class ArchiveSearch:
    """Whether an article may hold one of `strings` (as they stand in folded text).

    Of each string an end is looked for that seldom stands anywhere: where the text has it, the whole string
    is compared. `sample` are texts as they are stored, which tell what is rare.
    """

    def __init__(self, strings: Iterable[str], sample: Iterable[bytes] = ()) -> None:
        words = _least({escaped(one) for one in strings if one})
        self._decode = len(words) > MANY
        self._break = self._as_read(BREAK)
        common = _Common(sample)
        words_of: dict[str, list[_Word]] = {}
        for word in sorted(words):
            place = common.rare_end(word)
            joined = self._as_read(word.replace(BREAK, ""))
            one = _Word(self._as_read(word), len(self._as_read(word[:place])), joined)
            for piece in (word[place:], *_torn(word[place:])):
                words_of.setdefault(piece, []).append(one)
        self._words_of = list(words_of.values())
        #: However often a word is broken, it is not longer.
        self._reach = 3 * max((len(self._as_read(word)) for word in words), default=0)
        self._find = self._finder([self._as_read(piece) for piece in words_of])

    def holds(self, raw: bytes) -> bool:
        """`raw` is an article's JSON, where its folded form is the version alone, else its folded form."""
        text = raw.decode("utf-8", "replace") if self._decode else raw
        for start, end, number in self._find(text):
            words = self._words_of[number]
            for one in words:
                if text.startswith(one.written, start - one.before):
                    return True
            if self._over_breaks(text, start - self._reach, end + self._reach, words):
                return True
        return False

    def _over_breaks(self, text: Any, start: int, end: int, words: Sequence[_Word]) -> bool:
        """Whether one of `words` stands between these places once the line breaks are taken out."""
        start = max(0, start)
        if text.find(self._break, start, end) < 0:
            return False
        joined = text[start:end].replace(self._break, self._break[:0])
        return any(one.joined in joined for one in words)

    def in_texts(self, texts: Iterable[str]) -> bool:
        """`texts` are an article's parts as written."""
        return any(self.holds(escaped(folded(text).text).encode()) for text in texts)

    def _as_read(self, word: str) -> Any:
        """Few strings are looked for in bytes, many in characters."""
        return word if self._decode else word.encode()

    def _finder(self, pieces: list[Any]) -> Callable[[Any], Hits]:
        if not pieces:
            return lambda _: ()
        if self._decode:
            find: Callable[[Any], Hits] = daachorse.CharwiseDoubleArrayAhoCorasick(
                pieces
            ).find_overlapping
        else:
            find = daachorse.DoubleArrayAhoCorasick(pieces).find_overlapping
        return find


def _least(words: Set[str]) -> set[str]:
    """Those with none of the others in them: where one of the rest stands, one of these does."""
    return {word for word in words if not any(part in words for part in _parts(word))}


def _parts(word: str) -> Iterator[str]:
    whole = len(word)
    for length in range(1, whole):
        for start in range(whole - length + 1):
            yield word[start : start + length]


class _Common:
    """How often characters, and two of them side by side, stand in a sample of texts."""

    def __init__(self, sample: Iterable[bytes]) -> None:
        self._ones: Counter[str] = Counter()
        self._pairs: Counter[str] = Counter()
        for raw in sample:
            text = raw.decode("utf-8", "replace").replace(BREAK, "")
            self._ones.update(text)
            self._pairs.update(map("".join, pairwise(text)))
        self._size = max(1, self._ones.total())

    def rare_end(self, word: str) -> int:
        """The place in `word` from which on it is cheapest to look for.

        Its first pair is what the search goes into and has to come back from; the whole end, taken as a chain
        of pairs, is what must be compared where it stands.
        """
        best, place, chain = float("inf"), 0, 0.0
        for i in range(len(word) - 2, -1, -1):
            pair = self._often(word[i], word[i + 1])
            chain = pair * chain / self._one(word[i + 1]) if chain else pair
            if pair + COMPARING * chain <= best:
                best, place = pair + COMPARING * chain, i
        return place

    def _often(self, a: str, b: str) -> float:
        """A pair that is not in the sample is the rarer, the rarer its characters are."""
        return self._pairs[a + b] + self._one(a) * self._one(b) / self._size / 2

    def _one(self, c: str) -> float:
        return self._ones[c] + 0.2


def _torn(piece: str) -> Iterator[str]:
    """Around each place where a line may break inside a word: the characters before and after."""
    for a, b in pairwise(piece):
        if is_han(a) and is_han(b):
            yield f"{a}{BREAK}{b}"
