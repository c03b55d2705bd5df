"""What units answer, taken into the ledger: claims move findings, all else is noted, once."""

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from checks.model import BadInput
from reports.ledger_lines import responsible
from store import schema
from store.database import Engine, open_database, reading, writing
from store.ledger import ledger_rows, verify_chain
from store.replies import REQUESTS, Noted, Reply, Taken, last_replies, take_replies
from tests.ledger_county import SITE, STALE, read, settled, slip, step

ROOT = Path(__file__).parents[2]
TODAY = date(2025, 10, 15)
AT = datetime(2025, 10, 15, 3, 0, tzinfo=UTC)


def reply(number: int, answer: str = "mended", **changed: object) -> Reply:
    mark = STALE.fingerprint if number == 4 else slip(number).fingerprint
    day = date(2025, 10, 12) if answer == "mended" else None
    said = Reply(
        number, mark, "caizheng" if number == 3 else "shuili", date(2025, 10, 9), answer, day,
        "" if answer == "mended" else "为地名", "回复.xlsx", f"回复.xlsx 第{number}行",
    )  # fmt: skip
    return replace(said, **changed)  # type: ignore[arg-type]


def take(engine: Engine, *replies: Reply) -> Taken:
    with writing(engine) as connection:
        return take_replies(connection, SITE, replies, responsible, who="王丽", at=AT, today=TODAY)


def states(engine: Engine) -> dict[int, str]:
    with reading(engine) as connection:
        return {row.id: row.state for row in ledger_rows(connection, SITE, TODAY)}


def events(engine: Engine) -> int:
    with reading(engine) as connection:
        counted = select(func.count()).select_from(schema.finding_events)
        return connection.execute(counted).scalar_one()


@pytest.fixture(autouse=True)
def ledger(engine: Engine) -> None:
    settled(engine)


def test_a_claim_moves_the_finding_and_says_why(engine: Engine) -> None:
    told = reply(2, why="已改正并复核", day=date(2025, 10, 13))
    assert take(engine, reply(1), told) == Taken(claimed=(reply(1), told))
    assert states(engine) == {
        1: "claimed", 2: "claimed", 3: "notified", 4: "confirmed", 5: "open",
    }  # fmt: skip
    with reading(engine) as connection:
        rows = ledger_rows(connection, SITE, TODAY, ids=[1, 2], with_events=True)
        assert verify_chain(connection, "jinghe") == []
    last = [row.events[-1] for row in rows]
    assert [(one.who, one.before, one.why, one.evidence) for one in last] == [
        ("王丽", "notified", "单位报告已于2025-10-12整改", "整改回复表 回复.xlsx"),
        ("王丽", "notified", "单位报告已于2025-10-13整改：已改正并复核", "整改回复表 回复.xlsx"),
    ]


@pytest.mark.parametrize("answer", ["partly", "unmended", "keep", "dispute"])
def test_any_other_answer_is_noted_and_moves_nothing(engine: Engine, answer: str) -> None:
    before, told = (states(engine), events(engine)), reply(1, answer)
    assert take(engine, told) == Taken(noted=(told,))
    assert (states(engine), events(engine)) == before
    with reading(engine) as connection:
        noted = last_replies(connection, "jinghe", REQUESTS)
    expected = Noted(1, "shuili", answer, None, "为地名", "回复.xlsx", AT.replace(tzinfo=None))
    assert noted == ([expected] if answer in ("keep", "dispute") else [])


def test_the_same_answers_twice_change_nothing(engine: Engine) -> None:
    replies = (reply(1), reply(2, "dispute"))
    take(engine, *replies)
    before = states(engine), events(engine)
    renamed = tuple(replace(one, file="副本.xlsx", place="副本.xlsx 第9行") for one in replies)
    assert take(engine, *renamed) == Taken(known=renamed)
    assert (states(engine), events(engine)) == before


def test_an_old_form_does_not_claim_again_what_was_found_unmended(engine: Engine) -> None:
    take(engine, reply(1))
    with writing(engine) as connection:
        step(connection, "failed", [1], days=50)
    assert take(engine, reply(1)) == Taken(known=(reply(1),))
    assert states(engine)[1] == "failed"
    newer = reply(1, issued=date(2025, 10, 14), day=date(2025, 10, 15))
    assert take(engine, newer) == Taken(claimed=(newer,))
    assert states(engine)[1] == "claimed"


