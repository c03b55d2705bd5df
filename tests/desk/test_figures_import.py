"""`lanmu import figures` as the office runs it: what is printed, what is kept, what is refused."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from desk.cli import main
from store.database import open_database, reading
from tests.spreadsheets import SAMPLE, SITE, TODAY, Rows, write_xlsx


class Office:
    """A folder with a database, in which the command is run."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.db = f"sqlite:///{folder}/f.db"
        self._capsys = capsys

    def run(self, kind: str, file: Path, *more: str, site: Path = SITE) -> tuple[int, str, str]:
        when = () if "--quarter" in more else ("--quarter", "2025Q3")
        common = (*when, "--today", TODAY.isoformat(), "--db", self.db)
        status = main(["import", "figures", str(site), kind, str(file), *common, *more])
        said = self._capsys.readouterr()
        return status, said.out, said.err

    def sheet(self, rows: Rows, name: str = "表.xlsx") -> Path:
        return write_xlsx(self.folder / name, {"表": rows})

    def rows(self) -> int:
        engine = open_database(self.db)
        with reading(engine) as connection:
            found = connection.exec_driver_sql(
                "SELECT count(*) FROM figures WHERE withdrawn IS NULL"
            ).scalar()
        engine.dispose()
        return int(found or 0)


@pytest.fixture
def office(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Office:
    return Office(tmp_path, capsys)


def test_an_import_says_what_it_kept_and_what_it_comes_to(office: Office) -> None:
    file = office.sheet(SAMPLE["requests"], "依申请公开.xlsx")
    said = (
        "收到依申请公开事项3件\n涉及精河镇、托里镇、八家户农场\n2件已按期回复\n1件延期答复\n0件逾期答复\n"
        "0件逾期未答复\n0件办理中\n0件等待申请人补正\n0件未能判断\n精河镇1件\n托里镇1件\n八家户农场1件\n"
    )
    assert office.run("requests", file) == (0, said, "依申请公开申请登记表 2025Q3：新增3行\n")
    assert office.run("requests", file) == (0, said, "依申请公开申请登记表 2025Q3：未变3行\n")


def test_columns_not_used_and_not_there_are_said(office: Office) -> None:
    file = office.sheet((("单位", "表格数", "情况说明", "联系人"), ("县教育局", 2, "", "某人")))
    _, _, err = office.run("grassroots-forms", file)
    assert err == "基层报表调查摸底情况 2025Q3：新增1行\n没有导入的列：联系人\n"
    file = office.sheet((("单位", "工单数"), ("县教育局", 2)), "热线.xlsx")
    _, out, err = office.run("hotline-units", file)
    assert "表中没有这些列，按没有填写算：按时办结数、按时办结率、评价数、满意数、满意率\n" in err
    assert "未能计算：按时办结率…%：1行没有填“按时办结数”：热线.xlsx 工作表“表”第2行\n" in out


def test_nothing_is_kept_where_one_row_is_wrong(office: Office) -> None:
    rows = [list(row) for row in SAMPLE["requests"]]
    rows[4][2] = "2025/13/1"
    status, out, err = office.run("requests", office.sheet(rows, "文件.xlsx"))
    assert (status, out) == (2, "")
    assert err == (
        "文件.xlsx 工作表“表”第5行“收到日期”: 写的是“2025/13/1”；应为日期，如 2025-09-30\n"
    )
    assert not (office.folder / "f.db").exists()


def test_a_csv_is_named_with_its_row(office: Office) -> None:
    file = office.folder / "热线.csv"
    file.write_bytes("单位,工单数\n县教育局,两件\n县教育剧,3\n".encode("gb18030"))
    status, _, err = office.run("hotline-units", file)
    assert (status, err) == (
        2,
        "热线.csv 第2行“受理工单数”: 写的是“两件”；应为整数，如 12\n"
        "热线.csv 第3行“单位”: 写的是“县教育剧”，站点文件里没有这个单位（是不是“县教育局”？）；"
        "应为站点文件 units 中的名称或简称\n",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "more", "said"),
    [
        ("nothing", (), "没有“nothing”这种表样；应为"),
        ("requests", ("--quarter", "2025Q5"), "季度写的是“2025Q5”；应如 --quarter 2025Q3"),
        ("requests", ("--sheet", "无"), "没有工作表“无”；应为“表”之一"),
        ("requests", ("--add", "--replace"), "--add 与 --replace 只能写一个"),
        ("hotline-orders", (), "第3行像是表头，但缺“工单编号”列；应有“工单编号”、“承办单位”各列"),
        ("training", (), "前10行里没有表头；应有“活动名称”、“日期”、“参加单位”各列"),
    ],
)
def test_a_wrong_call_gets_one_line(
    kind: str, more: Sequence[str], said: str, office: Office
) -> None:
    status, out, err = office.run(kind, office.sheet(SAMPLE["requests"]), *more)
    assert (status, out) == (2, "") and said in err and err.count("\n") == 1


