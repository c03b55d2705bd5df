"""Which record of an outside monitor's report is which finding of ours: by page, wrong word and context, one to one.

Where a word stands several times on a page, context decides: the characters next to the word, without
punctuation. A record without context is taken for any finding of its word on its page. As many records
find their finding as can, those with most context in common first; the same input gives the same pairs.
"""

import html
import re
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from checks.model import plain

#: Characters around a word that must agree, where both say that many.
CLEAR = 3
#: Characters on either side that are compared.
AROUND = 40
#: Places of a word in one context that are looked at.
MOST_PLACES = 20
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>")

Sides = tuple[str, str]
Score = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Reported:
    """One record of the monitor. `page` is a `page_key`; `day` is when it saw the word, None where it does not say."""

    number: int
    page: str
    word: str
    context: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """One finding of ours on a page's text: the words around it, since when it is known, and when it ended (None: not).

    `claimed` says whether we call it wrong: no 疑似 that nobody confirmed, no 误报.
    """

    number: int
    page: str
    word: str
    before: str
    after: str
    opened: date
    ended: date | None = None
    claimed: bool = True


Pair = tuple[Reported, Held]


@dataclass(frozen=True, slots=True)
class Reconciled:
    """Every record once: `matched` with a finding that stands, `closed` with one that ended, `theirs` alone, or `repeated`.

    A repeated record says what an earlier one of the report says. `ours` are findings they do not have, of
    the pages they reported and known in the days they watched: what they did not watch is not counted.
    """

    matched: tuple[Pair, ...]
    closed: tuple[Pair, ...]
    theirs: tuple[Reported, ...]
    repeated: tuple[Reported, ...]
    ours: tuple[Held, ...]


def page_key(url: str) -> str:
    """What tells one page from another between two products: the canonical address without http or https."""
    return url.partition("://")[2] or url


def untagged(text: str) -> str:
    """`text` without the markup that exports wrap around a word."""
    return html.unescape(_TAG.sub("", text))


def reconciled(
    theirs: Sequence[Reported], ours: Sequence[Held], since: date | None, until: date | None
) -> Reconciled:
    """`theirs` against `ours`; they watched from `since` to `until` (both inclusive). Without days `Reconciled.ours` is empty."""
    pairs = paired(theirs, ours)
    met = {one.number for one, _ in pairs}
    taken = {one.number for _, one in pairs}
    first: dict[tuple[str, str, str], int] = {}
    for one in sorted(theirs, key=lambda one: (one.number not in met, one.number)):
        first.setdefault(_said(one), one.number)
    left = [one for one in theirs if one.number not in met]
    pages = {one.page for one in theirs}
    known = since is not None and until is not None
    alone = [
        one
        for one in ours
        if known and one.number not in taken and one.page in pages and one.claimed
        and _stood(one, since, until)
    ]  # fmt: skip
    return Reconciled(
        tuple(pair for pair in pairs if pair[1].ended is None),
        tuple(pair for pair in pairs if pair[1].ended is not None),
        tuple(one for one in left if first[_said(one)] == one.number),
        tuple(one for one in left if first[_said(one)] != one.number),
        tuple(alone),
    )


def _said(one: Reported) -> tuple[str, str, str]:
    return one.page, plain(one.word), _letters(one.context)


def _stood(one: Held, since: date | None, until: date | None) -> bool:
    assert since is not None
    assert until is not None
    return one.opened <= until and (one.ended is None or one.ended >= since)


def paired(theirs: Iterable[Reported], ours: Iterable[Held]) -> tuple[Pair, ...]:
    """Records with the findings they are, by the records' numbers; each record and each finding at most once."""
    held: defaultdict[str, list[Held]] = defaultdict(list)
    for mine in sorted(ours, key=lambda one: one.number):
        held[mine.page].append(mine)
    reported: defaultdict[str, list[Reported]] = defaultdict(list)
    for one in sorted(theirs, key=lambda one: one.number):
        reported[one.page].append(one)
    pairs = [
        pair
        for page, many in reported.items()
        if page in held
        for pair in _on_one_page(many, held[page])
    ]
    return tuple(sorted(pairs, key=lambda pair: pair[0].number))


