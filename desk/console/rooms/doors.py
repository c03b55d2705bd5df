"""Signing in and out."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from desk.console.hall import hall_of
from desk.console.pages import page
from desk.console.passwords import verified
from desk.console.seat import COOKIE, Seated, Sure
from store.accounts import account_named, change_account, count_accounts
from store.database import reading, writing
from store.sessions import close_session, open_session

router = APIRouter()
WRONG = "登录名或密码不对"


@router.get("/login")
def door(request: Request, next: str = "") -> Response:
    with reading(hall_of(request).engine) as connection:
        nobody = not count_accounts(connection)
    return page(request, "login.html", next=own_address(next), wrong="", nobody=nobody, name="")


@router.post("/login")
def sign_in(
    request: Request,
    name: Annotated[str, Form(max_length=64)] = "",
    password: Annotated[str, Form(max_length=1000)] = "",
    next: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    hall = hall_of(request)
    with reading(hall.engine) as connection:
        account = account_named(connection, name.strip().lower())
    right, newer = verified(password, account.password if account and account.active else "")
    if account is None or not right:
        return page(
            request, "login.html", status=401, next=own_address(next), wrong=WRONG, nobody=False,
            name=name,
        )  # fmt: skip
    at = hall.now()
    with writing(hall.engine) as connection:
        if newer:
            change_account(connection, account.id, at=at, password=newer)
        secret = open_session(
            connection, account.id, at=at, hours=hall.settings.session_hours,
            agent=request.headers.get("User-Agent", ""),
        )  # fmt: skip
    response = RedirectResponse(own_address(next), 303)
    response.set_cookie(
        COOKIE, secret, max_age=int(hall.settings.session_hours * 3600), httponly=True,
        samesite="lax", secure=hall.settings.https, path="/",
    )  # fmt: skip
    return response


@router.post("/logout")
def sign_out(request: Request, _seat: Sure) -> Response:
    hall = hall_of(request)
    with writing(hall.engine) as connection:
        close_session(connection, request.cookies.get(COOKIE, ""), at=hall.now())
    response = RedirectResponse("/login", 303)
    response.delete_cookie(COOKIE, path="/")
    return response


@router.get("/")
def first(request: Request, seat: Seated) -> Response:
    """To the site's first page; the office's only one, mostly."""
    sites = [one for one in hall_of(request).sites if not seat.site or seat.site == one]
    if not sites:
        return page(
            request, "told.html", seat=seat, lines=("没有给出站点文件，或您的账号不属于任何站点",)
        )
    return RedirectResponse(f"/s/{sites[0]}/", 303)


def own_address(next: str) -> str:
    """`next` where it is an address of this desk, else its first page: nobody is sent elsewhere."""
    plain = next.isprintable() and next.startswith("/") and not next.startswith(("//", "/\\"))
    return next if plain and "\\" not in next else "/"
