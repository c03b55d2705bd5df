"""Work that takes longer than a page may: done in a thread of its own, one at a time, its progress told meanwhile.

Whoever asks for work that is under way already gets that one: two people pressing at once make one.
"""

import logging
import shutil
import tempfile
import weakref
from collections.abc import Callable, Hashable
from pathlib import Path
from threading import Lock, Thread
from typing import Any

from checks.model import BadInput

_LOG = logging.getLogger("lanmu.desk")
WAITS, FAILED = "等前面的工作做完", "没有做成：程序出错，请把时间告诉管理员，原因在服务器的日志里"
#: Results that are kept.
MOST = 24

Say = Callable[[str], None]
Task = Callable[[Say], Any]


class Work:
    """One piece of work. `step` is what is being done; once `ended`, `result` holds, or `wrong` says why not."""

    def __init__(self) -> None:
        self.step = WAITS
        self.ended = False
        self.result: Any = None
        self.wrong: tuple[str, ...] = ()
        self._thread: Thread | None = None

    def wait(self, seconds: float) -> None:
        """Until it has ended, `seconds` at most."""
        if self._thread:
            self._thread.join(seconds)

    def _say(self, step: str) -> None:
        self.step = step

    def _begin(self, task: Task, turn: Lock) -> None:
        self._thread = Thread(target=self._do, args=(task, turn), name="work")
        self._thread.start()

    def _do(self, task: Task, turn: Lock) -> None:
        try:
            with turn:
                self.result = task(self._say)
        except BadInput as error:
            self.wrong = error.lines
        except Exception:
            _LOG.exception("work failed: %s", self.step)
            self.wrong = (FAILED,)
        finally:
            self.ended = True


class Works:
    """Work by key: what is under way, and what was done last."""

    def __init__(self) -> None:
        self._works: dict[Hashable, Work] = {}
        self._mine, self._turn = Lock(), Lock()
        self._folder: Path | None = None

    def begin(self, key: Hashable, task: Task) -> Work:
        """The work of this key that is under way, else a new one."""
        with self._mine:
            known = self._works.pop(key, None)
            work = known if known and not known.ended else Work()
            self._works[key] = work
            if work is not known:
                work._begin(task, self._turn)
            self._forget_old()
            return work

    def get(self, key: Hashable) -> Work | None:
        with self._mine:
            return self._works.get(key)

    def result(self, key: Hashable) -> Any:
        """What was done, None where nothing was or it is not done yet."""
        work = self.get(key)
        return work.result if work else None

    def forget(self, key: Hashable) -> None:
        """Do it anew when it is asked for again."""
        with self._mine:
            work = self._works.get(key)
            if work and work.ended:
                del self._works[key]

    def folder(self) -> Path:
        """A folder that only this process reads, gone when it ends."""
        with self._mine:
            if self._folder is None:
                self._folder = Path(tempfile.mkdtemp(prefix="lanmu-desk-"))
                weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
            return self._folder

    def _forget_old(self) -> None:
        for key in [key for key, work in self._works.items() if work.ended][: -MOST or None]:
            del self._works[key]
