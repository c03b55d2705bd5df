"""Word documents (.docx, and .wps that are .docx inside) as printed: one line a paragraph.

Tables, text boxes, headers, footers, footnotes are read; insertions are in, deletions out. Read
without python-docx, which sees no insertions and refuses files with a dangling relation.
"""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from lxml import etree

from crawler.attachments.reading import AttachmentError, AttachmentText, Room, Text
from crawler.attachments.unpack import member, opened, refuse_bomb

#: Bytes of one XML part.
XML_BYTES = 100 * 1024 * 1024
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_NO_MEMORY = 2  # libxml2's XML_ERR_NO_MEMORY
_BESIDE = {"header": "页眉", "footer": "页脚", "footnotes": "脚注", "endnotes": "尾注"}
_BESIDE_NAME = re.compile(r"(header|footer|footnotes|endnotes)\d*\.xml")
_UNSEEN = frozenset(
    ns + tag for ns in (_W, _STRICT) for tag in ("del", "moveFrom", "p", "pPr", "rPr")
) | {_FALLBACK}
_SIGNS = {
    ns + tag: sign
    for ns in (_W, _STRICT)
    for tag, sign in (("tab", "\t"), ("br", "\n"), ("cr", "\n"), ("noBreakHyphen", "-"))
}
_TEXT = (f"{_W}t", f"{_STRICT}t")
_PARAGRAPH = (f"{_W}p", f"{_STRICT}p")


def read(name: str, body: bytes, room: Room) -> AttachmentText:
    """The document's text; headers, footers and notes after it, with their place.

    Raises:
        AttachmentError: it is encrypted, broken, no Word document, or too large.
    """
    text = Text(name, room)
    with opened(body) as archive:
        members = archive.infolist()
        refuse_bomb(members)
        main = _main_name(archive, room)
        for paragraph in _paragraphs(_root(archive, main, room)):
            text.add(paragraph)
        seen: set[str] = set()
        for label, member_name in _beside(archive, posixpath.dirname(main)):
            block = "\n".join(_paragraphs(_root(archive, member_name, room)))
            if block not in seen:  # every section repeats the same header
                seen.add(block)
                text.add(block, label)
    return text.read()


def _main_name(archive: zipfile.ZipFile, room: Room) -> str:
    """The member that holds the text: the one the package names, else the usual one."""
    usual = "word/document.xml"
    try:
        relations = _root(archive, "_rels/.rels", room)
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


def _root(archive: zipfile.ZipFile, name: str, room: Room) -> Any:
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


def _paragraphs(root: Any) -> Iterator[str]:
    """Each paragraph's text as printed: insertions in, deletions out, text boxes once."""
    for paragraph in root.iter(*_PARAGRAPH):
        if any(above.tag == _FALLBACK for above in paragraph.iterancestors()):
            continue
        text = "".join(_runs(paragraph))
        if text.strip():
            yield text


def _runs(node: Any) -> Iterator[str]:
    for child in node:
        tag = child.tag
        if tag in _TEXT:
            yield child.text or ""
        elif tag in _SIGNS:
            yield _SIGNS[tag]
        elif isinstance(tag, str) and tag not in _UNSEEN:
            yield from _runs(child)
