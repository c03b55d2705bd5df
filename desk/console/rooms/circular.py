"""通报: the quarter's figures in the order of the circular, each opening its evidence; packs frozen, documents written."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, HTTPException
from fastapi.responses import FileResponse, RedirectResponse, Response

from checks.model import BadInput
from desk.console.packs import FrozenPack, frozen_pack, frozen_packs, packs_folder
from desk.console.pages import is_htmx, page
from desk.console.quarter import (
    MOST_UNCHECKED,
    Told,
    bars_chart,
    freeze_now,
    quarter_of,
    tell_frozen,
    tell_now,
    trend_chart,
)
from desk.console.rights import Right
from desk.console.seat import Visit, visiting
from desk.console.works import Work
from desk.figures import numbered, pictures
from reports.charts import NO_MATPLOTLIB
from reports.circular.evidence import rows_behind
from reports.circular.facts import Fact, prints
from reports.circular.sentences import text_of
from reports.versions import instant
from reports.wording import CalendarQuarter
from store.database import reading
from store.pack_reading import open_pack

router = APIRouter(prefix="/s/{site_id}")
Here = Annotated[Visit, visiting(Right.CIRCULAR)]

NOW = "now"
#: Quarters that may be chosen from a list, rows of evidence on one page, entries printed of a query's answer.
QUARTERS, ROWS, ANSWERS = 12, 50, 100
#: A circular is made of the quarter that was going on so many days ago.
BACK = timedelta(days=60)
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WHICH = re.compile(r"now|[1-9]\d{0,2}")
#: Tables of a pack whose rows are findings of the ledger.
FINDINGS = "findings"


@dataclass(frozen=True, slots=True)
class Place:
    """What a page is about: a quarter as it stands now (`number` 0), or as it was frozen."""

    visit: Visit
    quarter: CalendarQuarter
    number: int

    @property
    def which(self) -> str:
        return str(self.number) if self.number else NOW

    @property
    def key(self) -> tuple[str, ...]:
        return ("circular", self.visit.site.id, str(self.quarter), self.which)

    @property
    def home(self) -> str:
        return f"{room(self.visit)}/{self.quarter}"

    @property
    def address(self) -> str:
        return f"{self.home}/{self.which}"

    @property
    def told(self) -> Told | None:
        found: Told | None = self.visit.hall.works.result(self.key)
        return found

    @property
    def work(self) -> Work | None:
        return self.visit.hall.works.get(self.key)

    @property
    def frozen(self) -> FrozenPack | None:
        """The frozen pack. Raises HTTPException: 404, there is none of this number."""
        if not self.number:
            return None
        found = frozen_pack(folder(self.visit), self.visit.site.id, str(self.quarter), self.number)
        if found is None:
            raise HTTPException(404, f"{self.quarter}没有第{self.number}次冻结的证据包")
        return found

    def begin(self) -> Work:
        """Tell the quarter, in a thread; whoever else asks gets the same."""
        hall, site, frozen = self.visit.hall, self.visit.site, self.frozen
        if frozen:
            return hall.works.begin(self.key, lambda say: tell_frozen(hall, site, frozen, say))
        return hall.works.begin(self.key, lambda say: tell_now(hall, site.id, self.quarter, say))


def room(visit: Visit) -> str:
    return f"/s/{visit.site.id}/circular"


def folder(visit: Visit) -> Path:
    """Where this desk's packs are. Raises BadInput."""
    return packs_folder(visit.hall.address, visit.hall.settings.circulars)


def place_at(visit: Visit, quarter: str, which: str = NOW) -> Place:
    """Raises HTTPException: 404, no such quarter or none that has begun."""
    if not _WHICH.fullmatch(which):
        raise HTTPException(404, "没有这个页面")
    try:
        named = CalendarQuarter.named(quarter)
    except BadInput as error:
        raise HTTPException(404, error.lines[0]) from None
    if str(named) != quarter or named.since > visit.today:
        raise HTTPException(404, f"{quarter}还没有开始，没有数据")
    return Place(visit, named, 0 if which == NOW else int(which))


