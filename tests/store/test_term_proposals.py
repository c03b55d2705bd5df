"""Proposals as they are kept: one waits, another person approves what was tried, nothing is decided twice."""

from datetime import UTC, datetime
from typing import Any

import pytest

from checks.model import BadInput, Severity
from checks.wordlist import Term, Wordlist
from store.database import Engine, reading, writing
from store.exceptions import Exempted, agreed, decide, exceptions, in_force
from store.term_proposals import (
    MOST_WAITING,
    Proposal,
    decide_term,
    note_tried,
    proposal,
    proposals,
    propose_term,
    suggest_word,
)
from tests.store.test_exceptions import DAY
from tests.store.test_ledger import SITE

AT = datetime(2025, 10, 9, 4, tzinfo=UTC)
NEW = {"text": "防讯", "use": "防汛"}
LIST = Wordlist(
    "own",
    "本县用词",
    Severity.WARNING,
    "应为“{use}”",
    "规范",
    (Term("布署", "部署", ("公布署名",)),),
)


def proposed(engine: Engine, action: str = "add", who: str = "张三", **more: Any) -> Proposal:
    said = {"reason": "常见错字", "cells": NEW, "was": {}, **more}
    with writing(engine) as connection:
        return propose_term(
            connection, "s", "own", action, said["cells"], said["was"], reason=said["reason"], who=who, at=AT
        )  # fmt: skip


def decided(engine: Engine, number: int, to: Any, who: str = "李四", why: str = "") -> Proposal:
    with writing(engine) as connection:
        return decide_term(connection, "s", number, to, who=who, at=AT, why=why)


def tried(engine: Engine, number: int) -> None:
    with writing(engine) as connection:
        note_tried(connection, "s", number, {"texts": 3, "found": 0})


def test_a_proposal_is_kept_as_it_was_made(engine: Engine) -> None:
    at = AT.replace(tzinfo=None)
    assert proposed(engine) == Proposal(
        1, "own", "add", NEW, {}, "常见错字", "proposed", "张三", at, "", None, "", {}
    )
    assert proposed(engine, who="王五", reason="又一次").id == 1
    tried(engine, 1)
    assert decided(engine, 1, "approved") == Proposal(
        1,
        "own",
        "add",
        NEW,
        {},
        "常见错字",
        "approved",
        "张三",
        at,
        "李四",
        at,
        "",
        {"texts": 3, "found": 0},
    )
    assert proposed(engine).id == 2


def test_what_was_not_tried_or_is_ones_own_is_not_approved(engine: Engine) -> None:
    proposed(engine)
    with pytest.raises(BadInput, match="提议1：还没有在存档上试用"):
        decided(engine, 1, "approved")
    tried(engine, 1)
    with pytest.raises(BadInput, match="提议1：由张三提出，应由另一人批准"):
        decided(engine, 1, "approved", who="张三")
    with reading(engine) as connection:
        assert proposal(connection, "s", 1).state == "proposed"


def test_what_is_decided_stays_so(engine: Engine) -> None:
    proposed(engine)
    with pytest.raises(BadInput, match="请写明撤回的理由"):
        decided(engine, 1, "withdrawn", why=" ")
    assert decided(engine, 1, "withdrawn", who="张三", why="写错了").why == "写错了"
    for to in ("approved", "withdrawn"):
        with pytest.raises(BadInput, match="提议1：已撤回（张三），不能再改"):
            decided(engine, 1, to, why="x")
    tried(engine, 1)
    with reading(engine) as connection:
        assert proposal(connection, "s", 1).tried == {}
        with pytest.raises(BadInput, match="提议1：没有这项提议"):
            proposal(connection, "other", 1)


@pytest.mark.parametrize(
    ("more", "said"),
    [({"action": "fly"}, "没有这种改动"), ({"reason": " "}, "请写明理由"), ({"reason": "x" * 1001}, "请写明理由")],
)  # fmt: skip
def test_what_is_no_proposal_is_refused(engine: Engine, more: dict[str, str], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        proposed(engine, **more)


def test_one_person_may_have_so_many_waiting(engine: Engine) -> None:
    for n in range(MOST_WAITING):
        proposed(engine, cells={"text": str(n)})
    with pytest.raises(BadInput, match="您已有200项提议待批准"):
        proposed(engine)
    assert proposed(engine, who="王五").id == MOST_WAITING + 1
    with reading(engine) as connection:
        some, total = proposals(connection, "s", "proposed", limit=2, skip=1)
        assert ([one.id for one in some], total) == ([200, 199], 201)
        some, total = proposals(connection, "s", "proposed", by="王五")
        assert ([one.id for one in some], total) == ([201], 1)


def suggested(engine: Engine, word: str) -> list[Proposal]:
    with writing(engine) as connection:
        return suggest_word(connection, SITE, word, "编辑甲", AT, (LIST,))


def test_a_word_suggested_becomes_an_exception_of_the_term_in_it(engine: Engine) -> None:
    (one,) = suggested(engine, "布署图")
    assert (one.list, one.action, one.text, one.phrase, one.reason, one.proposed_by) == (
        "own", "except", "布署", "布署图", "在编辑软件中标为正确：布署图", "编辑甲",
    )  # fmt: skip
    assert suggested(engine, "布署图") == [one]
    (none,) = suggested(engine, "公布署名")
    assert (none.list, none.text, none.phrase) == ("", "公布署名", "公布署名")


@pytest.mark.parametrize("word", ["", " ", "x" * 101, "11010519491231002X"])
def test_what_is_no_word_is_not_suggested(engine: Engine, word: str) -> None:
    with pytest.raises(BadInput, match="只能提议100字以内的词，不能含个人号码"):
        suggested(engine, word)


def test_lists_that_come_with_the_program_are_looked_through(engine: Engine) -> None:
    with writing(engine) as connection:
        (one,) = suggest_word(connection, SITE, "布署图", "编辑甲", AT)
    assert (one.list, one.text) == ("typos", "布署")


def agree(
    engine: Engine, phrase: str = "布署图", by: tuple[str, str] = ("张三", "李四")
) -> Exempted:
    with writing(engine) as connection:
        return agreed(connection, "s", "typos", "布署", phrase, why="专名", by=by, at=AT)


def test_what_two_people_agreed_on_holds_for_the_site_once(engine: Engine) -> None:
    assert agree(engine) == agree(engine, by=("王五", "赵六"))
    with reading(engine) as connection:
        assert [(one.term, one.phrase, one.scope) for one in in_force(connection, "s", DAY)] == [
            ("布署", "布署图", "site")
        ]
    with pytest.raises(BadInput, match="应由另一人批准"):
        agree(engine, "布署表", by=("张三", "张三"))
    with pytest.raises(BadInput, match="应含有“布署”"):
        agree(engine, "部署图")
    with writing(engine) as connection:
        decide(connection, "s", 1, "withdrawn", who="李四", at=AT)
    assert agree(engine).id == 2
    with reading(engine) as connection:
        assert [one.state for one in exceptions(connection, "s")] == ["withdrawn", "approved"]
