"""导入表格: the office's spreadsheets by upload, kept whole or not at all; each error by sheet, row and column."""

import hashlib
import tempfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, HTTPException, UploadFile
from fastapi.responses import Response

from checks.figure import Value
from checks.form import Form as FigureForm
from checks.model import BadInput
from checks.privacy import masked
from desk.console.circular_place import NOW, Here, Place, place_at
from desk.console.pages import page
from desk.console.seat import Visit
from desk.figures_import import Columns, read_file, site_forms
from reports.versions import instant
from store.database import reading, written
from store.figure_imports import ImportedFile, RowChange, import_changes, imported_files
from store.figures import Imported, Source, save_figures

router = APIRouter(prefix="/s/{site_id}")
#: Bytes of a spreadsheet, rows of a change shown, faults told.
MOST_BYTES, MOST_CHANGES, MOST_FAULTS = 20 * 1024 * 1024, 100, 200
KINDS = (".xlsx", ".xls", ".csv")
OTHERS = {"ask": "先问我", "keep": "保留（这个文件是补充）", "withdraw": "撤回（这个文件是替换）"}
WHAT = {"changed": "修改", "returned": "恢复", "withdrawn": "撤回"}
#: What the command line is told to do → what is done on this page.
_ON_THE_PAGE = (
    ("是补充就加 --add，是替换就加 --replace", "请在“别的文件导入过的行”里选“保留”或“撤回”再导入"),
    ("用 --sheet 指明一张", "请在“工作表”里写明一张"),
)


@router.get("/circular/{quarter}/figures")
def spreadsheets(visit: Here, quarter: str, kind: str = "") -> Response:
    here = place_at(visit, quarter)
    return _page(here, {"kind": kind[:64], "others": "ask", "sheet": ""})


@router.post("/circular/{quarter}/figures")
def bring(
    visit: Here,
    quarter: str,
    file: Annotated[UploadFile, File()],
    kind: Annotated[str, Form(max_length=64)] = "",
    sheet: Annotated[str, Form(max_length=100)] = "",
    others: Annotated[str, Form(max_length=20)] = "ask",
) -> Response:
    """Import one file. The same file again changes nothing."""
    here = place_at(visit, quarter)
    typed = {"kind": kind, "others": others, "sheet": sheet}
    form = site_forms(visit.site).get(kind)
    if form is None or others not in OTHERS:
        raise HTTPException(422, "没有这种表格，请从列表里选")
    try:
        name, rows, columns, digest = _read(visit, form, file, sheet.strip())
        done, changes = _save(here, form, name, rows, digest, others)
    except BadInput as error:
        return _page(here, typed, wrong=[_on_the_page(line) for line in error.lines])
    visit.hall.works.forget(Place(visit, here.quarter, 0).key)
    return _page(here, typed, done=done, columns=columns, changes=changes, form=form, name=name)


def _read(
    visit: Visit, form: FigureForm, file: UploadFile, sheet: str
) -> tuple[str, Sequence[Any], Columns, str]:
    """The file's name as it may be shown, its rows, what of its columns was not used, SHA-256 of its bytes."""
    name = masked(Path((file.filename or "").replace("\\", "/")).name)[-120:]
    if Path(name).suffix.lower() not in KINDS:
        raise BadInput(f"“{name or '（没有文件）'}”不是表格文件；应为 .xlsx、.xls 或 .csv")
    raw = file.file.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise BadInput(f"{name}: 超过上限{MOST_BYTES >> 20}MB；请只留要导入的工作表")
    with tempfile.TemporaryDirectory(prefix="lanmu-figures-") as folder:
        path = Path(folder) / name
        path.write_bytes(raw)
        try:
            rows, columns = read_file(form, path, visit.site, sheet)
        except BadInput as error:
            raise BadInput(*(line.replace(f"{folder}/", "") for line in error.lines)) from None
    return name, rows, columns, hashlib.sha256(raw).hexdigest()


def _save(
    here: Place, form: FigureForm, name: str, rows: Sequence[Any], digest: str, others: str
) -> tuple[Imported, list[RowChange]]:
    visit, when = here.visit, _when(here, form)
    at: datetime = visit.hall.now()
    done = written(
        visit.hall.engine,
        lambda connection: save_figures(
            connection, visit.site.id, form.id, when, rows, Source(name, digest), now=at, others=others
        ),
    )  # fmt: skip
    with reading(visit.hall.engine) as connection:
        changes = import_changes(
            connection, visit.site.id, form.id, when, at, most=MOST_CHANGES
        ) if done.changed or done.withdrawn or done.returned else []  # fmt: skip
    return done, changes


def _when(here: Place, form: FigureForm) -> str:
    return str(here.quarter) if form.quarterly else ""


def _on_the_page(line: str) -> str:
    for command, said in _ON_THE_PAGE:
        line = line.replace(command, said)
    return line


def _page(
    here: Place,
    typed: Mapping[str, str],
    *,
    wrong: Sequence[str] = (),
    done: Imported | None = None,
    columns: Columns | None = None,
    changes: Sequence[RowChange] = (),
    form: FigureForm | None = None,
    name: str = "",
) -> Response:
    visit = here.visit
    forms = site_forms(visit.site)
    with reading(visit.hall.engine) as connection:
        files = [
            *imported_files(connection, visit.site.id, str(here.quarter)),
            *imported_files(connection, visit.site.id, ""),
        ]
    return page(
        visit, "circular/figures.html", status=400 if wrong else 200, here=here, typed=typed, forms=forms,
        kinds=",".join(KINDS), most=MOST_BYTES >> 20, others=OTHERS, wrong=wrong[:MOST_FAULTS],
        beyond=max(0, len(wrong) - MOST_FAULTS), name=name, form=form, columns=columns, now=NOW,
        counted=_counted(done) if done else (), unchanged=done is not None and not _counted(done)[:-1],
        changes=[_change(form, one) for one in changes if form], files=_files(visit, forms, files),
    )  # fmt: skip


def _counted(done: Imported) -> list[tuple[str, int]]:
    """What an import came to, only what there is; the rows that stayed the same last."""
    told = [
        ("新增", done.added), ("修改", done.changed), ("恢复", done.returned), ("撤回", done.withdrawn)
    ]  # fmt: skip
    return [*((what, n) for what, n in told if n), ("未变", done.same)]


def _change(form: FigureForm, one: RowChange) -> tuple[str, str, str]:
    """(what, place, what the cells said and say now)."""
    names = {field.id: field.name for field in form.fields}
    if one.what != "changed":
        return WHAT[one.what], one.place, "；".join(
            f"{names.get(id, id)}：{_cell(cell)}" for id, cell in one.now.items() if id in names and cell is not None
        )  # fmt: skip
    ids = [id for id in names if one.before.get(id) != one.now.get(id)]
    said = (f"{names[id]}：{_cell(one.before.get(id))} → {_cell(one.now.get(id))}" for id in ids)
    return WHAT[one.what], one.place, "；".join(said)


def _cell(cell: Value) -> str:
    return "（空）" if cell is None or cell == "" else masked(str(cell))


def _files(
    visit: Visit, forms: Mapping[str, FigureForm], files: Sequence[ImportedFile]
) -> list[tuple[str, str, int, str]]:
    return [
        (forms[one.kind].title if one.kind in forms else one.kind, one.file, one.rows,
         instant(one.at, visit.site.timezone))
        for one in files
    ]  # fmt: skip
