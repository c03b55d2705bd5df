"""Attachments → text: one module a kind of file. Runs in a worker process (`crawler.attachment_worker`).

The kind is told by content first, by name second. What cannot be read is `unchecked` with the reason.
"""

from collections.abc import Callable, Mapping
from functools import partial

from checks.privacy import masked
from crawler.attachments import archive, docx, image, office, plain, sheet
from crawler.attachments.kind import kind_of
from crawler.attachments.reading import (
    BYTES,
    LONGEST_NAME,
    MALFORMED,
    AttachmentError,
    AttachmentText,
    Room,
    not_checked,
)

__all__ = ["AttachmentText", "read_attachment"]


def _pdf(name: str, body: bytes, room: Room) -> AttachmentText:
    from crawler.attachments import pdf  # its library takes its time, and an editor's draft is none

    return pdf.read(name, body, room)


def _ofd(name: str, body: bytes, room: Room) -> AttachmentText:
    from crawler.attachments import ofd

    return ofd.read(name, body, room)


READERS: Mapping[str, Callable[[str, bytes, Room], AttachmentText]] = {
    "pdf": _pdf,
    "docx": docx.read,
    "sheet": sheet.read,
    "ofd": _ofd,
    "text": plain.read,
    "html": plain.read_html,
    "image": image.read,
    **{kind: partial(office.read, kind=kind) for kind in office.SUFFIX},
}
#: Kinds that are not read, and what a person is told.
REFUSED: Mapping[str, str] = {
    "empty": "layout 文件是空的",
    "encrypted": "文件已加密，无法读取",
    "packed": "不支持的压缩格式（rar、7z等），请改用zip",
    "slides": "暂不支持演示文稿",
    "sheet-xml": "暂不支持旧式XML表格，请另存为xlsx",
    "mime": "暂不支持MHT网页文件，请另存为docx或pdf",
    "unknown": "无法识别的文件类型",
}


def read_attachment(
    name: str, body: bytes, *, ocr: bool = False, most: int = BYTES
) -> AttachmentText:
    """The text of an attachment called `name`, with places; `ocr` reads pictures too (slow).

    One of more than `most` bytes is not read. Never raises for what the bytes are: that is
    `unchecked`. A personal number in the name is masked, in the text it is not: that is judged first.
    """
    name = masked(name)[-LONGEST_NAME:]
    if len(body) > most:
        why = f"too-large 文件{len(body) >> 20}MB，超过上限{most >> 20}MB，未读"
        return AttachmentText((), (not_checked(name, why),))
    return read_one(name, body, Room(ocr=ocr))


def read_one(name: str, body: bytes, room: Room) -> AttachmentText:
    """One file, an attachment or a member of one, within `room`."""
    try:
        read = _read(name, body, room)
        if read.parts or read.unchecked:
            return read
        why = "没有文字，内容可能是图片，未检查"
    except AttachmentError as error:
        why = str(error)
    except MemoryError:
        why = "too-large 读取时超出内存上限"
    except MALFORMED as error:
        why = f"layout 解析附件时出错（{type(error).__name__}）"
    return AttachmentText((), (not_checked(name, why),))


def _read(name: str, body: bytes, room: Room) -> AttachmentText:
    kind = kind_of(name, body)
    if kind in REFUSED:
        raise AttachmentError(REFUSED[kind])
    if kind == "zip":
        return archive.read(name, body, room, read_one)
    return READERS[kind](name, body, room)
