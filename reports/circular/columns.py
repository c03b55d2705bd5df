"""What is wrong with columns, as a person writes it: who lacks what, columns with the same units together.

A column for which several units answer has a sentence of its own; the others are told together. The missing items
are named where they are few and every unit named lacks all of them: nobody is accused of what another unit lacks.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from reports.circular.facts import Fact, asked
from reports.circular.sentences import Piece, Pieces, ended
from reports.circular.words import ColumnWords
from reports.wording import TOGETHER, column_name, listed, together
from store.pack_queries import at_fault, missing
from store.pack_reading import Pack

#: Items that are named; of more a column is said to be incomplete.
MOST_ITEMS = 2
_COLUMN = "栏目"


@dataclass(frozen=True, slots=True)
class Faulty:
    """A column that stands wrong: the units that answer for it, and the items it lacks.

    `named` says that the items can be named: they are few, and every unit lacks all of them.
    """

    name: str
    units: Fact
    items: Fact | None = None
    named: bool = False


@dataclass(frozen=True, slots=True)
class _Naming:
    """How units are named: `kinds` says how all of a kind are called, `most` how many a list shows."""

    units: Sequence[Mapping[str, str]]
    kinds: Mapping[str, str]
    most: int

    def __call__(self, fact: Fact) -> Fact:
        ids = {one["short"]: one["id"] for one in self.units}
        assert isinstance(fact.value, tuple)
        names = together(
            [ids[name] for name in fact.value],
            {one["id"]: one["kind"] for one in self.units},
            self.kinds,
            {one["id"]: one["short"] for one in self.units},
        )
        return replace(fact, text=listed(names, "个单位", self.most))


def column_sentences(
    pack: Pack, words: ColumnWords, kinds: Mapping[str, str], most: int
) -> tuple[Pieces, ...]:
    """The sentences on columns: incomplete, stale, empty. `kinds` says how all units of a kind are called together."""
    naming = _Naming(pack.rows("units"), kinds, most)
    lacking = [_with_items(pack, *one) for one in _faulty(pack, "incomplete", naming)]
    apart = [one for one in lacking if one.units.number >= TOGETHER]
    others = [one for one in lacking if one.units.number < TOGETHER]
    alone = [*apart, *others] if len(others) == 1 else apart
    said = [_alone(one, words) for one in alone]
    if len(others) > 1:
        said.append(_filled(words.several, {"columns": _listed(others)}))
    for state, pattern in (("stale", words.stale), ("empty", words.empty)):
        if found := [one for _, one in _faulty(pack, state, naming)]:
            said.append(_filled(pattern, {"columns": _listed(found)}))
    return tuple(map(ended, said))


def _faulty(pack: Pack, state: str, naming: _Naming) -> list[tuple[str, Faulty]]:
    """The columns (id) that stand so, by the site file's order."""
    ids = {row["column_id"] for row in _faults(pack) if row["state"] == state}
    return [
        (
            row["id"],
            Faulty(
                row["name"],
                naming(asked(pack, f"columns.{row['id']}.{state}", at_fault(row["id"], state))),
            ),
        )
        for row in pack.rows("columns")
        if row["id"] in ids
    ]


def _faults(pack: Pack) -> list[dict[str, str]]:
    return [row for row in pack.rows("faults") if row["confirmed"]]


def _with_items(pack: Pack, id: str, faulty: Faulty) -> Faulty:
    items = asked(pack, f"columns.{id}.items", missing(id))
    rows = [one for one in _faults(pack) if one["column_id"] == id and one["state"] == "incomplete"]
    whole = len(rows) == items.number * max(int(faulty.units.number), 1)
    return replace(faulty, items=items, named=whole and items.number <= MOST_ITEMS)


def _alone(one: Faulty, words: ColumnWords) -> Pieces:
    assert one.items is not None
    if one.named:
        return _filled(words.lacking, {"columns": _listed([one]), "items": (one.items,)})
    said = _filled(words.incomplete, {"columns": _listed([one])})
    return (*said, replace(one.items, text=""))


def _listed(columns: Sequence[Faulty]) -> Pieces:
    """甲（单位）、乙、丙（单位）栏目: those that follow each other and share their units are put together."""
    if len(columns) == 1:
        return (f"{columns[0].name}{_COLUMN}", *_units(columns[0].units))
    pieces: list[Piece] = []
    for number, one in enumerate(columns):
        after = columns[number + 1] if number + 1 < len(columns) else None
        shared = after is not None and after.units.value == one.units.value
        pieces += ["、" if number else "", column_name(one.name)]
        pieces += [replace(one.units, text="")] if shared else _units(one.units)
        if one.items:
            pieces.append(replace(one.items, text=""))
    return tuple(one for one in (*pieces, _COLUMN) if one != "")


def _units(units: Fact) -> Pieces:
    return ("（", units, "）") if units.value else (units,)


def _filled(pattern: str, put: Mapping[str, Pieces]) -> Pieces:
    """`pattern` with the pieces of `put` in the places of their names."""
    parts = re.split(r"\{(\w+)\}", pattern)
    pieces = [
        piece
        for number, part in enumerate(parts)
        for piece in (put.get(part, ()) if number % 2 else (part,))
    ]
    return tuple(one for one in pieces if one != "")
