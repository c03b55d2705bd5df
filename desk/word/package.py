"""A Word document as the package it is: its main part, its comments, and the whole written again.

Every member that is not changed keeps its bytes. Nothing outside the package is ever followed.
"""

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, count
from typing import Any

from lxml import etree

from crawler.attachments.docx import main_part, xml_root
from crawler.attachments.kind import kind_of
from crawler.attachments.reading import AttachmentError, Room
from crawler.attachments.unpack import member, opened

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_COMMENTS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_TYPES = "[Content_Types].xml"
_SIGNATURES = "_xmlsignatures/"
#: What the main part's content type asks the file to be called.
_SUFFIXES = {
    "application/vnd.ms-word.document.macroEnabled.main+xml": ".docm",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml": ".dotx",
    "application/vnd.ms-word.template.macroEnabledTemplate.main+xml": ".dotm",
}
#: Bytes that all members may have which are only copied, pictures above all.
COPIED = 1 << 30
#: What a member may raise that is broken, or packed as nobody does.
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}


@dataclass(slots=True)
class WordFile:
    """An opened document: `root` is its main part's element, `comments` its comments', to be changed in place."""

    archive: zipfile.ZipFile
    room: Room
    main: str
    root: Any
    types: Any
    relations: Any
    comments: Any
    comments_name: str

    @property
    def suffix(self) -> str:
        """How the file's name must end, or Word does not open it."""
        said = (one.get("ContentType") for one in _naming(self.types, self.main))
        return next((_SUFFIXES[one] for one in said if one in _SUFFIXES), ".docx")

    @property
    def signed(self) -> bool:
        return any(name.startswith(_SIGNATURES) for name in self.archive.namelist())

    @property
    def relations_name(self) -> str:
        return _relations_name(self.main)

    def written(self) -> bytes:
        """The document with its main part and comments as they are now.

        Raises:
            AttachmentError: a member is broken, or too large.
        """
        changed = {self.main: self.root, self.comments_name: self.comments}
        if len(self.comments):
            _declare(self)
            changed |= {_TYPES: self.types, self.relations_name: self.relations}
        elif self.comments_name not in self.archive.NameToInfo:
            del changed[self.comments_name]
        return _packed(self.archive, {name: _bytes(root) for name, root in changed.items()})


def opened_word(raw: bytes) -> WordFile:
    """The document to be marked.

    Raises:
        AttachmentError: it is no Word document, broken, too large, or of a kind that is not marked.
    """
    if kind_of("", raw) != "docx":
        raise AttachmentError("不是Word文档(.docx)，不能加批注")
    archive, room = opened(raw), Room()
    with _whole():
        main, root = main_part(archive, room)
    if root.tag == f"{_STRICT}document":
        raise AttachmentError(
            "是“Strict Open XML”格式，不能加批注，请在Word里另存为“Word文档(.docx)”"
        )
    names = archive.NameToInfo
    if root.tag != f"{W}document" or _TYPES not in names:
        raise AttachmentError("不是完整的Word文档(.docx)，不能加批注，请用Word或WPS重新另存")
    space: Any = {None: _RELATIONS[1:-1]}
    types, beside = _part(archive, _TYPES, room), _relations_name(main)
    relations = (
        _part(archive, beside, room)
        if beside in names
        else etree.Element(f"{_RELATIONS}Relationships", nsmap=space)
    )
    name = _comments_name(archive, main, relations)
    comments = (
        _part(archive, name, room)
        if name in names
        else etree.Element(f"{W}comments", nsmap={"w": W[1:-1]})
    )
    if comments.tag != f"{W}comments":
        raise AttachmentError("批注部分已损坏，请用Word或WPS重新另存")
    return WordFile(archive, room, main, root, types, relations, comments, name)


def _relations_name(main: str) -> str:
    folder, name = posixpath.split(main)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _comments_name(archive: zipfile.ZipFile, main: str, relations: Any) -> str:
    """The member that holds the comments; where there are none yet, a name that is free."""
    folder = posixpath.dirname(main)
    for one in relations:
        if one.get("Type") == _COMMENTS:
            path = posixpath.normpath(posixpath.join("/", folder, one.get("Target", "")))
            if one.get("TargetMode") == "External" or not path.endswith(".xml"):
                raise AttachmentError("批注部分指向文件之外，不能加批注，请用Word或WPS重新另存")
            return path.lstrip("/")
    names = (posixpath.join(folder, f"comments{n}.xml") for n in chain([""], count(1)))
    return next(name for name in names if name not in archive.NameToInfo)


def _naming(types: Any, part: str) -> Iterator[Any]:
    """The content type of a part: its own entry, if it has one."""
    for one in types:
        if str(one.get("PartName", "")).lower() == f"/{part}".lower():
            yield one


def _declare(word: WordFile) -> None:
    """Have the package name its comments, where it does not yet."""
    own = next(_naming(word.types, word.comments_name), None)
    if own is None:
        space = word.types.tag.removesuffix("Types")
        own = etree.SubElement(word.types, f"{space}Override", PartName=f"/{word.comments_name}")
    own.set("ContentType", _COMMENTS_TYPE)
    if any(one.get("Type") == _COMMENTS for one in word.relations):
        return
    taken = {one.get("Id") for one in word.relations}
    id = next(id for n in range(1, len(taken) + 2) if (id := f"rId{n}") not in taken)
    target = posixpath.basename(word.comments_name)
    tag = f"{_RELATIONS}Relationship"
    etree.SubElement(word.relations, tag, Id=id, Type=_COMMENTS, Target=target)


def _bytes(root: Any) -> bytes:
    tree = root.getroottree()
    raw: bytes = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
    return raw


def _packed(archive: zipfile.ZipFile, changed: Mapping[str, bytes]) -> bytes:
    """The archive with some members changed or added; of two of one name the one that is read."""
    made, room = io.BytesIO(), Room(unpacked=COPIED)
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out:
        for one in archive.infolist():
            if archive.NameToInfo[one.filename] is not one:
                continue
            raw = changed.get(one.filename)
            if raw is None:
                raw = _copied(archive, one, room)
            like = zipfile.ZipInfo(one.filename, one.date_time)
            like.external_attr = one.external_attr
            like.compress_type = one.compress_type if one.compress_type in _METHODS else 8
            out.writestr(like, raw)
        for name in sorted(changed.keys() - archive.NameToInfo.keys()):
            added = zipfile.ZipInfo(name)
            added.compress_type = zipfile.ZIP_DEFLATED
            out.writestr(added, changed[name])
    return made.getvalue()


def _copied(archive: zipfile.ZipFile, one: zipfile.ZipInfo, room: Room) -> bytes:
    with _whole():
        return member(archive, one, COPIED, room)


def _part(archive: zipfile.ZipFile, name: str, room: Room) -> Any:
    with _whole():
        return xml_root(archive, name, room)


@contextmanager
def _whole() -> Iterator[None]:
    """What is read of the package within it is whole, or the document is refused."""
    try:
        yield
    except _BROKEN:
        raise AttachmentError("文件已损坏，打不开，请用Word或WPS重新另存") from None
