"""Every kind of attachment is read to the text people see, with places, or said to be unread."""

import datetime
import io
import subprocess
from pathlib import Path

import docx
import pytest
import xlsxwriter
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from checks.model import Part, Unchecked
from checks.places import place_at, place_start
from crawler.attachments import AttachmentText, read_attachment
from crawler.attachments.kind import kind_of
from crawler.attachments.pdf import SCANNED
from crawler.attachments.sheet import letters, shown
from tests.crawler.attachments import files

ID = "652722199001011239"
MIDNIGHT = datetime.datetime.combine(datetime.date(2025, 9, 30), datetime.time())


def text(name: str, body: bytes) -> str:
    read = read_attachment(name, body)
    assert read.unchecked == ()
    (part,) = read.parts
    assert (part.kind, part.name) == ("attachment", name)
    return part.text


def unread(name: str, body: bytes) -> str:
    read = read_attachment(name, body)
    assert read.parts == ()
    (one,) = read.unchecked
    assert one.what == f"附件 {name}"
    return one.why


def test_pdf_has_a_place_a_page_and_names_pages_that_are_pictures() -> None:
    read = read_attachment("公示.pdf", files.pdf("作出布署\n第二行", "", "", "末页𠮷", ""))
    assert read == AttachmentText(
        (Part("attachment", "公示.pdf", "作出布署\n第二行\n末页𠮷", ((0, "第1页"), (9, "第4页"))),),
        (Unchecked("附件 公示.pdf 第2—3、5页", SCANNED),),
    )


def test_text_does_not_go_on_over_a_page_that_could_not_be_read() -> None:
    (part,) = read_attachment("a.pdf", files.pdf("见《办", "", "法》", "（一", "）")).parts
    assert part.text == "见《办\n法》\n（一）"


def test_what_is_embedded_in_a_file_does_not_say_what_it_is() -> None:
    streams = [("Workbook", b""), ("WordDocument", b"\xec\xa5")]
    assert kind_of("a.xls", files.compound(streams, at_root=1)) == "sheet"
    assert kind_of("a.xls", files.compound(streams)) == "doc"


def test_an_encrypted_pdf_is_unchecked() -> None:
    assert unread("a.pdf", files.pdf("x", encrypted=True)) == "文件已加密，无法读取"


def test_word_is_read_as_printed() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("作出")
    paragraph.add_run("布").bold = True
    paragraph.add_run("署")
    for xml in (
        "<w:hyperlink {}><w:r><w:t>链接字</w:t></w:r></w:hyperlink>",
        "<w:ins {}><w:r><w:t>新增字</w:t></w:r></w:ins>",
        "<w:del {}><w:r><w:delText>删去字</w:delText></w:r></w:del>",
        "<w:r {}><w:t>起</w:t><w:tab/><w:t>止</w:t><w:noBreakHyphen/></w:r>",
    ):
        paragraph._p.append(parse_xml(xml.format(nsdecls("w"))))
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "甲", "乙"
    document.sections[0].header.paragraphs[0].text = "页眉字"
    document.sections[0].footer.paragraphs[0].text = "页脚字"
    header = document.add_section().header
    header.is_linked_to_previous = False
    header.paragraphs[0].text = "页眉字"
    made = io.BytesIO()
    document.save(made)
    (part,) = read_attachment("稿.docx", made.getvalue()).parts
    assert part.text == "作出布署链接字新增字起\t止-\n甲\n乙\n页眉字\n页脚字"
    assert part.places == ((19, "页眉"), (23, "页脚"))
    assert [place_at(part, at) for at in (0, 18, 19, 23, 99)] == ["", "", "页眉", "页脚", "页脚"]


def test_a_text_box_is_read_once_and_a_footnote_with_its_place() -> None:
    space = nsdecls("w").replace(
        "xmlns:w=",
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:w=',
    )
    box = "<w:p><w:r><w:t>框中字</w:t></w:r></w:p>"
    main = (
        f"<w:document {space}><w:body><w:p><w:r><w:t>正文</w:t></w:r><w:r><mc:AlternateContent>"
        f"<mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r></w:p></w:body></w:document>"
    )
    note = f"<w:footnotes {space}><w:footnote><w:p><w:r><w:t>注</w:t></w:r></w:p></w:footnote></w:footnotes>"
    body = files.zipped({"word/document.xml": main, "word/footnotes.xml": note})
    (part,) = read_attachment("稿.docx", body).parts
    assert (part.text, part.places) == ("正文\n框中字\n注", ((7, "脚注"),))


def workbook() -> bytes:
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made)
    sheet = book.add_worksheet("名单")
    day = book.add_format({"num_format": "yyyy年m月d日"})
    sheet.write_row(1, 1, ["姓名", "身份证号"])
    sheet.write_string(2, 1, "张三\n李四")
    sheet.write_string(2, 2, ID)
    sheet.write_datetime(2, 4, MIDNIGHT, day)
    sheet.write_row(4, 1, [12345678901, 1234.5, 0.1 + 0.2, True])
    hidden = book.add_worksheet("底稿")
    hidden.write(0, 27, "藏")
    hidden.hide()
    book.add_worksheet("空表")
    book.close()
    return made.getvalue()


