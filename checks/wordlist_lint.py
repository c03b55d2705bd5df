"""What is wrong with a folder of wordlists, beyond what keeps it from loading.

Duplicates over lists, one term's remedy that another calls wrong (also in a circle), a right form
that contains its wrong one without an exception, missing sources, examples that do not hold.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from checks.checker import Checker
from checks.model import Article, Severity
from checks.wordlist import Term, Wordlist, load_wordlists


def lint(folder: Path) -> list[str]:
    """Chinese lines `file:line: what`, in the order of the files.

    Raises:
        BadInput: the folder cannot be loaded at all.
    """
    lists = load_wordlists(folder)
    rows = [(one, term) for one in lists for term in one.terms]
    checker = Checker(lists)
    return [
        f"{folder / one.id}.csv:{term.line}: {fault}"
        for one, term in rows
        for fault in (
            *_other_list(one, term, rows),
            *_remedy(term, lists),
            *_example_faults(one, term, checker),
        )
    ]


def term_faults(one: Wordlist, term: Term, others: Sequence[Wordlist]) -> list[str]:
    """What is wrong with one term of `one` beside the lists `others`, and with what it makes wrong of theirs."""
    rows = [(other, same) for other in others for same in other.terms]
    lists = (one, *others)
    contrary = [
        f"“{other.text}”应为“{other.use}”（{about.id}.csv 第{other.line}行），这一条却把后者列为错词"
        for about, other in (*rows, *((one, own) for own in one.terms))
        if other is not term and other.use == term.text and _together(term, other)
    ]
    return [
        *_other_list(one, term, [*rows, (one, term)]),
        *_remedy(term, lists),
        *contrary,
        *_example_faults(one, term, Checker(lists)),
    ]


def _other_list(one: Wordlist, term: Term, rows: Sequence[tuple[Wordlist, Term]]) -> Iterator[str]:
    for other, same in rows:
        if same is term:
            return
        if same.text == term.text and other is not one:
            yield f"“{term.text}”与 {other.id}.csv 第{same.line}行重复"


def _remedy(term: Term, lists: Sequence[Wordlist]) -> Iterator[str]:
    if term.text in term.use and not any(term.use in one or one in term.use for one in term.unless):
        yield f"正词“{term.use}”包含错词“{term.text}”，应写入 unless"
    for one in lists:
        for other in one.terms:
            if other is not term and other.text == term.use and _together(term, other):
                circle = "互相矛盾" if other.use == term.text else "自相矛盾"
                yield f"“{term.text}”应为“{term.use}”，但 {one.id}.csv 第{other.line}行把后者列为错词，{circle}"


def _together(term: Term, other: Term) -> bool:
    """Whether both are wrong on some one day."""
    since = max(term.since or date.min, other.since or date.min)
    until = min(term.until or date.max, other.until or date.max)
    return since < until


def _example_faults(one: Wordlist, term: Term, checker: Checker) -> Iterator[str]:
    if not (term.source or one.source):
        yield f"“{term.text}”没有依据(source)"
    if not term.bad:
        yield f"“{term.text}”没有错误例句(bad)"
    if not term.good:
        yield f"“{term.text}”没有正确例句(good)"
    day = term.since or (date.fromordinal(term.until.toordinal() - 1) if term.until else None)
    bad = checker.article(Article.draft(term.bad, published=day))
    if term.bad and not any(f.rule == one.id and f.match == term.text for f in bad):
        yield f"错误例句“{term.bad}”没有查出“{term.text}”"
    good = checker.article(Article.draft(term.good, published=day))
    if any(f.rule == one.id and f.severity >= Severity.WARNING for f in good):
        yield f"正确例句“{term.good}”被误报"
