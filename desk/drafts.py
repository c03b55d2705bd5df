"""Any file or text an editor holds → `Article.draft`. Nothing is executed, fetched or written."""

import asyncio
import re
import sys
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from checks.model import Article, BadInput, Part, Unchecked

if TYPE_CHECKING:
    from crawler.attachments import AttachmentText

#: Bounds on what a person hands in, in bytes.
FILE_BYTES = 300 * 1024 * 1024
#: A text longer than this is several texts.
TEXT_BYTES = 60 * 1024 * 1024
#: Reasons told of one file that cannot be read.
MOST_REASONS = 5
_CODE = re.compile(r"^[a-z0-9-]+ ")


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as read: its name, its text, and what of it could not be read."""

    name: str
    article: Article
    unchecked: tuple[Unchecked, ...] = ()


def read_draft(name: str, published: date | None = None) -> Draft:
    """The draft in file `name`; `-` is standard input (plain text).

    Raises:
        BadInput: no such file, too large, or of a kind that cannot be read.
    """
    if name == "-":
        return _plain("标准输入", sys.stdin.buffer.read(TEXT_BYTES + (1 << 20)), published)
    return draft_of(name, file_bytes(name), published)


def file_bytes(name: str) -> bytes:
    """What is in file `name`.

    Raises:
        BadInput: no such file, or too large.
    """
    path = Path(name)
    try:
        if path.is_dir():
            raise BadInput(f"{name}: 是文件夹，应为稿件文件(.docx .wps .txt .pdf等)")
        size = path.stat().st_size
        if size > FILE_BYTES:
            raise BadInput(f"{name}: 文件{size >> 20}MB，超过上限{FILE_BYTES >> 20}MB")
        return path.read_bytes()
    except FileNotFoundError:
        raise BadInput(f"{name}: 找不到这个文件，请核对文件名") from None
    except OSError as error:
        raise BadInput(f"{name}: 无法读取({error.strerror})") from None


def draft_of(name: str, raw: bytes, published: date | None = None) -> Draft:
    """The draft that `raw`, a file called `name`, holds.

    Raises:
        BadInput: of a kind that cannot be read.
    """
    path = Path(name)
    if path.suffix.lower() in {".html", ".htm"}:
        return _html(name, raw, published)
    if _is_text(path.name, raw):
        return _plain(name, raw, published)
    return _attachment(name, raw, published)


def _is_text(name: str, raw: bytes) -> bool:
    from crawler.attachments.kind import kind_of
    from crawler.attachments.reading import AttachmentError

    try:
        return kind_of(name, raw) in {"text", "empty"}
    except AttachmentError:
        return False


def decoded(name: str, raw: bytes) -> str:
    """`raw` as UTF-8 (with or without BOM), else GB18030, else UTF-16 with BOM.

    Raises:
        BadInput: it is none of them.
    """
    bom = raw[:2] in (b"\xff\xfe", b"\xfe\xff")
    encodings = ("utf-16",) if bom else ("utf-8-sig", "gb18030")
    where = 0
    for encoding in encodings:
        try:
            return raw.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
        except UnicodeDecodeError as error:
            where = max(where, error.start)
    line = raw[:where].count(b"\n") + 1
    raise BadInput(f"{name}:{line}: 既不是UTF-8也不是GB18030编码的文字，请另存为UTF-8文本")


def _plain(name: str, raw: bytes, published: date | None) -> Draft:
    if len(raw) > TEXT_BYTES:
        raise BadInput(
            f"{name}: 文字{len(raw) >> 20}MB，超过上限{TEXT_BYTES >> 20}MB，请拆分后检查"
        )
    return Draft(name, Article.draft(decoded(name, raw), published=published))


def _html(name: str, raw: bytes, published: date | None) -> Draft:
    """Pasted or saved HTML: all the text a reader would see, one line a block."""
    from crawler.charset import read_page
    from crawler.page import PageError
    from crawler.text import visible_text

    try:
        text = visible_text(read_page("", raw).text)
    except PageError as error:
        raise BadInput(f"{name}: 无法作为网页读取({error.why})") from None
    return Draft(name, Article.draft(text, published=published))


def _attachment(name: str, raw: bytes, published: date | None) -> Draft:
    """A draft of any kind that attachments may be; an archive's members stay parts of their own."""
    own = Path(name).name
    read = _read(own, raw)
    if not read.parts and read.unchecked:
        whys = (_why(own, one) for one in read.unchecked[:MOST_REASONS])
        raise BadInput(*(f"{name}: {why}" for why in whys))
    alone = [replace(one, kind="body", name="") for one in read.parts if one.name == own]
    parts = tuple(alone) or read.parts or (Part("body", "", ""),)
    return Draft(name, Article("", parts, published), read.unchecked)


def reason(why: str) -> str:
    """Why something cannot be read, for people: without the code in front."""
    return _CODE.sub("", why)


def _why(own: str, one: Unchecked) -> str:
    """Why a file, a page or a member of it cannot be read, for a line that begins with the file's name."""
    code = _CODE.match(one.why)
    place = one.what.removeprefix(f"附件 {own}").lstrip(" /")
    advice = "，请用Word或WPS重新另存" if code and code[0] == "layout " and not place else ""
    return f"{place} {reason(one.why)}{advice}".lstrip()


def _read(name: str, raw: bytes) -> "AttachmentText":
    """Word at once; what a C library or another program reads, in a process of its own."""
    from crawler.attachments import read_attachment
    from crawler.attachments.kind import kind_of
    from crawler.attachments.reading import AttachmentError

    try:
        at_once = kind_of(name, raw) == "docx"
    except AttachmentError:
        at_once = True  # it is broken: that is soon said
    if at_once:
        return read_attachment(name, raw, most=FILE_BYTES)
    from crawler.attachment_worker import AttachmentReader

    reader = AttachmentReader()
    try:
        return asyncio.run(reader.text(name, raw))
    finally:
        reader.close()
