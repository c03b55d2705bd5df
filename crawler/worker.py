"""A process that does jobs beside the one that fetches: a job that hangs or kills it costs that job.

It dies with the process that started it, however that one dies (Linux).
"""

import asyncio
import contextlib
import ctypes
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, Generic, TypeVar

from crawler.page import PageError

J = TypeVar("J")
D = TypeVar("D")
PR_SET_PDEATHSIG = 1  # linux/prctl.h


class Worker(Generic[J, D]):
    """A process, started when first needed and again after it was lost.

    When it is lost, every job it held is tried once more, each alone in a process of its own: the
    job at fault is named, the others are done. `run` and `begin` are functions of a module (they
    are sent by name); `begin(*args)` is called first in every new process. `what` is what a job
    reads, in Chinese, for the reasons given.
    """

    def __init__(
        self,
        run: Callable[[J], D],
        begin: Callable[..., None],
        *args: Any,
        seconds: float,
        what: str = "页面",
    ) -> None:
        self._run = run
        self._begin = begin
        self._args = args
        self._seconds = seconds
        self._what = what
        self._pool: ProcessPoolExecutor | None = None
        self._held = 0
        self._alone = asyncio.Lock()

    def _new_pool(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            max_workers=1,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_begun,
            initargs=(os.getpid(), self._begin, self._args),
        )

    def warm(self) -> None:
        """Start the process now, while the caller gets ready."""
        if self._pool is None:
            self._pool = self._new_pool()
            self._pool.submit(int)

    async def done(self, job: J, *, seconds: float | None = None) -> D | PageError:
        """What `run(job)` gives, or why it gave nothing: "timeout" or "layout".

        `seconds` (the worker's own where None) include the wait for the jobs before it.
        """
        limit = self._seconds if seconds is None else seconds
        self.warm()
        pool = self._pool
        assert pool
        before, self._held = self._held, self._held + 1
        try:
            return await self._within(pool, job, limit)
        except (TimeoutError, BrokenProcessPool) as error:
            if self._pool is pool:
                self._pool = None
                _end(pool)
            if isinstance(error, TimeoutError) and not before:  # the time was all its own
                return self._late(limit)
        finally:
            self._held -= 1
        async with self._alone:
            return await self._on_its_own(job, limit)

    async def _within(self, pool: ProcessPoolExecutor, job: J, seconds: float) -> D:
        async with asyncio.timeout(seconds):
            return await asyncio.get_running_loop().run_in_executor(pool, self._run, job)

    async def _on_its_own(self, job: J, seconds: float) -> D | PageError:
        pool = self._new_pool()
        try:
            return await self._within(pool, job, seconds)
        except TimeoutError:
            return self._late(seconds)
        except BrokenProcessPool:
            return PageError("layout", f"解析{self._what}时进程异常退出")
        finally:
            _end(pool)

    def _late(self, seconds: float) -> PageError:
        return PageError("timeout", f"解析{self._what}超过{seconds:.0f}秒")

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True)
            self._pool = None


def _begun(parent: int, begin: Callable[..., None], args: tuple[Any, ...]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the night, which ends this
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)
    begin(*args)


def _end(pool: ProcessPoolExecutor) -> None:
    """End a pool's process at once, hung or not."""
    for pid in list(pool._processes or {}):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    pool.shutdown(wait=False)
