"""`lanmu check --docx` as an editor runs it, and the marked draft as LibreOffice opens it."""

import json
import subprocess
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from lxml import etree

from crawler.attachments import office
from desk.cli import main
from tests.office import SECONDS

TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
DC = "{http://purl.org/dc/elements/1.1/}"
WHY = "依据：《现代汉语词典》；《通用规范汉字表》（国发〔2013〕23号）"
COMMENT = ("【一般错误】布署 → 部署", "错别字，应为“部署”", WHY, "规则：typos")


def converted(file: Path, kind: str) -> Path:
    """`file` as LibreOffice writes it in another kind, beside it."""
    profile = f"-env:UserInstallation={(file.parent / 'office').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", str(file.parent)]
    subprocess.run([*command, str(file)], check=True, timeout=SECONDS, capture_output=True)
    return file.with_suffix(f".{kind}")


def annotations(file: Path) -> list[tuple[str, str, tuple[str, ...]]]:
    """Every comment LibreOffice sees: its author, the characters it stands on, its lines."""
    root = etree.parse(str(converted(file, "fodt"))).getroot()
    body: Any = root.find(f"{OFFICE}body")
    said: dict[str, tuple[str, tuple[str, ...]]] = {}
    inside: dict[str, str] = {}
    open_now: set[str] = set()

    def walk(node: Any) -> None:
        name = node.get(f"{OFFICE}name", "")
        if node.tag == f"{OFFICE}annotation":
            lines = tuple("".join(p.itertext()) for p in node.iter(f"{TEXT}p"))
            said[name] = (node.findtext(f"{DC}creator"), lines)
            inside[name] = ""
            open_now.add(name)
        else:
            if node.tag == f"{OFFICE}annotation-end":
                open_now.discard(name)
            add(node.text)
            for child in node:
                walk(child)
        add(node.tail)

    def add(text: str | None) -> None:
        for one in open_now:
            inside[one] += (text or "").strip("\n ")

    walk(body)
    assert not open_now
    return [(said[name][0], inside[name], said[name][1]) for name in said]


def draft(path: Path) -> None:
    """A draft of all that an editor's has: runs, a link, a revision, nested tables, a comment, a header."""
    document = docx.Document()
    paragraph = document.add_paragraph("县政府对下步工作作出")
    paragraph.add_run("布").bold = True
    paragraph.add_run("署").italic = True
    paragraph.add_run("。")
    theirs = document.add_paragraph()
    document.add_comment(theirs.add_run("再次布"), text="请核对", author="张三", initials="张")
    theirs.add_run("署工作")
    changed = document.add_paragraph("会上")
    for xml in (
        '<w:ins {} w:id="90" w:author="李四" w:date="2025-01-01T00:00:00Z"><w:r><w:t>又布署</w:t></w:r></w:ins>',
        '<w:del {} w:id="91" w:author="李四" w:date="2025-01-01T00:00:00Z"><w:r><w:delText>布署</w:delText></w:r></w:del>',
        '<w:hyperlink {} w:anchor="a"><w:r><w:t>链接布署完</w:t></w:r></w:hyperlink>',
        "<w:sdt {}><w:sdtPr/><w:sdtContent><w:r><w:t>控件布署</w:t></w:r></w:sdtContent></w:sdt>",
    ):
        changed._p.append(parse_xml(xml.format(nsdecls("w"))))
    cell = document.add_table(rows=1, cols=2).cell(0, 1)
    cell.add_table(rows=1, cols=1).cell(0, 0).text = "表中表布署"
    document.sections[0].header.paragraphs[0].text = "页眉布署"
    document.save(str(path))


@pytest.mark.needs("soffice")
def test_libreoffice_shows_each_comment_on_its_characters(tmp_path: Path) -> None:
    draft(tmp_path / "稿.docx")
    assert main(["check", str(tmp_path / "稿.docx"), "--docx", str(tmp_path / "批.docx")]) == 1
    ours = ("错敏词检查", "布署", COMMENT)
    listed = (
        "以下1处在不能加批注的地方（页眉、页脚、脚注、尾注、文本框等）：",
        "1. 页眉：页眉【布署】",
        f"一般错误：布署 → 部署。错别字，应为“部署”。{WHY}（规则 typos）",
    )
    assert annotations(tmp_path / "批.docx") == [
        ("错敏词检查", "县政府对下步工作作出布署。", listed),
        ours,
        ("张三", "再次布", ("请核对",)),
        *[ours] * 5,
    ]


@pytest.mark.needs("soffice")
@pytest.mark.parametrize("name", ["稿.doc", "稿.wps"])
def test_an_old_draft_is_marked_by_way_of_libreoffice(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("作出")
    paragraph.add_run("布").bold = True
    paragraph.add_run("署。")
    document.save(str(tmp_path / "原.docx"))
    raw = converted(tmp_path / "原.docx", "doc").read_bytes()
    assert raw.startswith(b"\xd0\xcf\x11\xe0")
    (tmp_path / name).write_bytes(raw)
    assert main(["check", str(tmp_path / name), "--docx", str(tmp_path / "批.docx")]) == 1
    assert capsys.readouterr().out.endswith(f"已另存带批注的稿件 {tmp_path}/批.docx：批注1处\n")
    assert annotations(tmp_path / "批.docx") == [("错敏词检查", "布署", COMMENT)]
    assert (tmp_path / name).read_bytes() == raw


@pytest.mark.needs("soffice")
def test_an_old_draft_that_cannot_be_opened_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "稿.rtf").write_bytes(b"{\\rtf1")
    (tmp_path / "稿.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    assert main(["check", str(tmp_path / "稿.doc"), "--docx", str(tmp_path / "批.docx")]) == 2
    assert capsys.readouterr().err == f"{tmp_path}/稿.doc: 文件已损坏，打不开\n"
    assert not (tmp_path / "批.docx").exists()


def test_without_libreoffice_an_old_draft_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))  # the process that converts knows no other
    office.office.cache_clear()
    (tmp_path / "稿.wps").write_bytes(b"{\\rtf1 x}")
    assert main(["check", str(tmp_path / "稿.wps"), "--docx", str(tmp_path / "批.docx")]) == 2
    assert capsys.readouterr().err == f"{tmp_path}/稿.wps: {office.MISSING}\n"


