"""The rows a circular's figures were counted from, told one by one: what each is, whose, of which day, where it stands."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reports.circular.facts import Fact
from reports.circular.made import Told
from reports.monitor import OUTCOMES
from store.pack_reading import Pack

Said = tuple[str, str, str, str]
_STATES = {"stale": "不更新", "empty": "空白", "incomplete": "内容不全"}


@dataclass(frozen=True, slots=True)
class Evidence:
    """One row of a pack behind figures (`numbers`, from 1, as the annex counts them)."""

    numbers: tuple[int, ...]
    table: str
    key: str
    what: str
    unit: str
    day: str
    place: str


def evidence(pack: Pack, told: Sequence[Told]) -> tuple[Evidence, ...]:
    """Every row behind what is told, once, by table and in the table's order."""
    wanted: dict[str, dict[str, list[int]]] = {}
    for number, one in enumerate(told, 1):
        for key in one.fact.keys:
            wanted.setdefault(one.fact.table, {}).setdefault(key, []).append(number)
    return tuple(one for table, keys in wanted.items() for one in _of_table(pack, table, keys))


def rows_behind(pack: Pack, fact: Fact, first: int, most: int) -> tuple[Evidence, ...]:
    """Of the rows behind one figure those from the `first` (from 0), `most` at most; their `numbers` are ()."""
    name, say = _TOLD.get(fact.table, ("key", _form_row))
    keys = list(dict.fromkeys(fact.keys))[first : first + most]
    found = {
        str(row[name]): _told(row, fact.table, str(row[name]), say)
        for row in pack.some(fact.table, name, keys)
    }
    return tuple(found[key] for key in keys if key in found)


def _told(
    row: Mapping[str, Any],
    table: str,
    key: str,
    say: Callable[[Mapping[str, Any]], Said],
    numbers: Sequence[int] = (),
) -> Evidence:
    what, unit, day, place = (str(one or "") for one in say(row))
    return Evidence(tuple(dict.fromkeys(numbers)), table, key, what, unit, day, place)


def _of_table(pack: Pack, table: str, keys: Mapping[str, list[int]]) -> Iterator[Evidence]:
    name, say = _TOLD.get(table, ("key", _form_row))
    for row in pack.rows(table):
        key = str(row[name])
        if key in keys:
            yield _told(row, table, key, say, keys[key])


def _article(row: Mapping[str, Any]) -> Said:
    return row["title"], row["unit_name"], row["published"], row["url"]


def _finding(row: Mapping[str, Any]) -> Said:
    sentence = f"{row['before']}【{row['match']}】{row['after']}"
    said = f"台账{row['number']}号 {row['title']}（{row['label']}）：{sentence}"
    return said, row["unit_name"], row["published"] or row["opened"], row["url"]


def _fault(row: Mapping[str, Any]) -> Said:
    said = f"缺“{row['item']}”" if row["item"] else _STATES[row["state"]]
    number = f"台账{row['finding']}号 " if row["finding"] else ""
    return f"{number}栏目{row['column_id']}：{said}", row["unit"], row["day"], row["url"]


def _column(row: Mapping[str, Any]) -> Said:
    return f"栏目“{row['name']}”：{row['why']}", row["units"], row["day"], row["url"]


def _unit(row: Mapping[str, Any]) -> Said:
    quota = "没有定任务" if row["quota"] is None else f"任务{row['quota']}条"
    doubt = f"，{row['doubt']}" if row["doubt"] else ""
    return f"发布{row['published']}条，{quota}{doubt}", row["short"], "", ""


def _standing(row: Mapping[str, Any]) -> Said:
    adopted = "" if row["adopted"] is None else f"，采用{row['adopted']}条"
    return f"发布{row['published']}条{adopted}；{row['why']}", row["short"], "", ""


def _figure(row: Mapping[str, Any]) -> Said:
    return row["words"], row["unit"], "", row["sql"]


def _text(row: Mapping[str, Any]) -> Said:
    return row["text"], "办公室文字", "", row["name"]


def _monitored(row: Mapping[str, Any]) -> Said:
    became = f"{OUTCOMES[row['outcome']]}，{'已整改' if row['mended'] else '未核销'}"
    number = f"，台账{row['finding']}号" if row["finding"] else ""
    return f"{row['product']}：“{row['word']}”{became}{number}", "", row["day"], row["url"]


def _form_row(row: Mapping[str, Any]) -> Said:
    """A row of the office's spreadsheets: what it says, and in which file, sheet and row."""
    apart = ("key", "place", "unit_kind")
    cells = (
        f"{name}={cell}" for name, cell in row.items() if name not in apart and cell is not None
    )
    return "；".join(cells), row.get("unit_name") or "", "", row["place"]


#: Table → its key, and how a row of it is told. Tables of forms are told by `_form_row`.
_TOLD: Mapping[str, tuple[str, Callable[[Mapping[str, Any]], Said]]] = {
    "articles": ("url", _article),
    "findings": ("number", _finding),
    "faults": ("key", _fault),
    "columns": ("id", _column),
    "units": ("id", _unit),
    "ranking": ("unit", _standing),
    "figures": ("id", _figure),
    "texts": ("name", _text),
    "monitor_records": ("key", _monitored),
}
