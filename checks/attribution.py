"""Which unit an article counts for, and whether it is a reprint (转载).

In this order: the 来源 as the page writes it; where the page gives none, or only the site itself, the
column's one responsible unit. A name of the county's own unit wins over everything else; otherwise a
source that names a higher authority or a news agency is a reprint. Nobody else is guessed.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from checks.model import Column, Site

#: Sources whose articles are reprints: media, and authorities above the county.
REPRINTS = (
    "新华社", "新华网", "人民日报", "人民网", "央视", "中央电视台", "中央广播电视总台", "光明日报", "经济日报",
    "中国新闻网", "中新网", "中新社", "求是", "学习强国", "中国政府网", "国务院", "中共中央", "国家", "中央",
    "新疆日报", "天山网", "石榴云", "新疆维吾尔自治区", "自治区", "博尔塔拉蒙古自治州", "博尔塔拉报", "博州", "自治州",
    "人民政府网", "融媒体", "财政部", "民政部", "教育部", "农业农村部", "生态环境部", "公安部", "司法部", "水利部",
    "应急管理部", "商务部", "文化和旅游部", "自然资源部", "交通运输部", "住房和城乡建设部", "工业和信息化部",
    "人力资源和社会保障部", "退役军人事务部", "国家发展改革委", "国家卫生健康委", "最高人民法院", "最高人民检察院",
    "微信公众号", "全国人大", "全国政协",
)  # fmt: skip
#: What may stand in front of a unit's name without making it somebody else's.
_LEAD = re.compile(
    r"(?:来源|信息来源|稿源|文章来源|发布机构|发布单位|作者|供稿|责任单位)[:\uff1a]?"
)
_HIGHER = re.compile(r"(?:自治区|自治州|[^县]{1,6}省|[^县]{1,6}市|州|国家|新疆|中国)$")


@dataclass(frozen=True, slots=True)
class Attributed:
    """`unit` is a unit id or ""; `joint` are further units named beside it; `rung` says what told."""

    unit: str
    reprinted: bool
    joint: tuple[str, ...] = ()
    rung: Literal["source", "reprint", "column", "none"] = "none"


def bare(text: str) -> str:
    """`text` for comparing names: NFKC, no white space."""
    return "".join(unicodedata.normalize("NFKC", text).split())


class Attribution:
    """Attributes articles to a site's units, by name and alias, the longest first."""

    def __init__(self, site: Site) -> None:
        names = {
            bare(name): unit.id
            for unit in reversed(site.units)
            for name in (unit.name, *unit.aliases)
            if bare(name)
        }
        self._units = names
        ordered = sorted(names, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, ordered))) if ordered else None
        self._own = {bare(one) for one in (site.name, site.office) if one}
        self._reprints = tuple(bare(one) for one in (*REPRINTS, *site.reprints))

    def of(self, source: str, *, columns: Sequence[Column] = (), title: str = "") -> Attributed:
        """The unit of an article with this 来源, listed by these columns."""
        del title  # a title names whom it is about, not who wrote it
        said = _LEAD.sub("", bare(source))
        units = self._named(said)
        if units:
            return Attributed(units[0], reprinted=False, joint=tuple(units[1:]), rung="source")
        if said and said not in self._own:
            reprinted = any(word in said for word in self._reprints)
            return Attributed("", reprinted, rung="reprint" if reprinted else "none")
        responsible = {unit for column in columns for unit in column.units}
        if len(responsible) == 1:
            return Attributed(responsible.pop(), reprinted=False, rung="column")
        return Attributed("", reprinted=False)

    def _named(self, said: str) -> list[str]:
        """Unit ids in the order they are named, each once; names of a higher level's organs left out."""
        if self._pattern is None:
            return []
        found: list[str] = []
        for hit in self._pattern.finditer(said):
            before = said[: hit.start()]
            if _HIGHER.search(before) and not before.endswith("县"):
                continue
            unit = self._units[hit.group()]
            if unit not in found:
                found.append(unit)
        return found
