"""表样: what a kind of spreadsheet holds (its fields, its key) and which figures are counted from it.

A form is a YAML file; `checks/forms/` holds those for every office, an office's own folder may add others or put
its own in the place of one of the same id:

    id: pilot-projects                    # 小写字母、数字、连字符
    title: 数字技术和数据创新试点项目申报
    period: quarter                       # quarter: 按季度导入；none: 不分季度
    repeats: false                        # true: 几行可以相同（没有编号的清单）
    fields:
      - {id: unit, name: 申报单位, aliases: [单位], type: unit, key: true}
      - {id: project, name: 项目名称, key: true}
    figures:
      - {id: units, words: "申报项目的单位有：{value}", list: unit}

`type` is text, date, int, number, percent, choice or unit. A unit must be one the site file knows, unless `free`.
`required` cells may not be empty; a `present` field's column must be there, its cells may be empty. `blank` is what
an empty cell stands for: a number (where the column is there), or another field's. `rate` gives an int that only its rate is
written of, and checks the two against each other. A figure is a `count` (rows, or different cells of a field), a
`sum` or a `list`, of the rows that meet `where`; with `share_of` it is the share of another figure, in percent.
`unit_kind` (township, department, zone, centre) can be asked of every form with a unit.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from checks.figure import Asked, Condition, Measure, Query
from checks.form_schema import (
    Cell,
    ConditionText,
    FieldText,
    FieldType,
    FigureText,
    FormText,
    faults,
)
from checks.model import BadInput, plain
from checks.yaml_file import Loc, read_yaml

SHIPPED = Path(__file__).parent / "forms"
#: Fields that are not read from a spreadsheet but worked out of the row.
COMPUTED: Mapping[str, tuple[str, ...]] = {
    "requests": ("state", "state_name", "due", "left", "over", "extended")
}
UNIT_KIND = "unit_kind"


@dataclass(frozen=True, slots=True)
class Rate:
    """`field` is a rate in percent of `of`."""

    field: str
    of: str


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of a form: a heading, its other names, and what may stand under it.

    `choices` are value → other ways to write it, empty where the type is not choice.
    """

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    type: FieldType = "text"
    required: bool = False
    key: bool = False
    present: bool = False
    free: bool = False
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    blank: int | str | None = None
    rate: Rate | None = None

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.aliases)


@dataclass(frozen=True, slots=True)
class Form:
    """`repeats` says that rows may be the same and are then told apart by their number among the same."""

    id: str
    title: str
    fields: tuple[FormField, ...]
    asked: tuple[Asked, ...] = ()
    quarterly: bool = True
    source: str = ""
    repeats: bool = False

    def one(self, id: str) -> FormField | None:
        return next((one for one in self.fields if one.id == id), None)

    @property
    def unit_field(self) -> str:
        """The first field that is a unit, "" for none."""
        return next((one.id for one in self.fields if one.type == "unit"), "")


def load_forms(folders: Sequence[Path] = ()) -> Mapping[str, Form]:
    """The shipped forms by id, and those of `folders`, a later one in the place of an earlier of the same id.

    Raises:
        BadInput: a folder is none, or a file is wrong: every fault of it, a line each.
    """
    forms: dict[str, Form] = {}
    lines: list[str] = []
    for folder in (SHIPPED, *folders):
        if not folder.is_dir():
            raise BadInput(f"{folder}: 没有这个文件夹，应为放表样(.yaml)的文件夹")
        for path in sorted(folder.glob("*.yaml")):
            try:
                form = load_form(path)
                forms[form.id] = form
            except BadInput as error:
                lines += error.lines
    if lines:
        raise BadInput(*lines)
    return forms


def load_form(path: Path) -> Form:
    """Raises BadInput: one line a fault, `file:line: what is wrong; what would be right`."""
    document = read_yaml(path)
    found: list[tuple[Loc, str]] = []
    try:
        written = FormText.model_validate(document.data)
        found += _cross_faults(written)
    except ValidationError as error:
        found += faults(error)
    if found:
        raise document.refusal(found)
    return _form(written)


def _form(written: FormText) -> Form:
    queries: dict[str, Query] = {}
    asked = tuple(_asked(one, written.id, queries) for one in written.figures)
    return Form(
        written.id,
        written.title,
        tuple(map(_field, written.fields)),
        asked,
        written.period == "quarter",
        written.source,
        written.repeats,
    )


