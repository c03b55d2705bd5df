"""Two people press at the same moment; a program is killed in the middle of a step."""

import subprocess
import sys
from pathlib import Path

import pytest

from store.chain import verify_chain
from store.database import Engine, reading
from store.review_rows import draft_events, draft_of, draft_steps, newest_text
from store.reviews import pass_on, submit
from tests.people import people
from tests.store.test_reviews import article, do, opened

ROOT = Path(__file__).parents[2]
#: Waits for the word on stdin, then takes one step; prints "done", or what it was told.
PRESSES = """
import sys
from tests.store.test_reviews import *
from store.database import open_database
db, number, id, name, what = sys.argv[1:]
engine = open_database(db)
who = Person(int(id), name, frozenset({"editor", "first", "second", "final"}))
at_once = Seen(article().text_hash, "first" if what in ("pass_on", "send_back") else "written")
more = {"pass_on": {"checked": CLEAN}, "send_back": {"remark": "请改"}, "write": {"article": article("新" + id), "lists_hash": ""}}
print("ready", flush=True)
sys.stdin.readline()
try:
    with writing(engine) as connection:
        globals()[what](connection, SITE, int(number), who, seen=at_once, at=at(2), **more[what])
    print("done")
except BadInput as error:
    print(" / ".join(error.lines))
engine.dispose()
"""


def press_at_once(db: str, number: int, *presses: tuple[int, str, str]) -> list[str]:
    """What each was told, who pressed in processes of their own at the same moment: (id, name, step)."""
    many = [
        subprocess.Popen(
            [sys.executable, "-c", PRESSES, db, str(number), str(id), name, what], cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for id, name, what in presses
    ]  # fmt: skip
    for one in many:
        assert one.stdout and one.stdout.readline() == "ready\n"
    for one in many:
        assert one.stdin
        one.stdin.write("go\n")
        one.stdin.flush()
    told = [one.communicate(timeout=60) for one in many]
    assert [error for _, error in told] == [""] * len(many)
    return [said.strip() for said, _ in told]


@pytest.mark.parametrize("second", ["pass_on", "send_back"])
def test_of_two_readers_one_wins_and_the_other_is_told(
    engine: Engine, db: str, second: str
) -> None:
    author, a, b = people(engine, "王丽", "张三", "李四")
    number = opened(engine, author)
    do(engine, submit, number, author, 1)
    told = press_at_once(db, number, (a.id, "张三", "pass_on"), (b.id, "李四", second))
    assert sorted(told)[0] == "done"
    loser = next(one for one in told if one != "done")
    won = told.index("done")
    with reading(engine) as connection:
        row = draft_of(connection, "jinghe", number)
        (step,) = draft_steps(connection, number)
        assert len(draft_events(connection, number)) == 3
        assert verify_chain(connection, "jinghe") == []
    assert step.by == ("张三", "李四")[won]
    if won == 0 and second == "pass_on":
        assert row.state == "second"
        assert loser == f"稿件{number}：您打开时为“待初审”，现为“待复审”（张三已初审通过）；请刷新后再看"  # fmt: skip
    else:
        assert f"（{step.by}已初审" in loser


def test_of_two_editors_one_wins_and_the_other_is_told(engine: Engine, db: str) -> None:
    a, b = people(engine, "王丽", "张三")
    number = opened(engine, a)
    told = press_at_once(db, number, (a.id, "王丽", "write"), (b.id, "张三", "write"))
    won = told.index("done")
    assert told[1 - won] == (
        f"稿件{number}：文本在您打开之后改过，现为第2稿；请刷新后重新看过再修改"
    )
    with reading(engine) as connection:
        assert newest_text(connection, number).article == article(f"新{(a, b)[won].id}")
        assert verify_chain(connection, "jinghe") == []


KILLED = """
import os, signal, sys
from tests.store.test_reviews import *
from store.database import open_database
from store import review_record, review_readings
engine = open_database(sys.argv[1])
who = Person(int(sys.argv[3]), "张三", frozenset({"first"}))
def dies(*_args, **_more):
    os.kill(os.getpid(), signal.SIGKILL)
setattr(review_readings, sys.argv[4], dies)
with writing(engine) as connection:
    pass_on(connection, SITE, int(sys.argv[2]), who, seen=Seen(article().text_hash, "first"), checked=CLEAN, at=at(2))
"""


@pytest.mark.parametrize("before", ["note_step", "note"])
def test_a_step_that_was_killed_half_way_was_not_taken(
    engine: Engine, db: str, before: str
) -> None:
    author, a = people(engine, "王丽", "张三")
    number = opened(engine, author)
    do(engine, submit, number, author, 1)
    done = subprocess.run(
        [sys.executable, "-c", KILLED, db, str(number), str(a.id), before], cwd=ROOT, timeout=60, check=False
    )  # fmt: skip
    assert done.returncode == -9
    with reading(engine) as connection:
        assert draft_of(connection, "jinghe", number).state == "first"
        assert draft_steps(connection, number) == ()
        assert verify_chain(connection, "jinghe") == []
    do(engine, pass_on, number, a, 3)
    with reading(engine) as connection:
        assert verify_chain(connection, "jinghe") == []
