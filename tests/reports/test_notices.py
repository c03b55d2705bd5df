"""整改通知单 and 销号单: every fact, in order, in papers that open and print."""

import zipfile
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.model import BadInput
from reports.filled import TEMPLATES
from reports.ledger_lines import Line
from reports.notices import Letter, closing_docx, notice_docx
from reports.templates import make
from tests.office import pdf_pages
from tests.reports.papers import (
    DIGEST,
    DUE,
    ECOLOGY,
    HOME,
    SITE,
    WATER,
    closed,
    lines,
    slip,
    stale,
)  # fmt: skip

LETTER = Letter(
    SITE, "2025年第三季度", date(2025, 10, 9), route="报送至县机关综合楼1号楼211、213室"
)


def noticed(path: Path, said: list[Line], letter: Letter = LETTER, due: date = DUE) -> Any:
    notice_docx(said, path, letter, unit=WATER.name, due=due)
    return Document(str(path))


def paragraphs(document: Any) -> list[str]:
    return [one.text for one in document.paragraphs if one.text.strip()]


def table(document: Any) -> list[list[str]]:
    """The rows of the list; a merged cell once."""
    found = []
    for row in document.tables[0].rows:
        cells = {id(cell._tc): cell.text for cell in row.cells}
        found.append(list(cells.values()))
    return found


def test_a_notice_says_what_is_wrong_by_when_and_where_to_report(tmp_path: Path) -> None:
    again = slip(13, state="failed", label="复查未改", times=1, due=date(2025, 10, 31))
    document = noticed(tmp_path / "a.docx", lines(slip(12), again, stale(15)))
    assert paragraphs(document) == [
        "政府网站问题整改通知单",
        "整改通知〔2025〕　　号",
        "精河县水利局：",
        "2025年第三季度，精河县政务公开办公室对精河县人民政府网进行巡查，经人工核实，你单位发布的内容或者负责的栏目"
        "存在问题3个（严重错误1个、一般错误2个）。现将问题清单印发你单位，请认真整改，有关要求如下：",
        "一、整改期限。请于10月20日前逐条完成整改。清单中另注明期限的，以注明的为准。",
        "二、整改要求。对照清单改正网页内容并检查同类问题；认为属于误报或者确需保留的，在回复表中说明理由。",
        "三、报送方式。填写整改回复表，经主要领导签字并加盖公章后，于10月20日前报送至县机关综合楼1号楼211、213室，"
        "同时报送电子表格原件。",
        "四、销号办法。整改后重新抓取网页复查，通过的予以销号；逾期未报或者复查未改的，在季度通报中反映。",
        "附件：1.问题清单　2.整改回复表（电子表格，另附）",
        "精河县政务公开办公室　　",
        "2025年10月9日　　　　",
        "附件1",
        "精河县水利局问题清单",
    ]
    sentence, found = "会议对防汛工作作出【布署】，要求抓好落实。", "2025年9月29日02:30"
    assert table(document) == [
        ["序号", "标题", "网址", "问题原文", "应为", "依据", "发现时间"],
        ["1", "防汛会议（12）", f"{HOME}info/12.htm", sentence, "部署", "《现代汉语词典》", found],
        [f"台账号12；错别字；一般错误。网页证据：{found}抓取，SHA-256 {DIGEST}"],
        ["2", "防汛会议（13）", f"{HOME}info/13.htm", sentence, "部署", "《现代汉语词典》", found],
        ["台账号13；错别字；一般错误；复查未改；第1次复发；整改期限2025年10月31日。网页证据：网页未存档"],
        [
            "3", "通知公告", f"{HOME}tzgg/", "栏目“通知公告”最近更新2025-02-01，已241天（上限6个月）", "—",
            "国办秘函〔2019〕19号", found,
        ],
        [f"台账号15；更新不及时；严重错误；由{WATER.name}、{ECOLOGY.name}共同负责。网页证据：网页未存档"],
    ]  # fmt: skip


