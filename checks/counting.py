"""Counts the figures a form asks for: whole numbers, lists, and shares rounded as a person would write them."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from fractions import Fraction

from checks.figure import Asked, Condition, Figure, Figures, Query, Row, Value, number
from checks.model import Unchecked


@dataclass(frozen=True, slots=True)
class Names:
    """How words name things: `cell` a unit id or any other cell, `field` a field of the form."""

    cell: Callable[[str], str] = str
    field: Callable[[str], str] = str


def count(asked: Sequence[Asked], rows: Sequence[Row], names: Names | None = None) -> Figures:
    """The figures asked for, in their order; a share of nothing and a sum with empty cells are unchecked."""
    said = names or Names()
    counted = [one for each in asked for one in _counted(each, rows, said)]
    figures = [one for one in counted if isinstance(one, Figure)]
    unchecked = tuple(one for one in counted if isinstance(one, Unchecked))
    return Figures(tuple(_made_whole(asked, figures)), unchecked)


def _counted(asked: Asked, rows: Sequence[Row], names: Names) -> Iterator[Figure | Unchecked]:
    if not asked.by:
        cells = [""]
    else:
        cells = list(dict.fromkeys(str(cell) for row in rows if (cell := row.cells.get(asked.by))))
    for cell in cells:
        one = _answered(asked, rows, cell, names)
        if isinstance(one, Unchecked) or asked.only is None or _wanted(asked.only, one):
            yield one


def _answered(asked: Asked, rows: Sequence[Row], cell: str, names: Names) -> Figure | Unchecked:
    query = _narrowed(asked.query, Condition(asked.by, "is", (cell,))) if cell else asked.query
    unit = names.cell(cell) if cell else ""
    for one in (query, query.of):
        if one and (empty := _empty(one, rows)):
            places = "、".join(row.place or row.key for row in empty[:5])
            why = f"{len(empty)}行没有填“{names.field(one.field)}”：{places}"
            return Unchecked(_filled(asked.words, unit=unit), why)
    met = query.rows(rows)
    figure = Figure(
        f"{query.form}.{asked.id}" + (f"@{cell}" if cell else ""),
        0, "", query, tuple(row.key for row in met), unit=cell,
    )  # fmt: skip
    if query.measure == "list":
        entries = tuple(dict.fromkeys(names.cell(str(one)) for one in _cells(query, met)))
        return replace(figure, value=entries, words=_filled(asked.words, written(entries), unit))
    part = _answer(query, rows)
    if query.of is None:
        value = int(part) if part.denominator == 1 else _exact(part)
        return replace(figure, value=value, words=_filled(asked.words, written(value), unit))
    if not (whole := _answer(query.of, rows)):
        return Unchecked(_filled(asked.words, unit=unit), "总数是0，算不出占比")
    share = percent(part, whole, asked.decimals)
    return _shared(replace(figure, part=part, whole=whole), asked, share, unit)


def _shared(figure: Figure, asked: Asked, share: Decimal, unit: str) -> Figure:
    part, whole = (written(_exact(n)) for n in (figure.part, figure.whole) if n is not None)
    words = _filled(asked.words, written(share), unit, part, whole)
    return replace(figure, value=share, words=words)


def _filled(words: str, value: str = "…", unit: str = "", part: str = "…", whole: str = "…") -> str:
    said = {"value": value, "unit": unit, "part": part, "whole": whole}
    return re.sub(r"\{(value|unit|part|whole)\}", lambda hit: said[hit[1]], words)


def written(value: int | Decimal | tuple[str, ...]) -> str:
    """A value as a person writes it: 46.7, 100, 甲、乙."""
    if isinstance(value, tuple):
        return "、".join(value)
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return str(int(value))
    return str(value)


def percent(part: Fraction, whole: Fraction, decimals: int) -> Decimal:
    """`part` of `whole` in percent, rounded half up; never rounded to 100 or to 0 where it is not that."""
    exact = _exact(part * 100 / whole)
    step = Decimal(1).scaleb(-decimals)
    rounded = exact.quantize(step, ROUND_HALF_UP)
    if rounded == 100 and part < whole:
        return exact.quantize(step, ROUND_DOWN)
    return step if rounded == 0 and part else rounded


def _made_whole(asked: Sequence[Asked], figures: Sequence[Figure]) -> Iterator[Figure]:
    """The figures; where a partition's shares do not sum to 100, those rounded furthest give or take."""
    said = {f"{one.query.form}.{one.id}": one for one in asked if one.partition}
    groups: dict[str, list[Figure]] = {}
    for figure in figures:
        if figure.id in said:
            groups.setdefault(said[figure.id].partition, []).append(figure)
    corrected: dict[str, Figure] = {}
    for group in groups.values():
        if sum(one.part or 0 for one in group) != group[0].whole:
            continue  # not all of the partition was counted
        step = min(Decimal(1).scaleb(-said[one.id].decimals) for one in group)
        off = 100 - sum((_share(one) for one in group), Decimal(0))
        up = 1 if off > 0 else -1
        furthest = sorted(group, key=lambda one: _error(one) * up, reverse=True)
        for one in furthest[: int(abs(off) / step)]:
            corrected[one.id] = _shared(one, said[one.id], _share(one) + step * up, "")
    for figure in figures:
        yield corrected.get(figure.id, figure)


def _share(figure: Figure) -> Decimal:
    assert isinstance(figure.value, Decimal)
    return figure.value


def _error(figure: Figure) -> Fraction:
    assert figure.part is not None
    assert figure.whole
    return figure.part * 100 / figure.whole - Fraction(_share(figure))


def _narrowed(query: Query, more: Condition) -> Query:
    of = _narrowed(query.of, more) if query.of else None
    return replace(query, where=(*query.where, more), of=of)


def _wanted(only: Condition, figure: Figure) -> bool:
    value = figure.value
    plain = len(value) if isinstance(value, tuple) else str(value)
    return only.holds(Row("", {only.field: plain}))


def _empty(query: Query, rows: Sequence[Row]) -> list[Row]:
    """Rows that a sum would count and that say nothing."""
    if query.measure != "sum":
        return []
    return [row for row in query.rows(rows) if row.cells.get(query.field) is None]


def _cells(query: Query, met: Sequence[Row]) -> list[Value]:
    return [cell for row in met if (cell := row.cells.get(query.field)) is not None]


def _answer(query: Query, rows: Sequence[Row]) -> Fraction:
    met = query.rows(rows)
    if query.measure == "sum":
        return sum((number(cell) for cell in _cells(query, met)), Fraction(0))
    return Fraction(len(set(_cells(query, met))) if query.field else len(met))


def _exact(fraction: Fraction) -> Decimal:
    return Decimal(fraction.numerator) / Decimal(fraction.denominator)