def _field(one: FieldText) -> FormField:
    listed = one.choices if isinstance(one.choices, dict) else {value: [] for value in one.choices}
    return FormField(
        one.id,
        one.name,
        tuple(one.aliases),
        one.type,
        one.required or one.key,
        one.key,
        one.present or one.required or one.key,
        one.free,
        {value: tuple(others) for value, others in listed.items()},
        one.blank,
        Rate(one.rate.field, one.rate.of) if one.rate else None,
    )


def _asked(one: FigureText, form: str, queries: dict[str, Query]) -> Asked:
    measured = next((m, f) for m, f in _measures(one) if f)
    query = Query(
        form,
        measured[0],
        "" if measured[1] == "rows" else measured[1],
        tuple(_condition(field, said) for field, said in one.where.items()),
        queries[one.share_of] if one.share_of else None,
    )
    queries[one.id] = query
    only = _condition("value", one.only) if one.only else None
    return Asked(one.id, one.words, query, one.decimals, one.partition, one.by or "", only)


def _measures(one: FigureText) -> Iterator[tuple[Measure, str]]:
    yield "count", one.count or ""
    yield "sum", one.sum or ""
    yield "list", one.list or ""


def _condition(field: str, said: Cell | list[Cell] | ConditionText) -> Condition:
    if not isinstance(said, ConditionText):
        values = said if isinstance(said, list) else [said]
        return Condition(field, "is", tuple(values))
    if said.is_ is not None:
        return Condition(field, "is", tuple(said.is_))
    if said.not_ is not None:
        return Condition(field, "not", tuple(said.not_))
    if said.above is not None:
        return Condition(field, "above", (said.above,))
    if said.below is not None:
        return Condition(field, "below", (said.below,))
    return Condition(field, "filled" if said.filled else "empty")


def _cross_faults(written: FormText) -> Iterator[tuple[Loc, str]]:
    yield from _field_faults(written)
    known = {one.id for one in written.fields} | set(COMPUTED.get(written.id, ()))
    if any(one.type == "unit" for one in written.fields):
        known.add(UNIT_KIND)
    before: dict[str, FigureText] = {}
    for n, one in enumerate(written.figures):
        at: Loc = ("figures", n)
        if sum(bool(field) for _, field in _measures(one)) != 1:
            yield at, f"统计“{one.id}”应写 count、sum、list 中的一个"
        if one.id in before:
            yield at, f"统计“{one.id}”写了两次；id不能相同"
        used = [name for _, name in _measures(one) if name and name != "rows"]
        for name in (*used, *one.where, *((one.by,) if one.by else ())):
            if name not in known:
                yield (
                    at,
                    f"统计“{one.id}”用到的字段“{name}”不存在；应为{'、'.join(sorted(known))}之一",
                )
        if one.share_of and (one.list or one.share_of not in before or before[one.share_of].list):
            yield at, f"统计“{one.id}”的 share_of 应为写在前面的一个 count 或 sum 的id"
        if any(_empty_condition(said) for said in (*one.where.values(), one.only)):
            yield at, f"统计“{one.id}”的条件应写 is、not、above、below、filled 中的一个"
        before[one.id] = one


def _empty_condition(said: object) -> bool:
    return isinstance(said, ConditionText) and (
        sum(one is not None for one in said.model_dump().values()) != 1
    )


def _field_faults(written: FormText) -> Iterator[tuple[Loc, str]]:
    ids: set[str] = set()
    names: dict[str, str] = {}
    types = {one.id: one.type for one in written.fields}
    if not any(one.key for one in written.fields):
        yield ("fields",), "没有一个字段写 key: true；应指明哪些列合起来认定一行"
    for n, one in enumerate(written.fields):
        at: Loc = ("fields", n)
        if one.id in ids or one.id in (UNIT_KIND, *COMPUTED.get(written.id, ())):
            yield at, f"字段id“{one.id}”重复或已被占用；应换一个"
        ids.add(one.id)
        for name in (one.name, *one.aliases):
            if names.setdefault(plain(name), one.id) != one.id:
                yield at, f"列名“{name}”也是字段“{names[plain(name)]}”的；应只属一个字段"
        if (one.type == "choice") != bool(one.choices):
            yield at, f"字段“{one.id}”：type: choice 与 choices 应同时写"
        if isinstance(one.blank, str) and types.get(one.blank) not in ("int", "number"):
            yield at, f"字段“{one.id}”的 blank 写的是“{one.blank}”；应为整数，或一个数字字段的id"
        if one.rate and (
            types.get(one.rate.field) != "percent"
            or types.get(one.rate.of) != "int"
            or one.type != "int"
        ):
            yield (
                at,
                f"字段“{one.id}”的 rate 应为 {{field: 百分数字段, of: 整数字段}}，本字段应为 int",
            )
