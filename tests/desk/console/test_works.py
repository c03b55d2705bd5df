"""Work in threads: asked for twice it is done once, what fails says why, a folder goes with the process."""

import gc
from threading import Event

import pytest

from checks.model import BadInput
from desk.console.works import FAILED, MOST, WAITS, Say, Works

SECONDS = 30


def test_whoever_asks_for_work_under_way_gets_that_one() -> None:
    works, go, done = Works(), Event(), []

    def task(say: Say) -> str:
        say("做")
        go.wait(SECONDS)
        done.append(1)
        return "好"

    first, second = works.begin("k", task), works.begin("k", task)
    assert first is second
    assert (first.ended, works.result("k")) == (False, None)
    works.forget("k")
    assert works.get("k") is first
    go.set()
    first.wait(SECONDS)
    assert (first.ended, first.result, first.wrong, done) == (True, "好", (), [1])
    assert works.result("k") == "好"
    works.begin("k", task).wait(SECONDS)
    assert done == [1, 1]
    works.forget("k")
    assert works.get("k") is None


def test_one_piece_of_work_goes_on_at_a_time() -> None:
    works, go, began = Works(), Event(), Event()

    def slow(_say: Say) -> None:
        began.set()
        go.wait(SECONDS)

    first = works.begin("a", slow)
    assert began.wait(SECONDS)
    second = works.begin("b", lambda say: say("第二件"))
    assert second.step == WAITS
    go.set()
    first.wait(SECONDS)
    second.wait(SECONDS)
    assert (second.step, second.ended) == ("第二件", True)


def test_what_fails_says_why_and_a_fault_of_the_program_goes_to_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    works = Works()

    def bad(_say: Say) -> None:
        raise BadInput("甲", "乙")

    def broken(say: Say) -> None:
        say("第三步")
        raise KeyError("no such thing")

    one, other = works.begin("a", bad), works.begin("b", broken)
    one.wait(SECONDS)
    other.wait(SECONDS)
    assert (one.wrong, one.result) == (("甲", "乙"), None)
    assert other.wrong == (FAILED,)
    assert "第三步" in caplog.text
    assert "KeyError" in caplog.text


def test_old_results_are_let_go() -> None:
    works = Works()
    for n in range(MOST + 3):
        works.begin(n, lambda _say: 1).wait(SECONDS)
    works.begin("last", lambda _say: 1).wait(SECONDS)
    assert works.get(0) is None
    assert works.result(MOST + 2) == 1


def test_its_folder_is_gone_with_it() -> None:
    works = Works()
    folder = works.folder()
    assert folder == works.folder()
    assert folder.stat().st_mode & 0o077 == 0
    del works
    gc.collect()
    assert not folder.exists()
