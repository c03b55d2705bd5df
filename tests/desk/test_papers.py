"""`lanmu ledger papers` and `lanmu ledger replies`: from the ledger to the unit and back."""

import re
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from python_calamine import CalamineWorkbook

from checks.site import load_site
from desk.cli import main
from desk.papers import quarter_days
from reports.paper_folder import MANIFEST
from store.database import open_database, reading, writing
from store.ledger import ledger_rows
from tests.ledger_county import DIGEST, SITE, read, settled, site_file, step
from tests.spreadsheets import write_xlsx

NAMES = [
    "回复表_精河县水利局_2025Q3.xlsx",
    "回复表_精河县财政局_2025Q3.xlsx",
    "整改台账_2025Q3.xlsx",
    "整改通知单_精河县水利局_2025Q3.docx",
    "整改通知单_精河县财政局_2025Q3.docx",
]


@dataclass(frozen=True)
class Office:
    """Where the office works: its site file, its database, the folder of its papers."""

    site: str
    db: str
    folder: Path

    def papers(self, *more: str, quarter: str = "2025Q3") -> int:
        return main(
            ["ledger", "papers", self.site, "--quarter", quarter, "--to", str(self.folder),
             "--today", "2025-10-09", "--db", self.db, *more]
        )  # fmt: skip

    def replies(self, *files: Path) -> int:
        return main(
            ["ledger", "replies", self.site, *map(str, files), "--who", "王丽", "--today", "2025-10-15",
             "--db", self.db]
        )  # fmt: skip

    def states(self) -> dict[int, str]:
        engine = open_database(self.db)
        with reading(engine) as connection:
            rows = ledger_rows(connection, SITE, date(2025, 10, 15))
        engine.dispose()
        return {row.id: row.state for row in rows}

    def filled(self, answers: dict[int, list[Any]], unit: str = "精河县水利局") -> Path:
        """The unit's form, filled in: the three cells of a row by ledger number."""
        form = self.folder / f"回复表_{unit}_2025Q3.xlsx"
        sheet = CalamineWorkbook.from_path(str(form)).get_sheet_by_name("整改回复表")
        grid: list[list[Any]] = sheet.to_python()
        for row in grid:
            if row[0] in answers:
                row[9:12] = answers[row[0]]
        return write_xlsx(self.folder.parent / f"{unit}回复.xlsx", {"整改回复表": grid})


@pytest.fixture
def office(tmp_path: Path) -> Office:
    db = f"sqlite:///{tmp_path}/lanmu.db"
    engine = open_database(db)
    settled(engine)
    engine.dispose()
    return Office(str(site_file(tmp_path)), db, tmp_path / "文书")


def written(office: Office) -> list[str]:
    return sorted(one.name for one in office.folder.iterdir() if one.name != MANIFEST)


def table(path: Path) -> list[list[str]]:
    rows = Document(str(path)).tables[0].rows
    return [list({id(cell._tc): cell.text for cell in row.cells}.values()) for row in rows]


def test_the_county_of_the_tests_is_the_site_file(tmp_path: Path) -> None:
    loaded = load_site(site_file(tmp_path))
    assert (loaded.units, loaded.office) == (SITE.units, SITE.office)
    assert [(one.id, one.url, one.units) for one in loaded.columns] == [
        (one.id, one.url, one.units) for one in SITE.columns
    ]


