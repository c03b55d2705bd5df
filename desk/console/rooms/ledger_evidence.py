"""The page as it was fetched when a finding was found: as text, or its bytes to be kept."""

from typing import Annotated

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response

from checks.model import BadInput
from checks.privacy import masked
from crawler.charset import read_page
from crawler.evidence import evidence_folder, kept_page
from crawler.page import PageError
from crawler.text import block_text, parse
from desk.console.downloads import download
from desk.console.numbers import Number
from desk.console.pages import page
from desk.console.rights import Right
from desk.console.rooms.ledger_view import Looked, look, rule_titles, words
from desk.console.seat import Visit, visiting
from store.database import reading
from store.evidence import Evidence

router = APIRouter()
#: Characters of a page's text shown; bytes of a page that are read for it.
MOST_TEXT, MOST_BYTES = 100_000, 8 * 1024 * 1024
_FILES = (b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")


@router.get("/ledger/{number:int}/evidence/{copy:int}")
def evidence(
    visit: Annotated[Visit, visiting(Right.SEE)], number: Number, copy: Number
) -> Response:
    """The text of the page as it was kept (`copy` counts from 1), what was found marked in it."""
    looked, kept = _kept(visit, number, copy)
    try:
        address, body = kept_page(evidence_folder(visit.hall.engine), kept)
        pieces, why = _pieces(text_of(address, body), looked.row.finding.match), ""
    except PageError as error:
        pieces, why = (), str(error)
    except BadInput as error:
        pieces, why = (), f"证据文件取不出来：{error.lines[0].rpartition(': ')[2]}"
    return page(
        visit, "ledger_evidence.html", looked=looked, kept=kept, copy=copy, pieces=pieces, why=why,
        root=f"/s/{visit.site.id}/ledger", **words(visit),
    )  # fmt: skip


@router.get("/ledger/{number:int}/evidence/{copy:int}/file")
def file(visit: Annotated[Visit, visiting(Right.SEE)], number: Number, copy: Number) -> Response:
    """The bytes as they were kept, to be stored and never opened by the browser itself."""
    _, kept = _kept(visit, number, copy)
    _, body = kept_page(evidence_folder(visit.hall.engine), kept)
    return download(body, f"证据-台账号{number}-第{copy}份.bin")


def _kept(visit: Visit, number: int, copy: int) -> tuple[Looked, Evidence]:
    """Raises HTTPException: 404, no such finding for this seat, or no such copy."""
    titles = rule_titles(visit.hall.checker(visit.site.id).wordlists)
    with reading(visit.hall.engine) as connection:
        looked = look(connection, visit, number, titles)
    if not 0 < copy <= len(looked.kept):
        raise HTTPException(404, "没有这份证据")
    return looked, looked.kept[copy - 1]


def text_of(address: str, body: bytes) -> str:
    """The text that a reader of the page saw, personal numbers masked, `MOST_TEXT` characters at most.

    Raises:
        PageError: it is no text page.
    """
    if body.startswith(_FILES):
        raise PageError("encoding", "这是附件，不是网页；可下载原文件核对")
    text = block_text(parse(read_page(address, body[:MOST_BYTES]).text))
    return masked(text)[:MOST_TEXT]


def _pieces(text: str, match: str) -> tuple[tuple[str, bool], ...]:
    """The text in pieces; True where it is what was found."""
    if not match:
        return ((text, False),)
    pieces: list[tuple[str, bool]] = []
    for number, piece in enumerate(text.split(match)):
        pieces += [(match, True)] if number else []
        pieces += [(piece, False)] if piece else []
    return tuple(pieces)
