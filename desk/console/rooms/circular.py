"""通报: the quarter's figures in the order of the circular, each opening its evidence; packs frozen, documents written."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from importlib.util import find_spec
from typing import Any

from fastapi import APIRouter, HTTPException
from fastapi.responses import RedirectResponse, Response

from checks.model import BadInput
from desk.console.circular_place import (
    NOW,
    Here,
    Place,
    folder,
    place_at,
    progress_of,
    quarter_at,
    room,
)
from desk.console.packs import FrozenPack, frozen_packs
from desk.console.pages import is_htmx, page
from desk.console.quarter_told import MOST_UNCHECKED, Told, bars_chart, quarter_of, trend_chart
from desk.console.rooms.circular_papers import drawing_key, drawn_names, freezing_key
from desk.console.seat import Visit
from reports.charts import NO_MATPLOTLIB
from reports.circular.evidence import rows_behind
from reports.circular.facts import Fact, prints
from reports.circular.sentences import text_of
from reports.versions import instant
from reports.wording import CalendarQuarter
from store.chain import last_step
from store.database import reading
from store.pack_reading import open_pack

router = APIRouter(prefix="/s/{site_id}")
#: Quarters that may be chosen from a list, rows of evidence on one page, entries printed of a query's answer.
QUARTERS, ROWS, ANSWERS = 12, 50, 100
#: A circular is made of the quarter that was going on so many days ago.
BACK = timedelta(days=60)
#: Tables of a pack: one whose rows are findings of the ledger, one of what the office itself wrote.
FINDINGS, WORDS = "findings", "texts"


@router.get("/circular")
def newest(visit: Here, quarter: str = "") -> Response:
    chosen = place_at(visit, quarter.upper()) if quarter else None
    named = chosen.quarter if chosen else quarter_at(visit.today - BACK)
    return RedirectResponse(f"{room(visit)}/{named}/{NOW}", 303)


def _shared(here: Place) -> dict[str, Any]:
    visit = here.visit
    ours: list[FrozenPack] = []
    nowhere = ""
    try:
        ours = frozen_packs(folder(visit), visit.site.id, str(here.quarter))
    except BadInput as error:
        nowhere = error.lines[0]
    return {
        "here": here,
        "told": here.told,
        "work": here.work,
        "frozen": here.frozen,
        "quarters": _quarters(here),
        "packs": [(one, _when(visit, one)) for one in ours],
        "nowhere": nowhere,
        "freezing": visit.hall.works.get(freezing_key(here)),
        "unended": here.quarter.until > visit.today,
    }


def _quarters(here: Place) -> list[CalendarQuarter]:
    found = [quarter_at(here.visit.today)]
    while len(found) < QUARTERS:
        found.append(quarter_at(found[-1].since - timedelta(days=1)))
    return found if here.quarter in found else [*found, here.quarter]


def _when(visit: Visit, one: FrozenPack) -> str:
    return instant(one.frozen, visit.site.timezone) if one.frozen else ""


def _page(here: Place, about: Told) -> dict[str, Any]:
    site = here.visit.site
    with reading(here.visit.hall.engine) as connection:
        moved = last_step(connection, site.id) > about.last_step
    return {
        "moved": moved and not here.number,
        "at": instant(about.at, site.timezone),
        "paragraphs": list(_paragraphs(about)),
        "figures": [
            {"number": n, "fact": one.fact, "sentence": one.sentence}
            for n, one in enumerate(about.circular.told, 1)
        ],
        "unchecked": about.unchecked[:MOST_UNCHECKED],
        "beyond": max(0, len(about.unchecked) - MOST_UNCHECKED),
        "bars": bars_chart(about.bars),
        "tall": min(12, 1 + len(about.bars) // 6),
        "sums": [(quarter_of(one), one) for one in about.trend],
        "trend": trend_chart(about.trend),
        "drawn": here.visit.hall.works.get(drawing_key(here)),
        "charts": drawn_names(here),
        "undrawable": "" if find_spec("matplotlib") else NO_MATPLOTLIB,
    }


def _paragraphs(about: Told) -> Iterator[Mapping[str, Any]]:
    """The circular as it stands, each figure with its number in the list of figures (0 for text)."""
    numbers = {(one.fact.id, one.sentence): n for n, one in enumerate(about.circular.told, 1)}
    for one in about.circular.paragraphs:
        pieces = [
            (piece.text, numbers[piece.id, text_of(sentence)], "words" if piece.table == WORDS else "")
            if isinstance(piece, Fact)
            else (piece, 0, "")
            for sentence in one.sentences
            for piece in sentence
        ]  # fmt: skip
        yield {
            "kind": one.kind,
            "heading": one.heading,
            "pieces": [one for one in pieces if one[0]],
        }


@router.post("/circular/{quarter}/{which}/work")
def begin(visit: Here, quarter: str, which: str, *, again: bool = False) -> Response:
    """Make what the page shows. With `again`, anew though it is there."""
    here = place_at(visit, quarter, which)
    if again or here.told is None:
        here.begin()
    return progress_of(here.visit, here.work, here.address, f"{here.address}/work")


@router.get("/circular/{quarter}/{which}/work")
def progress(visit: Here, quarter: str, which: str) -> Response:
    here = place_at(visit, quarter, which)
    return progress_of(visit, here.work, here.address, f"{here.address}/work")


@router.get("/circular/{quarter}/{which}/figure/{number}")
def figure(visit: Here, quarter: str, which: str, number: int, first: int = 0) -> Response:
    """A figure's sentence, query and rows, `ROWS` of them from the `first` (from 0)."""
    here = place_at(visit, quarter, which)
    about = here.told
    if about is None:
        return RedirectResponse(here.address, 303)
    every = about.circular.told
    if not 1 <= number <= len(every) or first < 0:
        raise HTTPException(404, "没有这个数字")
    one = every[number - 1]
    with open_pack(about.path) as pack:
        rows = rows_behind(pack, one.fact, first, ROWS)
        answer = pack.answer(one.fact.sql)
        agrees = prints(pack.answer, one.fact)
    return page(
        visit, "circular/figure.html", block="figure" if is_htmx(visit.request) else "",
        here=here, number=number, last=len(every), one=one, rows=rows, first=first, total=len(set(one.fact.keys)),
        step=ROWS, answer=[str(each) for each in answer[:ANSWERS]], more=len(answer) - ANSWERS, agrees=agrees,
        frozen=here.frozen, findings=FINDINGS,
    )  # fmt: skip


@router.get("/circular/{quarter}/{which}")
def told(visit: Here, quarter: str, which: str, *, same: bool = False) -> Response:
    """The last of the routes here: what stands in its place is no other's. `same`: freezing found nothing new."""
    here = place_at(visit, quarter, which)
    about = here.told
    more = _page(here, about) if about else {}
    return page(visit, "circular/room.html", same=same, **_shared(here), **more)
