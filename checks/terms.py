"""Finds the terms of all lists in one part's text: folded, excused, weighed.

A hit inside one of its own exceptions is right; a name of the past stands where it may. A hit that
splits a word, runs over a gap or is shown as an example is lowered to 疑似, never dropped.
"""

import bisect
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from checks.boundary import splits_word
from checks.context import former, taught
from checks.excuses import excused as excuses_of
from checks.matcher import Hit, Matcher, leftmost_longest
from checks.model import Excuse, Severity, Span
from checks.normalise import Folded, folded, simplified
from checks.wordlist import Term, Wordlist

#: Term hits looked at in one part; what comes after is said to be unchecked.
MOST_HITS = 20_000
#: No exception is longer.
LONGEST = 200
COINCIDENCE = "（可能是词语交界处的巧合，请人工确认）"
ACROSS = "（跨行相连，请人工确认）"
TAUGHT = "（似在举例说明错误写法，请人工确认）"
_WIDE = str.maketrans("(),:;!?", "\uff08\uff09\uff0c\uff1a\uff1b\uff01\uff1f")
_NARROW = str.maketrans("\uff08\uff09\uff0c\uff1a\uff1b\uff01\uff1f", "(),:;!?")


@dataclass(frozen=True, slots=True)
class TermHit:
    """A term at a raw place. `doubt` says why its severity is lowered, "" where it is not."""

    span: Span
    wordlist: Wordlist
    term: Term
    severity: Severity
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class _Needle:
    """One string the matcher looks for: a term, or (`excuses`) one of a term's exceptions."""

    wordlist: int
    term: Term
    excuses: bool
    raw: str
    traditional: bool


class TermSearch:
    """The terms of `wordlists`, built once. `names` are words the segmenter is to know."""

    def __init__(self, wordlists: Sequence[Wordlist], names: frozenset[str] = frozenset()) -> None:
        self._wordlists = tuple(wordlists)
        self._names = names
        self._needles: list[_Needle] = []
        texts: list[str] = []
        for number, wordlist in enumerate(self._wordlists):
            for term in wordlist.terms:
                for raw, excuses in ((term.text, False), *((one, True) for one in term.unless)):
                    needle = _Needle(number, term, excuses, raw, _traditional(raw))
                    for spelt in spellings(raw):
                        self._needles.append(needle)
                        texts.append(spelt)
        self._matcher = Matcher(texts)

    def hits(
        self, view: Folded, day: date | None, *, lesson: bool, excuses: Sequence[Excuse] = ()
    ) -> tuple[list[TermHit], bool]:
        """What stands in a part, by place, and whether all of it was looked at.

        With `lesson` the text is about wrong wording: everything is only 疑似. `excuses` are exceptions that
        hold for the article.
        """
        found = self._matcher.find(view.text, most=MOST_HITS)
        if not found:
            return [], True
        excused: dict[int, list[tuple[int, int]]] = {}
        by_list: dict[int, list[Hit]] = {}
        for hit in found:
            needle = self._needles[hit.needle]
            if not _as_written(needle, view, hit):
                continue
            if needle.excuses:
                excused.setdefault(id(needle.term), []).append((hit.start, hit.end))
            elif applies(needle.term, day) and whole_latin(view.text, hit):
                by_list.setdefault(needle.wordlist, []).append(hit)
        if excuses:
            self._excuse(excuses, view, by_list, excused)
        marks = [
            self._weighed(view, self._wordlists[listed], hit, lesson=lesson)
            for listed, in_list in by_list.items()
            for hit in leftmost_longest(self._standing(in_list, excused))
            if not self._in_its_day(view, self._wordlists[listed], hit)
        ]
        return one_mark_a_place(marks), len(found) < MOST_HITS

    def _excuse(
        self,
        excuses: Sequence[Excuse],
        view: Folded,
        by_list: Mapping[int, Sequence[Hit]],
        excused: dict[int, list[tuple[int, int]]],
    ) -> None:
        """Add where the office's own exceptions say that the terms that were hit are right."""
        for listed, hits in by_list.items():
            rule = self._wordlists[listed].id
            terms = {id(term): term for term in (self._needles[hit.needle].term for hit in hits)}
            for key, term in terms.items():
                more = excuses_of(excuses, rule, term.text, view)
                excused[key] = sorted([*excused.get(key, ()), *more], key=lambda place: place[1])

    def _standing(
        self, hits: Sequence[Hit], excused: dict[int, list[tuple[int, int]]]
    ) -> Iterator[Hit]:
        """The hits that no exception of their own term covers. Exceptions are sorted by where they end."""
        for hit in hits:
            phrases = excused.get(id(self._needles[hit.needle].term), ())
            first = bisect.bisect_left(phrases, hit.end, key=lambda phrase: phrase[1])
            near = itertools.takewhile(
                lambda phrase, hit=hit: phrase[1] <= hit.end + LONGEST,  # type: ignore[misc]
                itertools.islice(phrases, first, None),
            )
            if not any(start <= hit.start for start, _ in near):
                yield hit

    def _in_its_day(self, view: Folded, wordlist: Wordlist, hit: Hit) -> bool:
        since = self._needles[hit.needle].term.since
        return wordlist.context == "former" and former(view.text, hit.start, hit.end, since)

    def _weighed(self, view: Folded, wordlist: Wordlist, hit: Hit, *, lesson: bool) -> TermHit:
        term = self._needles[hit.needle].term
        span = view.span(hit.start, hit.end)
        doubt = ""
        if wordlist.severity > Severity.SUGGESTION:
            gapped = view.gapped(span, hit.end - hit.start)
            if (term.boundary == "word" or gapped) and splits_word(
                view.text, hit.start, hit.end, self._names
            ):
                doubt = COINCIDENCE
            elif gapped and view.torn(span):
                doubt = ACROSS
            elif lesson or taught(view.text, hit.start, hit.end, term.use):
                doubt = TAUGHT
        severity = Severity.SUGGESTION if doubt else wordlist.severity
        return TermHit(span, wordlist, term, severity, doubt)


