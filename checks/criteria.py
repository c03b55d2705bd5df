"""评价标准: which units did well and which badly, by figures; read from a file, so that each can be seen and changed."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from checks.form_schema import Id, Words, faults
from checks.model import BadInput
from checks.yaml_file import Loc, read_yaml

FigureName = Literal[
    "published", "reprinted", "repeated", "adopted", "met", "confirmed", "errors", "open", "overdue",
    "on_time",
]  # fmt: skip
Test = Literal["at_least", "at_most", "below", "is", "top_percent"]
Value = int | bool | Fraction | None
#: What is known of a unit, by figure; None where it is not known.
Known = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Criterion:
    """One condition on one figure, and the words a circular names it with."""

    id: str
    says: str
    figure: str
    test: Test
    bound: Fraction

    def holds(self, value: Value, all_values: Iterable[Value]) -> bool | None:
        """None where the figure is not known. `all_values` are the figure of every unit."""
        if value is None:
            return None
        number = Fraction(value)
        match self.test:
            case "at_least":
                return number >= self.bound
            case "at_most":
                return number <= self.bound
            case "below":
                return number < self.bound
            case "is":
                return number == self.bound
            case "top_percent":
                return 0 < number >= _threshold(all_values, self.bound)


def _threshold(values: Iterable[Value], percent: Fraction) -> Fraction:
    """The least that is among the first `percent` of those known: at least one unit, those equal to it too."""
    known = sorted((Fraction(one) for one in values if one is not None), reverse=True)
    return known[max(1, math.floor(len(known) * percent / 100)) - 1]


@dataclass(frozen=True, slots=True)
class Criteria:
    """A unit did well that meets all of `well` that can be told (one at least), badly that meets one of `badly`."""

    id: str
    title: str
    source: str
    well: tuple[Criterion, ...]
    badly: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """The criteria a unit meets, and whether it did well, badly, or (`unknown`) nothing can be told of it.

    `untold` are those of `well` that could not be told.
    """

    well: tuple[Criterion, ...]
    badly: tuple[Criterion, ...]
    untold: tuple[Criterion, ...]
    did_well: bool
    did_badly: bool
    unknown: bool


def standings(criteria: Criteria, units: Sequence[Known]) -> tuple[Standing, ...]:
    """How each of `units` stands among all of them."""
    columns = {one.figure: [unit.get(one.figure) for unit in units] for one in _all(criteria)}

    def told(criterion: Criterion, unit: Known) -> bool | None:
        return criterion.holds(unit.get(criterion.figure), columns[criterion.figure])

    return tuple(
        _standing(criteria, [(one, told(one, unit)) for one in _all(criteria)]) for unit in units
    )


def _all(criteria: Criteria) -> tuple[Criterion, ...]:
    return (*criteria.well, *criteria.badly)


def _standing(criteria: Criteria, told: Sequence[tuple[Criterion, bool | None]]) -> Standing:
    well, badly = told[: len(criteria.well)], told[len(criteria.well) :]
    return Standing(
        tuple(one for one, holds in well if holds),
        tuple(one for one, holds in badly if holds),
        tuple(one for one, holds in well if holds is None),
        did_well=any(holds for _, holds in well) and all(holds is not False for _, holds in well),
        did_badly=any(holds for _, holds in badly),
        unknown=all(holds is None for _, holds in told),
    )


class _Keys(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class CriterionText(_Keys):
    id: Id
    says: Words
    figure: FigureName
    at_least: int | float | None = None
    at_most: int | float | None = None
    below: int | float | None = None
    is_: bool | None = Field(alias="is", default=None)
    top_percent: Annotated[int, Field(gt=0, le=100)] | None = None

    def bounds(self) -> list[tuple[Test, int | float]]:
        said: list[tuple[Test, int | float | None]] = [
            ("at_least", self.at_least),
            ("at_most", self.at_most),
            ("below", self.below),
            ("is", self.is_),
            ("top_percent", self.top_percent),
        ]
        return [(test, bound) for test, bound in said if bound is not None]


class CriteriaText(_Keys):
    """The whole file."""

    id: Id
    title: Words
    source: Words
    well: list[CriterionText] = []
    badly: list[CriterionText] = []


def load_criteria(path: Path) -> Criteria:
    """Raises BadInput: one line a fault, `file:line: what is wrong; what would be right`."""
    if not path.is_file():
        raise BadInput(f"{path}: 找不到这个评价标准文件；请核对站点文件的 criteria")
    document = read_yaml(path)
    found: list[tuple[Loc, str]] = []
    try:
        written = CriteriaText.model_validate(document.data)
        found += _cross_faults(written)
    except ValidationError as error:
        found += faults(error)
    if found:
        raise document.refusal(found)
    return Criteria(
        written.id,
        written.title,
        written.source,
        tuple(map(_criterion, written.well)),
        tuple(map(_criterion, written.badly)),
    )


def _criterion(one: CriterionText) -> Criterion:
    ((test, bound),) = one.bounds()
    return Criterion(
        one.id,
        one.says,
        one.figure,
        test,
        Fraction(str(int(bound) if isinstance(bound, bool) else bound)),
    )


def _cross_faults(written: CriteriaText) -> Iterator[tuple[Loc, str]]:
    seen: set[str] = set()
    for name, many in (("well", written.well), ("badly", written.badly)):
        for n, one in enumerate(many):
            at: Loc = (name, n)
            if len(one.bounds()) != 1:
                yield at, f"“{one.id}”应写 at_least、at_most、below、is、top_percent 中的一个"
            if (one.is_ is not None) != (one.figure == "met"):
                yield at, f"“{one.id}”：met（是否达标）应写 is，别的数字不写 is"
            if one.id in seen:
                yield at, f"“{one.id}”写了两次；id不能相同"
            seen.add(one.id)
