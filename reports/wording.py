"""How a person writes what is counted: names of units, lists of them, columns that share units, quarters, ordinals."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from checks.model import BadInput, Unit

#: Names a list shows before it ends in 等N个.
MOST_NAMES = 15
#: Units of one kind from which they are named together, where all of them are meant.
TOGETHER = 3
_DIGITS = "零一二三四五六七八九十"
_QUARTERS = ("第一季度", "第二季度", "第三季度", "第四季度")


@dataclass(frozen=True, slots=True)
class CalendarQuarter:
    """A calendar quarter: `since` (inclusive) to `until` (exclusive)."""

    year: int
    number: int

    @classmethod
    def named(cls, name: str) -> "CalendarQuarter":
        """Raises BadInput: it is not written like 2025Q3."""
        said = name.strip().upper()
        year, _, number = said.partition("Q")
        if not (year.isascii() and year.isdigit() and len(year) == 4 and year[:2] == "20"):
            raise BadInput(f"季度写的是“{name}”；应如 2025Q3")
        if number not in ("1", "2", "3", "4"):
            raise BadInput(f"季度写的是“{name}”；应如 2025Q3")
        return cls(int(year), int(number))

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"

    @property
    def since(self) -> date:
        return date(self.year, self.number * 3 - 2, 1)

    @property
    def until(self) -> date:
        return date(self.year + self.number // 4, self.number * 3 % 12 + 1, 1)

    @property
    def last(self) -> date:
        return self.until - timedelta(days=1)

    @property
    def period(self) -> str:
        """第三季度."""
        return _QUARTERS[self.number - 1]


def short_names(units: Sequence[Unit]) -> Mapping[str, str]:
    """What each unit (id) is called in a list: the shorter of its name and first alias; its name where two would meet."""
    short = {one.id: _short(one) for one in units}
    said = list(short.values())
    return {one.id: one.name if said.count(short[one.id]) > 1 else short[one.id] for one in units}


def _short(unit: Unit) -> str:
    first = unit.aliases[0] if unit.aliases else unit.name
    return first if len(first) <= len(unit.name) else unit.name


def listed(names: Sequence[str], what: str = "", most: int = MOST_NAMES) -> str:
    """甲、乙、丙; beyond `most` names 甲、乙等20个单位 (`what` is 个单位)."""
    if len(names) <= most:
        return "、".join(names)
    return "、".join(names[:most]) + f"等{len(names)}{what or '个'}"


def together(
    ids: Sequence[str], kinds: Mapping[str, str], said: Mapping[str, str], short: Mapping[str, str]
) -> tuple[str, ...]:
    """The units (ids) by their short names; all units of a kind as `said` names that kind (各乡镇场).

    `kinds` gives every unit's kind. A kind stands where its first unit stood.
    """
    whole = {
        kind
        for kind in said
        if len(mine := {one for one, its in kinds.items() if its == kind}) >= TOGETHER
        and mine <= set(ids)
    }
    names = (said[kind] if (kind := kinds[one]) in whole else short[one] for one in ids)
    return tuple(dict.fromkeys(names))


def column_name(name: str) -> str:
    """A column's name in a list; in quotation marks where it would read as several."""
    return f"“{name}”" if "、" in name else name


def grouped(columns: Iterable[tuple[str, str]]) -> tuple[tuple[tuple[str, ...], str], ...]:
    """Columns (name, units) with those that follow each other and share their units put together."""
    groups: list[tuple[list[str], str]] = []
    for name, units in columns:
        if groups and groups[-1][1] == units:
            groups[-1][0].append(name)
        else:
            groups.append(([name], units))
    return tuple((tuple(names), units) for names, units in groups)


def numeral(n: int) -> str:
    """一, 十, 十一, 二十, 二十一. Raises ValueError: not from 1 to 99."""
    if not 1 <= n <= 99:
        raise ValueError(f"no ordinal: {n}")
    tens, ones = divmod(n, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[ones] if ones else "")


def bracketed(n: int) -> str:
    """㈠ to ㈩, then （十一）."""
    return chr(0x3220 + n - 1) if n <= 10 else f"（{numeral(n)}）"


def day_written(day: date) -> str:
    """10月20日."""
    return f"{day.month}月{day.day}日"
