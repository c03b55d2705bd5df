"""提议: a change of the office's lists is written down, tried on the archive, approved by another person or withdrawn."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from checks.model import BadInput
from checks.term_change import (
    ACTIONS,
    BOUNDARIES,
    CELLS,
    LABELS,
    cells_of,
    changed,
    holds,
    term_of,
    with_exception,
    worded,
)
from checks.wordlist import COLUMNS, Wordlist, shipped
from desk.console.numbers import Number
from desk.console.pages import is_htmx, page
from desk.console.rights import Right
from desk.console.seat import Visit, visiting
from desk.term_trials import Trial, list_to_try
from desk.term_writing import approve, own_folder, own_lists, refuse_faults
from reports.ledger_table import local
from store.database import reading, written
from store.term_proposals import (
    LONGEST_WORD,
    STATE_LABELS,
    TRIED,
    Proposal,
    decide_term,
    proposal,
    proposals,
    propose_term,
)

router = APIRouter()
Propose = Annotated[Visit, visiting(Right.TERMS)]
PAGE = 30


@dataclass(frozen=True, slots=True)
class Draft:
    """A proposal as it is being written: what kind, of which list and term, its cells."""

    action: str
    list: str
    text: str
    cells: Mapping[str, str]
    phrase: str = ""
    reason: str = ""


@router.get("/terms/propose")
def blank(visit: Propose, action: str = "add", list: str = "", text: str = "") -> Response:
    """The form, filled with the row as it is. Raises HTTPException: 404, no such change or term."""
    if action not in ACTIONS:
        raise HTTPException(404, "没有这种改动")
    cells = {} if action == "add" else _row(visit, list, text)
    draft = Draft(action, list, text, {"text": text, **cells} if action == "add" else cells)
    return _form(visit, draft)


def _row(visit: Visit, list: str, text: str) -> dict[str, str]:
    """A term's row as it is: the office's own before a shipped one. Raises HTTPException: 404."""
    for one in (*_own(visit), *visit.hall.checker(visit.site.id).wordlists):
        for term in one.terms:
            if one.id == list and term.text == text:
                return cells_of(term)
    raise HTTPException(404, "词表里没有这个词")


def _own(visit: Visit) -> tuple[Wordlist, ...]:
    try:
        return own_lists(visit.site)
    except (
        BadInput
    ):  # what is wrong is told where lists are shown; nothing can be written meanwhile
        return ()


def _form(visit: Visit, draft: Draft, problems: tuple[str, ...] = ()) -> Response:
    try:
        own_folder(visit.site)
        nowhere = ""
    except BadInput as error:
        nowhere = error.lines[0]
    titles = {one.id: one.title for one in visit.hall.checker(visit.site.id).wordlists}
    problems = tuple(map(worded, problems))
    return page(
        visit, "terms/propose.html", status=422 if problems else 200, draft=draft, problems=problems,
        own=_own(visit), nowhere=nowhere, labels=LABELS, cells=CELLS, boundaries=BOUNDARIES, titles=titles, root=_root(visit),
    )  # fmt: skip


def _root(visit: Visit) -> str:
    return f"/s/{visit.site.id}/terms"


@router.post("/terms/propose")
async def propose(visit: Propose, request: Request) -> Response:
    """Note the proposal and begin to try it; what is wrong with it is told on the form."""
    form = await request.form(max_files=0, max_fields=50)
    said = {name: str(value) for name, value in form.items()}
    return await run_in_threadpool(_propose, visit, said)


def _propose(visit: Visit, said: Mapping[str, str]) -> Response:
    action = said.get("action", "")
    if action not in ACTIONS:
        raise BadInput("没有这种改动，请从页面上选")
    cells = {name: " ".join(said.get(name, "").split()) for name in COLUMNS}
    list, was_text = said.get("list", ""), said.get("was", "")
    phrase = " ".join(said.get("phrase", "").split())[: LONGEST_WORD * 2 + 1]
    draft = Draft(action, list, was_text, cells, phrase, said.get("reason", ""))
    try:
        made = _made(visit, draft)
    except BadInput as error:
        if action not in TRIED:
            draft = replace(draft, cells=_row(visit, list, was_text))
        return _form(visit, draft, error.lines)
    _start(visit, made)
    return RedirectResponse(f"{_root(visit)}/proposals/{made.id}", 303)


def _made(visit: Visit, draft: Draft) -> Proposal:
    """The proposal as it is stored. Raises BadInput: what would be wrong with it."""
    was = {} if draft.action == "add" else _row(visit, draft.list, draft.text)
    cells = _cells(visit, draft, was)
    return written(
        visit.hall.engine,
        lambda connection: propose_term(
            connection, visit.site.id, draft.list, draft.action, cells, was, reason=draft.reason,
            who=visit.seat.shown, at=visit.hall.now(),
        ),
    )  # fmt: skip


def _cells(visit: Visit, draft: Draft, was: Mapping[str, str]) -> dict[str, str]:
    """The row as it is to be, looked over as it will be before it is written. Raises BadInput."""
    own = _own(visit)
    if draft.action == "except":
        if not holds(draft.phrase, draft.text) or len(draft.phrase) > LONGEST_WORD * 2:
            raise BadInput(f"例外短语应含有“{draft.text}”，且不超过{LONGEST_WORD * 2}字")
        term = term_of(was)
        if draft.phrase != term.text and draft.text in draft.phrase:
            with_exception(term, draft.phrase)
        return {**was, "phrase": draft.phrase}
    one = next((each for each in own if each.id == draft.list), None)
    if one is None:
        own_folder(visit.site)
        raise BadInput("只能改本单位的词表；内置词表的词，可提“增加例外”，或在本单位词表里新增词条")
    if draft.action == "remove":
        changed(one.terms, "remove", {}, was)
        return {}
    terms, new = changed(one.terms, draft.action, draft.cells, was)
    if new is None or terms == one.terms:
        raise BadInput("与现在的词条一样，没有改动")
    here = next((each for each in one.terms if each.text == was.get("text")), None)
    others = (*shipped(), *(each for each in own if each is not one))
    refuse_faults(one, terms, new, others, here)
    return cells_of(new)


@router.get("/terms/proposals")
def listed(visit: Propose, state: str = "proposed", skip: int = 0) -> Response:
    """Those that wait, were approved or withdrawn. Raises HTTPException: 404, no such state."""
    if state not in STATE_LABELS:
        raise HTTPException(404, "没有这种状态")
    with reading(visit.hall.engine) as connection:
        some, total = proposals(
            connection, visit.site.id, state, by=_whose(visit), limit=PAGE, skip=max(0, min(skip, 10**6))
        )  # fmt: skip
    titles = {one.id: one.title for one in visit.hall.checker(visit.site.id).wordlists}
    return page(
        visit, "terms/proposals.html", some=some, total=total, skip=skip, size=PAGE, state=state, labels=LABELS,
        state_labels=STATE_LABELS, titles=titles, root=_root(visit),
    )  # fmt: skip


def _whose(visit: Visit) -> str:
    """A unit's account sees what it proposed itself."""
    return visit.seat.shown if visit.seat.unit else ""


