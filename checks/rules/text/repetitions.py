"""Report words, clauses and paragraphs written twice in a row.

Left alone: reduplication that is Chinese (讨论讨论 is only 疑似), 的的确确, 为了了解, 存在在, 和和气气 and their like.
"""

import re
from collections.abc import Iterator

from checks.model import Rule, Severity
from checks.passage import Manual, Mark, Passage

RULE = Rule(
    "repetitions",
    Severity.WARNING,
    "文字重复：{note}",
    source="公文校核通则：衍字、衍句",
)
MANUAL = Manual(
    title="重复",
    finds="连写两遍的字、词、分句，以及与前文完全相同的整段。",
    spares="汉语本有的叠用（的的确确、为了了解、研究研究、一块一块）不算或只作疑似。",
    bad=(
        "进一步加强加强管理。",
        "全面落实的的各项措施。",
        "各单位要高度重视高度重视此项工作。",
    ),
    good=(
        "的的确确做到了。",
        "为了了解情况，开展走访。",
        "大家讨论讨论再定。",
    ),
)
ON = True
WORDING = True

_HAN = "\u4e00-\u9fff"
_SINGLE = re.compile(
    r"(?<![目标有])的的(?!确|士|哥|卡)|(?<![为除不])了了(?!解|断|却|结|事|账|望|无|然|当|之)|(?<![存现实所潜内外自正好还])在在(?!职|线|场|岗|建|校|编|册|读|途|任|位|家|座|此|乎)"
    r"|(?<![温柔共祥缓平亲])和和(?!平|谐|睦|气|解|善|美|田|顺|硕|静|县|林|布|府)|与与(?!会|否)|(?<![行作成认以])为为(?!了|民|何|期|人)|及及(?!时|早|格)|(?<![不就还也总反针绝面])对对(?!方|联|照|比|口|待|接|策|于|象|外|手|面)"
)
_WORD = re.compile(rf"(?P<word>[{_HAN}]{{3,12}})(?P=word)")
_TWO = re.compile(rf"(?P<word>[{_HAN}]{{2}})(?P=word)(?![{_HAN}]?(?P=word))")
_CLAUSE = re.compile(
    r"(?P<clause>[^\s。\uff0c、;:!?\uff1b\uff1a\uff01\uff1f,]{6,60})(?P<mark>[。\uff0c、;\uff1b,])(?P<again>(?P=clause))(?=[。\uff0c、;\uff1b,]|$)"
)
#: Two-character words that may well stand twice: they are no slip.
_REDUPLICATED = frozenset(
    [
        "研究",
        "讨论",
        "学习",
        "交流",
        "商量",
        "休息",
        "打扫",
        "收拾",
        "调查",
        "考虑",
        "了解",
        "锻炼",
        "检查",
        "介绍",
        "准备",
        "常常",
        "往往",
        "渐渐",
        "刚刚",
        "仅仅",
        "哈哈",
        "星星",
        "爸爸",
        "妈妈",
        "谢谢",
        "一步",
        "一点",
        "一个",
        "一件",
        "许多",
        "很多",
        "非常",
        "多多",
        "年年",
        "天天",
    ]
)
#: Pieces by which verbs and links are plainly doubled.
_PLAIN = frozenset(
    [
        "进行",
        "开展",
        "加强",
        "推进",
        "我们",
        "他们",
        "工作",
        "会议",
        "全县",
        "政府",
        "部门",
        "单位",
        "群众",
        "要求",
        "落实",
        "以及",
        "并且",
        "通过",
        "按照",
        "根据",
        "关于",
        "对于",
        "为了",
        "同时",
        "一是",
        "推动",
        "建设",
        "发展",
        "服务",
        "管理",
        "组织",
        "实施",
        "完成",
        "提高",
        "提升",
        "确保",
        "积极",
        "认真",
        "切实",
        "不断",
        "进一步",
        "情况",
        "问题",
        "项目",
        "企业",
        "干部",
        "党员",
    ]
)
LONG = 20


def check(passage: Passage) -> Iterator[Mark]:
    text = passage.text
    for hit in _SINGLE.finditer(text):
        yield Mark(hit.start(), hit.end(), hit.group()[0], f"“{hit.group()[0]}”字重复")
    for hit in _WORD.finditer(text):
        word = hit["word"]
        if len(set(word)) > 1 and word[0] not in "一半几两":
            yield Mark(hit.start(), hit.end(), word, f"“{word}”重复")
    for hit in _TWO.finditer(text):
        word = hit["word"]
        if word[0] == word[1] or word in _REDUPLICATED:
            continue
        severity = None if word in _PLAIN else Severity.SUGGESTION
        yield Mark(hit.start(), hit.end(), word, f"“{word}”重复", severity)
    for hit in _CLAUSE.finditer(text):
        yield Mark(hit.start("again"), hit.end("again"), "", "前后分句完全相同")
    yield from _paragraphs(passage)


def _paragraphs(passage: Passage) -> Iterator[Mark]:
    seen: set[str] = set()
    for at, line in passage.lines():
        bare = line.strip()
        if len(bare) >= LONG and "\t" not in bare:
            if bare in seen:
                start = at + line.index(bare)
                yield Mark(start, start + len(bare), "", "整段与前文相同")
            seen.add(bare)
