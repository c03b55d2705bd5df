"""`lanmu accounts`: who may sign in at the console."""

import sys
from typing import Annotated

from cyclopts import Parameter

from checks.model import BadInput
from desk.options import Db, database

Name = Annotated[str, Parameter(help="登录名；必填")]


def _asked(name: str) -> str:
    """The hash of a password: typed twice at a terminal, or a line on standard input."""
    import getpass

    from desk.console.passwords import hashed

    if sys.stdin.isatty():
        typed = getpass.getpass(f"{name}的密码：")
        if getpass.getpass("再输一遍：") != typed:
            raise BadInput("两次输入的密码不一样")
    else:
        typed = sys.stdin.readline().rstrip("\r\n")
    return hashed(typed, name)


def add(
    name: Name,
    /,
    *,
    shown: Annotated[str, Parameter(help="姓名，写进每一步的记录；必填")],
    role: Annotated[
        tuple[str, ...],
        Parameter(
            help="角色，可重复：editor编辑 first初审 second复审 final终审 office政务公开办 admin管理员",
            negative=(),
        ),
    ] = ("editor",),
    unit: Annotated[str, Parameter(help="只看这个单位（单位id）；不写则看全部单位")] = "",
    site: Annotated[str, Parameter(help="只看这个站点（站点id）；不写则看全部站点")] = "",
    subject: Annotated[str, Parameter(help="统一身份认证中的标识；写了它就不必设密码")] = "",
    db: Db = None,
) -> int:
    """添加账号；密码在终端上输入，或从标准输入读一行。

    用法: lanmu accounts add 登录名 --shown 姓名 [--role 角色]… [--unit 单位id]
    """
    from crawler import clock
    from store.accounts import add_account
    from store.database import open_database, writing

    password = "" if subject else _asked(name)
    engine = open_database(database(db))
    try:
        with writing(engine) as connection:
            add_account(
                connection, name, shown, role, at=clock.now(), password=password, subject=subject,
                unit=unit, site=site,
            )  # fmt: skip
    finally:
        engine.dispose()
    print(f"已添加账号{name}（{shown}）")
    return 0
