"""Runs the rules over an article. The same article twice gives the same findings."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from checks.boundary import splits_word
from checks.matcher import Hit, Matcher, leftmost_longest
from checks.model import Article, Finding, Part, Severity, Site, Span, fingerprint, plain
from checks.wordlist import Term, Wordlist, lists_hash

#: Characters of context on either side that belong to a finding's identity.
CONTEXT = 8
MAYBE = "（可能是词语交界处的巧合，请人工确认）"


@dataclass(frozen=True, slots=True)
class _Needle:
    """One string the matcher looks for: a term, or (`excuses`) one of a term's exceptions."""

    wordlist: int
    term: Term
    excuses: bool


@dataclass(frozen=True, slots=True)
class _Found:
    """A hit on its way to becoming a finding."""

    part: int
    span: Span
    wordlist: Wordlist
    term: Term
    severity: Severity


class Checker:
    """Judges articles with `wordlists`, in the words (unit names) of `site`.

    `lists_hash` names the lists in force: two checkers with the same hash find the same.
    """

    def __init__(self, wordlists: Sequence[Wordlist], site: Site | None = None) -> None:
        self.wordlists = tuple(wordlists)
        self.lists_hash = lists_hash(self.wordlists)
        self._site = site.id if site else ""
        units = site.units if site else ()
        self._names = frozenset(name for unit in units for name in (unit.name, *unit.aliases))
        self._needles = [
            _Needle(number, term, excuses)
            for number, wordlist in enumerate(self.wordlists)
            for term in wordlist.terms
            for excuses in (False, *(True for _ in term.unless))
        ]
        texts = (
            text
            for wordlist in self.wordlists
            for term in wordlist.terms
            for text in (term.text, *term.unless)
        )
        self._matcher = Matcher(list(texts))

    def article(self, article: Article, *, today: date | None = None) -> tuple[Finding, ...]:
        """All findings of an article, in the order of their places.

        Terms are judged by the day the article was published; an undated article and a draft by
        `today`; without either, every term counts that is not over.
        """
        day = article.published or today
        found = [
            one
            for number, part in enumerate(article.parts)
            for one in self._part(number, part, day)
        ]
        return tuple(self._findings(article, found))

    def _part(self, number: int, part: Part, day: date | None) -> list[_Found]:
        hits = list(self._matcher.iter(part.text))
        if not hits:
            return []
        excused: dict[int, list[Hit]] = {}
        by_list: dict[int, list[Hit]] = {}
        for hit in hits:
            needle = self._needles[hit.needle]
            if needle.excuses:
                excused.setdefault(id(needle.term), []).append(hit)
            elif applies(needle.term, day) and whole_latin(part.text, hit):
                by_list.setdefault(needle.wordlist, []).append(hit)
        found: list[_Found] = []
        for listed, in_list in by_list.items():
            wordlist = self.wordlists[listed]
            standing = [hit for hit in in_list if not self._excused(hit, excused)]
            for hit in leftmost_longest(standing):
                term = self._needles[hit.needle].term
                severity = self._severity(wordlist, term, part.text, hit)
                found.append(_Found(number, Span(hit.start, hit.end), wordlist, term, severity))
        return one_mark_a_place(found)

    def _excused(self, hit: Hit, excused: dict[int, list[Hit]]) -> bool:
        phrases = excused.get(id(self._needles[hit.needle].term), ())
        return any(one.start <= hit.start and hit.end <= one.end for one in phrases)

    def _severity(self, wordlist: Wordlist, term: Term, text: str, hit: Hit) -> Severity:
        doubtful = (
            term.boundary == "word"
            and wordlist.severity > Severity.SUGGESTION
            and splits_word(text, hit.start, hit.end, self._names)
        )
        return Severity.SUGGESTION if doubtful else wordlist.severity

    def _findings(self, article: Article, found: Iterable[_Found]) -> Iterator[Finding]:
        seen: Counter[tuple[str, ...]] = Counter()
        for one in found:
            text = article.parts[one.part].text
            start, end = one.span.start, one.span.end
            match = text[start:end]
            key = (
                self._site,
                article.url,
                one.wordlist.id,
                plain(match),
                plain(text[max(0, start - CONTEXT) : start]),
                plain(text[end : end + CONTEXT]),
            )
            message = one.wordlist.message.format(match=match, use=one.term.use)
            yield Finding(
                rule=one.wordlist.id,
                severity=one.severity,
                part=one.part,
                span=one.span,
                match=match,
                suggestion=one.term.use,
                message=message if one.severity is one.wordlist.severity else message + MAYBE,
                source=one.term.source or one.wordlist.source,
                fingerprint=fingerprint(*key, str(seen[key])),
                url=article.url,
                unit=article.unit,
                columns=article.columns,
            )
            seen[key] += 1


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


def one_mark_a_place(found: Sequence[_Found]) -> list[_Found]:
    """Of findings that overlap, the weightier, then the longer, then the one that begins first."""
    kept: list[_Found] = []
    for one in sorted(found, key=lambda f: (-f.severity, f.span.start - f.span.end, f.span.start)):
        if not any(one.span.start < k.span.end and k.span.start < one.span.end for k in kept):
            kept.append(one)
    return sorted(kept, key=lambda f: f.span)
