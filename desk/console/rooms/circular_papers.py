"""通报: packs frozen, documents made of them, pictures drawn. What takes long goes on in a thread."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, HTTPException
from fastapi.responses import FileResponse, RedirectResponse, Response

from desk.console.circular_place import NOW, Here, Place, folder, place_at
from desk.console.downloads import attached, download
from desk.console.pages import is_htmx, page
from desk.console.quarter_told import freeze_now
from desk.figures import numbered, pictures
from store.database import reading

router = APIRouter(prefix="/s/{site_id}")


def freezing_key(here: Place) -> tuple[str, ...]:
    return ("freeze", here.visit.site.id, str(here.quarter))


@router.post("/circular/{quarter}/freeze")
def freeze(visit: Here, quarter: str) -> Response:
    """Freeze the quarter as it stands now. Two who press at once get the same pack."""
    here, hall = place_at(visit, quarter), visit.hall
    where = folder(visit)
    hall.works.begin(
        freezing_key(here),
        lambda say: freeze_now(hall, visit.site.id, here.quarter, visit.seat.shown, where, say),
    )
    return _frozen(here)


@router.get("/circular/{quarter}/freeze")
def freezing(visit: Here, quarter: str) -> Response:
    return _frozen(place_at(visit, quarter))


def _frozen(here: Place) -> Response:
    visit = here.visit
    work = visit.hall.works.get(freezing_key(here))
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
def file(visit: Here, quarter: str, which: str, name: str, *, faults: bool = False) -> Response:
    """A frozen quarter's circular (docx), side file (xlsx) or pack (db)."""
    here = place_at(visit, quarter, which)
    frozen, about = here.frozen, here.told
    stem = f"{visit.site.id}-{here.quarter}-{here.which}"
    if frozen is None:
        raise HTTPException(404, "要下载的通报须先冻结证据包")
    if name == "pack.db":
        headers = {"Content-Disposition": attached(f"{stem}-证据包.db")}
        return FileResponse(frozen.path, media_type="application/vnd.sqlite3", headers=headers)
    if about is None or about.documents is None:
        return RedirectResponse(here.address, 303)
    made = {
        "circular.docx": (f"{stem}-通报.docx", about.documents.plain),
        "circular-annex.docx": (f"{stem}-通报（附依据）.docx", about.documents.with_annex),
        "annex.xlsx": (f"{stem}-通报依据.xlsx", about.documents.annex),
    }
    if name not in made:
        raise HTTPException(404, "没有这个文件")
    if about.hints and not faults and name != "annex.xlsx":
        raise HTTPException(
            409,
            f"通报文字检查出{len(about.hints)}个问题，请先改正；要照样下载请用页面上的“照样下载”",
        )
    said, raw = made[name]
    return download(raw, said)


def drawing_key(here: Place) -> tuple[str, ...]:
    return ("charts", here.visit.site.id, str(here.quarter))


def drawn_names(here: Place) -> Sequence[str]:
    drawn: Mapping[str, bytes] = here.visit.hall.works.result(drawing_key(here)) or {}
    return list(drawn)


@router.post("/circular/{quarter}/charts")
def draw(visit: Here, quarter: str, which: str = NOW) -> Response:
    """Draw the pictures for paper, of the database as it stands now. `which` is the page that asks."""
    here, hall, site = place_at(visit, quarter, which), visit.hall, visit.site

    def task(say: Any) -> Mapping[str, bytes]:
        say("画图")
        with reading(hall.engine) as connection:
            drawn = pictures(connection, site, here.quarter.since, here.quarter.until, visit.today)
        return {name: raw for said, pages in drawn.items() for name, raw in numbered(said, pages)}

    hall.works.begin(drawing_key(here), task)
    return _charts(here)


@router.get("/circular/{quarter}/charts")
def drawing(visit: Here, quarter: str, which: str = NOW) -> Response:
    return _charts(place_at(visit, quarter, which))


def _charts(here: Place) -> Response:
    work = here.visit.hall.works.get(drawing_key(here))
    if work is None or not is_htmx(here.visit.request):
        return RedirectResponse(f"{here.address}#charts", 303)
    if not work.ended or work.wrong:
        return page(
            here.visit,
            "circular/progress.html",
            work=work,
            poll=f"{here.home}/charts?which={here.which}",
        )
    return page(here.visit, "circular/charts.html", here=here, charts=list(work.result))


@router.get("/circular/{quarter}/charts/{name}")
def chart(visit: Here, quarter: str, name: str) -> Response:
    here = place_at(visit, quarter)
    drawn: Mapping[str, bytes] = visit.hall.works.result(drawing_key(here)) or {}
    if name not in drawn:
        raise HTTPException(404, "没有这张图，请先画图")
    return download(drawn[name], name)
