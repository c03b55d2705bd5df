"""Runs (w:r) cut where comments begin and end, so that each anchor covers its characters and no others.

A cut copies the run's formatting to both sides; text and the formatting of each character stay.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from crawler.attachments.docx import printed
from desk.word.package import W

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
#: Between whose children a comment may begin and end; of anything else the whole is taken.
_OPEN = frozenset(
    f"{W}{name}"
    for name in (
        "p", "hyperlink", "ins", "moveTo", "smartTag", "sdt", "sdtContent", "customXml",
        "fldSimple", "dir", "bdo",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Edge:
    """Where an anchor begins or ends: in `unit` before code point `offset` of what its child prints.

    Without a child the unit is taken whole.
    """

    unit: Any
    child: Any = None
    offset: int = 0


def begin(node: Any, offset: int) -> Edge:
    """The place before code point `offset` of what `node` prints."""
    unit, child = _unit(node)
    return Edge(unit, child, offset if child is node else 0)


def end(node: Any, offset: int) -> Edge:
    """The place after code point `offset` of what `node` prints."""
    unit, child = _unit(node)
    return Edge(unit, child, offset + 1 if child is node else 1)


def _unit(node: Any) -> tuple[Any, Any]:
    """What of the paragraph holds `node` and can be commented, and the child of it that does; None: it is no run."""
    unit, child = node, None
    below, above = None, node
    while above is not None and above.tag != f"{W}p":
        if above.tag not in _OPEN:
            unit, child = above, below
        below, above = above, above.getparent()
    return unit, child if unit.tag == f"{W}r" else None


@dataclass(frozen=True, slots=True)
class Anchor:
    """What a comment stands on."""

    first: Edge
    last: Edge


def covered(anchors: Sequence[Anchor]) -> Iterator[tuple[Any, Any]]:
    """Cut the runs of all anchors; of each the first and the last unit that it covers then.

    The last is the first where they lie in the same one.
    """
    cuts: dict[Any, set[tuple[int, int]]] = defaultdict(set)
    places = [(_place(one.first), _place(one.last)) for one in anchors]
    for one, (first, last) in zip(anchors, places, strict=True):
        for at, place in ((one.first, first), (one.last, last)):
            if place is not None:
                cuts[at.unit].add(place)
    sides = {unit: _cut(unit, sorted(places)) for unit, places in cuts.items()}
    for one, (first, last) in zip(anchors, places, strict=True):
        begins = sides[one.first.unit][first][1] if first is not None else one.first.unit
        ends = sides[one.last.unit][last][0] if last is not None else one.last.unit
        yield begins, ends


def _place(at: Edge) -> tuple[int, int] | None:
    """The edge as (child's number, code points of it), whole children as 0 of the next."""
    if at.child is None:
        return None
    number = at.unit.index(at.child)
    if not at.offset:
        return number, 0
    whole = at.child.tag != f"{W}t" or at.offset >= len(printed(at.child))
    return (number + 1, 0) if whole else (number, at.offset)


def _cut(run: Any, places: Sequence[tuple[int, int]]) -> dict[tuple[int, int], tuple[Any, Any]]:
    """The runs left and right of each place of a run; the run itself where nothing is on one side."""
    first = 1 if len(run) and run[0].tag == f"{W}rPr" else 0
    count = len(run)
    rights: dict[tuple[int, int], Any] = {}
    for place in reversed(places):  # from behind: the places before it stay where they are
        if (first, 0) < place < (count, 0):
            rights[place] = _split(run, *place)
    sides, left = {}, run
    for place in places:
        right = rights.get(place, left)
        sides[place] = (left, right)
        left = right
    return sides


def _split(run: Any, number: int, offset: int) -> Any:
    right = run.makeelement(run.tag, dict(run.attrib))
    style = run.find(f"{W}rPr")
    if style is not None:
        right.append(deepcopy(style))
    moved = list(run[number:])
    if offset:
        text = moved.pop(0)
        said, rest = printed(text), deepcopy(text)
        for node, kept in ((text, said[:offset]), (rest, said[offset:])):
            node.text = kept
            node.set(_SPACE, "preserve")
        right.append(rest)
    right.extend(moved)
    run.addnext(right)
    return right
