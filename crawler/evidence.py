"""The page as it was fetched, kept in WARC files for every finding, so that a unit can be shown what stood there.

One file a run: what a killed run leaves half-written spoils nothing of another. No personal number is kept:
of a page where one was found all digits are hidden, of an attachment its masked text is kept. The digest
is that of the bytes as they came.
"""

import hashlib
import os
import re
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from scrapy.http import Response
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from checks.model import BadInput
from checks.privacy import masked
from store.database import Engine
from store.evidence import Evidence

#: The digest of the body before anything in it was masked.
FETCHED_DIGEST = "Lanmu-Fetched-SHA256"
#: Headers that no longer hold once a body is unpacked.
_PACKING = {b"content-encoding", b"transfer-encoding", b"content-length"}
_DIGITS = re.compile(rb"[0-9]|\xef\xbc[\x90-\x99]")


def evidence_folder(engine: Engine) -> Path:
    """Where evidence lies: beside an SQLite database, else in lanmu-evidence of the current folder."""
    name = engine.url.database
    if engine.url.get_backend_name() == "sqlite" and name and name != ":memory:":
        return Path(name).with_name(f"{Path(name).stem}-evidence")
    return Path("lanmu-evidence")


class Warc:
    """The WARC file of one run, made when the first page is kept."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._name = name
        self._file: Any = None

    def keep(self, url: str, response: Response, body: bytes, at: datetime) -> Evidence:
        """Write a page of the article at `url`; `body` is what may be kept of it.

        Raises:
            BadInput: the file cannot be written.
        """
        digest = hashlib.sha256(response.body).hexdigest()
        try:
            if self._file is None:
                self._folder.mkdir(parents=True, exist_ok=True)
                self._file = (self._folder / self._name).open("xb")
            start = self._file.tell()
            WARCWriter(self._file, gzip=True).write_record(_record(response, body, at, digest))
            length = self._file.tell() - start
        except OSError as error:
            raise BadInput(f"{self._folder}: 网页证据无法写入（{error.strerror}）") from None
        return Evidence(url, at, response.status, digest, self._name, start, length)

    def sync(self) -> None:
        """See to it that what was kept is on the disk, before the database says so."""
        if self._file is not None:
            try:
                self._file.flush()
                os.fsync(self._file.fileno())
            except OSError as error:
                raise BadInput(f"{self._folder}: 网页证据无法写入（{error.strerror}）") from None

    def close(self) -> None:
        if self._file is not None:
            self._file.close()


def _record(response: Response, body: bytes, at: datetime, digest: str) -> Any:
    headers = [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in response.headers.items()
        for value in values
        if name.lower() not in _PACKING
    ]
    headers.append(("Content-Length", str(len(body))))
    return WARCWriter(BytesIO(), gzip=True).create_warc_record(
        response.url,
        "response",
        payload=BytesIO(body),
        length=len(
            body
        ),  # else warcio writes a second temporary file and leaves the first one open
        http_headers=StatusAndHeaders(f"{response.status} fetched", headers, "HTTP/1.1"),
        warc_headers_dict={
            "WARC-Date": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            FETCHED_DIGEST: digest,
        },
    )


def keepable(body: bytes, *, personal: bool) -> bytes:
    """What may be kept of a page: nothing of a personal number, whatever tags or entities it is split by.

    Digits are single bytes in every charset pages are in, and their full-width forms three in UTF-8.
    """
    if personal:
        return _DIGITS.sub(b"*", body)
    text = body.decode("latin-1")
    hidden = masked(text)
    return body if hidden == text else hidden.encode("latin-1")


def kept_page(folder: Path, evidence: Evidence) -> tuple[str, bytes]:
    """A kept page: its address and its body.

    Raises:
        BadInput: the file is not there, or is not what was written.
    """
    file = folder / evidence.file
    try:
        with file.open("rb") as stream:
            stream.seek(evidence.offset)
            for record in ArchiveIterator(BytesIO(stream.read(evidence.length))):
                if record.rec_headers.get_header(FETCHED_DIGEST) == evidence.digest:
                    address = record.rec_headers.get_header("WARC-Target-URI")
                    return address, record.content_stream().read()
    except OSError as error:
        raise BadInput(f"{file}: 网页证据无法读取（{error.strerror}）") from None
    raise BadInput(f"{file}: 文件与记录不符，可能被改动过")
