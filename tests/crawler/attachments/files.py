"""Files to read, made by hand: PDF, OFD, OLE, ZIP with what real ones have, good and hostile."""

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence

import docx

from crawler.attachments import ole


def zipped(members: Mapping[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return made.getvalue()


def word(*paragraphs: str) -> bytes:
    document = docx.Document()
    for one in paragraphs:
        document.add_paragraph(one)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def word_xml(document: str) -> bytes:
    """A .docx of one part only."""
    return zipped({"word/document.xml": document})


def pdf(*pages: str, claims: int | None = None, encrypted: bool = False) -> bytes:
    """A PDF with the lines of `pages` as its text layer; a page of "" has a drawn line alone.

    `claims` is the number of pages its tree says it has.
    """
    font, cid, first = 3, 4, 5
    kids = " ".join(f"{first + 2 * i} 0 R" for i in range(len(pages)))
    objects = {
        1: "<</Type/Catalog/Pages 2 0 R>>",
        2: f"<</Type/Pages/Count {claims or len(pages)}/Kids[{kids}]>>",
        font: f"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[{cid} 0 R]>>",
        cid: "<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>/DW 1000>>",
    }
    for i, page in enumerate(pages):
        number = first + 2 * i
        shown = [
            f"BT /F1 10 Tf 40 {800 - 16 * k} Td <{line.encode('utf-16-be').hex()}> Tj ET"
            for k, line in enumerate(page.splitlines())
        ]
        content = "\n".join(shown) or "0 0 m 100 100 l S"
        objects[number] = (
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {number + 1} 0 R"
            f"/Resources<</Font<</F1 {font} 0 R>>>>>>"
        )
        objects[number + 1] = f"<</Length {len(content)}>>stream\n{content}\nendstream"
    return _pdf_file(objects, encrypted=encrypted)


def _pdf_file(objects: Mapping[int, str], *, encrypted: bool) -> bytes:
    made, places = b"%PDF-1.7\n", []
    for number, body in objects.items():
        places.append(len(made))
        made += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    lock = f"/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<{'11' * 32}>/U<{'22' * 32}>>>/ID[<00><00>]"
    trailer = f"<</Size {len(objects) + 1}/Root 1 0 R{lock if encrypted else ''}>>"
    made_table = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    return made + f"{made_table}trailer\n{trailer}\nstartxref\n{len(made)}\n%%EOF".encode()


def ofd(*pages: str) -> bytes:
    """An OFD with the lines of `pages`; a page of "" has no text."""
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    members: dict[str, bytes | str] = {
        "OFD.xml": f"<ofd:OFD {space}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
    }
    listed = "".join(f'<ofd:Page ID="{i}" BaseLoc="P{i}.xml"/>' for i in range(len(pages)))
    members["Doc_0/Document.xml"] = (
        f"<ofd:Document {space}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox>"
        f"</ofd:PageArea></ofd:CommonData><ofd:Pages>{listed}</ofd:Pages></ofd:Document>"
    )
    for i, page in enumerate(pages):
        lines = "".join(
            f'<ofd:TextObject ID="{k + 100}" Boundary="20 {20 + 8 * k} 170 6" Size="4">'
            f'<ofd:TextCode X="0" Y="4">{line}</ofd:TextCode></ofd:TextObject>'
            for k, line in enumerate(page.splitlines())
        )
        members[f"Doc_0/P{i}.xml"] = (
            f"<ofd:Page {space}><ofd:Content><ofd:Layer>{lines}</ofd:Layer></ofd:Content></ofd:Page>"
        )
    return zipped(members)


def compound(streams: Sequence[tuple[str, bytes]], *, at_root: int = 3) -> bytes:
    """An OLE compound file with `streams` (up to 3, of one sector each), the first `at_root` below its root."""
    size, none, end = 512, 0xFFFF_FFFF, 0xFFFF_FFFE
    table = [0xFFFF_FFFD, end, *([end] * len(streams))]
    fat = struct.pack(f"<{len(table)}I", *table).ljust(size, b"\xff")
    header = ole.MAGIC + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
    header += struct.pack("<IIIIIIII", 1, 1, 0, 0, end, 0, end, 0)
    header = (header + struct.pack("<I", 0)).ljust(size, b"\xff")
    names = [("Root Entry", 5, 1, none, end)]
    for i, (name, _) in enumerate(streams):
        names.append((name, 2, none, i + 2 if i + 1 < min(len(streams), at_root) else none, i + 2))
    directory = b"".join(_entry(*one) for one in names).ljust(size, b"\0")
    return header + fat + directory + b"".join(body.ljust(size, b"\0") for _, body in streams)


def _entry(name: str, type: int, child: int, right: int, first: int) -> bytes:
    raw = name.encode("utf-16-le")
    about = struct.pack("<HBB3I", len(raw) + 2, type, 1, 0xFFFF_FFFF, right, child)
    return raw.ljust(64, b"\0") + about + bytes(36) + struct.pack("<IQ", first, 512)


def sheet_xml(rows: str, *, dimension: str = "A1") -> bytes:
    """An .xlsx of one sheet 名单 whose rows are given as XML, whatever it claims to hold."""
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return zipped(
        {
            "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
            "_rels/.rels": f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="{kind}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook {space} xmlns:r="{kind}"><sheets><sheet name="名单" sheetId="1" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="{kind}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
            "xl/worksheets/sheet1.xml": f'<worksheet {space}><dimension ref="{dimension}"/><sheetData>{rows}</sheetData></worksheet>',
        }
    )