_SIMPLE = re.compile(r"[\u4e00-\u9fff0-9A-Za-z]*")


def _simple(raw: str) -> bool:
    """Whether folding leaves `raw` as it is and it has no mark to be spelt in two widths."""
    if not _SIMPLE.fullmatch(raw):
        return False
    try:
        raw.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def spellings(raw: str) -> tuple[str, ...]:
    """`raw` as it may stand in folded text: its marks in half and in full width."""
    if _simple(raw):
        return (raw,)
    text = folded(raw).text
    return tuple(dict.fromkeys((text, text.translate(_NARROW), text.translate(_WIDE))))


def _traditional(text: str) -> bool:
    return not _simple(text) and any(simplified(c) != c for c in text)


def _as_written(needle: _Needle, view: Folded, hit: Hit) -> bool:
    """Whether the raw text really has the needle, as far as traditional characters go.

    A needle with traditional characters wants them in the text. And the wrong characters themselves
    must be what was written: 帳戶 is not 帐户 for 账户.
    """
    if view.text is view.raw:
        return True
    span = view.span(hit.start, hit.end)
    if needle.traditional:
        return needle.raw in view.raw[span.start : span.end]
    wrong, right = needle.term.text, needle.term.use
    if needle.excuses or len(wrong) != len(right) or hit.end - hit.start != len(wrong):
        return True
    places = [i for i, (a, b) in enumerate(zip(wrong, right, strict=True)) if a != b]
    return not all(_traditional(view.raw[view.origin(hit.start + i)]) for i in places)


def applies(term: Term, day: date | None) -> bool:
    """Whether a term is wrong on `day`; without a day, whether it has no end."""
    if day is None:
        return term.until is None
    return (term.since is None or term.since <= day) and (term.until is None or day < term.until)


def whole_latin(text: str, hit: Hit) -> bool:
    """Whether a hit's Latin edges end there: IPV6 is not found in XIPV6 or IPV64, but is in IPV6升级."""
    return not (
        (_latin(text, hit.start) and _latin(text, hit.start - 1))
        or (_latin(text, hit.end - 1) and _latin(text, hit.end))
    )


def _latin(text: str, place: int) -> bool:
    return 0 <= place < len(text) and text[place].isascii() and text[place].isalnum()


def one_mark_a_place(found: Sequence[TermHit]) -> list[TermHit]:
    """Of findings that overlap, the weightier, then the longer, then the one that begins first."""
    kept: list[TermHit] = []
    taken: set[int] = set()
    for one in sorted(found, key=lambda f: (-f.severity, f.span.start - f.span.end, f.span.start)):
        places = range(one.span.start, one.span.end)
        if taken.isdisjoint(places):
            taken.update(places)
            kept.append(one)
    return sorted(kept, key=lambda f: f.span)