def _on_one_page(theirs: Sequence[Reported], ours: Sequence[Held]) -> Iterator[Pair]:
    left = [_Seen(plain(one.word), _places(one.word, one.context)) for one in theirs]
    right = [_Seen(plain(one.word), [_sides(one.before, one.after)]) for one in ours]
    scores = {
        (i, j): score
        for i, a in enumerate(left)
        for j, b in enumerate(right)
        if (score := _score(a, b)) is not None
    }
    for i, j in _most_pairs(scores).items():
        yield theirs[i], ours[j]


@dataclass(frozen=True, slots=True)
class _Seen:
    """A word as it is compared, and what stands around it, at each place where it may stand."""

    word: str
    sides: Sequence[Sides]


def _places(word: str, context: str) -> list[Sides]:
    text, wanted = plain(untagged(context)), plain(word)
    found = [hit.start() for hit in re.finditer(re.escape(wanted), text)][:MOST_PLACES]
    return [_sides(text[:at], text[at + len(wanted) :]) for at in found] or [("", "")]


def _sides(before: str, after: str) -> Sides:
    """The letters before a word, nearest first, and those after it."""
    return _letters(before[-3 * AROUND :])[::-1][:AROUND], _letters(after[: 3 * AROUND])[:AROUND]


def _letters(text: str) -> str:
    return "".join(c for c in plain(untagged(text)) if c.isalnum())


def _score(theirs: _Seen, ours: _Seen) -> Score | None:
    """How well the two fit (more is better), None where they are not the same place.

    Other words fit only where one holds the other, and then only by their context.
    """
    same = theirs.word == ours.word
    short, long = sorted((theirs.word, ours.word), key=len)
    if not same and (len(short) < 2 or short not in long):
        return None
    best: Score | None = None
    for a in _around(theirs, short):
        for b in _around(ours, short):
            common = _common(a[0], b[0]) + _common(a[1], b[1])
            said = min(len(a[0]), len(b[0])) + min(len(a[1]), len(b[1]))
            if common >= min(CLEAR, said) and (same or said):
                best = max(best or (0, 0), (int(same), common))
    return best


def _around(seen: _Seen, word: str) -> Sequence[Sides]:
    """What stands around `word`, which is `seen.word` or stands in it."""
    if seen.word == word:
        return seen.sides
    hits = list(re.finditer(re.escape(word), seen.word))[:MOST_PLACES]
    inner = [_sides(seen.word[: hit.start()], seen.word[hit.end() :]) for hit in hits]
    return [
        ((before + left)[:AROUND], (after + right)[:AROUND])
        for before, after in inner
        for left, right in seen.sides
    ]


def _common(a: str, b: str) -> int:
    return next(
        (n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b))
    )


def _most_pairs(scores: Mapping[tuple[int, int], Score]) -> dict[int, int]:
    """As many pairs (left, right) as there can be, each side at most once; the best first."""
    given: dict[int, int] = {}
    owner: dict[int, int] = {}
    edges: defaultdict[int, list[int]] = defaultdict(list)
    for (i, j), _ in sorted(scores.items(), key=lambda one: (*(-n for n in one[1]), one[0])):
        edges[i].append(j)
        if i not in given and j not in owner:
            given[i], owner[j] = j, i
    for i in sorted(edges):
        if i not in given:
            _make_room(i, edges, given, owner)
    return given


def _make_room(
    start: int, edges: Mapping[int, Sequence[int]], given: dict[int, int], owner: dict[int, int]
) -> None:
    """Give `start` a partner, where others can go to another of theirs instead (Berge 1957: an augmenting path)."""
    came: dict[int, int] = {}
    waiting = deque([start])
    while waiting:
        i = waiting.popleft()
        for j in edges[i]:
            if j in came:
                continue
            came[j] = i
            if j in owner:
                waiting.append(owner[j])
                continue
            while True:
                i = came[j]
                before = given.get(i)
                given[i], owner[j] = j, i
                if before is None:  # only `start` had none
                    return
                j = before
    return
