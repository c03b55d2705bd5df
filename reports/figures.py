"""The figures of a quarter that come from the office's spreadsheets: counted, in words, each with its query and rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from checks.calendar import NATIONAL, Holidays
from checks.counting import Names, count
from checks.figure import Figure, Figures, Row, Value
from checks.form import UNIT_KIND, Form
from checks.model import Site, Unchecked, Unit
from checks.requests import LABELS, Request, Standing, standing
from checks.service_items import compared
from store.database import Connection
from store.figures import kinds_stored, stored_rows

_DAYS = (
    "received",
    "returned",
    "completed",
    "asked",
    "replied",
    "noticed",
    "forwarded",
    "answered",
)


@dataclass(frozen=True, slots=True)
class FormFigures:
    """What one form gives: its rows with what was worked out of them, its figures, what could not be told."""

    form: Form
    rows: tuple[Row, ...]
    figures: tuple[Figure, ...]
    unchecked: tuple[Unchecked, ...]

    def figure(self, id: str) -> Figure:
        """The figure declared as `id`. Raises KeyError: there is none."""
        return Figures(self.figures).figure(f"{self.form.id}.{id}")


def quarter_figures(
    connection: Connection,
    site: Site,
    forms: Mapping[str, Form],
    quarter: str,
    today: date,
    holidays: Holidays = NATIONAL,
) -> tuple[FormFigures, ...]:
    """The figures of every form of which there are rows in `quarter` ("" for rows without one), in the forms' order.

    Rows of a form that is no longer there are said to be unchecked, under a form without figures.
    """
    kinds = kinds_stored(connection, site.id, quarter)
    rows = {kind: stored_rows(connection, site.id, kind, quarter) for kind in kinds}
    lost = [kind for kind in kinds if kind not in forms]
    found = with_compared_items({kind: rows[kind] for kind in kinds if kind in forms}, forms)
    counted = [
        form_figures(form, found[form.id], site.units, today, holidays)
        for form in forms.values()
        if form.id in found
    ]
    for kind in lost:
        why = "表样文件已经没有了，算不出来"
        counted.append(FormFigures(Form(kind, kind, ()), rows[kind], (), (Unchecked(kind, why),)))
    return tuple(counted)


def with_compared_items(
    rows: Mapping[str, tuple[Row, ...]], forms: Mapping[str, Form]
) -> Mapping[str, tuple[Row, ...]]:
    """`rows`, with the findings of two tables of items where there is no list of findings but both tables."""
    platform, unit = rows.get("service-items-platform"), rows.get("service-items-unit")
    if "service-findings" in rows or not platform or not unit:
        return rows
    found = compared(forms["service-items-platform"], platform, unit)
    return {**rows, "service-findings": found}


def form_figures(
    form: Form,
    rows: Sequence[Row],
    units: Sequence[Unit],
    today: date,
    holidays: Holidays = NATIONAL,
) -> FormFigures:
    """The figures `form` asks of `rows`, on `today`."""
    unchecked: tuple[Unchecked, ...] = ()
    if form.id == "requests":
        judged = [standing(_request(row), today, holidays) for row in rows]
        unchecked = tuple(one for each in judged for one in each.unchecked)
        rows = [_with_standing(row, one) for row, one in zip(rows, judged, strict=True)]
    kinds = {unit.id: unit.kind for unit in units}
    seen = tuple(_with_kind(row, form, kinds) for row in rows)
    counted = count(form.asked, seen, _names(form, seen, units))
    return FormFigures(form, seen, counted.figures, (*unchecked, *counted.unchecked))


def _with_kind(row: Row, form: Form, kinds: Mapping[str, str]) -> Row:
    if not form.unit_field:
        return row
    kind = kinds.get(str(row.cells.get(form.unit_field)))
    return replace(row, cells={**row.cells, UNIT_KIND: kind})


def _names(form: Form, rows: Sequence[Row], units: Sequence[Unit]) -> Names:
    """Units are called what the office's own spreadsheet calls them first."""
    said = {unit.id: unit.name for unit in units}
    for field in form.fields:
        if field.type == "unit":
            for row in reversed(rows):
                if name := row.cells.get(f"{field.id}_name"):
                    said[str(row.cells[field.id])] = str(name)
    headings = {field.id: field.name for field in form.fields}
    return Names(lambda cell: said.get(cell, cell), lambda field: headings.get(field, field))


def _request(row: Row) -> Request:
    days = {name: _day(row.cells.get(name)) for name in _DAYS}
    return Request(
        str(row.cells.get("number") or row.key), str(row.cells.get("unit") or ""), **days
    )


def _day(cell: Value) -> date | None:
    return date.fromisoformat(str(cell)) if cell else None


def _with_standing(row: Row, judged: Standing) -> Row:
    """The row with what its days come to. `extended` is 是 where the extension is what its standing rests on."""
    rests = judged.state == "extended" or (judged.state == "pending" and judged.extended)
    worked_out: dict[str, Value] = {
        "state": judged.state,
        "state_name": LABELS[judged.state],
        "due": judged.due.isoformat() if judged.due else None,
        "left": judged.left,
        "over": judged.over,
        "extended": "是" if rests else "否",
    }
    return replace(row, cells={**row.cells, **worked_out})
