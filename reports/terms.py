"""Lists as a workbook that a list keeper edits: a sheet a list, nothing that becomes a formula."""

from collections.abc import Sequence
from pathlib import Path

import xlsxwriter

from checks.term_table import row
from checks.wordlist import COLUMNS, Wordlist

WIDTHS = (22, 22, 40, 10, 12, 12, 36, 36, 36)
_NOTES = {
    "text": "错误的写法",
    "use": "应写什么",
    "unless": "例外：含错词而正确的词句，用 | 隔开",
    "boundary": "word：跨词时降为疑似；none：一律算",
    "since": "从这一天起算错，如 2019-04-01",
    "until": "到这一天为止（不含）",
    "source": "依据",
    "bad": "应查出的例句",
    "good": "不应查出的例句",
}


def write_terms(lists: Sequence[Wordlist], path: Path) -> None:
    """One sheet a list, named by its id, so that `lanmu terms import` reads it back."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        head = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1})
        text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        for one in lists:
            sheet = book.add_worksheet(one.id[:31])
            for place, (name, width) in enumerate(zip(COLUMNS, WIDTHS, strict=True)):
                sheet.set_column(place, place, width, text)
                sheet.write_string(0, place, name, head)
                sheet.write_comment(0, place, _NOTES[name])
            for line, term in enumerate(one.terms, 1):
                for place, value in enumerate(row(term)):
                    sheet.write_string(line, place, value, text)
            sheet.freeze_panes(1, 1)
            sheet.autofilter(0, 0, max(1, len(one.terms)), len(COLUMNS) - 1)
