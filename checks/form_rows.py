"""A sheet's cells → a form's rows: which row is the heading, which columns are which fields, what is wrong where."""

import re
import unicodedata
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from checks.figure import Row, Value
from checks.form import Form, FormField
from checks.form_cells import Units, cell_value, shown
from checks.model import fingerprint, plain

#: Rows from the top among which the heading is looked for.
HEADING_ROWS = 10
MOST_FAULTS = 200
_TOTAL = re.compile(r"(?:合计|总计|共计|小计|总数|全县合计)[:：]?")
_FOOT = re.compile(
    r"(?:注|备注|说明|填表|填报|制表|审核|审批|联系人|联系电话|单位负责人|分管领导|统计时间)"
)

Line = tuple[int, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading row: its number, the column (from 0) of each field, and the headings that are no field's.

    `doubled` are headings of fields that stand there more than once.
    """

    line: int
    columns: Mapping[str, int]
    ignored: tuple[str, ...]
    doubled: tuple[str, ...]


def find_heading(form: Form, lines: Iterable[Line]) -> tuple[Heading | None, str]:
    """The heading among the first rows, or what is missing, in Chinese.

    It is the row that has most of the form's headings, among them all that must be present.
    """
    best: Heading | None = None
    for number, cells in list(lines)[:HEADING_ROWS]:
        heading = _heading(form, number, cells)
        if best is None or len(heading.columns) > len(best.columns):
            best = heading
    if best is not None and best.doubled:
        doubled = "、".join(f"“{name}”" for name in best.doubled)
        return None, f"第{best.line}行的{doubled}列不止一个；应只留一个"
    required = [one for one in form.fields if one.present]
    missing = [one for one in required if best is None or one.id not in best.columns]
    if best is not None and not missing:
        return best, ""
    wanted = "、".join(f"“{one.name}”" for one in required)
    if best is None or not best.columns:
        return None, f"前{HEADING_ROWS}行里没有表头；应有{wanted}各列"
    lacking = "、".join(f"“{one.name}”" for one in missing)
    return None, f"第{best.line}行像是表头，但缺{lacking}列；应有{wanted}各列"


def _heading(form: Form, number: int, cells: Sequence[str]) -> Heading:
    at: dict[str, int] = {}
    for column, cell in enumerate(cells):
        if name := heading_name(cell):
            at.setdefault(name, column)
    columns = {
        field.id: at[found]
        for field in form.fields
        if (found := next((n for n in map(heading_name, field.names) if n in at), ""))
    }
    used = set(columns.values())
    ignored = tuple(shown(cell) for n, cell in enumerate(cells) if cell.strip() and n not in used)
    names = Counter(map(heading_name, cells))
    doubled = tuple(cells[n] for n in columns.values() if names[heading_name(cells[n])] > 1)
    return Heading(number, columns, ignored, doubled)


def heading_name(text: str) -> str:
    """A heading for comparing: NFKC, without white space, marks, and units in brackets at its end."""
    name = plain(text).strip("*:：")
    return re.sub(r"\([^()]{1,8}\)$", "", name)


@dataclass(frozen=True, slots=True)
class Reading:
    """A sheet's rows, or every fault of it, a line each (then the rows are not to be used)."""

    rows: tuple[Row, ...]
    faults: tuple[str, ...] = ()


def read_rows(
    form: Form,
    lines: Iterable[tuple[int, Mapping[str, str]]],
    units: Units,
    place: str,
    *,
    fractions: bool,
) -> Reading:
    """The rows under a heading: (number in the sheet, text by field id). `place` names the sheet in messages.

    Under "" stands the text of the row's first filled cell, whether or not it is a field's.

    Empty rows, remarks under the table and totals are no rows; a total that is not the sum of its column is a fault.
    """
    rows: list[Row] = []
    faults: list[str] = []
    met: dict[str, int] = {}
    sums: Counter[str] = Counter()
    for number, texts in lines:
        if len(faults) >= MOST_FAULTS:
            faults.append(f"{place}: 错误太多，只列出前{MOST_FAULTS}处")
            break
        filled = {id: text.strip() for id, text in texts.items() if id and text.strip()}
        first = unicodedata.normalize("NFKC", texts.get("", "")).strip()
        if not filled or _is_foot(form, filled, first):
            continue
        if _TOTAL.fullmatch("".join(first.split())):
            if "小计" not in first:
                totals = _wrong_totals(form, filled, sums)
                faults += (f"{place}第{number}行{fault}" for fault in totals)
            continue
        cells, wrong = _cells(form, filled, texts, units, fractions=fractions)
        faults += (f"{place}第{number}行{fault}" for fault in wrong)
        sums.update(
            {id: cell for id, cell in cells.items() if isinstance(cell, int) and id in filled}
        )
        if wrong:
            continue
        key = row_key(form, cells, met)
        if key in met:
            faults.append(
                f"{place}第{number}行: 与第{met[key]}行重复（{_named(form, 'key')}相同）；应只留一行"
            )
        met.setdefault(key, number)
        rows.append(Row(key, cells, f"{place}第{number}行"))
    return Reading(tuple(rows), tuple(faults))


def _named(form: Form, what: str) -> str:
    return "、".join(f"“{one.name}”" for one in form.fields if getattr(one, what))


def row_key(form: Form, cells: Mapping[str, Value], met: Mapping[str, int]) -> str:
    """What a row is known by from one import to the next: its key cells, and its number among the same."""
    said = [plain(str(cells.get(one.id) or "")) for one in form.fields if one.key]
    key = "|".join(one.replace("|", "｜") for one in said)
    if len(key) > 200:
        key = key[:160] + fingerprint(*said)
    if not form.repeats:
        return key
    if key not in met:
        return key
    return next(again for n in range(2, len(met) + 3) if (again := f"{key}|{n}") not in met)


def _cells(
    form: Form,
    filled: Mapping[str, str],
    present: Container[str],
    units: Units,
    *,
    fractions: bool,
) -> tuple[dict[str, Value], list[str]]:
    cells: dict[str, Value] = {}
    faults: list[str] = []
    for field in form.fields:
        text = filled.get(field.id, "")
        try:
            cells[field.id] = cell_value(field, text, units, fractions=fractions)
        except ValueError as error:
            faults.append(f"“{field.name}”: {error}")
            continue
        if cells[field.id] is None and field.required:
            faults.append(f"“{field.name}”: 是空的；应填写")
        if field.type == "unit" and cells[field.id] is not None:
            cells[f"{field.id}_name"] = shown(text)
    if not faults:
        for field in form.fields:
            if cells[field.id] is None and _stands(field, present):
                cells[field.id] = (
                    cells[field.blank] if isinstance(field.blank, str) else field.blank
                )
            if field.rate and (fault := _rated(form, field, cells, filled)):
                faults.append(f"“{field.name}”: {fault}")
    return cells, faults


def _stands(field: FormField, present: Container[str]) -> bool:
    """Whether an empty cell stands for something: 0 only where there is a cell."""
    return isinstance(field.blank, str) or (field.blank is not None and field.id in present)


def _rated(form: Form, field: FormField, cells: dict[str, Value], texts: Mapping[str, str]) -> str:
    """Fill in a number of which only the rate is written; what is wrong where the two do not agree."""
    assert field.rate
    rate, whole = cells[field.rate.field], cells[field.rate.of]
    part = cells[field.id]
    of = form.one(field.rate.of)
    name = of.name if of else ""
    if isinstance(part, int) and isinstance(whole, int) and part > whole:
        return f"写的是{part}，多于“{name}”{whole}；应不大于它"
    if not isinstance(rate, float) or not isinstance(whole, int) or not whole:
        return ""
    exact = Decimal(str(rate)).normalize()
    decimals = _decimals(texts[field.rate.field], exact)
    if part is None and exact not in (0, 100) and Decimal(100) / whole < Decimal(10) ** -decimals:
        return f"是空的，由率{exact:f}%定不出来（“{name}”有{whole}）；应填写件数"
    step = Decimal(10) ** -min(2, decimals)
    near = part if isinstance(part, int) else int(exact * whole / 100 + Decimal("0.5"))
    if abs(Decimal(near) * 100 / whole - exact) > step:  # rounded or cut off: both are usual
        written = "空的" if part is None else str(part)
        return f"是{written}，与“{name}”{whole}、率{exact:f}%对不上；应核对后填写件数"
    cells[field.id] = near
    return ""


def _decimals(text: str, exact: Decimal) -> int:
    """To how many decimals a percentage was written: 8.10% to two, 0.081 in a spreadsheet to one."""
    digits = re.search(r"[.．]([0-9０-９]+)", text)
    written = len(digits[1]) if digits else 0
    number = unicodedata.normalize("NFKC", text)
    kept_as_fraction = "%" not in number and exact != Decimal(number.strip())
    return max(0, written - 2 * kept_as_fraction)


def _is_foot(form: Form, filled: Mapping[str, str], first: str) -> bool:
    """A remark under the table: it begins like one, and next to nothing that is required stands in its row."""
    required = [one.id for one in form.fields if one.required]
    there = sum(id in filled for id in required)
    return bool(_FOOT.match(first)) and there <= 1 and there < len(required)


def _wrong_totals(form: Form, filled: Mapping[str, str], sums: Mapping[str, int]) -> Iterator[str]:
    for field in form.fields:
        text = filled.get(field.id, "")
        if field.type != "int" or not text:
            continue
        try:
            total = cell_value(field, text, Units({}), fractions=False)
        except ValueError:
            continue
        if total is not None and total != sums[field.id]:
            yield f"“{field.name}”: 合计写的是{total}，以上各行之和是{sums[field.id]}；应核对"