def _visible(visit: Visit, number: int) -> Proposal:
    """Raises HTTPException: 404, it is not there or not this seat's."""
    with reading(visit.hall.engine) as connection:
        try:
            found = proposal(connection, visit.site.id, number) if number < 2**31 else None
        except BadInput:
            found = None
    if found is None or _whose(visit) not in ("", found.proposed_by):
        raise HTTPException(404, "没有这项提议")
    return found


@router.get("/terms/proposals/{number:int}")
def one(visit: Propose, number: Number) -> Response:
    return _shown(visit, _visible(visit, number))


@router.get("/terms/proposals/{number:int}/trial")
def trial(visit: Propose, number: Number) -> Response:
    """How far the run over the archive is; a piece of the page."""
    return _shown(visit, _visible(visit, number), piece=is_htmx(visit.request))


@router.post("/terms/proposals/{number:int}/try")
def try_on(visit: Propose, number: Number) -> Response:
    """Run it over the archive (again)."""
    found = _visible(visit, number)
    if found.state != "proposed":
        raise BadInput("已经决定的提议不再试用")
    _begun(visit, found)
    return RedirectResponse(f"{_root(visit)}/proposals/{number}", 303)


@router.post("/terms/proposals/{number:int}/approve")
def approved(visit: Annotated[Visit, visiting(Right.APPROVE)], number: Number) -> Response:
    """Put another person's proposal into force, or say why not."""
    found = _visible(visit, number)
    try:
        approve(
            visit.hall.engine, visit.site, number, who=visit.seat.shown, at=visit.hall.now(),
            today=visit.today,
        )  # fmt: skip
    except BadInput as error:
        return _shown(visit, found, problems=error.lines)
    return RedirectResponse(f"{_root(visit)}/proposals/{number}", 303)


@router.post("/terms/proposals/{number:int}/withdraw")
def withdrawn(
    visit: Propose, number: Number, why: Annotated[str, Form(max_length=1000)] = ""
) -> Response:
    """The proposer, or who may approve, takes it back with a reason.

    Raises:
        HTTPException: 403, it is somebody else's.
    """
    found = _visible(visit, number)
    if found.proposed_by != visit.seat.shown and not visit.seat.may(Right.APPROVE):
        raise HTTPException(403, "只有提出的人或能批准的人才能撤回")
    try:
        written(
            visit.hall.engine,
            lambda connection: decide_term(
                connection, visit.site.id, number, "withdrawn", who=visit.seat.shown, at=visit.hall.now(), why=why
            ),
        )  # fmt: skip
    except BadInput as error:
        return _shown(visit, found, problems=error.lines)
    return RedirectResponse(f"{_root(visit)}/proposals/{number}", 303)


def _shown(
    visit: Visit, found: Proposal, *, problems: tuple[str, ...] = (), piece: bool = False
) -> Response:
    problems = tuple(map(worded, problems))
    running = visit.hall.trials.state(visit.site.id, found.id)
    template = "terms/trial.html" if piece else "terms/proposal.html"
    titles = {one.id: one.title for one in visit.hall.checker(visit.site.id).wordlists}
    return page(
        visit, template, status=409 if problems else 200, one=found, running=running, problems=problems,
        labels=LABELS, cells=CELLS, boundaries=BOUNDARIES, titles=titles, state_labels=STATE_LABELS, tried_first=TRIED,
        approves=visit.seat.may(Right.APPROVE), local=partial(local, visit.site), root=_root(visit),
    )  # fmt: skip


def _begun(visit: Visit, found: Proposal) -> Trial:
    """Raises BadInput: too many run, or there is nothing to try."""
    lists = visit.hall.checker(visit.site.id).wordlists
    return visit.hall.trials.start(visit.hall.engine, visit.site, found, list_to_try(found, lists))


def _start(visit: Visit, found: Proposal) -> None:
    """Begin a run where there is room for one: it can be begun from the proposal's page too."""
    try:
        _begun(visit, found)
    except BadInput:
        return