def test_a_deadline_of_another_year_names_the_year(tmp_path: Path) -> None:
    document = noticed(tmp_path / "a.docx", lines(slip(12, due=None)), due=date(2026, 1, 20))
    assert "一、整改期限。请于2026年1月20日前逐条完成整改。" in paragraphs(document)


def test_a_closing_paper_says_when_and_by_whom_it_was_verified(tmp_path: Path) -> None:
    unreported = slip(
        17,
        state="closed",
        closed=closed(17).closed,
        events=tuple(one for one in closed(17).events if one.after == "closed"),
    )
    closing_docx(lines(closed(16), unreported), tmp_path / "a.docx", LETTER, unit=WATER.name)
    document = Document(str(tmp_path / "a.docx"))
    assert paragraphs(document)[:4] == [
        "政府网站问题整改销号单",
        "整改销号〔2025〕　　号",
        "精河县水利局：",
        "2025年第三季度，你单位下列2个问题经复查已整改到位，予以销号。复查的时间、复查人和结论见附件。"
        "销号后再次出现的，重新列入整改台账。",
    ]
    common = ["会议对防汛工作作出【布署】，要求抓好落实。", "部署", "2025年9月29日02:30"]
    noted = "复查结论：问题不再存在。记录校验值：" + "d" * 64
    assert table(document)[1:] == [
        [
            "1",
            "防汛会议（16）",
            *common,
            "2025年10月12日11:00",
            "2025年10月14日02:30",
            "系统自动复查",
        ],
        [f"台账号16；网址：{HOME}info/16.htm。{noted}"],
        ["2", "防汛会议（17）", *common, "未报告", "2025年10月14日02:30", "系统自动复查"],
        [f"台账号17；网址：{HOME}info/17.htm。{noted}"],
    ]


def test_a_paper_looks_like_an_official_one(tmp_path: Path) -> None:
    document = noticed(tmp_path / "a.docx", lines(slip(12)))
    letter, attached = document.sections
    margins = (letter.top_margin, letter.bottom_margin, letter.left_margin, letter.right_margin)
    assert [round(one / Mm(1)) for one in margins] == [37, 35, 28, 26]
    assert (round(letter.page_width / Mm(1)), round(letter.page_height / Mm(1))) == (210, 297)
    assert attached.page_width > attached.page_height
    fonts = {
        run.text: run._element.rPr.rFonts.get(qn("w:eastAsia"))
        for one in document.paragraphs
        for run in one.runs
    }
    assert fonts["政府网站问题整改通知单"] == "方正小标宋简体"
    assert fonts["精河县水利局："] == "仿宋_GB2312"
    body = next(one for one in document.paragraphs if one.text.startswith("一、"))
    assert body.paragraph_format.line_spacing == Pt(28)
    (red,) = (
        run.text
        for cell in document.tables[0].rows[1].cells
        for run in cell.paragraphs[0].runs
        if run.font.color.rgb is not None
    )
    assert red == "【布署】"
    assert document.tables[0].rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None


HOSTILE = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("\0\x08\x1b\t\r\n\a\f\u202e\u200f\ufeff\ufffe\ud800<&>'\"{}%#"),
    ),
    max_size=60,
)


