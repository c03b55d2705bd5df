"""Report near misses of official names: 和/与, a dropped or doubled character, a homophone, the wrong level.

The misses are made from the names (the site's units and the well-known ones below), never listed. Short names,
and misses that are other names or short forms in use, are left alone.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from checks.boundary import splits_word
from checks.matcher import Matcher
from checks.model import Rule, Severity
from checks.passage import Manual, Mark, Passage

RULE = Rule(
    "unit-names",
    Severity.WARNING,
    "机构名称有误，应为“{use}”",
    source="机构改革方案和“三定”规定公布的机构名称",
)
MANUAL = Manual(
    title="机构名称",
    finds="与本站单位全称、常见机构全称只差一处的写法：和写成与、漏字、叠字、同音字、相邻两字颠倒；县里写成“办公厅”“财政厅”。由名称推算，不靠错误清单。",
    spares="三四个字的短名、通行简称（发展改革委、住房城乡建设局）、别的机构的名称不算；“市、县政府办公厅（室）”不算。",
    bad=(
        "县发展与改革委员会印发通知。",
        "县市场监督理局开展检查。",
        "县人力资源和社会保保障局发布公告。",
        "精河县财政厅组织培训。",
        "县政府办公厅印发方案。",
    ),
    good=(
        "县发展和改革委员会印发通知。",
        "县发展改革委印发通知。",
        "自治区财政厅组织培训。",
        "各市、县政府办公厅（室）抓好落实。",
    ),
)
ON = True
WORDING = True

#: Names that departments of this kind have everywhere (中共中央《深化党和国家机构改革方案》, 2018; 2023).
WELL_KNOWN = (
    "发展和改革委员会", "人力资源和社会保障局", "人力资源和社会保障部", "人力资源和社会保障厅", "工业和信息化局", "工业和信息化部",
    "住房和城乡建设局", "住房和城乡建设部", "住房和城乡建设厅", "林业和草原局", "文化和旅游局", "文化和旅游部", "农业农村局",
    "卫生健康委员会", "市场监督管理局", "市场监督管理总局", "医疗保障局", "退役军人事务局", "生态环境局", "应急管理局", "自然资源局",
    "商务和工业信息化局", "行政服务中心", "交通运输局", "乡村振兴局", "城市管理局", "综合行政执法局", "融媒体中心", "疾病预防控制中心",
    "人民代表大会常务委员会", "人民政府办公室", "纪律检查委员会", "机关事务管理局", "国家税务总局", "政务服务和大数据发展局",
    "数字化发展局", "文化体育广播电视和旅游局", "国有资产监督管理委员会", "消防救援大队", "政务服务中心", "审批服务局", "信访局", "公安交警大队",
    "国务院办公厅", "人民检察院", "人民法院", "农业农村部", "自然资源部", "生态环境部", "应急管理部", "卫生健康委", "民族事务委员会",
)  # fmt: skip
#: Right too, though near misses of others.
ALSO_RIGHT = ("国家税务局", "监察委员会", "政务服务局")
#: A name shorter than this has too many neighbours that are right.
SHORTEST = 5
_PREFIX = re.compile(
    r"^(?:中共)?[\u4e00-\u9fff]{1,6}?(?:自治州|自治区|自治县|[省市州县])(?=[\u4e00-\u9fff]{4})"
)
_ENDS = "局委会办厅部院队心处站所场镇乡"
_LEVEL = re.compile(
    r"(?<![、省州区市])(?<!各市)(?P<at>(?:[\u4e00-\u9fff]{1,4}县|(?<![\u4e00-\u9fff])县)(?:人民政府|政府|委)?办公)厅(?![\uff08(])"
)
_BUREAU = re.compile(
    r"(?P<place>[\u4e00-\u9fff]{1,4}县|(?<![\u4e00-\u9fff])县|自治州|(?<![\u4e00-\u9fff])州)(?P<what>财政|教育|民政|司法|审计|水利|公安|商务|自然资源|生态环境|交通运输|农业农村|应急管理|住房和城乡建设|人力资源和社会保障|文化和旅游|工业和信息化)厅"
)


def check(passage: Passage) -> Iterator[Mark]:
    view = passage.folded()
    for hit in _LEVEL.finditer(view.text):
        span = view.span(hit.start("at"), hit.end())
        yield Mark(span.start, span.end, f"{hit['at']}室")
    for hit in _BUREAU.finditer(view.text):
        span = view.span(hit.start(), hit.end())
        yield Mark(span.start, span.end, f"{hit['place']}{hit['what']}局")
    names = passage.site.units if passage.site else ()
    misses = _misses(tuple(name for unit in names for name in (unit.name, *unit.aliases)))
    free = 0
    for found in misses.find(view.text):
        start, end, use = found
        if start >= free and not splits_word(view.text, start, end):
            span = view.span(start, end)
            yield Mark(span.start, span.end, use)
            free = end


class _Misses:
    """What may be written by a slip for each of `names`, looked for all at once."""

    def __init__(self, names: tuple[str, ...]) -> None:
        bare = {_PREFIX.sub("", name) for name in names} | set(names)
        known = {*bare, *WELL_KNOWN}
        made: dict[str, str] = {}
        for name in sorted(known, key=lambda one: (-len(one), one)):
            if len(name) >= SHORTEST:
                for miss in _slips(name):
                    made.setdefault(miss, name)
        short = frozenset((*known, *ALSO_RIGHT))
        self._made = {
            miss: name for miss, name in made.items() if not any(miss in one for one in short)
        }
        self._texts = list(self._made)
        self._matcher = Matcher(self._texts)
        self._right = Matcher(sorted(short))

    def find(self, text: str) -> Iterator[tuple[int, int, str]]:
        hits = self._matcher.find(text, most=1000)
        if not hits:
            return
        right = [(hit.start, hit.end) for hit in self._right.find(text, most=10_000)]
        for hit in sorted(hits, key=lambda one: (one.start, -one.end)):
            inside = any(start <= hit.start and hit.end <= end for start, end in right)
            if not inside:
                yield hit.start, hit.end, self._made[self._texts[hit.needle]]


@lru_cache(maxsize=8)
def _misses(names: tuple[str, ...]) -> _Misses:
    return _Misses(names)


def _slips(name: str) -> Iterator[str]:
    """What `name` becomes by one slip; its first and last character stay, 和 is not only dropped."""
    for at in range(1, len(name) - 1):
        character = name[at]
        left, right = name[:at], name[at + 1 :]
        if character == "和":
            yield f"{left}与{right}"
            yield f"{left}及{right}"
            continue
        if name[at - 1] != character and not (at == 1 and name[0] in "市县州区乡镇"):
            yield left + right
        if name[at + 1] != character:
            yield f"{left}{character}{character}{right}"
        following = name[at + 1]
        if at + 2 < len(name) and following not in (character, "和"):
            yield f"{left}{following}{character}{name[at + 2 :]}"
        for other in _sounds().get(character, ""):
            yield left + other + right


#: Characters of organ names with others that sound the same and are typed in their place.
_ALIKE = (
    "务物雾", "管馆", "理里", "监检", "督都", "障章", "保报", "资自", "源原", "业叶", "信新", "息西", "住主", "房防", "建健件", "设社", "林临",
    "草操", "旅履", "游由", "农浓", "村材", "卫为", "康糠", "役疫", "军均", "态太", "境竞镜", "应英", "急及", "然燃", "政正", "服付", "融容", "媒煤",
    "察查", "纪记", "检捡", "振震", "兴新", "综宗", "执直", "法发", "展站", "改该", "革格", "委位", "员原",
)  # fmt: skip


@cache
def _sounds() -> dict[str, str]:
    return {group[0]: group[1:] for group in _ALIKE}
