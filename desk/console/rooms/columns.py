"""栏目: how every column stands and what each unit owes it; one column, what is in it, how it stood day by day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query
from fastapi.responses import Response

from checks.model import Column
from desk.console.audits import audits_of
from desk.console.charting import column_days_chart
from desk.console.downloads import download, written_bytes
from desk.console.pages import is_htmx, page
from desk.console.quarters import Chosen, chosen_quarter
from desk.console.rights import Right
from desk.console.seat import Visit, visiting
from desk.console.turning import Turning
from reports.column_book import matrix_csv, matrix_xlsx
from reports.column_matrix import (
    BOXES,
    COLUMN_KINDS,
    STATES,
    BoxState,
    Matrix,
    charged,
    column_matrix,
    narrowed,
    plain_why,
    unit_names,
)
from reports.column_owed import Owed, owed_items, span_of
from reports.printable import file_name
from reports.versions import instant
from store.column_entries import column_entries, entries_naming
from store.column_looks import Look, column_history, last_looks
from store.database import Connection, reading

router = APIRouter(prefix="/s/{site_id}")
See = Annotated[Visit, visiting(Right.SEE)]
Word = Annotated[str, Query(max_length=64)]
Number = Annotated[int, Query(alias="page", ge=1, le=100_000)]
#: Entries on a page, days of history without a quarter, missing and unchecked boxes told one by one.
A_PAGE, HISTORY_DAYS, MOST_TOLD = 50, 92, 200


@dataclass(frozen=True, slots=True)
class Sieve:
    """Which lines of the matrix are asked for, of which quarter; "" for all, and for now."""

    quarter: Word = ""
    state: Word = ""
    unit: Word = ""
    kind: Word = ""
    cell: Word = ""


Sieved = Annotated[Sieve, Depends(Sieve)]


@router.get("/columns")
def columns(visit: See, sieve: Sieved) -> Response:
    chosen = chosen_quarter(sieve.quarter, visit.today)
    whole = _matrix(visit, chosen)
    shown = _narrowed(whole, sieve)
    return page(
        visit,
        "columns/matrix.html",
        block="matrix" if is_htmx(visit.request) else "",
        quarter=chosen,
        sieve=sieve,
        query=visit.request.url.query,
        whole=whole,
        matrix=shown,
        states=STATES,
        kinds=COLUMN_KINDS,
        boxes=BOXES,
        names=unit_names(visit.site),
        audit=audits_of(visit.request.app).of(visit.site.id)
        if visit.seat.may(Right.AUDIT)
        else None,
        missing=_first(shown, "missing"),
        unread=_first(shown, "unread"),
    )


def _matrix(visit: Visit, chosen: Chosen) -> Matrix:
    """How columns stood at the end of a quarter, or stand now where none is named; a unit's account sees its part."""
    with reading(visit.hall.engine) as connection:
        looks = _looks(connection, visit, chosen)
    mine = visit.seat.unit
    matrix = column_matrix(visit.site, looks, visit.units if mine else None)
    return narrowed(matrix, unit=mine) if mine else matrix


def _looks(connection: Connection, visit: Visit, chosen: Chosen) -> Mapping[str, Look]:
    if not chosen.named:
        return last_looks(connection, visit.site.id)
    since, until = chosen.quarter.since, chosen.quarter.until
    return last_looks(connection, visit.site.id, since=since, until=until)


def _narrowed(matrix: Matrix, sieve: Sieve) -> Matrix:
    return narrowed(
        matrix, state=sieve.state, unit=sieve.unit, kind=sieve.kind, only=sieve.cell
    )  # fmt: skip


def _first(matrix: Matrix, state: BoxState) -> tuple[list[Any], int]:
    """The first boxes of a state, and how many there are."""
    found = list(matrix.boxes(state))
    return found[:MOST_TOLD], len(found)


@router.get("/columns.csv")
def columns_csv(visit: See, sieve: Sieved) -> Response:
    chosen = chosen_quarter(sieve.quarter, visit.today)
    raw = matrix_csv(_narrowed(_matrix(visit, chosen), sieve), site=visit.site)
    return download(
        raw, file_name(visit.site.name, "栏目情况", _when(visit, chosen), suffix=".csv")
    )


@router.get("/columns.xlsx")
def columns_xlsx(visit: See, sieve: Sieved) -> Response:
    chosen = chosen_quarter(sieve.quarter, visit.today)
    shown, when = _narrowed(_matrix(visit, chosen), sieve), _when(visit, chosen)
    title, made = f"{visit.site.name}栏目情况（{when}）", datetime.combine(visit.today, time())
    raw = written_bytes(
        lambda path: matrix_xlsx(shown, path, site=visit.site, title=title, made=made)
    )
    return download(raw, file_name(visit.site.name, "栏目情况", when, suffix=".xlsx"))


def _when(visit: Visit, chosen: Chosen) -> str:
    return chosen.name if chosen.named else f"截至{visit.today}"


@router.get("/columns/{column_id}")
def column(visit: See, column_id: str, quarter: Word = "", number: Number = 1) -> Response:
    found = _seen_column(visit, column_id)
    chosen = chosen_quarter(quarter, visit.today)
    site, mine = visit.site, visit.seat.unit
    since, until = _period(visit, chosen)
    with reading(visit.hall.engine) as connection:
        look = _looks(connection, visit, chosen).get(found.id)
        owed = _owed(connection, visit, found, look)
        entries, total = column_entries(
            connection, site.id, found.id, unit=mine, offset=(number - 1) * A_PAGE, most=A_PAGE
        )
        history = column_history(connection, site.id, found.id, since, until)
    whole = column_matrix(site, {found.id: look} if look else {}, ())
    return page(
        visit,
        "columns/column.html",
        block="entries" if is_htmx(visit.request) else "",
        column=found,
        line=next(one for one in whole.lines if one.column is found),
        look=look,
        seen=instant(look.at, site.timezone) if look else "",
        quarter=chosen,
        owed=owed,
        boxes=BOXES,
        entries=entries,
        turning=Turning(number, A_PAGE, total),
        history=history[::-1],
        chart=column_days_chart(history, since, min(until - timedelta(days=1), visit.today)),
        states=STATES,
        kinds=COLUMN_KINDS,
        units={one.id: one.name for one in site.units},
        charged=[one for one in visit.units if one.id in charged(found)],
        plain_why=plain_why,
        since=since,
        last=until - timedelta(days=1),
    )


def _seen_column(visit: Visit, id: str) -> Column:
    """Raises HTTPException: 404, there is none, or the account's unit does not answer for it."""
    for one in visit.site.columns:
        if one.id == id and (not visit.seat.unit or visit.seat.unit in charged(one)):
            return one
    raise HTTPException(404, "没有这个栏目")


def _owed(connection: Connection, visit: Visit, column: Column, look: Look | None) -> list[Owed]:
    """What the column must contain, as far as this account may see it."""
    day = look.day if look else visit.today
    words, since = span_of(column, day)
    entries = list(
        entries_naming(connection, visit.site.id, column.id, words, since=since, until=day)
    )
    owed = owed_items(visit.site, column, look, entries, day)
    return [one for one in owed if one.unit is None or visit.sees(one.unit.id)]


def _period(visit: Visit, chosen: Chosen) -> tuple[date, date]:
    """The days of the history (end exclusive): the quarter's, or the last ones."""
    if chosen.named:
        return chosen.quarter.since, chosen.quarter.until
    until = visit.today + timedelta(days=1)
    return until - timedelta(days=HISTORY_DAYS), until
