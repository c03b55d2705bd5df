"""`lanmu accounts`: who may sign in at the console, for whoever keeps the machine it runs on."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from checks.model import BadInput
from desk.options import Db, Json, database, print_json

if TYPE_CHECKING:
    from store.accounts import Account
    from store.database import Connection

Name = Annotated[str, Parameter(help="登录名；必填")]
ROLES_SAID = "editor编辑 first初审 second复审 final终审 office政务公开办 admin管理员"
Once = Annotated[
    bool, Parameter(help="不输入密码，给出一次性密码，本人登录后再改", negative=())
]  # fmt: skip


def _asked(name: str) -> str:
    """The hash of a password: typed twice at a terminal, or a line on standard input."""
    import getpass

    from desk.console.passwords import hashed

    if sys.stdin.isatty():
        typed = getpass.getpass(f"{name}的密码：")
        if getpass.getpass("再输一遍：") != typed:
            raise BadInput("两次输入的密码不一样")
    else:
        typed = sys.stdin.readline(10_000).rstrip("\r\n")
    return hashed(typed, name)


def _password(name: str, *, once: bool) -> tuple[str, str]:
    """What is kept of a new password, and the password where it is for once ("" where it was typed)."""
    from desk.console.passwords import hashed, password_for_once
    from store.accounts import ONCE

    if not once:
        return _asked(name), ""
    given = password_for_once()
    return ONCE + hashed(given), given


def _say_once(given: str) -> None:
    if given:
        print(f"一次性密码：{given}（72小时内有效，登录后要改成自己的密码）")


@contextmanager
def _writing(db: str | None) -> "Iterator[tuple[Connection, datetime]]":
    """One transaction in the database, and now (UTC)."""
    from crawler import clock
    from store.database import open_database, writing

    engine = open_database(database(db))
    try:
        with writing(engine) as connection:
            yield connection, clock.now()
    finally:
        engine.dispose()


def _named(connection: "Connection", name: str) -> "Account":
    from store.accounts import account_named

    account = account_named(connection, name.strip().lower())
    if account is None:
        raise BadInput(f"没有账号“{name[:40]}”；用 lanmu accounts list 查看现有账号")
    return account


def add(
    name: Name,
    /,
    *,
    shown: Annotated[str, Parameter(help="姓名，写进每一步的记录；必填")],
    role: Annotated[tuple[str, ...], Parameter(help=f"角色，可重复：{ROLES_SAID}", negative=())] = (
        "editor",
    ),
    unit: Annotated[str, Parameter(help="只看这个单位（单位id）；不写则看全部单位")] = "",
    site: Annotated[str, Parameter(help="只看这个站点（站点id）；不写则看全部站点")] = "",
    subject: Annotated[
        str, Parameter(help="统一身份认证中的标识（issuer|sub）；写了它就不必设密码")
    ] = "",
    once: Once = False,
    db: Db = None,
) -> int:
    """添加账号；密码在终端上输入，或从标准输入读一行。

    用法: lanmu accounts add 登录名 --shown 姓名 [--role 角色]… [--unit 单位id]
    """
    from store.accounts import add_account

    with _writing(db):
        pass  # the database can be used: said before anybody types a password
    password, given = ("", "") if subject else _password(name, once=once)
    with _writing(db) as (connection, now):
        add_account(
            connection, name, shown, role, at=now, password=password, subject=subject, unit=unit,
            site=site,
        )  # fmt: skip
    print(f"已添加账号{name}（{shown}）")
    _say_once(given)
    return 0


def list_(*, json: Json = False, db: Db = None) -> int:
    """列出全部账号。

    用法: lanmu accounts list [--json]
    """
    from store.accounts import accounts

    with _writing(db) as (connection, _):
        everybody = accounts(connection)
    if json:
        print_json([_json(one) for one in everybody])
    elif not everybody:
        print("还没有账号；用 lanmu accounts add 添加")
    for one in () if json else everybody:
        print(_line(one))
    return 0


def _json(one: "Account") -> dict[str, Any]:
    return {
        "name": one.name, "shown": one.shown, "roles": sorted(one.roles), "unit": one.unit,
        "site": one.site, "active": one.active, "must_change": one.must_change,
        "subject": one.subject,
    }  # fmt: skip


def _line(one: "Account") -> str:
    from store.accounts import ROLE_LABELS

    roles = "、".join(label for id, label in ROLE_LABELS.items() if id in one.roles)
    of = [f"单位{one.unit}" if one.unit else "", f"站点{one.site}" if one.site else ""]
    state = "" if one.active else "已停用"
    waits = "待改密码" if one.must_change else ""
    return "  ".join(part for part in (one.name, one.shown, roles, *of, waits, state) if part)


def change(
    name: Name,
    /,
    *,
    shown: Annotated[str | None, Parameter(help="新的姓名")] = None,
    role: Annotated[
        tuple[str, ...],
        Parameter(help=f"换成这些角色，可重复：{ROLES_SAID}", negative=()),
    ] = (),
    unit: Annotated[str | None, Parameter(help='换成只看这个单位；写 "" 为全部单位')] = None,
    site: Annotated[str | None, Parameter(help='换成只看这个站点；写 "" 为全部站点')] = None,
    subject: Annotated[str | None, Parameter(help="统一身份认证中的标识（issuer|sub）")] = None,
    reopen: Annotated[bool, Parameter(help="重新启用已停用的账号", negative=())] = False,
    db: Db = None,
) -> int:
    """更改账号的姓名、角色、单位、站点；他的登录全部退出。

    用法: lanmu accounts change 登录名 [--role 角色]… [--unit 单位id]
    """
    from store.accounts import change_account

    given = {"shown": shown, "roles": role or None, "unit": unit, "site": site, "subject": subject}
    what: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
    what |= {"active": True} if reopen else {}
    if not what:
        raise BadInput("没有写明要改什么；用 lanmu accounts change --help 查看用法")
    with _writing(db) as (connection, now):
        account = _named(connection, name)
        change_account(connection, account.id, at=now, **what)
    print(f"已更改账号{account.name}；他要重新登录")
    return 0


def password(name: Name, /, *, once: Once = False, db: Db = None) -> int:
    """重设密码；他的登录全部退出。密码在终端上输入，或从标准输入读一行。

    用法: lanmu accounts password 登录名 [--once]
    """
    from store.accounts import change_account

    with _writing(db) as (connection, _):
        account = _named(connection, name)
    kept, given = _password(account.name, once=once)
    with _writing(db) as (connection, now):
        change_account(connection, account.id, at=now, password=kept)
    print(f"已重设账号{account.name}的密码")
    _say_once(given)
    return 0


def close(name: Name, /, *, db: Db = None) -> int:
    """停用账号：不能再登录，令牌失效；他做过的记录都保留。

    用法: lanmu accounts close 登录名
    """
    from store.accounts import change_account

    with _writing(db) as (connection, now):
        account = _named(connection, name)
        change_account(connection, account.id, at=now, active=False)
    print(f"已停用账号{account.name}")
    return 0


def sessions(name: Name, /, *, db: Db = None) -> int:
    """列出一个人在哪里登录着，有哪些令牌。

    用法: lanmu accounts sessions 登录名
    """
    from desk.console.agents import browser_of
    from store.sessions import sessions_of, tokens_of

    with _writing(db) as (connection, now):
        account = _named(connection, name)
        open_ = sessions_of(connection, account.id, at=now)
        tokens = tokens_of(connection, account.id, at=now)
    for one in open_:
        print(f"登录  {browser_of(one.agent)}  {one.opened:%Y-%m-%d %H:%M}起  最近{one.seen:%Y-%m-%d %H:%M}（UTC）")  # fmt: skip
    for token in tokens:
        ends = f"{token.ends:%Y-%m-%d}到期" if token.ends else "不到期"
        print(f"令牌  {token.label}  {ends}")
    if not open_ and not tokens:
        print(f"{account.name}没有登录，也没有令牌")
    return 0


def sign_out(
    name: Name,
    /,
    *,
    tokens: Annotated[bool, Parameter(help="令牌也一并停用", negative=())] = False,
    db: Db = None,
) -> int:
    """让一个人在各处的登录全部退出。

    用法: lanmu accounts sign-out 登录名 [--tokens]
    """
    from store.sessions import close_sessions, close_token, tokens_of

    with _writing(db) as (connection, now):
        account = _named(connection, name)
        close_sessions(connection, account.id, at=now)
        for one in tokens_of(connection, account.id, at=now) if tokens else ():
            close_token(connection, account.id, one.id, at=now)
    print(f"已退出账号{account.name}的全部登录" + ("，停用全部令牌" if tokens else ""))
    return 0