def test_a_workbook_with_several_such_sheets_asks_for_one(office: Office) -> None:
    rows = SAMPLE["pilot-projects"]
    file = write_xlsx(office.folder / "表.xlsx", {"七月": rows, "八月": rows, "封面": (("封面",),)})
    status, _, err = office.run("pilot-projects", file)
    assert status == 2 and err.endswith("工作表“七月”、“八月”都像这种表；用 --sheet 指明一张\n")
    assert office.run("pilot-projects", file, "--sheet", "八月")[0] == 0
    assert office.rows() == 6


def test_a_heading_without_rows_is_refused(office: Office) -> None:
    status, _, err = office.run("pilot-projects", office.sheet((("单位", "项目名称"),)))
    assert (status, err) == (2, "表.xlsx 工作表“表”: 表头下面没有数据；应至少有一行\n")


def test_a_second_file_is_asked_about(office: Office) -> None:
    assert office.run("pilot-projects", office.sheet(SAMPLE["pilot-projects"], "甲.xlsx"))[0] == 0
    second = office.sheet((("单位", "项目名称"), ("县教育局", "智慧校园")), "乙.xlsx")
    status, _, err = office.run("pilot-projects", second)
    assert status == 2 and "其中6行这个文件里没有；是补充就加 --add，是替换就加 --replace" in err
    assert office.run("pilot-projects", second, "--add")[0] == 0
    assert office.rows() == 7
    _, _, err = office.run("pilot-projects", second, "--replace")
    assert err == "数字技术和数据创新试点项目申报情况 2025Q3：撤回6行，未变1行\n"
    assert office.rows() == 1


def test_the_offices_own_form_and_holidays_come_from_the_site_file(office: Office) -> None:
    forms = office.folder / "表样"
    forms.mkdir()
    (forms / "visits.yaml").write_text(
        'id: visits\ntitle: 调研\nfields:\n  - {id: unit, name: 单位, type: unit, key: true}\n'
        'figures:\n  - {id: n, words: "调研{value}个单位", count: unit}\n', "utf-8",
    )  # fmt: skip
    (office.folder / "节假日.csv").write_text(
        "日期,至,安排,名称,依据\n2025-08-04,2025-08-05,放假,某节,某通知\n", "utf-8"
    )
    site = office.folder / "站点.yaml"
    text = SITE.read_text("utf-8")
    site.write_text(f"holidays: 节假日.csv\nforms: [表样]\n{text}", "utf-8")
    file = office.sheet((("单位",), ("县教育局",)))
    assert office.run("visits", file, site=site)[1] == "调研1个单位\n"
    request = (
        ("编号", "单位", "收到日期", "延期告知日期", "答复日期"),
        (1, "精河镇", "2025-07-08", "", "2025-08-07"),
    )
    late = office.sheet(request, "申请.xlsx")
    assert "1件已按期回复\n" in office.run("requests", late, site=site)[1]
    assert "1件逾期答复\n" in office.run("requests", late)[1]


def test_json_carries_each_figures_query_and_rows(office: Office) -> None:
    file = office.sheet(SAMPLE["hotline-units"])
    said = json.loads(office.run("hotline-units", file, "--json")[1])
    assert (said["kind"], said["quarter"], said["added"]) == ("hotline-units", "2025Q3", 10)
    assert said["figures"][1] == {
        "id": "hotline-units.townships",
        "value": 274.0,
        "words": "乡镇场工单274件",
        "query": """SELECT COALESCE(SUM("orders"), 0) FROM "hotline_units" WHERE "unit_kind" IN ('township')""",
        "rows": ["jinghezhen", "tuolizhen", "tuotuozhen", "bajiahu", "aheqi"],
    }


def test_two_tables_of_items_give_their_findings_on_import(office: Office) -> None:
    heading = ("实施编码", "部门", "事项名称", "受理条件", "申请材料")
    one = office.sheet((heading, ("A1", "县民政局", "津贴", "年满八十", "身份证")), "平台.xlsx")
    other = office.sheet((heading, ("A1", "县民政局", "津贴", "", "身份证、户口簿")), "部门.xlsx")
    assert office.run("service-items-platform", one)[1] == "事项1个\n"
    out = office.run("service-items-unit", other)[1]
    assert "共检出质检错误事项2项\n涉及1个部门\n" in out
    assert "事项要素缺失（占比50%）\n" in out


def test_rows_of_a_form_that_is_gone_are_said(office: Office) -> None:
    from checks.form import load_forms
    from checks.model import Unchecked
    from checks.site import load_site
    from reports.figures import quarter_figures

    office.run("pilot-projects", office.sheet(SAMPLE["pilot-projects"]))
    forms = {id: form for id, form in load_forms().items() if id != "pilot-projects"}
    engine = open_database(office.db)
    with reading(engine) as connection:
        (found,) = quarter_figures(connection, load_site(SITE), forms, "2025Q3", TODAY)
    engine.dispose()
    assert len(found.rows) == 6 and found.figures == ()
    assert found.unchecked == (Unchecked("pilot-projects", "表样文件已经没有了，算不出来"),)


def test_the_kinds_are_listed_with_their_headings(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "kinds"]) == 0
    assert "demo-scenes  公共数据“跑起来”示范场景申报情况\n    项目名称*、申报单位*、领域\n" in (
        capsys.readouterr().out
    )
