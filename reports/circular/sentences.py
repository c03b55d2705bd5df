"""Clauses of the wording → sentences: places filled with facts, what has no facts left out."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from reports.circular.facts import Fact, Facts
from reports.circular.words import Clause, Said, clauses

Piece = str | Fact
Pieces = tuple[Piece, ...]
_PLACE = re.compile(r"\{([^{}]+)\}")
_ENDS = "。！？：；"
AMONG = "其中"
#: Lists of units, beside those of the office's forms.
_UNITS = ("below", "doubtful", "well", "wrong-units")


def text_of(pieces: Iterable[Piece]) -> str:
    return "".join(one if isinstance(one, str) else one.text for one in pieces)


@dataclass(frozen=True, slots=True)
class Speaker:
    """Says clauses with a pack's facts. `plain` are words that are no figures; `blocks` whole sentences ({columns})."""

    facts: Facts
    plain: Mapping[str, str]
    parts: Mapping[str, Pieces] = field(default_factory=dict)
    blocks: Mapping[str, Sequence[Pieces]] = field(default_factory=dict)
    most: int = 15

    def sentences(self, said: Sequence[Said]) -> tuple[Pieces, ...]:
        """Every sentence that can be said, each with its mark at the end."""
        return tuple(one for each in said for one in self._sentences(each))

    def rests_on_facts(self, said: Sequence[Said]) -> bool:
        """Whether one of these sentences can be said only where something is known."""
        found = (clause for each in said for clause in clauses(each))
        return any(
            one.when or one.among or any(self._is_fact(name) for name in _PLACE.findall(one.say))
            for one in found
        )

    def holds(self, when: Mapping[str, int | str]) -> tuple[Fact, ...] | None:
        """The facts that `when` rests on, unseen; None where it does not hold, or something is not known."""
        seen: list[Fact] = []
        for id, wanted in when.items():
            fact = self._first(id)
            if fact is None or not self._is(fact, wanted):
                return None
            seen.append(replace(fact, text=""))
        return tuple(seen)

    def _is(self, fact: Fact, wanted: int | str) -> bool:
        if wanted == "some":
            return fact.number > 0
        if wanted == "none":
            return fact.number == 0
        if isinstance(wanted, str) and wanted.startswith("="):
            other = self._first(wanted[1:])
            return other is not None and other.number == fact.number
        return str(fact.number) == str(wanted)

    def _sentences(self, said: Said) -> Iterator[Pieces]:
        if isinstance(said, str) and (block := _PLACE.fullmatch(said)) and block[1] in self.blocks:
            yield from self.blocks[block[1]]
            return
        kept: list[Pieces] = []
        for number, clause in enumerate(clauses(said)):
            pieces = self._clause(clause)
            if pieces is None and number == 0:
                return
            if pieces:
                kept.append(pieces)
        if kept:
            yield ended(joined(kept))

    def _clause(self, clause: Clause) -> Pieces | None:
        unseen = self.holds(clause.when)
        if unseen is None:
            return None
        if clause.among:
            parts = [
                one
                for each in clause.among
                if (one := self._clause(Clause(say=each) if isinstance(each, str) else each))
            ]
            return (*unseen, AMONG, *joined(parts)) if parts else None
        filled = self._filled(clause.say)
        return None if filled is None else (*filled, *unseen)

    def _filled(self, say: str) -> Pieces | None:
        pieces: list[Piece] = []
        at = 0
        for place in _PLACE.finditer(say):
            put = self._put(place[1])
            if not put:
                return None
            pieces += [say[at : place.start()], *put]
            at = place.end()
        return tuple(one for one in (*pieces, say[at:]) if one != "")

    def _put(self, name: str) -> Pieces:
        """What stands at a place; () where it is not there, 0 or empty."""
        if name in self.plain:
            return (self.plain[name],) if self.plain[name] else ()
        if name in self.parts:
            return self.parts[name]
        for id in name.split("|"):
            if many := self.facts.each(id):
                return separated(many)
        fact = self._first(name)
        if fact is None or not fact.number:
            return ()
        if isinstance(fact.value, tuple) and len(fact.value) > self.most:
            shown = "、".join(fact.value[: self.most])
            return (replace(fact, text=f"{shown}等{len(fact.value)}{_measure(fact.id)}"),)
        return (fact,)

    def _first(self, name: str) -> Fact | None:
        """The first of the alternatives that is known, one that there is one a unit of as its number."""
        for id in name.split("|"):
            known = self.facts.get(id) or (
                self.facts.get(f"{id}#") if self.facts.each(id) else None
            )
            if known is not None:
                return known
        return None

    def _is_fact(self, name: str) -> bool:
        return name not in self.plain


def _measure(id: str) -> str:
    """The measure word of what a list names."""
    if id.startswith("columns-"):
        return "个栏目"
    return "个单位" if id in _UNITS or id.endswith(".units") else "个"


def separated(pieces: Sequence[Piece], mark: str = "、") -> Pieces:
    """Pieces with a mark between each two."""
    return tuple(one for piece in pieces for one in (mark, piece))[1:]


def joined(parts: Sequence[Pieces]) -> Pieces:
    """Clauses with commas between them; a mark that a clause ends in stands for its comma."""
    found: list[Piece] = []
    for part in parts:
        if found and not text_of(found).endswith(tuple(_ENDS)):
            found.append("，")
        found += part
    return tuple(found)


def ended(pieces: Pieces) -> Pieces:
    return pieces if text_of(pieces).endswith(tuple(_ENDS)) else (*pieces, "。")
