"""Report a 发文字号 that is not written as GB/T 9704-2012 §7.2.5 asks.

Right is 机关代字〔2025〕12号: six-cornered brackets 〔〕, the year with four digits and without 年, no 第, no
leading zero. Left alone: orders (国务院令第711号), announcements (公告2025年第3号), court cases
((2025)新27民初1号), tender and project numbers.
"""

import re
from collections.abc import Iterator

from checks.model import Rule, Severity
from checks.passage import Manual, Mark, Passage

RULE = Rule(
    "document-numbers",
    Severity.WARNING,
    "发文字号不规范：{note}，应为“{use}”",
    source="《党政机关公文格式》（GB/T 9704-2012）7.2.5",
)
MANUAL = Manual(
    title="发文字号",
    finds="年份不用六角括号〔〕、年份不足四位、括号内有“年”、序号前有“第”、序号编虚位（012号）、年份与序号颠倒。",
    spares="令（国务院令第711号）、公告（2025年第3号）、案号（（2025）新27民初1号）、证书编号、招标编号不按发文字号判断。",
    bad=(
        "根据精政办发[2025]12号文件要求。",
        "精政办发〔2025〕012号",
        "博州政办发（2025）第35号",
    ),
    good=(
        "根据精政办发〔2025〕12号文件要求。",
        "国务院令第711号",
        "（2025）新27民初1号民事判决书",
    ),
)
ON = True
WORDING = False

_HAN = "\u4e00-\u9fff"
_OPEN, _SHUT = (
    r"[\[\uff3b【(\uff08\ufe5d〖{\uff5b〔〈<《]",
    r"[\]\uff3d】)\uff09\ufe5e〗}\uff5d〕〉>》]",
)
_NUMBER = re.compile(
    rf"(?P<org>[{_HAN}]{{2,12}})\s?(?P<open>{_OPEN})\s*(?P<year>\d{{2}}|(?:19|20)\d{{2}})\s*(?P<nian>年)?\s*(?P<shut>{_SHUT})"
    rf"\s*(?P<di>第)?\s*(?P<number>\d{{1,5}})\s*号"
)
_REVERSED = re.compile(
    rf"(?P<org>[{_HAN}]{{2,12}})(?P<year>(?:19|20)\d{{2}})〔(?P<number>\d{{1,5}})〕号"
)
#: Numbers of another kind, whose own form has round brackets or 第.
_OTHER = re.compile(
    r"(?:公告|通告|公示|令|招标|投标|采购|竞价|合同|标段|项目|立案|案|许可|备案|核准|证|标准|民初|刑初|执|行初)$"
)


#: 国用（2015）第123号, 证字（2025）第1号 are certificates; a document's own sign ends so.
_OFFICIAL = re.compile(r"(?:发|函|办|文|通|请|报|复|党|政|委|纪|议)$")


def check(passage: Passage) -> Iterator[Mark]:
    for hit in _NUMBER.finditer(passage.text):
        faults = list(_faults(hit))
        certificate = hit["di"] and hit["open"] in "(\uff08" and not _OFFICIAL.search(hit["org"])
        if faults and not certificate and not _OTHER.search(hit["org"]):
            year = hit["year"] if len(hit["year"]) == 4 else f"20{hit['year']}"
            use = f"〔{year}〕{int(hit['number'])}号"
            yield Mark(hit.start("open"), hit.end(), use, "、".join(faults))
    for hit in _REVERSED.finditer(passage.text):
        yield Mark(
            hit.start("year"),
            hit.end(),
            f"〔{hit['year']}〕{int(hit['number'])}号",
            "年份应在六角括号内",
        )


def _faults(hit: re.Match[str]) -> Iterator[str]:
    if (hit["open"], hit["shut"]) != ("〔", "〕"):
        yield "年份应用六角括号〔〕"
    if len(hit["year"]) == 2:
        yield "年份应写全四位"
    if hit["nian"]:
        yield "括号内不写“年”"
    if hit["di"]:
        yield "序号前不加“第”"
    if hit["number"].startswith("0"):
        yield "序号不编虚位"
