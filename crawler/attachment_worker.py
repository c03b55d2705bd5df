"""Reads attachments in a process of its own, within limits of time and memory.

An attachment that hangs the process, kills it or asks for too much costs that attachment.
"""

import asyncio
import contextlib
import os
import tempfile
from dataclasses import dataclass

from crawler.attachment_folder import AttachmentFolder
from crawler.attachments import AttachmentText, read_attachment
from crawler.attachments.office import OFFICE_SECONDS, to_word
from crawler.attachments.reading import AttachmentError, not_checked
from crawler.page import PageError
from crawler.worker import Worker

try:
    import resource
except ImportError:  # not on Windows: no limit of memory there
    resource = None  # type: ignore[assignment]

SECONDS = 60.0
#: Bytes of address space. OCR and pdfium together take 1 GB, LibreOffice less than 1 GB.
MEMORY = 2 * 1024**3
#: Bytes a file may have that a converter writes.
WRITTEN = 512 * 1024 * 1024
_MAY_CONVERT = (b"\xd0\xcf\x11\xe0", b"PK\x03\x04", b"{\\rtf", b"<?xml", b"\xef\xbb\xbf<?xml")


@dataclass(frozen=True, slots=True)
class Attachment:
    """An attachment as fetched: the name people know it by, its bytes, and whether it is to become a .docx."""

    name: str
    body: bytes
    ocr: bool
    to_word: bool = False


class AttachmentReader:
    """A process that reads attachments, one at a time; started when first needed, again when lost.

    It keeps what converters need in a folder of its own, which it removes.
    """

    def __init__(
        self, *, ocr: bool = False, seconds: float = SECONDS, memory: int = MEMORY
    ) -> None:
        self._ocr = ocr
        self._seconds = seconds
        self._folder = AttachmentFolder()
        self._worker: Worker[Attachment, AttachmentText | bytes] = Worker(
            _run, _begin, memory, str(self._folder.path), seconds=seconds, what="附件"
        )
        self._turn = asyncio.Lock()

    async def text(self, name: str, body: bytes) -> AttachmentText:
        """What `read_attachment` gives, or that the file cost too much."""
        done = await self._done(Attachment(name, body, self._ocr))
        assert isinstance(done, AttachmentText)
        return done

    async def word(self, name: str, body: bytes) -> bytes | AttachmentText:
        """An old Word document as a .docx; what is unchecked where it could not be made one."""
        return await self._done(Attachment(name, body, ocr=False, to_word=True))

    async def _done(self, one: Attachment) -> AttachmentText | bytes:
        converts = OFFICE_SECONDS if one.body.startswith(_MAY_CONVERT) else 0
        async with self._turn:  # so that its seconds are its own
            done = await self._worker.done(one, seconds=self._seconds + converts)
            if isinstance(done, PageError):
                self._folder.clear()
                return AttachmentText((), (not_checked(one.name, done.why),))
        return done

    def close(self) -> None:
        self._worker.close()
        self._folder.close()


def _begin(memory: int, folder: str) -> None:
    """Bounds for this process and those it starts; what libraries print is of attachments, and dropped."""
    tempfile.tempdir = folder
    silence = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(silence, stream)
    if resource is None:
        return
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, WRITTEN),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError):  # the system's own limit is lower
            resource.setrlimit(what, (most, most))


def _run(one: Attachment) -> AttachmentText | bytes:
    if one.to_word:
        try:
            return to_word(one.name, one.body)
        except (AttachmentError, OSError) as error:
            return AttachmentText((), (not_checked(one.name, str(error)),))
    return read_attachment(one.name, one.body, ocr=one.ocr)
