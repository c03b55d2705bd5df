"""The process beside the one that fetches: what it costs to lose it, and that it never outlives its parent."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from crawler.worker import Worker

ROOT = Path(__file__).parent.parent.parent


def begun(log: str) -> None:
    os.environ["LOG_OF_THE_TEST"] = log


def run(job: str) -> str:
    """A stand-in for a parser: writes down that it was called, then does as it is told."""
    with Path(os.environ["LOG_OF_THE_TEST"]).open("a", encoding="utf-8") as log:
        log.write(f"{job}\n")
    if job == "hang":
        time.sleep(600)
    if job == "die":
        os._exit(9)
    return job.upper()


@contextmanager
def worker(log: Path, seconds: float) -> Iterator[Worker[str, str]]:
    made: Worker[str, str] = Worker(run, begun, str(log), seconds=seconds, what="附件")
    try:
        yield made
    finally:
        made.close()


async def all_done(one: Worker[str, str], *jobs: str) -> list[str]:
    return [str(each) for each in await asyncio.gather(*(one.done(job) for job in jobs))]


def test_a_job_that_hangs_alone_is_not_tried_again(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with worker(log, 2) as one:
        assert asyncio.run(all_done(one, "hang")) == ["timeout 解析附件超过2秒"]
        assert asyncio.run(all_done(one, "a")) == ["A"]
    assert log.read_text() == "hang\na\n"


def test_jobs_that_waited_behind_a_hanging_one_are_done(tmp_path: Path) -> None:
    with worker(tmp_path / "log", 3) as one:
        assert asyncio.run(all_done(one, "hang", "a", "b")) == ["timeout 解析附件超过3秒", "A", "B"]


def test_a_job_that_kills_the_process_is_named(tmp_path: Path) -> None:
    with worker(tmp_path / "log", 30) as one:
        done = asyncio.run(all_done(one, "a", "die", "b"))
    assert done == ["A", "layout 解析附件时进程异常退出", "B"]


KILLED = """
import asyncio, os, signal
from crawler.worker import Worker
from tests.crawler import test_worker as it

async def main():
    worker = Worker(it.process, it.begun, os.devnull, seconds=60)
    print(await worker.done(""), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)

if __name__ == "__main__":
    asyncio.run(main())
"""


def process(job: str) -> int:
    return os.getpid()


@pytest.mark.skipif(sys.platform != "linux", reason="只有 Linux 能让子进程随父进程结束")
def test_the_process_dies_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    """Its end closes the pipe it inherited; until then `run` would wait."""
    script = tmp_path / "killed.py"
    script.write_text(KILLED)
    about = {"cwd": ROOT, "env": os.environ | {"PYTHONPATH": str(ROOT)}}
    try:
        done = subprocess.run(
            [sys.executable, str(script)], timeout=30, capture_output=True, **about
        )  # type: ignore[call-overload]
    except subprocess.TimeoutExpired as late:
        if late.stdout:
            os.kill(int(late.stdout), signal.SIGKILL)
        raise
    assert (done.returncode, int(done.stdout) > 0) == (-signal.SIGKILL, True)
