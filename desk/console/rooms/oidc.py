"""To the identity service and back; whose account the one is who comes back."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from checks.model import BadInput
from desk.console.entry import enter, own_address
from desk.console.hall import Hall, hall_of
from desk.console.oidc import LASTS, Door, NotLetIn
from desk.console.pages import page
from desk.console.settings import Oidc
from store.accounts import (
    LONGEST_SHOWN,
    LONGEST_SUBJECT,
    Account,
    account_named,
    account_of_subject,
    add_account,
    change_account,
)
from store.database import Connection, writing

router = APIRouter(prefix="/oidc")
COOKIE = "lanmu-way"
Said = Annotated[str, Query(max_length=4000)]
NOBODY = "身份认证通过了，但这里还没有您的账号；请联系管理员添加"
CLOSED = "您的账号已停用；如有需要请联系管理员"
REFUSED = "统一身份认证没有通过（或您取消了登录）；请重新登录"


@router.get("/login")
def to_the_service(request: Request, next: Said = "/") -> Response:
    door: Door = request.app.state.oidc
    try:
        address, browser = door.begin(_redirect(request), own_address(next))
    except NotLetIn as error:
        return _told(request, error, 502)
    response = RedirectResponse(address, 303)
    response.set_cookie(
        COOKIE, browser, max_age=int(LASTS.total_seconds()), httponly=True, samesite="lax",
        secure=hall_of(request).settings.https, path="/oidc",
    )  # fmt: skip
    return response


@router.get("/back")
def back(request: Request, state: Said = "", code: Said = "", error: Said = "") -> Response:
    hall = hall_of(request)
    door: Door = request.app.state.oidc
    try:
        claims, next = door.end(state, "" if error else code, request.cookies.get(COOKIE, ""))
        with writing(hall.engine) as connection:
            account = account_for(connection, hall, door.settings, claims)
        response = enter(request, account, next)
    except NotLetIn as refused:
        shown = NotLetIn(REFUSED) if error else refused
        response = _told(request, shown, 401)
    response.delete_cookie(COOKIE, path="/oidc")
    return response


def _redirect(request: Request) -> str:
    """Where the service sends people back: this desk, by the name it was asked by (desk.console.gate.Named)."""
    scheme = "https" if hall_of(request).settings.https else "http"
    return f"{scheme}://{request.headers['host']}/oidc/back"


def _told(request: Request, error: BadInput, status: int) -> Response:
    return page(request, "told.html", status=status, lines=error.lines, door=True)


def account_for(
    connection: Connection, hall: Hall, settings: Oidc, claims: Mapping[str, Any]
) -> Account:
    """The account of one whom the service names so; linked the first time, made where the settings say so.

    Raises:
        NotLetIn: nobody's, or it is closed.
    """
    subject = f"{settings.issuer}|{claims['sub']}"
    if len(subject) > LONGEST_SUBJECT:
        raise NotLetIn(NOBODY)
    name = _text(claims, settings.claim).lower()
    account = account_of_subject(connection, subject)
    if account is None and name:
        account = account_named(connection, name)
        if account is not None and account.subject:
            raise NotLetIn(NOBODY)  # the name is another person's there
        if account is not None and account.active:
            change_account(connection, account.id, at=hall.now(), subject=subject)
    if account is None and settings.create:
        account = _made(connection, hall, settings, claims, subject)
    if account is None:
        raise NotLetIn(NOBODY)
    if not account.active:
        raise NotLetIn(CLOSED)
    return account


def _made(
    connection: Connection, hall: Hall, settings: Oidc, claims: Mapping[str, Any], subject: str
) -> Account:
    name = _text(claims, settings.claim or "preferred_username").lower()
    unit = _text(claims, settings.unit_claim)
    units = {one.id for site in hall.sites.values() for one in site.units}
    if settings.unit_claim and unit not in units:
        raise NotLetIn(
            "身份认证服务没有给出您所在的单位，或这个单位不在站点文件里；请联系管理员添加账号"
        )
    shown = _text(claims, "name")[:LONGEST_SHOWN] or name
    try:
        return add_account(
            connection, name, shown, (settings.role,), at=hall.now(), subject=subject, unit=unit
        )
    except BadInput:
        raise NotLetIn(
            "不能自动建立您的账号（登录名或姓名不合要求，或已有人用）；请联系管理员添加"
        ) from None


def _text(claims: Mapping[str, Any], claim: str) -> str:
    said = claims.get(claim, "") if claim else ""
    return said.strip() if isinstance(said, str) else ""
