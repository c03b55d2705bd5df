"""A quarter's pack → what its pages show: the circular's sentences, its documents, what is wanting, its charts.

Made in a thread (desk/console/works.py), `say` telling what is being done. The pages of a quarter as it stands now
are made of a pack too, one that is not kept: so every number has its query and its rows there as well.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from checks.model import BadInput, Site
from desk.circular import sources, template_bytes
from desk.console.hall import Hall
from desk.console.packs import FrozenPack, keep_new, sha256_of
from desk.console.works import Say
from reports.circular.annex import annex
from reports.circular.checked import faults_in, told
from reports.circular.document import document
from reports.circular.freezing import TEMPLATE, Sources, freeze_quarter, unconfirmed
from reports.circular.made import WORDS, Circular, circular_of
from reports.circular.wanting import Wanting, wanting
from reports.circular.words import words_from
from reports.ranking import QuarterSum, trend
from reports.wording import CalendarQuarter
from store.chain import last_step
from store.database import reading
from store.pack_reading import Pack, open_pack

#: Rows shown of one table on the page; all are in the annex.
MOST_UNCHECKED = 200


@dataclass(frozen=True, slots=True)
class UnitBar:
    """A unit of the quarter: what it published and its quota (None: none), as the pack says."""

    name: str
    published: int
    quota: int | None
    doubt: str


@dataclass(frozen=True, slots=True)
class Documents:
    """The circular as DOCX, without and with the figures on pages of their own, and the side file as XLSX."""

    plain: bytes
    with_annex: bytes
    annex: bytes


@dataclass(frozen=True, slots=True)
class Told:
    """A quarter as its pages show it. `at` (UTC) is when this was made of the pack, `today` the day it was judged by.

    `unchecked` are (topic, what, why). `hints` are what the rules found in the text. `documents` is None where the
    pack is not kept. `waiting` counts findings nobody confirmed, None for a frozen pack (it says so itself).
    `last_step` is the ledger's newest event before that.
    """

    quarter: CalendarQuarter
    path: Path
    sha256: str
    at: datetime
    today: date
    circular: Circular
    hints: tuple[str, ...]
    unchecked: tuple[tuple[str, str, str], ...]
    wanting: tuple[Wanting, ...]
    forms: tuple[tuple[str, str, int], ...]
    bars: tuple[UnitBar, ...]
    trend: tuple[QuarterSum, ...]
    waiting: int | None
    documents: Documents | None
    last_step: int


def tell_now(hall: Hall, site_id: str, quarter: CalendarQuarter, say: Say) -> Told:
    """The quarter as the database holds it now. Raises BadInput."""
    with reading(hall.engine) as connection:
        last = last_step(connection, site_id)
    say("1/4 读取站点文件、词表和表样")
    office = _office(hall, site_id)
    path = hall.works.folder() / f"{site_id}-{quarter}.db"
    say("2/4 汇总本季度的文章、问题、栏目和表格")
    _freeze(hall, office, quarter, path)
    return _told(hall, office.site, quarter, path, say, kept=False, forms=office, last=last)


def tell_frozen(hall: Hall, site: Site, frozen: FrozenPack, say: Say) -> Told:
    """A frozen quarter with its documents. Raises BadInput: the pack was changed since, or cannot be used."""
    say("1/4 核对证据包")
    if frozen.sha256 and not frozen.intact:
        raise BadInput(
            f"{frozen.path.name}: 证据包与冻结时的校验值不符，被改动过，不能据以生成通报"
        )
    say("2/4 读出证据包")
    quarter = CalendarQuarter.named(frozen.quarter)
    return _told(hall, site, quarter, frozen.path, say, kept=True, forms=_office(hall, site.id))


def freeze_now(
    hall: Hall, site_id: str, quarter: CalendarQuarter, by: str, folder: Path, say: Say
) -> tuple[FrozenPack, bool]:
    """Freeze the quarter as it stands; True where it is not what was frozen before already. Raises BadInput."""
    say("1/2 读取站点文件、词表和表样")
    office = _office(hall, site_id)
    say("2/2 冻结证据包")
    today = hall.today(office.site).isoformat()
    return keep_new(
        folder, site_id, quarter, lambda path: _freeze(hall, office, quarter, path),
        at=hall.now(), by=by, today=today,
    )  # fmt: skip


def _office(hall: Hall, site_id: str) -> Sources:
    from checks.site import load_site

    file = hall.files[site_id]
    office: Sources = sources(file, load_site(file))
    return office


def _freeze(hall: Hall, office: Sources, quarter: CalendarQuarter, path: Path) -> str:
    with reading(hall.engine) as connection:
        today = hall.today(office.site)
        return freeze_quarter(connection, office, quarter, today, version("lanmu"), path)


def _told(
    hall: Hall,
    site: Site,
    quarter: CalendarQuarter,
    path: Path,
    say: Say,
    *,
    kept: bool,
    forms: Sources,
    last: int = 0,
) -> Told:
    with open_pack(path) as pack:
        if pack.meta["quarter"] != str(quarter) or pack.meta["site"] != site.id:
            raise BadInput(f"{path.name}: 证据包不是本网站{quarter}的")
        say("3/4 生成通报文字，检查文字和数字")
        circular = circular_of(pack)
        hints = tuple(told(circular, one) for one in faults_in(circular, pack))
        say("4/4 写出通报和依据表" if kept else "4/4 汇总历季走势")
        there = {row["form"]: row for row in pack.rows("forms")}
        with reading(hall.engine) as connection:
            sums = trend(connection, site, quarter.until, hall.today(site))
        return Told(
            quarter=quarter,
            path=path,
            sha256=sha256_of(path),
            at=hall.now(),
            today=date.fromisoformat(pack.meta["today"]),
            circular=circular,
            hints=hints,
            unchecked=tuple((r["topic"], r["what"], r["why"]) for r in pack.rows("unchecked")),
            wanting=wanting(words_from(pack.file(WORDS) or b""), forms.forms, there),
            forms=tuple((row["form"], row["title"], row["rows"]) for row in there.values()),
            bars=_bars(pack),
            trend=sums,
            waiting=None if kept else _waiting(hall, site, quarter),
            documents=_documents(circular, pack, hints) if kept else None,
            last_step=last,
        )


def _waiting(hall: Hall, site: Site, quarter: CalendarQuarter) -> int:
    with reading(hall.engine) as connection:
        return unconfirmed(connection, site, quarter.until, hall.today(site))


def _bars(pack: Pack) -> tuple[UnitBar, ...]:
    rows = [
        UnitBar(row["short"], row["published"], row["quota"], row["doubt"])
        for row in pack.rows("units")
    ]
    return tuple(sorted(rows, key=lambda one: -one.published))


def _documents(circular: Circular, pack: Pack, hints: Sequence[str]) -> Documents:
    template = pack.file(TEMPLATE) or template_bytes()
    return Documents(
        document(circular, template, hints=hints),
        document(circular, template, annex=True, hints=hints),
        annex(circular, pack, hints),
    )


def bars_chart(bars: Sequence[UnitBar]) -> Mapping[str, Any]:
    """What each unit published beside its quota, the most on top: an ECharts option."""
    quotas = [one.quota for one in bars]
    marks = {
        "name": "季度任务", "type": "scatter", "symbol": "rect", "symbolSize": [3, 16], "data": quotas,
        "itemStyle": {"color": "#b4530a"},
    }  # fmt: skip
    numbers = {
        "name": "发布", "type": "bar", "data": [one.published for one in bars], "barMaxWidth": 18,
        "itemStyle": {"color": "#2f79b9"}, "label": {"show": True, "position": "right"},
    }  # fmt: skip
    return {
        "animation": False,
        "tooltip": {"trigger": "axis", "renderMode": "richText", "axisPointer": {"type": "shadow"}},
        "legend": {"top": 0, "data": ["发布", "季度任务"] if any(quotas) else ["发布"]},
        "grid": {"left": 8, "right": 40, "top": 34, "bottom": 8, "containLabel": True},
        "xAxis": {"type": "value", "minInterval": 1},
        "yAxis": {
            "type": "category", "inverse": True, "data": [one.name for one in bars],
            "axisLabel": {"interval": 0, "width": 110, "overflow": "truncate"},
        },
        "series": [numbers, *([marks] if any(quotas) else [])],
    }  # fmt: skip


def trend_chart(sums: Sequence[QuarterSum]) -> Mapping[str, Any]:
    """All units together over the quarters: an ECharts option. What is not known leaves a gap."""
    lines = (
        ("发布", 0, "#2f79b9", [one.published for one in sums]),
        ("已确认问题", 1, "#c0504d", [one.confirmed for one in sums]),
        ("未销号", 1, "#8a6d1d", [one.open for one in sums]),
    )
    return {
        "animation": False,
        "tooltip": {"trigger": "axis", "renderMode": "richText"},
        "legend": {"top": 0},
        "grid": {"left": 8, "right": 8, "top": 56, "bottom": 8, "containLabel": True},
        "xAxis": {"type": "category", "data": [quarter_of(one) for one in sums]},
        "yAxis": [
            {"type": "value", "name": "发布（条）", "minInterval": 1},
            {"type": "value", "name": "问题（处）", "minInterval": 1, "splitLine": {"show": False}},
        ],
        "series": [
            {
                "name": name, "type": "line", "yAxisIndex": axis, "data": numbers, "symbolSize": 8,
                "itemStyle": {"color": colour}, "lineStyle": {"color": colour, "type": "solid" if axis == 0 else "dashed"},
            }
            for name, axis, colour, numbers in lines
        ],
    }  # fmt: skip


def quarter_of(one: QuarterSum) -> str:
    return str(CalendarQuarter(one.since.year, one.since.month // 3 + 1))
