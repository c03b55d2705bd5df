"""The ledger as a workbook: what each cell holds, that text stays text, that it prints."""

import zipfile
from datetime import date, datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from checks.privacy import masked
from reports.ledger import SHOWN, ledger_xlsx
from reports.ledger_lines import Line, ledger_lines
from tests.office import pdf_pages
from tests.reports.papers import (
    DIGEST,
    DUE,
    ECOLOGY,
    HOME,
    MADE,
    SITE,
    TITLES,
    WATER,
    closed,
    lines,
    slip,
    stale,
)  # fmt: skip


def written(path: Path, said: list[Line]) -> CalamineWorkbook:
    ledger_xlsx(said, path, site=SITE, heading="2025年第三季度", made=MADE)
    return CalamineWorkbook.from_path(str(path))


def cells(book: CalamineWorkbook, sheet: str) -> list[list[Any]]:
    return book.get_sheet_by_name(sheet).to_python()


def test_every_fact_stands_in_its_column_dates_as_dates(tmp_path: Path) -> None:
    late = slip(
        13, state="failed", label="复查未改（逾期）", overdue=True, times=1, due=date(2025, 10, 1)
    )
    book = written(tmp_path / "a.xlsx", lines(slip(12), late, stale(15), closed(16)))
    assert book.sheet_names == ["总台账", "分单位汇总", "证据", "说明"]
    title, headings, *rows = cells(book, "总台账")
    assert title[0] == "精河县人民政府网问题整改台账（2025年第三季度）"
    assert headings == [
        "台账号", "责任单位", "栏目", "文章标题", "网址", "发布日期", "问题类型", "级别", "问题原文", "应为", "依据",
        "首次发现", "状态", "通知日期", "整改期限", "销号日期", "复发次数", "备注",
    ]  # fmt: skip
    assert rows == [
        [
            12, "精河县水利局", "通知公告", "防汛会议（12）", f"{HOME}info/12.htm", date(2025, 9, 26), "错别字",
            "一般错误", "会议对防汛工作作出【布署】，要求抓好落实。", "部署", "《现代汉语词典》", date(2025, 9, 29), "已通知",
            date(2025, 10, 9), DUE, "", 0, "",
        ],
        [
            13, "精河县水利局", "通知公告", "防汛会议（13）", f"{HOME}info/13.htm", date(2025, 9, 26), "错别字",
            "一般错误", "会议对防汛工作作出【布署】，要求抓好落实。", "部署", "《现代汉语词典》", date(2025, 9, 29),
            "复查未改（逾期）", date(2025, 10, 9), date(2025, 10, 1), "", 1, "",
        ],
        [
            15, "精河县水利局、精河县生态环境局", "通知公告", "通知公告", f"{HOME}tzgg/", "", "更新不及时", "严重错误",
            "栏目“通知公告”最近更新2025-02-01，已241天（上限6个月）", "", "国办秘函〔2019〕19号", date(2025, 9, 29),
            "已通知", date(2025, 10, 9), DUE, "", 0, "",
        ],
        [
            16, "精河县水利局", "通知公告", "防汛会议（16）", f"{HOME}info/16.htm", date(2025, 9, 26), "错别字",
            "一般错误", "会议对防汛工作作出【布署】，要求抓好落实。", "部署", "《现代汉语词典》", date(2025, 9, 29),
            "复查通过（销号）", date(2025, 10, 9), DUE, date(2025, 10, 14), 0, "",
        ],
    ]  # fmt: skip
    assert {type(row[0]) for row in rows} <= {int, float}


def test_units_are_counted_a_shared_column_with_each_and_once_in_all(tmp_path: Path) -> None:
    nobody = slip(17, finding=slip(17).finding.placed(url=f"{HOME}x", unit="", columns=()))
    book = written(tmp_path / "a.xlsx", lines(slip(12), stale(15), closed(16), nobody))
    _, headings, *rows = cells(book, "分单位汇总")
    assert headings[:9] == [
        "责任单位", "问题总数", "严重错误", "一般错误", "疑似", "待整改", "其中逾期", "单位报告已改", "已销号",
    ]  # fmt: skip
    assert [(row[0], *row[1:9], round(row[11], 4)) for row in rows] == [
        (WATER.name, 3, 1, 2, 0, 2, 0, 0, 1, 0.3333),
        (ECOLOGY.name, 1, 1, 0, 0, 1, 0, 0, 0, 0),
        ("未归属单位", 1, 0, 1, 0, 1, 0, 0, 0, 0),
        ("合计", 4, 1, 3, 0, 3, 0, 0, 1, 0.25),
    ]


def test_evidence_says_when_the_page_was_seen_and_what_its_bytes_were(tmp_path: Path) -> None:
    book = written(tmp_path / "a.xlsx", lines(slip(12), slip(13)))
    assert cells(book, "证据")[1:] == [
        ["台账号", "责任单位", "网址", "网页抓取时间", "校验值（SHA-256）"],
        [
            12,
            WATER.name,
            f"{HOME}info/12.htm",
            datetime.combine(date(2025, 9, 29), time(2, 30)),
            DIGEST,
        ],
    ]


