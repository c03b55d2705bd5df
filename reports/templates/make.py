"""Make the papers' Word templates anew: `python -m reports.templates.make`.

The look is that of official papers (GB/T 9704-2012): A4, margins of 37, 35, 28 and 26 mm, title in 方正小标宋 二号,
text in 仿宋_GB2312 三号 on lines of 28 points. What stands between {{ }} and {% %} is filled in (docxtpl); the rest
an office may edit in Word.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

FOLDER = Path(__file__).parent
TITLE, BODY, HEAD, LATIN = "方正小标宋简体", "仿宋_GB2312", "黑体", "Times New Roman"
#: 二号, 三号, 四号, 五号, in points.
SECOND, THIRD, FOURTH, FIFTH = 22, 16, 14, 10.5
LINE = 28
CENTRE, RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
_RED = RGBColor(0xC0, 0x00, 0x00)

NOTICE = (
    "{{ period }}，{{ office }}对{{ site }}进行巡查，经人工核实，你单位发布的内容或者负责的栏目存在问题"
    "{{ count }}个（{{ severities }}）。现将问题清单印发你单位，请认真整改，有关要求如下：",
    "一、整改期限。请于{{ due }}前逐条完成整改。{% if own_dues %}清单中另注明期限的，以注明的为准。{% endif %}",
    "二、整改要求。对照清单改正网页内容并检查同类问题；认为属于误报或者确需保留的，在回复表中说明理由。",
    "三、报送方式。填写整改回复表，经主要领导签字并加盖公章后，于{{ due }}前{{ route }}，同时报送电子表格原件。",
    "四、销号办法。整改后重新抓取网页复查，通过的予以销号；逾期未报或者复查未改的，在季度通报中反映。",
)
CLOSING = (
    "{{ period }}，你单位下列{{ count }}个问题经复查已整改到位，予以销号。复查的时间、复查人和结论见附件。"
    "销号后再次出现的，重新列入整改台账。",
)


@dataclass(frozen=True, slots=True)
class Cell:
    """A column of a template's table: its heading, its width in millimetres, what a row says there.

    `said` are pieces (text, red): a match stands out.
    """

    heading: str
    width: float
    said: Sequence[tuple[str, bool]]


_PROBLEM = (
    ("{{ row.before }}", False),
    ("{{ row.match }}", True),
    ("{{ row.after }}", False),
)
LISTED = (
    Cell("序号", 13, (("{{ row.number }}", False),)),
    Cell("标题", 44, (("{{ row.title }}", False),)),
    Cell("网址", 42, (("{{ row.url }}", False),)),
    Cell("问题原文", 63, _PROBLEM),
    Cell("应为", 28, (("{{ row.should }}", False),)),
    Cell("依据", 30, (("{{ row.source }}", False),)),
    Cell("发现时间", 27, (("{{ row.found }}", False),)),
)
CLOSED = (
    Cell("序号", 13, (("{{ row.number }}", False),)),
    Cell("标题", 45, (("{{ row.title }}", False),)),
    Cell("问题原文", 56, _PROBLEM),
    Cell("应为", 25, (("{{ row.should }}", False),)),
    Cell("发现时间", 27, (("{{ row.found }}", False),)),
    Cell("单位报告时间", 27, (("{{ row.reported }}", False),)),
    Cell("复查销号时间", 27, (("{{ row.verified }}", False),)),
    Cell("复查人", 27, (("{{ row.who }}", False),)),
)
LISTED_NOTE = "台账号{{ row.id }}；{{ row.kind }}；{{ row.severity }}{{ row.note }}。网页证据：{{ row.evidence }}"
CLOSED_NOTE = (
    "台账号{{ row.id }}；网址：{{ row.url }}。复查结论：{{ row.why }}。记录校验值：{{ row.hash }}"
)


def main() -> None:
    for name, made in (("整改通知单", notice()), ("销号单", closing())):
        made.save(str(FOLDER / f"{name}.docx"))


def notice() -> Any:
    """整改通知单: a letter to one unit, the list of its findings behind it."""
    document = _document("政府网站问题整改通知单", "整改通知〔{{ year }}〕　　号", NOTICE)
    add_paragraph(
        document, "附件：1.问题清单　2.整改回复表（电子表格，另附）", indent=True, keep=True
    )
    _signed(document)
    _across(document)
    add_paragraph(document, "附件1", font=HEAD)
    add_paragraph(document, "{{ unit }}问题清单", font=TITLE, size=FOURTH + 4, align=CENTRE)
    _table(document, LISTED, LISTED_NOTE)
    return document


def closing() -> Any:
    """销号单: which findings of a unit are mended, and how that is known."""
    document = _document("政府网站问题整改销号单", "整改销号〔{{ year }}〕　　号", CLOSING)
    add_paragraph(document, "附件：销号清单", indent=True, keep=True)
    _signed(document)
    _across(document)
    add_paragraph(document, "附件", font=HEAD)
    add_paragraph(document, "{{ unit }}销号清单", font=TITLE, size=FOURTH + 4, align=CENTRE)
    _table(document, CLOSED, CLOSED_NOTE)
    return document


def _document(title: str, number: str, paragraphs: Sequence[str]) -> Any:
    document = Document()
    properties = document.core_properties
    properties.author, properties.title, properties.comments = "", title, ""
    normal = document.styles["Normal"]
    normal.font.size = Pt(THIRD)
    set_fonts(normal.element.get_or_add_rPr(), BODY)
    lay_page(document.sections[0])
    number_pages(document.sections[0])
    add_paragraph(document, title, font=TITLE, size=SECOND, align=CENTRE, line=36)
    add_paragraph(document, number, align=CENTRE)
    add_paragraph(document, "")
    add_paragraph(document, "{{ unit }}：")
    for text in paragraphs:
        add_paragraph(document, text, indent=True)
    return document


def _signed(document: Any) -> None:
    """落款: the office and the day, at the right."""
    add_paragraph(document, "", keep=True)
    add_paragraph(document, "{{ office }}　　", align=RIGHT, keep=True)
    add_paragraph(document, "{{ day }}　　　　", align=RIGHT)


def lay_page(section: Any) -> None:
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(25)


def _across(document: Any) -> None:
    """The pages that follow lie across: the margins turn with the page."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.top_margin, section.bottom_margin = Mm(26), Mm(24)
    section.left_margin, section.right_margin = Mm(25), Mm(25)
    section.footer_distance = Mm(15)


