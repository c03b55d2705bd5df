"""How long a client may take to say what it wants, and how much it may say: a request's head, before any route.

uvicorn waits for ever for the rest of a head, and holds all that comes of it (it bounds h11 only).
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

#: Seconds from a connection's (or a further request's) first moment until its head is whole; bytes of a head.
HEAD_SECONDS = 20.0
MOST_HEAD = 64 * 1024


class Patient(HttpToolsProtocol):
    """A connection that is closed, unanswered, where its head is too slow or too long."""

    seconds = HEAD_SECONDS
    _due: asyncio.TimerHandle | None = None
    _head = 0

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._waited()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._due is not None:
            self._head += len(data)
        super().data_received(data)
        # what has come with a head's end is body: only a head that is not whole yet is too long
        if self._due is not None and self._head > MOST_HEAD:
            self._give_up()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._wait()

    def on_headers_complete(self) -> None:
        self._waited()
        super().on_headers_complete()

    def _wait(self) -> None:
        if self._due is None:
            self._head = 0
            self._due = self.loop.call_later(self.seconds, self._give_up)

    def _waited(self) -> None:
        if self._due is not None:
            self._due.cancel()
            self._due = None

    def _give_up(self) -> None:
        self._waited()
        if self.transport is not None and not self.transport.is_closing():
            self.transport.close()
