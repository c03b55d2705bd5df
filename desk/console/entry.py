"""Where somebody who has shown who they are gets their seat: a new session, a new cookie, whatever was there before."""

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from desk.console.hall import Hall, hall_of
from desk.console.seat import COOKIE
from store.accounts import Account
from store.database import writing
from store.sessions import REMEMBERED, close_session, mark_of, open_session

#: Says that somebody was signed in here before: a digest, by which nobody signs in.
BROWSER = "lanmu-browser"


def enter(request: Request, account: Account, next: str) -> Response:
    """Sign `account` in and lead them to `next`. What the browser held before is worth nothing any more."""
    hall = hall_of(request)
    with writing(hall.engine) as connection:
        if old := request.cookies.get(COOKIE, ""):
            close_session(connection, old, at=hall.now())
        secret = open_session(
            connection, account.id, at=hall.now(), hours=hall.settings.session_hours,
            agent=request.headers.get("User-Agent", ""),
        )  # fmt: skip
    response = RedirectResponse("/me" if account.must_change else own_address(next), 303)
    _put(response, hall, COOKIE, secret, int(hall.settings.session_hours * 3600))
    _put(response, hall, BROWSER, mark_of(secret), int(REMEMBERED.total_seconds()))
    return response


def leave(request: Request) -> Response:
    """Sign out, and back to the door."""
    hall = hall_of(request)
    with writing(hall.engine) as connection:
        close_session(connection, request.cookies.get(COOKIE, ""), at=hall.now())
    response = RedirectResponse("/login", 303)
    response.delete_cookie(COOKIE, path="/")
    return response


def _put(response: Response, hall: Hall, name: str, value: str, seconds: int) -> None:
    response.set_cookie(
        name, value, max_age=seconds, httponly=True, samesite="lax", secure=hall.settings.https,
        path="/",
    )  # fmt: skip


def own_address(next: str) -> str:
    """`next` where it is an address of this desk, else its first page: nobody is sent elsewhere."""
    plain = next.isprintable() and next.startswith("/") and not next.startswith(("//", "/\\"))
    return next if plain and "\\" not in next else "/"