def test_a_claim_of_what_is_closed_already_is_told_and_moves_nothing(engine: Engine) -> None:
    with writing(engine) as connection:
        step(connection, "closed", [1], days=7)
    assert take(engine, reply(1), reply(2)) == Taken(
        claimed=(reply(2),), late=((reply(1), "复查通过（销号）"),)
    )
    assert (states(engine)[1], states(engine)[2]) == ("closed", "claimed")


def test_a_finding_nobody_has_confirmed_cannot_be_claimed(engine: Engine) -> None:
    assert take(engine, reply(5)).late == ((reply(5), "待确认"),)
    assert states(engine)[5] == "open"


def test_each_unit_of_a_column_may_answer_for_it(engine: Engine) -> None:
    assert take(engine, reply(4, unit="caizheng")).claimed == (reply(4, unit="caizheng"),)
    assert states(engine)[4] == "claimed"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (reply(3, unit="shuili"), "台账号3不是这个单位的问题；应由责任单位回复"),
        (reply(1, unit="nobody"), "台账号1不是这个单位的问题；应由责任单位回复"),
        (reply(1, mark=slip(2).fingerprint), "台账中没有编号为1的这个问题；应使用随通知单发出的原表"),
        (reply(99), "台账中没有编号为99的这个问题；应使用随通知单发出的原表"),
        (reply(10**30), f"台账中没有编号为{10**30}的这个问题；应使用随通知单发出的原表"),
        (reply(1, day=date(2025, 9, 2)),
         "台账号1填写的整改日期2025-09-02早于查出问题的2025-09-03；应核对“整改日期”列"),
    ],
)  # fmt: skip
def test_a_wrong_row_refuses_the_whole_file(engine: Engine, wrong: Reply, said: str) -> None:
    before = states(engine), events(engine)
    with pytest.raises(BadInput) as told:
        take(engine, reply(2), wrong)
    assert told.value.lines == (f"{wrong.place}“编号”列（隐藏）：{said}",)
    assert (states(engine), events(engine)) == before
    with reading(engine) as connection:
        assert last_replies(connection, "jinghe") == []


def test_nobodys_claim_is_refused_whole(engine: Engine) -> None:
    with pytest.raises(BadInput, match="经办人"), writing(engine) as connection:
        take_replies(
            connection,
            SITE,
            [reply(1, "dispute"), reply(2)],
            responsible,
            who="",
            at=AT,
            today=TODAY,
        )
    with reading(engine) as connection:
        assert last_replies(connection, "jinghe") == []


def test_another_sites_finding_is_unknown(engine: Engine) -> None:
    other = replace(SITE, id="other")
    with pytest.raises(BadInput, match="台账中没有编号为1"), writing(engine) as connection:
        take_replies(connection, other, [reply(1)], responsible, who="王丽", at=AT, today=TODAY)


def test_the_newest_answer_counts(engine: Engine) -> None:
    take(engine, reply(1, "dispute"))
    take(engine, reply(1, "unmended", why="在改"))
    with reading(engine) as connection:
        assert last_replies(connection, "jinghe", REQUESTS) == []
        assert [one.answer for one in last_replies(connection, "jinghe")] == ["unmended"]


def test_a_night_closes_what_was_claimed(engine: Engine) -> None:
    take(engine, reply(1))
    read(engine, 1, nights=50)
    assert states(engine)[1] == "closed"


#: Takes two claims and stands still after the first has moved.
HALF_WAY = """
import sys
from datetime import UTC, date, datetime
from reports.ledger_lines import responsible
from store import replies
from store.database import open_database, writing
from tests.ledger_county import SITE
from tests.store.test_replies import AT, TODAY, reply

real = replies.move
def move(connection, site, ids, *more, **how):
    done = real(connection, site, ids, *more, **how)
    print("half", flush=True)
    sys.stdin.readline()
    return done
replies.move = move
engine = open_database(sys.argv[1])
with writing(engine) as connection:
    replies.take_replies(connection, SITE, [reply(1), reply(2)], responsible, who="王丽", at=AT, today=TODAY)
"""


def test_a_reading_killed_half_way_takes_nothing_and_is_done_again(engine: Engine, db: str) -> None:
    before = states(engine), events(engine)
    engine.dispose()
    with subprocess.Popen(
        [sys.executable, "-c", HALF_WAY, db], cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as half:  # fmt: skip
        assert half.stdout and half.stdout.readline() == "half\n"
        half.kill()
    again = open_database(db)
    assert (states(again), events(again)) == before
    assert take(again, reply(1), reply(2)) == Taken(claimed=(reply(1), reply(2)))
    again.dispose()
