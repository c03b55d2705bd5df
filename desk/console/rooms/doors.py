"""Signing in and out."""

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from desk.console.entry import BROWSER, enter, leave, own_address
from desk.console.gate import OTHER_PAGE, client_of, told_origin
from desk.console.hall import Hall, hall_of
from desk.console.pages import page
from desk.console.passwords import Busy, Guard
from desk.console.seat import Seated, Sure
from desk.console.tries import Tries
from store.accounts import ONCE, ONCE_LASTS, Account, account_named, count_accounts, keep_hash
from store.database import reading, writing
from store.sessions import was_here

router = APIRouter()
WRONG = "登录名或密码不对"
OVER = "一次性密码已过期，请联系管理员重新设置"
BUSY = "现在登录的人太多，请过几秒再试"


@router.get("/login")
def door(request: Request, next: str = "") -> Response:
    hall = hall_of(request)
    with reading(hall.engine) as connection:
        nobody = not count_accounts(connection)
    return _door(request, next, nobody=nobody)


def _door(
    request: Request,
    next: str,
    *,
    status: int = 200,
    wrong: str = "",
    name: str = "",
    nobody: bool = False,
) -> Response:
    oidc = hall_of(request).settings.oidc
    return page(
        request, "login.html", status=status, next=own_address(next), wrong=wrong, nobody=nobody,
        name=name, oidc=oidc.name if oidc else "",
    )  # fmt: skip


@router.post("/login")
async def sign_in(
    request: Request,
    name: Annotated[str, Form(max_length=64)] = "",
    password: Annotated[str, Form(max_length=1000)] = "",
    next: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    if told_origin(request.scope) is not True:  # another's page must not sign anybody in as another
        raise HTTPException(403, OTHER_PAGE)
    hall, name = hall_of(request), name.strip().lower()
    tries: Tries = request.app.state.tries
    guard: Guard = request.app.state.guard
    browser = request.cookies.get(BROWSER, "")
    account, known = await run_in_threadpool(_asked, hall, name, browser)
    keys = tries.keys(name, client_of(request), browser if known else "")
    if wait := tries.take(keys):
        minutes = -(-wait // 60)
        answer = _door(
            request, next, status=429, name=name, wrong=f"试的次数太多，请{minutes}分钟后再试"
        )
        answer.headers["Retry-After"] = str(wait)
        return answer
    try:
        right, newer = await guard.verified(password, account.hash if account else "")
    except Busy:
        tries.give_back(keys)
        answer = _door(request, next, status=503, name=name, wrong=BUSY)
        answer.headers["Retry-After"] = "5"
        return answer
    if account is None or not right:
        return _door(request, next, status=401, name=name, wrong=WRONG)
    tries.give_back(keys)
    if account.must_change and _is_over(hall, account):
        return _door(request, next, status=401, name=name, wrong=OVER)
    return await run_in_threadpool(_let_in, request, account, newer, next)


def _is_over(hall: Hall, account: Account) -> bool:
    """Whether a password for once was given too long ago."""
    given = account.changed
    return given is None or hall.now().replace(tzinfo=None) > given + ONCE_LASTS


def _asked(hall: Hall, name: str, browser: str) -> tuple[Account | None, bool]:
    """Who may sign in by this name, and whether they did so before in this browser."""
    with reading(hall.engine) as connection:
        account = account_named(connection, name)
        if account is None or not account.active:
            return None, False
        return account, bool(browser) and was_here(connection, account.id, browser)


def _let_in(request: Request, account: Account, newer: str, next: str) -> Response:
    if newer:
        with writing(hall_of(request).engine) as connection:
            kept = (ONCE if account.must_change else "") + newer
            keep_hash(connection, account.id, kept)
    return enter(request, account, next)


@router.post("/logout")
def sign_out(request: Request, _seat: Sure) -> Response:
    return leave(request)


@router.get("/")
def first(request: Request, seat: Seated) -> Response:
    """To the site's first page; the office's only one, mostly. Who only keeps accounts: to these."""
    if seat.may("people") and not seat.may("see"):
        return RedirectResponse("/people", 303)
    sites = [one for one in hall_of(request).sites if not seat.site or seat.site == one]
    if not sites:
        return page(
            request, "told.html", seat=seat, lines=("没有给出站点文件，或您的账号不属于任何站点",)
        )
    return RedirectResponse(f"/s/{sites[0]}/", 303)
