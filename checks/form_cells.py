"""A cell's text → what a form's field holds, or what is wrong with it, in Chinese."""

import difflib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from checks.attribution import bare
from checks.calendar import read_day
from checks.figure import Value
from checks.form import FormField
from checks.model import Unit, plain
from checks.privacy import masked

MOST_TEXT = 10_000
#: What offices write where a number or a day has nothing to say.
NOTHING = frozenset(("", "/", "-", "—", "——", "无", "\\"))
_WHOLE = re.compile(
    r"([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,12})(?:\.0+)?(?:件|个|张|项|条|份|家|次|人|起)?"
)
_NUMBER = re.compile(r"([+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,12})(?:\.[0-9]{1,10})?)")
_TIME = re.compile(r"[T ]\d{1,2}:\d{2}(:\d{2})?$")
_CHINESE = re.compile(r"[零一二两三四五六七八九十百千万]{1,12}")
#: A number this long in a number cell has lost its last digits, and is an ID card's all the same.
_LONG = re.compile(r"[1-9][0-9]{16,17}")


@dataclass(frozen=True, slots=True)
class Units:
    """The units of a site by every name they go by, and all these names."""

    ids: Mapping[str, str]

    @classmethod
    def of(cls, units: Sequence[Unit]) -> "Units":
        pairs = [(bare(name), one.id) for one in units for name in (one.name, *one.aliases)]
        return cls(dict(reversed(pairs)))

    def id(self, text: str) -> str:
        """The id of the unit called `text`, "" for none."""
        return self.ids.get(bare(text), "")

    def nearest(self, text: str) -> str:
        close = difflib.get_close_matches(bare(text), list(self.ids), n=1, cutoff=0.5)
        return f"（是不是“{close[0]}”？）" if close else ""


def cell_value(field: FormField, text: str, units: Units, *, fractions: bool) -> Value:
    """What `text` is under `field`; None for nothing.

    `fractions` says that a percentage may be kept as a number up to 1, as a spreadsheet does.

    Raises:
        ValueError: what is wrong and what would be right.
    """
    said = text.strip()
    if not said or (field.type not in ("text", "choice", "unit") and said in NOTHING):
        return None
    match field.type:
        case "date":
            day = read_day(_TIME.sub("", said))
            return day.isoformat() if day else _refuse(field, said, "日期，如 2025-09-30")
        case "int":
            return _whole(field, said)
        case "number":
            return _number(field, said, _NUMBER)
        case "percent":
            return _percent(field, said, fractions=fractions)
        case "choice":
            return _choice(field, said)
        case "unit":
            return _unit(field, said, units)
        case "text":
            return private(field.name, said)


def shown(text: str) -> str:
    """A cell's text for a message: one line, short, nothing that steers a terminal, no personal numbers."""
    line = " ".join("".join(c if unicodedata.category(c) != "Cc" else " " for c in text).split())
    return masked(line[:60])[:40]


def private(heading: str, text: str) -> str:
    """`text` with personal numbers masked, told by themselves or by the heading they stand under."""
    if len(text) > MOST_TEXT:
        raise ValueError(f"有{len(text)}个字；应不超过{MOST_TEXT}个字")
    if _LONG.fullmatch(text):
        return text[:6] + "*" * (len(text) - 6)
    lead = f"{heading}："
    return masked(lead + text)[len(lead) :]


def _refuse(field: FormField, said: str, wanted: str) -> Value:
    raise ValueError(f"写的是“{shown(private(field.name, said[:60]))}”；应为{wanted}")


def _whole(field: FormField, said: str) -> Value:
    text = "".join(unicodedata.normalize("NFKC", said).split())
    if hit := _WHOLE.fullmatch(text):
        return int(hit[1].replace(",", ""))
    if _CHINESE.fullmatch(text):
        import cn2an

        try:
            return int(cn2an.cn2an(text, "smart"))
        except ValueError:
            pass
    return _refuse(field, said, "整数，如 12")


def _number(field: FormField, said: str, pattern: re.Pattern[str]) -> Value:
    text = "".join(unicodedata.normalize("NFKC", said).split())
    if not (hit := pattern.fullmatch(text)):
        return _refuse(field, said, "数字，如 12.5")
    return float(hit[1].replace(",", ""))


def _percent(field: FormField, said: str, *, fractions: bool) -> Value:
    text = "".join(unicodedata.normalize("NFKC", said).split())
    hit = re.fullmatch(r"([0-9]{1,3}(?:\.[0-9]{1,16})?)(%?)", text)
    number = float(hit[1]) if hit else -1
    if hit and not hit[2] and number <= 1:
        # 0.9884 kept by a spreadsheet is 98.84 %; typed into a CSV it may be either
        number = round(number * 100, 10) if fractions else -1
    if not 0 <= number <= 100:
        return _refuse(field, said, "百分数，如 98.84%")
    return number


def _choice(field: FormField, said: str) -> Value:
    names = {
        plain(name): value for value, others in field.choices.items() for name in (*others, value)
    }
    if (value := names.get(plain(said))) is not None:
        return value
    close = difflib.get_close_matches(plain(said), list(names), n=1, cutoff=0.6)
    hint = f"（是不是“{close[0]}”？）" if close else ""
    return _refuse(field, said, f"{'、'.join(field.choices)}之一{hint}")


def _unit(field: FormField, said: str, units: Units) -> Value:
    if id := units.id(said):
        return id
    if field.free:
        return private(field.name, said)
    raise ValueError(
        f"写的是“{shown(said)}”，站点文件里没有这个单位{units.nearest(said)}；应为站点文件 units 中的名称或简称"
    )
