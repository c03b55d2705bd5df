"""What is wrong in a site file, in Chinese: faults of single values, and of values between themselves.

Long because the faults of one file stand together.
"""

import difflib
import ipaddress
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urljoin, urlsplit

from pydantic import BaseModel, ValidationError

from checks.model import UnitKind, plain
from checks.site_schema import (
    PLACEHOLDER,
    AccountText,
    ColumnText,
    ExpectationText,
    IndicatorKeys,
    LinkKeys,
    ProbeKeys,
    ReviewKeys,
    RevisitKeys,
    RuleText,
    SiteKeys,
    SiteText,
    UnitText,
    address_fault,
)
from checks.yaml_file import Loc, Notation

#: Seconds between two requests below which only a loopback host may be asked.
POLITE_SECONDS = 1.0
_GROUPS = {
    "units": "单位",
    "columns": "栏目",
    "expects": "应公开内容",
    "rules": "规则",
    "indicators": "检查指标",
    "numbers": "数字",
    "media": "新媒体账号",
    "reviews": "三审三校（reviews）",
}
_EXAMPLES = {
    "id": "id: nongye",
    "name": "name: 全称",
    "home": 'home: "https://www.example.gov.cn/"',
    "url": "url: /xczx.htm",
    "item": "item: 乡村振兴进度",
    "any": "any: [进度, 进展]",
    "site": "site: {id: …, name: …, home: …}",
    "columns": "columns: 下列出各栏目",
    "since": "since: 2026-01-01",
}
_WANTED = {
    "string_type": "文字",
    "int_type": "整数",
    "int_from_float": "整数",
    "float_type": "数字",
    "bool_type": "true或false",
    "list_type": "列表，如 [甲, 乙]",
    "model_type": "“键: 值”各项",
    "finite_number": "普通的数字",
}
_LIMITS = (("ge", "不小于"), ("gt", "大于"), ("le", "不大于"), ("lt", "小于"))


@dataclass(frozen=True, slots=True)
class Fault:
    """`loc` is where it stands (keys and indexes from the root), `words` what is wrong and what would be right."""

    loc: Loc
    words: str


# -- single values ----------------------------------------------------------------------------


def schema_faults(
    error: ValidationError, data: Any, schemas: "Schemas | None" = None
) -> Iterator[Fault]:
    """`schemas` are those of the file's groups, by key; "" for the whole file. None: the site file's."""
    for one in error.errors(include_url=False):
        loc: Loc = one["loc"]
        if one["type"] in {"extra_forbidden", "invalid_key"}:
            yield Fault(loc, _unknown_key(loc, data, schemas or SCHEMAS))
            continue
        yield Fault(loc, _schema_words(one["type"], loc, one["input"], one.get("ctx") or {}, data))


def _schema_words(kind: str, loc: Loc, value: Any, context: Mapping[str, Any], data: Any) -> str:
    place = _place(loc, data)
    if kind == "missing":
        key = str(loc[-1])
        return f"{_place(loc[:-1], data)}缺少{key}；应写上，如 {_EXAMPLES.get(key, key)}"
    if kind == "value_error":
        return f"{place}{context['error']}"
    if kind == "literal_error":
        allowed = _quoted_list(str(context["expected"]))
        return (
            f"{place}写的是{_shown(value)}；应为{'、'.join(allowed)}之一{nearest(value, allowed)}"
        )
    if kind == "too_short":
        return f"{place}是空的；应至少写一项"
    if kind == "too_long":
        return f"{place}有{context['actual_length']}项；应不超过{context['max_length']}项"
    if isinstance(value, Notation):
        return f"{place}的数字写法会被读成{value.value}；应写普通的十进制数，是文字就加引号"
    limit = next((f"{words}{context[key]}" for key, words in _LIMITS if key in context), "")
    if limit:
        return f"{place}写的是{_shown(value)}；应{limit}"
    wanted = _WANTED.get(kind, "别的写法")
    quotes = "（数字、日期、true/false作文字时要加引号）" if kind == "string_type" else ""
    return f"{place}写的是{_shown(value)}；应为{wanted}{quotes}"


Schemas = Mapping[str, type[BaseModel]]
SCHEMAS: Schemas = {
    "": SiteText,
    "site": SiteKeys,
    "units": UnitText,
    "columns": ColumnText,
    "expects": ExpectationText,
    "rules": RuleText,
    "revisit": RevisitKeys,
    "links": LinkKeys,
    "probe": ProbeKeys,
    "media": AccountText,
    "indicators": IndicatorKeys,
    "reviews": ReviewKeys,
}


