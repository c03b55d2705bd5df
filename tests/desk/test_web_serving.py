import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.desk.web_serving import running

Send = Callable[[dict[str, Any]], Awaitable[None]]


async def echo(scope: dict[str, Any], receive: Any, send: Send) -> None:
    if scope["type"] == "lifespan":
        return
    if scope["path"] == "/broken":
        raise RuntimeError("planted")
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": scope["path"].encode()})


async def never_begins(scope: dict[str, Any], receive: Any, send: Send) -> None:
    await send({"type": "lifespan.startup.failed", "message": "planted"})


def status(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_an_application_answers_while_the_block_lasts_and_no_longer() -> None:
    with running(echo) as address, urllib.request.urlopen(f"{address}/a", timeout=10) as answer:
        assert answer.read() == b"/a"
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"{address}/a", timeout=10)


def test_a_traceback_in_the_application_fails_the_test() -> None:
    with pytest.raises(AssertionError, match="planted"), running(echo) as address:
        assert status(f"{address}/broken") == 500


def test_an_application_that_cannot_begin_fails_the_test() -> None:
    with pytest.raises(AssertionError, match="did not begin"), running(never_begins):
        pass
