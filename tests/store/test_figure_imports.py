"""Which files count for a quarter, and what one import changed of what was there."""

from datetime import UTC, datetime

from checks.figure import Row
from store.database import Engine, reading, writing
from store.figure_imports import ImportedFile, RowChange, import_changes, imported_files
from store.figures import Source, save_figures

NOW, LATER = datetime(2025, 10, 8, 2, tzinfo=UTC), datetime(2025, 10, 9, 2, tzinfo=UTC)
ONE, OTHER = Source("甲.xlsx", "1" * 64), Source("乙.xlsx", "2" * 64)


def save(
    engine: Engine, source: Source, now: datetime, *cells: tuple[str, int], others: str = "keep"
) -> None:
    rows = [Row(key, {"n": n}, f"{source.file}第{at}行") for at, (key, n) in enumerate(cells, 2)]
    with writing(engine) as connection:
        save_figures(connection, "s", "k", "2025Q3", rows, source, now=now, others=others)


def changes(engine: Engine, at: datetime, most: int = 9) -> list[RowChange]:
    with reading(engine) as connection:
        return import_changes(connection, "s", "k", "2025Q3", at, most=most)


def test_files_are_told_with_the_rows_that_count(engine: Engine) -> None:
    save(engine, ONE, NOW, ("a", 1), ("b", 2))
    save(engine, OTHER, LATER, ("c", 3))
    with reading(engine) as connection:
        assert imported_files(connection, "s", "2025Q3") == [
            ImportedFile("k", "乙.xlsx", 1, LATER.replace(tzinfo=None)),
            ImportedFile("k", "甲.xlsx", 2, NOW.replace(tzinfo=None)),
        ]
        assert imported_files(connection, "s", "2025Q2") == []
        assert imported_files(connection, "other", "2025Q3") == []


def test_an_import_tells_what_it_changed_withdrew_and_brought_back(engine: Engine) -> None:
    save(engine, ONE, NOW, ("a", 1), ("b", 2))
    assert changes(engine, NOW) == []
    save(engine, ONE, LATER, ("a", 5))
    assert changes(engine, LATER) == [
        RowChange("changed", "甲.xlsx第2行", {"n": 1}, {"n": 5}),
        RowChange("withdrawn", "甲.xlsx第3行", {"n": 2}, {"n": 2}),
    ]
    assert len(changes(engine, LATER, most=1)) == 1
    last = datetime(2025, 10, 10, tzinfo=UTC)
    save(engine, ONE, last, ("a", 5), ("b", 2))
    assert changes(engine, last) == [RowChange("returned", "甲.xlsx第3行", {"n": 2}, {"n": 2})]
    save(engine, ONE, datetime(2025, 10, 11, tzinfo=UTC), ("a", 5), ("b", 2))
    assert changes(engine, datetime(2025, 10, 11, tzinfo=UTC)) == []
