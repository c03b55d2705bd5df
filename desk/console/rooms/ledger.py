"""台账: what was found, one by one or by wording; confirmed, dismissed, notified, verified; evidence beside it."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from desk.console.numbers import Number
from desk.console.pages import is_htmx, page
from desk.console.rights import Right
from desk.console.rooms import ledger_evidence, ledger_exceptions, ledger_papers
from desk.console.rooms.ledger_asked import MOST_CHOSEN, Asked, asked, quarters
from desk.console.rooms.ledger_steps import Step, Told, read_step, take
from desk.console.rooms.ledger_view import CLAIMABLE, seen, visible, words
from desk.console.seat import Visit, visiting
from store.database import reading
from store.ledger import ledger_rows
from store.states import CLAIMED
from store.triage import ALL, beside, of_these

router = APIRouter(prefix="/s/{site_id}")
#: The page, and the pieces of it that htmx asks for.
WHOLE = "ledger.html"
PIECES = {"triage": "ledger/triage.html", "detail": "ledger/detail.html"}
See = Annotated[Visit, visiting(Right.SEE)]


@router.get("/ledger")
def ledger(visit: See) -> Response:
    """The list and the finding looked at; for htmx only the piece it asks for."""
    wanted = asked(visit.request.query_params.multi_items())
    piece = visit.request.headers.get("HX-Target", "") if is_htmx(visit.request) else ""
    return _page(visit, wanted, PIECES.get(piece, WHOLE))


@router.get("/ledger/{number:int}")
def one(visit: See, number: Number) -> Response:
    """A finding's own address leads to where it stands in the ledger."""
    with reading(visit.hall.engine) as connection:
        visible(connection, visit, [number])
    wanted = Asked(state=ALL, number=number, start=number)
    return RedirectResponse(f"/s/{visit.site.id}/ledger{wanted.address()}", 303)


@router.post("/ledger/step")
async def step(visit: Annotated[Visit, visiting(Right.TRIAGE)]) -> Response:
    """Take the findings of the form to another state: all of them, or none and why."""
    return await _taken(visit)


@router.post("/ledger/claim")
async def claim(visit: Annotated[Visit, visiting(Right.CLAIM)]) -> Response:
    """A unit says that what it was notified of is mended.

    Raises:
        HTTPException: 404, a finding is not that unit's.
    """
    return await _taken(visit, only=CLAIMED)


async def _taken(visit: Visit, only: str = "") -> Response:
    form = await visit.request.form(max_files=0, max_fields=5000)
    pairs = [(name, str(value)) for name, value in form.multi_items()]
    return await run_in_threadpool(_step, visit, pairs, only)


def _step(visit: Visit, pairs: Sequence[tuple[str, str]], only: str) -> Response:
    wanted, said = read_step(pairs)
    if only:
        said = _of_unit(visit, said, only)
    told = take(visit, said)
    htmx = is_htmx(visit.request)
    template = PIECES["triage"] if htmx else WHOLE
    if told.problems:
        # htmx shows what is not an error only
        return _page(
            visit,
            _same(wanted, said.numbers),
            template,
            status=200 if htmx else 409,
            told=told,
            said=said,
        )
    after = _after(visit, wanted, said.numbers)
    address = f"/s/{visit.site.id}/ledger{after.address()}"
    if not htmx:
        return RedirectResponse(address, 303)
    response = _page(visit, after, template)
    response.headers["HX-Push-Url"] = address
    response.headers["HX-Trigger"] = json.dumps({"tell": {"value": "\n".join(told.done)}})
    return response


def _of_unit(visit: Visit, said: Step, only: str) -> Step:
    """What a unit may do: say that its own notified findings are mended, and nothing else."""
    with reading(visit.hall.engine) as connection:
        visible(connection, visit, said.numbers)
        rows = ledger_rows(connection, visit.site, visit.today, ids=said.numbers)
    faults = [
        f"台账号{row.id}：现为“{row.label}”，只有已通知、复查未改的问题能报告已改"
        for row in rows
        if row.state not in (*CLAIMABLE, only)
    ]
    return said.as_claim(only, faults)


def _after(visit: Visit, wanted: Asked, numbers: Sequence[int]) -> Asked:
    """What to look at after a step: the same where the sieve still leaves it, else the next."""
    sieve, last = wanted.sieve(visit.seat.unit), max(numbers)
    with reading(visit.hall.engine) as connection:
        left = of_these(connection, visit.site, visit.today, sieve, numbers)
        if wanted.group:
            return wanted if left else _plain(wanted)
        following = left[0] if left else beside(connection, visit.site, visit.today, sieve, last)
    return _plain(wanted, number=following or 0)


def _same(wanted: Asked, numbers: Sequence[int]) -> Asked:
    """The page with what the step was about: nobody acts on another finding by mistake."""
    if len(numbers) == 1 and not wanted.pick_rule:
        return replace(wanted, ids=(), number=numbers[0])
    return wanted if wanted.pick_rule else replace(wanted, ids=tuple(numbers[:MOST_CHOSEN]))


def _plain(wanted: Asked, number: int = 0) -> Asked:
    return replace(wanted, ids=(), pick="", pick_rule="", number=number)


def _page(
    visit: Visit,
    wanted: Asked,
    template: str,
    *,
    status: int = 200,
    told: Told | None = None,
    said: Step | None = None,
) -> Response:
    shown = seen(visit, wanted)
    return page(
        visit, template, status=status, seen=shown, asked=wanted,
        allowed=_allowed(visit, shown.allowed(), shown), problems=told.problems if told else (),
        said=said, quarters=quarters(visit.today), root=f"/s/{visit.site.id}/ledger", **words(visit),
    )  # fmt: skip


def _allowed(visit: Visit, steps: frozenset[str], shown: Any) -> frozenset[str]:
    """Of the steps that the findings may take those that this seat may."""
    if visit.seat.may(Right.TRIAGE):
        return steps
    states = (
        shown.chosen.states if shown.chosen else [shown.looked.row.state] if shown.looked else []
    )
    mine = bool(visit.seat.unit) and set(states) <= set(CLAIMABLE) and bool(states)
    return steps & {CLAIMED} if mine else frozenset()


for more in (ledger_evidence, ledger_exceptions, ledger_papers):
    router.include_router(more.router)
