"""审校: the steps of 三审三校. Each carries the text and state the person saw, and is refused when either changed."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from checks.model import BadInput
from crawler.address import canonical
from desk.console.draft_view import Attempt, checked, draft_at, newest, person
from desk.console.numbers import Number
from desk.console.rights import Right
from desk.console.rooms.reviews import Drafting, home, shown
from desk.console.seat import Visit, visiting
from store.database import Connection, reading, written
from store.review_readings import Checked
from store.review_rules import LONGEST_REMARK, Seen
from store.reviews import note_address, pass_on, release, send_back, submit, withdraw

router = APIRouter(prefix="/s/{site_id}")
Reading = Annotated[Visit, visiting(Right.READ)]
Hash = Annotated[str, Form(max_length=64)]
State = Annotated[str, Form(max_length=16)]
Remark = Annotated[str, Form(max_length=2 * LONGEST_REMARK)]
#: How the fields of a release begin that give a reason to overrule; the finding's fingerprint follows.
OVERRULE = "overrule-"
LET_GO = "文本已按规定清理，不能再审"


def _taken(
    visit: Visit, number: int, name: str, step: Callable[[Connection], object], attempt: Attempt
) -> Response:
    """Take a step; back to the draft, with why not where it was refused."""
    with reading(visit.hall.engine) as connection:
        draft_at(connection, visit, number)
    try:
        written(visit.hall.engine, step)
    except BadInput as error:
        told = Attempt(tuple(error.lines), attempt.remark, attempt.reasons, attempt.url)
        return shown(visit, number, told)
    return RedirectResponse(f"{home(visit)}/{number}?done={name}", 303)


def _read(
    visit: Visit,
    number: int,
    name: str,
    step: Callable[..., None],
    seen: Seen,
    attempt: Attempt,
    **more: Any,
) -> Response:
    """Take a step of a text that the person saw; `more` goes to `step` (store/reviews.py)."""
    at, who = visit.hall.now(), person(visit)
    remark = attempt.remark

    def taken(connection: Connection) -> None:
        step(connection, visit.site, number, who, seen=seen, at=at, remark=remark, **more)

    return _taken(visit, number, name, taken, attempt)


def seen_text(text_hash: Hash, state: State) -> Seen:
    """What the person had before them, as the form carries it."""
    return Seen(text_hash, state)


SeenText = Annotated[Seen, Depends(seen_text)]


@router.post("/reviews/{number:int}/submit")
def hand_in(visit: Drafting, number: Number, seen: SeenText, remark: Remark = "") -> Response:
    return _read(visit, number, "submit", submit, seen, Attempt((), remark))


@router.post("/reviews/{number:int}/withdraw")
def give_up(visit: Drafting, number: Number, seen: SeenText, remark: Remark = "") -> Response:
    return _read(visit, number, "withdraw", withdraw, seen, Attempt((), remark))


@router.post("/reviews/{number:int}/return")
def turn_back(visit: Reading, number: Number, seen: SeenText, remark: Remark = "") -> Response:
    return _read(visit, number, "return", send_back, seen, Attempt((), remark))


@router.post("/reviews/{number:int}/pass")
def let_pass(visit: Reading, number: Number, seen: SeenText, remark: Remark = "") -> Response:
    judged = _judged(visit, number)
    return _read(visit, number, "pass", pass_on, seen, Attempt((), remark), checked=judged)


def _judged(visit: Visit, number: int) -> Checked:
    """The judgement of the text that a draft has now, made before anything is locked."""
    with reading(visit.hall.engine) as connection:
        draft_at(connection, visit, number)
        article = newest(connection, number)
    if article is None:
        raise BadInput(f"稿件{number}：{LET_GO}")
    return checked(visit, article)


async def _reasons(request: Request) -> dict[str, str]:
    """The reasons that a release gives, by the fingerprint of what is overruled; empty ones are none."""
    form = await request.form(max_files=0, max_fields=5000)
    return {
        name.removeprefix(OVERRULE): value
        for name, value in form.items()
        if name.startswith(OVERRULE) and isinstance(value, str) and value.strip()
    }


Reasons = Annotated[dict[str, str], Depends(_reasons)]


@router.post("/reviews/{number:int}/release")
def let_out(
    visit: Reading, number: Number, seen: SeenText, reasons: Reasons, remark: Remark = ""
) -> Response:
    return _read(
        visit, number, "release", release, seen, Attempt((), remark, reasons),
        checked=_judged(visit, number), overruled=reasons,
    )  # fmt: skip


@router.post("/reviews/{number:int}/address")
def published(
    visit: Drafting, number: Number, url: Annotated[str, Form(max_length=2083)] = ""
) -> Response:
    """Note where a released draft was published."""
    at = visit.hall.now()
    return _taken(
        visit, number, "address",
        lambda c: note_address(c, visit.site, number, person(visit), canonical(url), at=at), Attempt((), url=url),
    )  # fmt: skip
