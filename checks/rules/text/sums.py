"""Report sums, shares and counts that do not add up.

Numbers with 约, 近, 余, 多, 以上 are not exact and are left alone; so are parts of 其中 that plainly name some
of many, or overlap (女党员, 少数民族党员).
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from checks.model import Rule, Severity
from checks.passage import Manual, Mark, Passage
from checks.rules.text.quantities import (
    NUMBER,
    UNIT,
    Quantity,
    as_shown,
    in_unit,
    number,
    quantities,
    rounds,
)

RULE = Rule(
    "sums",
    Severity.WARNING,
    "数字对不上：{note}",
    source="数据应前后一致（《国家行政机关公文处理》数据核校通则）",
)
MANUAL = Manual(
    title="数字核对",
    finds="分项之和与总数不符、占比与部分和总数不符、增减的数量和百分比不符、“共N项”与所列项数不符、办结率等比率不符。不同的万元、亿元等单位换算后再比。",
    spares="约、近、余、多、以上等概数不参加核对；“其中”只列一部分时不判断；分项有交叉（女党员、少数民族党员等）时不判断；占比按所写位数四舍五入。",
    bad=(
        "共受理工单587件，其中：乡镇场工单274件，县直部门工单312件。",
        "受理工单587件，其中乡镇场274件（占比48.7%）。",
        "营业收入由100万元增加到120万元，增长25%。",
    ),
    good=(
        "共受理工单587件，其中：乡镇场工单274件（占比46.7%），县直部门工单313件（占比53.3%）。",
        "营业收入由100万元增加到120万元，增长20%。",
        "检查企业约200家，其中规上企业35家。",
    ),
)
ON = True
WORDING = False

_SENTENCE = re.compile(r"[^。!?\n\uff01\uff1f]+")
_OF_WHICH = re.compile(r"其中|包括|分别为|分别是|分为|[:\uff1a](?=[\u4e00-\u9fff]{1,12}\d)")
_WHOLE = re.compile(r"(?:合计|总计|共计|一共|总共|累计|共|总数为?|总量为?)(?:为|达|是|有)?\s*$")
#: Parts so labelled may count the same thing twice.
_OVERLAPS = re.compile(
    r"女|少数民族|党员|学历|文化|以上|以下|岁|高级|中级|脱贫|低保|优秀|重点|示范|新增|新建|易地|包括"
)
#: Two labels that between them are everything.
_COMPLEMENTS = (
    ("男", "女"),
    ("乡镇", "县直"),
    ("城镇", "农村"),
    ("城市", "农村"),
    ("公立", "民办"),
    ("公办", "民办"),
    ("线上", "线下"),
    ("网上", "窗口"),
    ("合格", "不合格"),
    ("已", "未"),
    ("国有", "非国有"),
    ("中央", "地方"),
    ("同意", "不同意"),
    ("按期", "延期"),
)
#: Per cent of the total by which parts that mean to be all may miss it by a slip.
NEAR = 3
_UP, _DOWN = "增提上扩升", "下减降缩"
_VERB = r"增加|增长|提高|提升|上升|扩大|下降|减少|降低|缩减|缩小"
_FROM_TO = re.compile(
    rf"[由从](?P<lead>[^\d。\n]{{0,12}}?)(?P<a>{NUMBER})\s*(?P<unit>{UNIT}|%|\uff05)?(?P<mid>[^\d。\n]{{0,6}}?)(?P<verb>{_VERB})(?:到了?|至|为)[^\d。\n]{{0,8}}?"
    rf"(?P<b>{NUMBER})(?![\d.])\s*(?:{UNIT}|%|\uff05)?[,\uff0c、;\uff1b]?\s*(?:同比|比上年|较上年|增幅|降幅|累计|净)?(?:达|为)?(?P<what>{_VERB})?(?:了|达|为)?\s*(?P<c>{NUMBER})\s*(?P<how>%|\uff05|{UNIT})?"
)
_THAN = re.compile(
    rf"(?P<b>{NUMBER})\s*(?P<unit>{UNIT})[,\uff0c]?\s*(?:同比|较|比|与)(?:上年|去年|上季度|上月|去年同期|上年同期|同期|前一年|上期|第[一二三四]季度|\d{{4}}年)*(?:同期)?的?\s*(?P<a>{NUMBER})\s*(?P=unit)"
    rf"(?:相比)?[,\uff0c]?(?P<what>{_VERB})(?:了|达|为)?\s*(?P<c>{NUMBER})\s*(?P<how>%|\uff05|{UNIT})"
)
_BY_AND = re.compile(
    rf"(?P<b>{NUMBER})\s*(?P<unit>{UNIT})[,\uff0c]\s*(?:同比|较上年|比上年|较去年|比去年|较上年同期|比上年同期|较去年同期|比去年同期|环比)(?P<what>{_VERB})(?:了)?\s*(?P<d>{NUMBER})\s*(?P=unit)"
    rf"[,\uff0c、](?:同比)?(?:{_VERB}|增幅|降幅|增速)(?:了|达|为)?\s*(?P<c>{NUMBER})\s*(?:%|\uff05)"
)
_RATE = re.compile(
    rf"(?P<whole>{NUMBER})\s*(?P<unit>{UNIT})[,\uff0c、;\uff1b]?(?:其中)?[,\uff0c]?(?:已|均)?(?:全部)?(?P<did>办结|合格|完成|满意|达标|回复|答复|整改|销号|通过)(?:了|的)?\s*(?P<part>{NUMBER})\s*(?P=unit)"
    rf"[,\uff0c、;\uff1b(\uff08](?P=did)率(?:为|达|达到)?\s*(?P<rate>\d{{1,8}}(?:\.\d{{1,8}})?)\s*[%\uff05]"
)
_PLUS = re.compile(
    rf"(?<![\d.+\w])(?P<sum>{NUMBER}(?:\s*[+\uff0b]\s*{NUMBER}){{1,60}})\s*[=\uff1d]\s*(?P<is>{NUMBER})(?![\d%\uff05])"
)
_DIGIT = re.compile(r"\d")


def check(passage: Passage) -> Iterator[Mark]:
    for sentence in _SENTENCE.finditer(passage.text):
        text, at = sentence.group(), sentence.start()
        if _DIGIT.search(text):
            found = quantities(text)
            for marks in (_parts(text, found), _totals(text, found), *(f(text) for f in _RELATED)):
                for mark in marks:
                    yield Mark(mark.start + at, mark.end + at, mark.use, mark.note)


def _parts(text: str, found: list[Quantity]) -> Iterator[Mark]:
    """Totals against the parts that 其中 names, and the shares given beside them."""
    for marker in _OF_WHICH.finditer(text):
        heads = [q for q in found if q.end <= marker.start()]
        following = _OF_WHICH.search(text, marker.end())
        until = following.start() if following and marker.group() in ("其中", "包括") else len(text)
        parts = [q for q in found if marker.end() <= q.start < until]
        if heads and parts:
            measures = {q.measure for q in parts}
            fitting = [q for q in heads if q.measure in measures]
            if fitting:
                total = fitting[-1]
                same = [q for q in parts if q.measure == total.measure]
                yield from _shares(same, total)
                yield from _against(total, same, text[marker.end() : until])
                return
    yield from _shares_alone(found)


def _against(total: Quantity, parts: list[Quantity], said: str) -> Iterator[Mark]:
    if len(parts) < 2 or not total.exact or not all(q.exact for q in parts) or not total.value:
        return
    whole = sum((q.value for q in parts), Decimal(0))
    if whole == total.value:
        return
    off = abs(whole - total.value)
    shared = all(q.share for q in parts)
    all_of_it = shared or (len(parts) == 2 and _complement(parts))
    overlaps = any(_OVERLAPS.search(q.label) for q in parts) and not all_of_it
    some = "等" in said
    near = off * 100 <= total.value * NEAR
    over = whole > total.value and off * 4 <= total.value
    if all_of_it or (near and not some and not overlaps) or (over and not overlaps):
        note = f"各部分合计{in_unit(whole, total.unit)}，总数写作{total.said}"
        yield Mark(total.start, total.end, "", note)


def _complement(parts: list[Quantity]) -> bool:
    first, second = (q.label for q in parts)
    return any(
        (a in first and b in second) or (b in first and a in second) for a, b in _COMPLEMENTS
    )


def _totals(text: str, found: list[Quantity]) -> Iterator[Mark]:
    """甲3件、乙4件，共8件: the parts stand before the total."""
    for number_, total in enumerate(found):
        if not total.exact or not _WHOLE.search(text[max(0, total.start - 8) : total.start]):
            continue
        parts: list[Quantity] = []
        for one in reversed(found[:number_]):
            between = text[one.end : parts[-1].start if parts else total.start]
            if (
                one.measure != total.measure
                or not one.exact
                or len(between) > 24
                or "共" in between[:-6]
            ):
                break
            if parts and not re.search(r"[、,\uff0c;\uff1b和及]", between):
                break
            parts.append(one)
        whole = sum((q.value for q in parts), Decimal(0))
        lead = parts and _WHOLE.search(text[max(0, parts[-1].start - 8) : parts[-1].start])
        if len(parts) >= 2 and not lead and whole != total.value:
            off = abs(whole - total.value)
            pair = len(parts) == 2 and _complement(parts[::-1])
            if off * 100 <= total.value * 10 or pair:
                note = f"各部分合计{in_unit(whole, total.unit)}，总数写作{total.said}"
                yield Mark(total.start, total.end, in_unit(whole, total.unit), note)


def _shares(parts: list[Quantity], total: Quantity) -> Iterator[Mark]:
    if not total.value or not total.exact:
        return
    for part in parts:
        if part.share and part.exact and part.value <= total.value:
            right = part.value * 100 / total.value
            if not rounds(right, part.share):
                use = f"{as_shown(right, part.share)}%"
                note = f"{part.said}占{total.said}的{use}，写作{part.share}%"
                yield Mark(part.share_end - len(part.share), part.share_end + 1, use, note)


def _shares_alone(found: list[Quantity]) -> Iterator[Mark]:
    """Two or more shares in a sentence without a total: together not more than 100."""
    given = [q for q in found if q.share]
    whole = sum((Decimal(q.share) for q in given), Decimal(0))
    if len(given) >= 2 and whole > 101 and len({q.measure for q in given}) == 1:
        last = given[-1]
        start, end = last.share_end - len(last.share), last.share_end + 1
        yield Mark(start, end, "", f"各占比合计{whole:f}%，超过100%")


def _changes(text: str) -> Iterator[Mark]:
    for hit in _FROM_TO.finditer(text):
        yield from _change(hit, hit["verb"], hit["verb"])
    for hit in _THAN.finditer(text):
        yield from _change(hit, hit["what"], "")
    for hit in _BY_AND.finditer(text):
        step, after = number(hit["d"]), number(hit["b"])
        before = after - step if hit["what"][0] in _UP else after + step
        right = step * 100 / before if before > 0 else None
        if right is not None and not rounds(right, hit["c"]):
            use = f"{as_shown(right, hit['c'])}%"
            yield Mark(hit.start("c"), hit.end(), use, f"上期为{before:f}，变化{step:f}，应为{use}")


def _change(hit: re.Match[str], verb: str, main: str) -> Iterator[Mark]:
    before, after, said = number(hit["a"]), number(hit["b"]), number(hit["c"])
    grows = verb[0] in _UP
    if before != after and (after > before) != grows:
        word = "verb" if main else "what"
        note = f"由{before:f}到{after:f}是{'增加' if after > before else '减少'}"
        yield Mark(hit.start(word), hit.end(word), "", note)
        return
    how, unit = hit["how"] or "", hit["unit"] or ""
    change = abs(after - before)
    percents = unit in ("%", "\uff05")
    if how in ("%", "\uff05") and before and not percents:
        right = change * 100 / before
        if not rounds(right, hit["c"]):
            use = f"{as_shown(right, hit['c'])}%"
            yield Mark(hit.start("c"), hit.end("how"), use, f"由{before:f}到{after:f}应为{use}")
    elif how and (how == unit or (percents and how == "个百分点")) and said != change:
        use = f"{change:f}{how}"
        yield Mark(hit.start("c"), hit.end("how"), use, f"由{before:f}到{after:f}相差{change:f}")


def _rates(text: str) -> Iterator[Mark]:
    for hit in _RATE.finditer(text):
        whole, part = number(hit["whole"]), number(hit["part"])
        if not whole or part > whole:
            continue
        right = part * 100 / whole
        if not rounds(right, hit["rate"]):
            use = f"{as_shown(right, hit['rate'])}%"
            note = f"{hit['part']}占{hit['whole']}的{use}，写作{hit['rate']}%"
            yield Mark(hit.start("rate"), hit.end(), use, note)


def _pluses(text: str) -> Iterator[Mark]:
    for hit in _PLUS.finditer(text):
        whole = sum((number(one) for one in re.findall(NUMBER, hit["sum"])), Decimal(0))
        if whole != number(hit["is"]):
            yield Mark(hit.start("is"), hit.end("is"), f"{whole:f}", f"{hit['sum']}等于{whole:f}")


#: What is looked for beside totals and their parts.
_RELATED = (_changes, _rates, _pluses)
