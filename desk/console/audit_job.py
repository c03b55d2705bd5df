"""A column audit in a process of its own: it is told on stdin what to do, and tells on stdout how it goes.

One line of JSON in; lines of JSON out: `Going` as it goes, at the end `Done` or `Refused` (their fields, and
`kind`). It ends when its stdin does: together with the server that started it, however that one ended.
"""

import json
import os
import sys
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import IO, Any

from checks.model import BadInput

#: Bytes of the line that says what to do.
LONGEST = 1_000_000
#: Addresses and unchecked things told at most.
MOST_UNDERWAY, MOST_UNCHECKED = 4, 500


@dataclass(frozen=True, slots=True)
class Going:
    """How far it is: pages fetched, articles read, pages waiting, addresses being asked for."""

    fetched: int = 0
    articles: int = 0
    waiting: int = 0
    underway: tuple[str, ...] = ()


def main() -> int:
    """0: done; 2: refused. Anything else went wrong, and the traceback stands on stderr."""
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as out:
        os.dup2(2, 1)  # what anything else prints does not stand between our lines
        asked = json.loads(sys.stdin.buffer.readline(LONGEST))
        threading.Thread(target=_end_with_the_server, daemon=True).start()
        try:
            done = _audited(asked, out)
        except BadInput as error:
            _tell(out, "refused", lines=error.lines)
            return 2
        _tell(out, "done", **done)
    return 0


def _end_with_the_server() -> None:
    while os.read(0, 1):
        pass
    os._exit(3)


def _tell(out: IO[str], kind: str, **said: Any) -> None:
    out.write(json.dumps({"kind": kind, **said}, ensure_ascii=False) + "\n")
    out.flush()


def _audited(asked: dict[str, Any], out: IO[str]) -> dict[str, Any]:
    """`asked`: file (site file), db (address), day, columns (ids; none: all).

    Raises:
        BadInput: the site file has errors or is still to be filled in, a column is unknown, another night is at it.
    """
    from crawler.night import run_nights
    from desk.options import site_to_crawl
    from reports.audit import column_json
    from reports.findings import unchecked_json

    site = site_to_crawl(Path(asked["file"]))
    if unknown := set(asked["columns"]) - {one.id for one in site.columns}:
        raise BadInput(f"站点文件里没有id为“{min(unknown)}”的栏目")
    going = Teller(out)
    (night,) = run_nights(
        [site],
        asked["db"],
        day=date.fromisoformat(asked["day"]),
        columns=asked["columns"],
        on_demand=True,
        progress=going.progress,
        underway=going.underway,
    )
    return {
        "requests": night.requests,
        "articles": night.tally.new + night.tally.changed + night.tally.same,
        "columns": [column_json(one) for one in night.verdicts],
        "unchecked": unchecked_json(night.unchecked[:MOST_UNCHECKED]),
        "unchecked_more": max(0, len(night.unchecked) - MOST_UNCHECKED),
        "errors": list(night.errors[:20]),
    }


class Teller:
    """Tells what changed since it last told."""

    def __init__(self, out: IO[str]) -> None:
        self._out = out
        self._told = self._now = Going()

    def progress(self, _site: str, fetched: int, articles: int, waiting: int) -> None:
        self._now = Going(fetched, articles, waiting, self._now.underway)

    def underway(self, _site: str, urls: Sequence[str]) -> None:
        now = self._now
        self._now = Going(now.fetched, now.articles, now.waiting, tuple(urls[:MOST_UNDERWAY]))
        if self._now != self._told:
            self._told = self._now
            _tell(self._out, "going", **asdict(self._now))


if __name__ == "__main__":
    sys.exit(main())
