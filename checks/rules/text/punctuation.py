"""Report marks that GB/T 15834-2011 does not allow: doubled marks, dots for an ellipsis, a mark after (一), nested 《》.

A title does not end with a full stop. The inner book-title mark is 〈〉.
"""

import re
from collections.abc import Iterator

from checks.model import Rule, Severity
from checks.passage import Manual, Mark, Passage

RULE = Rule(
    "punctuation",
    Severity.WARNING,
    "标点使用有误：{note}",
    source="《标点符号用法》（GB/T 15834-2011）",
)
MANUAL = Manual(
    title="标点用法",
    finds="标点重复或连用、省略号不规范、括号序号后加标点、“第一、”、书名号里再用书名号、标题末尾用句号、“等”与省略号并用。",
    spares="半角标点不由本规则判断；小数点、版本号、英文省略号不算。",
    bad=(
        "全面加强管理，，确保安全。",
        "（一）、总体要求",
        "《关于印发《管理办法》的通知》",
        "主要有小麦、玉米等等……",
    ),
    good=(
        "全面加强管理，确保安全。",
        "（一）总体要求",
        "《关于印发〈管理办法〉的通知》",
        "主要有小麦、玉米等。",
    ),
)
ON = True
WORDING = False

_PATTERNS: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (
        re.compile(r"(?<![.\d])\.{3,}(?![.\d])(?=[\u4e00-\u9fff]|$|[”’])|。{3,}"),
        "……",
        "省略号应为六个圆点",
    ),
    (re.compile(r"(?<!。)。。(?!。)"), "。", "标点重复"),
    (re.compile(r"\uff0c{2,}|(?<=[\u4e00-\u9fff]),{2,}(?=[\u4e00-\u9fff])"), "，", "标点重复"),
    (re.compile(r"、{2,}"), "、", "标点重复"),
    (re.compile(r"\uff1b{2,}"), "；", "标点重复"),
    (re.compile(r"\uff1a{2,}"), "：", "标点重复"),
    (re.compile(r"[\uff0c、\uff1b\uff1a][。\uff0c、\uff1b]"), "", "标点连用"),
    (re.compile(r"。[\uff0c、\uff1b]"), "", "标点连用"),
    (re.compile(r"等等……|等……"), "", "“等”与省略号只用其一"),
    (
        re.compile(
            r"(?m)^[ \t\u3000]*[(\uff08][一二三四五六七八九十]{1,3}[)\uff09](?P<at>[、.\uff0e\uff0c])"
        ),
        "",
        "括号序号后不加标点",
    ),
    (
        re.compile(r"(?m)^[ \t\u3000]*第[一二三四五六七八九十]{1,2}(?P<at>、)"),
        "，",
        "“第一”之后用逗号",
    ),
)
_NESTED = re.compile(r"《[^《》\n]{0,60}(?P<open>《)[^《》\n]{1,80}(?P<shut>》)[^《》\n]{0,40}》")


def check(passage: Passage) -> Iterator[Mark]:
    for pattern, use, note in _PATTERNS:
        for hit in pattern.finditer(passage.text):
            at = "at" if "at" in pattern.groupindex else 0
            yield Mark(hit.start(at), hit.end(at), use, note)
    for hit in _NESTED.finditer(passage.text):
        inner = passage.text[hit.start("open") + 1 : hit.start("shut")]
        yield Mark(
            hit.start("open"),
            hit.end("shut"),
            f"〈{inner}〉",
            "书名号内再用书名号，里面用单书名号〈〉",
        )
    if passage.kind == "title" and passage.text.rstrip().endswith("。"):
        place = len(passage.text.rstrip()) - 1
        yield Mark(place, place + 1, "", "标题末尾不用句号")
