"""ZIP containers opened within bounds: archives, and the documents that are ZIPs inside."""

import io
import re
import zipfile
from collections.abc import Iterable

from crawler.attachments.reading import (
    RATIO,
    RATIO_FROM,
    UNPACKED,
    AttachmentError,
    Room,
)

_UTF8_NAME = 0x800
_ENCRYPTED = 0x1
_PICTURES = re.compile(r"(?:^|/)(?:media|embeddings|fonts|Thumbnails|Pictures)/")


def opened(body: bytes) -> zipfile.ZipFile:
    """Raises AttachmentError: it is no ZIP, or a broken one."""
    try:
        return zipfile.ZipFile(io.BytesIO(body))
    except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError, OSError):
        raise AttachmentError("layout 文件已损坏，打不开") from None


def refuse_bomb(members: Iterable[zipfile.ZipInfo]) -> None:
    """Refuse a document whose parts (pictures apart) claim to unpack to too much.

    Raises:
        AttachmentError: "too-large".
    """
    parts = [one for one in members if not _PICTURES.search(one.filename)]
    total = sum(one.file_size for one in parts)
    packed = sum(one.compress_size for one in parts)
    if total > UNPACKED or (total > RATIO_FROM and total > RATIO * max(packed, 1)):
        raise AttachmentError(f"too-large 解压后{total >> 20}MB，疑似压缩炸弹，未打开")


def member(archive: zipfile.ZipFile, one: zipfile.ZipInfo, most: int, room: Room) -> bytes:
    """A member's bytes, whatever size it claims.

    Raises:
        AttachmentError: encrypted, or larger than `most` bytes or than the room left.
    """
    if one.flag_bits & _ENCRYPTED:
        raise AttachmentError("文件已加密，无法读取")
    if one.file_size > most:
        raise AttachmentError(
            f"too-large 文件{one.file_size >> 20}MB，超过上限{most >> 20}MB，未读"
        )
    if one.file_size > RATIO_FROM and one.file_size > RATIO * max(one.compress_size, 1):
        raise AttachmentError(f"too-large 解压后{one.file_size >> 20}MB，疑似压缩炸弹，未读")
    room.take(one.file_size)
    with archive.open(one) as stream:
        body = stream.read(one.file_size + 1)
    if len(body) > one.file_size:
        raise AttachmentError("layout 文件已损坏（实际大小与目录不符）")
    return body


def member_name(one: zipfile.ZipInfo) -> str:
    """A member's name as its maker meant it, for people: never a path to write to.

    Without the UTF-8 flag zipfile reads CP437 where Chinese tools wrote UTF-8 or GBK.
    """
    name = one.filename
    if not one.flag_bits & _UTF8_NAME:
        name = _as_written(name)
    steps = (step for step in re.split(r"[\\/]+", name) if step not in {"", ".", ".."})
    return "/".join(steps) or "（无名文件）"


def _as_written(name: str) -> str:
    try:
        raw = name.encode("cp437")
    except UnicodeEncodeError:
        return name
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name
