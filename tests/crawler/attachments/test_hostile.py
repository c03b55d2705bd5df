"""Files made to hurt: none raises, none takes long, none is believed."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.attachments import office, ole, read_attachment
from crawler.attachments.reading import PAGES, PLACES
from tests.crawler.attachments import files

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
LAUGHS = '<!DOCTYPE x [<!ENTITY a "{}">'.format("哈" * 1000) + "".join(
    f'<!ENTITY {b} "{f"&{a};" * 50}">' for a, b in zip("abcdefg", "bcdefgh", strict=True)
)
#: Seconds that none of these may take; the worker allows 60.
SOON = 20.0
MAGIC = [
    b"%PDF-1.7\n", b"PK\x03\x04", b"PK\x05\x06", ole.MAGIC, b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c",
    b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"BM\0\0\0\0\0\0\0\0", b"II*\0", b"RIFF\0\0\0\0WEBP",
    b"<html>", b"<?xml version='1.0'?>", b"\xff\xfe", b"\xef\xbb\xbf", b"",
]  # fmt: skip


def whys(name: str, body: bytes) -> list[str]:
    begun = time.monotonic()
    read = read_attachment(name, body)
    assert time.monotonic() - begun < SOON
    assert read.parts == ()
    return [one.why for one in read.unchecked]


def test_a_document_with_an_entity_bomb_is_not_read() -> None:
    body = f"<w:document {W}><w:body><w:p><w:r><w:t>&h;</w:t></w:r></w:p></w:body></w:document>"
    (why,) = whys("a.docx", files.word_xml(f"{LAUGHS}]>{body}"))
    assert why.startswith("layout ")


def test_a_document_with_a_local_entity_is_not_read() -> None:
    head = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    body = f"<w:document {W}><w:body><w:p><w:r><w:t>甲&f;</w:t></w:r></w:p></w:body></w:document>"
    assert whys("a.docx", files.word_xml(head + body)) == [
        "layout Word文档(.docx)里有不该有的DTD定义，未读"
    ]


def test_an_ofd_with_an_entity_bomb_is_not_read() -> None:
    body = files.zipped({"OFD.xml": f"{LAUGHS}]><OFD>&h;</OFD>"})
    assert whys("a.ofd", body) == ["layout 不是有效的OFD文件，或文件已损坏"]


@pytest.mark.parametrize("nested", [300, 100_000])
def test_deep_nesting_is_refused(nested: int) -> None:
    body = f"<w:document {W}>" + "<w:p>" * nested + "</w:p>" * nested + "</w:document>"
    assert whys("a.docx", files.word_xml(body)) == ["layout 不是有效的Word文档(.docx)，文件已损坏"]


def test_a_document_whose_text_unpacks_to_too_much_is_not_opened() -> None:
    body = files.word_xml(f"<w:document {W}>" + " " * 60_000_000)
    assert whys("a.docx", body) == ["too-large 解压后57MB，疑似压缩炸弹，未打开"]


def test_a_pdf_that_claims_many_pages_is_read_to_a_bound() -> None:
    read = read_attachment("a.pdf", files.pdf("甲", claims=100_000))
    assert [part.text for part in read.parts] == ["甲"]
    assert [(one.what, one.why) for one in read.unchecked] == [
        (f"附件 a.pdf 第2—{PAGES}页", "layout 页面已损坏，无法读取"),
        (f"附件 a.pdf 第{PAGES + 1}页以后", f"too-large 共100000页，只读前{PAGES}页"),
    ]


def test_a_sheet_that_claims_everything_and_holds_little_is_read() -> None:
    row = '<row r="1"><c r="A1" t="inlineStr"><is><t>甲</t></is></c></row>'
    (part,) = read_attachment("a.xlsx", files.sheet_xml(row, dimension="A1:XFD1048576")).parts
    assert (part.text, part.places) == ("甲", ((0, "工作表“名单”A1"),))


def test_a_sheet_of_many_rows_has_places_to_a_bound() -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, PLACES + 101))
    (part,) = read_attachment("a.xlsx", files.sheet_xml(rows)).parts
    assert part.text == "1\n" * (PLACES + 99) + "1"
    assert part.places[-1] == (2 * PLACES - 2, f"工作表“名单”第{PLACES}行以后")


@pytest.mark.parametrize("keep", [0.02, 0.3, 0.6, 0.9, 0.99])
def test_truncated_files_come_back(keep: float) -> None:
    for name, body in (
        ("a.pdf", files.pdf("甲", "乙")),
        ("a.docx", files.word("甲")),
        ("a.ofd", files.ofd("甲")),
        ("a.zip", files.zipped({"a.txt": "甲"})),
        ("a.xls", files.compound([("Workbook", b"\x09\x08\x10\0\0\6\5\0")])),
    ):
        read = read_attachment(name, body[: int(len(body) * keep)])
        assert read.parts or read.unchecked


@settings(max_examples=150, deadline=SOON * 1000)
@given(
    st.sampled_from(MAGIC),
    st.binary(max_size=400),
    st.sampled_from(["a", "a.txt", "a.docx", "a.xls", "a.zip", "a.html"]),
)
def test_random_bytes_never_raise_and_places_hold(magic: bytes, rest: bytes, name: str) -> None:
    check(name, magic + rest)


@settings(max_examples=120, deadline=SOON * 1000)
@given(st.sampled_from(["pdf", "docx", "ofd", "xlsx", "xls", "zip"]), st.data())
def test_real_files_with_a_few_bytes_changed_never_raise(kind: str, data: st.DataObject) -> None:
    body = bytearray(SAMPLES[kind])
    for _ in range(data.draw(st.integers(1, 8))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    check(f"a.{kind}", bytes(body))


SAMPLES = {
    "pdf": files.pdf("作出布署", "第二页"),
    "docx": files.word("作出布署"),
    "ofd": files.ofd("作出布署", "第二页"),
    "xlsx": files.sheet_xml('<row r="1"><c r="A1" t="inlineStr"><is><t>甲</t></is></c></row>'),
    "xls": files.compound([("Workbook", b"\x09\x08\x10\0\0\6\5\0")]),
    "zip": files.zipped({"a.txt": "甲", "b.pdf": files.pdf("乙")}),
}


@pytest.fixture(autouse=True)
def _no_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """LibreOffice is tried elsewhere; a second for each random file is too much."""
    monkeypatch.setattr(office, "office", lambda: ())
    monkeypatch.setattr("shutil.which", lambda _: None)


def check(name: str, body: bytes) -> None:
    read = read_attachment(name, body)
    assert read.parts or read.unchecked
    for part in read.parts:
        starts = [start for start, _ in part.places]
        assert starts == sorted(set(starts))
        assert all(0 <= start < len(part.text) for start in starts)
        assert "\0" not in part.text and "\r" not in part.text
        part.text.encode("utf-8")
