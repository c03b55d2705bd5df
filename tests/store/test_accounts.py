"""People, where they are signed in, and their programs' tokens, on both databases."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from checks.model import BadInput
from store.accounts import (
    ONCE,
    Account,
    account_named,
    account_of_subject,
    accounts,
    add_account,
    change_account,
    count_accounts,
    keep_hash,
)
from store.database import Engine, open_database, reading, writing
from store.schema import metadata
from store.sessions import (
    MOST_SESSIONS,
    MOST_TOKENS,
    REMEMBERED,
    close_session,
    close_sessions,
    close_token,
    count_sessions,
    mark_of,
    note_used,
    open_session,
    open_token,
    session_account,
    sessions_of,
    token_account,
    tokens_of,
    was_here,
)

AT = datetime(2025, 9, 30, 4, tzinfo=UTC)
IDLE = timedelta(hours=2)


def person(engine: Engine, name: str = "wang", **more: Any) -> Account:
    told = {"shown": f"{name}先生", "roles": ["editor"], "password": "hash"} | more
    with writing(engine) as connection:
        return add_account(connection, name, told.pop("shown"), told.pop("roles"), at=AT, **told)


def change(engine: Engine, id: int, **what: Any) -> None:
    with writing(engine) as connection:
        change_account(connection, id, at=AT, **what)


def signed_in(engine: Engine, id: int, at: datetime = AT, agent: str = "") -> str:
    with writing(engine) as connection:
        return open_session(connection, id, at=at, hours=12, agent=agent)


def who(engine: Engine, secret: str, at: datetime = AT) -> str:
    with reading(engine) as connection:
        found = session_account(connection, secret, at=at, idle=IDLE)
    return found[0].name if found else ""


def whose(engine: Engine, secret: str, at: datetime = AT) -> str:
    with reading(engine) as connection:
        found = token_account(connection, secret, at=at)
    return found[0].name if found else ""


def test_an_account_is_kept_as_it_was_given(engine: Engine) -> None:
    given = person(engine, roles=["final", "editor"], unit="caizheng", site="jinghe", subject="i|7")
    with reading(engine) as connection:
        assert account_named(connection, "wang") == given
        assert account_of_subject(connection, "i|7") == given
        assert account_of_subject(connection, "") is None
        assert (count_accounts(connection), accounts(connection)) == (1, [given])
    assert (given.shown, given.roles) == ("wang先生", frozenset({"editor", "final"}))
    assert (given.unit, given.site, given.active) == ("caizheng", "jinghe", True)
    assert (given.must_change, given.changed) == (False, AT.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("what", "line"),
    [
        ({"name": "王"}, "登录名“王”不合要求；应为2至32个小写字母、数字或 . _ -，以字母或数字开头"),
        ({"name": "Wang"}, "登录名“Wang”不合要求；应为2至32个小写字母、数字或 . _ -，以字母或数字开头"),
        ({"name": "lanmu"}, "不能叫“lanmu”：这是程序自己的名字"),
        ({"shown": "lanmu"}, "不能叫“lanmu”：这是程序自己的名字"),
        ({"shown": "王\n五"}, "姓名应为1至32个字"),
        ({"shown": "王" * 33}, "姓名应为1至32个字"),
        ({"roles": []}, "没有写明角色"),
        ({"roles": ["admin"], "unit": "caizheng"}, "管理员管全部账号，不能只属于一个单位；请另开一个账号"),
        ({"unit": "x" * 65}, "单位id不对；应与站点文件里写的一致"),
        ({"subject": "x" * 256}, "统一身份认证标识应不超过255个字符"),
        (
            {"roles": ["king"]},
            "没有这种角色：king；应为 editor（编辑）、first（初审）、second（复审）、final（终审）、"
            "office（政务公开办）、admin（管理员）",
        ),
    ],
)  # fmt: skip
def test_an_account_that_cannot_be_is_refused(
    engine: Engine, what: dict[str, Any], line: str
) -> None:
    with pytest.raises(BadInput) as refused:
        person(engine, **({"name": "wang"} | what))
    assert refused.value.lines == (line,)


@pytest.mark.parametrize(
    ("what", "line"),
    [
        ({"name": "wang", "shown": "他"}, "登录名“wang”已有人用；请换一个，同名的人请加单位或编号区别"),
        ({"name": "li", "shown": "wang先生"}, "姓名“wang先生”已有人用；请换一个，同名的人请加单位或编号区别"),
        ({"name": "li", "subject": "i|7"}, "统一身份认证标识“i|7”已有人用；请换一个，同名的人请加单位或编号区别"),
    ],
)  # fmt: skip
def test_nobody_takes_anothers_name(engine: Engine, what: dict[str, Any], line: str) -> None:
    person(engine, subject="i|7")
    with pytest.raises(BadInput) as refused:
        person(engine, **what)
    assert refused.value.lines == (line,)


def test_of_ten_who_take_a_name_at_once_one_has_it(engine: Engine, db: str) -> None:
    told: list[str] = []
    ready = threading.Barrier(10)

    def take(number: int) -> None:
        own = open_database(db)
        try:
            ready.wait(30)
            person(own, shown=f"第{number}人")
            told.append("added")
        except BadInput as error:
            told.extend(error.lines)
        finally:
            own.dispose()

    threads = [threading.Thread(target=take, args=(number,)) for number in range(10)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    refused = "登录名“wang”已有人用；请换一个，同名的人请加单位或编号区别"
    assert sorted(told) == sorted(["added", *[refused] * 9])
    with reading(engine) as connection:
        assert count_accounts(connection) == 1


@pytest.mark.parametrize(
    "what",
    [{"roles": ["office"]}, {"password": "other"}, {"unit": "caizheng"}, {"site": "x"}, {"active": False}],
)  # fmt: skip
def test_a_change_ends_every_session_of_theirs_and_nobody_elses(
    engine: Engine, what: dict[str, Any]
) -> None:
    wang, li = person(engine), person(engine, "li")
    here, there, other = (signed_in(engine, one) for one in (wang.id, wang.id, li.id))
    assert [who(engine, one) for one in (here, there, other)] == ["wang", "wang", "li"]
    change(engine, wang.id, **what)
    assert [who(engine, one) for one in (here, there, other)] == ["", "", "li"]


def test_a_newer_hash_of_the_same_password_ends_none(engine: Engine) -> None:
    wang = person(engine)
    here = signed_in(engine, wang.id)
    with writing(engine) as connection:
        keep_hash(connection, wang.id, "newer")
        kept = account_named(connection, "wang")
    assert kept is not None and kept.password == "newer"
    assert who(engine, here) == "wang"


@pytest.mark.parametrize(
    ("what", "still"),
    [({"active": False}, ""), ({"password": f"{ONCE}hash"}, ""), ({"password": "own"}, "wang"), ({"roles": ["first"]}, "wang")],
)  # fmt: skip
def test_tokens_end_where_the_person_must_not_be_trusted(
    engine: Engine, what: dict[str, Any], still: str
) -> None:
    wang = person(engine)
    with writing(engine) as connection:
        token = open_token(connection, wang.id, "编辑器", at=AT)
    assert whose(engine, token) == "wang"
    change(engine, wang.id, **what)
    assert whose(engine, token) == still


def test_a_password_for_once_is_told_from_ones_own(engine: Engine) -> None:
    wang = person(engine, password=f"{ONCE}hash")
    assert (wang.must_change, wang.hash) == (True, "hash")


@pytest.mark.parametrize("what", [{"active": False}, {"roles": ["editor"]}, {"site": "jinghe"}])
def test_the_last_administrator_stays(engine: Engine, what: dict[str, Any]) -> None:
    wang = person(engine, roles=["admin"])
    person(engine, "li", roles=["admin"], site="jinghe")
    with pytest.raises(BadInput, match="这是最后一个管理员账号"):
        change(engine, wang.id, **what)
    change(engine, wang.id, shown="王五", roles=["admin", "office"])
    second = person(engine, "zhao", roles=["admin"])
    change(engine, wang.id, **what)
    with pytest.raises(BadInput, match="这是最后一个管理员账号"):
        change(engine, second.id, active=False)


def test_of_two_administrators_who_close_each_other_one_stays(engine: Engine, db: str) -> None:
    people = [person(engine, name, roles=["admin"]) for name in ("wang", "li")]
    ready = threading.Barrier(2)
    told: list[str] = []

    def close(id: int) -> None:
        own = open_database(db)
        try:
            ready.wait(30)
            change(own, id, active=False)
        except BadInput as error:
            told.extend(error.lines)
        finally:
            own.dispose()

    threads = [threading.Thread(target=close, args=(one.id,)) for one in people]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    with reading(engine) as connection:
        assert sorted(one.active for one in accounts(connection)) == [False, True]
    assert len(told) == 1


def test_a_session_ends_idle_at_its_end_and_when_it_is_closed(engine: Engine) -> None:
    wang = person(engine)
    secret = signed_in(engine, wang.id, agent="浏览器" * 200)
    assert who(engine, secret, AT + IDLE - timedelta(seconds=1)) == "wang"
    assert who(engine, secret, AT + IDLE) == ""
    assert who(engine, "another") == who(engine, "") == who(engine, mark_of(secret)) == ""
    with writing(engine) as connection:
        found = session_account(connection, secret, at=AT, idle=timedelta(days=9))
        assert found is not None and len(found[1].agent) == 200
        hours = timedelta(hours=12)
        late = [session_account(connection, secret, at=AT + hours - timedelta(seconds=s), idle=timedelta(days=9)) for s in (1, 0)]  # fmt: skip
        assert [one is not None for one in late] == [True, False]
        assert count_sessions(connection, at=AT) == 1
        close_session(connection, secret, at=AT)
        assert count_sessions(connection, at=AT) == 0
    assert who(engine, secret) == ""


def test_a_person_is_signed_out_there_or_everywhere_and_never_another(engine: Engine) -> None:
    wang, li = person(engine), person(engine, "li")
    here, there, other = (signed_in(engine, one) for one in (wang.id, wang.id, li.id))
    with writing(engine) as connection:
        newest, oldest = sessions_of(connection, wang.id, at=AT)
        close_sessions(connection, wang.id, at=AT, only=newest.id)
        close_sessions(connection, li.id, at=AT, only=oldest.id)
    assert [who(engine, one) for one in (here, there, other)] == ["wang", "", "li"]
    with writing(engine) as connection:
        close_sessions(connection, wang.id, at=AT)
    assert [who(engine, one) for one in (here, there, other)] == ["", "", "li"]


def test_the_oldest_of_too_many_sessions_ends(engine: Engine) -> None:
    wang = person(engine)
    secrets = [signed_in(engine, wang.id) for _ in range(MOST_SESSIONS + 2)]
    assert [who(engine, one) for one in secrets[:3]] == ["", "", "wang"]
    assert who(engine, secrets[-1]) == "wang"


def test_where_somebody_was_signed_in_is_remembered_for_a_time(engine: Engine) -> None:
    wang, li = person(engine), person(engine, "li")
    secret = signed_in(engine, wang.id)
    with writing(engine) as connection:
        close_session(connection, secret, at=AT)
        marks = (mark_of(secret), secret, "")
        assert [was_here(connection, wang.id, one) for one in marks] == [True, False, False]
        assert not was_here(connection, li.id, mark_of(secret))
    signed_in(engine, li.id, AT + REMEMBERED + timedelta(hours=13))
    with reading(engine) as connection:
        assert not was_here(connection, wang.id, mark_of(secret))


def test_a_token_ends_after_its_days_and_when_its_owner_closes_it(engine: Engine) -> None:
    wang, li = person(engine), person(engine, "li")
    with writing(engine) as connection:
        token = open_token(connection, wang.id, " 编辑器 ", at=AT, days=2)
        lasting = open_token(connection, wang.id, "夜间", at=AT)
        listed = tokens_of(connection, wang.id, at=AT)
        assert [(one.label, one.used) for one in listed] == [("编辑器", None), ("夜间", None)]
        note_used(connection, listed[0], at=AT)
        assert tokens_of(connection, wang.id, at=AT)[0].used == AT.replace(tzinfo=None)
        close_token(connection, li.id, listed[1].id, at=AT)
    days = timedelta(days=2)
    assert [whose(engine, token, AT + days - timedelta(seconds=s)) for s in (1, 0)] == ["wang", ""]
    assert whose(engine, lasting, AT + 999 * days) == "wang"
    with writing(engine) as connection:
        assert [one.label for one in tokens_of(connection, wang.id, at=AT + days)] == ["夜间"]
        close_token(connection, wang.id, listed[1].id, at=AT)
    assert whose(engine, lasting) == ""


@pytest.mark.parametrize(
    ("label", "days", "line"),
    [
        (" ", 1, "请写明令牌给什么程序用（64字以内）"),
        ("字" * 65, 1, "请写明令牌给什么程序用（64字以内）"),
        ("编辑器", 0, "令牌有效天数应为1至1825"),
        ("编辑器", 1826, "令牌有效天数应为1至1825"),
    ],
)
def test_a_token_without_purpose_or_end_is_refused(
    engine: Engine, label: str, days: int, line: str
) -> None:
    wang = person(engine)
    with pytest.raises(BadInput) as refused, writing(engine) as connection:
        open_token(connection, wang.id, label, at=AT, days=days)
    assert refused.value.lines == (line,)


def test_nobody_has_more_tokens_than_may_be(engine: Engine) -> None:
    wang = person(engine)
    with writing(engine) as connection:
        for _ in range(MOST_TOKENS):
            open_token(connection, wang.id, "编辑器", at=AT, days=1)
    with pytest.raises(BadInput, match="令牌已有20个"), writing(engine) as connection:
        open_token(connection, wang.id, "编辑器", at=AT)
    with writing(engine) as connection:
        open_token(connection, wang.id, "编辑器", at=AT + timedelta(days=1))


def test_no_secret_stands_in_the_database(engine: Engine) -> None:
    wang = person(engine)
    session = signed_in(engine, wang.id)
    with writing(engine) as connection:
        token = open_token(connection, wang.id, "编辑器", at=AT)
        kept = "\n".join(
            str(row)
            for table in metadata.tables
            for row in connection.execute(text(f'SELECT * FROM "{table}"'))
        )
    assert mark_of(session) in kept and mark_of(token) in kept
    assert session not in kept and token not in kept
    assert len({session, token, signed_in(engine, wang.id)}) == 3
    assert all(len(one) == 43 for one in (session, token))
