"""The site file: one county's website, its units and columns, as YAML (design.md §7).

Every error names file and line, what is wrong and what would be right; all errors come at once.
"""

import difflib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urljoin, urlsplit
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from checks.model import MAX_AGE_DAYS, BadInput, Column, Expectation, Site, Unit
from checks.yaml_file import line_of, read_yaml

#: Stands where the office has still to fill something in.
PLACEHOLDER = "待填写"
LOOPBACK = ("127.", "localhost", "[::1]", "::1")
FAMILIES = Literal["vsb", "ucap", "trs", "jcms", "generic", "auto"]
_ID = r"^[a-z0-9]+(-[a-z0-9]+)*$"


def _text_only(value: Any) -> Any:
    """YAML reads 2025-10-01 as a date and 1_0 as a number: such a value must be quoted."""
    if isinstance(value, bool | int | float | date):
        raise ValueError("quote")  # noqa: TRY004  - pydantic turns ValueError into a problem
    return value


Text = Annotated[str, BeforeValidator(_text_only), Field(min_length=1)]
Id = Annotated[str, BeforeValidator(_text_only), Field(pattern=_ID)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Expectation(_Strict):
    item: Text
    any: list[Text] = Field(min_length=1)
    each_unit: bool = False
    within_days: int | None = Field(None, gt=0)
    units: list[Text] = []
    source: str = ""


class _Column(_Strict):
    id: Id
    name: Text
    url: Text
    kind: Literal["news", "notice", "policy", "yearly", "static"] = "notice"
    units: list[Text] = []
    family: FAMILIES = "auto"
    max_age_days: int | None = Field(None, gt=0)
    expects: list[_Expectation] = []
    endpoint: str = ""
    max_pages: int = Field(200, gt=0, le=5000)


class _Unit(_Strict):
    id: Id
    name: Text
    aliases: list[Text] = []
    kind: Literal["township", "department", "zone", "centre"] = "department"
    quota: int | None = Field(None, ge=0)


class _About(_Strict):
    id: Id
    name: Text
    home: Text
    code: Annotated[str, BeforeValidator(_text_only)] = ""
    family: FAMILIES = "auto"
    timezone: str = "Asia/Shanghai"
    delay: float = Field(1.0, ge=0, le=3600)
    office: str = ""
    hosts: list[Text] = []
    reprints: list[Text] = []


class _File(_Strict):
    site: _About
    units: list[_Unit] = []
    columns: list[_Column] = Field(min_length=1)
    lists: list[Text] = []


_KNOWN = {
    "": set(_File.model_fields),
    "site": set(_About.model_fields),
    "units": set(_Unit.model_fields),
    "columns": set(_Column.model_fields),
    "expects": set(_Expectation.model_fields),
}


def load_site(path: Path) -> Site:
    """The site a file declares. One with 待填写 in an address loads, with `placeholder` set.

    Raises:
        BadInput: the file cannot be read, is not YAML, or any entry is wrong: a line a problem.
    """
    document = read_yaml(path)
    try:
        file = _File.model_validate(document)
    except ValidationError as error:
        raise BadInput(*(_told(path, document, dict(one)) for one in error.errors())) from None
    problems = [
        f"{path}:{line_of(document, where)}: {what}" for where, what in _problems(file, path)
    ]
    if problems:
        raise BadInput(*problems)
    return _site(file, path)


_SAID = {
    "missing": "缺少这一项",
    "string_type": "应为文字",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "float_type": "应为数字",
    "float_parsing": "应为数字",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "list_type": "应为列表，如 [甲, 乙]",
    "model_type": "应为“键: 值”",
    "dict_type": "应为“键: 值”",
    "string_too_short": "不能为空",
    "too_short": "不能为空，至少写一项",
    "greater_than": "应大于{gt}",
    "greater_than_equal": "应不小于{ge}",
    "less_than_equal": "应不大于{le}",
    "string_pattern_mismatch": "应为小写字母、数字和连字符，如 xczx",
    "value_error": '应加引号写成文字，如 "2025"',
}


def _told(path: Path, document: Any, error: dict[str, Any]) -> str:
    where: tuple[int | str, ...] = error["loc"]
    name = ".".join(str(one + 1) if isinstance(one, int) else one for one in where)
    at = f"{path}:{line_of(document, where)}: {name}"
    kind, context = error["type"], error.get("ctx") or {}
    if kind == "extra_forbidden":
        section = next((str(one) for one in reversed(where[:-1]) if isinstance(one, str)), "")
        known = _KNOWN.get(section, set())
        near = difflib.get_close_matches(str(where[-1]), known, 1)
        hint = f"，是不是“{near[0]}”" if near else f"，可用的有 {'、'.join(sorted(known))}"
        return f"{at}: 没有这个键{hint}"
    if kind == "literal_error":
        expected = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ")
        return f"{at}: “{error['input']}”不可用，应为 {expected} 之一"
    shown = error["input"] if isinstance(error["input"], str | int | float) else None
    value = f"“{shown}”" if kind != "missing" and shown not in (None, "") else ""
    return f"{at}: {value}{_SAID.get(kind, '写法有误').format(**{k: f'{v:g}' if isinstance(v, float) else v for k, v in context.items()})}"


def _problems(file: _File, path: Path) -> Iterator[tuple[tuple[int | str, ...], str]]:
    """What is wrong though every entry by itself is well formed: (place, words)."""
    yield from _site_problems(file, path)
    yield from _doubles(("units",), [u.id for u in file.units], "单位id")
    yield from _doubles(("columns",), [c.id for c in file.columns], "栏目id")
    owner: dict[str, str] = {}
    for i, unit in enumerate(file.units):
        for name in dict.fromkeys((unit.name, *unit.aliases)):
            if owner.setdefault(name, unit.id) != unit.id:
                yield ("units", i), f"名称“{name}”与单位 {owner[name]} 重复，应只属于一个单位"
    for i, column in enumerate(file.columns):
        yield from _selection_problems(file, ("columns", i, "units"), column.units)
        waiting = PLACEHOLDER in file.site.home or PLACEHOLDER in column.url
        if not waiting and _bad_address(urljoin(file.site.home, column.url)):
            yield ("columns", i, "url"), f"“{column.url}”不是网址，应如 /xczx.htm"
        chosen = set(_selected(file, column.units))
        for k, expected in enumerate(column.expects):
            here = ("columns", i, "expects", k)
            yield from _selection_problems(file, (*here, "units"), expected.units)
            outside = [u for u in _selected(file, expected.units) if u not in chosen]
            if outside:
                yield (*here, "units"), f"{outside[0]} 不是本栏目的责任单位"
            if expected.each_unit and not chosen:
                yield (*here, "each_unit"), "each_unit 需要栏目写明责任单位 units"


def _site_problems(file: _File, path: Path) -> Iterator[tuple[tuple[int | str, ...], str]]:
    about = file.site
    waiting = PLACEHOLDER in about.home
    host = "" if waiting else (urlsplit(about.home).hostname or "")
    if not waiting and _bad_address(about.home):
        yield ("site", "home"), f"“{about.home}”不是网址，应如 https://www.example.gov.cn/"
    if about.delay < 1.0 and not host.startswith(LOOPBACK):
        yield ("site", "delay"), f"{about.delay}秒太短，访问间隔应不少于1秒（本机示范除外）"
    try:
        ZoneInfo(about.timezone)
    except (KeyError, ValueError, OSError):
        yield ("site", "timezone"), f"没有时区“{about.timezone}”，应如 Asia/Shanghai"
    for i, name in enumerate(file.lists):
        if not (path.parent / name).is_dir():
            yield ("lists", i), f"找不到词表文件夹“{name}”（相对于站点文件所在文件夹）"


def _bad_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return True
    return parts.scheme not in ("http", "https") or not parts.hostname


def _doubles(
    where: tuple[int | str, ...], ids: list[str], what: str
) -> Iterator[tuple[tuple[int | str, ...], str]]:
    for i, id in enumerate(ids):
        if id in ids[:i]:
            yield (*where, i, "id"), f"{what}“{id}”重复"


def _selection_problems(
    file: _File, where: tuple[int | str, ...], chosen: list[str]
) -> Iterator[tuple[tuple[int | str, ...], str]]:
    ids = [unit.id for unit in file.units]
    kinds = {unit.kind for unit in file.units}
    for k, one in enumerate(chosen):
        if one.startswith("kind:"):
            if one.removeprefix("kind:") not in kinds:
                yield (*where, k), f"没有“{one}”这类单位，现有 {'、'.join(sorted(kinds))}"
        elif one not in ids:
            near = difflib.get_close_matches(one, ids, 1)
            yield (
                (*where, k),
                f"没有单位“{one}”" + (f"，是不是“{near[0]}”" if near else "，应为units中的id"),
            )


def _selected(file: _File, chosen: list[str]) -> tuple[str, ...]:
    """Unit ids a selection names, kinds resolved, each once, in the order written."""
    found: dict[str, None] = {}
    for one in chosen:
        if one.startswith("kind:"):
            found |= {u.id: None for u in file.units if u.kind == one.removeprefix("kind:")}
        else:
            found[one] = None
    return tuple(found)


def _column(file: _File, one: _Column) -> Column:
    return Column(
        id=one.id,
        name=one.name,
        url=urljoin(file.site.home, one.url),
        kind=one.kind,
        units=_selected(file, one.units),
        family=one.family,
        max_age=one.max_age_days or MAX_AGE_DAYS[one.kind],
        expects=tuple(
            Expectation(
                item=e.item,
                any=tuple(e.any),
                each_unit=e.each_unit,
                within_days=e.within_days,
                units=_selected(file, e.units),
                source=e.source,
            )
            for e in one.expects
        ),
        endpoint=urljoin(file.site.home, one.endpoint) if one.endpoint else "",
        max_pages=one.max_pages,
    )


def _site(file: _File, path: Path) -> Site:
    about = file.site
    waiting = any(PLACEHOLDER in one for one in (about.home, *(c.url for c in file.columns)))
    home_host = "" if PLACEHOLDER in about.home else (urlsplit(about.home).hostname or "")
    columns = tuple(_column(file, one) for one in file.columns)
    named = {urlsplit(c.url).hostname or "" for c in columns} | {home_host, *about.hosts}
    return Site(
        id=about.id,
        name=about.name,
        home=about.home,
        code=about.code,
        family=about.family,
        timezone=about.timezone,
        delay=about.delay,
        office=about.office,
        hosts=frozenset(host.lower() for host in named if host),
        units=tuple(Unit(u.id, u.name, tuple(u.aliases), u.kind, u.quota) for u in file.units),
        columns=columns,
        lists=tuple(str((path.parent / one).resolve()) for one in file.lists),
        reprints=tuple(about.reprints),
        placeholder=waiting,
    )
