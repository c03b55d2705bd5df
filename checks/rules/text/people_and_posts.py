"""Report people and posts that the office's roster gives otherwise: wrong post, misspelt name, wrong order.

Runs only where the site file names a roster. People share names: a name is judged only beside a post.
"""

import re
from collections.abc import Iterator

from checks.model import Official, Rule, Severity
from checks.normalise import Folded
from checks.passage import Manual, Mark, Passage

RULE = Rule(
    "people-and-posts",
    Severity.ERROR,
    "{note}",
    source="本单位提供的领导名录（站点文件 roster）",
)
MANUAL = Manual(
    title="姓名与职务",
    finds="按站点文件 roster 指定的领导名录：姓名与职务不符、职务旁的姓名写错一字、已卸任而没有“时任”“原”、几位领导并列时次序与排序不符。",
    spares="没有名录时不检查；只出现姓名而旁边没有职务的不判断（群众可能同名）；时任、原、曾任之后的不算。",
    bad=(),
    good=("县委书记张三主持会议。",),
)
ON = True
WORDING = True

_ONCE = re.compile(
    r"(?:时任|原|曾任|前任|历任|拟任|提名|当选|任命|免去|副|原任)[\u4e00-\u9fff、]{0,8}$"
)
_HAN = r"[\u4e00-\u9fff·]"


def check(passage: Passage) -> Iterator[Mark]:
    roster = passage.site.roster if passage.site else ()
    if not roster:
        return
    view = passage.folded()
    names = {one.name for one in roster}
    posts = sorted({one.post for one in roster}, key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, posts)))
    for hit in pattern.finditer(view.text):
        if not _ONCE.search(view.text[max(0, hit.start() - 12) : hit.start()]):
            yield from _beside(passage, view, roster, names, hit)
    yield from _order(passage, view, roster, names)


def _beside(
    passage: Passage,
    view: Folded,
    roster: tuple[Official, ...],
    names: set[str],
    hit: re.Match[str],
) -> Iterator[Mark]:
    """The name right after a post, against who holds it."""
    post, at = hit.group(), hit.end()
    holders = [one for one in roster if one.post == post and one.holds(passage.day)]
    if not holders:
        return
    for length in (4, 3, 2):
        said = view.text[at : at + length]
        if any(said == one.name for one in holders):
            return
        if said in names and len(said) == length:
            held = "、".join(
                one.post for one in roster if one.name == said and one.holds(passage.day)
            )
            right = "、".join(one.name for one in holders)
            note = f"{said}的职务为{held or '（名录中已无现职）'}，{post}为{right}"
            span = view.span(hit.start(), at + length)
            yield Mark(span.start, span.end, "", note)
            return
    for one in holders:
        said = view.text[at : at + len(one.name)]
        if len(said) == len(one.name) >= 2 and re.fullmatch(_HAN + "+", said):
            wrong = [i for i, (a, b) in enumerate(zip(said, one.name, strict=True)) if a != b]
            if len(wrong) == 1 and (len(said) > 2 or _alike(said[wrong[0]], one.name[wrong[0]])):
                span = view.span(at, at + len(said))
                yield Mark(span.start, span.end, one.name, f"{post}的姓名应为“{one.name}”")
                return


def _alike(a: str, b: str) -> bool:
    from pypinyin import lazy_pinyin

    return bool(lazy_pinyin(a) == lazy_pinyin(b))


def _order(
    passage: Passage, view: Folded, roster: tuple[Official, ...], names: set[str]
) -> Iterator[Mark]:
    """甲、乙、丙: ranks that do not ascend."""
    ranks = {
        one.name: one.rank for one in roster if one.rank is not None and one.holds(passage.day)
    }
    if len(ranks) < 2:
        return
    one = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    for hit in re.finditer(rf"(?:{one})(?:[、和](?:{one}))+", view.text):
        said = re.split("[、和]", hit.group())
        known = [(ranks[name], name) for name in said if name in ranks]
        if len(known) == len(said) and known != sorted(known):
            use = "、".join(name for _, name in sorted(known))
            span = view.span(hit.start(), hit.end())
            yield Mark(span.start, span.end, use, f"排序应为{use}", Severity.WARNING)