# The command's own manners


@pytest.fixture
def slip(tmp_path: Path) -> Path:
    document = docx.Document()
    document.add_paragraph("作出布署")
    document.save(str(tmp_path / "稿.docx"))
    return tmp_path / "稿.docx"


def test_the_marked_draft_lies_beside_and_the_draft_is_untouched(
    slip: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = slip.read_bytes()
    out = slip.with_name("批.docx")
    assert main(["check", str(slip), "--docx", str(out)]) == 1
    assert main(["check", str(slip), "--docx", str(out), "--format", "json"]) == 1
    said = capsys.readouterr()
    text, brace, rest = said.out.partition("{\n")
    assert text.endswith(f"稿.docx: 共4字，一般错误1处\n已另存带批注的稿件 {out}：批注1处\n")
    assert len(json.loads(brace + rest)["documents"]) == 1
    assert said.err == f"已另存带批注的稿件 {out}：批注1处\n"
    assert slip.read_bytes() == before
    assert sorted(one.name for one in slip.parent.iterdir()) == ["批.docx", "稿.docx"]
    assert out.stat().st_mode == slip.stat().st_mode
    assert [c.text for c in docx.Document(str(out)).comments] == ["\n".join(COMMENT)]


def test_what_cannot_be_written_is_one_line_and_nothing_is_written(
    slip: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = slip.parent
    (folder / "夹.docx").mkdir()
    (folder / "同.docx").symlink_to(slip)
    (folder / "文.txt").write_text("作出布署", "utf-8")
    before = slip.read_bytes()
    for arguments, said in (
        ([slip, slip], "稿.docx: 就是稿件本身，不会覆盖；请另起文件名，如 稿_批注.docx"),
        (
            [slip, folder / "同.docx"],
            "同.docx: 就是稿件本身，不会覆盖；请另起文件名，如 同_批注.docx",
        ),
        ([slip, folder / "夹.docx"], "夹.docx: 是文件夹，应为要写出的文件名，如 稿件_批注.docx"),
        ([slip, folder / "无" / "a.docx"], "无/a.docx: 没有这个文件夹，请先建好"),
        ([slip, folder / "a.doc"], "a.doc: 带批注的稿件应存为.docx文件，请改文件名"),
        ([slip, folder / "a.docm"], "a.docm: 这份稿件应存为.docx文件，否则Word打不开，请改文件名"),
        (
            [folder / "文.txt", folder / "a.docx"],
            "文.txt: 只有Word、WPS稿件(.docx .doc .wps)能加批注",
        ),
        ([folder / "无.docx", folder / "a.docx"], "无.docx: 找不到这个文件，请核对文件名"),
    ):
        assert main(["check", str(arguments[0]), "--docx", str(arguments[1])]) == 2
        assert capsys.readouterr().err == f"{folder}/{said}\n"
    for files in (["-"], [str(slip), str(slip)]):
        assert main(["check", *files, "--docx", str(folder / "a.docx")]) == 2
        assert capsys.readouterr().err == "check: --docx 一次只给一个稿件文件加批注，请逐个检查\n"
    assert slip.read_bytes() == before
    assert sorted(one.name for one in folder.iterdir()) == [
        "同.docx",
        "夹.docx",
        "文.txt",
        "稿.docx",
    ]


def test_a_disk_that_is_full_leaves_the_old_file(
    slip: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = slip.with_name("批.docx")
    out.write_bytes(b"old")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    assert main(["check", str(slip), "--docx", str(out)]) == 2
    assert capsys.readouterr().err == f"{out}: 磁盘已满，没有写出；请清理后再运行\n"
    assert out.read_bytes() == b"old"
    assert sorted(one.name for one in slip.parent.iterdir()) == ["批.docx", "稿.docx"]


BOX = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"
 xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" office:version="1.2"
 office:mimetype="application/vnd.oasis.opendocument.text"><office:body><office:text>
<text:p>首段<draw:frame text:anchor-type="char" svg:width="4cm" svg:height="2cm"><draw:text-box><text:p>框中布署</text:p></draw:text-box></draw:frame></text:p>
<text:p>正文<text:ruby><text:ruby-base>布</text:ruby-base><text:ruby-text>bu</text:ruby-text></text:ruby>署<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body><text:p>脚注布署</text:p></text:note-body></text:note>完</text:p>
</office:text></office:body></office:document>"""


@pytest.mark.needs("soffice")
def test_boxes_and_notes_as_an_office_program_writes_them_are_listed_once(tmp_path: Path) -> None:
    (tmp_path / "稿.fodt").write_text(BOX, "utf-8")
    file = converted(tmp_path / "稿.fodt", "docx")
    assert main(["check", str(file), "--docx", str(tmp_path / "批.docx")]) == 1
    (listing, place) = annotations(tmp_path / "批.docx")
    assert [line for line in listing[2] if line[0].isdigit()] == [
        "1. 文本框：框中【布署】",
        "2. 脚注：脚注【布署】",
    ]
    assert place[2] == COMMENT
    assert place[1].replace("bu", "") == "布署"
