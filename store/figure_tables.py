"""Rows of forms as SQLite tables, and every query as SQL on them: for evidence packs and for who wants to count again."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlite_utils import Database

from checks.figure import Condition, Query, Row
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
