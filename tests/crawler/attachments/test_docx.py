"""Word as printed: what is text in a document, and where each character of it stands."""

import io
import zipfile

import pytest
from docx.oxml.ns import nsdecls
from hypothesis import given
from hypothesis import strategies as st

from crawler.attachments import docx, read_attachment
from crawler.attachments.reading import Room, Text, plain_lines, plain_origins
from crawler.attachments.unpack import opened
from tests.crawler.attachments import files

SPACES = f'{nsdecls("w")} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'


def document(inside: str, attributes: str = "") -> bytes:
    return files.word_xml(
        f"<w:document {SPACES} {attributes}><w:body>{inside}</w:body></w:document>"
    )


def text_of(body: bytes) -> str:
    return "".join(part.text for part in read_attachment("稿.docx", body).parts)


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ("<w:r><w:t>布</w:t></w:r><w:proofErr/><w:r><w:t>署</w:t></w:r>", "布署"),
        (
            "<w:r><w:t>左</w:t><w:ptab/><w:t>中</w:t><w:tab/><w:t>右</w:t></w:r>",
            "左\t中\t右",
        ),
        ("<w:r><w:t>上</w:t><w:br/><w:t>下</w:t><w:cr/><w:t>底</w:t></w:r>", "上\n下\n底"),
        ("<w:r><w:t>布</w:t><w:softHyphen/><w:sym/><w:t>署</w:t></w:r>", "布署"),
        ("<w:r><w:t>二</w:t><w:noBreakHyphen/><w:t>三</w:t></w:r>", "二-三"),
        ("<w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>页</w:t></w:r>", "页"),
        (
            "<w:r><w:ruby><w:rt><w:r><w:t>bù</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>布</w:t></w:r></w:rubyBase></w:ruby></w:r><w:r><w:t>署</w:t></w:r>",
            "布署",
        ),
        (
            "<w:ins><w:r><w:t>增</w:t></w:r></w:ins><w:del><w:r><w:delText>删</w:delText></w:r></w:del><w:moveFrom><w:r><w:t>移出</w:t></w:r></w:moveFrom><w:moveTo><w:r><w:t>移入</w:t></w:r></w:moveTo>",
            "增移入",
        ),
        (
            "<w:sdt><w:sdtPr/><w:sdtContent><w:r><w:t>控</w:t></w:r></w:sdtContent></w:sdt><w:smartTag><w:r><w:t>签</w:t></w:r></w:smartTag>",
            "控签",
        ),
        ("<w:r><w:t> 甲 </w:t><w:t>\n乙\n</w:t></w:r>", "甲乙"),
        ('<w:r><w:t>甲</w:t><w:t xml:space="preserve"> 乙 </w:t><w:t>丙</w:t></w:r>', "甲 乙 丙"),
    ],
)
def test_a_paragraph_is_read_as_printed(inside: str, text: str) -> None:
    assert text_of(document(f"<w:p>{inside}</w:p>")) == text


def test_white_space_is_kept_where_the_whole_document_says_so() -> None:
    inside = "<w:p><w:r><w:t>甲 </w:t><w:t> 乙</w:t></w:r></w:p>"
    assert text_of(document(inside, 'xml:space="preserve"')) == "甲  乙"


def test_a_box_is_read_once_whatever_ways_it_is_drawn_in() -> None:
    def box(text: str) -> str:
        return f"<w:pict><w:txbxContent><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:txbxContent></w:pict>"

    drawn = (
        f"<mc:AlternateContent><mc:Choice>{box('一')}</mc:Choice><mc:Choice>{box('二')}</mc:Choice>"
        f"<mc:Fallback>{box('三')}</mc:Fallback></mc:AlternateContent>"
    )
    inside = f"<w:p><w:r><w:t>正</w:t>{drawn}<w:t>文</w:t></w:r><w:del><w:r>{box('删')}</w:r></w:del></w:p>"
    assert text_of(document(inside)) == "正文\n一"


SIGNS = st.text(st.sampled_from("甲乙 \t\n\r\u3000\ufeff\u2028\x85a"))


def shown(sign: str) -> str:
    return "\n" if sign in "\n\r\u2028\x85" else sign


@given(SIGNS)
def test_each_character_is_traced_to_where_it_was(text: str) -> None:
    plain, origins = plain_lines(text), plain_origins(text)
    assert [shown(text[at]) for at in origins] == list(plain)
    assert sorted(set(origins)) == list(origins)


@given(st.lists(st.lists(SIGNS, max_size=4), max_size=4), st.lists(SIGNS, max_size=3))
def test_the_pieces_are_the_very_text_that_is_read(
    paragraphs: list[list[str]], header: list[str]
) -> None:
    """Each character of the part stands where the stretches say it does."""

    def run(text: str) -> str:
        kept = text.replace("\r", "&#13;")
        return f'<w:r><w:t xml:space="preserve">{kept}</w:t></w:r>'

    def block(runs: list[str]) -> str:
        return f"<w:p>{''.join(map(run, runs))}</w:p>"

    main = f"<w:document {SPACES}><w:body>{''.join(map(block, paragraphs))}</w:body></w:document>"
    above = f"<w:hdr {SPACES}>{''.join(block([one]) for one in header)}</w:hdr>"
    body = files.zipped({"word/document.xml": main, "word/header1.xml": above})
    text = Text("稿.docx", Room())
    with opened(body) as archive:
        found = list(docx.stretches(archive, *docx.main_part(archive, Room()), text, Room()))
    judged = text_of(body)
    told = [""] * len(judged)
    for one in found:
        raw = "".join(piece for _, piece in one.pieces)
        for at, origin in enumerate(plain_origins(raw), one.start):
            told[at] = raw[origin]
    assert "".join(shown(sign) for sign in told) == judged  # between stretches "" is a break too
    for one in found:
        for node, piece in one.pieces:
            assert node is None or node.text == piece


def test_the_test_above_reads_a_document_python_docx_wrote() -> None:
    with zipfile.ZipFile(io.BytesIO(files.word("甲", "", "乙"))) as archive:
        text = Text("稿.docx", Room())
        found = list(docx.stretches(archive, *docx.main_part(archive, Room()), text, Room()))
    assert [(one.start, one.label, one.pieces[0][1]) for one in found] == [
        (0, "", "甲"),
        (2, "", "乙"),
    ]
