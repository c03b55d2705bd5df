"""Column audits that people ask for now: one a site at once, each in a process of its own, its progress kept here.

The crawl itself never runs in the server; what it found stands in the store. A process ends with the server.
"""

import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from fastapi import FastAPI

from checks.model import BadInput, Site
from desk.console.audit_job import Going
from desk.console.hall import Hall

#: Seconds an audit may take, and to end once it is told to.
SECONDS, ENDING = 60 * 60, 10
#: Bytes of one line it may tell.
LONGEST = 8 * 1024 * 1024
State = Literal["running", "done", "refused", "broken"]
BROKEN = "审核没有做完：程序出错，请把服务器日志交给维护人员"
TOO_LONG = f"审核超过{SECONDS // 60}分钟，已停止；已读到的都已保存，可以少选几个栏目再试"
ENDED = "服务器停止，审核没有做完；已读到的都已保存"
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Audit:
    """An audit as it stands. `columns` () means all; `who` asked for it at `asked`, it ended at `ended` (both UTC).

    `lines` say why nothing came of it; `result` is what desk/console/audit_job.py told at its end.
    """

    site: str
    columns: tuple[str, ...]
    who: str
    asked: datetime
    state: State = "running"
    going: Going = field(default_factory=Going)
    ended: datetime | None = None
    lines: tuple[str, ...] = ()
    result: dict[str, Any] = field(default_factory=dict)


class Audits:
    """The last audit of each site, and the processes of those that run."""

    def __init__(self, hall: Hall, *, seconds: float = SECONDS) -> None:
        self._hall = hall
        self._seconds = seconds
        self._lock = threading.Lock()
        self._audits: dict[str, Audit] = {}
        self._running: dict[str, tuple[subprocess.Popen[bytes], threading.Thread]] = {}
        self._closed = False

    def of(self, site: str) -> Audit | None:
        """The last audit that was asked for here."""
        return self._audits.get(site)

    def pid(self, site: str) -> int | None:
        """The process that is at a site, None where there is none."""
        running = self._running.get(site)
        return running[0].pid if running else None

    def ask(self, site: Site, columns: Sequence[str], who: str, day: date) -> Audit:
        """Begin an audit of these columns (ids; none: all).

        Raises:
            BadInput: one of this site is under way, or the server has no site file.
        """
        file = self._hall.files.get(site.id)
        if file is None:
            raise BadInput(f"服务器没有“{site.name}”的站点文件，不能现在审核；请联系管理员")
        with self._lock:
            now = self._audits.get(site.id)
            if now and site.id in self._running:
                since = now.asked.astimezone(ZoneInfo(site.timezone))
                raise BadInput(
                    f"{now.who}在{since:%H:%M}开始的栏目审核还没有做完，请等它结束后再审核"
                )
            if self._closed:
                raise BadInput(ENDED)
            audit = Audit(site.id, tuple(columns), who, self._hall.now())
            self._audits[site.id] = audit
            self._begin(audit, file, day)
        return audit

    def _begin(self, audit: Audit, file: Path, day: date) -> None:
        root = str(Path(__file__).parents[2])
        paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
        process = subprocess.Popen(
            [sys.executable, "-m", "desk.console.audit_job"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        )
        asked = {
            "file": str(file),
            "db": self._hall.address,
            "day": day.isoformat(),
            "columns": audit.columns,
        }
        thread = threading.Thread(
            target=self._followed, args=(audit.site, process, asked), daemon=True
        )
        self._running[audit.site] = process, thread
        thread.start()

    def _followed(self, site: str, process: subprocess.Popen[bytes], asked: dict[str, Any]) -> None:
        """Reads what the process tells until it ends."""
        timer = threading.Timer(self._seconds, self._stop, (site, process, TOO_LONG))
        timer.daemon = True
        timer.start()
        try:
            with process:
                assert process.stdin
                assert process.stdout
                process.stdin.write(json.dumps(asked).encode() + b"\n")
                process.stdin.flush()
                while line := process.stdout.readline(LONGEST):
                    self._told(site, json.loads(line))
        except (OSError, ValueError):
            _LOG.exception("the audit of %s told nothing that can be read", site)
            process.kill()
        finally:
            timer.cancel()
            self._over(site, "broken", (BROKEN,))
            with self._lock:
                del self._running[site]

    def _told(self, site: str, said: dict[str, Any]) -> None:
        kind = said.pop("kind")
        if kind == "going":
            said["underway"] = tuple(said["underway"])
            with self._lock:
                self._audits[site] = replace(self._audits[site], going=Going(**said))
        elif kind == "refused":
            self._over(site, "refused", tuple(said["lines"]))
        else:
            self._over(site, "done", (), said)

    def _over(
        self, site: str, state: State, lines: tuple[str, ...], result: dict[str, Any] | None = None
    ) -> None:
        with self._lock:
            audit = self._audits[site]
            if audit.state == "running":
                ended = self._hall.now().astimezone(UTC)
                self._audits[site] = replace(
                    audit, state=state, lines=lines, result=result or {}, ended=ended
                )

    def _stop(self, site: str, process: subprocess.Popen[bytes], line: str) -> None:
        """End a process by its id, saying why."""
        self._over(site, "broken", (line,))
        process.terminate()
        try:
            process.wait(ENDING)
        except subprocess.TimeoutExpired:
            process.kill()

    def close(self) -> None:
        """End all that runs; nothing begins any more."""
        with self._lock:
            self._closed = True
            running = dict(self._running)
        for site, (process, thread) in running.items():
            self._stop(site, process, ENDED)
            thread.join(ENDING)


def audits_of(app: FastAPI) -> Audits:
    """The audits of a server's app."""
    audits: Audits = app.state.audits
    return audits