CELLS = (
    f"姓名\t身份证号\n张三 李四\t{ID}\t2025-09-30\n12345678901\t1234.5\t0.3\tTRUE\n藏",
    ["B2", "C2", "B3", "C3", "E3", "B5", "C5", "D5", "E5"],
)


def test_a_workbook_has_a_line_a_row_and_a_place_a_cell() -> None:
    (part,) = read_attachment("表.xlsx", workbook()).parts
    assert part.text == CELLS[0]
    cells = [f"工作表“名单”{cell}" for cell in CELLS[1]]
    assert [label for _, label in part.places] == [*cells, "隐藏工作表“底稿”AB1"]
    starts = [part.text[start:].split("\t")[0].split("\n")[0] for start, _ in part.places]
    assert starts == part.text.replace("\n", "\t").split("\t")
    assert place_at(part, part.text.index("9001")) == "工作表“名单”C3"
    assert place_start(part, part.text.index("9001")) == part.text.index(ID)


def test_a_large_sheet_has_a_place_a_row() -> None:
    rows = "".join(
        f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>甲</t></is></c><c r="C{n}"><v>{n}</v></c></row>'
        for n in range(11, 2000)
    )
    (part,) = read_attachment("表.xlsx", files.sheet_xml(rows)).parts
    assert part.text.startswith("甲\t11\n甲\t12\n") and part.text.count("\n") == 1988
    assert part.places[0] == (0, "工作表“名单”第11行")
    assert part.places[-1] == (len("甲\t11\n") * 89 + 6 * 900 + 7 * 999, "工作表“名单”第1999行")


@pytest.mark.parametrize(
    ("value", "seen"),
    [
        (652722199001011239.0, "652722199001011200"),
        (1e20, "100000000000000000000"),
        (0.1 + 0.2, "0.3"),
        (1.5e-7, "0.00000015"),
        (-3.0, "-3"),
        (float("nan"), ""),
        (True, "TRUE"),
        (7, "7"),
        (MIDNIGHT, "2025-09-30"),
        (MIDNIGHT.replace(hour=8, minute=5), "2025-09-30 08:05"),
        (datetime.time(8, 5), "08:05"),
        (datetime.date(2025, 9, 30), "2025-09-30"),
        (datetime.timedelta(hours=30, seconds=5), "30:00:05"),
        (" 甲\n 乙 ", "甲 乙"),
    ],
)
def test_cells_are_written_as_people_see_them(value: object, seen: str) -> None:
    assert shown(value).replace("011239", "011200") == seen


def test_columns_have_letters() -> None:
    assert [letters(n) for n in (0, 25, 26, 701, 702, 16383)] == [
        "A",
        "Z",
        "AA",
        "ZZ",
        "AAA",
        "XFD",
    ]


def test_ofd_has_a_place_a_page() -> None:
    read = read_attachment("文.ofd", files.ofd("作出布署\n第二行", "", "末页"))
    assert read == AttachmentText(
        (Part("attachment", "文.ofd", "作出布署\n第二行\n末页", ((0, "第1页"), (9, "第3页"))),),
        (Unchecked("附件 文.ofd 第2页", SCANNED),),
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("name", ["名单.txt", "名单.csv", "名单"])
def test_text_is_read_in_any_charset(name: str, encoding: str) -> None:
    assert text(name, "姓名,备注\r\n张三,“布署”\r\n".encode(encoding)) == "姓名,备注\n张三,“布署”"


def test_text_with_broken_characters_is_read_and_says_so() -> None:
    body = ("作出部署。" * 400).encode() + b"\xff\xff\xff\xff\xff"
    read = read_attachment("a.txt", body)
    assert read.parts[0].text.startswith("作出部署。")
    assert [one.why for one in read.unchecked] == ["encoding 按utf-8读取，有5处无法识别"]


def test_a_web_page_under_an_office_name_is_read_as_what_it_is() -> None:
    page = "<html xmlns:x='urn:x'><head><title>t</title></head><body><table><tr><td>甲</td><td>乙</td></tr></table></body></html>"
    assert text("名单.xls", page.encode("gb18030")) == "甲\t乙"


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("其实是word.pdf", files.word("作出布署")),
        ("其实是word.wps", files.word("作出布署")),
        ("其实是pdf.docx", files.pdf("作出布署")),
        ("其实是文字.docx", "作出布署".encode()),
        ("没有后缀", files.ofd("作出布署")),
    ],
)
def test_content_goes_before_the_name(name: str, body: bytes) -> None:
    assert text(name, body) == "作出布署"


