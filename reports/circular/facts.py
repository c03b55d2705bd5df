"""The facts a pack holds: each with the value it is told as, the query that prints it, and the rows behind it."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal

from checks.counting import written
from checks.model import BadInput
from store.pack_queries import QUESTIONS, Question, counted, lacking, text
from store.pack_reading import Pack

Value = int | Decimal | tuple[str, ...]
LACKING, TEXT = "lacking.", "text."


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure of a circular. `text` is how it stands there ("" where a sentence only rests on it).

    `sql`, asked of the pack, prints the value: of a share in percent unrounded, of a list every entry. `keys` are those
    of the rows of `table` that it was counted from.
    """

    id: str
    value: Value
    text: str
    sql: str
    table: str
    keys: tuple[str, ...]

    @property
    def number(self) -> int | Decimal:
        """The value; of a list how many entries it has."""
        return len(self.value) if isinstance(self.value, tuple) else self.value


def asked(pack: Pack, id: str, question: Question) -> Fact:
    """What a pack answers."""
    answers = pack.answer(question.sql)
    keys = tuple(str(one) for one in pack.answer(question.keys))
    value: Value = tuple(map(str, answers)) if question.kind == "list" else int(answers[0])
    return Fact(id, value, written(value), question.sql, question.table, keys)


@dataclass(slots=True)
class Facts:
    """The facts of a pack by id, asked when they are wanted. What a pack does not know is None, never nothing.

    Raises:
        BadInput: a figure of the spreadsheets is not what its query prints now.
    """

    pack: Pack
    _figures: dict[str, Fact] = field(init=False)
    _known: dict[str, Fact | None] = field(init=False)

    def __post_init__(self) -> None:
        self._figures = {one.id: one for one in _figures(self.pack)}
        self._known = {}

    def get(self, id: str) -> Fact | None:
        """The fact called `id`; `id#` is the number of a list's entries, or of figures that there is one of a unit."""
        if id not in self._known:
            self._known[id] = self._found(id)
        return self._known[id]

    def each(self, id: str) -> tuple[Fact, ...]:
        """The figures called `id` that there is one of a unit of."""
        return tuple(one for key, one in self._figures.items() if key.startswith(f"{id}@"))

    def _found(self, id: str) -> Fact | None:
        if id in self._figures:
            return self._figures[id]
        if id in QUESTIONS:
            return asked(self.pack, id, QUESTIONS[id])
        if id.startswith(TEXT):
            fact = asked(self.pack, id, text(id.removeprefix(TEXT)))
            return fact if fact.number else None
        if id.startswith(LACKING):
            return asked(self.pack, id, lacking(id.removeprefix(LACKING)))
        if id.endswith("#") and (plain := id.removesuffix("#")):
            return self._number(id, plain)
        return None

    def _number(self, id: str, plain: str) -> Fact | None:
        if plain in QUESTIONS:
            return asked(self.pack, id, counted(QUESTIONS[plain]))
        if many := self.each(plain):
            keys = json.dumps([one.id for one in many], ensure_ascii=False).replace("'", "''")
            sql = (
                f"SELECT COUNT(*) FROM figures WHERE id IN (SELECT value FROM json_each('{keys}'))"
            )
            return Fact(
                id, len(many), str(len(many)), sql, "figures", tuple(one.id for one in many)
            )
        one = self.get(plain)
        if one is None:
            return None
        sql = f"SELECT COUNT(*) FROM ({one.sql})"
        return replace(one, id=id, value=int(one.number), text=str(one.number), sql=sql)


def _figures(pack: Pack) -> Iterator[Fact]:
    names = {row["form"]: row["name"] for row in pack.rows("forms")}
    for row in pack.rows("figures"):
        value: Value
        if row["measure"] == "list":
            value = tuple(json.loads(row["value"]))
        else:
            said = row["value"]
            value = int(said) if said.isdigit() and row["measure"] != "share" else Decimal(said)
        text = row["words"] if row["unit"] else written(value)
        keys = tuple(json.loads(row["keys"]))
        fact = Fact(row["id"], value, text, row["sql"], names[row["form"]], keys)
        if not prints(pack.answer, fact):
            raise BadInput(f"{pack.path}: 数字“{fact.id}”与它的查询算出来的不一致；请重新冻结")
        yield fact


def prints(answer: Callable[[str], list[object]], fact: Fact) -> bool:
    """Whether a fact's query prints its value: of a list every entry, of a share what it was rounded from."""
    found = answer(fact.sql)
    if isinstance(fact.value, tuple):
        return [str(one) for one in found] == list(fact.value)
    if len(found) != 1 or not isinstance(found[0], int | float):
        return False
    if isinstance(fact.value, int):
        return found[0] == fact.value
    # shares that make up a whole are rounded so that they sum to 100: at most one step off
    step = Decimal(1).scaleb(int(fact.value.as_tuple().exponent))
    return abs(Decimal(str(found[0])) - fact.value) < step
