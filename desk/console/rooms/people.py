"""账号: who may sign in, as what, for which unit; for the administrator, who sees nothing else by that.

An administrator of one site keeps that site's accounts. Nobody changes what they themselves may do.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from checks.model import BadInput
from desk.console.agents import browser_of
from desk.console.hall import Hall, hall_of
from desk.console.numbers import Number
from desk.console.pages import page
from desk.console.passwords import hashed, password_for_once
from desk.console.rights import Right
from desk.console.rooms.me import shown as instant
from desk.console.seat import InPerson, Seat, needs
from desk.console.watch import note
from store.accounts import (
    ONCE,
    ROLES,
    Account,
    account_of,
    accounts,
    add_account,
    change_account,
)
from store.database import Connection, reading, writing
from store.sessions import close_other_sessions, close_token, sessions_of, tokens_of

router = APIRouter(prefix="/people")
Keeper = Annotated[Seat, needs(Right.PEOPLE)]
Text = Annotated[str, Form(max_length=300)]
NOT_ONESELF = "不能改自己的权限；请由另一位管理员改，或在服务器上用 lanmu accounts change"
DONE = {
    "changed": "已保存；这个账号的登录已全部退出，要重新登录",
    "closed": "已停用；登录和令牌都已失效",
    "opened": "已重新启用",
    "out": "已退出这个账号的全部登录",
    "token": "令牌已停用",
}


@dataclass(frozen=True, slots=True)
class Written:
    """What the form of an account says."""

    shown: str
    roles: tuple[str, ...]
    unit: str
    site: str
    subject: str


def written(
    shown: Text = "",
    roles: Annotated[list[str] | None, Form(max_length=20)] = None,
    unit: Text = "",
    site: Text = "",
    subject: Text = "",
) -> Written:
    return Written(shown, tuple(roles or ()), unit, site, subject)


Form_ = Annotated[Written, Depends(written)]


@router.get("")
def people(request: Request, seat: Keeper, _person: InPerson) -> Response:
    return _list(request, seat)


def _list(
    request: Request,
    seat: Seat,
    *,
    wrong: Sequence[str] = (),
    told: Mapping[str, Any] | None = None,
    once: Mapping[str, str] | None = None,
) -> Response:
    hall = hall_of(request)
    with reading(hall.engine) as connection:
        listed = [one for one in accounts(connection) if _keeps(seat, one)]
    return page(
        request, "people/list.html", seat=seat, status=400 if wrong else 200, listed=listed, wrong=wrong,
        told=told or {}, once=once, **_choices(hall, seat),
    )  # fmt: skip


def _choices(hall: Hall, seat: Seat) -> dict[str, Any]:
    sites = {id: site for id, site in hall.sites.items() if not seat.site or id == seat.site}
    units = {one.id: one.name for site in sites.values() for one in site.units}
    return {"sites": sites, "units": units, "roles": ROLES, "shown": lambda at: instant(hall, at)}


@router.post("")
def add(
    request: Request, seat: Keeper, _person: InPerson, form: Form_, name: Text = ""
) -> Response:
    """A new account with a password for once, told to the administrator now and never again."""
    hall, once = hall_of(request), password_for_once()
    values = {"name": name, "form": form}
    try:
        _possible(hall, seat, form)
        kept = "" if form.subject.strip() else ONCE + hashed(once)
        with writing(hall.engine) as connection:
            made = add_account(
                connection, name, form.shown, form.roles, at=hall.now(), password=kept,
                subject=form.subject, unit=form.unit, site=form.site or seat.site,
            )  # fmt: skip
    except BadInput as error:
        return _list(request, seat, wrong=error.lines, told=values)
    note(request, "account added", of=made.id)
    told = {"name": made.name, "shown": made.shown, "password": once if kept else ""}
    return _list(request, seat, once=told)


@router.get("/{id}")
def person(
    request: Request, seat: Keeper, _person: InPerson, id: Number, done: str = ""
) -> Response:
    return _person_page(request, seat, id, done=DONE.get(done, ""))


def _person_page(
    request: Request,
    seat: Seat,
    id: int,
    *,
    done: str = "",
    wrong: Sequence[str] = (),
    once: Mapping[str, str] | None = None,
) -> Response:
    hall = hall_of(request)
    with reading(hall.engine) as connection:
        account = _kept(connection, seat, id)
        sessions = sessions_of(connection, id, at=hall.now())
        tokens = tokens_of(connection, id, at=hall.now())
    return page(
        request, "people/person.html", seat=seat, status=400 if wrong else 200, account=account,
        sessions=sessions, tokens=tokens, browser_of=browser_of, done=done, wrong=wrong, once=once,
        oneself=id == seat.account, **_choices(hall, seat),
    )  # fmt: skip


@router.post("/{id}")
def change(request: Request, seat: Keeper, _person: InPerson, id: Number, form: Form_) -> Response:
    hall = hall_of(request)

    def work(connection: Connection, account: Account) -> None:
        _possible(hall, seat, form, account)
        site = form.site or seat.site
        mine = (account.roles, account.unit, account.site)
        if id == seat.account and (frozenset(form.roles), form.unit, site) != mine:
            raise BadInput(NOT_ONESELF)
        change_account(
            connection, id, at=hall.now(), shown=form.shown, roles=form.roles, unit=form.unit,
            site=site, subject=form.subject,
        )  # fmt: skip

    return _did(request, seat, id, work, "changed")


@router.post("/{id}/close")
def close(request: Request, seat: Keeper, _person: InPerson, id: Number) -> Response:
    def work(connection: Connection, _account: Account) -> None:
        if id == seat.account:
            raise BadInput("不能停用自己的账号；请由另一位管理员停用")
        change_account(connection, id, at=hall_of(request).now(), active=False)

    return _did(request, seat, id, work, "closed")


@router.post("/{id}/open")
def open_again(request: Request, seat: Keeper, _person: InPerson, id: Number) -> Response:
    def work(connection: Connection, _account: Account) -> None:
        change_account(connection, id, at=hall_of(request).now(), active=True)

    return _did(request, seat, id, work, "opened")


@router.post("/{id}/password")
def reset_password(request: Request, seat: Keeper, _person: InPerson, id: Number) -> Response:
    """A new password for once; every session and token of theirs ends."""
    hall, once = hall_of(request), password_for_once()
    if id == seat.account:
        return _person_page(request, seat, id, wrong=("自己的密码请在“我的账号”里修改",))
    kept = ONCE + hashed(once)
    with writing(hall.engine) as connection:
        account = _kept(connection, seat, id)
        change_account(connection, id, at=hall.now(), password=kept)
    note(request, "password reset", of=id)
    told = {"name": account.name, "shown": account.shown, "password": once}
    return _person_page(request, seat, id, once=told)


@router.post("/{id}/sign-out")
def sign_out_everywhere(request: Request, seat: Keeper, _person: InPerson, id: Number) -> Response:
    def work(connection: Connection, _account: Account) -> None:
        close_other_sessions(connection, id, at=hall_of(request).now(), but=seat.session)

    return _did(request, seat, id, work, "out")


@router.post("/{id}/tokens/{token}/close")
def end_token(
    request: Request, seat: Keeper, _person: InPerson, id: Number, token: Number
) -> Response:
    def work(connection: Connection, _account: Account) -> None:
        close_token(connection, id, token, at=hall_of(request).now())

    return _did(request, seat, id, work, "token")


def _did(
    request: Request, seat: Seat, id: int, work: Callable[[Connection, Account], None], done: str
) -> Response:
    """`work` on an account this administrator keeps, in one transaction; then its page, saying so."""
    try:
        with writing(hall_of(request).engine) as connection:
            work(connection, _kept(connection, seat, id))
    except BadInput as error:
        return _person_page(request, seat, id, wrong=error.lines)
    note(request, f"account: {done}", of=id)
    return RedirectResponse(f"/people/{id}?done={done}", 303)


def _keeps(seat: Seat, account: Account) -> bool:
    return not seat.site or account.site == seat.site


def _kept(connection: Connection, seat: Seat, id: int) -> Account:
    """Raises HTTPException: 404, no account that this administrator keeps."""
    account = account_of(connection, id)
    if account is None or not _keeps(seat, account):
        raise HTTPException(404, "没有这个账号")
    return account


def _possible(hall: Hall, seat: Seat, form: Written, now: Account | None = None) -> None:
    """Raises BadInput: a unit or a site that there is not, or not for this administrator to give.

    What an account has already it may keep: its site may be served by another desk.
    """
    if form.site and form.site != (now.site if now else "") and form.site not in hall.sites:
        raise BadInput("没有这个站点；请从列表里选")
    if seat.site and form.site not in ("", seat.site):
        raise BadInput("您只管本站点的账号")
    chosen = form.site or seat.site
    sites = [hall.sites[chosen]] if chosen in hall.sites else list(hall.sites.values())
    units = {one.id for site in sites for one in site.units}
    if form.unit and form.unit != (now.unit if now else "") and form.unit not in units:
        raise BadInput("没有这个单位；请从列表里选")
