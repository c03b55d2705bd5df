"""Report matters of house style in marks: half-width marks in Chinese, 、 between quotations, a hyphen in spans.

Off unless a site switches it on: official texts differ in these.
"""

import re
from collections.abc import Iterator

from checks.model import Rule, Severity
from checks.passage import Manual, Mark, Passage

RULE = Rule(
    "style-marks",
    Severity.SUGGESTION,
    "标点体例：{note}",
    source="《标点符号用法》（GB/T 15834-2011）",
)
MANUAL = Manual(
    title="标点体例",
    finds="汉字之间的半角逗号、冒号、分号、括号（每段只提示第一处）；引号、书名号并列之间的顿号；年份、数值范围用短横线；电话用长横线。",
    spares="默认停用，在站点文件 rules 中写 set: on 启用；小数、网址、英文中的半角标点不算。",
    bad=(
        "全县召开会议,部署工作。",
        "“清单式”、“网格化”管理",
        "《条例》、《办法》",
        "2020-2025年",
        "电话：0909—5321234",
    ),
    good=(
        "全县召开会议，部署工作。",
        "“清单式”“网格化”管理",
        "2020—2025年",
        "3.14",
        "0909-5321234",
    ),
)
ON = False
WORDING = False

_WIDE = dict(zip(",;:!?()", "\uff0c\uff1b\uff1a\uff01\uff1f\uff08\uff09", strict=True))
_HALF = re.compile(r"(?<=[\u4e00-\u9fff])[,;:!?()](?=[\u4e00-\u9fff])")
_PATTERNS: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (re.compile(r"(?<=”)、(?=“)|(?<=》)、(?=《)"), "", "引号、书名号并列之间不用顿号"),
    (re.compile(r"(?<=(?:19|20)\d\d)-(?=(?:19|20)\d\d年)"), "—", "起止年份用一字线"),
    (re.compile(r"(?<!\d)0\d{2,3}(?P<at>[—–])\d{7,8}(?!\d)"), "-", "电话号码用短横线"),
)


def check(passage: Passage) -> Iterator[Mark]:
    for place, line in passage.lines():
        if half := _HALF.search(line):
            use = _WIDE[half.group()]
            yield Mark(place + half.start(), place + half.end(), use, "汉字之间用全角标点")
    for pattern, use, note in _PATTERNS:
        for hit in pattern.finditer(passage.text):
            at = "at" if "at" in pattern.groupindex else 0
            yield Mark(hit.start(at), hit.end(at), use, note)
