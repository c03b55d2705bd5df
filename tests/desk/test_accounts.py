"""`lanmu accounts …` as a person runs it: what is printed, the exit status, what is kept."""

import io
import json
import re
from pathlib import Path

import pytest

from desk.cli import main
from desk.console.passwords import verified
from store.accounts import Account, account_named
from store.database import open_database, reading, writing
from store.sessions import open_session, open_token, session_account, token_account

PASSWORD = "开门请用这个12345"


class Keeper:
    """Runs commands on one database; `typed` is standard input."""

    def __init__(
        self, db: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.db = db
        self._capsys = capsys
        self._monkeypatch = monkeypatch

    def run(self, *arguments: str, typed: str = PASSWORD + "\n") -> tuple[int, str, str]:
        self._monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        status = main(["accounts", *arguments, "--db", self.db])
        said = self._capsys.readouterr()
        return status, said.out, said.err

    def account(self, name: str) -> Account:
        engine = open_database(self.db)
        with reading(engine) as connection:
            found = account_named(connection, name)
        engine.dispose()
        assert found is not None
        return found

    def add(self, name: str = "wang", *more: str) -> None:
        assert self.run("add", name, "--shown", f"{name}先生", *more)[0] == 0


@pytest.fixture
def keeper(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Keeper:
    return Keeper(f"sqlite:///{tmp_path}/a.db", capsys, monkeypatch)


def test_somebody_is_added_with_a_password_that_is_kept_as_a_hash(keeper: Keeper) -> None:
    said = keeper.run("add", "wang", "--shown", "王五", "--role", "admin", "--role", "office")
    assert said == (0, "已添加账号wang（王五）\n", "")
    account = keeper.account("wang")
    assert account.roles == {"admin", "office"} and not account.must_change
    assert PASSWORD not in account.password and account.password.startswith("$argon2id$")
    assert verified(PASSWORD, account.hash)[0]


def test_a_password_for_once_is_printed_and_nobody_is_asked(keeper: Keeper) -> None:
    status, out, err = keeper.run("add", "li", "--shown", "李四", "--once", "--unit", "caizheng", typed="")  # fmt: skip
    found = re.fullmatch(
        r"已添加账号li（李四）\n一次性密码：([a-z2-9-]{23})（72小时内有效，登录后要改成自己的密码）\n",
        out,
    )
    assert (status, err) == (0, "") and found
    account = keeper.account("li")
    assert account.must_change and verified(found[1], account.hash)[0]
    assert account.unit == "caizheng"


def test_one_who_comes_by_the_identity_service_needs_no_password(keeper: Keeper) -> None:
    assert (
        keeper.run("add", "zhao", "--shown", "赵六", "--subject", "https://sso|7", typed="")[0] == 0
    )
    account = keeper.account("zhao")
    assert (account.password, account.subject) == ("", "https://sso|7")


@pytest.mark.parametrize(
    ("arguments", "typed", "line"),
    [
        (("add", "wang", "--shown", "王"), "短\n", "密码应为10至200个字符\n"),
        (("add", "wang", "--shown", "王"), "", "密码应为10至200个字符\n"),
        (("add", "wang", "--shown", "王"), "wang的密码很长很长\n", "密码中不能含登录名\n"),
        (("add", "old", "--shown", "王"), PASSWORD, "登录名“old”已有人用；请换一个，同名的人请加单位或编号区别\n"),
        (("add", "Wang", "--shown", "王"), PASSWORD, "登录名“Wang”不合要求；应为2至32个小写字母、数字或 . _ -，以字母或数字开头\n"),
        (("change", "none", "--role", "office"), "", "没有账号“none”；用 lanmu accounts list 查看现有账号\n"),
        (("change", "old"), "", "没有写明要改什么；用 lanmu accounts change --help 查看用法\n"),
        (("close", "old"), "", "这是最后一个管理员账号；请先另设一位管理员，再停用或更改它\n"),
        (("change", "old", "--role", "editor"), "", "这是最后一个管理员账号；请先另设一位管理员，再停用或更改它\n"),
        (("add", "wang"), "", "lanmu: 缺少必需的参数:--shown;用 lanmu --help 查看用法\n"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_one_line(
    keeper: Keeper, arguments: tuple[str, ...], typed: str, line: str
) -> None:
    keeper.add("old", "--role", "admin")
    assert keeper.run(*arguments, typed=typed) == (2, "", line)


def test_everybody_is_listed(keeper: Keeper) -> None:
    assert keeper.run("list") == (0, "还没有账号；用 lanmu accounts add 添加\n", "")
    keeper.add("wang", "--role", "office", "--role", "final")
    keeper.add("li", "--unit", "caizheng", "--once")
    keeper.run("close", "li")
    out = "li  li先生  编辑  单位caizheng  待改密码  已停用\nwang  wang先生  终审、政务公开办\n"
    assert keeper.run("list") == (0, out, "")
    said = json.loads(keeper.run("list", "--json")[1])
    assert said[1] == {
        "name": "wang", "shown": "wang先生", "roles": ["final", "office"], "unit": "", "site": "",
        "active": True, "must_change": False, "subject": "",
    }  # fmt: skip
    assert "argon2" not in json.dumps(said)


def signed_in(keeper: Keeper, name: str) -> tuple[str, str]:
    """A session's secret and a token."""
    from crawler import clock

    engine = open_database(keeper.db)
    id = keeper.account(name).id
    with writing(engine) as connection:
        agent = "Mozilla/5.0 (Windows NT 10.0) Chrome/156 Safari/537"
        secrets = (
            open_session(connection, id, at=clock.now(), hours=9, agent=agent),
            open_token(connection, id, "编辑器", at=clock.now(), days=3),
        )
    engine.dispose()
    return secrets


def works(keeper: Keeper, secrets: tuple[str, str]) -> tuple[bool, bool]:
    from datetime import timedelta

    from crawler import clock

    engine = open_database(keeper.db)
    with reading(engine) as connection:
        found = session_account(connection, secrets[0], at=clock.now(), idle=timedelta(hours=2))
        token = token_account(connection, secrets[1], at=clock.now())
    engine.dispose()
    return found is not None, token is not None


def test_a_change_signs_out(keeper: Keeper) -> None:
    keeper.add("wang", "--unit", "caizheng")
    secrets = signed_in(keeper, "wang")
    said = keeper.run("change", "wang", "--role", "office", "--unit", "", "--shown", "王五", "--site", "jinghe")  # fmt: skip
    assert said == (0, "已更改账号wang；他要重新登录\n", "")
    account = keeper.account("wang")
    assert (account.shown, account.roles, account.unit, account.site) == ("王五", frozenset({"office"}), "", "jinghe")  # fmt: skip
    assert works(keeper, secrets) == (False, True)


def test_a_new_password(keeper: Keeper) -> None:
    keeper.add()
    secrets = signed_in(keeper, "wang")
    assert keeper.run("password", "wang", typed="另一个更长的密码\n") == (
        2,
        "",
        "密码应为10至200个字符\n",
    )
    assert works(keeper, secrets) == (True, True)
    assert keeper.run("password", "wang", typed="另一个更长的密码123\n") == (
        0,
        "已重设账号wang的密码\n",
        "",
    )
    assert works(keeper, secrets) == (False, True)
    assert verified("另一个更长的密码123", keeper.account("wang").hash)[0]
    status, out, _ = keeper.run("password", "wang", "--once", typed="")
    assert status == 0 and "一次性密码：" in out
    assert works(keeper, secrets) == (False, False)


def test_a_closed_account_and_one_that_is_open_again(keeper: Keeper) -> None:
    keeper.add()
    secrets = signed_in(keeper, "wang")
    assert keeper.run("close", "wang") == (0, "已停用账号wang\n", "")
    assert not keeper.account("wang").active and works(keeper, secrets) == (False, False)
    assert keeper.run("change", "wang", "--reopen")[0] == 0
    assert keeper.account("wang").active and works(keeper, secrets) == (False, False)


def test_where_somebody_is_signed_in_and_out_everywhere(keeper: Keeper) -> None:
    keeper.add()
    assert keeper.run("sessions", "wang") == (0, "wang没有登录，也没有令牌\n", "")
    secrets = signed_in(keeper, "wang")
    status, out, _ = keeper.run("sessions", "wang")
    day, minute = r"\d{4}-\d\d-\d\d", r"\d{4}-\d\d-\d\d \d\d:\d\d"
    lines = rf"登录  Chrome（Windows）  {minute}起  最近{minute}（UTC）\n令牌  编辑器  {day}到期\n"
    assert status == 0 and re.fullmatch(lines, out)
    assert not any(one in out for one in secrets)
    assert keeper.run("sign-out", "wang") == (0, "已退出账号wang的全部登录\n", "")
    assert works(keeper, secrets) == (False, True)
    assert keeper.run("sign-out", "wang", "--tokens") == (
        0,
        "已退出账号wang的全部登录，停用全部令牌\n",
        "",
    )
    assert works(keeper, secrets) == (False, False)


def test_a_database_that_cannot_be_used_is_told_before_a_password_is_typed(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("getpass.getpass", lambda _: pytest.fail("asked for a password"))
    keeper.db = "sqlite:////nowhere/at/all.db"
    status, out, err = keeper.run("add", "wang", "--shown", "王")
    assert (status, out) == (2, "") and err.count("\n") == 1


def test_at_a_terminal_a_password_is_typed_twice(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = iter([PASSWORD, PASSWORD + "x", PASSWORD, PASSWORD])
    monkeypatch.setattr("getpass.getpass", lambda _: next(typed))

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(io, "StringIO", Terminal)
    assert keeper.run("add", "wang", "--shown", "王") == (2, "", "两次输入的密码不一样\n")
    assert keeper.run("add", "wang", "--shown", "王")[0] == 0
