"""Made-up Word documents of every shape: each comment on its very characters, the draft as it was."""

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from checks.model import Finding, Severity, Span
from desk.drafts import draft_of
from desk.word import mark
from reports.findings import Document
from tests.desk.test_word import AT, anchored, characters, package


@dataclass(frozen=True, slots=True)
class Inline:
    """A piece of a paragraph: its XML, and what it prints."""

    xml: str
    text: str


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, in a table cell of its own or not."""

    xml: str
    text: str
    in_cell: bool


SIGNS = {"<w:tab/>": "\t", "<w:noBreakHyphen/>": "-", "<w:softHyphen/>": "", "<w:sym/>": ""}
WORDS = st.text(st.sampled_from("甲乙丙𠮷a&<"), max_size=4)
STYLES = st.sampled_from(["", "<w:rPr><w:b/></w:rPr>", '<w:rPr><w:color w:val="FF0000"/></w:rPr>'])
WAYS = st.sampled_from(
    [
        "<w:hyperlink>{}</w:hyperlink>",
        '<w:ins w:id="7" w:author="甲">{}</w:ins>',
        "<w:moveTo>{}</w:moveTo>",
        "<w:smartTag>{}</w:smartTag>",
        "<w:sdt><w:sdtPr/><w:sdtContent>{}</w:sdtContent></w:sdt>",
        "<w:fldSimple>{}</w:fldSimple>",
    ]
)


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def text_piece(text: str, lead: str, tail: str) -> Inline:
    """White space around it prints nothing: nothing says that it is kept."""
    return Inline(f"<w:t>{lead}{escaped(text)}{tail}</w:t>", text)


PIECES = st.one_of(
    st.builds(text_piece, WORDS, st.sampled_from(["", " ", "\n "]), st.sampled_from(["", "\n"])),
    st.sampled_from([Inline(*one) for one in SIGNS.items()]),
)


def run(style: str, pieces: list[Inline]) -> Inline:
    xml = "".join(one.xml for one in pieces)
    return Inline(f"<w:r>{style}{xml}</w:r>", "".join(one.text for one in pieces))


def deleted(text: str) -> Inline:
    return Inline(f"<w:del><w:r><w:delText>{escaped(text)}</w:delText></w:r></w:del>", "")


def within(way: str, inside: list[Inline]) -> Inline:
    xml = way.format("".join(one.xml for one in inside))
    return Inline(xml, "".join(one.text for one in inside))


RUNS = st.builds(run, STYLES, st.lists(PIECES, max_size=4))
INLINES = st.recursive(
    st.one_of(RUNS, RUNS, st.builds(deleted, WORDS)),
    lambda inner: st.builds(within, WAYS, st.lists(inner, max_size=3)),
    max_leaves=8,
)


def block(inside: list[Inline], *, in_cell: bool) -> Block:
    """It begins and ends with a character: paragraphs are trimmed when read."""
    edge = run("", [text_piece("始", "", "")])
    pieces = (edge, *inside, edge)
    xml = f"<w:p><w:pPr/>{''.join(one.xml for one in pieces)}</w:p>"
    cell = f"<w:tbl><w:tr><w:tc>{xml}</w:tc></w:tr></w:tbl>"
    return Block(cell if in_cell else xml, "".join(one.text for one in pieces), in_cell)


BLOCKS = st.lists(
    st.builds(block, st.lists(INLINES, max_size=5), in_cell=st.booleans()), min_size=1, max_size=4
)


def expected(blocks: list[Block], span: Span) -> str:
    """What a comment on `span` covers: no break between paragraphs, nothing of a second cell."""
    at, pieces = 0, list[tuple[int, str]]()
    for number, one in enumerate(blocks):
        inside = one.text[max(0, span.start - at) : max(0, span.end - at)]
        if inside:
            pieces.append((number, inside))
        at += len(one.text) + 1
    if len(pieces) > 1 and any(blocks[n].in_cell for n in (pieces[0][0], pieces[-1][0])):
        pieces = pieces[:1]
    return "".join(text for _, text in pieces).replace("\t", "|").replace("-", "|")


def shown(body: bytes) -> list[str]:
    """What the comments cover, without white space that is not printed."""
    return ["".join(text.split()) for text in anchored(body).values()]


@settings(max_examples=200)
@given(BLOCKS, st.data())
def test_comments_cover_their_characters_and_the_draft_stays(
    blocks: list[Block], data: st.DataObject
) -> None:
    raw = package("".join(one.xml for one in blocks))
    draft = draft_of("稿.docx", raw)
    assert draft.article.body == "\n".join(one.text for one in blocks)
    length = len(draft.article.body)
    ends = st.tuples(st.integers(0, length), st.integers(0, length))
    spans = [Span(min(one), max(one)) for one in data.draw(st.lists(ends, max_size=6))]
    wanted = {span: said for span in sorted(set(spans)) if (said := expected(blocks, span))}
    findings = tuple(
        Finding("r", Severity.WARNING, 0, span, "甲", "乙", "m", "s", "") for span in wanted
    )
    done = mark(raw, Document("稿.docx", draft.article, findings), at=AT)
    assert shown(done.body) == list(wanted.values())
    assert list(characters(done.body)) == list(characters(raw))
    assert draft_of("稿.docx", done.body).article == draft.article
    assert mark(done.body, Document("稿.docx", draft.article, findings), at=AT) == done
