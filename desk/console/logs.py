"""The server's log: a line of JSON on standard error for each thing, and nothing personal in any of them.

Our own lines say only what they mean to say. Of what libraries say, their own words are kept where they are known
to be harmless (uvicorn's of starting and ending); of everything else, and of every error, only the kind and the
places in the code: messages carry texts, names and addresses.
"""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import IO, Any

import structlog

#: Loggers whose own words are told, from this level on.
TOLD = ("lanmu", "uvicorn")
#: uvicorn's lines that quote a request.
QUOTED = ("uvicorn.access",)
MOST_FRAMES = 12


def log_to(stream: IO[str] | None = None) -> logging.Handler:
    """Send everything logged in this process to `stream` (standard error) as JSON lines; gives back the handler."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                _told,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
            foreign_pre_chain=[],
        )
    )
    root = logging.getLogger()
    for old in [one for one in root.handlers if getattr(one, "of_the_desk", False)]:
        root.removeHandler(old)
    handler.of_the_desk = True  # type: ignore[attr-defined]
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    for name in TOLD:
        logging.getLogger(name).setLevel(logging.INFO)
    for name in QUOTED:
        logging.getLogger(name).disabled = True
    return handler


def _told(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> dict[str, Any]:
    record: logging.LogRecord = event["_record"]
    line: dict[str, Any] = {
        "time": structlog.processors.TimeStamper(fmt="iso", utc=True)(None, "", {})["timestamp"],
        "level": record.levelname.lower(),
    }
    known = record.name.split(".")[0] in TOLD
    if known and not record.exc_info:
        line |= {"event": record.getMessage(), **getattr(record, "told", {})}
    else:
        line |= {"event": "log", "logger": record.name, "at": f"{record.module}:{record.lineno}"}
    if record.exc_info and (error := record.exc_info[1]):
        line |= {"event": "error", "error": type(error).__name__, "where": _where(error)}
    return line


def _where(error: BaseException) -> list[str]:
    """The innermost places of an error: file and line, no values."""
    frames = traceback.extract_tb(error.__traceback__)[-MOST_FRAMES:]
    return [f"{_file(one.filename)}:{one.lineno} {one.name}" for one in frames]


def _file(name: str) -> str:
    return "/".join(name.split("/")[-2:])
