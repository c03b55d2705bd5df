"""The process that reads attachments: what hangs it, kills it or asks for too much costs one attachment."""

import asyncio
import io
import os
import select
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont

from checks.model import Unchecked
from checks.places import place_at
from crawler.attachment_folder import PREFIX, AttachmentFolder
from crawler.attachment_worker import AttachmentReader
from crawler.attachments import AttachmentText, office, read_attachment
from crawler.attachments.pdf import SCANNED
from crawler.worker import Worker
from tests.crawler.attachments import files

ID = "652722199001011239"


@contextmanager
def reader(**about: Any) -> Iterator[AttachmentReader]:
    made = AttachmentReader(**about)
    try:
        yield made
    finally:
        made.close()


async def texts(one: AttachmentReader, *named: tuple[str, bytes]) -> list[AttachmentText]:
    return list(await asyncio.gather(*(one.text(name, body) for name, body in named)))


def test_what_the_process_reads_is_what_the_function_reads() -> None:
    named = [("a.pdf", files.pdf("作出布署", "")), ("b.docx", files.word("甲")), ("c.zip", b"")]
    with reader() as one:
        assert asyncio.run(texts(one, *named)) == [read_attachment(*each) for each in named]


def exponential() -> bytes:
    """An OFD whose drawing holds itself twice over, 30 levels deep."""
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    unit = "".join(
        f'<ofd:CompositeGraphicUnit ID="{n}"><ofd:Content>'
        + f'<ofd:CompositeObject ResourceID="{n + 1}"/>' * 2
        + "</ofd:Content></ofd:CompositeGraphicUnit>"
        for n in range(30)
    )
    return files.zipped(
        {
            "OFD.xml": f"<ofd:OFD {space}><ofd:DocBody><ofd:DocRoot>D.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
            "D.xml": f'<ofd:Document {space}><ofd:CommonData><ofd:PublicRes>R.xml</ofd:PublicRes></ofd:CommonData><ofd:Pages><ofd:Page ID="1" BaseLoc="P.xml"/></ofd:Pages></ofd:Document>',
            "R.xml": f"<ofd:Res {space}><ofd:CompositeGraphicUnits>{unit}</ofd:CompositeGraphicUnits></ofd:Res>",
            "P.xml": f'<ofd:Page {space}><ofd:Content><ofd:Layer><ofd:CompositeObject ResourceID="0"/></ofd:Layer></ofd:Content></ofd:Page>',
        }
    )


def test_an_attachment_that_would_take_for_ever_costs_itself_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("crawler.attachment_worker.OFFICE_SECONDS", 0)
    named = [("图.ofd", exponential()), ("b.pdf", files.pdf("甲"))]
    with reader(seconds=4) as one:
        slow, good = asyncio.run(texts(one, *named))
    assert slow == AttachmentText((), (Unchecked("附件 图.ofd", "timeout 解析附件超过4秒"),))
    assert good.parts[0].text == "甲"


def corners() -> bytes:
    """A workbook with something in its first and its last cell: 17,179,869,184 between them."""
    rows = "".join(
        f'<row r="{n}"><c r="{cell}"><v>1</v></c></row>'
        for n, cell in ((1, "A1"), (1048576, "XFD1048576"))
    )
    return files.sheet_xml(rows)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows 上没有内存上限")
def test_an_attachment_that_asks_for_too_much_memory_costs_itself_alone() -> None:
    with reader() as one:
        large, good = asyncio.run(texts(one, ("角.xlsx", corners()), ("b.pdf", files.pdf("甲"))))
    assert large.parts == ()
    assert [one.what for one in large.unchecked] == ["附件 角.xlsx"]
    assert good.parts[0].text == "甲"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows 上没有内存上限")
def test_memory_of_our_own_code_is_bounded_too() -> None:
    """A document within every other bound: its tree takes some hundred bytes an element."""
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    marks = "".join(f'<w:p a="{n * 2654435761 % 2**32:x}"/>' for n in range(2_000_000))
    body = files.word_xml(f"<w:document {space}>{marks}</w:document>")
    with reader(memory=500 * 1024**2) as one:
        large, good = asyncio.run(texts(one, ("大.docx", body), ("b.pdf", files.pdf("甲"))))
    with reader() as one:
        (allowed,) = asyncio.run(texts(one, ("大.docx", body)))
    assert large.unchecked[0].why in MEMORY_GONE
    assert allowed.unchecked[0].why == "没有文字，内容可能是图片，未检查"
    assert good.parts[0].text == "甲"


