"""The circular's figures that come from spreadsheets, number for number, each given again by its query."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from sqlite_utils import Database

from checks.figure import Row
from checks.form import load_forms
from checks.model import Unchecked
from checks.site import load_site
from desk.figures_import import read_file
from reports.figures import FormFigures, form_figures, with_compared_items
from store.figure_tables import add_table, query_sql
from tests.spreadsheets import SAMPLE, SITE, TODAY, write_xlsx

FORMS = load_forms()
COUNTY = load_site(SITE)


def counted(kind: str, rows: tuple[Row, ...]) -> FormFigures:
    return form_figures(FORMS[kind], rows, COUNTY.units, TODAY)


@pytest.fixture(scope="module")
def quarter(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, FormFigures]:
    folder = tmp_path_factory.mktemp("q3")
    found = {}
    for kind, sheet in SAMPLE.items():
        rows, _ = read_file(FORMS[kind], write_xlsx(folder / f"{kind}.xlsx", {"表": sheet}), COUNTY)
        found[kind] = counted(kind, rows)
    return found


@pytest.mark.parametrize(
    ("figure", "value", "words"),
    [
        ("requests.received", 3, "收到依申请公开事项3件"),
        ("requests.units", ("精河镇", "托里镇", "八家户农场"), "涉及精河镇、托里镇、八家户农场"),
        ("requests.on-time", 2, "2件已按期回复"),
        ("requests.extended", 1, "1件延期答复"),
        ("requests.late", 0, "0件逾期答复"),
        ("requests.overdue", 0, "0件逾期未答复"),
        ("requests.unchecked", 0, "0件未能判断"),
        ("hotline-units.total", 587, "全县共受理工单587件"),
        ("hotline-units.townships", 274, "乡镇场工单274件"),
        ("hotline-units.townships-share", Decimal("46.7"), "占比46.7%"),
        ("hotline-units.departments", 313, "县直部门工单313件"),
        ("hotline-units.departments-share", Decimal("53.3"), "占比53.3%"),
        ("hotline-units.satisfied-share", Decimal("100.0"), "群众满意率100%"),
        ("hotline-units.on-time-share", Decimal("97.8"), "按时办结率97.8%"),
        ("hotline-units.unit-rates@zhujian", Decimal("98.84"), "住建局98.84%"),
        ("hotline-units.unit-rates@weijian", Decimal("92.86"), "卫健委92.86%"),
        ("hotline-units.unit-rates@shuili", Decimal("97.06"), "水利局97.06%"),
        ("service-findings.total", 280, "共检出质检错误事项280项"),
        ("service-findings.departments", 13, "涉及13个部门"),
        ("service-findings.missing-share", Decimal(42), "事项要素缺失（占比42%）"),
        ("service-findings.materials-share", Decimal(35), "材料清单不一致（35%）"),
        ("media-accounts.accounts", 11, "全县报备政务新媒体11个"),
        ("media-accounts.updated", 11, "11个按时更新"),
        ("media-accounts.faults", 0, "内容错误或敏感信息问题0个"),
        ("pilot-projects.units",
         ("精河工业园区", "县民政局", "县林草局", "县农业农村局", "县行政服务中心", "县住建局"),
         "积极申报项目的单位有：精河工业园区、县民政局、县林草局、县农业农村局、县行政服务中心、县住建局"),
        ("grassroots-forms.departments", 20, "20个部门"),
        ("grassroots-forms.reporting", 9, "9个部门上报"),
        ("grassroots-forms.tables", 49, "上报49张表格"),
        ("grassroots-forms.explaining", 11, "11个部门提供情况说明"),
        ("grassroots-forms.neither", 0, "既未上报表格也未说明的部门：0个"),
        ("demo-scenes.projects", 5, "提交申报项目5个"),
        ("demo-scenes.domains", ("商贸物流", "智慧城市", "智慧养老", "政务服务"),
         "涵盖商贸物流、智慧城市、智慧养老、政务服务等多个领域"),
    ],
)  # fmt: skip
def test_the_circulars_figures_are_counted(
    quarter: Mapping[str, FormFigures], figure: str, value: object, words: str
) -> None:
    kind, _, id = figure.partition(".")
    found = quarter[kind].figure(id)
    assert (found.value, found.words) == (value, words)


def test_nothing_of_the_circular_is_left_unchecked(quarter: Mapping[str, FormFigures]) -> None:
    assert {kind: found.unchecked for kind, found in quarter.items()} == dict.fromkeys(SAMPLE, ())


def test_only_units_below_all_are_named_with_their_rates(
    quarter: Mapping[str, FormFigures],
) -> None:
    rates = [one.unit for one in quarter["hotline-units"].figures if "unit-rates" in one.id]
    assert rates == ["zhujian", "weijian", "shuili"]


def test_a_share_keeps_its_exact_parts_and_its_rows(quarter: Mapping[str, FormFigures]) -> None:
    share = quarter["hotline-units"].figure("on-time-share")
    assert (share.part, share.whole) == (Fraction(574), Fraction(587))
    assert len(share.rows) == 10
    late = quarter["hotline-units"].figure("unit-rates@weijian")
    assert (late.part, late.whole) == (Fraction(143), Fraction(154))
    assert late.rows == ("weijian",)


def test_every_figures_query_gives_it_again(quarter: Mapping[str, FormFigures]) -> None:
    database = Database(memory=True)
    for found in quarter.values():
        add_table(database, found.form, found.rows)
    told = 0
    for found in quarter.values():
        for one in found.figures:
            answers = [row[0] for row in database.execute(query_sql(one.query))]
            told += 1
            if isinstance(one.value, tuple):
                assert len(set(answers)) == len(one.value), one.id
            elif one.whole is not None and one.part is not None:
                assert answers == [pytest.approx(float(one.part * 100 / one.whole))], one.id
            else:
                assert answers == [one.value], one.id
    assert told == 59


def items(kind: str, folder: Path, *rows: tuple[str, ...]) -> tuple[Row, ...]:
    sheet = (("实施编码", "部门", "事项名称", "受理条件", "申请材料", "承诺时限"), *rows)
    return read_file(FORMS[kind], write_xlsx(folder / f"{kind}.xlsx", {"表": sheet}), COUNTY)[0]


def test_two_tables_of_items_are_compared_element_by_element(tmp_path: Path) -> None:
    platform = items(
        "service-items-platform", tmp_path,
        ("A1", "县民政局", "高龄津贴", "年满八十", "1.身份证；2.申请表", "5个工作日"),
        ("A2", "县民政局", "临时救助", "", "申请表、收入证明", "10个工作日"),
        ("A3", "县水利局", "取水许可", "符合规划", "申请书", "20个工作日"),
        ("A4", "县水利局", "河道采砂", "符合规划", "申请书", "/"),
    )  # fmt: skip
    unit = items(
        "service-items-unit", tmp_path,
        ("A1", "县民政局", "高龄津贴", "年满八十", "《申请表》\n身份证", "5个工作日"),
        ("A2", "县民政局", "临时救助", "家庭困难", "申请表，户口簿", "10个工作日"),
        ("A3", "县水利局", "取水许可", "", "申请书", "15个工作日"),
        ("A5", "县水利局", "排水许可", "符合规划", "申请书", ""),
    )  # fmt: skip
    rows = with_compared_items(
        {"service-items-platform": platform, "service-items-unit": unit}, FORMS
    )["service-findings"]
    said = [
        tuple(row.cells[name] for name in ("code", "unit", "kind", "element", "note"))
        for row in rows
    ]
    assert said == [
        ("A2", "minzheng", "要素缺失", "受理条件", "一体化平台没有填写"),
        ("A2", "minzheng", "材料清单不一致", "申请材料",
         "一体化平台多：收入证明；部门实施清单多：户口簿"),
        ("A3", "shuili", "要素缺失", "受理条件", "部门实施清单没有填写"),
        ("A3", "shuili", "要素不一致", "承诺办结时限", "两张表写法不同"),
        ("A4", "shuili", "事项缺失", None, "部门实施清单没有这个事项"),
        ("A5", "shuili", "事项缺失", None, "一体化平台没有这个事项"),
    ]  # fmt: skip
    found = counted("service-findings", rows)
    assert [found.figure(id).value for id in ("total", "departments", "missing-share")] == [
        6, 2, Decimal(33),
    ]  # fmt: skip


def test_a_list_of_findings_goes_before_a_comparison(tmp_path: Path) -> None:
    one = items("service-items-platform", tmp_path, ("A1", "县民政局", "津贴", "甲", "乙", "丙"))
    given = {"service-items-platform": one, "service-items-unit": one, "service-findings": one}
    assert with_compared_items(given, FORMS) == given
    half = {"service-items-platform": one}
    assert with_compared_items(half, FORMS) == half


def test_orders_one_by_one_give_the_same_figures(tmp_path: Path) -> None:
    sheet = [("工单编号", "承办单位", "是否按时办结", "满意度")]
    for unit, orders, late in (("精河镇", 3, 0), ("住建局", 4, 1)):
        sheet += [
            (f"{unit}{n}", unit, "超期" if n < late else "按时", "满意" if n else "未评价")
            for n in range(orders)
        ]
    form = FORMS["hotline-orders"]
    rows, _ = read_file(form, write_xlsx(tmp_path / "工单.xlsx", {"表": sheet}), COUNTY)
    found = counted("hotline-orders", rows)
    assert [(one.id.partition(".")[2], one.value) for one in found.figures] == [
        ("total", 7), ("townships", 3), ("townships-share", Decimal("42.9")), ("departments", 4),
        ("departments-share", Decimal("57.1")), ("rated", 5), ("satisfied-share", Decimal(100)),
        ("finished", 7), ("on-time-share", Decimal("85.7")), ("unit-rates@zhujian", Decimal(75)),
    ]  # fmt: skip


def test_what_nobody_filled_in_is_unchecked_and_not_nought(tmp_path: Path) -> None:
    sheet = (("单位", "工单数", "按时办结数"), ("精河镇", 3, 3), ("住建局", 4, ""))
    form = FORMS["hotline-units"]
    rows, columns = read_file(form, write_xlsx(tmp_path / "热线.xlsx", {"表": sheet}), COUNTY)
    found = counted("hotline-units", rows)
    assert columns.absent == ("按时办结率", "评价数", "满意数", "满意率")
    assert (
        Unchecked("按时办结率…%", "1行没有填“按时办结数”：热线.xlsx 工作表“表”第3行")
        in found.unchecked
    )
    assert [one.id for one in found.figures if "on-time" in one.id or "satisfied" in one.id] == []
    assert found.figure("total").value == 7
