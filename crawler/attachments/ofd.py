"""OFD (GB/T 33190) through ofdkit, which is young: whatever it raises costs the page or the file, and says so."""

import ofdkit

from crawler.attachments.pdf import SCANNED
from crawler.attachments.reading import (
    MALFORMED,
    PAGES,
    AttachmentError,
    AttachmentText,
    Room,
    Text,
    not_checked,
    numbered,
)
from crawler.attachments.unpack import opened, refuse_bomb
from crawler.attachments.wrapped import unwrapped


def read(name: str, body: bytes, room: Room) -> AttachmentText:
    """The text of its pages, a place a page.

    Raises:
        AttachmentError: it is broken, or a ZIP bomb.
    """
    with opened(body) as archive:
        refuse_bomb(archive.infolist())
    text = Text(name, room)
    missing: dict[str, list[int]] = {}
    unchecked = []
    try:
        document = ofdkit.open(body)
    except (*MALFORMED, ofdkit.OFDError):
        raise AttachmentError("layout 不是有效的OFD文件，或文件已损坏") from None
    with document:
        for number, page in enumerate(document.pages[:PAGES], start=1):
            written, why = _page(page)
            text.add(written, f"第{number}页")
            if why:
                missing.setdefault(why, []).append(number)
            if text.full:
                break
        if len(document.pages) > PAGES:
            why = f"too-large 共{len(document.pages)}页，只读前{PAGES}页"
            unchecked.append(not_checked(name, why, f"第{PAGES + 1}页以后"))
    for why, numbers in missing.items():
        unchecked.append(not_checked(name, why, f"第{numbered(numbers)}页"))
    return text.read(unchecked)


def _page(page: ofdkit.Page) -> tuple[str, str]:
    """A page's text, and why there is none."""
    if page.location is None:
        return "", "layout 页面缺失，无法读取"
    try:
        written = unwrapped(page.text())
    except (*MALFORMED, ofdkit.OFDError):
        return "", "layout 页面已损坏，无法读取"
    return written, "" if written else SCANNED
