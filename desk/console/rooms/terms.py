"""词表: every list and rule in force, searched; changes proposed, tried on the archive, approved by another person."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response

from checks.catalogue import Described, catalogue
from checks.model import BadInput
from checks.normalise import folded
from checks.term_change import CELLS, LABELS
from checks.wordlist import Term, Wordlist, shipped
from desk.console.pages import page
from desk.console.rights import Right
from desk.console.rooms import term_proposing
from desk.console.seat import Visit, visiting
from desk.term_writing import own_lists
from store.database import reading
from store.ledger import ledger_rows
from store.states import LABELS as STATES
from store.term_proposals import proposals
from store.triage import ALL, Sieve, numbers_of, terms_found

router = APIRouter(prefix="/s/{site_id}")
See = Annotated[Visit, visiting(Right.TERMS)]
#: Terms of one page, characters of what is searched, samples of where a term fired.
PAGE, LONGEST, SAMPLES = 50, 100, 5
#: Farther than anything that is found.
FAR = 9


@dataclass(frozen=True, slots=True)
class Listed:
    """A term and its list; `own` where the list is the office's."""

    wordlist: Wordlist
    term: Term
    own: bool


@dataclass(frozen=True, slots=True)
class Fired:
    """What a term found: by state, and some numbers of the ledger."""

    total: int
    states: Mapping[str, int]
    rows: Sequence[Any]


@router.get("/terms")
def terms(visit: See, q: str = "", list: str = "", skip: int = 0) -> Response:
    """Search the terms; without a word all of them, a page at a time."""
    said = q.strip()[:LONGEST]
    lists = visit.hall.checker(visit.site.id).wordlists
    of_list = (one for one in listed(lists) if list in ("", one.wordlist.id))
    found = sorted(
        (one for one in of_list if _nearness(one, said) < FAR), key=lambda one: _nearness(one, said)
    )
    skip = max(0, min(skip, len(found)))
    rules = [one for one in catalogue(()) if said and not list and _rule_says(one, said)]
    mine = visit.seat.shown if visit.seat.unit else ""
    with reading(visit.hall.engine) as connection:
        _, waiting = proposals(connection, visit.site.id, "proposed", by=mine, limit=1)
    return page(
        visit, "terms.html", q=said, chosen=list, lists=lists, found=found[skip : skip + PAGE], total=len(found),
        skip=skip, size=PAGE, rules=rules, waiting=waiting, own=_own_ids(lists), root=_root(visit),
        problems=visit.hall.list_problems(visit.site.id),
    )  # fmt: skip


@router.get("/terms/term")
def term(visit: See, list: str = "", text: str = "") -> Response:
    """One term: its row, its examples, where it fired. Raises HTTPException: 404, no list has it."""
    lists = visit.hall.checker(visit.site.id).wordlists
    one = find(lists, list, text)
    return page(
        visit, "terms/term.html", one=one, fired=_fired(visit, one), states=STATES, cells=CELLS, labels=LABELS,
        writable=_is_writable(visit, one), root=_root(visit),
    )  # fmt: skip


def _root(visit: Visit) -> str:
    return f"/s/{visit.site.id}/terms"


def listed(lists: Sequence[Wordlist]) -> Iterator[Listed]:
    """All terms with their lists, the office's own lists first."""
    shipped_ones = {id(one) for one in shipped()}
    for one in sorted(lists, key=lambda each: id(each) in shipped_ones):
        for each in one.terms:
            yield Listed(one, each, id(one) not in shipped_ones)


def find(lists: Sequence[Wordlist], list: str, text: str) -> Listed:
    """Raises HTTPException: 404, no list has the term."""
    for one in listed(lists):
        if one.wordlist.id == list and one.term.text == text:
            return one
    raise HTTPException(404, "词表里没有这个词")


def _own_ids(lists: Sequence[Wordlist]) -> frozenset[str]:
    shipped_ones = {id(one) for one in shipped()}
    return frozenset(one.id for one in lists if id(one) not in shipped_ones)


def _nearness(one: Listed, said: str) -> int:
    """How near a term is to what somebody typed: 0 the term itself, 3 its source speaks of it, `FAR` not at all.

    A term that stands in what was typed is near too: whole sentences are searched for.
    """
    term = one.term
    if not said or said in (term.text, term.use):
        return 0
    if said in term.text or said in term.use or _as_searched(term.text) in _as_searched(said):
        return 1
    if any(said in phrase for phrase in term.unless):
        return 2
    return 3 if said in term.source else FAR


@lru_cache(maxsize=100_000)
def _as_searched(text: str) -> str:
    """Terms are folded again for every search."""
    return folded(text).text


def _rule_says(one: Described, said: str) -> bool:
    return any(said in cell for cell in (one.id, one.title, one.finds, one.spares, one.source))


def _fired(visit: Visit, one: Listed) -> Fired:
    """What the ledger has of the term, whatever characters it was written with; a unit's own only."""
    rule, mine = one.wordlist.id, visit.seat.unit
    said = folded(one.term.text).text
    states: dict[str, int] = {}
    with reading(visit.hall.engine) as connection:
        found = terms_found(connection, visit.site, rule, one.term.use, mine)
        wordings = [match for match in found if folded(match).text == said]
        for match in wordings:
            for state, n in found[match].items():
                states[state] = states.get(state, 0) + n
        numbers = [
            number
            for match in wordings[:SAMPLES]
            for number in numbers_of(
                connection, visit.site, visit.today, Sieve(ALL, rule=rule, term=match, mine=mine), most=SAMPLES
            )
        ][:SAMPLES]  # fmt: skip
        rows = ledger_rows(connection, visit.site, visit.today, ids=numbers) if numbers else []
    return Fired(sum(states.values()), states, rows)


def _is_writable(visit: Visit, one: Listed) -> bool:
    """Whether the term's own row can be changed: it stands in the office's first folder."""
    if not one.own:
        return False
    try:
        lists = own_lists(visit.site)
    except BadInput:  # told on the page of the lists
        return False
    return any(each.id == one.wordlist.id and one.term in each.terms for each in lists)


router.include_router(term_proposing.router)
