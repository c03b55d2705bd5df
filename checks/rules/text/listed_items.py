"""Report a number of items that is not the number listed: 共5项：甲、乙、丙、丁; 三个方面：一是…二是…."""

import re
from collections.abc import Iterator

from checks.model import Rule, Severity
from checks.passage import Manual, Mark, Passage

RULE = Rule(
    "listed-items",
    Severity.WARNING,
    "所列项数与写明的数目不符：{note}",
    source="数据应前后一致（《国家行政机关公文处理》数据核校通则）",
)
MANUAL = Manual(
    title="列举项数",
    finds="“共5项：”之后列出4项；“三个方面：”之后只有一是、二是；“4个乡镇（）”里列出3个。",
    spares="以“等”收尾的列举不判断；用“和”“及”连接的最后一项可算一项也可算两项；各点分写在不同段落时不判断。",
    bad=(
        "共5项：财政预算、项目建设、民生保障、环境整治。",
        "要抓好三个方面：一是加强领导。二是压实责任。",
        "涉及4个乡镇（精河镇、托里镇、大河沿子镇）。",
    ),
    good=(
        "共4项：财政预算、项目建设、民生保障、环境整治。",
        "要抓好两个方面：一是加强领导。二是压实责任。",
        "涉及5个乡镇（精河镇、托里镇等）。",
    ),
)
ON = True
WORDING = False

_SENTENCE = re.compile(r"[^。!?\n\uff01\uff1f]+")
_LISTED = re.compile(
    r"(?:共|共计|计|以下|如下|下列|包括|有|分|涉及|涵盖|抽查|检查|走访|通报|确定|成立|设立|新增|分别是|分为)(?P<n>\d{1,2}|[一二两三四五六七八九十]{1,3})大?(?:个方面|个部分|个环节|个栏目|个部门|个单位|个乡镇|个社区|项|个|类|条|点|方面|种|家|名|人|件|步|所|部分)"
    r"[^。,\uff0c:\uff1a;\uff1b\n\d]{0,10}[:\uff1a(\uff08](?P<items>[^。\n:\uff1a()\uff08\uff09]{4,300})"
)
_POINTS = re.compile(
    r"(?:以下|如下|下列|做好|抓好|突出|坚持|把握|重点|从)?(?P<n>[二两三四五六七八九]|\d)(?:个方面|点|项工作|项任务|项要求|项措施|个环节)[^。\n]{0,16}?[:\uff1a。](?P<rest>[^\n]*)"
)
#: A name in quotation or title marks is one item, whatever stands in it.
_NAME = re.compile(r"“[^”]*”|《[^》]*》")
_POINT = re.compile(r"(?:^|[。;\uff1b,\uff0c])(?P<n>[一二三四五六七八九])是")
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九十")} | {"两": 2}


def check(passage: Passage) -> Iterator[Mark]:
    for sentence in _SENTENCE.finditer(passage.text):
        for mark in _lists(sentence.group()):
            at = sentence.start()
            yield Mark(mark.start + at, mark.end + at, mark.use, mark.note)
    for place, line in passage.lines():
        for mark in _points(line):
            yield Mark(mark.start + place, mark.end + place, mark.use, mark.note)


def _lists(text: str) -> Iterator[Mark]:
    for hit in _LISTED.finditer(text):
        claimed, text_of = _value(hit["n"]), _NAME.sub("“〇”", hit["items"].strip())
        items = [one for one in re.split(r"[;\uff1b]", text_of) if one.strip()]
        if len(items) < 2:
            items = items[0].split("、") if items and not re.search(r"[,\uff0c]", items[0]) else []
        if len(items) < 2 or re.search(r"等|多个|若干|\d", items[-1]):
            continue
        joined = sum(len(re.findall(r"(?:以及|和|及|与)", one)) for one in items)
        if not len(items) <= claimed <= len(items) + joined:
            note = f"写作{hit['n']}，列出的是{len(items)}"
            yield Mark(hit.start("n"), hit.end("n"), "", note)


def _points(line: str) -> Iterator[Mark]:
    """要做好三个方面：一是…二是…: the points of the same paragraph."""
    for hit in _POINTS.finditer(line):
        numbers = [_DIGITS[one["n"]] for one in _POINT.finditer("。" + hit["rest"])]
        counted = numbers == list(range(1, len(numbers) + 1)) and len(numbers) >= 2
        claimed = _value(hit["n"])
        if counted and len(numbers) != claimed:
            note = f"写作{hit['n']}，列出的是{len(numbers)}"
            yield Mark(hit.start("n"), hit.end("n"), "", note)
        if counted:
            return


def _value(numeral: str) -> int:
    if numeral.isdigit():
        return int(numeral)
    tens, ten, ones = numeral.partition("十")
    if not ten:
        return _DIGITS.get(numeral, 0)
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS.get(ones, 0) if ones else 0)
