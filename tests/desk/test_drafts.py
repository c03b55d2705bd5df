import io
import zipfile
from datetime import date
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from checks.checker import Checker, without_personal_data
from checks.model import Article, BadInput, Part, Unchecked
from checks.places import place_at
from checks.wordlist import shipped
from crawler.attachments import read_attachment
from desk.drafts import read_draft
from desk.show import place
from reports.findings import Document, Lines, documents_json
from tests.crawler.attachments import files

CHECKER = Checker(shipped())


def body(path: Path) -> str:
    return read_draft(str(path)).article.body


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_is_read_in_the_encodings_editors_save(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "稿件.txt"
    file.write_bytes("第一行\r\n县政府“布署”工作𠮷\n".encode(encoding))
    assert body(file) == "第一行\n县政府“布署”工作𠮷\n"


def test_bytes_that_are_no_text_are_refused_with_the_line(tmp_path: Path) -> None:
    file = tmp_path / "稿件.txt"
    file.write_bytes("好\n".encode() + b"\xff\xff\xff\n")
    with pytest.raises(BadInput, match=r"稿件\.txt:2: 既不是UTF-8也不是GB18030"):
        read_draft(str(file))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("无.txt", None, "找不到这个文件，请核对文件名"),
        (
            "旧.doc",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "文件已损坏，打不开，请用Word或WPS重新另存",
        ),
        ("文.pdf", b"%PDF-1.7", "文件已损坏，打不开，请用Word或WPS重新另存"),
        ("坏.docx", b"PK\x03\x04 broken", "文件已损坏，打不开，请用Word或WPS重新另存"),
        ("扫.pdf", files.pdf(""), "第1页 扫描件，没有文字层，未启用文字识别"),
        ("密.pdf", files.pdf("甲", encrypted=True), "文件已加密，无法读取"),
        ("图.png", b"\x89PNG\r\n\x1a\n", "图片，未启用文字识别"),
        ("包.zip", files.zipped({"里.docx": b"PK\x03\x04"}), "里.docx 文件已损坏，打不开"),
    ],
)
def test_bad_files_get_one_chinese_line(
    tmp_path: Path, name: str, content: bytes | None, said: str
) -> None:
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(BadInput) as caught:
        read_draft(str(file))
    assert caught.value.lines == (f"{file}: {said}",)


def test_a_zip_bomb_is_not_opened(tmp_path: Path) -> None:
    file = tmp_path / "炸弹.docx"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"\0" * 60_000_000)
    with pytest.raises(BadInput, match="疑似压缩炸弹"):
        read_draft(str(file))


def test_word_text_is_read_as_printed(tmp_path: Path) -> None:
    """Runs, tables, hyperlinks, insertions, headers are read; deletions are not."""
    document = docx.Document()
    paragraph = document.add_paragraph("作出")
    paragraph.add_run("布").bold = True
    paragraph.add_run("署")
    link = parse_xml(f"<w:hyperlink {nsdecls('w')}><w:r><w:t>链接字</w:t></w:r></w:hyperlink>")
    added = parse_xml(f"<w:ins {nsdecls('w')}><w:r><w:t>新增字</w:t></w:r></w:ins>")
    gone = parse_xml(f"<w:del {nsdecls('w')}><w:r><w:delText>删去字</w:delText></w:r></w:del>")
    for node in (link, added, gone):
        paragraph._p.append(node)
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "甲", "乙"
    document.sections[0].header.paragraphs[0].text = "页眉字"
    file = tmp_path / "稿.docx"
    document.save(str(file))
    assert body(file) == "作出布署链接字新增字\n甲\n乙\n页眉字"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("稿.wps", files.word("作出布署")),
        ("稿.pdf", files.pdf("作出布署")),
        ("稿.ofd", files.ofd("作出布署")),
        ("其实是文字.docx", "作出布署".encode("gb18030")),
        ("其实是word.txt", files.word("作出布署")),
    ],
)
def test_drafts_of_every_kind_are_read(tmp_path: Path, name: str, content: bytes) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    assert body(file) == "作出布署"


def test_what_of_a_draft_could_not_be_read_is_said(tmp_path: Path) -> None:
    file = tmp_path / "稿.pdf"
    file.write_bytes(files.pdf("作出布署", ""))
    draft = read_draft(str(file))
    assert draft.article.parts == (Part("body", "", "作出布署", ((0, "第1页"),)),)
    assert draft.unchecked == (
        Unchecked("附件 稿.pdf 第2页", "扫描件，没有文字层，未启用文字识别"),
    )


def test_an_archive_keeps_its_files_apart_and_findings_say_where(tmp_path: Path) -> None:
    """In words for people, and as `place` beside the code points of the contract."""
    row = '<row r="3"><c r="B3" t="inlineStr"><is><t>作出布署</t></is></c></row>'
    members: dict[str, bytes | str] = {
        "表.xlsx": files.sheet_xml(row),
        "文.pdf": files.pdf("甲", "乙\n作出布署"),
        "a.txt": "布署",
    }
    file = tmp_path / "包.zip"
    file.write_bytes(files.zipped(members))
    draft = read_draft(str(file))
    judged = CHECKER.judged(draft.article, today=date(2025, 9, 30))
    lines = [Lines(part.text) for part in draft.article.parts]
    assert [place(draft.article, one, lines[one.part]) for one in judged.findings] == [
        "附件《包.zip/表.xlsx》工作表“名单”B3",
        "附件《包.zip/文.pdf》第2页第2段",
        "附件《包.zip/a.txt》第1行第1字",
    ]
    document = documents_json([Document("包.zip", draft.article, judged.findings)], "")[
        "documents"
    ][0]
    assert [one.get("place") for one in document["findings"]] == ["工作表“名单”B3", "第2页", None]
    assert [(one["kind"], one["name"]) for one in document["parts"]] == [
        ("attachment", f"包.zip/{name}") for name in members
    ]


def test_an_id_number_in_a_sheet_is_masked_and_its_cell_still_named() -> None:
    read = read_attachment(
        "表.xlsx",
        files.sheet_xml(
            '<row r="3"><c r="A3" t="inlineStr"><is><t>张三</t></is></c>'
            '<c r="B3" t="inlineStr"><is><t>652722199001011239</t></is></c></row>'
        ),
    )
    article = Article("", read.parts)
    (finding,) = CHECKER.judged(article, today=date(2025, 9, 30)).findings
    kept = without_personal_data(article)
    assert (finding.rule, finding.match) == ("personal-data", "652722********1239")
    assert kept.parts[0].text == "张三\t652722********1239"
    assert place_at(kept.parts[0], finding.span.start) == "工作表“名单”B3"


def test_standard_input_is_a_draft(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO("稿子".encode())))
    assert read_draft("-").article.body == "稿子"
