"""Plain text and tables in text (.txt .csv), and web pages saved as a file (also under a .doc or .xls name)."""

from checks.model import Unchecked
from crawler.attachments.reading import (
    AttachmentError,
    AttachmentText,
    Room,
    Text,
    not_checked,
)
from crawler.charset import read_page
from crawler.page import Page, PageError
from crawler.text import visible_text


def read(name: str, body: bytes, room: Room) -> AttachmentText:
    """The text in whatever charset it is.

    Raises:
        AttachmentError: "encoding", the bytes are no text.
    """
    page = _decoded(body)
    text = Text(name, room)
    text.add(page.text)
    return text.read(_damage(name, page))


def read_html(name: str, body: bytes, room: Room) -> AttachmentText:
    """All the text a reader of the page would see, one line a block.

    Raises:
        AttachmentError: "encoding", the bytes are no text.
    """
    page = _decoded(body)
    text = Text(name, room)
    text.add(visible_text(page.text))
    return text.read(_damage(name, page))


def _decoded(body: bytes) -> Page:
    try:
        return read_page("", body)
    except PageError:
        raise AttachmentError("encoding 无法识别文字编码，未读") from None


def _damage(name: str, page: Page) -> list[Unchecked]:
    damaged = page.text.count("\ufffd")
    why = f"encoding 按{page.encoding}读取，有{damaged}处无法识别"
    return [not_checked(name, why)] if damaged else []
