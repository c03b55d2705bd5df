"""Judges a page as a page with the rules on pages, by what the site decides of them."""

from collections.abc import Sequence
from dataclasses import replace

from checks.model import Site, Switch
from checks.privacy import masked
from checks.rules.page import PAGE_RULES
from checks.seen_page import PageFault, PageRule, SeenPage
from checks.switches import switches
from checks.wordlist import Wordlist

#: The list whose terms are looked for in titles, keywords and hidden links: the office's own.
SPAM_LIST = "page-spam"
#: Characters of a fault's key that are kept, and faults of one page.
KEY, MOST = 200, 200


def spam_words(wordlists: Sequence[Wordlist]) -> tuple[str, ...]:
    """The office's own words for injected text; () where it keeps no such list."""
    return tuple(term.text for one in wordlists if one.id == SPAM_LIST for term in one.terms)


def judge_page(
    seen: SeenPage,
    site: Site,
    columns: Sequence[str] = (),
    words: Sequence[str] = (),
    rules: Sequence[PageRule] = PAGE_RULES,
) -> tuple[PageFault, ...]:
    """What is wrong with a page that was read, a rule and key once, in the rules' order.

    `columns` are the columns (ids) the page belongs to: a column page's own, or those that list the
    article. `words` are the office's own for injected text. Personal numbers are masked.
    """
    decided = switches(site, columns)
    found: dict[tuple[str, str], PageFault] = {}
    shown = replace(seen, words=tuple(words)) if words else seen
    for rule in rules:
        switch = decided.get(rule.RULE.id)
        if seen.kind not in rule.KINDS or not _runs(rule, switch):
            continue
        for fault in rule.check(shown, site):
            kept = _kept(fault, switch)
            found.setdefault((kept.rule, kept.key), kept)
            if len(found) >= MOST:
                return tuple(found.values())
    return tuple(found.values())


def _runs(rule: PageRule, switch: Switch | None) -> bool:
    return rule.ON if switch is None else switch.on or switch.severity is not None


def _kept(fault: PageFault, switch: Switch | None) -> PageFault:
    severity = fault.severity
    if switch and switch.severity is not None:
        severity = min(severity, switch.severity)
    return PageFault(
        fault.rule, masked(fault.key)[:KEY], masked(fault.match)[:KEY], masked(fault.note), severity
    )
