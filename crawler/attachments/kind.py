"""What kind of file an attachment is: by its content first, by its name where content does not tell."""

import re
import struct
import zipfile

from crawler.attachments import ole
from crawler.attachments.reading import AttachmentError
from crawler.attachments.unpack import opened

_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"{\\rtf", "rtf"),
    (b"Rar!\x1a\x07", "packed"),
    (b"7z\xbc\xaf\x27\x1c", "packed"),
    (b"\x1f\x8b", "packed"),
    (b"BZh91AY&SY", "packed"),
    (b"\xfd7zXZ\0", "packed"),
    (b"\x89PNG\r\n\x1a\n", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF87a", "image"),
    (b"GIF89a", "image"),
    (b"II*\0", "image"),
    (b"MM\0*", "image"),
)
_NAMED = {
    "txt": "text", "text": "text", "csv": "text", "tsv": "text", "md": "text",
    "htm": "html", "html": "html", "rar": "packed", "7z": "packed", "gz": "packed", "tar": "packed",
}  # fmt: skip
_OLE_KINDS = (
    ("EncryptedPackage", "encrypted"),
    ("WordDocument", "doc"),
    ("Workbook", "sheet"),
    ("Book", "sheet"),
    ("PowerPoint Document", "slides"),
)
_OFFICE_PARTS = (
    ("word/document.xml", "word/", "docx"),
    ("xl/workbook.xml", "xl/", "sheet"),
    ("ppt/presentation.xml", "ppt/", "slides"),
)
_HTML = re.compile(rb"^\s*(?:<!--.{0,200}?-->\s*)?<(?:!doctype\s+html|html)\b", re.I | re.S)
_WORD_XML = re.compile(rb"^\s*<\?xml.{0,200}?progid=[\"']Word\.Document", re.I | re.S)
_SHEET_XML = re.compile(rb"^\s*<\?xml.{0,200}?progid=[\"']Excel\.Sheet", re.I | re.S)
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_ODF = {"text": "odt", "spreadsheet": "sheet", "presentation": "slides"}
_WORD_ENCRYPTED = 0x0100  # [MS-DOC] 2.5.1, FibBase.fEncrypted
HEAD = 4096


def kind_of(name: str, body: bytes) -> str:
    """pdf, docx, sheet, doc, rtf, odt, word-xml, ofd, zip, text, html or image, which can be read;
    else empty, encrypted, slides, packed, sheet-xml, mime or unknown.

    Raises:
        AttachmentError: its container is broken.
    """
    head = body[:HEAD]
    if not body.strip(b"\0 \t\r\n"):
        return "empty"
    if head.lstrip().startswith(b"%PDF-") or (b"%PDF-" in head[:1024] and _CONTROLS.search(head)):
        return "pdf"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(body)
    if head.startswith(ole.MAGIC):
        return _ole_kind(body)
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "image"
    if head.startswith(b"BM") and head[6:10] == b"\0\0\0\0":
        return "image"
    for start, kind in _STARTS:
        if head.startswith(start):
            return kind
    return _text_kind(name, head)


def _text_kind(name: str, head: bytes) -> str:
    plain = head.removeprefix(b"\xef\xbb\xbf")
    if _HTML.match(plain):
        return "html"
    if _WORD_XML.match(plain):
        return "word-xml"
    if _SHEET_XML.match(plain):
        return "sheet-xml"
    if plain.startswith(b"MIME-Version:"):
        return "mime"
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    if suffix in _NAMED:
        return _NAMED[suffix]
    utf16 = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    return "text" if utf16 or not _CONTROLS.search(head) else "unknown"


def _zip_kind(body: bytes) -> str:
    with opened(body) as archive:
        names = set(archive.namelist())
        for main, folder, kind in _OFFICE_PARTS:
            typed = "[Content_Types].xml" in names and any(n.startswith(folder) for n in names)
            if main in names or typed:
                return kind
        if any(one.lstrip("/").lower() == "ofd.xml" for one in names):
            return "ofd"
        if "mimetype" in names:
            return _odf_kind(archive)
        return "zip"


def _odf_kind(archive: zipfile.ZipFile) -> str:
    try:
        with archive.open("mimetype") as stream:
            said = stream.read(200).decode("ascii", "replace").strip()
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError):
        return "zip"
    prefix, _, what = said.rpartition(".")
    if prefix != "application/vnd.oasis.opendocument":
        return "zip"
    try:
        manifest = archive.getinfo("META-INF/manifest.xml")
        with archive.open(manifest) as stream:
            if b"encryption-data" in stream.read(1 << 20):
                return "encrypted"
    except KeyError:
        pass
    return _ODF.get(what, "unknown")


def _ole_kind(body: bytes) -> str:
    try:
        names = ole.root_names(body)
    except (ValueError, struct.error):
        raise AttachmentError("layout 文件已损坏，打不开") from None
    kind = next((kind for name, kind in _OLE_KINDS if name in names), "unknown")
    if kind == "doc":
        at = (names["WordDocument"] + 1) * ole.sector_size(body)
        flags = int.from_bytes(body[at + 10 : at + 12], "little")
        return "encrypted" if flags & _WORD_ENCRYPTED else kind
    return kind