def quarter_at(day: date) -> CalendarQuarter:
    return CalendarQuarter(day.year, (day.month + 2) // 3)


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
        "freezing": visit.hall.works.get(_freezing(here)),
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
    return {
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
        "drawn": here.visit.hall.works.get(_drawing(here)),
        "charts": _drawn_names(here),
        "undrawable": "" if find_spec("matplotlib") else NO_MATPLOTLIB,
    }


def _paragraphs(about: Told) -> Iterator[Mapping[str, Any]]:
    """The circular as it stands, each figure with its number in the list of figures (0 for text)."""
    numbers = {
        (one.fact.id, one.sentence): n for n, one in enumerate(about.circular.told, 1)
    }
    for one in about.circular.paragraphs:
        pieces = [
            (piece.text, numbers[piece.id, text_of(sentence)]) if isinstance(piece, Fact) else (piece, 0)
            for sentence in one.sentences
            for piece in sentence
        ]  # fmt: skip
        yield {"kind": one.kind, "heading": one.heading, "pieces": [one for one in pieces if one[0]]}


@router.post("/circular/{quarter}/{which}/work")
def begin(visit: Here, quarter: str, which: str, again: bool = False) -> Response:
    """Make what the page shows. With `again`, anew though it is there."""
    here = place_at(visit, quarter, which)
    if again or here.told is None:
        here.begin()
    return _progress(here.visit, here.work, here.address, f"{here.address}/work")


@router.get("/circular/{quarter}/{which}/work")
def progress(visit: Here, quarter: str, which: str) -> Response:
    here = place_at(visit, quarter, which)
    return _progress(visit, here.work, here.address, f"{here.address}/work")


def _progress(visit: Visit, work: Work | None, after: str, poll: str) -> Response:
    """How far work is, for htmx; once it is done the page `after`."""
    done = work is None or (work.ended and not work.wrong)
    if not is_htmx(visit.request):
        return RedirectResponse(after, 303)
    if done:
        return Response(status_code=204, headers={"HX-Redirect": after})
    return page(visit, "circular/progress.html", work=work, poll=poll)


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


def _freezing(here: Place) -> tuple[str, ...]:
    return ("freeze", here.visit.site.id, str(here.quarter))


@router.post("/circular/{quarter}/freeze")
def freeze(visit: Here, quarter: str) -> Response:
    """Freeze the quarter as it stands now. Two who press at once get the same pack."""
    here, hall = place_at(visit, quarter), visit.hall
    where = folder(visit)
    hall.works.begin(
        _freezing(here),
        lambda say: freeze_now(hall, visit.site.id, here.quarter, visit.seat.shown, where, say),
    )
    return _frozen(here)


@router.get("/circular/{quarter}/freeze")
def freezing(visit: Here, quarter: str) -> Response:
    return _frozen(place_at(visit, quarter))


def _frozen(here: Place) -> Response:
    visit = here.visit
    work = visit.hall.works.get(_freezing(here))
    if work is None:
        return RedirectResponse(f"{here.home}/{NOW}", 303)
    if work.ended and not work.wrong:
        pack, is_new = work.result
        after = f"{here.home}/{pack.number}" + ("" if is_new else "?same=1")
        if is_htmx(visit.request):
            return Response(status_code=204, headers={"HX-Redirect": after})
        return RedirectResponse(after, 303)
    poll = f"{here.home}/freeze"
    if is_htmx(visit.request):
        return page(visit, "circular/progress.html", work=work, poll=poll)
    return page(visit, "circular/freezing.html", here=here, work=work, poll=poll)


@router.get("/circular/{quarter}/{which}/files/{name}")
def file(visit: Here, quarter: str, which: str, name: str, faults: bool = False) -> Response:
    """A frozen quarter's circular (docx), side file (xlsx) or pack (db)."""
    here = place_at(visit, quarter, which)
    frozen, about = here.frozen, here.told
    stem = f"{visit.site.id}-{here.quarter}-{here.which}"
    if frozen is None:
        raise HTTPException(404, "要下载的通报须先冻结证据包")
    if name == "pack.db":
        return FileResponse(
            frozen.path, media_type="application/vnd.sqlite3", headers=_named(f"{stem}-证据包.db")
        )
    if about is None or about.documents is None:
        return RedirectResponse(here.address, 303)
    made = {
        "circular.docx": (f"{stem}-通报.docx", DOCX, about.documents.plain),
        "circular-annex.docx": (f"{stem}-通报（附依据）.docx", DOCX, about.documents.with_annex),
        "annex.xlsx": (f"{stem}-通报依据.xlsx", XLSX, about.documents.annex),
    }
    if name not in made:
        raise HTTPException(404, "没有这个文件")
    if about.hints and not faults and name != "annex.xlsx":
        raise HTTPException(409, f"通报文字检查出{len(about.hints)}个问题，请先改正；要照样下载请用页面上的“照样下载”")
    said, kind, raw = made[name]
    return Response(raw, media_type=kind, headers=_named(said))


def _named(name: str) -> dict[str, str]:
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}


def _drawing(here: Place) -> tuple[str, ...]:
    return ("charts", here.visit.site.id, str(here.quarter))


def _drawn_names(here: Place) -> Sequence[str]:
    drawn: Mapping[str, bytes] = here.visit.hall.works.result(_drawing(here)) or {}
    return list(drawn)


@router.post("/circular/{quarter}/charts")
def draw(visit: Here, quarter: str) -> Response:
    """Draw the pictures for paper, of the database as it stands now."""
    here, hall, site = place_at(visit, quarter), visit.hall, visit.site

    def task(say: Any) -> Mapping[str, bytes]:
        say("画图")
        with reading(hall.engine) as connection:
            drawn = pictures(connection, site, here.quarter.since, here.quarter.until, visit.today)
        return {name: raw for said, pages in drawn.items() for name, raw in numbered(said, pages)}

    hall.works.begin(_drawing(here), task)
    return _charts(here)


@router.get("/circular/{quarter}/charts")
def drawing(visit: Here, quarter: str) -> Response:
    return _charts(place_at(visit, quarter))


def _charts(here: Place) -> Response:
    work = here.visit.hall.works.get(_drawing(here))
    if work is None or not is_htmx(here.visit.request):
        return RedirectResponse(f"{here.home}/{NOW}#charts", 303)
    if not work.ended or work.wrong:
        return page(here.visit, "circular/progress.html", work=work, poll=f"{here.home}/charts")
    return page(here.visit, "circular/charts.html", here=here, charts=list(work.result))


@router.get("/circular/{quarter}/charts/{name}")
def chart(visit: Here, quarter: str, name: str) -> Response:
    here = place_at(visit, quarter)
    drawn: Mapping[str, bytes] = visit.hall.works.result(_drawing(here)) or {}
    if name not in drawn:
        raise HTTPException(404, "没有这张图，请先画图")
    return Response(drawn[name], media_type="image/png", headers=_named(name))


@router.get("/circular/{quarter}/{which}")
def told(visit: Here, quarter: str, which: str, same: bool = False) -> Response:
    """The last of the routes here: what stands in its place is no other's. `same`: freezing found nothing new."""
    here = place_at(visit, quarter, which)
    about = here.told
    return page(visit, "circular/room.html", **_shared(here), **(_page(here, about) if about else {}))
