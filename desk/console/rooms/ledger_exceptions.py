"""例外: what false alarms implied, proposed by one person, approved by another, in force until their day."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, HTTPException
from fastapi.responses import RedirectResponse, Response

from desk.console.numbers import Number
from desk.console.pages import page
from desk.console.rights import Right
from desk.console.rooms.ledger_view import rule_titles, words
from desk.console.seat import Visit, visiting
from store.database import reading, written
from store.exceptions import STATE_LABELS, decide, exceptions

router = APIRouter()
ORDER = ("proposed", "approved", "withdrawn")


@router.get("/ledger/exceptions")
def listed(visit: Annotated[Visit, visiting(Right.SEE)]) -> Response:
    """All of them, those that wait first. Raises HTTPException: 404 for a unit's account."""
    if visit.seat.unit:
        raise HTTPException(404, "没有这个页面")
    with reading(visit.hall.engine) as connection:
        some = exceptions(connection, visit.site.id)
    by_state = {state: [one for one in reversed(some) if one.state == state] for state in ORDER}
    return page(
        visit, "ledger_exceptions.html", by_state=by_state, state_labels=STATE_LABELS, today=visit.today,
        titles=rule_titles(visit.hall.checker(visit.site.id).wordlists), approves=visit.seat.may(Right.APPROVE),
        root=f"/s/{visit.site.id}/ledger", **words(visit),
    )  # fmt: skip


@router.post("/ledger/exceptions/{number:int}")
def decided(
    visit: Annotated[Visit, visiting(Right.APPROVE)],
    number: Number,
    to: Annotated[Literal["approved", "withdrawn"], Form()],
) -> Response:
    """Approve one of another person's, or withdraw one."""
    who, at = visit.seat.shown, visit.hall.now()
    written(
        visit.hall.engine,
        lambda connection: decide(connection, visit.site.id, number, to, who=who, at=at),
    )
    return RedirectResponse(f"/s/{visit.site.id}/ledger/exceptions", 303)
