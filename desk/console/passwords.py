"""Passwords: argon2, by pwdlib."""

from functools import cache

from pwdlib import PasswordHash

from checks.model import BadInput

SHORTEST, LONGEST = 10, 200
#: Tried where nobody has the name, so that a stranger cannot tell by the time it takes.
_DUMMY = "no one's password"


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
    return _hasher().hash(password)


def verified(password: str, kept: str) -> tuple[bool, str]:
    """Whether it is the password, and the newer hash to keep ("" where the kept one will do)."""
    if len(password) > LONGEST:
        return False, ""
    right, newer = _hasher().verify_and_update(password, kept or _dummy())
    return right and bool(kept), newer or ""
