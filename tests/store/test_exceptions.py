"""Exceptions as they are kept: proposed from a false alarm, approved or withdrawn, in force until their day."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from checks.model import BadInput, Excuse, Finding, Severity, Span
from store.database import Engine, reading, writing
from store.exceptions import Exempted, decide, exceptions, implied, in_force, propose, with_excuses
from store.findings import save_findings
from store.ledger import LedgerRow
from tests.store.test_ledger import BODY, SITE, finding, read, rows

NOW = datetime(2025, 9, 2, 2, tzinfo=UTC)
DAY = date(2025, 9, 2)


@pytest.fixture
def row(engine: Engine) -> LedgerRow:
    read(engine, 0, finding())
    return rows(engine)[0]


def proposed(engine: Engine, row: LedgerRow, scope: Any = "unit", **more: Any) -> Exempted:
    with writing(engine) as connection:
        return propose(
            connection, SITE, row, scope, who="张三", why=more.pop("why", "引文"), at=NOW, **more
        )


def decided(engine: Engine, number: int, to: Any) -> Exempted:
    with writing(engine) as connection:
        return decide(connection, "s", number, to, who="李四", at=NOW)


def now_in_force(engine: Engine, day: date = DAY) -> tuple[Excuse, ...]:
    with reading(engine) as connection:
        return in_force(connection, "s", day)


def test_a_false_alarm_implies_the_words_around_it(row: LedgerRow) -> None:
    assert BODY.startswith("会议作出布署。")
    assert implied(row) == ("布署", "会议作出布署")


@pytest.mark.parametrize(
    ("before", "after", "phrase"),
    [
        ("各乡镇要认真", "各项工作", "镇要认真布署各项工作"),
        ("", "", "布署"),
        ("（一）", "、落实", "布署"),
        ("二〇二五 ", "a1b2c3", "布署a1b2"),
    ],
)
def test_the_phrase_stops_at_marks(row: LedgerRow, before: str, after: str, phrase: str) -> None:
    assert implied(replace(row, sentence=(before, "布署", after))) == ("布署", phrase)


def test_what_is_masked_or_about_no_wording_implies_nothing(engine: Engine) -> None:
    masked = Finding("personal-data", Severity.ERROR, 1, Span(0, 4), "1***", "", "", "", "m", "u")
    column = Finding("stale-column", Severity.ERROR, 0, Span(0, 0), "动态", "", "", "", "c", "u")
    with writing(engine) as connection:
        save_findings(connection, "s", {"u": [masked, column]}, now=NOW, lists_hash="L")
    assert [implied(one) for one in rows(engine)] == [None, None]
    with pytest.raises(BadInput, match="台账号2：不是文字上的问题或已隐去号码，不能设例外"):
        proposed(engine, rows(engine)[1])


def test_a_proposal_excuses_nothing_until_it_is_approved(engine: Engine, row: LedgerRow) -> None:
    one = proposed(engine, row, until=date(2025, 12, 31))
    assert one == Exempted(
        1, "typos", "布署", "会议作出布署", "unit", "nongye", "引文", date(2025, 12, 31), "proposed", "张三", "",
        NOW.replace(tzinfo=None), 1,
    )  # fmt: skip
    assert now_in_force(engine) == ()
    assert decided(engine, 1, "approved").decided_by == "李四"
    excuse = Excuse("typos", "布署", "会议作出布署", "unit", "nongye")
    assert now_in_force(engine) == now_in_force(engine, date(2025, 12, 31)) == (excuse,)
    assert now_in_force(engine, date(2026, 1, 1)) == ()
    with reading(engine) as connection:
        assert with_excuses(connection, SITE, DAY).excuses == (excuse,)
        assert in_force(connection, "other", DAY) == ()
    assert decided(engine, 1, "withdrawn").state == "withdrawn"
    assert now_in_force(engine) == ()


def test_who_proposed_it_does_not_approve_it(engine: Engine, row: LedgerRow) -> None:
    proposed(engine, row)
    with (
        pytest.raises(BadInput, match="例外1：由张三提出，应由另一人批准"),
        writing(engine) as connection,
    ):
        decide(connection, "s", 1, "approved", who="张三", at=NOW)
    assert now_in_force(engine) == ()
    with writing(engine) as connection:
        assert decide(connection, "s", 1, "withdrawn", who="张三", at=NOW).state == "withdrawn"


def test_the_same_proposal_is_one_and_a_withdrawn_one_is_proposed_anew(
    engine: Engine, row: LedgerRow
) -> None:
    assert proposed(engine, row) == proposed(engine, row, why="又一次")
    decided(engine, 1, "approved")
    assert decided(engine, 1, "approved") == proposed(engine, row)
    decided(engine, 1, "withdrawn")
    with pytest.raises(BadInput, match="例外1：已撤回，不能再批准"):
        decided(engine, 1, "approved")
    assert proposed(engine, row).id == 2
    with reading(engine) as connection:
        assert [(one.id, one.state) for one in exceptions(connection, "s")] == [
            (1, "withdrawn"), (2, "proposed"),
        ]  # fmt: skip
    with pytest.raises(BadInput, match="例外7：本站点没有这个例外"):
        decided(engine, 7, "approved")


@pytest.mark.parametrize(
    ("scope", "more", "named"),
    [("site", {}, ""), ("unit", {}, "nongye"), ("column", {}, "gzdt"), ("page", {}, "http://a.cn/1.htm")],
)  # fmt: skip
def test_a_scope_names_what_it_holds_for(
    engine: Engine, row: LedgerRow, scope: str, more: dict[str, str], named: str
) -> None:
    assert proposed(engine, row, scope, **more).scope_id == named


@pytest.mark.parametrize(
    ("scope", "more", "said"),
    [
        ("column", {"column": "tzgg"}, "台账号1：请用 --column 写明其中一个栏目：gzdt（工作动态）"),
        ("site", {"phrase": "会议作出部署"}, "例外短语“会议作出部署”应含有“布署”，且不超过200字"),
        ("site", {"phrase": "布署" * 101}, "且不超过200字"),
        ("site", {"why": " "}, "没有写明理由；例外必须写明"),
    ],
)  # fmt: skip
def test_a_proposal_that_does_not_hold_says_why(
    engine: Engine, row: LedgerRow, scope: str, more: dict[str, str], said: str
) -> None:
    with pytest.raises(BadInput, match=said):
        proposed(engine, row, scope, **more)


def test_without_a_unit_there_is_no_exception_for_one(engine: Engine) -> None:
    read(engine, 0, replace(finding(), unit=""))
    with pytest.raises(BadInput, match="台账号1：没有责任单位"):
        proposed(engine, rows(engine)[0])
