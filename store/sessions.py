"""Where people are signed in, and the secrets by which their programs are.

Secrets are never kept: only SHA-256 of one (`mark_of`). All instants are UTC; the ones kept name no zone.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, delete, func, insert, or_, select, update

from checks.model import BadInput
from store import schema
from store.accounts import Account, account_of

#: A session's use is noted no more often than this.
SEEN_EVERY = timedelta(minutes=1)
LONGEST_LABEL = 64
MOST_DAYS = 1825
#: Tokens one person may have, and sessions that stay open at a time.
MOST_TOKENS = 20
MOST_SESSIONS = 20
#: How long it is remembered where somebody was signed in.
REMEMBERED = timedelta(days=400)
S, T = schema.sessions, schema.tokens


def mark_of(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def new_secret() -> str:
    """256 bits of chance, as an address may hold them."""
    return secrets.token_urlsafe(32)


# -- sessions --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Session:
    """Where somebody is signed in."""

    id: int
    account: int
    opened: datetime
    seen: datetime
    ends: datetime
    agent: str


def open_session(
    connection: Connection, account: int, *, at: datetime, hours: float, agent: str = ""
) -> str:
    """Sign a person in for at most `hours`; gives back the secret for the cookie.

    The oldest of more than `MOST_SESSIONS` ends, and what is older than `REMEMBERED` is forgotten.
    """
    open_ = [one.id for one in sessions_of(connection, account, at=at)][MOST_SESSIONS - 1 :]
    secret, at = new_secret(), _plain(at)
    connection.execute(update(S).where(S.c.id.in_(open_)).values(closed=at))
    connection.execute(delete(S).where(S.c.ends < at - REMEMBERED))
    connection.execute(
        insert(S).values(
            mark=mark_of(secret), account_id=account, opened=at, seen=at,
            ends=at + timedelta(hours=hours), agent=agent[:200],
        )
    )  # fmt: skip
    return secret


def session_account(
    connection: Connection, secret: str, *, at: datetime, idle: timedelta
) -> tuple[Account, Session] | None:
    """Who is signed in with this secret; None: nobody, no more, or not used for longer than `idle`."""
    at = _plain(at)
    row = connection.execute(
        select(S).where(and_(S.c.mark == mark_of(secret), S.c.closed.is_(None), S.c.ends > at))
    ).first()
    if row is None or row.seen + idle <= at:
        return None
    account = account_of(connection, row.account_id)
    return (account, _session(row)) if account and account.active else None


def was_here(connection: Connection, account: int, mark: str) -> bool:
    """Whether `mark` is of a session this person once had, over or not."""
    mine = and_(S.c.mark == mark, S.c.account_id == account)
    return connection.execute(select(S.c.id).where(mine)).first() is not None


def count_sessions(connection: Connection, *, at: datetime) -> int:
    """How many sessions have not ended."""
    still = and_(S.c.closed.is_(None), S.c.ends > _plain(at))
    return int(connection.execute(select(func.count()).where(still)).scalar_one())


def note_seen(connection: Connection, session: Session, *, at: datetime) -> None:
    """The session was used."""
    connection.execute(update(S).where(S.c.id == session.id).values(seen=_plain(at)))


def sessions_of(connection: Connection, account: int, *, at: datetime) -> list[Session]:
    """Where a person is signed in, newest first."""
    mine = and_(S.c.account_id == account, S.c.closed.is_(None), S.c.ends > _plain(at))
    return [
        _session(row) for row in connection.execute(select(S).where(mine).order_by(S.c.id.desc()))
    ]


def close_session(connection: Connection, secret: str, *, at: datetime) -> None:
    """Sign out; a secret of nobody's changes nothing."""
    mine = and_(S.c.mark == mark_of(secret), S.c.closed.is_(None))
    connection.execute(update(S).where(mine).values(closed=_plain(at)))


def close_sessions(connection: Connection, account: int, *, at: datetime, only: int = 0) -> None:
    """Sign a person out everywhere, or of the session `only`."""
    mine = [S.c.account_id == account, S.c.closed.is_(None)] + ([S.c.id == only] if only else [])
    connection.execute(update(S).where(and_(*mine)).values(closed=_plain(at)))


def close_other_sessions(connection: Connection, account: int, *, at: datetime, but: int) -> None:
    """Sign a person out everywhere but of the session `but`."""
    mine = and_(S.c.account_id == account, S.c.closed.is_(None), S.c.id != but)
    connection.execute(update(S).where(mine).values(closed=_plain(at)))


# -- tokens ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Token:
    """A program's way in, as its owner sees it."""

    id: int
    account: int
    label: str
    opened: datetime
    used: datetime | None
    ends: datetime | None


def open_token(
    connection: Connection, account: int, label: str, *, at: datetime, days: int | None = None
) -> str:
    """A new token, told once and never again; it ends after `days` (None: when it is closed).

    Raises:
        BadInput: no label, or one too long; not a number of days that may be; too many tokens already.
    """
    label = label.strip()
    if not label or len(label) > LONGEST_LABEL or not label.isprintable():
        raise BadInput(f"请写明令牌给什么程序用（{LONGEST_LABEL}字以内）")
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise BadInput(f"令牌有效天数应为1至{MOST_DAYS}")
    if len(tokens_of(connection, account, at=at)) >= MOST_TOKENS:
        raise BadInput(f"令牌已有{MOST_TOKENS}个；请先停用不用的")
    secret, at = new_secret(), _plain(at)
    ends = at + timedelta(days=days) if days else None
    connection.execute(
        insert(T).values(
            mark=mark_of(secret), account_id=account, label=label, opened=at, ends=ends
        )
    )
    return secret


def token_account(
    connection: Connection, secret: str, *, at: datetime
) -> tuple[Account, Token] | None:
    """Whose token this is; None: nobody's, or it is over."""
    row = connection.execute(
        select(T).where(and_(T.c.mark == mark_of(secret), T.c.closed.is_(None)))
    ).first()
    if row is None or (row.ends is not None and row.ends <= _plain(at)):
        return None
    account = account_of(connection, row.account_id)
    return (account, _token(row)) if account and account.active else None


def note_used(connection: Connection, token: Token, *, at: datetime) -> None:
    connection.execute(update(T).where(T.c.id == token.id).values(used=_plain(at)))


def tokens_of(connection: Connection, account: int, *, at: datetime) -> list[Token]:
    """A person's tokens that still work."""
    lasting = or_(T.c.ends.is_(None), T.c.ends > _plain(at))
    mine = and_(T.c.account_id == account, T.c.closed.is_(None), lasting)
    return [_token(row) for row in connection.execute(select(T).where(mine).order_by(T.c.id))]


def close_token(connection: Connection, account: int, id: int, *, at: datetime) -> None:
    """End one of this person's tokens."""
    mine = and_(T.c.account_id == account, T.c.id == id, T.c.closed.is_(None))
    connection.execute(update(T).where(mine).values(closed=_plain(at)))


def _session(row: Any) -> Session:
    return Session(row.id, row.account_id, row.opened, row.seen, row.ends, row.agent)


def _token(row: Any) -> Token:
    return Token(row.id, row.account_id, row.label, row.opened, row.used, row.ends)


def _plain(at: datetime) -> datetime:
    return at.replace(tzinfo=None)
