"""Word documents (.docx, and .wps that are .docx inside) as printed: one line a paragraph.

Tables, text boxes, headers, footers, footnotes are read; insertions are in, deletions out. Left out
are field codes, the readings above characters (w:rt), symbols of a symbol font (w:sym). Read without
python-docx, which sees no insertions and refuses files with a dangling relation.
"""

import posixpath
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from crawler.attachments.reading import AttachmentError, AttachmentText, Room, Text
from crawler.attachments.unpack import member, opened, refuse_bomb

#: Bytes of one XML part.
XML_BYTES = 100 * 1024 * 1024
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_CHOICE, _FALLBACK = f"{_MC}Choice", f"{_MC}Fallback"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_NO_MEMORY = 2  # libxml2's XML_ERR_NO_MEMORY
_BESIDE = {"header": "页眉", "footer": "页脚", "footnotes": "脚注", "endnotes": "尾注"}
_BESIDE_NAME = re.compile(r"(header|footer|footnotes|endnotes)\d*\.xml")
_UNSEEN = frozenset(
    ns + tag for ns in (_W, _STRICT) for tag in ("del", "moveFrom", "p", "pPr", "rPr", "rt")
) | {_FALLBACK}
#: A paragraph in one of these is not printed either.
_GONE = frozenset(ns + tag for ns in (_W, _STRICT) for tag in ("del", "moveFrom")) | {_FALLBACK}
_SIGNS = {
    ns + tag: sign
    for ns in (_W, _STRICT)
    for tag, sign in (
        ("tab", "\t"), ("ptab", "\t"), ("br", "\n"), ("cr", "\n"), ("noBreakHyphen", "-"),
    )
}  # fmt: skip
_TEXT = (f"{_W}t", f"{_STRICT}t")
_BLANKS = frozenset(" \t\r\n")
_PARAGRAPH = (f"{_W}p", f"{_STRICT}p")


#: What prints a stretch, in order: an element and what it prints; None for the line break between two paragraphs.
Pieces = Sequence[tuple[Any, str]]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of the part's text and what prints it.

    It begins at code point `start`; its text is `plain_lines` of what `pieces` print together.
    `label` is its place, "" for the main text.
    """

    start: int
    label: str
    pieces: Pieces


def read(name: str, body: bytes, room: Room) -> AttachmentText:
    """The document's text; headers, footers and notes after it, with their place.

    Raises:
        AttachmentError: it is encrypted, broken, no Word document, or too large.
    """
    text = Text(name, room)
    with opened(body) as archive:
        for _ in stretches(archive, *main_part(archive, room), text, room):
            pass
    return text.read()


def main_part(archive: zipfile.ZipFile, room: Room) -> tuple[str, Any]:
    """The name of the member that holds the text, and its root element.

    Raises:
        AttachmentError: as `read`.
    """
    refuse_bomb(archive.infolist())
    name = _main_name(archive, room)
    return name, xml_root(archive, name, room)


def stretches(
    archive: zipfile.ZipFile, main: str, root: Any, text: Text, room: Room
) -> Iterator[Stretch]:
    """Put the document into `text`, a stretch a paragraph, header, footer or kind of notes.

    Raises:
        AttachmentError: as `read`.
    """
    for pieces in paragraphs(root):
        start = text.add(_told(pieces))
        if start is not None:
            yield Stretch(start, "", pieces)
    seen: set[str] = set()
    for label, member_name in _beside(archive, posixpath.dirname(main)):
        pieces = _joined(paragraphs(xml_root(archive, member_name, room)))
        block = _told(pieces)
        if block not in seen:  # every section repeats the same header
            seen.add(block)
            start = text.add(block, label)
            if start is not None:
                yield Stretch(start, label, pieces)


def _told(pieces: Pieces) -> str:
    return "".join(text for _, text in pieces)


def _joined(blocks: Iterator[Pieces]) -> Pieces:
    joined: list[tuple[Any, str]] = []
    for pieces in blocks:
        joined += ((None, "\n"), *pieces) if joined else pieces
    return joined


def _main_name(archive: zipfile.ZipFile, room: Room) -> str:
    """The member that holds the text: the one the package names, else the usual one."""
    usual = "word/document.xml"
    try:
        relations = xml_root(archive, "_rels/.rels", room)
    except AttachmentError:
        return usual
    for one in relations:
        if str(one.get("Type", "")).endswith("/officeDocument"):
            return str(one.get("Target", usual)).lstrip("/")
    return usual


def _beside(archive: zipfile.ZipFile, folder: str) -> list[tuple[str, str]]:
    """(label, member name) of headers, footers and notes, in that order."""
    found = []
    for name in archive.namelist():
        hit = _BESIDE_NAME.fullmatch(posixpath.basename(name))
        if hit and posixpath.dirname(name) == folder:
            found.append((list(_BESIDE).index(hit[1]), len(name), name, _BESIDE[hit[1]]))
    return [(label, name) for _, _, name, label in sorted(found)]


def xml_root(archive: zipfile.ZipFile, name: str, room: Room) -> Any:
    """The root element of a member.

    Raises:
        AttachmentError: it is missing, broken, too large, or has a DTD.
    """
    try:
        raw = member(archive, archive.getinfo(name), XML_BYTES, room)
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
        root: Any = etree.fromstring(raw, parser)
    except (KeyError, zipfile.BadZipFile, etree.XMLSyntaxError, NotImplementedError) as error:
        if getattr(error, "code", 0) == _NO_MEMORY:
            raise MemoryError from None
        raise AttachmentError("layout 不是有效的Word文档(.docx)，文件已损坏") from None
    # No Word document has a DTD; its entities are not expanded, so text would go missing unseen.
    if root.getroottree().docinfo.doctype:
        raise AttachmentError("layout Word文档(.docx)里有不该有的DTD定义，未读")
    return root


def paragraphs(root: Any) -> Iterator[Pieces]:
    """What prints each paragraph: insertions in, deletions out, text boxes once."""
    for paragraph in root.iter(*_PARAGRAPH):
        if any(above.tag in _GONE or _second(above) for above in paragraph.iterancestors()):
            continue
        pieces = tuple(_pieces(paragraph))
        if any(not text.isspace() for _, text in pieces):
            yield pieces


def _pieces(node: Any) -> Iterator[tuple[Any, str]]:
    for child in node:
        tag = child.tag
        if tag in _TEXT:
            if text := printed(child):
                yield child, text
        elif tag in _SIGNS:
            yield child, _SIGNS[tag]
        elif isinstance(tag, str) and tag not in _UNSEEN and not _second(child):
            yield from _pieces(child)


def _second(node: Any) -> bool:
    """Whether it only says in another way what the choice before it says."""
    return (
        node.tag == _CHOICE and next(node.itersiblings(_CHOICE, preceding=True), None) is not None
    )


def printed(text: Any) -> str:
    """What an element w:t prints: white space at its ends only where it says so."""
    said: str = text.text or ""
    if said[:1] in _BLANKS or said[-1:] in _BLANKS:
        above = (text, *text.iterancestors())
        space = next((kept for one in above if (kept := one.get(_SPACE))), "")
        return said if space == "preserve" else said.strip(" \t\r\n")
    return said
