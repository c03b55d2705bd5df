"""A proposed term tried on the archive: counted as it would be found, within bounds, what failed is told."""

import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from checks.model import Article, BadInput, Entry, Part, Severity
from checks.wordlist import Term, Wordlist
from desk import term_trials
from desk.term_trials import TermTrials, Trial, list_to_try, trial_of
from store.articles import Judged, save_articles
from store.database import Engine, open_database, reading, writing
from store.term_proposals import Proposal, propose_term
from tests.ledger_county import SITE

AT = datetime(2025, 9, 2, 18, tzinfo=UTC)
TERM = Term("布署", "部署", ("公布署名",), boundary="word")
LIST = Wordlist("typos", "错别字", Severity.WARNING, "应为“{use}”", "词典", (TERM,))
BODIES = (
    "会议作出布署。", "会议作出部署。", "会上公布署名文章。", "认真布\n署各项工作。", "会议作出布署，再次布署。",
    "联系人身份证11010519491231002X，作出布署。",
)  # fmt: skip


@pytest.fixture
def engine(db: str) -> Any:
    opened = open_database(db)
    judged = [
        Judged(
            Article(f"http://a.cn/{n}.htm", (Part("title", "", "动态"), Part("body", "", body)), None, ""),
            (Entry("tzgg", f"http://a.cn/{n}.htm", "动态"),), (),
        )
        for n, body in enumerate(BODIES)
    ]  # fmt: skip
    with writing(opened) as connection:
        save_articles(connection, SITE.id, judged, now=AT, day=AT.date(), lists_hash="L")
    yield opened
    opened.dispose()


def found(engine: Engine, wordlist: Wordlist = LIST, **more: Any) -> dict[str, Any]:
    with reading(engine) as connection:
        return trial_of(connection, SITE, wordlist, Trial(), **more)


def test_what_is_found_is_counted_and_shown_masked(engine: Engine) -> None:
    told = found(engine)
    assert (told["texts"], told["whole"], told["found"], told["silenced"]) == (6, True, 5, 1)
    assert len(told["samples"]) == 3
    assert told["spared"] == ["会上公【布署】名文章。"]
    alone = found(engine, replace(LIST, terms=(Term("作出布署", "作出部署"),)))
    assert not any("11010519491231002X" in one for one in alone["samples"])
    assert alone["found"] == 3
    assert found(engine, replace(LIST, terms=(Term("防讯", "防汛"),))) == {
        "texts": 6, "whole": True, "found": 0, "doubtful": 0, "silenced": 0, "samples": [], "spared": [],
    }  # fmt: skip


def test_a_run_out_of_time_says_that_it_saw_a_part_only(engine: Engine) -> None:
    told = found(engine, is_over=lambda: True)
    assert (told["texts"], told["whole"], told["found"]) == (0, False, 0)
    looks = iter([False, False, True, True, True])
    told = found(engine, is_over=lambda: next(looks))
    assert (told["texts"], told["whole"], told["found"]) == (6, False, 1)


def test_so_many_articles_are_looked_at_closely(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(term_trials, "MOST_CLOSELY", 2)
    told = found(engine)
    assert (told["texts"], told["whole"], told["found"], told["silenced"]) == (6, False, 1, 1)


def noted(engine: Engine, **more: Any) -> Proposal:
    cells = {"text": "布署", "use": "部署", "bad": "布署", "good": "部署"}
    said = {"action": "add", "cells": cells, "was": {}, **more}
    with writing(engine) as connection:
        return propose_term(
            connection, SITE.id, "typos", said["action"], said["cells"], said["was"], reason="常见", who="张三", at=AT
        )  # fmt: skip


def test_one_run_a_proposal_and_few_at_once(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()
    monkeypatch.setattr(term_trials, "_run", lambda *_: go_on.wait(20))
    trials = TermTrials()
    some = [noted(engine, cells={"text": str(n), "use": "b"}) for n in range(3)]
    first = trials.start(engine, SITE, some[0], LIST)
    assert trials.start(engine, SITE, some[0], LIST) is first
    trials.start(engine, SITE, some[1], LIST)
    with pytest.raises(BadInput, match="正有2项在试用"):
        trials.start(engine, SITE, some[2], LIST)
    go_on.set()


def test_what_fails_is_told(engine: Engine, tmp_path: Path) -> None:
    trial = Trial()
    broken = open_database(f"sqlite:///{tmp_path}/x.db")
    broken.dispose()
    for file in tmp_path.glob("x.db-*"):
        file.unlink()
    (tmp_path / "x.db").write_bytes(b"no database at all" * 100)
    term_trials._run(trial, broken, SITE, noted(engine), LIST, 5.0)
    broken.dispose()
    assert (trial.done, "数据库" in trial.failed) == (True, True)


def test_what_is_tried_is_the_row_as_it_is_to_be(engine: Engine) -> None:
    assert list_to_try(noted(engine), (LIST,)).terms[0].unless == ()
    was = {"text": "布署", "use": "部署", "unless": "公布署名"}
    removal = noted(engine, action="remove", cells={}, was=was)
    assert list_to_try(removal, (LIST,)).terms[0].unless == ("公布署名",)
    excepted = noted(engine, action="except", cells={**was, "phrase": "布署图"}, was=was)
    assert list_to_try(excepted, (LIST,)).terms[0].unless == ("布署图",)
    with pytest.raises(BadInput, match="没有词表有这个词"):
        list_to_try(excepted, ())
