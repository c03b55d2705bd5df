"""Units of a quarter: their figures, the quarter before, who did well or badly, and of whom it cannot be told."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import jsonschema
import pytest
from python_calamine import CalamineWorkbook
from rich.console import Console

from checks.figure import Row
from checks.model import BadInput, Entry
from checks.site import load_site
from reports.quarter import UnitFigures, quarter_before, quarter_name
from reports.ranking import QuarterSum, Ranking, ranking, site_criteria, trend
from reports.ranking_tables import (
    HEADINGS,
    conclusions,
    ranking_json,
    ranking_table,
    write_csv,
    write_xlsx,
)
from store.database import Engine, open_database, reading, writing
from store.figures import Source, save_figures
from store.visits import want
from store.walks import save_entries
from tests.quarters import SINCE, SITE, TODAY, UNTIL, at, fill, night, publish
from tests.spreadsheets import SITE as CIRCULAR

CONTRACT = Path(__file__).parents[1] / "contract"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = open_database(f"sqlite:///{tmp_path_factory.mktemp('q')}/q.db")
    with writing(engine) as connection:
        fill(connection)
        rows = [Row("tuotuo", {"unit": "tuotuo", "adopted": 2}), Row("caizheng", {"unit": "caizheng", "adopted": 0})]  # fmt: skip
        save_figures(connection, "s", "adoptions", "2025Q3", rows, Source("f", "d"), now=at(TODAY))
    yield engine
    engine.dispose()


def ranked(engine: Engine, since: date = SINCE, until: date = UNTIL) -> Ranking:
    with reading(engine) as connection:
        return ranking(connection, SITE, since, until, TODAY, site_criteria(SITE))


@pytest.fixture(scope="module")
def quarter(filled: Engine) -> Ranking:
    return ranked(filled)


def figures(published: int, **more: int | bool | None) -> UnitFigures:
    """A unit that published so much, of a quota of 3, and nothing else but what is said."""
    known = dict.fromkeys(("reprinted", "repeated", "confirmed", "errors", "open", "overdue", "had_due", "on_time"), 0)  # fmt: skip
    return UnitFigures(published, **{**known, "quota": 3, **more})  # type: ignore[arg-type]


def test_the_figures_of_every_unit(quarter: Ranking) -> None:
    assert {one.unit.id: one.now for one in quarter.units} == {
        "tuotuo": figures(4, adopted=2, met=True),
        "caizheng": figures(3, adopted=0, met=True, confirmed=2, had_due=2, on_time=1),
        "minzheng": figures(1, met=False, confirmed=3, errors=1, open=3, overdue=1, had_due=1),
        "shuiwu": figures(1, quota=None),
        "qixiang": figures(1),
    }
    assert (quarter.nobody, quarter.as_at) == (1, date(2025, 9, 30))


def test_the_quarter_before_is_told_by_the_same_rules(quarter: Ranking) -> None:
    before = {one.unit.id: one.before for one in quarter.units}
    assert before["tuotuo"] == figures(1, met=False)
    assert before["caizheng"] == figures(2, met=False, confirmed=1, had_due=1, on_time=1)
    changes = {one.unit.id: (one.change("published"), one.change("overdue"), one.change("adopted")) for one in quarter.units}  # fmt: skip
    assert changes == {
        "tuotuo": (3, 0, None), "caizheng": (1, 0, None), "minzheng": (0, 1, None), "shuiwu": (1, 0, None),
        "qixiang": (1, 0, None),
    }  # fmt: skip


def test_who_is_named_and_for_what(quarter: Ranking) -> None:
    assert [one.unit.id for one in quarter.did_well()] == ["tuotuo"]
    assert [one.unit.id for one in quarter.did_badly("quota-missed")] == ["minzheng"]
    assert [one.unit.id for one in quarter.did_badly()] == ["minzheng"]
    assert conclusions(quarter) == [
        "评价标准：信息发布和整改情况评价标准（本县政府网站季度通报）",
        "较好的单位（完成发布任务，发布数量居前30%，没有逾期未改的问题，没有已确认的严重错误）：托托镇人民政府",
        "发布数量未达标：某县民政局",
        "有问题逾期未改：某县民政局",
        "有已确认的严重错误：某县民政局",
        "未能判断：某县气象局（栏目“气象服务”只读到2025-09-30）",
        "另有1个已确认问题没有归属单位",
    ]


def test_a_unit_is_not_accused_while_pages_may_be_its_own(filled: Engine) -> None:
    """The column of 县气象局 was last walked on the quarter's last day: what came later that day is not known."""
    (one,) = [each for each in ranked(filled).units if each.unit.id == "qixiang"]
    assert one.doubts == ("栏目“气象服务”只读到2025-09-30",)
    assert (one.now.met, one.standing.did_badly) == (None, False)


