"""Rows of forms as SQLite tables, and every query as SQL on them: for evidence packs and for who wants to count again."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlite_utils import Database

from checks.figure import Condition, Figure, Query, Row
from checks.form import COMPUTED, UNIT_KIND, Form

_TYPES: Mapping[str, type] = {"int": int, "number": float, "percent": float}
_COMPARED = {"above": ">", "below": "<"}


def table_name(form: str) -> str:
    return form.replace("-", "_")


def add_table(database: Database, form: Form, rows: Sequence[Row]) -> None:
    """The form's table: a column a field, those computed too, the row's key and the place it was read from."""
    types: dict[str, Any] = {"key": str}
    for field in form.fields:
        types[field.id] = _TYPES.get(field.type, str)
        if field.type == "unit":
            types[f"{field.id}_name"] = str
    if form.unit_field:
        types[UNIT_KIND] = str
    types |= dict.fromkeys(COMPUTED.get(form.id, ()), str)
    types["place"] = str
    table = database.create_table(table_name(form.id), types, pk="key")
    table.insert_all(
        {name: row.cells.get(name) for name in types} | {"key": row.key, "place": row.place}
        for row in rows
    )


def query_sql(query: Query) -> str:
    """The query as one SQLite statement: one number, the share in percent unrounded, or the list's entries.

    Entries of a list are cells as stored: units by their id.
    """
    if query.of is None:
        return f"SELECT {_measured(query)}"
    return f"SELECT 100.0 * (SELECT {_measured(query)}) / (SELECT {_measured(query.of)})"


def _measured(query: Query) -> str:
    what = {
        "count": f"COUNT(DISTINCT {_name(query.field)})" if query.field else "COUNT(*)",
        "sum": f"COALESCE(SUM({_name(query.field)}), 0)",
        "list": f"DISTINCT {_name(query.field)}",
    }[query.measure]
    conditions = [*query.where]
    if query.measure == "list":
        conditions.append(Condition(query.field, "filled"))
    where = " AND ".join(map(_condition, conditions))
    return f"{what} FROM {_name(table_name(query.form))}" + (f" WHERE {where}" if where else "")


def _condition(one: Condition) -> str:
    name = _name(one.field)
    match one.operator:
        case "filled":
            return f"{name} IS NOT NULL"
        case "empty":
            return f"{name} IS NULL"
        case "is":
            return f"{name} IN ({', '.join(map(_literal, one.values))})"
        case "not":
            listed = ", ".join(map(_literal, one.values))
            return f"({name} IS NULL OR {name} NOT IN ({listed}))"
        case _:
            return f"{name} {_COMPARED[one.operator]} {_literal(one.values[0])}"


def _name(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _literal(value: object) -> str:
    if isinstance(value, int | float):
        return repr(value)
    return "'" + str(value).replace("'", "''") + "'"


def figure_row(figure: Figure, form: Form, keys: Mapping[str, str]) -> dict[str, Any]:
    """A figure as a row: its value as it is written (a list as JSON), its query as SQL, its rows by their `keys`."""
    value = figure.value
    share = figure.part is not None and figure.whole is not None
    return {
        "id": figure.id,
        "form": form.id,
        "measure": "share" if share else figure.query.measure,
        "value": json.dumps(value, ensure_ascii=False) if isinstance(value, tuple) else str(value),
        "words": figure.words,
        "unit": figure.unit,
        "part": str(figure.part) if share else None,
        "whole": str(figure.whole) if share else None,
        "sql": _printed(figure.query, form),
        "keys": json.dumps([keys[key] for key in figure.rows], ensure_ascii=False),
    }


def _printed(query: Query, form: Form) -> str:
    """The query as SQL that prints what stands in the report: units by the name the spreadsheet first gives them."""
    field = form.one(query.field) if query.field else None
    if query.measure != "list" or field is None or field.type != "unit":
        return query_sql(query)
    table, unit, name = (_name(one) for one in (table_name(form.id), field.id, f"{field.id}_name"))
    first = f"SELECT said.{name} FROM {table} AS said WHERE said.{unit} = {table}.{unit} ORDER BY said.rowid LIMIT 1"
    return query_sql(query).replace(f"DISTINCT {unit} FROM", f"DISTINCT ({first}) FROM", 1)
