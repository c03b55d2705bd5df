"""PDF: the text layer, a place a page. A page that is only a picture is read by OCR, or said to be unread."""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pypdfium2

from checks.model import Unchecked
from crawler.attachments import image, pdf_lines
from crawler.attachments.reading import (
    PAGES,
    AttachmentError,
    AttachmentText,
    Room,
    Text,
    not_checked,
    numbered,
)
from crawler.attachments.wrapped import Flow, Line

#: Share of characters without meaning above which a page's text layer is no text.
UNMAPPED = 0.3
SCANNED = "扫描件，没有文字层，未启用文字识别"
_NO_MEANING = frozenset({"Co", "Cn", "Cs", "Cc"})


def read(name: str, body: bytes, room: Room) -> AttachmentText:
    """The text of its pages, at most `PAGES`.

    Raises:
        AttachmentError: it is encrypted or broken.
    """
    text, unchecked = Text(name, room), list[Unchecked]()
    pictures: list[int] = []
    with _opened(body) as document:
        pages = len(document)
        missing: dict[str, list[int]] = {}
        flow = Flow()
        for number in range(1, min(pages, PAGES) + 1):
            label = f"第{number}页"
            lines, why = _page(document, number - 1)
            if why == SCANNED and room.ocr and len(pictures) < image.OCR_PAGES:
                pictures.append(number)
                why = image.add_page(text, document[number - 1], label)
            elif why == SCANNED and room.ocr:
                why = f"扫描件，一个附件最多识别{image.OCR_PAGES}页"
            between, written = flow.page(lines)
            text.add(written, label, between)
            if why:
                flow.turn()
                missing.setdefault(why, []).append(number)
            if text.full:
                break
    for why, numbers in missing.items():
        unchecked.append(not_checked(name, why, f"第{numbered(numbers)}页"))
    if pages > PAGES:
        why = f"too-large 共{pages}页，只读前{PAGES}页"
        unchecked.append(not_checked(name, why, f"第{PAGES + 1}页以后"))
    if not pages:
        unchecked.append(not_checked(name, "layout 文件里没有页面"))
    return text.read(unchecked)


@contextmanager
def _opened(body: bytes) -> Iterator[Any]:
    try:
        document = pypdfium2.PdfDocument(body)
    except pypdfium2.PdfiumError as error:
        why = "文件已加密，无法读取" if "assword" in str(error) else "layout 文件已损坏，打不开"
        raise AttachmentError(why) from None
    try:
        yield document
    finally:
        document.close()


def _page(document: Any, index: int) -> tuple[list[Line], str]:
    """A page's lines, and why there are none ("" for an empty page)."""
    try:
        page = document[index]
        try:
            layer = page.get_textpage()
            try:
                lines = list(pdf_lines.lines(layer.raw))
            finally:
                layer.close()
            if not lines:
                drawn = any(True for _ in page.get_objects(max_depth=2))
                return [], SCANNED if drawn else ""
        finally:
            page.close()
    except pypdfium2.PdfiumError:
        return [], "layout 页面已损坏，无法读取"
    letters = [c for line in lines for c in line.text if not c.isspace()]
    strange = sum(c == "\ufffd" or unicodedata.category(c) in _NO_MEANING for c in letters)
    if strange > UNMAPPED * len(letters):
        return [], "encoding 字体没有文字对照，复制出来是乱码"
    return lines, ""