def test_each_unit_gets_a_notice_and_a_form_and_the_office_the_ledger(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    assert office.papers("--due", "2025-10-20") == 0
    assert written(office) == NAMES
    out = capsys.readouterr().out.splitlines()
    assert sorted(out[:5]) == [str(office.folder / name) for name in NAMES]
    assert out[5:] == [
        "通知单送出后请登记（1个问题还没有登记为已通知）："
        f"lanmu ledger notify {office.site} 4 --due 日期"
    ]
    water = table(office.folder / NAMES[3])
    assert [row[1] for row in water[1::2]] == ["防汛会议（1）", "防汛会议（2）", "通知公告"]
    assert water[2] == [
        f"台账号1；错别字；一般错误。网页证据：2025年9月3日02:00抓取，SHA-256 {DIGEST}"
    ]
    treasury = table(office.folder / NAMES[4])
    assert [row[1] for row in treasury[1::2]] == ["防汛会议（3）", "通知公告"]
    book = CalamineWorkbook.from_path(str(office.folder / NAMES[2]))
    rows = book.get_sheet_by_name("总台账").to_python()[2:]
    assert [(row[0], row[12], row[13]) for row in rows] == [
        (1, "已通知", date(2025, 9, 9)),
        (2, "已通知", date(2025, 9, 9)),
        (3, "已通知", date(2025, 9, 9)),
        (4, "已确认", ""),
    ]


def test_what_nobody_confirmed_stands_in_no_paper(office: Office) -> None:
    office.papers("--due", "2025-10-20")
    assert not any("防汛会议（5）" in str(table(office.folder / name)) for name in NAMES[3:])


def test_papers_of_one_unit(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    assert office.papers("--unit", "caizheng", "--due", "2025-10-20") == 0
    assert written(office) == [NAMES[1], NAMES[2], NAMES[4]]
    assert office.papers("--unit", "jiaoyu") == 2
    assert capsys.readouterr().err == "--unit jiaoyu: 站点文件里没有这个单位；应写单位的id\n"


def test_without_a_deadline_nothing_is_written(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    assert office.papers() == 2
    assert capsys.readouterr().err == (
        "精河县水利局: 台账号4还没有整改期限；应写 --due 日期，或先用 lanmu ledger notify 登记\n"
    )
    assert not office.folder.exists()
    assert office.papers("--due", "2025-10-08") == 2
    assert capsys.readouterr().err == "--due 2025-10-08: 整改期限已过；应不早于2025-10-09\n"


def test_what_is_closed_in_the_quarter_gets_a_closing_paper(office: Office) -> None:
    engine = open_database(office.db)
    with writing(engine) as connection:
        step(connection, "claimed", [1], days=20)
    read(engine, 1, nights=22)
    with writing(engine) as connection:
        step(connection, "claimed", [2], days=38)
    read(engine, 2, nights=40)
    engine.dispose()
    office.papers("--due", "2025-10-20")
    (name,) = set(written(office)) - set(NAMES)
    assert name == "销号单_精河县水利局_2025Q3.docx"
    _, row, note = table(office.folder / name)
    assert row == [
        "1", "防汛会议（1）", "会议对防汛工作作出【布署】。", "部署", "2025年9月3日02:00", "2025年9月23日11:00",
        "2025年9月25日02:00", "系统自动复查",
    ]  # fmt: skip
    assert re.fullmatch(
        r"台账号1；网址：.*/info/1.htm。复查结论：.*。记录校验值：[0-9a-f]{64}", note[0]
    )
    later = replace(office, folder=office.folder.parent / "四季度")
    assert later.papers("--due", "2025-12-20", quarter="2025Q4") == 0
    rows = table(later.folder / "销号单_精河县水利局_2025Q4.docx")
    assert [one[1] for one in rows[1::2]] == ["防汛会议（2）"]


def test_papers_again_replace_their_own_files_only(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    office.papers("--due", "2025-10-20")
    assert office.papers("--due", "2025-10-31") == 0
    paragraphs = [one.text for one in Document(str(office.folder / NAMES[3])).paragraphs]
    assert any("请于10月31日前" in one for one in paragraphs)
    (office.folder / NAMES[0]).write_bytes(b"filled in by hand")
    capsys.readouterr()
    assert office.papers("--due", "2025-11-30") == 2
    assert capsys.readouterr().err == (
        f"{office.folder / NAMES[0]}: 写出后被改动过，没有覆盖；应移走、改名，或换一个文件夹\n"
    )
    assert (office.folder / NAMES[0]).read_bytes() == b"filled in by hand"


@pytest.mark.parametrize("quarter", ["2025", "2025Q5", "2025q3", "25Q3", "２025Q3"])
def test_a_quarter_that_is_none(
    quarter: str, office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    assert office.papers(quarter=quarter) == 2
    assert capsys.readouterr().err == f"--quarter {quarter}: 不是季度；应如 2025Q3\n"


def test_a_quarter_ends_where_the_next_begins() -> None:
    assert quarter_days("2025Q3") == (date(2025, 7, 1), date(2025, 10, 1))
    assert quarter_days("2025Q4") == (date(2025, 10, 1), date(2026, 1, 1))


def test_a_reply_comes_back_the_same_way(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    office.papers("--due", "2025-10-20")
    capsys.readouterr()
    file = office.filled({
        1: ["已整改", date(2025, 10, 12), ""], 2: ["认为误报", "", "为地名"], 4: ["申请保留", "", "历史栏目"],
    })  # fmt: skip
    assert office.replies(file) == 0
    asked = [
        f"台账号2 认为误报：为地名\n    同意则运行 lanmu ledger dismiss {office.site} 2 --why 原因",
        f"台账号4 申请保留：历史栏目\n    同意则运行 lanmu ledger accept {office.site} 4 --until 日期 --why 原因",
    ]
    first = capsys.readouterr().out
    assert first == (
        f"{file}: 登记为单位报告已改1个（台账号1）；记下未整改完或有异议的2个\n"
        + "".join(f"  {one}\n" for one in asked)
    )
    assert office.states() == {
        1: "claimed",
        2: "notified",
        3: "notified",
        4: "confirmed",
        5: "open",
    }
    assert office.replies(file) == 0
    assert capsys.readouterr().out == (f"{file}: 登记为单位报告已改0个；以前读过的3个没有变动\n")
    assert office.replies() == 0
    assert capsys.readouterr().out == "".join(f"{one}\n" for one in asked)


def test_a_file_with_an_error_is_left_and_the_others_are_taken(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    office.papers("--due", "2025-10-20")
    capsys.readouterr()
    wrong = office.filled({1: ["已整改", date(2025, 10, 12), ""], 2: ["改了", "", ""]})
    good = office.filled({3: ["已整改", date(2025, 10, 12), ""]}, "精河县财政局")
    assert office.replies(wrong, good, office.folder / "没有.xlsx") == 2
    said = capsys.readouterr()
    assert said.out == f"{good}: 登记为单位报告已改1个（台账号3）\n"
    assert said.err.splitlines() == [
        f"{wrong} 工作表“整改回复表”第4行“整改情况”列为“改了”；应为已整改、部分整改、未整改、申请保留、认为误报之一",
        f"{office.folder / '没有.xlsx'}: 找不到这个文件，请核对文件名",
    ]
    assert office.states() == {
        1: "notified",
        2: "notified",
        3: "claimed",
        4: "confirmed",
        5: "open",
    }


def test_a_form_of_another_site_is_refused(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    office.papers("--due", "2025-10-20")
    file = office.filled({1: ["已整改", date(2025, 10, 12), ""]})
    other = Path(office.site)
    other.write_text(other.read_text("utf-8").replace("id: jinghe", "id: bole"), "utf-8")
    capsys.readouterr()
    assert office.replies(file) == 2
    assert (
        "第3行“编号”列（隐藏）：编号或校验值被改动过，或者不是精河县人民政府网的表"
        in capsys.readouterr().err
    )


def test_what_a_unit_writes_cannot_steer_the_terminal(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    office.papers("--due", "2025-10-20")
    file = office.filled({1: ["未整改", "", "在改\u202e\u2066了"]})
    capsys.readouterr()
    office.replies(file)
    out = capsys.readouterr().out
    assert "台账号1 未整改：在改\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}了" in out
    assert not set("\u202e\u2066\x1b") & set(out)
