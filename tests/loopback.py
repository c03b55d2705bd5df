"""Servers, names and certificates on loopback, for what looks at a site from outside. Each ends with its block."""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp.abc import AbstractResolver
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

REQUEST_BYTES = 16_384


@dataclass(frozen=True)
class Said:
    """An answer: head and body as sent. `lasting` holds the line open before the body's last byte, until it is cut."""

    status: int = 200
    body: bytes = b"<html><head><title>x</title></head><body>" + "政务公开".encode() * 40 + b"</body></html>"  # fmt: skip
    headers: Mapping[str, str] = field(default_factory=dict)
    lasting: bool = False
    cut: bool = False


@dataclass
class Server:
    """`asked` are the paths asked for, in order."""

    port: int
    asked: list[str]
    agents: list[str]


@asynccontextmanager
async def serving(
    pages: Mapping[str, Said], *, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1"
) -> AsyncIterator[Server]:
    """Answers `pages` by path (404 for others) on a free port while the block lasts."""
    server = Server(0, [], [])

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            first = await asyncio.wait_for(reader.read(1), 10)
            if first == b"\x16":  # somebody speaks TLS where none is
                writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                await writer.drain()
                return
            rest = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
            head = (first + rest).decode("latin-1")
            path = head.split(" ")[1]
            server.asked.append(path)
            server.agents += [one[12:] for one in head.split("\r\n") if one.lower().startswith("user-agent: ")]  # fmt: skip
            said = pages.get(path, Said(404, b"no"))
            await _send(writer, said)
            if said.lasting:
                await asyncio.wait_for(reader.read(), 10)
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.transport.abort()

    listening = await asyncio.start_server(answer, host, 0, ssl=tls, limit=REQUEST_BYTES)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()
        await listening.wait_closed()


async def _send(writer: asyncio.StreamWriter, said: Said) -> None:
    headers = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(said.body)), "Connection": "close", **said.headers}  # fmt: skip
    lines = [f"HTTP/1.1 {said.status} X", *(f"{name}: {value}" for name, value in headers.items())]
    body = said.body[:-1] if said.lasting or said.cut else said.body
    writer.write("\r\n".join((*lines, "", "")).encode("latin-1") + body)
    await writer.drain()
    if not said.lasting and not said.cut:
        writer.close()
        await writer.wait_closed()


class Names(AbstractResolver):
    """What names resolve to: the network's side. A name without an address of a kind has none; `lost` ones fail."""

    def __init__(self, names: Mapping[str, tuple[str, ...]], lost: tuple[str, ...] = ()) -> None:
        self.names = names
        self.lost = lost

    async def resolve(self, host: str, port: int = 0, family: Any = socket.AF_INET) -> Any:
        if host in self.lost:
            raise socket.gaierror(socket.EAI_AGAIN, "temporary failure")
        found = [
            {"hostname": host, "host": one, "port": port, "family": kind, "proto": 0, "flags": socket.AI_NUMERICHOST}
            for one in self.names.get(host, ())
            for kind in [socket.AF_INET6 if ":" in one else socket.AF_INET]
            if family in (socket.AF_UNSPEC, kind)
        ]  # fmt: skip
        if not found:
            raise socket.gaierror(
                socket.EAI_NODATA if host in self.names else socket.EAI_NONAME, "no address"
            )
        return found

    async def close(self) -> None:
        pass


class Silent(Names):
    """A resolver that never answers."""

    async def resolve(self, host: str, port: int = 0, family: Any = socket.AF_INET) -> Any:
        await asyncio.Event().wait()


@dataclass(frozen=True)
class Authority:
    """A certificate authority of the tests' own; `trust` is a context that knows it and nobody else."""

    folder: Path
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @classmethod
    def made(cls, folder: Path, now: datetime) -> "Authority":
        key = ec.generate_private_key(ec.SECP256R1())
        name = _name("测试根证书")
        built = _builder(name, name, key, now - timedelta(days=400), now + timedelta(days=4000))
        built = built.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        return cls(folder, key, built.sign(key, hashes.SHA256()))

    def trust(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(
            cadata=self.certificate.public_bytes(serialization.Encoding.PEM).decode()
        )
        return context

    def server(
        self, name: str, since: datetime, until: datetime, *, own: bool = False
    ) -> ssl.SSLContext:
        """A server's context with a certificate for `name`; signed by itself with `own`."""
        key = ec.generate_private_key(ec.SECP256R1())
        issuer = _name(name) if own else self.certificate.subject
        built = _builder(_name(name), issuer, key, since, until)
        try:
            other: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(name))
        except ValueError:
            other = x509.DNSName(name)
        built = built.add_extension(x509.SubjectAlternativeName([other]), critical=False)
        signed = built.sign(key if own else self.key, hashes.SHA256())
        file = self.folder / f"{signed.serial_number}.pem"
        file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + signed.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    since: datetime,
    until: datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
    )


def free_port() -> int:
    """A port nothing listens on, a moment ago at least."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
