"""People who sign in: what they are called, what they may do, whose findings they see. All instants are UTC."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
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
LONGEST_PLACE = 64
LONGEST_SUBJECT = 255
#: How the hash of a password begins that its owner has not chosen and must change.
ONCE = "once:"
#: How long such a password may be used.
ONCE_LASTS = timedelta(hours=72)
A, S, T = schema.accounts, schema.sessions, schema.tokens


@dataclass(frozen=True, slots=True)
class Account:
    """One person. `name` is typed, `shown` signs steps; `unit` "" sees every unit, `site` "" every site.

    `password` is a hash ("" for one who signs in by the identity service only), behind `ONCE` where it must be
    changed. `changed` is UTC: when anything of the account changed last.
    """

    id: int
    name: str
    shown: str
    roles: frozenset[str]
    unit: str = ""
    site: str = ""
    active: bool = True
    password: str = field(default="", repr=False)
    subject: str = ""
    changed: datetime | None = None

    @property
    def must_change(self) -> bool:
        """Whether the password was given by somebody else, for once."""
        return self.password.startswith(ONCE)

    @property
    def hash(self) -> str:
        return self.password.removeprefix(ONCE)


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
    name, shown, unit, site, subject = (one.strip() for one in (name, shown, unit, site, subject))
    if problems := _faults(name, shown, roles, unit, site, subject):
        raise BadInput(*problems)
    _unused(connection, name=name, shown=shown, subject=subject)
    row = {
        "name": name, "shown": shown, "password": password, "subject": subject,
        "roles": ",".join(one for one in ROLES if one in roles), "site": site, "unit": unit,
        "active": True, "opened": _plain(at), "changed": _plain(at),
    }  # fmt: skip
    connection.execute(insert(A).values(**row))
    found = account_named(connection, name)
    assert found is not None
    return found


def _unused(connection: Connection, *, but: int = 0, **values: str) -> None:
    """Raises BadInput: somebody else (than the account `but`) has one of these already."""
    said = {"name": "登录名", "shown": "姓名", "subject": "统一身份认证标识"}
    for column, value in values.items():
        other = select(A.c.id).where(and_(A.c[column] == value, A.c.id != but))
        if value and connection.execute(other).first():
            raise BadInput(f"{said[column]}“{value}”已有人用；请换一个，同名的人请加单位或编号区别")


def _faults(
    name: str, shown: str, roles: Collection[str], unit: str, site: str, subject: str
) -> list[str]:
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
    if "admin" in roles and unit:
        problems.append("管理员管全部账号，不能只属于一个单位；请另开一个账号")
    for what, value in (("单位", unit), ("站点", site)):
        if len(value) > LONGEST_PLACE or not (value.isprintable() or not value):
            problems.append(f"{what}id不对；应与站点文件里写的一致")
    if len(subject) > LONGEST_SUBJECT or not (subject.isprintable() or not subject):
        problems.append(f"统一身份认证标识应不超过{LONGEST_SUBJECT}个字符")
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

    Where they may sign in no more, or got a password for once, their programs' tokens end too.

    Raises:
        BadInput: no such account, what it is to become is not possible, or no administrator would be left.
    """
    now = account_of(connection, id)
    if now is None:
        raise BadInput(f"没有账号{id}")
    what |= {key: what[key].strip() for key in ("shown", "unit", "site", "subject") if key in what}
    roles = frozenset(what.get("roles", now.roles))
    told = [what.get(one, getattr(now, one)) for one in ("unit", "site", "subject")]
    if problems := _faults(now.name, what.get("shown", now.shown), roles, *told):
        raise BadInput(*problems)
    taken = {key: what[key] for key in ("shown", "subject") if key in what}
    _unused(connection, but=id, **taken)
    _somebody_left(connection, now, roles, active=what.get("active", now.active), site=told[1])
    values = what | {"roles": ",".join(one for one in ROLES if one in roles), "changed": _plain(at)}
    connection.execute(update(A).where(A.c.id == id).values(**values))
    ends = what.get("active") is False or what.get("password", "").startswith(ONCE)
    for table in (S, T) if ends else (S,):
        mine = and_(table.c.account_id == id, table.c.closed.is_(None))
        connection.execute(update(table).where(mine).values(closed=_plain(at)))


def _somebody_left(
    connection: Connection, now: Account, roles: Collection[str], *, active: bool, site: str
) -> None:
    """Raises BadInput: `now` is the last administrator of all sites, and would be so no more."""
    if not _administers(now) or (active and "admin" in roles and not site):
        return
    if not any(_administers(one) for one in accounts(connection) if one.id != now.id):
        raise BadInput("这是最后一个管理员账号；请先另设一位管理员，再停用或更改它")


def _administers(account: Account) -> bool:
    return account.active and "admin" in account.roles and not account.site


def keep_hash(connection: Connection, id: int, password: str) -> None:
    """Put a newer hash of the same password in the place of the one kept; nobody is signed out."""
    connection.execute(update(A).where(A.c.id == id).values(password=password))


def _plain(at: datetime) -> datetime:
    return at.replace(tzinfo=None)


def _one(row: Row[Any] | None) -> Account | None:
    return _account(row) if row else None


def _account(row: Any) -> Account:
    roles = frozenset(one for one in row.roles.split(",") if one)
    return Account(
        row.id, row.name, row.shown, roles, row.unit, row.site, row.active, row.password, row.subject,
        row.changed,
    )  # fmt: skip
