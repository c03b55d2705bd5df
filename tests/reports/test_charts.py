"""Pictures: as large as a page of text, not empty, the same every time, never an empty box for a character."""

import io
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from PIL import Image

from checks.criteria import standings
from checks.model import BadInput, Column, Expectation, Site, Unit
from reports import charts
from reports.charts import Pen
from reports.completeness import Cell, Completeness, completeness
from reports.counts import Counts
from reports.quarter import UnitFigures
from reports.ranking import QuarterSum, Ranking, UnitRanking, site_criteria
from store.ranking import ColumnDay
from tests.quarters import SINCE, SITE, UNTIL

DAY = date(2025, 9, 30)


@pytest.fixture(scope="module")
def pen() -> Pen:
    return charts.pen()


def ranking(*units: tuple[Unit, UnitFigures]) -> Ranking:
    criteria = site_criteria(SITE)
    how = standings(criteria, [figures.values for _, figures in units])
    rows = tuple(UnitRanking(u, f, f, s) for (u, f), s in zip(units, how, strict=True))
    counts = Counts("s", "某县人民政府网", SINCE, UNTIL, (), 0, 0, 0, 0)
    return Ranking(counts, DAY, rows, criteria, 0)


FEW = ranking(
    (Unit("a", "托托镇", quota=30), UnitFigures(54, quota=30, met=True)),
    (Unit("b", "某$\\frac{$局\n\x1b[31m", quota=30), UnitFigures(28, quota=30, met=False)),
    (Unit("c", "𠮷祥\ue000局", quota=30), UnitFigures(quota=30)),
)
MANY = ranking(*((Unit(f"u{n}", f"第{n}局"), UnitFigures(n)) for n in range(81)))
SUMS = (QuarterSum(date(2025, 1, 1), 980, 300, None, None), QuarterSum(date(2025, 4, 1), None, None, None, None),
        QuarterSum(SINCE, 1318, 500, 31, 4))  # fmt: skip
MATRIX = Completeness(
    SITE.columns, SITE.units[:2],
    ((Cell("complete"), Cell("missing", ("政策", "进度"))), (Cell("unread"), Cell("none"))),
)  # fmt: skip


def pictures(pen: Pen) -> Iterator[tuple[str, list[bytes]]]:
    yield "bars", charts.unit_bars(pen, FEW)
    yield "matrix", charts.completeness_matrix(pen, "某县", "2025Q3", MATRIX)
    yield "trend", charts.trend_lines(pen, "某县", SUMS)


def test_each_picture_fits_a_page_and_shows_something(pen: Pen) -> None:
    for name, (png,) in pictures(pen):
        with Image.open(io.BytesIO(png)) as picture:
            assert picture.format == "PNG" and picture.width == 1260, name
            assert round(picture.info["dpi"][0]) == 200 and picture.height <= 9.7 * 200
            assert "Software" not in picture.info and "Creation Time" not in picture.info
            dark = sum(picture.convert("L").histogram()[:128])
            assert 0.005 < dark / (picture.width * picture.height) < 0.5, name


def test_the_same_figures_make_the_same_bytes(pen: Pen) -> None:
    assert dict(pictures(pen)) == dict(pictures(charts.pen()))


def test_other_figures_make_another_picture(pen: Pen) -> None:
    other = ranking(*((one.unit, replace(one.now, published=20)) for one in FEW.units))
    assert charts.unit_bars(pen, other) != charts.unit_bars(pen, FEW)
    (whole,) = charts.completeness_matrix(pen, "某县", "2025Q3", MATRIX)
    cells = tuple(tuple(Cell("unread") for _ in row) for row in MATRIX.cells)
    (unread,) = charts.completeness_matrix(pen, "某县", "2025Q3", replace(MATRIX, cells=cells))
    assert whole != unread


def test_what_does_not_fit_a_page_goes_on_several(pen: Pen) -> None:
    assert len(charts.unit_bars(pen, MANY)) == 3
    units = tuple(Unit(f"u{n}", f"第{n}局") for n in range(57))
    wide = Completeness(SITE.columns[:1], units, ((Cell("complete"),) * 57,))
    assert len(charts.completeness_matrix(pen, "某县", "2025Q3", wide)) == 3


