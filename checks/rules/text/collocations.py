"""Report fixed expressions joined to the wrong verb or noun, in the wrong order, or with the wrong number.

深刻领悟“两个确立”的决定性意义、增强“四个意识”、坚定“四个自信”、做到“两个维护”; “五位一体”总体布局、“四个全面”战略布局;
“一带一路”倡议; the order of the five 发展理念 and of the twelve 核心价值观; 台湾 without 总统, 政府, 法律.
"""

import re
from collections.abc import Iterator
from datetime import date

from checks.model import Rule, Severity
from checks.passage import Manual, Mark, Passage

RULE = Rule(
    "collocations",
    Severity.WARNING,
    "固定表述搭配有误，应为“{use}”",
    source="党和国家文件通行表述；《关于正确使用涉台宣传用语的意见》（2016年修订）",
)
MANUAL = Manual(
    title="固定表述的搭配",
    finds="动词与口号搭配不当（如做到“两个确立”）、总体布局与战略布局混用、五大发展理念和社会主义核心价值观的次序、涉台用语中的机构称谓、县人大主任等职务简称不当；数词与所列项目不符。",
    spares="写全的规范表述；“一带一路”战略合作、战略支点等说的是合作内容；列举不全或夹有别的词时不判断次序。",
    bad=(
        "坚决做到“两个确立”。",
        "坚定“四个意识”，增强“四个自信”。",
        "统筹推进“五位一体”战略布局。",
        "贯彻创新、绿色、协调、开放、共享的新发展理念。",
    ),
    good=(
        "深刻领悟“两个确立”的决定性意义，增强“四个意识”、坚定“四个自信”、做到“两个维护”。",
        "统筹推进“五位一体”总体布局、协调推进“四个全面”战略布局。",
        "贯彻创新、协调、绿色、开放、共享的新发展理念。",
    ),
)
ON = True
WORDING = True

_Q, _U = "[“\"']?", "[”\"']?"
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(rf"(?:做到|坚决做到|增强|坚定|践行|坚持){_Q}两个确立{_U}"),
        "深刻领悟“两个确立”的决定性意义",
    ),
    (re.compile(rf"(?:增强|做到|树牢|强化){_Q}四个自信{_U}"), "坚定“四个自信”"),
    (re.compile(rf"(?:坚定|做到|坚持){_Q}四个意识{_U}"), "增强“四个意识”"),
    (re.compile(rf"(?:增强|坚定|深刻领悟){_Q}两个维护{_U}"), "做到“两个维护”"),
    (re.compile(rf"{_Q}五位一体{_U}的?战略布局"), "“五位一体”总体布局"),
    (re.compile(rf"{_Q}四个全面{_U}的?总体布局"), "“四个全面”战略布局"),
    (
        re.compile(
            rf"{_Q}一带一路{_U}的?(?:大)?战略(?!伙伴|合作|对接|支点|机遇|布局|通道|高地|枢纽|互信)"
        ),
        "“一带一路”倡议",
    ),
    (re.compile(r"生活宽裕、乡风文明"), "生态宜居、乡风文明"),
    (re.compile(r"县人大主任"), "县人大常委会主任"),
    (re.compile(r"县法院院长"), "县人民法院院长"),
    (re.compile(r"台湾(?:地区)?总统(?!府|大选|套|选举)"), "台湾地区领导人"),
    (re.compile(r"台湾政府"), "台湾当局"),
    (re.compile(r"台湾(?:的)?法律"), "台湾地区的有关规定"),
)
#: Before this day, and in a text whose day is unknown, “一带一路”战略 was written officially.
_INITIATIVE = date(2016, 1, 1)
_IDEAS = ("创新", "协调", "绿色", "开放", "共享")
_VALUES = (
    "富强",
    "民主",
    "文明",
    "和谐",
    "自由",
    "平等",
    "公正",
    "法治",
    "爱国",
    "敬业",
    "诚信",
    "友善",
)
_RUN = re.compile(r"(?:[\u4e00-\u9fff]{2}、){3,11}[\u4e00-\u9fff]{2}")


def check(passage: Passage) -> Iterator[Mark]:
    for pattern, use in _PATTERNS:
        for hit in pattern.finditer(passage.text):
            once = "倡议" in use and (passage.day is None or passage.day < _INITIATIVE)
            severity = Severity.SUGGESTION if once else None
            yield Mark(hit.start(), hit.end(), use, severity=severity)
    for hit in _RUN.finditer(passage.text):
        yield from _order(hit)


def _order(hit: re.Match[str]) -> Iterator[Mark]:
    """A run that has all the members of a fixed list, in another order."""
    said = hit.group().split("、")
    for fixed in (_IDEAS, _VALUES, _VALUES[:4], _VALUES[4:8], _VALUES[8:]):
        if len(said) == len(fixed) and set(said) == set(fixed):
            if tuple(said) != fixed:
                yield Mark(hit.start(), hit.end(), "、".join(fixed))
            return
