"""People who sign in: what they are called, what they may do, whose findings they see. All instants are UTC."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import Connection, and_, func, insert, select, update
from sqlalchemy.engine import Row

from checks.model import BadInput
from store import schema
from store.states import SYSTEM

Role = Literal["editor", "first", "second", "final", "office", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)
ROLE_LABELS: dict[str, str] = {
    "editor": "编辑",
    "first": "初审",
    "second": "复审",
    "final": "终审",
    "office": "政务公开办",
    "admin": "管理员",
}
#: What a person may type as a name to sign in with.
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")
LONGEST_SHOWN = 32
A, S, T = schema.accounts, schema.sessions, schema.tokens


@dataclass(frozen=True, slots=True)
class Account:
    """One person. `name` is typed, `shown` signs steps; `unit` "" sees every unit, `site` "" every site."""

    id: int
    name: str
    shown: str
    roles: frozenset[str]
    unit: str = ""
    site: str = ""
    active: bool = True
    password: str = ""
    subject: str = ""


def add_account(
    connection: Connection,
    name: str,
    shown: str,
    roles: Collection[str],
    *,
    at: datetime,
    password: str = "",
    subject: str = "",
    unit: str = "",
    site: str = "",
) -> Account:
    """`password` is a hash already, "" for one who signs in by the identity service only.

    Raises:
        BadInput: a name that is none or taken, no role or one that does not exist.
    """
    name, shown = name.strip(), shown.strip()
    if problems := list(_faults(name, shown, roles)):
        raise BadInput(*problems)
    for field, value in (("登录名", name), ("姓名", shown)):
        column = A.c.name if field == "登录名" else A.c.shown
        if connection.execute(select(A.c.id).where(column == value)).first():
            raise BadInput(f"{field}“{value}”已有人用；请换一个，同名的人请加单位或编号区别")
    row = {
        "name": name, "shown": shown, "password": password, "subject": subject,
        "roles": ",".join(one for one in ROLES if one in roles), "site": site, "unit": unit,
        "active": True, "opened": _plain(at), "changed": _plain(at),
    }  # fmt: skip
    connection.execute(insert(A).values(**row))
    found = account_named(connection, name)
    assert found is not None
    return found


def _faults(name: str, shown: str, roles: Collection[str]) -> list[str]:
    problems = []
    if not NAME.fullmatch(name):
        problems.append(
            f"登录名“{name[:40]}”不合要求；应为2至32个小写字母、数字或 . _ -，以字母或数字开头"
        )
    if not shown or len(shown) > LONGEST_SHOWN or not shown.isprintable():
        problems.append(f"姓名应为1至{LONGEST_SHOWN}个字")
    if shown == SYSTEM or name == SYSTEM:
        problems.append(f"不能叫“{SYSTEM}”：这是程序自己的名字")
    if unknown := sorted(set(roles) - set(ROLES)):
        known = "、".join(f"{id}（{label}）" for id, label in ROLE_LABELS.items())
        problems.append(f"没有这种角色：{'、'.join(unknown)}；应为 {known}")
    elif not roles:
        problems.append("没有写明角色")
    return problems


def account_named(connection: Connection, name: str) -> Account | None:
    """The account that a person types as `name`."""
    return _one(connection.execute(select(A).where(A.c.name == name)).first())


def account_of(connection: Connection, id: int) -> Account | None:
    return _one(connection.execute(select(A).where(A.c.id == id)).first())


def account_of_subject(connection: Connection, subject: str) -> Account | None:
    """The account of one whom the identity service names `subject` (never "")."""
    return (
        _one(connection.execute(select(A).where(A.c.subject == subject)).first())
        if subject
        else None
    )


def accounts(connection: Connection) -> list[Account]:
    """Everybody, by name, those who may sign in no more among them."""
    return [_account(row) for row in connection.execute(select(A).order_by(A.c.name))]


def count_accounts(connection: Connection) -> int:
    return int(connection.execute(select(func.count()).select_from(A)).scalar_one())


def change_account(connection: Connection, id: int, *, at: datetime, **what: Any) -> None:
    """Change `password`, `roles`, `unit`, `site`, `active`, `shown` or `subject`; every session of theirs ends.

    Where they may sign in no more, their programs' tokens end too.

    Raises:
        BadInput: no such account, or what it is to become is not possible.
    """
    now = account_of(connection, id)
    if now is None:
        raise BadInput(f"没有账号{id}")
    roles = what.get("roles", now.roles)
    if problems := _faults(now.name, what.get("shown", now.shown), roles):
        raise BadInput(*problems)
    if "shown" in what:
        other = select(A.c.id).where(and_(A.c.shown == what["shown"], A.c.id != id))
        if connection.execute(other).first():
            raise BadInput(f"姓名“{what['shown']}”已有人用；请加单位或编号区别")
    values = what | {"roles": ",".join(one for one in ROLES if one in roles), "changed": _plain(at)}
    connection.execute(update(A).where(A.c.id == id).values(**values))
    for table in (S, T) if what.get("active") is False else (S,):
        mine = and_(table.c.account_id == id, table.c.closed.is_(None))
        connection.execute(update(table).where(mine).values(closed=_plain(at)))


def _plain(at: datetime) -> datetime:
    return at.replace(tzinfo=None)


def _one(row: Row[Any] | None) -> Account | None:
    return _account(row) if row else None


def _account(row: Any) -> Account:
    roles = frozenset(one for one in row.roles.split(",") if one)
    return Account(
        row.id, row.name, row.shown, roles, row.unit, row.site, row.active, row.password, row.subject
    )  # fmt: skip
