"""Runs the rules over an article. The same article twice gives the same findings."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from checks.context import lesson, taught
from checks.excuses import in_scope, is_excused
from checks.model import (
    Article,
    Finding,
    Severity,
    Site,
    Span,
    Switch,
    Unchecked,
    fingerprint,
    plain,
)
from checks.normalise import folded
from checks.passage import Passage, TextRule
from checks.privacy import masked
from checks.rules.text import TEXT_RULES
from checks.switches import switches
from checks.terms import TAUGHT, TermHit, TermSearch
from checks.wordlist import Wordlist, lists_hash

#: Characters of context on either side that belong to a finding's identity.
CONTEXT = 8
#: Findings told of one article; what is beyond is said to be unchecked.
MOST = 10_000
#: A rule's message shows no more of what it found.
SHOWN = 40


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was found in an article, and what of it was not looked at."""

    findings: tuple[Finding, ...]
    unchecked: tuple[Unchecked, ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    """A place on its way to becoming a finding."""

    part: int
    span: Span
    rule: str
    severity: Severity
    use: str
    message: str
    source: str
    wording: bool = True


class Checker:
    """Judges articles with `wordlists` and the rules on text, by what `site` decides of them.

    `lists_hash` names the lists in force: two checkers with the same hash find the same.
    """

    def __init__(
        self,
        wordlists: Sequence[Wordlist],
        site: Site | None = None,
        rules: Sequence[TextRule] = TEXT_RULES,
    ) -> None:
        self.wordlists = tuple(wordlists)
        self.lists_hash = lists_hash(self.wordlists)
        self._site = site
        self._rules = tuple(rules)
        units = site.units if site else ()
        names = frozenset(name for unit in units for name in (unit.name, *unit.aliases))
        self._terms = TermSearch(self.wordlists, names)

    @property
    def titles(self) -> dict[str, str]:
        """What each list and rule is called, by id."""
        return {one.id: one.title for one in self.wordlists} | {
            rule.RULE.id: rule.MANUAL.title for rule in self._rules
        }

    def article(self, article: Article, *, today: date | None = None) -> tuple[Finding, ...]:
        """All findings of an article, in the order of their places.

        Terms are judged by the day the article was published; an undated article and a draft by
        `today`; without either, every term counts that is not over.
        """
        return self.judged(article, today=today).findings

    def judged(self, article: Article, *, today: date | None = None) -> Judgement:
        """`article`, and what could not be looked at: an article with more wrong words than can be told."""
        day = article.published or today
        about_words = lesson(article.title or article.body[:60].partition("\n")[0])
        decided = switches(self._site, article.columns)
        excuses = in_scope(self._site.excuses, article) if self._site else ()
        found: list[_Found] = []
        whole = True
        for number, part in enumerate(article.parts):
            passage = Passage(
                part.text, part.kind, day, article.published, self._site, folded(part.text)
            )
            in_terms, all_seen = self._terms.hits(
                passage.folded(), day, lesson=about_words, excuses=excuses
            )
            marks = [_of_term(number, hit) for hit in in_terms]
            marks += (
                one
                for one in self._of_rules(number, passage, decided, lesson=about_words)
                if not (excuses and is_excused(excuses, one.rule, one.span, passage.folded()))
            )
            whole = whole and all_seen
            found += _once_a_place(_switched(marks, decided))
        unchecked: tuple[Unchecked, ...] = ()
        if not whole or len(found) > MOST:
            found = found[:MOST]
            what = article.title or article.url or "稿件"
            unchecked = (Unchecked(what, f"问题过多，只列出前{MOST}处，其余未列出"),)
        return Judgement(tuple(self._findings(article, found)), unchecked)

    def _of_rules(
        self, number: int, passage: Passage, decided: Mapping[str, Switch], *, lesson: bool
    ) -> Iterator[_Found]:
        for rule in self._rules:
            switch = decided.get(rule.RULE.id)
            if not (switch.on or switch.severity is not None if switch else rule.ON):
                continue
            about = rule.RULE
            for mark in rule.check(passage):
                severity, note = mark.severity or about.severity, ""
                if rule.WORDING and severity > Severity.SUGGESTION:
                    shown = lesson or taught(passage.text, mark.start, mark.end, mark.use)
                    severity, note = (Severity.SUGGESTION, TAUGHT) if shown else (severity, "")
                match = " ".join(passage.text[mark.start : mark.end].split())
                if len(match) > SHOWN:
                    match = match[: SHOWN - 1] + "…"
                said = about.message.format(match=masked(match), use=mark.use, note=mark.note)
                yield _Found(
                    number,
                    Span(mark.start, mark.end),
                    about.id,
                    severity,
                    mark.use,
                    said + note,
                    about.source,
                    rule.WORDING,
                )

    def _findings(self, article: Article, found: Sequence[_Found]) -> Iterator[Finding]:
        seen: Counter[tuple[str, ...]] = Counter()
        clear = {number: masked(article.parts[number].text) for number in {f.part for f in found}}
        for one in found:
            text = clear[one.part]
            start, end = one.span.start, one.span.end
            match = text[start:end]
            key = (
                self._site.id if self._site else "",
                article.url,
                one.rule,
                plain(match),
                plain(text[max(0, start - CONTEXT) : start]),
                plain(text[end : end + CONTEXT]),
            )
            yield Finding(
                rule=one.rule,
                severity=one.severity,
                part=one.part,
                span=one.span,
                match=match,
                suggestion=one.use,
                message=one.message,
                source=one.source,
                fingerprint=fingerprint(*key, str(seen[key])),
                url=article.url,
                unit=article.unit,
                columns=article.columns,
            )
            seen[key] += 1


def _of_term(number: int, hit: TermHit) -> _Found:
    wordlist, term = hit.wordlist, hit.term
    message = wordlist.message.format(match=term.text, use=term.use) + hit.doubt
    source = term.source or wordlist.source
    return _Found(number, hit.span, wordlist.id, hit.severity, term.use, message, source)


def _switched(found: Iterable[_Found], decided: Mapping[str, Switch]) -> Iterator[_Found]:
    """Without what is off, and nothing weightier than the site wants it."""
    for one in found:
        switch = decided.get(one.rule)
        if switch is None or switch.on:
            yield one
        elif switch.severity is not None:
            severity = min(one.severity, switch.severity)
            yield replace(one, severity=severity)


def _once_a_place(found: Iterable[_Found]) -> list[_Found]:
    """By place; of findings on exactly the same place the weightiest, of those the first.

    Of findings on wording that overlap only the weightiest, of those the first: a list's term before
    a rule's guess at the same slip.
    """
    best: dict[Span, _Found] = {}
    for one in found:
        if one.span not in best or one.severity > best[one.span].severity:
            best[one.span] = one
    kept: list[_Found] = []
    taken: set[int] = set()
    for one in sorted(best.values(), key=lambda one: -one.severity):
        places = range(one.span.start, one.span.end) if one.wording else ()
        if taken.isdisjoint(places):
            taken.update(places)
            kept.append(one)
    return sorted(kept, key=lambda one: (one.part, one.span))


def without_personal_data(article: Article) -> Article:
    """`article` as it may be stored and shown: personal numbers masked in place, every place the same."""
    parts = tuple(replace(one, text=masked(one.text)) for one in article.parts)
    return article if parts == article.parts else replace(article, parts=parts)