def _unknown_key(loc: Loc, data: Any, schemas: Schemas) -> str:
    groups = [key for key in loc[:-1] if isinstance(key, str) and key in schemas]
    known = [*schemas[groups[-1] if groups else ""].model_fields]
    key = loc[-1]
    return f"{_place(loc[:-1], data)}没有“{key}”这个键{nearest(key, known)}；应为{'、'.join(known)}之一"


def nearest(value: object, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(str(value), known, n=1, cutoff=0.5)
    return f"（是不是“{close[0]}”？）" if close else ""


def _quoted_list(expected: str) -> list[str]:
    """The values of pydantic's "'a', 'b' or 'c'"."""
    return expected.split("'")[1::2]


def _shown(value: Any) -> str:
    kinds = {dict: "“键: 值”各项", list: "列表", type(None): "空"}
    if isinstance(value, Notation):
        return f"数字{value.value}"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return kinds.get(type(value)) or f"“{text[:40]}”"


def _place(loc: Loc, data: Any) -> str:
    """Where a fault stands in words: 栏目“xczx”的应公开内容第1项的any."""
    words: list[str] = []
    node = data
    for key in loc:
        node = _child(node, key)
        if isinstance(key, int):
            id = node.get("id") if isinstance(node, dict) else None
            words.append(f"“{id}”" if isinstance(id, str) else f"第{key + 1}项")
            continue
        if words:
            words.append("的")
        words.append(_GROUPS.get(key, key))
    return "".join(words) or "文件"


def _child(node: Any, key: str | int) -> Any:
    try:
        return node[key]
    except (KeyError, IndexError, TypeError):
        return None


# -- values between themselves ----------------------------------------------------------------


def cross_faults(data: Any, folder: Path) -> Iterator[Fault]:
    """Faults that no single value shows. Values of a wrong type are passed over: they are told already."""
    units, columns = _dicts(data, "units"), _dicts(data, "columns")
    yield from _twice(("units",), units, "单位")
    yield from _twice(("columns",), columns, "栏目")
    yield from _names_twice(units)
    yield from _account_faults(_dicts(data, "media"), units)
    for i, column in columns:
        yield from _column_faults(("columns", i), column, units)
    yield from _delay_faults(data, columns)
    yield from _rule_faults(data, {c.get("id") for _, c in columns})
    yield from _review_faults(_child(data, "reviews"), {c.get("id") for _, c in columns})
    roster = _child(data, "roster")
    if isinstance(roster, str) and roster.strip() and not _is_file(folder / roster.strip()):
        yield Fault(("roster",), f"没有“{roster}”这个领导名录文件；应写相对于站点文件的CSV或XLSX")
    for i, name in _strings(_child(data, "lists")):
        if name.strip() and "\0" not in name and not (folder / name.strip()).is_dir():
            yield Fault(("lists", i), f"没有“{name}”这个词表文件夹；应写相对于站点文件的已有文件夹")


def _account_faults(
    accounts: list[tuple[int, dict[str, Any]]], units: list[tuple[int, dict[str, Any]]]
) -> Iterator[Fault]:
    yield from _twice(("media",), accounts, "新媒体账号")
    ids = sorted(id for _, unit in units if isinstance(id := unit.get("id"), str))
    for i, account in accounts:
        unit = account.get("unit")
        if isinstance(unit, str) and unit.strip() and unit.strip() not in ids:
            words = f"没有id为“{unit}”的单位{nearest(unit, ids)}；应写units里已有的id"
            yield Fault(("media", i, "unit"), words)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except ValueError:  # a NUL in the name
        return False


def _rule_faults(data: Any, columns: set[Any]) -> Iterator[Fault]:
    """Columns that a decision on a rule names and the file does not have; the same decision twice."""
    seen: set[tuple[Any, ...]] = set()
    for i, rule in _dicts(data, "rules"):
        for k, name in _strings(rule.get("columns")):
            if name not in columns:
                yield Fault(
                    ("rules", i, "columns", k), f"没有id为“{name}”的栏目；应写columns里已有的id"
                )
        key = (rule.get("rule"), *sorted(name for _, name in _strings(rule.get("columns"))))
        if key in seen:
            yield Fault(("rules", i), f"规则“{rule.get('rule')}”已作过同样范围的决定；应只写一次")
        seen.add(key)


def _review_faults(reviews: Any, columns: set[Any]) -> Iterator[Fault]:
    for k, name in _strings(_child(reviews, "columns")):
        if name not in columns:
            words = f"没有id为“{name}”的栏目{nearest(name, sorted(map(str, columns)))}；应写columns里已有的id，或all"
            yield Fault(("reviews", "columns", k), words)


def _dicts(node: Any, key: str) -> list[tuple[int, dict[str, Any]]]:
    found = _child(node, key)
    return [(i, one) for i, one in enumerate(found if isinstance(found, list) else []) if isinstance(one, dict)]  # fmt: skip


def _strings(node: Any) -> Iterator[tuple[int, str]]:
    for i, one in enumerate(node if isinstance(node, list) else []):
        if isinstance(one, str):
            yield i, one


def _twice(loc: Loc, found: Iterable[tuple[int, dict[str, Any]]], what: str) -> Iterator[Fault]:
    seen: dict[str, int] = {}
    for i, one in found:
        id = one.get("id")
        if not isinstance(id, str):
            continue
        if id in seen:
            words = f"{what}id“{id}”已用于第{seen[id] + 1}项；每个id应只用一次"
            yield Fault((*loc, i, "id"), words)
        seen.setdefault(id, i)


def _names_twice(units: Iterable[tuple[int, dict[str, Any]]]) -> Iterator[Fault]:
    owners: dict[str, tuple[int, Any]] = {}
    for i, unit in units:
        name = unit.get("name")
        places: list[tuple[Loc, str]] = [(("name",), name)] if isinstance(name, str) else []
        places += [(("aliases", k), alias) for k, alias in _strings(unit.get("aliases"))]
        for loc, text in places:
            owner, whose = owners.setdefault(plain(text), (i, unit.get("id")))
            if owner != i:
                words = f"“{text}”已是单位“{whose}”的名称或别名；一个名称应只属于一个单位"
                yield Fault(("units", i, *loc), words)


def _column_faults(
    loc: Loc, column: dict[str, Any], units: list[tuple[int, dict[str, Any]]]
) -> Iterator[Fault]:
    own, faults = _chosen((*loc, "units"), column.get("units"), units)
    yield from faults
    for k, expectation in _dicts(column, "expects"):
        place = (*loc, "expects", k)
        chosen, faults = _chosen((*place, "units"), expectation.get("units"), units)
        yield from faults
        for id in sorted(chosen - own):
            words = f"应公开内容的单位“{id}”不在本栏目的责任单位之中；应先列入本栏目的units"
            yield Fault((*place, "units"), words)
        if expectation.get("each_unit") is True and not column.get("units"):
            words = (
                "each_unit要求每个责任单位都有，但本栏目没有责任单位；应写上units，或删去each_unit"
            )
            yield Fault((*place, "each_unit"), words)


def _chosen(
    loc: Loc, names: Any, units: list[tuple[int, dict[str, Any]]]
) -> tuple[set[str], list[Fault]]:
    """Ids of the units that `names` select, and the names that select none."""
    ids = {id for _, unit in units if isinstance(id := unit.get("id"), str)}
    chosen: set[str] = set()
    faults: list[Fault] = []
    for k, written in _strings(names):
        name = written.strip()
        kind = name.removeprefix("kind:")
        if kind != name:
            of_kind = {u["id"] for _, u in units if u.get("kind", "department") == kind and isinstance(u.get("id"), str)}  # fmt: skip
            chosen |= of_kind
            if not of_kind and kind in get_args(UnitKind):
                faults.append(Fault((*loc, k), f"“{name}”没有选到单位；应先在units里写上这类单位"))
        elif name in ids:
            chosen.add(name)
        elif name:
            words = f"没有id为“{name}”的单位{nearest(name, sorted(ids))}；应写units里已有的id，或kind:类别"
            faults.append(Fault((*loc, k), words))
    return chosen, faults


def _delay_faults(data: Any, columns: Iterable[tuple[int, dict[str, Any]]]) -> Iterator[Fault]:
    site = _child(data, "site")
    delay, home = _child(site, "delay"), _child(site, "home")
    if not isinstance(delay, int | float) or isinstance(delay, bool):
        return
    if not 0 <= delay < POLITE_SECONDS:
        return
    home = home if isinstance(home, str) else ""
    written = [a for _, c in columns for key in ("url", "endpoint") if isinstance(a := c.get(key), str)]  # fmt: skip
    written += [a for _, a in _strings(_child(_child(data, "probe"), "targets"))]
    if not all(is_loopback(host_of(_joined(home, a))) for a in ("", *written)):
        words = f"site的delay写的是“{delay}”（两次访问的间隔秒数）；应不小于{POLITE_SECONDS}，以免妨碍网站"
        yield Fault(("site", "delay"), words)


def _joined(home: str, address: str) -> str:
    try:
        return urljoin(home, address)
    except ValueError:
        return ""


def host_of(address: str) -> str:
    """The host an absolute address names, in lower case; "" where it names none or is still to be filled in."""
    if PLACEHOLDER in address or address_fault(address):
        return ""
    return (urlsplit(address).hostname or "").rstrip(".")


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
