"""Numbers out of rows: what is asked (a query), what it gives (a figure), and the rows it was counted from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from checks.model import Unchecked

Value = str | int | float | None
Measure = Literal["count", "sum", "list"]
Operator = Literal["is", "not", "above", "below", "filled", "empty"]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a form: its key among the form's rows, its cells by field id, and the place it was read from.

    A cell is text (days as YYYY-MM-DD, units as unit ids), a number, or None where nothing was written.
    """

    key: str
    cells: Mapping[str, Value]
    place: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """What a row must say at `field`: one of `values`, none of them, more or less than it, anything, nothing."""

    field: str
    operator: Operator
    values: tuple[Value, ...] = ()

    def holds(self, row: Row) -> bool:
        cell = row.cells.get(self.field)
        filled = cell is not None
        match self.operator:
            case "filled":
                return filled
            case "empty":
                return not filled
            case "is":
                return cell in self.values
            case "not":
                return cell not in self.values
            case "above":
                return filled and number(cell) > number(self.values[0])
            case "below":
                return filled and number(cell) < number(self.values[0])


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked of a form's rows: `count` (rows, or different cells of `field`), `sum` or `list` of `field`.

    Only rows that meet every condition of `where` are asked. With `of` the answer is the share, in percent,
    of that other query's answer.
    """

    form: str
    measure: Measure
    field: str = ""
    where: tuple[Condition, ...] = ()
    of: "Query | None" = None

    def rows(self, rows: Iterable[Row]) -> tuple[Row, ...]:
        return tuple(row for row in rows if all(one.holds(row) for one in self.where))


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a report: `value` as it is written, `words` the sentence it stands in.

    `query` gives it again, `rows` are the keys of the rows counted. A share has the exact `part` and `whole`.
    `unit` is a unit id where the figure is one unit's own. A list has its entries as `value`.
    """

    id: str
    value: int | Decimal | tuple[str, ...]
    words: str
    query: Query
    rows: tuple[str, ...]
    part: Fraction | None = None
    whole: Fraction | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A figure that a form declares: its query, and how its answer is put in words.

    `words` may hold {value}, {part}, {whole} and {unit}. A share is rounded to `decimals`; shares of one
    `partition` whose parts make up the whole are rounded so that they sum to 100. With `by` there is one
    figure for each different cell of that field; `only` keeps those whose value meets it.
    """

    id: str
    words: str
    query: Query
    decimals: int = 1
    partition: str = ""
    by: str = ""
    only: Condition | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """What was counted, and what could not be."""

    figures: tuple[Figure, ...] = ()
    unchecked: tuple[Unchecked, ...] = ()

    def figure(self, id: str) -> Figure:
        """Raises KeyError: there is none of that id."""
        for one in self.figures:
            if one.id == id:
                return one
        raise KeyError(id)


def number(cell: Any) -> Fraction:
    """A cell's number, exactly as it was written: 98.84 is 9884/100."""
    return Fraction(str(cell))
