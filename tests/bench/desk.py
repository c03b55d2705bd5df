"""Fifty editors type while a night runs: how long they wait, and how often in vain.

Every other one types at the console, signed in, the others in LibreOffice or a browser's add-on. Each has a text of 2,000 characters checked once a second, at times fixed beforehand; a wait counts from that time,
so that a server that keeps them waiting does not ask less of itself. No text is asked twice.

python -m tests.bench.desk ADDRESS SECONDS EDITORS [bare] types, from a process of its own.
"""

import asyncio
import json
import random
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import aiohttp

from tests.bench import county

Figure = dict[str, Any]
ROOT = Path(__file__).parent.parent.parent
EDITORS, CHARACTERS, SECONDS = 50, 2000, 60
#: Pages of the county that the night reads meanwhile: more than it gets done.
PAGES = 4000
#: Seconds between its requests: a fifth of what a site file has by default.
DELAY = 0.2
NAME, PASSWORD = "bianji", "an-editors-own-word"
SITE = "duliang"
#: Seconds until an editor's program gives up.
PATIENCE = 10


@contextmanager
def process(*command: str) -> Iterator[subprocess.Popen[str]]:
    """A program that ends with the block."""
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as running:
        try:
            yield running
        finally:
            running.send_signal(signal.SIGINT)
            running.communicate(timeout=60)


def first_line(running: subprocess.Popen[str], pattern: str) -> str:
    """What `pattern` finds in the first line that has it. Raises RuntimeError: the program ended before."""
    assert running.stdout
    for line in running.stdout:
        if found := re.search(pattern, line):
            return str(found[1])
    raise RuntimeError(f"{running.args!r} ended without a word")


