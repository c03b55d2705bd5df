"""Report numbering that skips or repeats: 一、三、; （一）（一）; 1. 3.; 一是…三是; 其一…其三.

A number follows the one before it on its level or begins anew with one. What stands before the first
number is not known (a text may be an excerpt) and is left alone.
"""

import re
from collections.abc import Iterator

from checks.model import Rule, Severity
from checks.passage import Manual, Mark, Passage

RULE = Rule(
    "sequence",
    Severity.WARNING,
    "序号不连续：{note}",
    source="《党政机关公文格式》（GB/T 9704-2012）7.3.3 结构层次序数",
)
MANUAL = Manual(
    title="序号",
    finds="一、（一）1. 各级序号跳号、重复、倒序；“一是…三是”“其一…其三”跳号。",
    spares="一段文字中第一个序号是几不判断（可能是节选）；重新从一开始是另一组。",
    bad=(
        "一是加强领导。三是压实责任。",
        "一、总体要求\n三、工作措施",
        "（一）摸底\n（二）整改\n（二）验收",
    ),
    good=(
        "一是加强领导。二是压实责任。",
        "一、总体要求\n（一）目标\n（二）原则\n二、工作措施\n（一）摸底",
    ),
)
ON = True
WORDING = False

_HAN = "一二三四五六七八九十"
_LEVELS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("一、", re.compile(rf"(?m)^[ \t\u3000]*(?P<n>[{_HAN}]{{1,3}})、")),
    (
        "（一）",
        re.compile(
            rf"(?m)^[ \t\u3000]*(?:[(\uff08](?P<n>[{_HAN}]{{1,3}})[)\uff09]|(?P<ring>[㈠-㈩]))"
        ),
    ),
    ("1.", re.compile(r"(?m)^[ \t\u3000]*(?P<n>\d{1,2})[.\uff0e、](?!\d)")),
)
_INSIDE: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "一是",
        re.compile(
            rf"(?:^|(?<=[。\uff1b;\uff1a:\uff0c,\n\u3000 ]))(?P<n>[{_HAN}]{{1,2}})是(?=[\u4e00-\u9fff“《])"
        ),
    ),
    ("其一", re.compile(rf"(?:^|(?<=[。\uff1b;\uff1a:\n\u3000 ]))其(?P<n>[{_HAN}])[\uff0c,是]")),
)


def check(passage: Passage) -> Iterator[Mark]:
    found = [
        (hit.start("n") if hit["n"] else hit.start(), rank, name, hit)
        for rank, (name, pattern) in enumerate(_LEVELS)
        for hit in pattern.finditer(passage.text)
        if hit.groupdict().get("n") or hit.groupdict().get("ring")
    ]
    last: dict[int, int] = {}
    for place, rank, name, hit in sorted(found, key=lambda one: one[:2]):
        number = _value(hit)
        previous = last.get(rank)
        for lower in [level for level in last if level > rank]:
            del last[lower]
        if (previous is not None and number not in (previous + 1, 1)) or (
            previous is not None and number == 1 == previous
        ):
            yield _mark(place, hit, name, previous, number)
        last[rank] = number
    for name, pattern in _INSIDE:
        yield from _inside(passage.text, name, pattern)


def _inside(text: str, name: str, pattern: re.Pattern[str]) -> Iterator[Mark]:
    previous: int | None = None
    for hit in pattern.finditer(text):
        number = _numeral(hit["n"])
        if previous is not None and number not in (previous + 1, 1):
            yield _mark(hit.start("n"), hit, name, previous, number)
        previous = number


def _mark(place: int, hit: re.Match[str], name: str, previous: int, number: int) -> Mark:
    said = "重复" if number == previous else "跳号" if number > previous else "倒序"
    length = len(hit["n"]) if hit.groupdict().get("n") else 1
    return Mark(
        place, place + length, "", f"“{name}”一级序号{said}，前一个是{previous}，这里是{number}"
    )


def _value(hit: re.Match[str]) -> int:
    ring = hit.groupdict().get("ring")
    if ring:
        return ord(ring) - ord("㈠") + 1
    return int(hit["n"]) if hit["n"].isdigit() else _numeral(hit["n"])


def _numeral(text: str) -> int:
    tens, ten, ones = text.partition("十")
    if not ten:
        return _HAN.index(text) + 1 if len(text) == 1 else 0
    return (_HAN.index(tens) + 1 if tens else 1) * 10 + (_HAN.index(ones) + 1 if ones else 0)
