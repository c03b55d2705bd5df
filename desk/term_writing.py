"""An approved change of a list goes into the office's own folder: looked over first, whole or not at all.

A change of a list that comes with Lanmu is never written there: an exception of one of its terms becomes an
exception of the site (store/exceptions.py), which holds at once and may be withdrawn.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from checks.model import BadInput, Site
from checks.term_change import cells_of, changed, stamped, with_exception
from checks.term_table import csv_text, replace_file
from checks.wordlist import Term, Wordlist, load_wordlists, shipped
from checks.wordlist_lint import term_faults
from store.database import Connection, Engine, reading, written
from store.exceptions import agreed
from store.locks import folder_lock
from store.term_proposals import Proposal, decide_term, proposal


def own_folder(site: Site) -> Path:
    """The folder that a site's changes are written to. Raises BadInput: the site file names none."""
    if not site.lists:
        raise BadInput(
            "站点文件没有写本单位的词表文件夹（lists），词条无处可写；请管理员补上，提议仍保留"
        )
    return Path(site.lists[0])


def own_lists(site: Site) -> tuple[Wordlist, ...]:
    """The lists of that folder, as they are now; () where there is none. Raises BadInput: they have errors."""
    return load_wordlists(Path(site.lists[0])) if site.lists else ()


def is_own(lists: Sequence[Wordlist], list: str, text: str) -> bool:
    """Whether a term stands in one of the office's own lists."""
    return any(one.id == list and any(t.text == text for t in one.terms) for one in lists)


def approve(
    engine: Engine, site: Site, number: int, *, who: str, at: datetime, today: date
) -> Proposal:
    """Approve a proposal and put it into force; what cannot be written stays proposed.

    Raises:
        BadInput: it cannot be approved, the lists would be wrong with it, or the folder cannot be written: why.
    """
    with reading(engine) as connection:
        wanted = proposal(connection, site.id, number)
    if wanted.action == "except" and (
        wanted.phrase == wanted.text or not is_own(own_lists(site), wanted.list, wanted.text)
    ):
        return written(engine, lambda connection: _as_exception(connection, site, wanted, who, at))
    folder = own_folder(site)
    if not folder.is_dir():
        raise BadInput(f"{folder}: 没有这个词表文件夹；提议仍保留")
    with folder_lock(folder):
        one, terms = _with(folder, wanted, who, today)

        def work(connection: Connection) -> Proposal:
            done = decide_term(connection, site.id, number, "approved", who=who, at=at)
            if terms != one.terms:
                replace_file(folder / f"{one.id}.csv", csv_text(terms))
            return done

        return written(engine, work)


def _as_exception(
    connection: Connection, site: Site, wanted: Proposal, who: str, at: datetime
) -> Proposal:
    if not wanted.list:
        raise BadInput(f"现有的词表查不出“{wanted.phrase}”，不需要例外；请撤回这项提议")
    by = (wanted.proposed_by, who)
    done = decide_term(connection, site.id, wanted.id, "approved", who=who, at=at)
    agreed(
        connection, site.id, wanted.list, wanted.text, wanted.phrase, why=wanted.reason, by=by, at=at
    )  # fmt: skip
    return done


def _with(
    folder: Path, wanted: Proposal, who: str, today: date
) -> tuple[Wordlist, tuple[Term, ...]]:
    """The list as it is, and its terms with the change made. Raises BadInput: it would be wrong."""
    lists = load_wordlists(folder)
    one = next((each for each in lists if each.id == wanted.list), None)
    if one is None:
        raise BadInput(f"{folder}: 词表文件夹里没有“{wanted.list}”这个词表")
    here = next((each for each in one.terms if each.text == wanted.text), None)
    cells, was = wanted.cells, wanted.was
    if wanted.action == "except":  # what the row is now, with a phrase more
        if here is None or wanted.phrase in here.unless:
            return one, one.terms
        cells, was = cells_of(with_exception(here, wanted.phrase)), cells_of(here)
    cells = stamped(cells, wanted.proposed_by, who, today)
    terms, term = changed(one.terms, wanted.action, cells, was)
    if term is not None and terms != one.terms:
        others = (*shipped(), *(each for each in lists if each is not one))
        refuse_faults(one, terms, term, others, here)
    return one, terms


def refuse_faults(
    one: Wordlist,
    terms: tuple[Term, ...],
    term: Term,
    others: Sequence[Wordlist],
    before: Term | None = None,
) -> None:
    """Raises BadInput: what is wrong with `term` in the list of `terms`, and was not with the row `before`, a line each."""
    faults = term_faults(replace(one, terms=terms), term, others)
    if faults and before is not None:
        known = set(term_faults(one, before, others))
        faults = [fault for fault in faults if fault not in known]
    if faults:
        raise BadInput(*faults)
