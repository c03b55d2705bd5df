"""A web application served by a real server on loopback while a block lasts."""

import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import uvicorn

#: Seconds a server may take to begin, and to end.
SECONDS = 30
_LOG = logging.getLogger("uvicorn.error")


class _Faults(logging.Handler):
    """What one server (a thread) says went wrong: an application's traceback above all."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.said: list[str] = []
        self.of = threading.Thread()

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self.of.ident:
            self.said.append(logging.Formatter().format(record))


@contextmanager
def running(app: Any, *, port: int = 0, **how: Any) -> Iterator[str]:
    """The address of `app` (ASGI), without a slash at its end; `how` goes to uvicorn's Config.

    `port` is one that a server just ended on; 0 is any that is free.

    Fails at the block's end if anything inside the application was left to the server to report.
    """
    faults = _Faults()
    with socket.create_server(("127.0.0.1", port)) as listening:
        config = uvicorn.Config(
            app, log_config=None, access_log=False, timeout_graceful_shutdown=5, **how
        )
        server = uvicorn.Server(config)
        _LOG.addHandler(faults)
        thread = threading.Thread(target=_run, args=(server, listening), daemon=True)
        faults.of = thread
        thread.start()
        try:
            _wait(server, thread, faults)
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(SECONDS)
            _LOG.removeHandler(faults)
    assert not thread.is_alive(), "the server did not end"
    assert not faults.said, "\n".join(faults.said)


def _run(server: uvicorn.Server, listening: socket.socket) -> None:
    with suppress(SystemExit):  # how uvicorn says that it could not begin
        server.run([listening])


def _wait(server: uvicorn.Server, thread: threading.Thread, faults: _Faults) -> None:
    until = time.monotonic() + SECONDS
    while not server.started:
        assert thread.is_alive(), f"the server did not begin: {faults.said}"
        assert time.monotonic() < until, "the server did not begin in time"
        thread.join(0.01)
