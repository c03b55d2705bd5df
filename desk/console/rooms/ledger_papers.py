"""文书: the quarter's notices, reply forms, closing papers and ledger to download; reply forms to hand in."""

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

from fastapi import APIRouter, HTTPException, UploadFile
from fastapi.responses import Response

from checks.model import BadInput, Unit
from desk.console.downloads import download, written_bytes
from desk.console.pages import page
from desk.console.rights import Right
from desk.console.rooms.ledger_asked import quarter_days, quarters
from desk.console.rooms.ledger_view import rule_titles, words
from desk.console.seat import Visit, visiting
from desk.deadline import deadline
from desk.papers import (  # fmt: skip
    Batch,
    Paper,
    batch_of,
    closing_paper,
    ledger_paper,
    lines_between,
    notice_papers,
    papers_of,
    to_mend_of,
)
from reports.ledger_lines import Line, responsible
from reports.reply_form import read_reply_form
from store.database import reading, written
from store.replies import NAMES, REQUESTS, Taken, last_replies, take_replies

router = APIRouter()
#: Bytes of a form handed in, files at once.
MOST_BYTES, MOST_FILES = 8 * 1024 * 1024, 20
#: The papers that can be asked for.
KINDS = {
    "notice": "整改通知单",
    "reply": "回复表",
    "closing": "销号单",
    "ledger": "整改台账",
    "all": "全部文书",
}
See = Annotated[Visit, visiting(Right.SEE)]


@dataclass(frozen=True, slots=True)
class Row:
    """A unit's papers of the quarter: what it has to mend, of that without a deadline, what was closed."""

    unit: Unit
    to_mend: int
    undated: int
    closed: bool


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What became of a file: lines of what was taken, or of what is wrong."""

    name: str
    taken: Taken | None = None
    problems: tuple[str, ...] = ()


@router.get("/ledger/papers")
def papers(visit: See, quarter: str = "") -> Response:
    """What can be downloaded of a quarter."""
    return _page(visit, quarter)


@router.get("/ledger/papers/file")
def paper(
    visit: See, kind: str = "", quarter: str = "", unit: str = "", due: str = "", route: str = ""
) -> Response:
    """One paper, or all of them packed.

    Raises:
        HTTPException: 404, no such paper or unit for this seat.
    """
    chosen = [one for one in visit.units if unit in ("", one.id)]
    if kind not in KINDS or not chosen or (kind in ("notice", "reply", "closing") and not unit):
        raise HTTPException(404, "没有这种文书或这个单位")
    last = deadline(due[:40], visit.site, visit.today, place="整改期限") if due.strip() else None
    if last and last < visit.today:
        raise BadInput(f"整改期限{last}已过，应不早于{visit.today}")
    quarter_days(quarter)
    batch = batch_of(
        visit.site, quarter, visit.today, visit.hall.now(), due=last, route=route[:200]
    )
    made = _papers(visit, batch, kind, chosen)
    if kind == "all":
        return download(_packed(made), batch.file("整改文书", "", ".zip"))
    if not made:
        raise BadInput(f"{chosen[0].name}这个季度没有要写进{KINDS[kind]}的问题")
    name, write = made[0]
    return download(written_bytes(write, name), name)


def _papers(visit: Visit, batch: Batch, kind: str, units: Sequence[Unit]) -> list[Paper]:
    """Raises BadInput: a unit has something to mend and no deadline is known."""
    lines = _lines(visit, batch.since, batch.until)
    if kind == "ledger":
        return [ledger_paper(lines, batch)]
    if kind == "closing":
        return list(closing_paper(lines, batch, units[0]))
    if not batch.due and (lacking := [one.name for one in units if _undated(lines, one)]):
        more = f"等{len(lacking)}个单位" if len(lacking) > 5 else ""
        raise BadInput(
            f"{'、'.join(lacking[:5])}{more}有问题还没有整改期限：请填写整改期限再下载，或先在台账中登记“通知”"
        )
    if kind == "all":
        return list(papers_of(lines, batch, units))
    both = list(notice_papers(lines, batch, units[0]))
    return both[:1] if kind == "notice" else both[1:]


def _undated(lines: Sequence[Line], unit: Unit) -> int:
    return sum(line.due is None for line in to_mend_of(lines, unit))


def _lines(visit: Visit, since: date, until: date) -> list[Line]:
    """The quarter's lines that this seat may see."""
    titles = rule_titles(visit.hall.checker(visit.site.id).wordlists)
    with reading(visit.hall.engine) as connection:
        lines = lines_between(connection, visit.site, since, until, visit.today, titles)
    mine = visit.seat.unit
    return [line for line in lines if not mine or mine in line.units]


def _packed(made: Sequence[Paper]) -> bytes:
    raw = BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, write in made:
            pack.writestr(name, written_bytes(write, name))
    return raw.getvalue()


@router.post("/ledger/replies")
def replies(
    visit: Annotated[Visit, visiting(Right.TRIAGE)], files: list[UploadFile], quarter: str = ""
) -> Response:
    """Read the forms that units sent back: each whole or not at all."""
    if len(files) > MOST_FILES:
        raise BadInput(f"一次最多交{MOST_FILES}个文件")
    return _page(visit, quarter, tuple(_handed_in(visit, one) for one in files if one.filename))


def _handed_in(visit: Visit, file: UploadFile) -> HandedIn:
    name = " ".join((file.filename or "").replace("\\", "/").rsplit("/", 1)[-1].split())[:100]
    body = file.file.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        return HandedIn(name, problems=(f"文件超过{MOST_BYTES // 1024 // 1024}MB，不是整改回复表",))
    with TemporaryDirectory(prefix="lanmu-") as folder:
        path = Path(folder) / "reply.xlsx"
        path.write_bytes(body)
        try:
            found = read_reply_form(path, visit.site, visit.today)
            take = partial(
                take_replies, site=visit.site, replies=[replace(one, file=name) for one in found],
                responsible=responsible, who=visit.seat.shown, at=visit.hall.now(), today=visit.today,
            )  # fmt: skip
            return HandedIn(name, written(visit.hall.engine, take))
        except BadInput as error:
            lines = (line.replace(f"{path}: ", "").replace(f"{path} ", "") for line in error.lines)
            return HandedIn(name, problems=tuple(lines))


def _page(visit: Visit, quarter: str, handed_in: tuple[HandedIn, ...] = ()) -> Response:
    named = quarters(visit.today)
    chosen = quarter or named[0]
    since, until = quarter_days(chosen)
    lines = _lines(visit, since, until)
    batch = batch_of(visit.site, chosen, visit.today, visit.hall.now())
    rows = [
        Row(one, len(to_mend_of(lines, one)), _undated(lines, one), bool(list(closing_paper(lines, batch, one))))
        for one in visit.units
    ]  # fmt: skip
    with reading(visit.hall.engine) as connection:
        asking = last_replies(connection, visit.site.id, REQUESTS)
    return page(
        visit, "ledger_papers.html", quarter=chosen, quarters=named, total=len(lines),
        rows=[row for row in rows if row.to_mend or row.closed], handed_in=handed_in, names=NAMES,
        asking=[] if visit.seat.unit else asking, root=f"/s/{visit.site.id}/ledger", **words(visit),
    )  # fmt: skip
