"""The circular's wording: a YAML file that the office edits; what it leaves out is said as the house says it.

A file of the office's own (`circular:` in the site file) holds any of the keys of `words.yaml` beside this module;
a key it has stands in the place of the house's. Sentences are written with {…}: a figure (`{requests.received}`,
`{hotline-units.unit-rates}` for one a unit, `{columns-unread#}` for the number of a list's entries,
`{a|b}` for the first there is), a text of the quarter (`{text.network}`, from `texts`), or one of
{quarter} {period} {year} {county} {deadline} {place} {bases}. A clause is left out where something of it is not
there, is nothing (0) or empty; a sentence whose first clause is left out goes too. `when` says what must hold besides:
`some` (more than nothing), `none` (0, counted), a number, or `=ID` (the same as another figure).
"""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from checks.form_schema import faults
from checks.model import BadInput
from checks.yaml_file import read_yaml
from reports.wording import CalendarQuarter, day_written

SHIPPED = Path(__file__).with_name("words.yaml")


def _line(text: str) -> str:
    if not text.strip() or any(ord(one) < 32 for one in text):
        raise ValueError("是空的或有换行；应写在一行里")
    return text.strip()


def _month_day(text: str) -> str:
    try:
        month, _, day = text.partition("-")
        date(2024, int(month), int(day))
    except ValueError:
        raise ValueError(f"写的是“{text}”；应为月-日，如 10-20") from None
    return text


def _quarter(text: str) -> str:
    try:
        return str(CalendarQuarter.named(text))
    except BadInput as error:
        raise ValueError(error.lines[0]) from None


Line = Annotated[str, AfterValidator(_line)]
Name = Annotated[str, AfterValidator(_quarter)]


class _Keys(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Clause(_Keys):
    """`say`, where `when` holds. `among` are parts of it, said after “其中”."""

    say: Line = ""
    when: dict[str, int | str] = {}
    among: list["Line | Clause"] = []


Said = Line | Clause | list[Line | Clause]


class Point(_Keys):
    heading: Line
    when: dict[str, int | str] = {}
    say: list[Said] = []


class Part(_Keys):
    """`points` are 1. 2. 3.; `items` 一是 二是, a paragraph each or, with `run`, one after the other."""

    heading: Line
    when: dict[str, int | str] = {}
    say: list[Said] = []
    points: list[Point] = []
    items: list[Point] = []
    run: bool = False


class Section(_Keys):
    heading: Line
    parts: list[Part]


class ColumnWords(_Keys):
    """How what is wrong with columns is said."""

    lacking: Line = "{columns}未公开{items}"
    incomplete: Line = "{columns}信息公开不全"
    several: Line = "{columns}均存在信息公开不全问题"
    stale: Line = "{columns}更新不及时"
    empty: Line = "{columns}没有内容"


class Words(_Keys):
    """The whole file. `deadlines` are the days (月-日) by which units put things right, by quarter."""

    title: Line
    to: Line
    bases: list[Line] = []
    lead: list[Said]
    county: Line
    place: Line | None = None
    signed: Line | None = None
    deadlines: dict[Name, Annotated[str, AfterValidator(_month_day)]] = {}
    texts: dict[Name, dict[str, Line]] = {}
    kinds: dict[str, Line] = {}
    together: dict[str, Line] = {}
    columns: ColumnWords = ColumnWords()
    most_names: Annotated[int, Field(ge=3, le=100)] = 15
    sections: list[Section]

    def deadline(self, quarter: CalendarQuarter) -> str:
        """The day as it is written; without one of its own the 20th of the month after the quarter."""
        said = self.deadlines.get(str(quarter))
        month, day = map(int, said.split("-")) if said else (quarter.until.month, 20)
        return day_written(date(quarter.until.year, month, day))


class OfficeWords(_Keys):
    """A file of the office's own: any of the keys of `Words`."""

    title: Line | None = None
    to: Line | None = None
    bases: list[Line] | None = None
    lead: list[Said] | None = None
    county: Line | None = None
    place: Line | None = None
    signed: Line | None = None
    deadlines: dict[Name, Annotated[str, AfterValidator(_month_day)]] | None = None
    texts: dict[Name, dict[str, Line]] | None = None
    kinds: dict[str, Line] | None = None
    together: dict[str, Line] | None = None
    columns: ColumnWords | None = None
    most_names: Annotated[int, Field(ge=3, le=100)] | None = None
    sections: list[Section] | None = None


def load_words(path: Path | None) -> Words:
    """The house's wording, with what the office's file at `path` (None: there is none) says otherwise.

    Raises:
        BadInput: one line a fault, `file:line: what is wrong; what would be right`.
    """
    house = read_yaml(SHIPPED).data
    if path is None:
        return Words.model_validate(house)
    if not path.is_file():
        raise BadInput(f"{path}: 找不到通报文字的文件；请核对站点文件的 circular")
    document = read_yaml(path)
    try:
        said = OfficeWords.model_validate(document.data)
    except ValidationError as error:
        raise document.refusal(faults(error)) from None
    return Words.model_validate(house | said.model_dump(exclude_none=True, exclude_unset=True))


def words_json(words: Words) -> bytes:
    """The wording as it is kept in a pack."""
    return json.dumps(words.model_dump(exclude_unset=True), ensure_ascii=False, indent=1).encode()


def words_from(raw: bytes) -> Words:
    """Raises BadInput: it is not what `words_json` wrote."""
    try:
        said: Any = json.loads(raw)
        return Words.model_validate(said)
    except (ValueError, UnicodeDecodeError):
        raise BadInput("证据包中的通报文字不能用；请用写它的版本打开，或重新冻结") from None


def clauses(said: Said) -> Iterator[Clause]:
    """The clauses of a sentence."""
    for one in said if isinstance(said, list) else [said]:
        yield Clause(say=one) if isinstance(one, str) else one
