import io
import zipfile
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from checks.model import BadInput
from desk.drafts import read_draft


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
        ("无.txt", None, "找不到这个文件"),
        ("旧.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "另存为"),
        ("文.pdf", b"%PDF-1.7", "另存为"),
        ("坏.docx", b"PK\x03\x04 broken", "不是有效的Word文档"),
        ("假.docx", "不是压缩包".encode(), "不是有效的Word文档"),
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
    assert len(caught.value.lines) == 1
    assert name in caught.value.lines[0] and said in caught.value.lines[0]


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


def test_standard_input_is_a_draft(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO("稿子".encode())))
    assert read_draft("-").article.body == "稿子"