def test_pages_that_were_not_read_may_make_up_for_what_lacks(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/u.db")
    with writing(engine) as connection:
        night(connection, date(2025, 10, 2), "gzdt", "qxfw")
        publish(connection, "minzheng", date(2025, 8, 1))
        for number, day in enumerate(
            (date(2025, 8, 2), None, date(2025, 6, 30), date(2025, 10, 1))
        ):
            url = f"http://a.cn/gzdt/u{number}.htm"
            want(connection, "s", [(url, "new", "")])
            save_entries(connection, "s", [Entry("gzdt", url, "题", day)], day=TODAY)
    said = {
        one.unit.id: (one.now.published, one.now.met, one.doubts) for one in ranked(engine).units
    }
    engine.dispose()
    assert said == {
        "tuotuo": (0, False, ()),
        "caizheng": (0, False, ()),
        "minzheng": (1, None, ("有2个网页没有读到",)),
        "shuiwu": (0, None, ()),
        "qixiang": (0, False, ()),
    }


@pytest.mark.parametrize(
    ("walked", "missed"), [(date(2025, 9, 30), None), (date(2025, 10, 1), False)]
)
def test_what_was_read_after_the_quarter_was_over_is_sure(
    tmp_path: Path, walked: date, *, missed: bool | None
) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/w.db")
    with writing(engine) as connection:
        night(connection, walked, "gzdt", "qxfw")
    assert [one.now.met for one in ranked(engine).units] == [missed, missed, missed, None, missed]
    engine.dispose()


def test_before_the_first_night_findings_are_not_known_and_not_none(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/f.db")
    with writing(engine) as connection:
        night(connection, SINCE, "gzdt", "qxfw")
        publish(connection, "caizheng", date(2025, 6, 30))
    (one,) = [each for each in ranked(engine).units if each.unit.id == "caizheng"]
    engine.dispose()
    before = (one.before.published, one.before.confirmed, one.before.open, one.before.on_time)
    assert before == (1, None, None, None)
    assert (one.now.published, one.now.confirmed, one.now.open) == (0, 0, 0)
    assert (one.change("published"), one.change("open")) == (-1, None)


def test_where_no_night_ended_nothing_is_known_and_nobody_bad(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/empty.db")
    said = ranked(engine)
    engine.dispose()
    nothing = UnitFigures(quota=3)
    assert [one.now for one in said.units] == [nothing, nothing, nothing, UnitFigures(), nothing]
    assert said.did_well() == said.did_badly() == ()
    assert said.untold() == said.units
    assert conclusions(said)[-1].startswith(
        "未能判断：托托镇人民政府（还没有做完过一次夜间任务）；"
    )


@pytest.mark.parametrize(
    ("since", "until"),
    [(date(2025, 7, 1), date(2025, 9, 30)), (date(2025, 7, 2), UNTIL), (SINCE, date(2026, 1, 1))],
)
def test_only_a_calendar_quarter_is_ranked(filled: Engine, since: date, until: date) -> None:
    with pytest.raises(BadInput, match="不是一个完整的季度"):
        ranked(filled, since, until)


@pytest.mark.parametrize(
    ("since", "before", "name"),
    [
        (date(2025, 7, 1), date(2025, 4, 1), "2025Q3"),
        (date(2025, 1, 1), date(2024, 10, 1), "2025Q1"),
        (date(2025, 10, 1), date(2025, 7, 1), "2025Q4"),
    ],
)
def test_the_quarter_before(since: date, before: date, name: str) -> None:
    assert (quarter_before(since), quarter_name(since)) == (before, name)


def test_the_trend_begins_where_anything_is_known(filled: Engine) -> None:
    with reading(filled) as connection:
        assert trend(connection, SITE, UNTIL, TODAY) == (
            QuarterSum(date(2025, 4, 1), 4, 1, 1, 0),
            QuarterSum(SINCE, 10, 4, 5, 3),
        )


TABLE = [
    ["托托镇人民政府", "乡镇场", 4, 0, 0, 2, 3, "达标", 0, 0, 0, 0, "", 1, 3, 0, 0, "", "", 0, 0, 0, 0, 0, 0, "较好",
     "完成发布任务；发布数量居前30%；没有逾期未改的问题；没有已确认的严重错误", ""],
    ["=某县财政局", "县直部门", 3, 0, 0, 0, 3, "达标", 2, 0, 0, 0, 50.0, 2, 1, 0, 0, "", "", 1, 1, 0, 0, 0, 0, "", "", ""],
    ["某县民政局", "县直部门", 1, 0, 0, "", 3, "未达标", 3, 1, 3, 1, 0, 1, 0, 0, 0, "", "", 0, 3, 0, 3, 0, 1, "点名",
     "发布数量未达标；有问题逾期未改；有已确认的严重错误", ""],
    ["某县税务局", "县直部门", 1, 0, 0, "", "", "—", 0, 0, 0, 0, "", 0, 1, 0, 0, "", "", 0, 0, 0, 0, 0, 0, "", "", ""],
    ["某县气象局", "县直部门", 1, 0, 0, "", 3, "未能判断", 0, 0, 0, 0, "", 0, 1, 0, 0, "", "", 0, 0, 0, 0, 0, 0, "未能判断",
     "没有逾期未改的问题；没有已确认的严重错误", "栏目“气象服务”只读到2025-09-30"],
]  # fmt: skip


def test_the_workbook_holds_numbers_as_numbers_and_no_formula(
    quarter: Ranking, tmp_path: Path
) -> None:
    path = tmp_path / "r.xlsx"
    write_xlsx(quarter, path)
    book = CalamineWorkbook.from_path(str(path))
    sheet = book.get_sheet_by_name("各单位情况").to_python()
    assert (
        sheet[0][0]
        == "某县人民政府网 2025Q3 各单位情况（上季指2025Q2；未销号、逾期截至2025-09-30）"
    )
    assert sheet[1] == list(HEADINGS)
    assert sheet[2:] == TABLE
    assert [type(cell) for cell in sheet[2][2:5]] == [float] * 3
    said = book.get_sheet_by_name("评价").to_python()
    assert [row[0] for row in said] == conclusions(quarter)
    again = tmp_path / "r2.xlsx"
    write_xlsx(quarter, again)
    assert path.read_bytes() == again.read_bytes()


def test_the_csv_says_the_same_and_nothing_that_runs(quarter: Ranking, tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    write_csv(quarter, path)
    rows = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
    expected = [[str(cell) for cell in row] for row in TABLE]
    expected[1][0] = "'=某县财政局"
    expected[2][12] = "0.0"
    assert rows == [list(HEADINGS), *expected]


def test_the_json_keeps_the_contract_of_counts(quarter: Ranking) -> None:
    said = json.loads(json.dumps(ranking_json(quarter)))
    jsonschema.validate(said, json.loads((CONTRACT / "counts.schema.json").read_text("utf-8")))
    assert said["ranking"] == {
        "criteria": "county", "as_at": "2025-09-30", "before": "2025-04-01", "did_well": ["tuotuo"],
        "did_badly": {"quota-missed": ["minzheng"], "some-overdue": ["minzheng"], "some-error": ["minzheng"]},
        "untold": ["qixiang"], "nobody": 1,
    }  # fmt: skip
    (one,) = [unit for unit in said["units"] if unit["id"] == "caizheng"]
    assert one == {
        "id": "caizheng", "name": "=某县财政局", "kind": "department", "published": 3, "repeated": 0, "reprinted": 0,
        "quota": 3, "met": True, "adopted": 0, "confirmed": 2, "errors": 0, "open": 0, "overdue": 0, "had_due": 2,
        "on_time": 1, "on_time_percent": 50.0, "known": True,
        "before": {"published": 2, "reprinted": 0, "adopted": None, "confirmed": 1, "open": 0, "overdue": 0},
        "change": {"published": 1, "reprinted": 0, "adopted": None, "confirmed": 1, "open": 0, "overdue": 0},
        "well": ["quota-met", "none-overdue", "no-error"], "badly": [], "verdict": "", "doubts": [],
    }  # fmt: skip


def test_the_table_on_the_screen(quarter: Ranking) -> None:
    screen = Console(width=160, record=True, file=io.StringIO())
    screen.print(ranking_table(quarter))
    lines = [[cell.strip() for cell in line.strip("│┃").split("│")] for line in screen.export_text().splitlines() if "局" in line or "镇" in line]  # fmt: skip
    assert lines == [
        ["托托镇人民政府", "4", "+3", "2", "3", "达标", "0", "0", "0", "—", "较好"],
        ["=某县财政局", "3", "+1", "0", "3", "达标", "2", "0", "0", "50.0", ""],
        ["某县民政局", "1", "0", "—", "3", "未达标", "3", "3", "1", "0.0", "点名"],
        ["某县税务局", "1", "+1", "—", "—", "—", "0", "0", "0", "—", ""],
        ["某县气象局", "1", "+1", "—", "3", "未能判断", "0", "0", "0", "—", "未能判断"],
    ]


WELL = ("tuotuozhen", "aheqi", "nongye", "caizheng", "shuili", "fagai", "shengtai", "weijian")
BADLY = ("minzheng", "shuiwu", "qixiang")


def test_the_circular_of_the_third_quarter_names_its_eight_units_and_its_three(
    tmp_path: Path,
) -> None:
    """27 units: eight published most, three less than their quota, the others what they had to."""
    county = load_site(CIRCULAR)
    site = replace(county, id="s", units=tuple(replace(one, quota=4) for one in county.units))
    engine = open_database(f"sqlite:///{tmp_path}/c.db")
    with writing(engine) as connection:
        night(connection, date(2025, 10, 2), *(one.id for one in site.columns))
        for unit in site.units:
            number = 9 if unit.id in WELL else 3 if unit.id in BADLY else 5
            publish(connection, unit.id, *(SINCE + timedelta(days=n) for n in range(number)))
    with reading(engine) as connection:
        said = ranking(connection, site, SINCE, UNTIL, TODAY, site_criteria(site))
    engine.dispose()
    assert {one.unit.id for one in said.did_well()} == set(WELL)
    assert [one.unit.id for one in said.did_well()][:2] == ["tuotuozhen", "aheqi"]
    assert tuple(one.unit.id for one in said.did_badly("quota-missed")) == BADLY
    assert said.untold() == ()
