"""Who is asking: the session of the cookie or the token of a program, what they may do, what they may see.

Every route takes its `Visit` (or `Seat`) from here and nowhere else, naming the right it needs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from hmac import compare_digest
from typing import Annotated, Any

from fastapi import Depends, HTTPException, Request

from checks.model import Site, Unit
from desk.console.gate import OTHER_PAGE, SAFE, told_origin
from desk.console.hall import Hall, hall_of
from desk.console.rights import Right, rights_of
from store.accounts import Account
from store.database import reading, writing
from store.sessions import SEEN_EVERY, note_seen, note_used, session_account, token_account

COOKIE = "lanmu"
#: Where a form and htmx say that it was our own page that sent them.
FORM_FIELD, HEADER = "own_page", "X-Own-Page"


@dataclass(frozen=True, slots=True)
class Seat:
    """A person at the desk. `own_page` is what their forms carry ("" for a program's token).

    `session` is where they sit (0 for a program). `must_change`: until they choose a password, nothing else.
    """

    account: int
    name: str
    shown: str
    roles: frozenset[str]
    unit: str
    site: str
    rights: frozenset[Right]
    own_page: str = ""
    session: int = 0
    must_change: bool = False

    def may(self, right: str) -> bool:
        return right in self.rights


class SignIn(Exception):  # noqa: N818  - it says what is to be done
    """Nobody is signed in: a browser is led to the door."""


class ChangePassword(Exception):  # noqa: N818
    """Somebody signed in with a password for once: they are led to where it is changed."""


def seat_of(account: Account, secret: str = "", session: int = 0) -> Seat:
    own = sha256(f"own page of {secret}".encode()).hexdigest() if secret else ""
    rights = rights_of(account.roles, account.unit)
    return Seat(
        account.id, account.name, account.shown, account.roles, account.unit, account.site, rights, own,
        session, account.must_change,
    )  # fmt: skip


def seated(request: Request) -> Seat:
    """Who asks.

    What the cookie names is never a token, and what Authorization names never a session.

    Raises:
        SignIn: nobody; a program with a wrong token gets 401.
    """
    seat = _found(request)
    request.state.account = seat.account  # for the log: a number, no name
    return seat


def _found(request: Request) -> Seat:
    hall = hall_of(request)
    if bearer := _bearer(request):
        return _program(hall, bearer)
    secret = request.cookies.get(COOKIE, "")
    idle = timedelta(minutes=hall.settings.idle_minutes)
    now = hall.now()
    found = None
    if secret:
        with reading(hall.engine) as connection:
            found = session_account(connection, secret, at=now, idle=idle)
    if found is None:
        raise SignIn
    account, session = found
    if now.replace(tzinfo=None) - session.seen > SEEN_EVERY:
        with writing(hall.engine) as connection:
            note_seen(connection, session, at=now)
    return seat_of(account, secret, session.id)


def _bearer(request: Request) -> str:
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if kind.lower() == "bearer" else ""


def _program(hall: Hall, secret: str) -> Seat:
    seat = seat_of_token(hall, secret)
    if seat is None:
        raise HTTPException(401, "令牌无效或已停用", headers={"WWW-Authenticate": "Bearer"})
    return seat


def seat_of_token(hall: Hall, secret: str) -> Seat | None:
    """The seat of the program whose token this is; None: nobody's. Its use is noted."""
    now = hall.now()
    with reading(hall.engine) as connection:
        found = token_account(connection, secret, at=now)
    if found is None:
        return None
    account, token = found
    if token.used is None or now.replace(tzinfo=None) - token.used > SEEN_EVERY:
        with writing(hall.engine) as connection:
            note_used(connection, token, at=now)
    return seat_of(account)


Seated = Annotated[Seat, Depends(seated)]


async def unforged(request: Request, seat: Seated) -> Seat:
    """The seat, once it is sure that a page of ours sent what changes something (CSRF).

    Raises:
        HTTPException: 403, another site's page sent it, or ours from a session that is over.
    """
    if request.method in SAFE or not seat.own_page:
        return seat
    if told_origin(request.scope) is False:
        raise HTTPException(403, OTHER_PAGE)
    told = request.headers.get(HEADER, "")
    if not told:
        form = await request.form(max_files=20, max_fields=5000)
        told = str(form.get(FORM_FIELD, ""))
    if not compare_digest(told.encode(), seat.own_page.encode()):
        raise HTTPException(403, "页面已过期，请刷新后再试")
    return seat


Sure = Annotated[Seat, Depends(unforged)]


def needs(right: Right) -> Any:
    """A dependency: the seat of one who has this right; others get 403."""

    def holding(seat: Sure) -> Seat:
        if seat.must_change:
            raise ChangePassword
        if not seat.may(right):
            raise HTTPException(403, "您的账号没有这项权限，如需要请联系管理员")
        return seat

    holding.right = right  # type: ignore[attr-defined]  # the matrix of roles reads it
    return Depends(holding)


def in_person(seat: Sure) -> Seat:
    """The seat of a person; a program's token opens no account.

    Raises:
        HTTPException: 403, a token asks.
    """
    if not seat.own_page:
        raise HTTPException(403, "这一步要本人登录后办理，不能用令牌")
    return seat


InPerson = Annotated[Seat, Depends(in_person)]


@dataclass(frozen=True, slots=True)
class Visit:
    """A person at one site's desk: what rooms take. `units` are those they may see."""

    hall: Hall
    seat: Seat
    site: Site
    request: Request

    @property
    def units(self) -> tuple[Unit, ...]:
        mine = self.seat.unit
        return tuple(one for one in self.site.units if not mine or one.id == mine)

    def sees(self, unit: str) -> bool:
        """Whether what belongs to this unit ("" for nobody's) may be shown."""
        return not self.seat.unit or unit == self.seat.unit

    @property
    def today(self) -> Any:
        return self.hall.today(self.site)


def visiting(right: Right) -> Any:
    """The visit of one who has this right at the site that the address names (`site_id`)."""

    def visit(request: Request, site_id: str, seat: Annotated[Seat, needs(right)]) -> Visit:
        hall = hall_of(request)
        site = hall.sites.get(site_id)
        if site is None or (seat.site and seat.site != site_id):
            raise HTTPException(404, "没有这个站点")
        return Visit(hall, seat, site, request)

    visit.right = right  # type: ignore[attr-defined]
    return Depends(visit)


def right_of(dependency: Callable[..., Any]) -> Right | None:
    """The right that a dependency of a route asks for."""
    return getattr(dependency, "right", None)
