"""Makes 审校签发单.docx, the template of the receipt of a released draft: `python -m reports.templates.receipt`.

The look is that of the other papers (reports/templates/make.py), with less margin: it is to fit a page. The office may
edit it in Word.
"""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.shared import Mm, Pt

from reports.steady import steady
from reports.templates.make import (
    BODY,
    CENTRE,
    FOURTH,
    HEAD,
    RIGHT,
    SECOND,
    THIRD,
    TITLE,
    add_paragraph,
    fill_cell,
    flag_row,
    lay_page,
    number_pages,
    set_fonts,
)

NAME = "审校签发单"
FILE = Path(__file__).with_name(f"{NAME}.docx")
#: Heading, width in millimetres, what a row says.
READERS = (
    ("环节", 16, "{{ row.step }}"),
    ("审核人", 24, "{{ row.who }}"),
    ("时间", 46, "{{ row.at }}"),
    ("意见", 70, "{{ row.remark }}"),
)
OVERRULED = (
    ("原文", 34, "{{ row.text }}"),
    ("问题", 56, "{{ row.message }}（{{ row.rule }}）"),
    ("推翻的理由", 66, "{{ row.reason }}"),
)
FACTS = (
    ("标题", "{{ title }}"),
    ("稿件号", "{{ number }}（第{{ text }}稿签发）"),
    ("单位", "{{ unit }}"),
    ("栏目", "{{ column }}"),
    ("起草", "{{ author }}，{{ opened }}"),
    ("签发", "{{ releaser }}，{{ released }}"),
    ("发布网址", "{{ url }}"),
)
HASHES = (
    ("稿件校验值", "{{ text_hash }}"),
    ("词表校验值", "{{ lists_hash }}"),
    ("记录校验值", "{{ event_hash }}"),
)


def template() -> bytes:
    document: Any = Document()
    properties = document.core_properties
    properties.author, properties.title, properties.comments = "", NAME, ""
    normal = document.styles["Normal"]
    normal.font.size = Pt(THIRD)
    set_fonts(normal.element.get_or_add_rPr(), BODY)
    lay_page(document.sections[0])
    document.sections[0].top_margin = document.sections[0].bottom_margin = Mm(26)
    document.sections[0].footer_distance = Mm(15)
    number_pages(document.sections[0])
    add_paragraph(document, "信息发布审校签发单", font=TITLE, size=SECOND, align=CENTRE, line=36)
    add_paragraph(document, "{{ site }}", size=FOURTH, align=CENTRE)
    add_paragraph(document, "", size=FOURTH)
    _pairs(document, FACTS)
    _heading(document, "一、三审情况")
    _rows(document, READERS, "readers")
    add_paragraph(document, "{%p if overruled %}", size=FOURTH)
    _heading(document, "二、终审推翻的严重错误")
    _rows(document, OVERRULED, "overruled")
    add_paragraph(document, "{%p endif %}", size=FOURTH)
    _heading(document, "{% if overruled %}三{% else %}二{% endif %}、校验")
    _pairs(document, HASHES)
    add_paragraph(
        document,
        "校验值均为SHA-256。稿件校验值由签发的文本算出，文本改动一字即不相同；记录校验值可证明此前各步记录没有改动："
        "lanmu ledger verify-chain 站点文件 --anchor 记录校验值",
        size=12, line=20, indent=True,
    )  # fmt: skip
    add_paragraph(document, "", size=FOURTH, keep=True)
    add_paragraph(document, "{{ office }}　　", size=FOURTH, align=RIGHT, keep=True)
    add_paragraph(document, "{{ day }}　　　　", size=FOURTH, align=RIGHT)
    made = io.BytesIO()
    document.save(made)
    return steady(made.getvalue())


def _heading(document: Any, text: str) -> None:
    paragraph = add_paragraph(document, text, font=HEAD, size=FOURTH, keep=True)
    paragraph.paragraph_format.space_before = Pt(8)


def _pairs(document: Any, pairs: Sequence[tuple[str, str]]) -> None:
    table = _table(document, len(pairs), (26, 130))
    for row, (name, value) in zip(table.rows, pairs, strict=True):
        fill_cell(row.cells[0], [(name, False)], font=HEAD, align=CENTRE)
        fill_cell(row.cells[1], [(value, False)])
        flag_row(row, "w:cantSplit")
    _airy(table)


def _rows(document: Any, columns: Sequence[tuple[str, int, str]], name: str) -> None:
    table = _table(document, 4, [width for _, width, _ in columns])
    head, loop, facts, end = table.rows
    for cell, (heading, _, _) in zip(head.cells, columns, strict=True):
        fill_cell(cell, [(heading, False)], font=HEAD, align=CENTRE)
    fill_cell(loop.cells[0], [(f"{{%tr for row in {name} %}}", False)])
    for cell, (_, _, value) in zip(facts.cells, columns, strict=True):
        fill_cell(cell, [(value, False)])
    fill_cell(end.cells[0], [("{%tr endfor %}", False)])
    flag_row(head, "w:tblHeader")
    for row in (head, facts):
        flag_row(row, "w:cantSplit")
    _airy(table)


def _airy(table: Any) -> None:
    """A little room above and below each line."""
    for row in table.rows:
        for cell in row.cells:
            spacing = cell.paragraphs[0].paragraph_format
            spacing.space_before = spacing.space_after = Pt(3)


def _table(document: Any, rows: int, widths: Sequence[int]) -> Any:
    table = document.add_table(rows=rows, cols=len(widths), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for position, width in enumerate(widths):
        table.columns[position].width = Mm(width)
        for cell in table.columns[position].cells:
            cell.width = Mm(width)
    return table


if __name__ == "__main__":
    FILE.write_bytes(template())
