"""The programs that read old Word files: what is done without them, and what they may not do."""

import http.server
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from crawler.attachments import office, read_attachment
from tests.crawler.attachments import files
from tests.crawler.attachments.test_kinds import ID, converted

ODT = """<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"
 xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"
 office:version="1.2"><office:body><office:text><text:p>正文<draw:frame text:anchor-type="as-char" svg:width="2cm"
 svg:height="2cm"><draw:image xlink:href="http://127.0.0.1:{port}/a.png" xlink:type="simple"/></draw:frame></text:p>
<text:section text:name="s"><text:section-source xlink:href="{file}"/><text:p>原文</text:p></text:section>
</office:text></office:body></office:document-content>"""
MANIFEST = """<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>"""


@contextmanager
def listening() -> Iterator[tuple[int, list[str]]]:
    """A loopback server, and what was asked of it."""
    asked: list[str] = []

    class Noted(http.server.BaseHTTPRequestHandler):
        def handle_one_request(self) -> None:
            asked.append(self.rfile.readline(1000).decode("latin-1").strip())
            self.close_connection = True

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Noted)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1], asked
    finally:
        server.shutdown()
        server.server_close()


def linking(port: int, file: Path) -> bytes:
    """An .odt with a picture on a server and a section that is another file."""
    return files.zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "META-INF/manifest.xml": MANIFEST,
            "content.xml": ODT.format(port=port, file=file.as_uri()),
        }
    )


@pytest.mark.needs("soffice")
def test_a_document_reaches_neither_the_network_nor_another_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("机密", "utf-8")
    with listening() as (port, asked):
        (part,) = read_attachment("信.odt", linking(port, secret)).parts
    assert (part.text, asked) == ("正文\n原文", [])


@pytest.mark.needs("soffice")
def test_the_server_would_see_libreoffice_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That the test above can fail: without our profile the picture is fetched."""
    empty = '<oor:items xmlns:oor="http://openoffice.org/2001/registry"></oor:items>'
    monkeypatch.setattr(office, "_PROFILE", empty)
    with listening() as (port, asked):
        read_attachment("信.odt", linking(port, tmp_path / "none.txt"))
    assert asked and "/a.png" in asked[0]


def only(*programs: str) -> object:
    """`shutil.which` on a machine with these programs alone."""
    real = shutil.which
    return lambda name: real(name) if name in programs else None


@pytest.fixture
def no_office(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setattr(office, "office", lambda: ())
    return monkeypatch


@pytest.mark.needs("soffice", "antiword")
def test_without_libreoffice_antiword_reads_and_what_it_leaves_out_is_said(
    tmp_path: Path, no_office: pytest.MonkeyPatch
) -> None:
    """Cells stay whole: antiword's plain text would break the number in two."""
    no_office.setattr(shutil, "which", only("antiword"))
    import docx

    document = docx.Document()
    document.add_paragraph("作出").add_run("布署").bold = True
    table = document.add_table(rows=1, cols=6)
    for cell in table.rows[0].cells:
        cell.text = f"号码{ID}是张三的"
    document.add_paragraph("完")
    document.save(str(tmp_path / "in.docx"))
    no_office.undo()
    body = converted(tmp_path, (tmp_path / "in.docx").read_bytes(), "docx", "doc")
    no_office.setattr(office, "office", lambda: ())
    no_office.setattr(shutil, "which", only("antiword"))
    read = read_attachment("文.doc", body)
    assert read.parts[0].text == "作出布署\n" + f"号码{ID}是张三的\n" * 6 + "完"
    assert [one.why for one in read.unchecked] == [office._LESS]


@pytest.mark.parametrize("kind", ["rtf", "doc"])
def test_without_any_program_what_to_install_is_said(
    kind: str, no_office: pytest.MonkeyPatch
) -> None:
    no_office.setattr(shutil, "which", only())
    body = b"{\\rtf1 x}" if kind == "rtf" else files.compound([("WordDocument", b"\xec\xa5")])
    read = read_attachment(f"文.{kind}", body)
    assert [one.why for one in read.unchecked] == [office.MISSING]


@pytest.mark.needs("soffice")
def test_a_conversion_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "OFFICE_SECONDS", 0.05)
    read = read_attachment("文.rtf", b"{\\rtf1 x}")
    assert [one.why for one in read.unchecked] == ["timeout 转换超过0秒"]