@given(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
@settings(max_examples=25)
def test_any_text_makes_a_paper_that_opens_and_holds_it(
    title: str, before: str, match: str, after: str
) -> None:
    (line,) = said = lines(slip(12, title=title, sentence=(before, match, after)))
    with TemporaryDirectory() as folder:
        shown = table(noticed(Path(folder) / "a.docx", said))[1]
    assert shown[1] == (line.title or "—")
    middle = f"【{line.problem[1]}】" if line.problem[1] else ""
    assert shown[3] == f"{line.problem[0]}{middle}{line.problem[2]}"


@pytest.mark.parametrize(
    "text", ["{{ 1/0 }}", "{% for x in y %}", "{_{ office }_}", "<w:p/>", "{{"]
)
def test_a_title_is_never_run_as_a_template(text: str, tmp_path: Path) -> None:
    shown = table(noticed(tmp_path / "a.docx", lines(slip(12, title=text))))[1]
    assert shown[1] == text


def test_the_shipped_templates_are_what_the_script_makes(tmp_path: Path) -> None:
    for name, made in (("整改通知单", make.notice()), ("销号单", make.closing())):
        made.save(str(tmp_path / f"{name}.docx"))
        with (
            zipfile.ZipFile(tmp_path / f"{name}.docx") as fresh,
            zipfile.ZipFile(TEMPLATES / f"{name}.docx") as shipped,
        ):
            assert fresh.namelist() == shipped.namelist()
            for part in fresh.namelist():
                assert fresh.read(part) == shipped.read(part), part


def test_the_offices_own_template_goes_first(tmp_path: Path) -> None:
    own = Document()
    own.add_paragraph("{{ unit }}：限{{ due }}前整改{{ count }}个问题。")
    own.save(str(tmp_path / "整改通知单.docx"))
    letter = Letter(SITE, "2025年第三季度", date(2025, 10, 9), templates=tmp_path)
    document = noticed(tmp_path / "a.docx", lines(slip(12)), letter)
    assert paragraphs(document) == ["精河县水利局：限10月20日前整改1个问题。"]
    closing_docx(lines(closed(16)), tmp_path / "b.docx", letter, unit=WATER.name)
    assert paragraphs(Document(str(tmp_path / "b.docx")))[0] == "政府网站问题整改销号单"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{{ unitt }}", "模板填不进去（'unitt' is undefined）；可用内置模板，或对照它改正"),
        ("{{ unit", "模板填不进去"),
        ("{{ unit.__class__.__mro__ }}", "模板填不进去"),
    ],
)
def test_a_wrong_template_is_one_line(text: str, why: str, tmp_path: Path) -> None:
    own = Document()
    own.add_paragraph(text)
    own.save(str(tmp_path / "整改通知单.docx"))
    letter = Letter(SITE, "甲", date(2025, 10, 9), templates=tmp_path)
    with pytest.raises(BadInput) as wrong:
        noticed(tmp_path / "a.docx", lines(slip(12)), letter)
    (line,) = wrong.value.lines
    assert line.startswith(f"{tmp_path / '整改通知单.docx'}: {why}")


@pytest.mark.parametrize("raw", [b"", b"no zip", b"PK\x03\x04 broken"])
def test_a_template_that_is_no_word_file_is_one_line(raw: bytes, tmp_path: Path) -> None:
    (tmp_path / "整改通知单.docx").write_bytes(raw)
    letter = Letter(SITE, "甲", date(2025, 10, 9), templates=tmp_path)
    with pytest.raises(BadInput, match=r"不是能用的Word模板"):
        noticed(tmp_path / "a.docx", lines(slip(12)), letter)


@pytest.mark.needs("soffice", "pdftoppm")
def test_papers_print(tmp_path: Path) -> None:
    noticed(tmp_path / "a.docx", lines(*(slip(n) for n in range(12, 32)), stale(40)))
    closing_docx(lines(closed(16)), tmp_path / "b.docx", LETTER, unit=WATER.name)
    pages = pdf_pages(tmp_path / "a.docx")
    assert len(pages) > 3
    assert pages[0].startswith("政府网站问题整改通知单")
    bare = ["".join(page.split()) for page in pages]
    assert bare[0].endswith("精河县政务公开办公室2025年10月9日—1—")
    assert all("发现时间" in page and page.endswith(f"—{n}—") for n, page in enumerate(bare[1:], 2))
    closing = pdf_pages(tmp_path / "b.docx")
    assert len(closing) == 2
    assert "政府网站问题整改销号单" in closing[0] and "d" * 64 in closing[1]