def test_nothing_to_draw_is_no_picture(pen: Pen) -> None:
    assert charts.unit_bars(pen, ranking()) == []
    assert charts.completeness_matrix(pen, "某县", "2025Q3", Completeness((), (), ())) == []
    assert charts.trend_lines(pen, "某县", ()) == []


def test_a_character_the_font_has_not_is_a_mark_and_a_long_name_is_cut(pen: Pen) -> None:
    assert pen.said("吉祥\ue000局\n二行") == "吉祥〓局 二行"
    assert pen.name("博尔塔拉蒙古自治州生态环境局精河县分局") == "博尔塔拉蒙古自治州生态环境局精…"
    assert ord("〓") in pen.glyphs and ord("√") in pen.glyphs


def test_without_matplotlib_or_a_chinese_font_one_line_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as there:
        there.setattr(charts, "FONTS", ("No Such Font",))
        with pytest.raises(BadInput) as refused:
            charts.pen()
    assert refused.value.lines == (
        "没有找到中文字体，不画图：请安装 fonts-noto-cjk（apt-get install fonts-noto-cjk）后再试",
    )
    for module in [name for name in sys.modules if name.partition(".")[0] == "matplotlib"]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(BadInput) as refused:
        charts.pen()
    assert refused.value.lines == ("画图要用matplotlib：请运行 pip install 'lanmu[charts]' 后再试",)


COMPLETE, NONE, UNREAD = Cell("complete"), Cell("none"), Cell("unread")


def cells(**days: ColumnDay) -> list[list[Cell]]:
    """托托镇, 财政局, 民政局, 税务局 owe 进度 in gzdt, 财政局 and 民政局 政策 together; 气象局 owes 进度 in qxfw."""
    return [list(row) for row in completeness(SITE, days).cells]


def test_who_has_what_a_column_asks_for() -> None:
    day = ColumnDay("incomplete", DAY, frozenset({("进度", "tuotuo"), ("政策", "")}))
    assert cells(gzdt=day, qxfw=ColumnDay("ok", DAY)) == [
        [Cell("missing", ("进度",)), Cell("missing", ("政策",)), Cell("missing", ("政策",)), COMPLETE, NONE],
        [NONE, NONE, NONE, NONE, COMPLETE],
    ]  # fmt: skip


def test_an_empty_column_lacks_everything_and_an_unread_one_accuses_nobody() -> None:
    assert cells(gzdt=ColumnDay("empty", DAY))[0] == [
        Cell("missing", ("进度",)), Cell("missing", ("进度", "政策")), Cell("missing", ("进度", "政策")),
        Cell("missing", ("进度",)), NONE,
    ]  # fmt: skip
    assert cells(gzdt=ColumnDay("unread", DAY)) == [
        [UNREAD, UNREAD, UNREAD, UNREAD, NONE],
        [NONE, NONE, NONE, NONE, UNREAD],
    ]


def test_what_could_not_be_told_is_not_complete() -> None:
    untold = frozenset(
        {"栏目 工作动态: 是否公开“进度”（托托镇人民政府）", "栏目 工作动态: 是否公开“政策”"}
    )
    day = ColumnDay("ok", DAY, untold=untold)
    assert cells(gzdt=day)[0] == [UNREAD, UNREAD, UNREAD, COMPLETE, NONE]
    assert cells(gzdt=ColumnDay("ok", DAY, untold=None))[0] == [
        UNREAD,
        UNREAD,
        UNREAD,
        UNREAD,
        NONE,
    ]


def test_a_column_of_nobody_and_one_that_asks_nothing_are_no_part_of_the_matrix() -> None:
    columns = (
        Column("a", "甲", "http://a.cn/a/", expects=(Expectation("进度", ("进度",)),)),
        Column("b", "乙", "http://a.cn/b/", units=("u",)),
    )
    site = Site("s", "某县", "http://a.cn/", units=(Unit("u", "某局"),), columns=columns)
    assert completeness(site, {}) == Completeness((), (), ())
