"""What a change of lists touches: the strings that find something else than they did.

A text in which none of these strings stands is judged by the new lists as it was by the old ones. It
is not enough to look where a removed term was found: a term may hide another one without being told
itself (a list that is switched off, a name of the past), and what it hid appears when it goes.
"""

from collections.abc import Mapping, Sequence

from checks.terms import spellings
from checks.wordlist import Wordlist

#: Everything that a string stands for, in the lists' order: (list, term, as written, excuses).
Meaning = tuple[tuple[object, ...], ...]


def looked_for(wordlists: Sequence[Wordlist]) -> dict[str, Meaning]:
    """Every string that lists make one look for in a folded text, and all that it stands for.

    The order of its meanings counts: of equal ones the first is told.
    """
    found: dict[str, list[tuple[object, ...]]] = {}
    for one in wordlists:
        about = (one.id, one.severity, one.message, one.source, one.context)
        for t in one.terms:
            row = (t.text, t.use, t.unless, t.boundary, t.since, t.until, t.source)
            for raw, excuses in ((t.text, False), *((phrase, True) for phrase in t.unless)):
                for spelt in spellings(raw):
                    found.setdefault(spelt, []).append((about, row, raw, excuses))
    found.pop("", None)
    return {spelt: tuple(meanings) for spelt, meanings in found.items()}


def changed(old: Mapping[str, Meaning], new: Mapping[str, Meaning]) -> frozenset[str]:
    """The strings that stand for something else, or stand in one of the two only."""
    return frozenset(spelt for spelt in old.keys() | new.keys() if old.get(spelt) != new.get(spelt))
