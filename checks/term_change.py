"""One change of a list: a term more, another row, one less, an exception of its own. What is proposed, and what it makes."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Literal, get_args

from checks.model import BadInput
from checks.normalise import folded
from checks.privacy import masked
from checks.term_table import row
from checks.wordlist import COLUMNS, Term, terms_in

Action = Literal["add", "change", "remove", "except"]
ACTIONS: tuple[Action, ...] = get_args(Action)
LABELS: Mapping[str, str] = {
    "add": "新增词条", "change": "修改词条", "remove": "删除词条", "except": "增加例外",
}  # fmt: skip
#: What a cell is called, in the order of the columns.
CELLS: Mapping[str, str] = {
    "text": "错词", "use": "应写", "unless": "例外短语（用 | 隔开）", "boundary": "词语边界", "since": "从哪一天起算错",
    "until": "到哪一天为止（不含）", "source": "依据", "bad": "错误例句", "good": "正确例句",
}  # fmt: skip
#: What a boundary means.
BOUNDARIES: Mapping[str, str] = {"none": "照常报告", "word": "正好跨在两个词中间时降为疑似"}
_SHORT = {name: label.partition("（")[0] for name, label in CELLS.items()}
_COLUMN = re.compile(rf" ?(?<![“\w])({'|'.join(CELLS)})(?![”\w]) ?")
#: Characters of a cell.
LONGEST = 500
_STAMP = re.compile(r"（[^（）]{1,80}提出，[^（）]{1,80}批准）$")


def cells_of(term: Term) -> dict[str, str]:
    """A term's row by column."""
    return dict(zip(COLUMNS, row(term), strict=True))


def term_of(cells: Mapping[str, str]) -> Term:
    """The term that a row is.

    Raises:
        BadInput: what is wrong with it, a line each.
    """
    said = {name: " ".join(cells.get(name, "").split()) for name in COLUMNS}
    if faults := [
        f"{CELLS[n]}：不能超过{LONGEST}字" for n, one in said.items() if len(one) > LONGEST
    ]:
        raise BadInput(*faults)
    if any(masked(one) != one for one in said.values()):
        raise BadInput("词条里不能写身份证号、手机号等个人号码")
    quoted = ",".join('"' + said[name].replace('"', '""') + '"' for name in COLUMNS)
    terms, problems = terms_in(f"{','.join(COLUMNS)}\n{quoted}\n", "词条")
    if problems or not terms:
        raise BadInput(*(one.removeprefix("词条:2: ") for one in problems or ["词条是空的"]))
    return terms[0]


def with_exception(term: Term, phrase: str) -> Term:
    """`term` with one exception more.

    Raises:
        BadInput: the phrase does not hold the term, or is the term.
    """
    phrase = " ".join(phrase.split())
    if "|" in phrase or term.text not in phrase or phrase == term.text:
        raise BadInput(f"例外短语“{phrase[:40]}”应含有“{term.text}”，且比它长")
    if phrase in term.unless:
        raise BadInput(f"“{phrase}”已经是“{term.text}”的例外")
    return replace(term, unless=(*term.unless, phrase))


def changed(
    terms: Sequence[Term], action: str, cells: Mapping[str, str], was: Mapping[str, str]
) -> tuple[tuple[Term, ...], Term | None]:
    """A list's terms with the change made, and the term it made (None: one was removed).

    The same change again changes nothing. `cells` of an exception are the row with it.

    Raises:
        BadInput: the row to be changed is not as it `was` any more, or what is to be added is there.
    """
    new = None if action == "remove" else term_of(cells)
    text = was.get("text", "") or (new.text if new else cells.get("text", ""))
    here = next((one for one in terms if one.text == text), None)
    if new is not None and here is not None and _same(here, new):
        return tuple(terms), here
    if new is None and here is None:
        return tuple(terms), None
    if action == "add":
        if here is not None:
            raise BadInput(f"词表里已有“{text}”，请改用“修改词条”")
        assert new is not None
        return (*terms, new), new
    if here is None:
        raise BadInput(f"词表里已没有“{text}”，请撤回这项提议")
    if cells_of(here) != dict(was):
        raise BadInput(f"“{text}”在提出以后改过了，请撤回后按现在的词条重新提出")
    after = tuple(
        new if one is here else one for one in terms if new is not None or one is not here
    )
    return tuple(one for one in after if one is not None), new


def _same(one: Term, other: Term) -> bool:
    """Whether both are one row, whoever approved it."""
    a, b = (replace(t, source=unstamped(t.source), line=0) for t in (one, other))
    return a == b


def unstamped(source: str) -> str:
    """A row's source without who proposed and approved it."""
    return _STAMP.sub("", source)


def stamped(cells: Mapping[str, str], proposer: str, approver: str, day: date) -> dict[str, str]:
    """A row whose source names who proposed it, who approved it, and when."""
    plain = [re.sub(r"[（）\s]", "", one)[:30] for one in (proposer, approver)]
    stamp = f"（{plain[0]}提出，{plain[1]}{day}批准）"
    source = unstamped(cells.get("source", ""))[: LONGEST - len(stamp)]
    return {**cells, "source": f"{source}{stamp}"}


def worded(fault: str) -> str:
    """A fault of a row as an office reads it: columns by what they are called."""
    return _COLUMN.sub(lambda found: _SHORT[found[1]], fault)


def holds(phrase: str, text: str) -> bool:
    """Whether `text` stands in `phrase`, as the search sees both."""
    return bool(text) and folded(text).text in folded(phrase).text