def test_personal_numbers_beside_the_match_are_masked(tmp_path: Path) -> None:
    number = "11010519491231002X"
    row = slip(12, title=f"公示{number}", sentence=(f"{number}的", "布署", f"，{number}。"))
    (shown,) = cells(written(tmp_path / "a.xlsx", lines(row)), "总台账")[2:]
    hidden = masked(number)
    assert hidden != number
    assert (shown[3], shown[8]) == (f"公示{hidden}", f"{hidden}的【布署】，{hidden}。")


def test_the_match_alone_is_red(tmp_path: Path) -> None:
    written(tmp_path / "a.xlsx", lines(slip(12)))
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        shared = archive.read("xl/sharedStrings.xml").decode()
    red = shared.partition("【布署】")[0].rpartition("<r>")[2]
    assert "C00000" in red
    assert "C00000" not in shared.partition("会议对防汛工作作出")[0].rpartition("<r>")[2]


def test_the_sheet_prints_across_with_its_heading_on_every_page(tmp_path: Path) -> None:
    written(tmp_path / "a.xlsx", lines(slip(12), slip(13)))
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        book = archive.read("xl/workbook.xml").decode()
    assert 'paperSize="9"' in sheet and 'orientation="landscape"' in sheet
    assert 'fitToHeight="0"' in sheet and "<pageSetUpPr fitToPage" in sheet
    assert "第 &amp;P 页，共 &amp;N 页" in sheet
    assert '<autoFilter ref="A2:R4"/>' in sheet
    assert 'ySplit="2"' in sheet and 'state="frozen"' in sheet
    assert "总台账!$1:$2" in book
    assert "SEARCH(&quot;逾期&quot;,$M3)" in sheet or 'SEARCH("逾期",$M3)' in sheet


FORMULAS = (
    "=cmd|'/C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "http://x.cn/",
    "{=1}",
    "1e5",
)


@pytest.mark.parametrize("text", FORMULAS)
def test_what_looks_like_a_formula_or_a_link_stays_text(text: str, tmp_path: Path) -> None:
    row = slip(12, title=text, reason=text, sentence=(text, text, text))
    finding = row.finding.placed(url=text, unit="shuili", columns=(text,))
    book = written(tmp_path / "a.xlsx", lines(slip(12), slip(
        13, finding=finding, title=text, reason=text, sentence=("", text, "")
    )))  # fmt: skip
    said = text.strip()
    shown = cells(book, "总台账")[3]
    assert [shown[n] for n in (2, 3, 4, 8, 17)] == [said, said, said, f"【{said}】", said]
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        for name in archive.namelist():
            raw = archive.read(name)
            assert b"<f>" not in raw and b"hyperlink" not in raw
        assert b"quotePrefix" in archive.read("xl/styles.xml")


HOSTILE = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(
            "=+-@\t\r\n\0\x08\x1b\u202e\u200f\u2066\ufeff\ufffe\ud800<&>'\"【】_x0041_"
        ),
    ),
    max_size=80,
)


@given(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
@settings(max_examples=60)
def test_any_text_makes_a_workbook_that_opens_and_holds_it(
    title: str, before: str, match: str, after: str
) -> None:
    row = slip(12, title=title, sentence=(before, match, after))
    with TemporaryDirectory() as folder:
        (shown,) = cells(written(Path(folder) / "a.xlsx", lines(row)), "总台账")[2:]
    (line,) = lines(row)
    middle = f"【{line.problem[1]}】" if line.problem[1] else ""
    assert shown[3] == line.title
    assert shown[8] == f"{line.problem[0]}{middle}{line.problem[2]}"
    said = shown[3] + shown[8]
    assert not set(said) & set("\0\t\r\n\x08\x1b\u202e\u200f\u2066\ufeff\ufffe")


def test_the_longest_texts_fit_a_cell_and_show_the_match(tmp_path: Path) -> None:
    long = "长" * 100_000
    row = slip(12, title=long, reason=long, sentence=(long, "布署", long))
    (shown,) = cells(written(tmp_path / "a.xlsx", lines(row)), "总台账")[2:]
    assert (len(shown[3]), shown[3][-1]) == (1000, "…")
    assert shown[8] == f"…{'长' * 200}【布署】{'长' * 199}…"


def test_ten_thousand_rows_are_written(tmp_path: Path) -> None:
    many = ledger_lines([slip(n) for n in range(10_000)], SITE, TITLES)
    book = written(tmp_path / "a.xlsx", many)
    assert book.get_sheet_by_name("总台账").end == (10_001, len(SHOWN) - 1)


def test_the_same_ledger_twice_is_the_same_file(tmp_path: Path) -> None:
    written(tmp_path / "a.xlsx", lines(slip(12), closed(13)))
    written(tmp_path / "b.xlsx", lines(slip(12), closed(13)))
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_an_empty_ledger_says_so(tmp_path: Path) -> None:
    book = written(tmp_path / "a.xlsx", [])
    assert len(cells(book, "总台账")) == 2
    assert ["范围", "2025年第三季度，共0个问题"] in cells(book, "说明")


@pytest.mark.needs("localc", "pdftoppm")
def test_it_prints(tmp_path: Path) -> None:
    written(tmp_path / "a.xlsx", lines(*(slip(n) for n in range(12, 60)), closed(60)))
    pages = pdf_pages(tmp_path / "a.xlsx")
    assert len(pages) > 4
    assert all("台账号" in page for page in pages[:3])
    assert "精河县人民政府网问题整改台账（2025年第三季度）" in pages[0]
    assert f"第 1 页，共 {len(pages)} 页" in pages[0]
