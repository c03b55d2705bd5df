"""Passwords: argon2, by pwdlib; a few at a time, for each takes 64 MB and a good part of a second."""

import secrets
from dataclasses import dataclass, field
from functools import cache

import anyio
from pwdlib import PasswordHash

from checks.model import BadInput

SHORTEST, LONGEST = 10, 200
#: Passwords looked at at a time, and who may wait for that.
AT_ONCE, WAITING = 2, 60
#: Tried where nobody has the name, so that a stranger cannot tell by the time it takes.
_DUMMY = "no one's password"
#: Letters and digits that nobody reads as another.
_CLEAR = "abcdefghjkmnpqrstuvwxyz23456789"


@cache
def _hasher() -> PasswordHash:
    return PasswordHash.recommended()


@cache
def _dummy() -> str:
    return _hasher().hash(_DUMMY)


def hashed(password: str, name: str = "") -> str:
    """The hash to keep.

    Raises:
        BadInput: too short, too long, or it is the person's own name.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadInput(f"密码应为{SHORTEST}至{LONGEST}个字符")
    if name and name.lower() in password.lower():
        raise BadInput("密码中不能含登录名")
    if len(set(password)) < 5:
        raise BadInput("密码太简单：至少要有5个不同的字符")
    return _hasher().hash(password.encode("utf-8", "surrogatepass"))


def verified(password: str, kept: str) -> tuple[bool, str]:
    """Whether it is the password, and the newer hash to keep ("" where the kept one will do).

    As long where `kept` is "" (nobody has the name) as where it is somebody's.
    """
    tried = password[:LONGEST].encode("utf-8", "surrogatepass")
    right, newer = _hasher().verify_and_update(tried, kept or _dummy())
    return right and bool(kept) and len(password) <= LONGEST, newer or ""


def password_for_once() -> str:
    """One to be told over a telephone: 18 letters and digits in threes, 89 bits of chance."""
    return "-".join("".join(secrets.choice(_CLEAR) for _ in range(3)) for _ in range(6))


class Busy(Exception):  # noqa: N818
    """More wait for their password to be looked at than may."""


@dataclass(frozen=True, slots=True)
class Guard:
    """Looks at passwords in threads of its own: who signs in holds up nobody who works."""

    _threads: anyio.CapacityLimiter = field(default_factory=lambda: anyio.CapacityLimiter(AT_ONCE))

    async def verified(self, password: str, kept: str) -> tuple[bool, str]:
        """As `verified`. Raises Busy."""
        if self._threads.statistics().tasks_waiting >= WAITING:
            raise Busy
        return await anyio.to_thread.run_sync(verified, password, kept, limiter=self._threads)
