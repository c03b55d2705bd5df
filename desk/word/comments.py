"""Comments (批注) as Word keeps them: their elements, where they stand, and ours taken out again.

A comment is ours by its author. What others wrote, and the places they wrote it on, is never touched.
"""

from collections.abc import Iterable, Sequence
from copy import deepcopy
from datetime import datetime
from typing import Any

from lxml import etree

from desk.show import safe
from desk.word.package import W

#: Who signs our comments. A marked draft is known by it: never changed once drafts are marked.
AUTHOR = "错敏词检查"
INITIALS = "错敏"
_ANCHORS = (f"{W}commentRangeStart", f"{W}commentRangeEnd", f"{W}commentReference")
_ID = f"{W}id"
#: A line of a comment, whatever the draft's own paragraphs look like.
_LINE = etree.fromstring(
    f'<w:p xmlns:w="{W[1:-1]}"><w:pPr><w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/>'
    '<w:ind w:left="0" w:firstLineChars="0" w:firstLine="0"/><w:jc w:val="left"/></w:pPr>'
    '<w:r><w:rPr><w:rFonts w:hint="eastAsia"/><w:sz w:val="20"/></w:rPr><w:t xml:space="preserve"/></w:r></w:p>'
)
#: Characters that look like a mark's: XML has no place for them.
_NO_XML = {0xFFFE: None, 0xFFFF: None}
#: Of the formatting beside a comment's mark, what would hide the comment or say that somebody changed it.
_NOT_FOR_MARKS = ("vanish", "specVanish", "webHidden", "rPrChange", "ins", "del")


def without_ours(document: Any, comments: Any) -> None:
    """Take our comments out of a document and its list of comments."""
    ours: set[str | None] = set()
    others: set[str | None] = set()
    for one in comments.findall(f"{W}comment"):
        mine = one.get(f"{W}author") == AUTHOR
        (ours if mine else others).add(one.get(_ID))
        if mine:
            comments.remove(one)
    for node in list(document.iter(*_ANCHORS)):
        if node.get(_ID) in ours - others:
            _remove(node)


def _remove(node: Any) -> None:
    run = node.getparent()
    run.remove(node)
    if run.tag == f"{W}r" and all(one.tag == f"{W}rPr" for one in run):
        run.getparent().remove(run)


def free_ids(document: Any, comments: Any, count: int) -> list[str]:
    """Ids no comment of the document has, smallest first."""
    nodes = (*document.iter(*_ANCHORS), *comments.iter(f"{W}comment"))
    taken = {node.get(_ID) for node in nodes}
    ids = (id for n in range(count + len(taken)) if (id := str(n)) not in taken)
    return [next(ids) for _ in range(count)]


def add_comment(comments: Any, id: str, lines: Iterable[str], at: datetime) -> None:
    """A comment of ours, a paragraph a line, written at `at`, of which the wall clock's time is shown."""
    comment = _child(comments, "comment")
    comment.set(_ID, id)
    comment.set(f"{W}author", AUTHOR)
    # Word writes and shows the local time with this Z.
    comment.set(f"{W}date", at.replace(tzinfo=None).isoformat(timespec="seconds") + "Z")
    comment.set(f"{W}initials", INITIALS)
    for number, line in enumerate(lines):
        paragraph = deepcopy(_LINE)
        comment.append(paragraph)
        run = paragraph[-1]
        if not number:
            mark = deepcopy(run)
            mark.replace(mark[-1], mark.makeelement(f"{W}annotationRef"))
            run.addprevious(mark)
        run[-1].text = safe(line).translate(_NO_XML).replace("\n", " ")


def _child(parent: Any, tag: str, **attributes: str) -> Any:
    child = parent.makeelement(f"{W}{tag}", {f"{W}{k}": v for k, v in attributes.items()})
    parent.append(child)
    return child


def stand(id: str, first: Any, last: Any) -> None:
    """Let comment `id` stand on what lies from `first` to `last`, both included."""
    first.addprevious(first.makeelement(_ANCHORS[0], {_ID: id}))
    last.addnext(_reference(id, last))
    last.addnext(last.makeelement(_ANCHORS[1], {_ID: id}))


def stand_on_paragraph(id: str, paragraph: Any) -> None:
    """Let comment `id` stand on all of a paragraph."""
    about = paragraph.find(f"{W}pPr")
    begin = paragraph.makeelement(_ANCHORS[0], {_ID: id})
    paragraph.insert(0 if about is None else paragraph.index(about) + 1, begin)
    end = paragraph.makeelement(_ANCHORS[1], {_ID: id})
    runs: Sequence[Any] = paragraph.findall(f"{W}r")
    paragraph.extend((end, _reference(id, runs[-1] if runs else paragraph)))


def _reference(id: str, beside: Any) -> Any:
    """The mark of a comment: it prints nothing, formatted as the run beside it so that no line grows."""
    run = beside.makeelement(f"{W}r")
    style = beside.find(f"{W}rPr") if beside.tag == f"{W}r" else None
    if style is not None:
        about = deepcopy(style)
        for name in _NOT_FOR_MARKS:
            for node in about.findall(f"{W}{name}"):
                about.remove(node)
        run.append(about)
    _child(run, "commentReference", id=id)
    return run
