"""When the program itself goes wrong: what a person sees, and what the log holds.

No other desk may run meanwhile: each would hear of it.
"""

import io
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.county import Crawled
from tests.desk.console.desk import county_desk

SAID = "程序出错了，没有完成；请稍后再试，仍不行请告诉管理员"
ID = "110101199003074530"


def test_an_error_is_told_as_ours_and_logged_by_kind_and_place_alone(
    county: Crawled, tmp_path: Path, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[httpx.Response] = []

    def fails(*_given: Any, **_named: Any) -> str:
        raise ValueError(f"王秘密的身份证号是{ID}")

    monkeypatch.setattr("desk.console.rooms.health._details", fails)
    monkeypatch.setattr("desk.console.rooms.me._page", fails)
    with pytest.raises(AssertionError, match="ValueError"):  # the server tells the test of them
        ask(given, county, tmp_path)
    health, me = given
    assert (health.status_code, health.json()) == (500, {"error": SAID})
    assert (me.status_code, SAID in me.text, "default-src" in me.headers["Content-Security-Policy"]) == (500, True, True)  # fmt: skip
    assert ID not in me.text
    lines = [json.loads(one) for one in log.getvalue().splitlines()]
    assert ID not in log.getvalue() and "王秘密" not in log.getvalue()
    errors = [one for one in lines if one["event"] == "error"]
    assert [(one["level"], one["error"]) for one in errors] == [("error", "ValueError")] * 2
    for one in errors:
        assert one["where"][-1].startswith("console/test_faults.py:")
        assert one["where"][-1].endswith(" fails")
    told = [(one["route"], one["status"], one["level"]) for one in lines if one.get("status") == 500]  # fmt: skip
    assert told == [("/health", 500, "error"), ("/me", 500, "error")]


def ask(given: list[httpx.Response], county: Crawled, folder: Path) -> None:
    """Puts the answers into `given` before the desk closes: its end fails."""
    with county_desk(county, folder) as desk:
        for path in ("/health", "/me"):
            with desk.client("zhengwu") as client:  # the server ends a connection where it failed
                given.append(client.get(path))
