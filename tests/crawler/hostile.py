"""A server that does to a crawler what servers should not; raw sockets, since a library's would be too polite.

It listens on loopback, on ports of its own, for as long as a `with` block lasts. Canaries stand on
127.0.0.2 and ::1, where no site file sends anybody.
"""

import asyncio
import gzip
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from scrapy.utils._compression import (  # type: ignore[attr-defined]  # from where it has them
    brotli,
    zstd,
)

#: Seconds after which the server itself ends any answer.
LONGEST = 30.0
MEGABYTE = 1024 * 1024


@dataclass
class Asked:
    """One request as it came in: the instant (monotonic), its target and its Host."""

    at: float
    target: str
    host: str


@dataclass
class Hostile:
    """`asked` are the requests in order; `touched` the canaries that somebody connected to."""

    port: int = 0
    v4: int = 0
    v6: int = 0
    asked: list[Asked] = field(default_factory=list)
    touched: list[str] = field(default_factory=list)
    loop: asyncio.AbstractEventLoop = field(init=False, repr=False)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def times(self, target: str) -> int:
        return sum(one.target == target for one in self.asked)


#: Writes an answer. The connection is closed behind it, unless it gives back True: kept for a next request.
Answer = Callable[[asyncio.StreamWriter, Asked], Awaitable[bool | None]]


def response(
    body: bytes | str = b"",
    status: int | str = 200,
    kind: str = "text/html; charset=utf-8",
    **headers: str,
) -> bytes:
    """A correct answer; `headers` with _ for -."""
    data = body.encode() if isinstance(body, str) else body
    lines = {"Content-Type": kind, "Content-Length": str(len(data)), "Connection": "close"}
    lines |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value)
    return f"HTTP/1.1 {status} X\r\n{head}\r\n".encode("latin-1") + data


def fixed(*args: object, **headers: str) -> Answer:
    """An answer that is always the same bytes."""
    data = response(*args, **headers)  # type: ignore[arg-type]

    async def answer(writer: asyncio.StreamWriter, _asked: Asked) -> None:
        writer.write(data)
        await writer.drain()

    return answer


def raw(data: bytes) -> Answer:
    async def answer(writer: asyncio.StreamWriter, _asked: Asked) -> None:
        writer.write(data)
        await writer.drain()

    return answer


def endless(head: bytes, piece: bytes, pause: float = 0.0, most: int = 100 * MEGABYTE) -> Answer:
    """`head`, then `piece` again and again with `pause` seconds between, `most` bytes at the most."""

    async def answer(writer: asyncio.StreamWriter, _asked: Asked) -> None:
        writer.write(head)
        until = time.monotonic() + LONGEST
        for _ in range(most // len(piece)):
            writer.write(piece)
            await writer.drain()
            if pause:
                await asyncio.sleep(pause)
            if time.monotonic() > until:
                break

    return answer


async def silence(writer: asyncio.StreamWriter, asked: Asked) -> None:
    """Takes the request and says nothing."""
    with suppress(TimeoutError):
        await asyncio.wait_for(writer.wait_closed(), LONGEST)


async def half_closed(writer: asyncio.StreamWriter, asked: Asked) -> None:
    """Closes its own half at once, and keeps reading."""
    writer.write_eof()
    await asyncio.sleep(0.2)


async def reset(writer: asyncio.StreamWriter, asked: Asked) -> None:
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def redirect(where: str, status: int = 302, **headers: str) -> Answer:
    return fixed(b"", status, Location=where, **headers)


def bomb(packing: str, megabytes: int = 64) -> bytes:
    """So many megabytes of zeros, packed as an HTTP content coding names it."""
    if packing == "br":
        return bytes(brotli.compress(b"0" * MEGABYTE * megabytes, quality=2))
    if packing == "zstd":
        return bytes(zstd.compress(b"0" * MEGABYTE * megabytes))
    packer = zlib.compressobj(6, wbits={"gzip": 31, "deflate": 15}[packing])
    block = b"0" * MEGABYTE
    return b"".join(packer.compress(block) for _ in range(megabytes)) + packer.flush()


def packed(body: str, times: int) -> bytes:
    data = body.encode()
    for _ in range(times):
        data = gzip.compress(data)
    return data


@contextmanager
def hostile(routes: dict[str, Answer], tls: ssl.SSLContext | None = None) -> Iterator[Hostile]:
    """Serve `routes`, each the beginning of a path; the longest that fits answers. Anything else is a 404."""
    server = Hostile()
    ready, done = threading.Event(), asyncio.Event()

    thread = threading.Thread(target=lambda: asyncio.run(_serve(server, routes, tls, ready, done)))
    thread.start()
    assert ready.wait(10)
    try:
        yield server
    finally:
        server.loop.call_soon_threadsafe(done.set)
        thread.join(10)


async def _serve(
    server: Hostile,
    routes: dict[str, Answer],
    tls: ssl.SSLContext | None,
    ready: threading.Event,
    done: asyncio.Event,
) -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, EOFError, asyncio.LimitOverrunError, asyncio.CancelledError):
            while await _one(reader, writer, server, routes):
                pass
        writer.close()

    def canary(name: str) -> Callable[..., Awaitable[None]]:
        async def touched(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            said = b""
            with suppress(OSError, TimeoutError):
                said = await asyncio.wait_for(reader.read(4096), 2)
            if (
                not said or f":{server.port}/".encode() in said
            ):  # not another program of this machine
                server.touched.append(name)
            writer.close()

        return touched

    server.loop = asyncio.get_running_loop()
    main = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=tls)
    four = await asyncio.start_server(canary("127.0.0.2"), "127.0.0.2", 0)
    six = await asyncio.start_server(canary("::1"), "::1", 0)
    listening = (main, four, six)
    server.port, server.v4, server.v6 = (one.sockets[0].getsockname()[1] for one in listening)
    ready.set()
    await done.wait()
    for one in listening:
        one.close()


async def _one(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    server: Hostile,
    routes: dict[str, Answer],
) -> bool | None:
    first = await asyncio.wait_for(reader.readexactly(1), LONGEST)
    if first == b"\x16":  # somebody begins a TLS handshake, where there is none
        writer.write(response("", 400))
        return None
    head = first + await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), LONGEST)
    lines = head.decode("latin-1").split("\r\n")
    target = lines[0].split(" ")[1]
    host = next((one[6:] for one in lines if one.lower().startswith("host: ")), "")
    asked = Asked(time.monotonic(), target, host)
    server.asked.append(asked)
    known = [path for path in routes if target.startswith(path)]
    answer = routes[max(known, key=len)] if known else fixed("页面不存在", 404)
    return await asyncio.wait_for(answer(writer, asked), LONGEST)
