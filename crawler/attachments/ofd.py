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
from crawler.attachments.wrapped import SLACK, Flow, Line, columns


def read(name: str, body: bytes, room: Room) -> AttachmentText:
    """The text of its pages, a place a page.

    Raises:
        AttachmentError: it is broken, or a ZIP bomb.
    """
    with opened(body) as archive:
        refuse_bomb(archive.infolist())
    text = Text(name, room)
    missing: dict[str, list[int]] = {}
    unchecked, flow = [], Flow()
    try:
        document = ofdkit.open(body)
    except (*MALFORMED, ofdkit.OFDError):
        raise AttachmentError("layout 不是有效的OFD文件，或文件已损坏") from None
    with document:
        for number, page in enumerate(document.pages[:PAGES], start=1):
            lines, why = _page(page)
            between, written = flow.page(lines)
            text.add(written, f"第{number}页", between)
            if why:
                flow.turn()
                missing.setdefault(why, []).append(number)
            if text.full:
                break
        if len(document.pages) > PAGES:
            why = f"too-large 共{len(document.pages)}页，只读前{PAGES}页"
            unchecked.append(not_checked(name, why, f"第{PAGES + 1}页以后"))
    for why, numbers in missing.items():
        unchecked.append(not_checked(name, why, f"第{numbered(numbers)}页"))
    return text.read(unchecked)


def _page(page: ofdkit.Page) -> tuple[list[Line], str]:
    """A page's lines, and why there are none."""
    if page.location is None:
        return [], "layout 页面缺失，无法读取"
    try:
        written = page.text().splitlines()
    except (*MALFORMED, ofdkit.OFDError):
        return [], "layout 页面已损坏，无法读取"
    return [Line(line, columns(line), SLACK) for line in written], "" if written else SCANNED
