"""Sentences that a circular cannot say because a spreadsheet was not imported: which form is wanting, and for what."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from checks.form import Form
from reports.circular.words import Said, Words, clauses

_PLACE = re.compile(r"\{([^{}]+)\}")
_UNSAID = "…"
_PLAIN = {"period": "本季度", "county": "全县"}


@dataclass(frozen=True, slots=True)
class Wanting:
    """A form of which nothing is there. `clauses` are what the wording would say with it, figures left open.

    `instead` are other forms that give the same figures: one of them is enough.
    """

    form: Form
    clauses: tuple[str, ...]
    instead: tuple[Form, ...] = ()


def wanting(words: Words, forms: Mapping[str, Form], there: Collection[str]) -> tuple[Wanting, ...]:
    """The forms (by id) that the wording tells of and of which nothing is `there`, in the forms' order."""
    said = list(_clauses(words))
    found = []
    for id, form in forms.items():
        if id not in there:
            mine = [
                (_open(text), name)
                for text, names in said
                for name in names
                if _asks(name, id, there)
            ]
            if mine:
                others = dict.fromkeys(other for _, name in mine for other in _forms(name))
                instead = tuple(forms[one] for one in others if one != id and one in forms)
                found.append(Wanting(form, tuple(dict.fromkeys(text for text, _ in mine)), instead))
    return tuple(found)


def _asks(name: str, form: str, there: Collection[str]) -> bool:
    """Whether a place asks for a figure of `form`, and none of its alternatives is there."""
    asked = _forms(name)
    return form in asked and not any(one in there for one in asked)


def _forms(name: str) -> list[str]:
    """The forms (ids) of a place's alternatives, among other names."""
    return [one.partition(".")[0] for one in name.split("|")]


def _clauses(words: Words) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every clause, and what it asks for: the places it fills and what must hold for it."""
    yield from _of_said(words.lead)
    for section in words.sections:
        for part in section.parts:
            yield from _of_said(part.say)
            for point in (*part.points, *part.items):
                yield from _of_said(point.say)


def _of_said(said: Sequence[Said]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for each in said:
        for clause in clauses(each):
            if clause.say:
                yield clause.say, (*_PLACE.findall(clause.say), *clause.when)
            yield from _of_said(clause.among)


def _open(text: str) -> str:
    return _PLACE.sub(lambda place: _PLAIN.get(place[1], _UNSAID), text)