@pytest.mark.parametrize(
    ("name", "body", "why"),
    [
        ("空.docx", b"", "layout 文件是空的"),
        ("空.txt", b" \r\n", "layout 文件是空的"),
        ("密.xlsx", files.compound([("EncryptedPackage", b"")]), "文件已加密，无法读取"),
        ("密.doc", files.compound([("1Table", b""), ("WordDocument", b"\xec\xa5" + bytes(8) + b"\x00\x01")]), "文件已加密，无法读取"),
        ("稿.ppt", files.compound([("PowerPoint Document", b"")]), "暂不支持演示文稿"),
        ("旧.msg", files.compound([("__properties_version1.0", b"")]), "无法识别的文件类型"),
        ("半.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "layout 文件已损坏，打不开"),
        ("包.rar", b"Rar!\x1a\x07\x01\x00abc", "不支持的压缩格式（rar、7z等），请改用zip"),
        ("包.7z", b"7z\xbc\xaf\x27\x1c\x00\x04", "不支持的压缩格式（rar、7z等），请改用zip"),
        ("图.png", b"\x89PNG\r\n\x1a\n\0\0", "图片，未启用文字识别"),
        ("程序.docx", b"MZ\x90\0\x03\0\0\0\x04", "无法识别的文件类型"),
        ("断.pdf", b"%PDF-1.7", "layout 文件已损坏，打不开"),
        ("断.docx", files.word("甲")[:900], "layout 文件已损坏，打不开"),
        ("断.xlsx", workbook()[:-30], "layout 文件已损坏，打不开"),
        ("断.ofd", files.zipped({"OFD.xml": "<a>"}), "layout 不是有效的OFD文件，或文件已损坏"),
        ("图.docx", files.word(""), "没有文字，内容可能是图片，未检查"),
        ("空.xlsx", files.sheet_xml(""), "没有文字，内容可能是图片，未检查"),
        ("假.xls", files.compound([("Workbook", b"\x09\x08")]), "layout 不是有效的表格文件，或文件已损坏"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_why(name: str, body: bytes, why: str) -> None:
    assert unread(name, body) == why


def test_a_personal_number_in_the_name_is_masked() -> None:
    read = read_attachment(f"张三{ID}.txt", b"")
    assert read.unchecked[0].what == "附件 张三652722********1239.txt"


def converted(folder: Path, body: bytes, source: str, target: str) -> bytes:
    """`body` saved in another format by LibreOffice."""
    (folder / f"in.{source}").write_bytes(body)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        target,
        "--outdir",
        str(folder / "out"),
        str(folder / f"in.{source}"),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    (made,) = (folder / "out").iterdir()
    return made.read_bytes()


@pytest.mark.needs("soffice")
@pytest.mark.parametrize(
    ("target", "name"), [("doc", "文.doc"), ("doc", "文.wps"), ("rtf", "文.rtf"), ("odt", "文.odt")]
)
def test_old_word_files_are_read_through_libreoffice(
    tmp_path: Path, target: str, name: str
) -> None:
    document = docx.Document()
    document.add_paragraph("作出布署")
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = f"号码{ID}是张三的" * 3, "乙"
    document.add_paragraph("完")
    document.sections[0].header.paragraphs[0].text = "页眉字"
    made = io.BytesIO()
    document.save(made)
    body = converted(tmp_path, made.getvalue(), "docx", target)
    (part,) = read_attachment(name, body).parts
    assert part.text == "作出布署\n" + f"号码{ID}是张三的" * 3 + "\n乙\n完\n页眉字"
    assert place_at(part, len(part.text) - 1) == "页眉"


@pytest.mark.needs("soffice")
@pytest.mark.parametrize(
    ("target", "name"), [("xls", "表.xls"), ("xls", "表.et"), ("ods", "表.ods")]
)
def test_old_workbooks_are_read_like_new_ones(tmp_path: Path, target: str, name: str) -> None:
    (part,) = read_attachment(name, converted(tmp_path, workbook(), "xlsx", target)).parts
    assert part.text.replace("\t1\n", "\tTRUE\n") == CELLS[0]  # .ods keeps no truth values here
    assert part.places[3] == (part.text.index(ID), "工作表“名单”C3")


@pytest.mark.needs("soffice")
def test_a_pdf_of_a_document_has_its_paragraphs_whole(tmp_path: Path) -> None:
    """Lines that were only wrapped are joined: the words and brackets on both sides belong together."""
    prose = "为切实做好冬季农村饮水安全保障工作，确保农村群众用水安全，现就有关事项通知如下，请各乡镇、各部门结合实际认真抓好贯彻落实，并于十月底前将落实情况报县水利局（联系人：张三，电话：0909-5322345）"
    body = converted(
        tmp_path,
        files.word("通知", prose + "。", prose + "；", "精河县水利局", "2025年9月30日"),
        "docx",
        "pdf",
    )
    assert text("通知.pdf", body) == f"通知\n{prose}。\n{prose}；\n精河县水利局\n2025年9月30日"
