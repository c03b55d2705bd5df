"""What is asked of a pack beside the office's own figures: SQL that prints each answer, and SQL for the rows behind it.

Findings and faults count only where the office has confirmed them (`counts`, `confirmed`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Question:
    """`sql` prints a number or a list's entries; `keys` the keys of the rows of `table` that it was told from."""

    sql: str
    table: str
    keys: str
    kind: Literal["number", "list"] = "number"


#: A column's name as it stands in a list: in quotation marks where it would read as several.
_NAME = "CASE WHEN instr(name, '、') THEN '“' || name || '”' ELSE name END"


def _many(table: str, key: str, where: str, order: str = "") -> Question:
    """How many rows there are where this holds."""
    return Question(f"SELECT COUNT(*) {where}", table, f"SELECT {key} {where}{order}")


def _columns(state: str) -> Question:
    found = f"SELECT column_id FROM faults WHERE state = '{state}' AND confirmed"
    return Question(
        f"SELECT {_NAME} FROM columns WHERE id IN ({found}) ORDER BY position",
        "faults",
        f"SELECT key FROM faults WHERE state = '{state}' AND confirmed ORDER BY position",
        "list",
    )


def _units(doubt: str) -> Question:
    below = (
        "(SELECT COUNT(*) FROM articles WHERE articles.unit = units.id AND NOT articles.reprinted)"
        f" < units.quota AND doubt {doubt} ''"
    )
    return Question(
        f"SELECT short FROM units WHERE {below} ORDER BY position",
        "units",
        f"SELECT id FROM units WHERE {below} ORDER BY position",
        "list",
    )


_WRONG = "FROM findings WHERE wording AND counts"
_MENDED = f"{_WRONG} AND state IN ('closed', 'deleted')"
_MONITORED = "FROM monitor_records WHERE outcome <> 'repeated'"
_LEFT = f"{_WRONG} AND state NOT IN ('closed', 'deleted')"

#: What can be asked of every pack, by the id that a circular's wording calls it by.
QUESTIONS: Mapping[str, Question] = {
    "published": _many("articles", "url", "FROM articles", " ORDER BY id"),
    "unattributed": _many(
        "articles", "url", "FROM articles WHERE unit = '' AND NOT reprinted", " ORDER BY id"
    ),
    "well": Question(
        "SELECT short FROM ranking WHERE well ORDER BY position",
        "ranking",
        "SELECT unit FROM ranking WHERE well ORDER BY position",
        "list",
    ),
    "below": _units("="),
    "doubtful": _units("<>"),
    "adopted": _many(
        "ranking", "unit", "FROM ranking WHERE adopted IS NOT NULL", " ORDER BY position"
    ),
    "monitor-products": Question(
        f"SELECT DISTINCT product {_MONITORED}",
        "monitor_records",
        f"SELECT key {_MONITORED}",
        "list",
    ),
    "monitored": _many("monitor_records", "key", _MONITORED),
    "monitored-mended": _many("monitor_records", "key", f"{_MONITORED} AND mended"),
    "monitored-left": _many("monitor_records", "key", f"{_MONITORED} AND NOT mended"),
    "columns-stale": _columns("stale"),
    "columns-empty": _columns("empty"),
    "columns-incomplete": _columns("incomplete"),
    "columns-unread": Question(
        f"SELECT {_NAME} FROM columns WHERE state = 'unread' ORDER BY position",
        "columns",
        "SELECT id FROM columns WHERE state = 'unread' ORDER BY position",
        "list",
    ),
    "wrong": _many("findings", "number", _WRONG, " ORDER BY number"),
    "wrong-mended": _many("findings", "number", _MENDED, " ORDER BY number"),
    "wrong-left": _many("findings", "number", _LEFT, " ORDER BY number"),
    "wrong-units": Question(
        f"SELECT unit_name {_WRONG} AND unit_name <> '' GROUP BY unit_name ORDER BY COUNT(*) DESC, MIN(number)",
        "findings",
        f"SELECT number {_WRONG} AND unit_name <> '' ORDER BY number",
        "list",
    ),
}


def wrong_of(unit: str) -> Question:
    """The rules (ids) of a unit's (short name) wrong words, those first found first."""
    where = f"{_WRONG} AND unit_name = {_text(unit)}"
    return Question(
        f"SELECT rule {where} GROUP BY rule ORDER BY MIN(number)",
        "findings",
        f"SELECT number {where} ORDER BY number",
        "list",
    )


def lacking(item: str) -> Question:
    """How many columns lack an item."""
    where = f"FROM faults WHERE state = 'incomplete' AND confirmed AND item = {_text(item)}"
    return Question(
        f"SELECT COUNT(DISTINCT column_id) {where}",
        "faults",
        f"SELECT key {where} ORDER BY position",
    )


def at_fault(column: str, state: str) -> Question:
    """The units answering for what is wrong with a column (id), in the column's order."""
    where = f"column_id = {_text(column)} AND state = '{state}' AND confirmed"
    return Question(
        f"SELECT short FROM faults JOIN units ON units.id = faults.unit WHERE {where}"
        " GROUP BY units.id ORDER BY MIN(faults.rank), units.position",
        "faults",
        f"SELECT key FROM faults WHERE {where} ORDER BY position",
        "list",
    )


def missing(column: str) -> Question:
    """The items that a column (id) lacks, in the order the site file asks for them."""
    where = f"FROM faults WHERE column_id = {_text(column)} AND state = 'incomplete' AND confirmed"
    return Question(
        f"SELECT item {where} GROUP BY item ORDER BY MIN(position)",
        "faults",
        f"SELECT key {where} ORDER BY position",
        "list",
    )


def text(name: str) -> Question:
    """What the office itself wrote for the quarter under a name."""
    where = f"FROM texts WHERE name = {_text(name)}"
    return Question(f"SELECT text {where}", "texts", f"SELECT name {where}", "list")


def counted(question: Question) -> Question:
    """How many entries a list has."""
    return Question(f"SELECT COUNT(*) FROM ({question.sql})", question.table, question.keys)


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