def add_paragraph(
    where: Any,
    text: str,
    *,
    font: str = BODY,
    size: float = THIRD,
    align: Any = None,
    line: float = LINE,
    indent: bool = False,
    keep: bool = False,
) -> Any:
    paragraph = where.add_paragraph()
    paragraph.paragraph_format.keep_with_next = keep
    set_spacing(paragraph, align, line)
    if indent:
        paragraph.paragraph_format.first_line_indent = Pt(2 * size)
    add_run(paragraph, text, font, size)
    return paragraph


def set_spacing(paragraph: Any, align: Any, line: float | None) -> None:
    spacing = paragraph.paragraph_format
    spacing.space_before = spacing.space_after = Pt(0)
    if line is not None:
        spacing.line_spacing_rule, spacing.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(line)
    if align is not None:
        paragraph.alignment = align


def add_run(paragraph: Any, text: str, font: str, size: float, *, red: bool = False) -> None:
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    set_fonts(run._element.get_or_add_rPr(), font)
    if red:
        run.font.color.rgb, run.font.bold = _RED, True


def set_fonts(properties: Any, chinese: str) -> None:
    """Word takes Chinese from `eastAsia` only; figures and addresses stand in a Latin face."""
    fonts = properties.get_or_add_rFonts()
    for kind, name in (("ascii", LATIN), ("hAnsi", LATIN), ("cs", LATIN), ("eastAsia", chinese)):
        fonts.set(qn(f"w:{kind}"), name)


def number_pages(section: Any) -> None:
    """— 1 — at the foot, in 四号."""
    paragraph = section.footer.paragraphs[0]
    set_spacing(paragraph, CENTRE, None)
    add_run(paragraph, "— ", "宋体", FOURTH)
    for kind, text in (("begin", ""), ("", " PAGE "), ("separate", ""), ("1", ""), ("end", "")):
        run = paragraph.add_run("1" if kind == "1" else "")
        run.font.size = Pt(FOURTH)
        set_fonts(run._element.get_or_add_rPr(), "宋体")
        if kind == "1":
            continue
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.set(qn("xml:space"), "preserve")
            element.text = text
        run._element.append(element)
    add_run(paragraph, " —", "宋体", FOURTH)


def _table(document: Any, columns: Sequence[Cell], note: str) -> None:
    """A heading that every page repeats, and for each row two lines that stay together: the facts, the note."""
    table = document.add_table(rows=5, cols=len(columns), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for position, column in enumerate(columns):
        table.columns[position].width = Mm(
            column.width
        )  # LibreOffice goes by the grid, Word by the cells
        for cell in table.columns[position].cells:
            cell.width = Mm(column.width)
    head, loop, facts, noted, end = table.rows
    for cell, column in zip(head.cells, columns, strict=True):
        fill_cell(cell, [(column.heading, False)], font=HEAD, align=CENTRE)
    fill_cell(loop.cells[0], [("{%tr for row in rows %}", False)])
    for cell, column in zip(facts.cells, columns, strict=True):
        fill_cell(cell, column.said, keep=True)
    fill_cell(noted.cells[0].merge(noted.cells[-1]), [(note, False)])
    fill_cell(end.cells[0], [("{%tr endfor %}", False)])
    flag_row(head, "w:tblHeader")
    for row in (head, facts, noted):
        flag_row(row, "w:cantSplit")


def fill_cell(
    cell: Any,
    pieces: Sequence[tuple[str, bool]],
    *,
    font: str = BODY,
    align: Any = None,
    keep: bool = False,
) -> None:
    paragraph = cell.paragraphs[0]
    set_spacing(paragraph, align, None)
    paragraph.paragraph_format.keep_with_next = keep
    for text, red in pieces:
        add_run(paragraph, text, font, FIFTH, red=red)


def flag_row(row: Any, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))


if __name__ == "__main__":
    main()