#: Which of them it is depends on whose allocation fails first.
MEMORY_GONE = {"too-large 读取时超出内存上限", "layout 解析附件时进程异常退出"}


def ran(file: str) -> int:
    """What a converter is, with a program that never ends in its place."""
    script = f"echo $$ > {file}.new; mv {file}.new {file}; exec sleep 600"
    office._ran((*office.office()[:-1], "sh", "-c", script), Path(file).parent, 600)
    return 0


def nothing() -> None:
    """A process with no bounds of its own."""


@pytest.mark.needs("soffice", "setpriv")
def test_a_converter_dies_with_the_process_that_started_it(tmp_path: Path) -> None:
    file = tmp_path / "pid"
    worker: Worker[str, int] = Worker(ran, nothing, seconds=3, what="附件")
    try:
        assert str(asyncio.run(worker.done(str(file)))) == "timeout 解析附件超过3秒"
    finally:
        worker.close()
    try:
        watched = os.pidfd_open(int(file.read_text()))
    except ProcessLookupError:
        return  # it is gone already
    ended, _, _ = select.select([watched], [], [], 10)
    os.close(watched)
    assert ended


def test_what_an_ended_process_left_is_removed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("crawler.attachment_worker.OFFICE_SECONDS", 0)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with reader(seconds=3) as one:
        (folder,) = tmp_path.iterdir()
        (folder / "left").mkdir()
        asyncio.run(texts(one, ("图.ofd", exponential())))
        assert list(folder.iterdir()) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows 上没有文件夹锁")
def test_what_a_killed_night_left_goes_at_the_next_start_and_what_is_in_use_stays(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left = tmp_path / f"{PREFIX}left" / "lanmu-1"
    left.mkdir(parents=True)
    (left / "in.doc").write_bytes(ID.encode())
    (tmp_path / "other").mkdir()
    first = AttachmentFolder()
    second = AttachmentFolder()
    try:
        assert set(tmp_path.iterdir()) == {tmp_path / "other", first.path, second.path}
    finally:
        first.close()
        second.close()
    assert list(tmp_path.iterdir()) == [tmp_path / "other"]


def picture(*lines: str) -> Image.Image:
    made = Image.new("RGB", (900, 80 * len(lines) + 60), "white")
    font = ImageFont.load_default(size=44)
    for number, line in enumerate(lines):
        ImageDraw.Draw(made).text((40, 40 + 80 * number), line, fill="black", font=font)
    return made


def saved(image: Image.Image, format: str) -> bytes:
    made = io.BytesIO()
    image.save(made, format)
    return made.getvalue()


@pytest.mark.parametrize("format", ["png", "jpeg", "bmp", "gif", "webp", "tiff"])
def test_pictures_are_not_read_unless_asked_for(format: str) -> None:
    read = read_attachment(f"图.{format}", saved(picture(ID), format))
    assert read == AttachmentText((), (Unchecked(f"附件 图.{format}", "图片，未启用文字识别"),))


def test_pictures_and_scanned_pages_are_read_by_ocr_within_the_bounds() -> None:
    """The number in a picture is found; so is the one on a scanned page, with its page."""
    scanned = saved(picture("Scan", ID), "pdf")
    with reader(ocr=True) as one:
        png, pdf, off = asyncio.run(
            texts(
                one,
                ("证.png", saved(picture(ID), "png")),
                ("证.pdf", scanned),
                ("坏.png", saved(picture(ID), "png")[:200]),
            )
        )
    assert (png.parts[0].text, png.unchecked) == (ID, ())
    assert place_at(png.parts[0], 0) == "图片（文字识别）"
    assert (pdf.parts[0].text, pdf.unchecked) == (f"Scan\n{ID}", ())
    assert place_at(pdf.parts[0], 5) == "第1页（文字识别）"
    assert [one.why for one in off.unchecked] == ["layout 图片已损坏，无法读取"]
    assert read_attachment("证.pdf", scanned).unchecked[0].why == SCANNED


def test_a_picture_too_large_is_not_read() -> None:
    read = read_attachment("大.png", saved(Image.new("1", (20000, 20000)), "png"), ocr=True)
    assert [one.why for one in read.unchecked] in (
        ["too-large 图片20000×20000，未识别"],
        ["too-large 图片过大，未识别"],
    )


def test_nothing_of_an_attachment_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    broken = files.compound(
        [("Workbook", b"\x09\x08" + ID.encode())]
    )  # at which the library panics
    with reader() as one:
        (read,) = asyncio.run(texts(one, (f"{ID}.xls", broken)))
    assert read.parts == ()
    assert capfd.readouterr() == ("", "")
