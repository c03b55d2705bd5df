"""Makes circular.docx, the template of the quarterly circular: `python -m reports.templates.circular`.

The page of GB/T 9704-2012: A4, 37 mm above, 28 mm to the left, an area of 156 × 225 mm, lines of 28 pt, the page number
below (right on odd pages, left on even ones). The title is in 方正小标宋, the text in 仿宋_GB2312 三号, headings in 黑体
and 楷体_GB2312. The office may change all of this in Word, and the words around the {{ … }}: they stay as they are.
"""

import io
from datetime import datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from reports.steady import steady

FILE = Path(__file__).with_name("circular.docx")
SONG, HEI, KAI, TITLE = "仿宋_GB2312", "黑体", "楷体_GB2312", "方正小标宋简体"
SAN_HAO, ER_HAO, SI_HAO, WU_HAO = Pt(16), Pt(22), Pt(14), Pt(10.5)
LINE = Pt(28)
MADE = datetime(2025, 1, 1)  # noqa: DTZ001  - a file's properties have no zone
_LATIN = "Times New Roman"


def template() -> bytes:
    document: Any = Document()
    _page(document.sections[0])
    _styles(document)
    _paragraph(document, "通报标题", "{{ title }}")
    _paragraph(document, "通报主送", "{{ to }}：")
    _tag(document, "{%p for p in paragraphs %}")
    _tag(document, "{%p if p.kind == 'section' %}")
    _paragraph(document, "通报一级标题", "{{ p.heading }}")
    _tag(document, "{%p elif p.kind == 'part' %}")
    _headed(document, KAI, bold=False)
    _tag(document, "{%p elif p.kind == 'lead' %}")
    _paragraph(document, "通报正文", "{{ p.text }}")
    _tag(document, "{%p else %}")
    _headed(document, SONG, bold=True)
    _tag(document, "{%p endif %}")
    _tag(document, "{%p endfor %}")
    _tag(document, "{%p if signed %}")
    _paragraph(document, "通报正文", "")
    _paragraph(document, "通报落款", "{{ signed }}")
    _paragraph(document, "通报落款", "{{ date }}")
    _tag(document, "{%p endif %}")
    _tag(document, "{%p if annex %}")
    _annex(document)
    _tag(document, "{%p endif %}")
    return _saved(document)


def _page(section: Any) -> None:
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(25)
    section.start_type = WD_SECTION.NEW_PAGE
    for footer, side in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        _page_number(footer.paragraphs[0], side)


def _page_number(paragraph: Any, side: Any) -> None:
    paragraph.alignment = side
    for text in ("— ", "PAGE", " —"):
        run = paragraph.add_run("" if text == "PAGE" else text)
        _font(run.font, run._element.get_or_add_rPr(), "宋体", SI_HAO)
        if text == "PAGE":
            for kind, said in (("begin", None), (None, " PAGE "), ("end", None)):
                run._element.append(_field(kind, said))


def _field(kind: str | None, said: str | None) -> Any:
    if kind is None:
        element = OxmlElement("w:instrText")
        element.set(qn("xml:space"), "preserve")
        element.text = said
        return element
    element = OxmlElement("w:fldChar")
    element.set(qn("w:fldCharType"), kind)
    return element


def _font(font: Any, properties: Any, name: str, size: Any, *, bold: bool | None = None) -> None:
    font.name, font.size, font.bold = _LATIN, size, bold
    fonts = properties.find(qn("w:rFonts"))
    for key in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(key), None)
    fonts.set(qn("w:eastAsia"), name)
    fonts.set(qn("w:hint"), "eastAsia")  # or Word draws “ ” and — in the Latin font


def _styles(document: Any) -> None:
    document.settings.odd_and_even_pages_header_footer = True
    normal = document.styles["Normal"]
    _font(normal.font, normal.element.get_or_add_rPr(), SONG, SAN_HAO)
    centre, right = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
    for name, font, size, side, indented in (
        ("通报标题", TITLE, ER_HAO, centre, False),
        ("通报主送", SONG, SAN_HAO, None, False),
        ("通报一级标题", HEI, SAN_HAO, None, True),
        ("通报正文", SONG, SAN_HAO, None, True),
        ("通报落款", SONG, SAN_HAO, right, False),
        ("通报附件", HEI, SAN_HAO, None, False),
        ("通报表格", SONG, WU_HAO, None, False),
    ):
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = normal
        _font(style.font, style.element.get_or_add_rPr(), font, size)
        _spacing(style, side, size, indented=indented)


def _spacing(style: Any, side: Any, size: Any, *, indented: bool) -> None:
    spaced = style.paragraph_format
    spaced.space_before = spaced.space_after = Pt(0)
    spaced.alignment = side
    if size == WU_HAO:
        return
    spaced.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    spaced.line_spacing = Pt(35) if size == ER_HAO else LINE
    if size == ER_HAO:
        spaced.space_after = LINE
    if indented:
        indent = style.element.get_or_add_pPr().get_or_add_ind()
        indent.set(qn("w:firstLineChars"), "200")
        indent.set(qn("w:firstLine"), "640")


def _paragraph(document: Any, style: str, text: str) -> Any:
    return document.add_paragraph(text, style=style)


def _tag(document: Any, text: str) -> None:
    """A paragraph that is a tag alone: it is gone once the template is filled."""
    _paragraph(document, "通报正文", text)


def _headed(document: Any, font: str, *, bold: bool) -> None:
    paragraph = _paragraph(document, "通报正文", "")
    run = paragraph.add_run("{{ p.heading }}")
    _font(run.font, run._element.get_or_add_rPr(), font, SAN_HAO, bold=bold or None)
    paragraph.add_run("{{ p.text }}")


def _annex(document: Any) -> None:
    _paragraph(document, "通报附件", "").add_run().add_break(WD_BREAK.PAGE)
    _paragraph(document, "通报附件", "附件：数字依据（查询与全部依据见通报依据表）")
    table = document.add_table(rows=4, cols=3)
    table.style, table.autofit = "Table Grid", False
    widths = (Mm(14), Mm(86), Mm(56))
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    cells = (
        ("序号", "文中的话", "其中的数字"),
        ("{%tr for row in annex %}", "", ""),
        ("{{ row.number }}", "{{ row.sentence }}", "{{ row.figures }}"),
        ("{%tr endfor %}", "", ""),
    )
    for row, texts in zip(table.rows, cells, strict=True):
        for cell, text, width in zip(row.cells, texts, widths, strict=True):
            cell.width = width
            cell.paragraphs[0].text, cell.paragraphs[0].style = text, "通报表格"
    for heading, rows in (("未能检查的内容和原因", "unchecked"), ("检查提示", "hints")):
        _tag(document, f"{{%p if {rows} %}}")
        _paragraph(document, "通报附件", heading)
        _tag(document, f"{{%p for line in {rows} %}}")
        _paragraph(document, "通报表格", "{{ line }}")
        _tag(document, "{%p endfor %}")
        _tag(document, "{%p endif %}")


def _saved(document: Any) -> bytes:
    about = document.core_properties
    about.author = about.last_modified_by = about.comments = ""
    about.title, about.created, about.modified, about.revision = "季度通报模板", MADE, MADE, 1
    made = io.BytesIO()
    document.save(made)
    return steady(made.getvalue())


if __name__ == "__main__":
    FILE.write_bytes(template())
