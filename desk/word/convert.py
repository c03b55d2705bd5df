"""Drafts in old kinds of Word files → .docx, by LibreOffice in a process of its own, within bounds."""

import asyncio

from checks.model import BadInput
from desk.drafts import reason

_KINDS = "只有Word、WPS稿件(.docx .doc .wps)能加批注"


def as_word(name: str, raw: bytes) -> bytes:
    """The draft `raw`, a file called `name`, as a .docx: unchanged where it is one.

    It waits for LibreOffice, up to two minutes: a server calls it in a thread of its own.

    Raises:
        BadInput: it is no Word document, or LibreOffice is missing or cannot open it.
    """
    from crawler.attachment_worker import AttachmentReader
    from crawler.attachments import REFUSED
    from crawler.attachments.kind import kind_of
    from crawler.attachments.office import SUFFIX
    from crawler.attachments.reading import AttachmentError

    try:
        kind = kind_of(name, raw)
    except AttachmentError as error:
        raise BadInput(f"{name}: {reason(str(error))}") from None
    if kind == "docx":
        return raw
    if kind in {"empty", "encrypted"}:
        raise BadInput(f"{name}: {reason(REFUSED[kind])}")
    if kind not in SUFFIX:
        raise BadInput(f"{name}: {_KINDS}")
    reader = AttachmentReader()
    try:
        made = asyncio.run(reader.word(name, raw))
    finally:
        reader.close()
    if isinstance(made, bytes):
        return made
    raise BadInput(*(f"{name}: {reason(one.why)}" for one in made.unchecked))
