"""检查指标 as data: the shipped documents, an office's own variants, and what a site sets of them.

A file names its document, every number with its source and how surely it is the document's. A variant
(`base:`) takes over what it does not say otherwise. What is held with medium or low confidence is off
until a site sets it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from checks.model import BadInput, ColumnKind, Indicator, Indicators
from checks.site_faults import Fault, Schemas, nearest, schema_faults
from checks.site_schema import IndicatorText, NumberText
from checks.windows import longest_days
from checks.yaml_file import YamlDocument, read_yaml

DEFAULT = "guoban-2019"
SHAKY = frozenset({"medium", "low"})
#: Files one variant may stand on, one upon the other.
MOST_BASES = 5
_SCHEMAS: Schemas = {"": IndicatorText, "numbers": NumberText}
_SHIPPED = files("checks.jurisdictions")


def shipped_names() -> tuple[str, ...]:
    names = (one.name for one in _SHIPPED.iterdir())
    return tuple(sorted(n.removesuffix(".yaml") for n in names if n.endswith(".yaml")))


def shipped(name: str = DEFAULT) -> Indicators:
    """The shipped 检查指标 called `name`. Raises BadInput: there is none."""
    return load_indicators(name, Path())


def load_indicators(name: str, folder: Path) -> Indicators:
    """The shipped 检查指标 called `name`, or those of a YAML file named relative to `folder`.

    Raises:
        BadInput: one line a fault of the file or of one it stands on.
    """
    return _loaded(name, folder, ())


def _loaded(name: str, folder: Path, above: tuple[Path, ...]) -> Indicators:
    return _read(folder / name, above) if name.endswith(".yaml") else _of_the_house(name)


@cache
def _of_the_house(name: str) -> Indicators:
    with as_file(_SHIPPED / f"{name}.yaml") as file:
        return _read(file, ())


def _read(file: Path, above: tuple[Path, ...]) -> Indicators:
    document = read_yaml(file)
    try:
        written = IndicatorText.model_validate(document.data)
    except ValidationError as error:
        raise _told(document, schema_faults(error, document.data, _SCHEMAS)) from None
    base = Indicators()
    if written.base is not None:
        if file.resolve() in above or len(above) >= MOST_BASES:
            raise _told(
                document, [Fault(("base",), "base绕回了自己或层数太多；应最终落到内置指标")]
            )
        if fault := missing(written.base, file.parent):
            raise _told(document, [Fault(("base",), f"base{fault}")])
        base = _loaded(written.base, file.parent, (*above, file.resolve()))
    known = {one.name: one for one in base.numbers}
    if faults := list(_number_faults(written, base)):
        raise _told(document, faults)
    numbers = known | {n: _number(n, one, written, known) for n, one in written.numbers.items()}
    return Indicators(written.id, written.title, written.source, tuple(numbers.values()))


def _told(document: YamlDocument, faults: Iterable[Fault]) -> BadInput:
    return document.refusal((one.loc, one.words) for one in faults)


def _number_faults(written: IndicatorText, base: Indicators) -> Iterator[Fault]:
    """Numbers that the base does not know; without a base, ones that are on or off and no number."""
    for name, said in written.numbers.items():
        if written.base is not None and name not in {one.name for one in base.numbers}:
            yield Fault(("numbers", name), unknown(name, base))
        elif written.base is None and not isinstance(said.value, int):
            words = f"数字的{name}写的是“{said.value}”；没有base的文件应写整数"
            yield Fault(("numbers", name, "value"), words)


def _number(
    name: str, said: NumberText, file: IndicatorText, known: Mapping[str, Indicator]
) -> Indicator:
    base = known.get(name)
    value = base.value if base and not isinstance(said.value, int) else int(said.value)
    says = said.says or (base.says if base else "")
    on = said.value == "on" or (said.value != "off" and said.confidence not in SHAKY)
    return Indicator(name, value, said.source or file.source, said.confidence, says, on)


def missing(name: str, folder: Path) -> str:
    """What is wrong with `name` as the name or file of 检查指标, "" for nothing."""
    if name.endswith(".yaml"):
        try:
            there = (folder / name).is_file()
        except ValueError:  # a NUL in the name
            there = False
        return "" if there else f"没有“{name}”这个文件；应写相对于本文件的YAML文件"
    if name in shipped_names():
        return ""
    hint = nearest(name, shipped_names())
    return f"没有“{name}”这套内置指标{hint}；应为{'、'.join(shipped_names())}，或本单位的.yaml文件"


def unknown(name: str, base: Indicators) -> str:
    names = [one.name for one in base.numbers]
    return f"检查指标没有“{name}”这个数字{nearest(name, names)}；应为{'、'.join(names)}之一"


def indicators_of(data: Any, folder: Path) -> tuple[Indicators, list[Fault]]:
    """What a site file's `indicators` comes to, and what is wrong with it.

    Values of a wrong type are passed over: the site file's schema tells them.

    Raises:
        BadInput: the office's own file has faults.
    """
    said = data.get("indicators") if isinstance(data, dict) else None
    said = {"use": said} if isinstance(said, str) else said if isinstance(said, dict) else {}
    name, own = said.get("use", DEFAULT), said.get("set", {})
    if not isinstance(name, str) or not name.strip():
        return Indicators(), []
    if fault := missing(name.strip(), folder):
        return Indicators(), [Fault(("indicators", "use"), f"检查指标{fault}")]
    chosen = load_indicators(name.strip(), folder)
    own = own if isinstance(own, dict) else {}
    known = {one.name for one in chosen.numbers}
    faults = [Fault(("indicators", "set", n), unknown(str(n), chosen)) for n in own if n not in known]  # fmt: skip
    return _set(chosen, own), faults


def _set(chosen: Indicators, own: Mapping[str, Any]) -> Indicators:
    """`chosen` with a site's own numbers, each of which says that it is the site's."""
    return replace(chosen, numbers=tuple(_own(one, own.get(one.name)) for one in chosen.numbers))


def _own(one: Indicator, said: Any) -> Indicator:
    if said in ("on", "off"):
        return replace(one, on=said == "on")
    if not isinstance(said, int) or isinstance(said, bool):
        return one
    source = one.source if said == one.value else f"{one.source}；站点文件定为{said}"
    return replace(one, value=said, source=source, on=True)


def limit_of(kind: ColumnKind, indicators: Indicators) -> tuple[int | None, int | None]:
    """How long a column of a kind may stay unchanged: (calendar days, calendar months or None); None: for ever."""
    if kind == "news":
        return indicators.value("news_stale_days"), None
    if kind == "static":
        return None, None
    months = indicators.value("yearly_stale_months" if kind == "yearly" else "notice_stale_months")
    return (None if months is None else longest_days(months)), months
