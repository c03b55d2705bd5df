"""A draft in Word with a comment (批注) on each finding: bytes in, bytes out, the draft's own text untouched.

What stands where Word allows no comment (页眉、页脚、脚注、尾注、文本框) is listed in one comment on the
first paragraph. Marking a marked draft again replaces our comments and nobody else's.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from checks.model import BadInput, Finding
from checks.privacy import masked
from crawler.attachments.docx import stretches
from crawler.attachments.reading import AttachmentError, Text
from desk.drafts import reason
from desk.show import sentence_around
from desk.word.comments import (
    AUTHOR,
    INITIALS,
    add_comment,
    free_ids,
    stand,
    stand_on_paragraph,
    without_ours,
)
from desk.word.package import W, WordFile, opened_word
from desk.word.places import WordPlaces
from desk.word.runs import Anchor, covered
from reports.findings import Document

__all__ = ["AUTHOR", "INITIALS", "Marked", "mark", "marked_docx"]

#: Comments set on one draft; what is beyond is counted in the list on the first paragraph.
MOST_COMMENTS = 1000
#: Findings told in that list.
MOST_LISTED = 100
MOST_UNCHECKED = 20
#: Characters shown of what was found.
SHOWN = 40
SIGNED = "本稿带有数字签名；加了批注的这一份签名失效，原件不变"
_NO_ROOM = "正文里没有段落，不能加批注，请用Word或WPS重新另存"


@dataclass(frozen=True, slots=True)
class Marked:
    """A marked draft.

    `suffix` is how its file's name must end (".docx"; ".docm" with macros). `comments` findings have
    a comment of their own, `listed` stand in the list on the first paragraph, `beyond` in neither.
    `notes` are what a person must know of it.
    """

    body: bytes
    suffix: str
    comments: int
    listed: int
    beyond: int
    notes: tuple[str, ...] = ()

    def said(self) -> str:
        """How the findings were marked, for people."""
        listed = f"，另{self.listed}处列在首段的批注里" if self.listed else ""
        beyond = f"，还有{self.beyond}处过多未标出" if self.beyond else ""
        return (f"批注{self.comments}处" if self.comments else "没有加批注") + listed + beyond


def marked_docx(raw: bytes, document: Document, *, at: datetime) -> bytes:
    """`mark`, for those who want the file and nothing else."""
    return mark(raw, document, at=at).body


def mark(raw: bytes, document: Document, *, at: datetime) -> Marked:
    """The Word document `raw` with a comment on each finding of `document`, which was read from it.

    `raw` is a .docx (.docm, .dotx, .wps that is .docx inside); older kinds are turned into one first
    (`desk.word.convert.as_word`), and what is judged is then the .docx: `desk.drafts.draft_of(name, raw)`,
    the checker, `reports.findings.Document` with personal numbers masked. `at` is when the comments
    say they were written: its wall clock is shown. Nothing is read or written but these bytes.

    Raises:
        BadInput: `raw` is no such document, is broken or too large; or it is not what was checked.
    """
    try:
        word = opened_word(raw)
        with word.archive:
            return _marked(word, document, at)
    except AttachmentError as error:
        raise BadInput(f"{document.name}: {reason(str(error))}") from None
    except MemoryError:
        raise BadInput(f"{document.name}: 文件过大，读取时超出内存上限") from None


def _marked(word: WordFile, document: Document, at: datetime) -> Marked:
    places = _places(word, document)
    anchored: list[tuple[Finding, Anchor]] = []
    beside: list[tuple[Finding, str]] = []
    for one in sorted(document.findings, key=lambda one: -one.severity):
        place = places.anchor(one.span)
        if isinstance(place, Anchor):
            anchored.append((one, place))
        else:
            beside.append((one, place))
    beyond = max(0, len(anchored) - MOST_COMMENTS) + max(0, len(beside) - MOST_LISTED)
    anchored = sorted(anchored[:MOST_COMMENTS], key=lambda one: one[0].span)
    notes = (SIGNED,) if word.signed else ()
    without_ours(word.root, word.comments)
    listing = tuple(_listing(document, beside, len(anchored), beyond, notes))
    ids = iter(free_ids(word.root, word.comments, len(anchored) + 1))
    if listing:
        id = next(ids)
        stand_on_paragraph(id, _first_paragraph(word.root))
        add_comment(word.comments, id, listing, at)
    ends = covered([anchor for _, anchor in anchored])
    for (finding, _), (first, last), id in zip(anchored, ends, ids, strict=False):
        stand(id, first, last)
        add_comment(word.comments, id, _lines(finding), at)
    listed = min(len(beside), MOST_LISTED)
    return Marked(word.written(), word.suffix, len(anchored), listed, beyond, notes)


def _places(word: WordFile, document: Document) -> WordPlaces:
    """The places of the very text that was checked.

    Raises:
        AttachmentError: the document holds another text than was checked.
    """
    text = Text("", word.room)
    places = WordPlaces(stretches(word.archive, word.main, word.root, text, word.room))
    now = "".join(part.text for part in text.read().parts)
    checked = [part.text for part in document.article.parts]
    if masked(now) != masked("".join(checked)) or any(one.part for one in document.findings):
        raise AttachmentError("不是刚才检查的那份稿件，请重新检查")
    return places


def _first_paragraph(root: Any) -> Any:
    for paragraph in root.iter(f"{W}p"):
        if next(paragraph.iterancestors(f"{W}txbxContent"), None) is None:
            return paragraph
    raise AttachmentError(_NO_ROOM)


def _lines(finding: Finding) -> Iterator[str]:
    """A comment: what is wrong and what to write, why, on what ground."""
    yield f"【{finding.severity.label}】{_wrong(finding)}"
    yield finding.message
    yield f"依据：{finding.source}"
    yield f"规则：{finding.rule}"


def _wrong(finding: Finding) -> str:
    match = " ".join(finding.match.split())
    shown = match if len(match) <= SHOWN else match[: SHOWN - 1] + "…"
    return f"{shown} → {finding.suggestion}" if finding.suggestion else shown


def _listing(
    document: Document,
    beside: Sequence[tuple[Finding, str]],
    comments: int,
    beyond: int,
    notes: Sequence[str],
) -> Iterator[str]:
    """The comment on the first paragraph: what has none of its own, what was not checked; nothing where all is well."""
    yield from notes
    if beside:
        yield f"以下{len(beside)}处在不能加批注的地方（页眉、页脚、脚注、尾注、文本框等）："
    text = "".join(part.text for part in document.article.parts)
    for number, (one, place) in enumerate(beside[:MOST_LISTED], 1):
        before, hit, after = sentence_around(text, one.span.start, one.span.end)
        yield f"{number}. {place or '正文'}：{before}【{hit}】{after}"
        yield f"{one.severity.label}：{_wrong(one)}。{one.message}。依据：{one.source}（规则 {one.rule}）"
    if beyond:
        yield f"问题过多：已加批注{comments}处，另有{beyond}处未标出，请改正后再检查一次"
    if document.unchecked:
        yield f"未能检查（{len(document.unchecked)}项）："
    for left in document.unchecked[:MOST_UNCHECKED]:
        yield f"{left.what}：{reason(left.why)}"
    if len(document.unchecked) > MOST_UNCHECKED:
        yield f"另有{len(document.unchecked) - MOST_UNCHECKED}项未列出"
