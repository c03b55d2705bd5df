"""栏目完整性: which unit has what each column must contain, as it stood at the last look of a period."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from checks.model import Column, Expectation, Site, Unit
from checks.rules.column.incomplete_column import asked
from store.ranking import ColumnDay

State = Literal["complete", "missing", "unread", "none"]
LABELS: Mapping[State, str] = {
    "complete": "齐全",
    "missing": "缺内容",
    "unread": "未能检查",
    "none": "不要求",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A column and a unit. `items` are what is missing, in the site file's order."""

    state: State
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Completeness:
    """`columns` × `units` that something is required of; `cells` a row a column."""

    columns: tuple[Column, ...]
    units: tuple[Unit, ...]
    cells: tuple[tuple[Cell, ...], ...]


def completeness(site: Site, days: Mapping[str, ColumnDay]) -> Completeness:
    """`days` are the last looks at columns; a column nobody looked at is unread, and nobody is accused of it."""
    columns = tuple(one for one in site.columns if any(_owing(one)))
    owing = {id for column in columns for _, ids in _owing(column) for id in ids}
    units = tuple(unit for unit in site.units if unit.id in owing)
    cells = tuple(
        tuple(_cell(column, unit, days.get(column.id)) for unit in units) for column in columns
    )
    return Completeness(columns, units, cells)


def _owing(column: Column) -> Iterator[tuple[Expectation, tuple[str, ...]]]:
    """What the column must contain, and the units (ids) that answer for it."""
    for one in column.expects:
        if ids := one.units or column.units:
            yield one, ids


def owed(column: Column, unit: Unit) -> tuple[Expectation, ...]:
    """What the column must contain and this unit answers for, in the site file's order."""
    return tuple(one for one, ids in _owing(column) if unit.id in ids)


def unowned(column: Column) -> tuple[Expectation, ...]:
    """What the column must contain and no unit answers for."""
    if column.units:
        return ()
    return tuple(one for one in column.expects if not one.units and not one.each_unit)


def unowned_cell(column: Column, day: ColumnDay | None) -> Cell:
    """How the column stands with what no unit answers for."""
    return _judged(column, unowned(column), None, day)


def _cell(column: Column, unit: Unit, day: ColumnDay | None) -> Cell:
    return _judged(column, owed(column, unit), unit, day)


def _judged(
    column: Column, wanted: Sequence[Expectation], unit: Unit | None, day: ColumnDay | None
) -> Cell:
    if not wanted:
        return Cell("none")
    if day is None or day.state == "unread":
        return Cell("unread")
    if day.state == "empty":
        return Cell("missing", tuple(one.item for one in wanted))
    missing = tuple(
        one.item
        for one in wanted
        if (one.item, unit.id if unit and one.each_unit else "") in day.missing
    )
    if missing:
        return Cell("missing", missing)
    if day.untold is None:
        return Cell("unread")
    asks = {asked(column, one, unit if one.each_unit else None) for one in wanted}
    return Cell("unread" if asks & day.untold else "complete")
