"""Pictures for paper: bars per unit, the completeness matrix, the trend over quarters. They read in black and white.

PNG at 200 dots an inch, as wide as the text of an A4 page; what does not fit one page goes on several. The same
figures make the same bytes. matplotlib is loaded only here, and only when a picture is drawn.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from checks.model import BadInput, Unit
from reports.completeness import LABELS, Cell, Completeness, State
from reports.quarter import quarter_name
from reports.ranking import QuarterSum, Ranking, UnitRanking

#: Fonts that show Chinese, the ones wanted first.
FONTS = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "思源黑体", "Noto Sans CJK JP",
    "Microsoft YaHei", "PingFang SC", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "SimHei", "Noto Serif CJK SC",
)  # fmt: skip
NO_MATPLOTLIB = "画图要用matplotlib：请运行 pip install 'lanmu[charts]' 后再试"
NO_FONT = "没有找到中文字体，不画图：请安装 fonts-noto-cjk（apt-get install fonts-noto-cjk）后再试"
DPI = 200
#: Inches: the text of an A4 page with margins of 25 mm.
WIDTH, HEIGHT = 6.3, 9.7
UNITS_A_PAGE, COLUMNS_A_PAGE, CELLS_A_ROW = 40, 24, 28
#: Characters of a name that are shown, and what stands for one the font has not.
MOST_NAME, UNKNOWN = 16, "〓"
DARK, LIGHT = "#4a6d8c", "#ffffff"
#: Face and hatch by state.
STATES: Mapping[State, tuple[str, str]] = {
    "complete": ("#dfe8ef", ""),
    "missing": ("#c0504d", "xxx"),
    "unread": ("#ffffff", "..."),
    "none": ("#ffffff", ""),
}
One = TypeVar("One")


@dataclass(frozen=True, slots=True)
class Pen:
    """A Chinese font that is installed, and the code points it can show."""

    font: str
    glyphs: frozenset[int]

    def said(self, text: str) -> str:
        """`text` as the font can show it: never an empty box."""
        line = " ".join(text.split())
        return "".join(c if ord(c) in self.glyphs else UNKNOWN for c in line)

    def name(self, text: str) -> str:
        return self.said(text if len(text) <= MOST_NAME else text[: MOST_NAME - 1] + "…")

    @contextmanager
    def figure(self, height: float) -> Iterator[Any]:
        """A figure as wide as the page, its settings the same on every machine. `height` in inches."""
        import matplotlib as mpl
        from matplotlib.figure import Figure

        with mpl.rc_context():
            mpl.rcdefaults()
            mpl.rcParams.update(
                {
                    "font.family": [self.font],
                    "font.size": 8,
                    "text.parse_math": False,
                    "axes.unicode_minus": False,
                    "hatch.linewidth": 0.6,
                }
            )
            yield Figure(figsize=(WIDTH, min(height, HEIGHT)), dpi=DPI, layout="constrained")


def pen() -> Pen:
    """Raises BadInput: matplotlib is not installed, or no Chinese font is."""
    try:
        from matplotlib import font_manager
    except ImportError:
        raise BadInput(NO_MATPLOTLIB) from None
    installed = {one.name for one in font_manager.fontManager.ttflist}
    chosen = next((one for one in FONTS if one in installed), "")
    if not chosen:
        raise BadInput(NO_FONT)
    path = font_manager.findfont(
        font_manager.FontProperties(family=[chosen]), fallback_to_default=False
    )
    return Pen(chosen, frozenset(font_manager.get_font(path).get_charmap()))


def _png(figure: Any) -> bytes:
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=DPI, metadata={"Software": None})
    return out.getvalue()


def _pages(many: Sequence[One], most: int) -> list[Sequence[One]]:
    """`many` on pages of at most `most`, as equal as can be."""
    pages = -(-len(many) // most)
    size = -(-len(many) // pages) if pages else 1
    return [many[i : i + size] for i in range(0, len(many), size)]


def _title(pen: Pen, text: str, page: int, pages: int) -> str:
    return pen.said(text + (f"（{page}/{pages}）" if pages > 1 else ""))


def short(unit: Unit) -> str:
    """The name a circular calls a unit by: its first other name where that is shorter."""
    return min((unit.name, *unit.aliases[:1]), key=len)


def unit_bars(pen: Pen, ranking: Ranking) -> list[bytes]:
    """What each unit published, most first, beside its quota."""
    ordered = sorted(ranking.units, key=lambda one: -(one.now.published or 0))
    pages = _pages(ordered, UNITS_A_PAGE)
    most = max(
        (max(one.now.published or 0, one.now.quota or 0) for one in ranking.units), default=0
    )
    counts = ranking.counts
    title = f"{counts.name} {quarter_name(counts.since)} 各单位信息发布数量（条）"
    return [
        _bars(pen, part, _title(pen, title, number, len(pages)), most)
        for number, part in enumerate(pages, 1)
    ]


def _bars(pen: Pen, units: Sequence[UnitRanking], title: str, most: int) -> bytes:
    with pen.figure(1.1 + 0.21 * len(units)) as figure:
        axes = figure.add_subplot()
        for place, one in enumerate(units):
            hatch, face = _bar_style(one)
            number = one.now.published
            axes.barh(place, number or 0, height=0.62, color=face, edgecolor="black", hatch=hatch, linewidth=0.6)  # fmt: skip
            if one.now.quota is not None:
                axes.plot([one.now.quota] * 2, [place - 0.42, place + 0.42], color="black", linewidth=1.8)  # fmt: skip
            label = "没有数据" if number is None else str(number)
            at = _label_at(number or 0, one.now.quota or 0, most)
            axes.text(at, place, pen.said(label), va="center", fontsize=7)
        axes.set_yticks(range(len(units)), [pen.name(short(one.unit)) for one in units])
        axes.set_ylim(len(units) - 0.4, -0.6)
        axes.set_xlim(0, max(most, 1) * 1.1)
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.spines[["top", "right"]].set_visible(False)
        axes.set_title(title, fontsize=10)
        _legend(pen, figure, (("达标或没有任务", DARK, ""), ("未达标", LIGHT, "////"), ("未能判断是否达标", LIGHT, "...")), quota=True)  # fmt: skip
        return _png(figure)


def _label_at(number: int, quota: int, most: int) -> float:
    """Just behind the bar, and behind the mark of the quota where that is near."""
    near = number <= quota <= number + 0.06 * most
    return (quota if near else number) + 0.008 * max(most, 1)


def _bar_style(one: UnitRanking) -> tuple[str, str]:
    if one.now.met is False:
        return "////", LIGHT
    if one.now.met is None and one.now.quota is not None:
        return "...", LIGHT
    return "", DARK


def _legend(
    pen: Pen, figure: Any, marks: Sequence[tuple[str, str, str]], *, quota: bool = False
) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles: list[Any] = [
        Patch(facecolor=face, edgecolor="black", hatch=hatch, linewidth=0.6, label=pen.said(label))
        for label, face, hatch in marks
    ]
    if quota:
        handles.append(Line2D([], [], color="black", linewidth=1.8, label=pen.said("季度任务")))
    figure.legend(handles=handles, loc="outside lower center", ncols=len(handles), frameon=False)


def completeness_matrix(pen: Pen, site: str, quarter: str, matrix: Completeness) -> list[bytes]:
    """Columns down, units across: what is complete, missing (how many items), unread; blank where nothing is required."""
    parts = [
        (rows, units)
        for rows in _pages(range(len(matrix.columns)), COLUMNS_A_PAGE)
        for units in _pages(range(len(matrix.units)), CELLS_A_ROW)
    ]
    title = f"{site} {quarter} 栏目应公开内容完整性"
    return [
        _matrix(pen, matrix, rows, units, _title(pen, title, number, len(parts)))
        for number, (rows, units) in enumerate(parts, 1)
    ]


def _matrix(
    pen: Pen, matrix: Completeness, rows: Sequence[int], units: Sequence[int], title: str
) -> bytes:
    from matplotlib.patches import Rectangle

    with pen.figure(2.3 + 0.26 * len(rows)) as figure:
        axes = figure.add_subplot()
        for y, row in enumerate(rows):
            for x, unit in enumerate(units):
                _box(axes, Rectangle, x, y, matrix.cells[row][unit])
        axes.set_xlim(0, len(units))
        axes.set_ylim(len(rows), 0)
        names = [pen.name(short(matrix.units[unit])) for unit in units]
        axes.set_xticks([x + 0.5 for x in range(len(units))], names, rotation=90)
        axes.set_yticks(
            [y + 0.5 for y in range(len(rows))],
            [pen.name(matrix.columns[row].name) for row in rows],
        )
        axes.tick_params(length=0)
        axes.set_title(title, fontsize=10)
        _legend(pen, figure, [(_state_words(state), *STATES[state]) for state in STATES])
        return _png(figure)


def _box(axes: Any, rectangle: Any, x: int, y: int, cell: Cell) -> None:
    face, hatch = STATES[cell.state]
    asked = cell.state != "none"
    edge = "black" if asked else "#bbbbbb"
    axes.add_patch(
        rectangle((x, y), 1, 1, facecolor=face, edgecolor=edge, hatch=hatch, linewidth=0.5, zorder=1 + asked)
    )  # fmt: skip
    said = {"complete": "√", "missing": str(len(cell.items))}.get(cell.state, "")
    ground = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}
    box = ground if cell.state == "missing" else None
    axes.text(x + 0.5, y + 0.52, said, ha="center", va="center", fontsize=7, bbox=box, zorder=3)


def _state_words(state: State) -> str:
    more = {"complete": "（√）", "missing": "（数字为缺几项）"}
    return LABELS[state] + more.get(state, "")


def trend_lines(pen: Pen, site: str, sums: Sequence[QuarterSum]) -> list[bytes]:
    """What was published, and the findings, quarter by quarter; a gap where nothing is known. [] for no quarter."""
    if not sums:
        return []
    upper = (("发布合计", [one.published for one in sums], "-", "o"),
             ("其中乡镇场", [one.townships for one in sums], "--", "s"))  # fmt: skip
    lower = (("已确认问题", [one.confirmed for one in sums], "-", "^"),
             ("季末未销号", [one.open for one in sums], ":", "x"))  # fmt: skip
    with pen.figure(5.2) as figure:
        top, bottom = figure.subplots(2, 1, sharex=True)
        for axes, lines, what in ((top, upper, "发布（条）"), (bottom, lower, "问题（个）")):
            for label, numbers, style, marker in lines:
                _line(axes, numbers, pen.said(label), style, marker)
            axes.set_ylabel(pen.said(what))
            axes.set_ylim(bottom=0)
            axes.yaxis.get_major_locator().set_params(integer=True)
            axes.grid(axis="y", linewidth=0.3)
            axes.spines[["top", "right"]].set_visible(False)
            axes.legend(frameon=False, loc="best")
        bottom.set_xticks(range(len(sums)), [quarter_name(one.since) for one in sums])
        bottom.set_xlim(-0.4, len(sums) - 0.6)
        figure.suptitle(pen.said(f"{site} 历季走势"), fontsize=10)
        return [_png(figure)]


def _line(axes: Any, numbers: Sequence[int | None], label: str, style: str, marker: str) -> None:
    known = [float("nan") if one is None else one for one in numbers]
    axes.plot(known, linestyle=style, marker=marker, color="black", linewidth=1.2, markersize=5, label=label)  # fmt: skip
    for place, one in enumerate(numbers):
        if one is not None:
            axes.annotate(
                str(one), (place, one), xytext=(0, 5), textcoords="offset points", ha="center",
                fontsize=7,
            )  # fmt: skip
