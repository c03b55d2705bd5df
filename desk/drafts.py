"""Any file or text an editor holds → `Article.draft`. Nothing is executed, fetched or written."""

import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from checks.model import Article, BadInput, Part, Unchecked

#: Bounds on what a person hands in, in bytes.
FILE_BYTES = 300 * 1024 * 1024
#: A text longer than this is several texts.
TEXT_BYTES = 60 * 1024 * 1024
UNPACKED_BYTES = 500 * 1024 * 1024
#: How much more a compressed member may hold than it takes up.
RATIO = 200

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_READ_TOO = ("/footnotes", "/endnotes", "/header", "/footer")


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
    path = Path(name)
    try:
        if path.is_dir():
            raise BadInput(f"{name}: 是文件夹，应为稿件文件(.txt .html .docx)")
        size = path.stat().st_size
        if size > FILE_BYTES:
            raise BadInput(f"{name}: 文件{size >> 20}MB，超过上限{FILE_BYTES >> 20}MB")
        raw = path.read_bytes()
    except FileNotFoundError:
        raise BadInput(f"{name}: 找不到这个文件，请核对文件名") from None
    except OSError as error:
        raise BadInput(f"{name}: 无法读取({error.strerror})") from None
    kind = path.suffix.lower()
    if kind in {".html", ".htm"} and len(raw) > TEXT_BYTES:
        raise BadInput(f"{name}: 网页{len(raw) >> 20}MB，超过上限{TEXT_BYTES >> 20}MB")
    if kind == ".docx" or (raw[:4] == b"PK\x03\x04" and kind not in {".txt", ".html", ".htm"}):
        return _word(name, path, published)
    if kind in {".html", ".htm"}:
        return _html(name, raw, published)
    if raw[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" or raw[:5] == b"%PDF-":
        raise BadInput(f"{name}: 暂不支持此格式，请另存为 .docx 或 .txt 后再检查")
    return _plain(name, raw, published)


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


def _word(name: str, path: Path, published: date | None) -> Draft:
    from docx import Document
    from docx.opc.exceptions import PackageNotFoundError

    _refuse_bomb(name, path)
    try:
        document = Document(str(path))
    except (PackageNotFoundError, KeyError, ValueError, zipfile.BadZipFile):
        raise BadInput(f"{name}: 不是有效的Word文档(.docx),请用Word或WPS重新另存") from None
    body = "\n".join(_paragraphs(document.element.body))
    beside = [_beside(part) for part in document.part.package.iter_parts() if _is_beside(part)]
    text = "\n".join(one for one in (body, *beside) if one)
    return Draft(name, Article("", (Part("body", "", text),), published))


def _refuse_bomb(name: str, path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except zipfile.BadZipFile:
        raise BadInput(f"{name}: 不是有效的Word文档(.docx),文件已损坏或被加密") from None
    total = sum(one.file_size for one in members)
    packed = sum(one.compress_size for one in members)
    if total > UNPACKED_BYTES or (total > 10_000_000 and total > RATIO * max(packed, 1)):
        raise BadInput(f"{name}: 解压后{total >> 20}MB，疑似压缩炸弹，未打开")


def _is_beside(part: Any) -> bool:
    return any(word in str(part.partname) for word in _READ_TOO) and str(part.partname).endswith(
        ".xml"
    )


def _beside(part: Any) -> str:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    root = getattr(part, "element", None)
    return "\n".join(_paragraphs(etree.fromstring(part.blob, parser) if root is None else root))


def _paragraphs(root: Any) -> Iterator[str]:
    """Each paragraph's text as printed: insertions in, deletions out, text boxes once."""
    for paragraph in root.iter(f"{_W}p"):
        if any(above.tag == _FALLBACK for above in paragraph.iterancestors()):
            continue
        text = "".join(_runs(paragraph, paragraph))
        if text.strip():
            yield text


def _runs(node: Any, paragraph: Any) -> Iterator[str]:
    for child in node:
        tag = child.tag
        if tag == f"{_W}t":
            yield child.text or ""
        elif tag == f"{_W}tab":
            yield "\t"
        elif tag in (f"{_W}br", f"{_W}cr"):
            yield "\n"
        elif tag not in (f"{_W}del", f"{_W}moveFrom", f"{_W}p", f"{_W}pPr", f"{_W}rPr", _FALLBACK):
            yield from _runs(child, paragraph)
