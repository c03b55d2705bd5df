"""Report brackets and quotation marks that are not closed, not opened, or closed by another kind (GB/T 15834).

Judged paragraph by paragraph; half- and full-width forms count as one kind. Left alone: numbering such as
1) or 一）, and a quotation that goes on over paragraphs, each opened anew.
"""

import re
from collections.abc import Iterator

from checks.model import Rule, Severity
from checks.passage import Manual, Mark, Passage

RULE = Rule(
    "brackets",
    Severity.WARNING,
    "标点不配对：{note}",
    source="《标点符号用法》（GB/T 15834-2011）",
)
MANUAL = Manual(
    title="标点配对",
    finds="括号、书名号、引号有前无后、有后无前或前后不是一种。逐段判断。",
    spares="序号后的半个括号（1）、一））、跨段引文、英文撇号不算；引文在冒号后起、到文末还没有完的，只作疑似提示。",
    bad=(
        "印发《管理办法的通知。",
        "建立“清单式整改台账。",
        "县财政局（含国资办负责。",
        "推进“双随机、一公开』监管。",
    ),
    good=(
        "印发《管理办法》的通知。",
        "建立“清单式”整改台账。",
        "1）提交申请；2）受理。",
    ),
)
ON = True
WORDING = False

_PAIRS = {
    "“": "”",
    "‘": "’",
    "（": "）",
    "《": "》",
    "〈": "〉",
    "【": "】",
    "〔": "〕",
    "「": "」",
    "『": "』",
    "[": "]",
}
_SAME = {"(": "（", ")": "）", "［": "[", "］": "]"}
_OPENS = {shut: open for open, shut in _PAIRS.items()}
_MARKS = re.compile("[" + "".join(map(re.escape, (*_PAIRS, *_OPENS, *_SAME))) + "]")
_NUMBERING = re.compile(
    r"(?:^|[\s。;,、:\uff1b\uff0c\uff1a])[(\uff08]?(?:\d{1,2}|[一二三四五六七八九十]{1,3}|[A-Za-z]|[①-⑳])$"
)


#: Marks of other traditions: not paired is only 疑似.
_FOREIGN = frozenset("「」『』")
#: Brackets deeper than this are looked at no further down.
DEEP = 20
#: After a closing mark: the end, or who said it. The quotation began before this text.
_SAID = re.compile(r"\s*$|[\u4e00-\u9fff]{0,12}(?:说|表示|介绍|告诉|道|称|指出|强调|坦言)")
_STRAIGHT = re.compile(r"(?<![\d\u2032])\"")


def check(passage: Passage) -> Iterator[Mark]:
    lines = list(passage.lines())
    for number, (at, line) in enumerate(lines):
        following = lines[number + 1][1].lstrip() if number + 1 < len(lines) else None
        for mark in _unbalanced(line, following, first=number == 0):
            yield Mark(at + mark.start, at + mark.end, "", mark.note, mark.severity)


def _unbalanced(line: str, following: str | None, *, first: bool) -> Iterator[Mark]:
    stack: list[tuple[str, int]] = []
    for hit in _MARKS.finditer(line):
        shown, place = hit.group(), hit.start()
        mark = _SAME.get(shown, shown)
        if mark in _PAIRS:
            stack.append((mark, place))
            continue
        if mark == "’" and line[place - 1 : place].isascii():
            continue  # an apostrophe
        if mark == "）" and not stack and _NUMBERING.search(line[max(0, place - 6) : place]):
            continue
        depth = next(
            (i for i, (open, _) in enumerate(reversed(stack[-DEEP:])) if open == _OPENS[mark]), -1
        )
        if depth < 0:
            ends_one = mark == "”" and first and bool(_SAID.match(line, place + 1))
            severity = Severity.SUGGESTION if ends_one or mark in _FOREIGN else None
            yield Mark(place, place + 1, "", f"{shown}前面没有对应的{_OPENS[mark]}", severity)
            continue
        for open, where in stack[len(stack) - depth :]:
            yield _not_closed(open, where, None)
        del stack[len(stack) - depth - 1 :]
    for open, place in stack:
        if open in "“‘" and following is not None and following.startswith(open):
            continue  # a quotation over paragraphs
        goes_on = open == "“" and following is None and first and _speech(line, place)
        severity = Severity.SUGGESTION if goes_on or open in _FOREIGN else None
        yield _not_closed(open, place, severity)
    straight = [hit.start() for hit in _STRAIGHT.finditer(line)]
    if len(straight) % 2 and any("\u4e00" <= c <= "\u9fff" for c in line):
        yield Mark(straight[-1], straight[-1] + 1, "", "引号不成对")


def _not_closed(open: str, place: int, severity: Severity | None) -> Mark:
    return Mark(place, place + 1, "", f"{open}后面没有对应的{_PAIRS[open]}", severity)


def _speech(line: str, place: int) -> bool:
    """Whether a quotation may go on beyond a text of one line: it begins after a colon or opens the text, or the text breaks off."""
    end = line.rstrip()[-1:]
    opens = place == 0 or line[place - 1] in "\uff1a:"
    return (opens and end in "。\uff0c,\uff1b;\uff01\uff1f、") or end in "\uff0c,、\uff1b"
