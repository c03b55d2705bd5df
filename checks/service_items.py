"""Two tables of service items compared, item by item and element by element: what the quality findings list says.

An element that one table fills and the other leaves empty is 要素缺失; lists of materials that differ as sets are
材料清单不一致; other elements that both fill differently are 要素不一致; an item that only one table has is 事项缺失.
How a list is broken into lines, numbered or punctuated makes no difference; an element empty in both is not judged.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from checks.figure import Row, Value
from checks.form import Form
from checks.model import plain

MATERIALS = "materials"
#: Fields that tell which item it is, and are not compared.
_WHICH = frozenset(("code", "unit", "item"))
_PARTS = re.compile(r"[\n;；、，,]+")
_NUMBERED = re.compile(r"^(?:\(?[0-9]{1,2}\)|[0-9]{1,2}[.．、)]|[一二三四五六七八九十]{1,3}[、.])")
_MARKS = re.compile(r"[《》“”\"'。.:：()\[\]【】·]")
_NOTHING = frozenset(("", "/", "-", "—", "——"))


def compared(form: Form, platform: Sequence[Row], unit: Sequence[Row]) -> tuple[Row, ...]:
    """The findings, as rows of the form service-findings: the platform's items in their order, then the unit's own."""
    here = {row.key: row for row in platform}
    there = {row.key: row for row in unit}
    found = [
        one
        for key in dict.fromkeys((*here, *there))
        for one in _item(form, here.get(key), there.get(key))
    ]
    return tuple(
        Row(f"{cells['code']}|{cells['kind']}|{cells['element'] or ''}", cells, place)
        for cells, place in found
    )


def _item(
    form: Form, here: Row | None, there: Row | None
) -> Iterator[tuple[Mapping[str, Value], str]]:
    if here is None or there is None:
        only, lacking = (here, "部门实施清单") if there is None else (there, "一体化平台")
        assert only is not None
        yield _finding(only, "事项缺失", None, f"{lacking}没有这个事项"), only.place
        return
    place = f"{here.place}；{there.place}"
    for field in form.fields:
        if field.id in _WHICH:
            continue
        one, other = (_text(row.cells.get(field.id)) for row in (here, there))
        if bool(one) != bool(other):
            where = "部门实施清单" if one else "一体化平台"
            yield _finding(here, "要素缺失", field.name, f"{where}没有填写"), place
        elif field.id == MATERIALS:
            if note := _different(one, other):
                yield _finding(here, "材料清单不一致", field.name, note), place
        elif _bare(one) != _bare(other):
            yield _finding(here, "要素不一致", field.name, "两张表写法不同"), place


def _text(cell: Value) -> str:
    said = "" if cell is None else str(cell).strip()
    return "" if said in _NOTHING else said


def _bare(text: str) -> str:
    return _MARKS.sub("", plain(text)).rstrip("；;，,、")


def materials(text: str) -> Mapping[str, str]:
    """The materials of a list, bare name → as written."""
    parts = (_NUMBERED.sub("", one.strip()).strip() for one in _PARTS.split(text))
    return {bare: one for one in parts if (bare := _bare(one))}


def _different(one: str, other: str) -> str:
    """How two lists differ, "" if they do not."""
    here, there = materials(one), materials(other)
    only_here = "、".join(here[bare] for bare in here if bare not in there)
    only_there = "、".join(there[bare] for bare in there if bare not in here)
    sides = (("一体化平台多", only_here), ("部门实施清单多", only_there))
    return "；".join(f"{side}：{names}" for side, names in sides if names)


def _finding(row: Row, kind: str, element: str | None, note: str) -> Mapping[str, Value]:
    return {
        "unit": row.cells.get("unit"),
        "unit_name": row.cells.get("unit_name"),
        "item": row.cells.get("item"),
        "code": row.cells.get("code"),
        "kind": kind,
        "element": element,
        "note": note,
    }
