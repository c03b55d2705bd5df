"""A list keeper's day: out to a spreadsheet, back in whole or not at all, tried on clean text."""

from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from checks.model import Article, BadInput, Severity
from checks.term_table import Change, csv_text, import_terms
from checks.term_trial import Trial, tried
from checks.wordlist import COLUMNS, SHIPPED, Term, Wordlist, load_wordlists, shipped
from reports.terms import write_terms


def test_what_goes_out_comes_back_the_same(tmp_path: Path) -> None:
    write_terms(shipped(), tmp_path / "all.xlsx")
    changes = import_terms(tmp_path / "all.xlsx", tmp_path / "own")
    assert [(one.id, one.terms) for one in changes] == [(o.id, len(o.terms)) for o in shipped()]
    back = load_wordlists(tmp_path / "own")
    assert [(o.id, o.severity, o.message, o.source, o.context) for o in back] == [
        (o.id, o.severity, o.message, o.source, o.context) for o in shipped()
    ]
    assert [csv_text(one.terms) for one in back] == [csv_text(one.terms) for one in shipped()]
    assert import_terms(tmp_path / "all.xlsx", tmp_path / "own")[0] == Change(
        shipped()[0].id, 0, 0, 0, len(shipped()[0].terms)
    )


def sheet(path: Path, *rows: tuple[object, ...]) -> Path:
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as book:
        page = book.add_worksheet("office")
        page.write_row(0, 0, COLUMNS)
        for line, row in enumerate(rows, 1):
            page.write_row(line, 0, row)
    return path


def test_days_and_formulas_of_a_spreadsheet(tmp_path: Path) -> None:
    file = sheet(
        tmp_path / "a.xlsx",
        ("旧称", "新称", "", "none", date(2024, 1, 1), "", "某文件", "旧称。", "新称。"),
    )
    import_terms(file, tmp_path / "own")
    term = load_wordlists(tmp_path / "own")[0].terms[0]
    assert (term.text, term.since, term.source) == ("旧称", date(2024, 1, 1), "某文件")
    write_terms([Wordlist("x", "x", Severity.WARNING, "", "", (Term("=1+1", "二"),))], file)
    from python_calamine import CalamineWorkbook

    assert CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python()[1][0] == "=1+1"


def test_one_wrong_row_and_nothing_is_imported(tmp_path: Path) -> None:
    own = tmp_path / "own"
    import_terms(sheet(tmp_path / "a.xlsx", ("甲错", "甲对")), own)
    before = {path.name: path.read_bytes() for path in own.iterdir()}
    wrong = sheet(tmp_path / "b.xlsx", ("乙错", "乙对"), ("丙", "丙"), ("丁错", "丁对", "不含"))
    with pytest.raises(BadInput) as told:
        import_terms(wrong, own)
    assert told.value.lines == (
        f"{wrong}[office]:3: “丙”的 use 与 text 相同，应写正确的词",
        f"{wrong}[office]:4: 例外“不含”不包含“丁错”，应包含它",
    )
    assert {path.name: path.read_bytes() for path in own.iterdir()} == before


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_in_any_encoding_of_excel(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "office.csv"
    file.write_bytes(csv_text([Term("甲错", "甲对")]).encode(encoding))
    assert import_terms(file, tmp_path / "own") == (Change("office", 1, 0, 0, 1),)


@pytest.mark.parametrize("content", [b"not a workbook", b"PK\x03\x04broken", b""])
def test_what_is_no_workbook_is_said(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "a.xlsx"
    file.write_bytes(content)
    with pytest.raises(BadInput, match="不是能读的表格"):
        import_terms(file, tmp_path / "own")


def test_a_trial_says_what_fires_and_what_is_silenced() -> None:
    term = Term("环保局", "生态环境局", ("环保局部",), "word")
    lists = [Wordlist("x", "x", Severity.WARNING, "{use}", "", (term, Term("没有", "无")))]
    texts = [Article.draft("县环保局检查。"), Article.draft("开展环保局部整治。")]
    trials = tried(lists, texts)
    assert trials.texts == 2
    assert trials.terms == (
        Trial("环保局", "生态环境局", 1, 0, 1, ["县【环保局】检查。"], ["开展【环保局】部整治。"]),
    )


def test_two_offices_lists_stand_side_by_side(tmp_path: Path) -> None:
    import_terms(sheet(tmp_path / "a.xlsx", ("甲错", "甲对")), tmp_path / "a")
    import_terms(sheet(tmp_path / "b.xlsx", ("甲错", "乙对")), tmp_path / "b")
    uses = [load_wordlists(tmp_path / one)[0].terms[0].use for one in ("a", "b")]
    assert uses == ["甲对", "乙对"]
    assert load_wordlists(SHIPPED) == shipped()
