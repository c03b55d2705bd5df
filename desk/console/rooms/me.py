"""我的账号: one's own password, where one is signed in, one's programs' tokens."""

from datetime import datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from checks.model import BadInput
from desk.console.agents import browser_of
from desk.console.entry import enter
from desk.console.hall import Hall, hall_of, utc
from desk.console.numbers import Number
from desk.console.pages import page
from desk.console.passwords import Busy, Guard, hashed
from desk.console.rooms.doors import BUSY
from desk.console.seat import InPerson, Seat
from desk.console.tries import Tries
from store.accounts import account_of, change_account
from store.database import reading, writing
from store.sessions import (
    close_other_sessions,
    close_sessions,
    close_token,
    open_token,
    sessions_of,
    tokens_of,
)

router = APIRouter(prefix="/me")
DAYS = (30, 90, 365, 1825)


@router.get("")
def me(request: Request, seat: InPerson, done: str = "") -> Response:
    return _page(request, seat, done=DONE.get(done, ""))


#: What a page says after something was done.
DONE = {
    "password": "密码已修改；在别处的登录已全部退出",
    "session": "已退出那一处登录",
    "sessions": "已退出其他各处登录",
    "token": "令牌已停用",
}


def _page(
    request: Request,
    seat: Seat,
    *,
    done: str = "",
    wrong: str = "",
    token: str = "",
    status: int = 200,
) -> Response:
    hall = hall_of(request)
    with reading(hall.engine) as connection:
        account = account_of(connection, seat.account)
        assert account is not None
        sessions = sessions_of(connection, seat.account, at=hall.now())
        tokens = tokens_of(connection, seat.account, at=hall.now())
    idle = timedelta(minutes=hall.settings.idle_minutes)
    now = hall.now().replace(tzinfo=None)
    return page(
        request, "me.html", seat=seat, status=status, account=account, tokens=tokens, done=done, wrong=wrong,
        token=token, days=DAYS, shown=lambda at: shown(hall, at), browser_of=browser_of,
        unit=_unit(hall, seat.unit), sessions=[one for one in sessions if one.seen + idle > now],
    )  # fmt: skip


@router.post("/password")
async def change_password(
    request: Request,
    seat: InPerson,
    old: Annotated[str, Form(max_length=1000)] = "",
    new: Annotated[str, Form(max_length=1000)] = "",
    again: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Every session ends, and this browser gets a new one."""
    tries: Tries = request.app.state.tries
    keys = tries.keys(seat.name, "", f"seat {seat.session}")
    try:
        await _changed(request, seat, old, new, again, wait=tries.take(keys))
    except BadInput as error:
        wrong = "；".join(error.lines)
        return await run_in_threadpool(_page, request, seat, wrong=wrong, status=400)
    tries.give_back(keys)
    return await run_in_threadpool(_entered, request, seat)


async def _changed(
    request: Request, seat: Seat, old: str, new: str, again: str, *, wait: int
) -> None:
    """Raises BadInput: why the password stays as it is."""
    if wait:
        raise BadInput("试的次数太多，请稍后再试")
    hall = hall_of(request)
    guard: Guard = request.app.state.guard
    kept = await run_in_threadpool(_hash_of, hall, seat.account)
    try:
        right, _ = await guard.verified(old, kept)
    except Busy:
        raise BadInput(BUSY) from None
    if not right:
        raise BadInput("原密码不对")
    if new != again:
        raise BadInput("两次输入的新密码不一样")
    if new == old:
        raise BadInput("新密码和原密码一样")
    password = await run_in_threadpool(hashed, new, seat.name)
    await run_in_threadpool(_keep, hall, seat.account, password)


def _hash_of(hall: Hall, id: Number) -> str:
    with reading(hall.engine) as connection:
        account = account_of(connection, id)
    return account.hash if account else ""


def _keep(hall: Hall, id: int, password: str) -> None:
    with writing(hall.engine) as connection:
        change_account(connection, id, at=hall.now(), password=password)


def _entered(request: Request, seat: Seat) -> Response:
    with reading(hall_of(request).engine) as connection:
        account = account_of(connection, seat.account)
    assert account is not None
    return enter(request, account, "/me?done=password")


@router.post("/sessions/{id}/close")
def sign_out_there(request: Request, seat: InPerson, id: Number) -> Response:
    hall = hall_of(request)
    with writing(hall.engine) as connection:
        close_sessions(connection, seat.account, at=hall.now(), only=id)
    return RedirectResponse("/me?done=session", 303)


@router.post("/sessions/close")
def sign_out_elsewhere(request: Request, seat: InPerson) -> Response:
    hall = hall_of(request)
    with writing(hall.engine) as connection:
        close_other_sessions(connection, seat.account, at=hall.now(), but=seat.session)
    return RedirectResponse("/me?done=sessions", 303)


@router.post("/tokens")
def new_token(
    request: Request,
    seat: InPerson,
    label: Annotated[str, Form(max_length=200)] = "",
    days: Annotated[int, Form()] = 90,
) -> Response:
    """The token, once: no address leads to it again."""
    hall = hall_of(request)
    if seat.must_change:
        return _page(request, seat, wrong="请先修改密码", status=400)
    try:
        with writing(hall.engine) as connection:
            token = open_token(connection, seat.account, label, at=hall.now(), days=days)
    except BadInput as error:
        return _page(request, seat, wrong="；".join(error.lines), status=400)
    return _page(request, seat, token=token)


@router.post("/tokens/{id}/close")
def end_token(request: Request, seat: InPerson, id: Number) -> Response:
    hall = hall_of(request)
    with writing(hall.engine) as connection:
        close_token(connection, seat.account, id, at=hall.now())
    return RedirectResponse("/me?done=token", 303)


def _unit(hall: Hall, id: str) -> str:
    """A unit's name; its id where no site file served here has it."""
    units = {one.id: one.name for site in hall.sites.values() for one in site.units}
    return units.get(id, id)


def shown(hall: Hall, at: datetime | None) -> str:
    """An instant as the office's clock shows it; "—" for none."""
    if at is None:
        return "—"
    zone = next((site.timezone for site in hall.sites.values()), "Asia/Shanghai")
    return f"{utc(at).astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
