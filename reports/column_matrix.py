"""栏目 × 单位: how every column stands, and what each unit still owes it, with the reason where nothing can be told."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from checks.model import Column, Site, Unit
from checks.rules.column.incomplete_column import asked
from checks.rules.column.stale_column import stale_on
from reports import audit
from reports.completeness import Cell, completeness, owed, unowned, unowned_cell
from reports.wording import short_names
from store.column_looks import Look

#: A column's state beside those of a verdict: nobody has looked at it yet.
UNSEEN = "unseen"
STATES: Mapping[str, str] = {
    **{id: words for id, (words, _) in audit.STATES.items()},
    UNSEEN: "还没有查过",
}
COLUMN_KINDS: Mapping[str, str] = {
    "news": "动态要闻",
    "notice": "通知公告",
    "policy": "政策文件",
    "yearly": "年度公开",
    "static": "静态",
}
BoxState = Literal["complete", "missing", "unread", "charge", "none"]
BOXES: Mapping[BoxState, str] = {
    "complete": "齐全",
    "missing": "缺内容",
    "unread": "未能检查",
    "charge": "负责，没有规定应公开的内容",
    "none": "不负责",
}
#: Stands for what a column must contain and no unit answers for.
NOBODY = Unit("", "没有指定单位")
NOT_ENDED = "那一天的巡查没有做完"
NOT_YET = "还没有巡查过"
_CODE = re.compile(r"(?:(http-\d{3})|[a-z]+(?:-[a-z0-9]+)*) (?=\S)")


@dataclass(frozen=True, slots=True)
class Box:
    """A column and a unit. `items` are those missing; `why` says why they are missing or could not be told."""

    state: BoxState
    items: tuple[str, ...] = ()
    why: str = ""

    @property
    def words(self) -> str:
        """What stands in the cell: never colour alone."""
        match self.state:
            case "complete":
                return "齐全"
            case "missing":
                return f"缺{len(self.items)}项"
            case "unread":
                return "未查"
            case "charge":
                return "负责"
            case _:
                return "—"


@dataclass(frozen=True, slots=True)
class Line:
    """A column: how it stood at its last look (None: there was none), when it goes or went stale, a box a unit."""

    column: Column
    look: Look | None
    stale_on: date | None
    boxes: tuple[Box, ...]

    @property
    def state(self) -> str:
        return self.look.state if self.look else UNSEEN

    @property
    def label(self) -> str:
        return STATES[self.state]

    @property
    def why(self) -> str:
        """Why it is unread, in Chinese."""
        return plain_why(self.look.why) if self.look and self.look.state == "unread" else ""

    @property
    def entries(self) -> int | None:
        """None where the list was not read."""
        return self.look.entries if self.look and self.look.state != "unread" else None


@dataclass(frozen=True, slots=True)
class Matrix:
    """`lines` in the site file's order, their boxes in the order of `units`."""

    lines: tuple[Line, ...]
    units: tuple[Unit, ...]

    def count(self, state: str) -> int:
        """How many columns stand so."""
        return sum(line.state == state for line in self.lines)

    def boxes(self, state: BoxState) -> Iterator[tuple[Line, Unit, Box]]:
        """Every box that stands so, column by column."""
        for line in self.lines:
            for unit, box in zip(self.units, line.boxes, strict=True):
                if box.state == state:
                    yield line, unit, box


def plain_why(why: str) -> str:
    """A reason as the office reads it: its code left out, but for the number of an HTTP status."""
    found = _CODE.match(why)
    if not found:
        return why
    said = why[found.end() :]
    return f"{said}（{found[1].upper().replace('-', ' ')}）" if found[1] else said


def charged(column: Column) -> frozenset[str]:
    """Ids of the units that answer for a column or for something in it."""
    return frozenset((*column.units, *(id for one in column.expects for id in one.units)))


def unit_names(site: Site) -> Mapping[str, str]:
    """What each unit (id) of a matrix is called, briefly."""
    return {**short_names(site.units), NOBODY.id: NOBODY.name}


def column_matrix(
    site: Site, looks: Mapping[str, Look], units: Sequence[Unit] | None = None
) -> Matrix:
    """Every column of `site` as `looks` (by column id) have it, across `units`.

    None: those that answer for any, and `NOBODY` where an item has no unit.
    """
    charges = {one.id: charged(one) for one in site.columns}
    if units is None:
        named = frozenset[str]().union(*charges.values())
        units = [one for one in site.units if one.id in named]
        units += [NOBODY] if any(unowned(one) for one in site.columns) else []
    done = completeness(site, {id: look.stood for id, look in looks.items()})
    cells = {
        column.id: {unit.id: cell for unit, cell in zip(done.units, row, strict=True)}
        for column, row in zip(done.columns, done.cells, strict=True)
    }
    return Matrix(
        tuple(
            _line(column, looks.get(column.id), cells.get(column.id, {}), units, charges[column.id])
            for column in site.columns
        ),
        tuple(units),
    )


def _line(
    column: Column,
    look: Look | None,
    cells: Mapping[str, Cell],
    units: Sequence[Unit],
    charge: frozenset[str],
) -> Line:
    newest = look.newest if look else None
    boxes = tuple(
        _box(column, unit, look, _cell_of(column, unit, look, cells), charge) for unit in units
    )
    return Line(column, look, stale_on(column, newest) if newest else None, boxes)


def _cell_of(
    column: Column, unit: Unit, look: Look | None, cells: Mapping[str, Cell]
) -> Cell | None:
    if unit is NOBODY:
        return unowned_cell(column, look.stood if look else None)
    return cells.get(unit.id)


_NONE, _CHARGE, _COMPLETE = Box("none"), Box("charge"), Box("complete")


def _box(
    column: Column, unit: Unit, look: Look | None, cell: Cell | None, charge: frozenset[str]
) -> Box:
    if cell is None or cell.state == "none":
        return _CHARGE if unit.id in charge else _NONE
    if cell.state == "complete":
        return _COMPLETE
    if cell.state == "missing":
        return Box("missing", cell.items, "栏目空白" if look and look.state == "empty" else "")
    return Box("unread", why=untold_why(column, unit, look))


def untold_why(column: Column, unit: Unit, look: Look | None) -> str:
    """Why it cannot be told whether a unit met what a column asks of it."""
    if look is None:
        return NOT_YET
    if look.state == "unread":
        return plain_why(look.why)
    if look.untold is None:
        return NOT_ENDED
    wanted = unowned(column) if unit is NOBODY else owed(column, unit)
    asks = (asked(column, one, unit if one.each_unit else None) for one in wanted)
    said = (look.untold[one] for one in asks if one in look.untold)
    return "；".join(dict.fromkeys(plain_why(one) for one in said))


def narrowed(
    matrix: Matrix, *, state: str = "", unit: str = "", kind: str = "", only: str = ""
) -> Matrix:
    """The lines in this state, of this kind; with `unit` those it answers for, and its boxes alone.

    `only` names a box state: the lines that have one.
    """
    places = [n for n, one in enumerate(matrix.units) if not unit or one.id == unit]
    lines = [
        Line(one.column, one.look, one.stale_on, tuple(one.boxes[n] for n in places))
        for one in matrix.lines
        if (not state or one.state == state) and (not kind or one.column.kind == kind)
    ]
    if unit:
        lines = [one for one in lines if any(box.state != "none" for box in one.boxes)]
    if only:
        lines = [one for one in lines if any(box.state == only for box in one.boxes)]
    return Matrix(tuple(lines), tuple(matrix.units[n] for n in places))