@cache
def waits() -> dict[str, Any]:
    """Seconds that the editors waited at the desk while a night ran, and at a server that answers at once."""
    with county.served(PAGES) as address, tempfile.TemporaryDirectory() as folder:
        site = county.site_file(Path(folder), address, PAGES)
        site.write_text(site.read_text("utf-8").replace("delay: 0", f"delay: {DELAY}"), "utf-8")
        db = f"sqlite:///{folder}/desk.db"
        lanmu = (sys.executable, "-m", "desk")
        subprocess.run(
            (*lanmu, "accounts", "add", NAME, "--shown", "编辑", "--db", db), cwd=ROOT, check=True,
            input=PASSWORD, text=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        with process(*lanmu, "serve", str(site), "--db", db, "--port", "0") as serving:
            at = first_line(serving, r"(http://[\d.:]+)/")
            typed(at, 3)
            with process(*lanmu, "nightly", str(site), "--db", db, "--json") as night:
                time.sleep(8)  # it has begun to read
                there = typed(at, SECONDS)
                if night.poll() is not None:
                    raise RuntimeError("the night was over before the editors were")
            alone = typed(at, SECONDS / 3)
        with process(sys.executable, "-m", "tests.bench.desk") as bare:
            nothing = typed(first_line(bare, r"(http://[\d.:]+)"), SECONDS / 3, "bare")
    return {"there": there, "alone": alone, "nothing": nothing}


def typed(address: str, seconds: float, *how: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.desk", address, str(seconds), str(EDITORS), *how]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def desk_p99_ms() -> Figure:
    found = waits()
    there, alone, nothing = found["there"], found["alone"], found["nothing"]
    versus = (
        f"median {there['median']:.0f}, highest {there['highest']:.0f}; without a night {alone['p99']:.0f}; "
        f"a server that answers at once {nothing['p99']:.0f}; {there['asked']} checks of {CHARACTERS} characters, "
        f"{EDITORS} editors, the night reads a page every {DELAY} s"
    )
    return {"value": round(there["p99"]), "goal": "<= 300", "versus": versus}


def desk_errors() -> Figure:
    there = waits()["there"]
    versus = f"of {there['asked']} checks; {there['found']} findings told"
    return {"value": there["errors"], "goal": "0", "versus": versus}


# -- the editors' own process ----------------------------------------------------------------------


def drafts(number: int) -> Iterator[str]:
    """What one editor's text is from second to second: it grows, and something is wrong now and then."""
    draw = random.Random(number)
    text = "".join(county.sentence(number, k) for k in range(200))
    while True:
        begin = draw.randrange(len(text) - CHARACTERS)
        slip = "会议作出布署。" if draw.random() < 0.3 else ""
        yield (slip + text[begin : begin + CHARACTERS])[:CHARACTERS]


class Console:
    """Types at the console, signed in; `found` counts the notes of an answer."""

    def __init__(self, session: aiohttp.ClientSession, own_page: str) -> None:
        self._session = session
        self._headers = {"X-Own-Page": own_page}

    @classmethod
    async def signed_in(cls, session: aiohttp.ClientSession, address: str) -> "Console":
        form = {"name": NAME, "password": PASSWORD}
        async with session.post("/login", data=form, headers={"Origin": address}) as answer:
            page = await answer.text()
        own = re.search(r'name="own_page" value="(\w+)"', page)
        return cls(session, own[1] if own else "")

    async def found(self, text: str) -> int | None:
        """How many findings are told, None: the answer is none."""
        said = {"text": text}
        way = self._session.post(f"/s/{SITE}/check/now", json=said, headers=self._headers)
        async with way as answer:
            told = json.loads(await answer.read())
            return len(told["notes"]) if answer.status == 200 else None


class AddOn:
    """Types where LanguageTool's protocol is spoken."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def found(self, text: str) -> int | None:
        """How many findings are told, None: the answer is none."""
        form = {"language": "zh-CN", "text": text}
        async with self._session.post("/v2/check", data=form) as answer:
            told = json.loads(await answer.read())
            return len(told["matches"]) if answer.status == 200 else None


async def editor(
    at: Console | AddOn, number: int, begin: float, until: float, seen: dict[str, Any]
) -> None:
    due = begin + number / EDITORS
    for text in drafts(number):
        if due >= until:
            return
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        seen["asked"] += 1
        try:
            found = await at.found(text)
        except (aiohttp.ClientError, TimeoutError, ValueError, KeyError):
            found = None
        seen["errors"] += found is None
        seen["found"] += found or 0
        seen["waits"].append(time.monotonic() - due)
        due += 1.0


async def type_away(address: str, seconds: float, editors: int, *, bare: bool) -> dict[str, Any]:
    found: dict[str, Any] = {"asked": 0, "errors": 0, "found": 0, "waits": []}
    limit = aiohttp.ClientTimeout(total=PATIENCE)
    async with aiohttp.ClientSession(
        address,
        timeout=limit,
        connector=aiohttp.TCPConnector(limit=0),
        cookie_jar=aiohttp.CookieJar(unsafe=True),  # the desk is a number here, no name
    ) as session:
        ways: list[Console | AddOn] = [AddOn(session)]
        if not bare:
            ways.append(await Console.signed_in(session, address))
        begin = time.monotonic() + 0.5
        await asyncio.gather(
            *(editor(ways[n % len(ways)], n, begin, begin + seconds, found) for n in range(editors))
        )
    waited = sorted(found.pop("waits"))
    return found | {
        "median": statistics.median(waited) * 1000,
        "p99": waited[int(len(waited) * 0.99)] * 1000,
        "highest": waited[-1] * 1000,
    }


def answer_at_once() -> None:
    """A server that does nothing but answer: what the way there and back costs."""
    import socket

    import uvicorn

    async def app(scope: Any, receive: Any, send: Any) -> None:
        while (await receive()).get("more_body"):
            pass
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"matches":[]}'})

    with socket.create_server(("127.0.0.1", 0)) as listening:
        print(f"http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
        config = uvicorn.Config(app, log_config=None, lifespan="off")
        uvicorn.Server(config).run([listening])


if __name__ == "__main__":
    if len(sys.argv) == 1:
        answer_at_once()
    else:
        bare = sys.argv[4:] == ["bare"]
        typing = type_away(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]), bare=bare)
        print(json.dumps(asyncio.run(typing)))
