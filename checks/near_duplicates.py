"""Which articles of one unit say an earlier one over again: MinHash finds candidates, the texts decide.

Compared are the bodies' runs of `SHINGLE` characters, white space and punctuation left out, dates
folded (the same report under another day is the same report). Only 疑似, and rather silent than wrong:

- tables, price lists, rosters: what is not prose (too many digits, lines too short) is not compared;
- series: titles that differ in nothing but numbers （第3期/第4期, 9月/10月） are a regular notice;
- reports of other figures: bodies whose numbers (dates apart) differ say something new;
- forms （公示、公告、通知…）: alike by nature, so only the very same words repeat.
"""

import re
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from rensa import RMinHash, RMinHashLSH

from checks.model import plain

#: Characters in a shingle.
SHINGLE = 4
#: Permutations of a signature, bands of the index: two bodies nine tenths alike meet in 9,999 of 10,000 cases.
PERMUTATIONS, BANDS, SEED = 128, 16, 20190401
#: Digits among the characters of prose, at most; prose lines have at least LINE characters, and hold MOST of the text.
MOST_DIGITS, LINE, MOST_IN_LINES = 0.12, 30, 0.6
#: Characters of a body that are compared.
MOST_CHARACTERS = 20_000
#: Candidates whose texts are compared, the likeliest first.
MOST_COMPARED = 5

_NUMERAL = "0-9\uff10-\uff19〇零一二三四五六七八九十百两"
_DATE = re.compile(
    rf"(?:[{_NUMERAL}]{{2,4}}年)?[{_NUMERAL}]{{1,3}}月(?:[{_NUMERAL}]{{1,3}}[日号])?(?:至[{_NUMERAL}]{{1,3}}[日号])?"
    rf"|[{_NUMERAL}]{{2,4}}年|\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}|\d{{1,2}}[:\uff1a]\d{{2}}|[{_NUMERAL}]{{1,3}}[日时]"
)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_TITLE_NUMBER = re.compile(rf"[{_NUMERAL}]+")
_NOT_WORDS = re.compile(r"[\W_]+")
_FORMS = re.compile(
    r"公示|公告|通告|通知|声明|启事|名单|值班|预报|预警|提示|招标|中标|采购|拍卖|一览表|清单|目录|指南|报价|价格"
)


@dataclass(frozen=True, slots=True)
class Wording:
    """An article as it is compared."""

    title: str
    body: str

    @property
    def is_form(self) -> bool:
        return bool(_FORMS.search(self.title))


def is_prose(body: str, characters: int) -> bool:
    """Whether `body` is at least `characters` long and mostly sentences, not a table of figures."""
    text = "".join(body.split())
    if len(text) < characters:
        return False
    digits = sum(c.isdigit() for c in text)
    in_lines = sum(len("".join(line.split())) for line in body.split("\n") if len(line) >= LINE)
    return digits <= MOST_DIGITS * len(text) and in_lines >= MOST_IN_LINES * len(text)


def shingles(body: str) -> frozenset[str]:
    """The runs of `SHINGLE` characters of a body, all dates being one."""
    folded = _DATE.sub("0", plain(body[:MOST_CHARACTERS]))
    words = _NOT_WORDS.sub("", folded)
    return frozenset(words[i : i + SHINGLE] for i in range(len(words) - SHINGLE + 1))


def figures(body: str) -> Counter[str]:
    """The numbers a body names, dates and times apart."""
    return Counter(_NUMBER.findall(_DATE.sub(" ", plain(body[:MOST_CHARACTERS]))))


def likeness(a: frozenset[str], b: frozenset[str]) -> float:
    """Jaccard: what two sets share of what they hold together, from 0 to 1."""
    return len(a & b) / len(a | b) if a or b else 0.0


def is_series(a: str, b: str) -> bool:
    """Whether two titles differ, and in nothing but numbers."""
    a, b = plain(a), plain(b)
    return a != b and _TITLE_NUMBER.sub("0", a) == _TITLE_NUMBER.sub("0", b)


def says_again(a: Wording, b: Wording, percent: int) -> bool:
    """Whether two articles say the same, `percent` of it at least; it does not matter which is the earlier."""
    if is_series(a.title, b.title):
        return False
    if a.is_form or b.is_form:
        return plain(a.body) == plain(b.body)
    if figures(a.body) != figures(b.body):
        return False
    return likeness(shingles(a.body), shingles(b.body)) * 100 >= percent


class Earlier:
    """A unit's articles so far, oldest first, and which of them a new one says again.

    Holds signatures only (about two kilobytes an article of the last `days` days); `wording` gives an earlier
    article's text back by its key. Of articles that say the same only the latest is kept.
    """

    def __init__(
        self, wording: Callable[[int], Wording], *, percent: int, days: int, characters: int
    ) -> None:
        self._wording = wording
        self._percent, self._days, self._characters = percent, days, characters
        self._index = RMinHashLSH(threshold=0.8, num_perm=PERMUTATIONS, num_bands=BANDS)
        self._signatures: dict[int, RMinHash] = {}
        self._order: deque[tuple[date, int]] = deque()

    def repeated(self, key: int, day: date, text: Wording) -> int | None:
        """The key of the earlier article that this one says again, None for none; notes this one.

        `day` must not lie before that of the article given last; nor may a key come twice.
        """
        self._forget(day)
        if not is_prose(text.body, self._characters):
            return None
        signature = RMinHash(num_perm=PERMUTATIONS, seed=SEED)
        signature.update(sorted(shingles(text.body)))
        near = [one for one in self._index.query(signature) if one in self._signatures]
        near.sort(key=lambda one: (-signature.jaccard(self._signatures[one]), -one))
        found = next(
            (
                one
                for one in near[:MOST_COMPARED]
                if says_again(self._wording(one), text, self._percent)
            ),
            None,
        )
        if found is not None:
            self._drop(found)
        self._index.insert(key, signature)
        self._signatures[key] = signature
        self._order.append((day, key))
        return found

    def __len__(self) -> int:
        """How many articles a new one is compared with at most."""
        return len(self._signatures)

    def _forget(self, day: date) -> None:
        while self._order and (day - self._order[0][0]).days > self._days:
            self._drop(self._order.popleft()[1])

    def _drop(self, key: int) -> None:
        if self._signatures.pop(key, None) is not None:
            self._index.remove(key)
