"""Numbers with their units as a sentence states them, and what makes one not exact."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

#: Units by what they measure, with the factor to the smallest.
_FACTORS: dict[str, tuple[str, int]] = {
    "元": ("元", 1),
    "万元": ("元", 10_000),
    "亿元": ("元", 100_000_000),
    "人": ("人", 1),
    "名": ("人", 1),
    "万人": ("人", 10_000),
    "人次": ("人次", 1),
    "万人次": ("人次", 10_000),
    "亩": ("亩", 1),
    "万亩": ("亩", 10_000),
    "吨": ("吨", 1),
    "万吨": ("吨", 10_000),
    "米": ("米", 1),
    "公里": ("米", 1000),
    "千米": ("米", 1000),
    "户": ("户", 1),
    "万户": ("户", 10_000),
    "件": ("件", 1),
    "万件": ("件", 10_000),
}
_PLAIN = "平方米|平方公里|公顷|个百分点|个|项|条|起|家|次|篇|宗|张|份|台|辆|处|所|场|期|批|座|头|只|株|册|套|栋|位|例|户次|村|门|幅|支|艘|枚|把|瓶|袋|箱|千克|公斤|千瓦|度|课时|学时"
UNIT = "|".join(sorted((*_FACTORS, *_PLAIN.split("|")), key=len, reverse=True))
NUMBER = r"(?:\d{1,3}(?:[,\uff0c]\d{3}){1,6}(?!\d)|\d{1,15})(?:\.\d{1,8})?"
_QUANTITY = re.compile(
    rf"(?P<about>大约|将近|接近|约|近|超过|超|逾|不足|不少于|不低于|至少|达到近|累计超|第\s?)?"
    rf"(?<![\d.A-Za-z〔\[])(?P<n>{NUMBER})\s*(?P<more>余|多|几)?\s*(?P<unit>{UNIT})(?!次会议|月|年)(?P<over>以上|左右|以下|以内|之多)?"
    rf"(?:\s*[(\uff08]?\s*[,\uff0c、]?(?:约|分别)?占(?:比|总数|全部|总量|比重|全县|全年|总[^\d。\uff0c]{{0,4}})?[^\d。\uff1b;]{{0,8}}?(?P<share>\d{{1,8}}(?:\.\d{{1,8}})?)\s*[%\uff05])?"
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit: `value` in the smallest unit of its `measure`, `shown` as written.

    `share` is the per cent given beside it ("" for none), its digits as written, ending at `share_end`.
    """

    value: Decimal
    measure: str
    shown: str
    unit: str
    start: int
    end: int
    exact: bool
    share: str
    share_end: int
    label: str

    @property
    def said(self) -> str:
        return f"{self.shown}{self.unit}"


def quantities(text: str) -> list[Quantity]:
    """Every quantity of a sentence, ordinals (第5次) left out, each with the few characters before it."""
    return list(_each(text))


def _each(text: str) -> Iterator[Quantity]:
    last = 0
    for hit in _QUANTITY.finditer(text):
        label, last = text[max(last, hit.start() - 16) : hit.start()], hit.end("unit")
        if (hit["about"] or "").startswith("第"):
            continue
        measure, factor = _FACTORS.get(hit["unit"], (hit["unit"], 1))
        yield Quantity(
            value=number(hit["n"]) * factor,
            measure=measure,
            shown=hit["n"],
            unit=hit["unit"],
            start=hit.start("n"),
            end=hit.end("unit"),
            exact=not (hit["about"] or hit["more"] or hit["over"]),
            share=hit["share"] or "",
            share_end=hit.end("share"),
            label=label,
        )


def number(text: str) -> Decimal:
    return Decimal(text.replace(",", "").replace("\uff0c", ""))


def in_unit(value: Decimal, unit: str) -> str:
    """`value` (in the smallest unit) written in `unit`, without needless zeros."""
    _, factor = _FACTORS.get(unit, (unit, 1))
    return f"{_bare(value / factor)}{unit}"


def _bare(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def rounds(right: Decimal, shown: str) -> bool:
    """Whether `right` may be shown so: rounded or cut at the digits shown."""
    step = Decimal(1).scaleb(-len(shown.partition(".")[2]))
    return abs(right - Decimal(shown)) < step


def as_shown(right: Decimal, shown: str) -> str:
    """`right` with as many digits as `shown` has."""
    return f"{right:.{len(shown.partition('.')[2])}f}"
