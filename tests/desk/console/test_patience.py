"""A request's head that is too slow or too long; one that comes in pieces is answered all the same."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from desk.console.patience import HEAD_SECONDS, MOST_HEAD, Patient
from tests.desk.web_serving import running


class Hasty(Patient):
    seconds = 0.5


async def echo(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        return
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    said = f"{scope['path']} {len(body)}".encode()
    headers = [(b"content-length", str(len(said)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": said})


@contextmanager
def connected(patience: type[Patient]) -> Iterator[socket.socket]:
    with running(echo, http=patience) as address:
        host, _, port = address.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port)), timeout=20) as opened:
            yield opened


@pytest.fixture
def line() -> Iterator[socket.socket]:
    with connected(Hasty) as opened:
        yield opened


def answer(line: socket.socket) -> bytes:
    """Until the server closes, or an answer is whole."""
    said = b""
    while not said.rpartition(b"\r\n\r\n")[2].startswith(b"/"):
        try:
            piece = line.recv(4096)
        except ConnectionResetError:
            break
        if not piece:
            break
        said += piece
    return said


@pytest.mark.parametrize("first", [b"", b"G", b"GET / HTTP/1.1\r\nHost: a\r\n"])
def test_a_head_that_does_not_come_ends_the_connection(line: socket.socket, first: bytes) -> None:
    line.sendall(first)
    assert answer(line) == b""


def send(line: socket.socket, piece: bytes, *, most: int, pause: float = 0.0) -> None:
    """`piece` again and again, `most` bytes in all."""
    for _ in range(most // len(piece)):
        line.sendall(piece)
        time.sleep(pause)


def test_a_head_that_drips_ends_the_connection(line: socket.socket) -> None:
    line.sendall(b"GET / HTTP/1.1\r\n")
    with pytest.raises((BrokenPipeError, ConnectionResetError)):
        send(line, b"X: y\r\n", most=6 * 400, pause=0.05)


@pytest.mark.parametrize("piece", [b"X: " + b"y" * 1000 + b"\r\n", b"y" * 1000])
def test_a_head_without_end_is_not_held(piece: bytes) -> None:
    """Many headers, or one that never ends; long before its time is over."""
    began = time.monotonic()
    with connected(Patient) as line:
        line.sendall(b"GET / HTTP/1.1\r\nX: ")
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            send(line, piece, most=100 * MOST_HEAD)
    assert time.monotonic() - began < HEAD_SECONDS


def test_a_second_requests_head_is_waited_for_as_the_first(line: socket.socket) -> None:
    line.sendall(b"GET /one HTTP/1.1\r\nHost: a\r\n\r\n")
    assert answer(line).endswith(b"/one 0")
    line.sendall(b"GET /two HTTP/1.1\r\n")
    assert answer(line) == b""


def test_a_head_in_pieces_and_a_long_body_are_read(line: socket.socket) -> None:
    for piece in (b"POST /all HT", b"TP/1.1\r\nHost: a\r\nContent-", b"Length: 200000\r\n\r\n"):
        line.sendall(piece)
        time.sleep(0.02)
    line.sendall(b"x" * 200_000)
    assert answer(line).endswith(b"/all 200000")


def test_a_body_may_take_longer_than_a_head(line: socket.socket) -> None:
    line.sendall(b"POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n")
    for _ in range(10):
        time.sleep(0.08)
        line.sendall(b"x")
    assert answer(line).endswith(b"/slow 10")
