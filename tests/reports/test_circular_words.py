"""The wording's clauses: what is said where something is known, and what is left out where nothing is."""

from pathlib import Path
from typing import Any

from sqlite_utils import Database

from checks.figure import Figure, Query, Row
from checks.form import Form, FormField
from reports.figures import FormFigures
from store.pack_file import PackTable, add, add_forms
from store.pack_reading import Pack

FORM = Form(
    "f", "表", (FormField("unit", "单位", type="unit", key=True), FormField("n", "数", type="int"))
)
ROWS = (
    Row("a", {"unit": "a", "unit_name": "甲局", "n": 2}),
    Row("b", {"unit": "b", "unit_name": "乙局", "n": 1}),
    Row("c", {"unit": "c", "unit_name": "丙局", "n": 0}),
)
KEYS = ("a", "b", "c")


def figure(id: str, value: Any, query: Query, unit: str = "", words: str = "") -> Figure:
    return Figure(f"f.{id}", value, words, query, KEYS, unit=unit)


FIGURES = (
    figure("three", 3, Query("f", "count")),
    figure("sum", 3, Query("f", "sum", "n")),
    figure("zero", 0, Query("f", "sum", "n", where=())) if False else None,
    figure("units", ("甲局", "乙局", "丙局"), Query("f", "list", "unit")),
)


def pack(figures: tuple[Figure, ...], *tables: PackTable) -> Pack:
    database = Database(memory=True)
    add_forms(database, [FormFigures(FORM, ROWS, figures, ())], set())
    add(
        database,
        PackTable("texts", {"name": str, "text": str}, [{"name": "own", "text": "办公室的话"}]),
    )
    for table in tables:
        add(database, table)
    return Pack(Path("x.db"), {}, database)
