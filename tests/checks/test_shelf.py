"""Lists are read again when they change; a broken change takes nothing down."""

from pathlib import Path

from checks.model import Article
from checks.shelf import Shelf
from checks.term_table import csv_text, import_terms, replace_file
from checks.wordlist import Term

DRAFT = Article.draft("甲错和乙错。")


def keep(folder: Path, *terms: Term) -> None:
    folder.mkdir(exist_ok=True)
    file = folder.parent / "office.csv"
    file.write_text(csv_text(terms), "utf-8")
    import_terms(file, folder)


def matches(shelf: Shelf) -> list[str]:
    return [finding.match for finding in shelf.checker().article(DRAFT)]


def test_a_changed_list_is_in_force_at_once(tmp_path: Path) -> None:
    keep(tmp_path / "own", Term("甲错", "甲对"))
    shelf = Shelf([tmp_path / "own"])
    before = shelf.checker()
    assert matches(shelf) == ["甲错"]
    assert shelf.checker() is before
    keep(tmp_path / "own", Term("甲错", "甲对"), Term("乙错", "乙对"))
    assert matches(shelf) == ["甲错", "乙错"]
    assert shelf.checker().lists_hash != before.lists_hash


def test_a_broken_row_leaves_the_lists_read_last_in_force(tmp_path: Path) -> None:
    keep(tmp_path / "own", Term("甲错", "甲对"))
    shelf = Shelf([tmp_path / "own"])
    path = tmp_path / "own" / "office.csv"
    replace_file(path, path.read_text("utf-8") + "乙错,乙错,,,,,,,\n")
    assert matches(shelf) == ["甲错"]
    assert shelf.problems == (f"{path}:3: “乙错”的 use 与 text 相同，应写正确的词",)
    keep(tmp_path / "own", Term("乙错", "乙对"))
    assert matches(shelf) == ["乙错"]
    assert not shelf.problems
