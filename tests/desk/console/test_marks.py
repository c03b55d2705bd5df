"""Texts cut at their marks lose nothing; what may be accepted unread is what is sure."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from checks.model import Article, Finding, Severity, Span
from desk.console.marks import Piece, is_safe, lines_with, notes, pieces, replacement


def finding(match: str = "布署", use: str = "部署", severity: Severity = Severity.WARNING, start: int = 0) -> Finding:  # fmt: skip
    return Finding(
        "typos",
        severity,
        0,
        Span(start, start + len(match)),
        match,
        use,
        "错别字",
        "词典",
        "f" * 32,
    )


SPANS = st.lists(
    st.tuples(st.integers(0, 30), st.integers(0, 8)).map(lambda one: Span(one[0], sum(one))),
    max_size=6,
).map(sorted)


@given(st.text("甲乙😀\n ", max_size=30), SPANS)
def test_pieces_together_are_the_text_and_marks_what_was_found(text: str, spans: Sequence[Span]) -> None:  # fmt: skip
    numbered = list(enumerate(spans))
    cut = list(pieces(text, numbered))
    assert "".join(one.text for one in cut) == text
    assert all(one.text for one in cut)
    at, under = 0, set()
    for one in cut:
        if one.finding is not None:
            assert spans[one.finding].start <= at <= at + len(one.text) <= spans[one.finding].end
            under |= set(range(at, at + len(one.text)))
        at += len(one.text)
    assert under == {place for span in spans for place in range(span.start, min(span.end, len(text)))}  # fmt: skip


@given(st.text("甲乙\n", max_size=30), SPANS)
def test_lines_together_are_the_text(text: str, spans: Sequence[Span]) -> None:
    numbered = list(enumerate(spans))
    lines = [one for one in lines_with(text, numbered) if not isinstance(one, int)]
    assert "\n".join("".join(piece.text for piece in line) for line in lines) == text
    shown = list(lines_with(text, numbered, only_marked=True))
    left_out = sum(one for one in shown if isinstance(one, int))
    kept = [one for one in shown if not isinstance(one, int)]
    assert left_out + len(kept) == len(lines)
    assert kept == [line for line in lines if any(one.finding is not None for one in line)]


def test_a_mark_over_a_line_break_stands_on_both_lines() -> None:
    assert list(lines_with("甲乙\n丙", [(0, Span(1, 4))])) == [
        (Piece("甲"), Piece("乙", 0)),
        (Piece("丙", 0),),
    ]


def test_places_are_units_of_their_own_part() -> None:
    article = Article.draft("😀布署", title="𠮷𠮷布署")
    found = [finding(start=2), Finding("x", Severity.ERROR, 1, Span(1, 3), "布署", "", "", "", "")]
    told = notes(article, found, {"typos": "错别字"})
    assert [(one["part"], one["start"], one["end"], one["rule"]) for one in told] == [
        ("title", 4, 6, "错别字"), ("body", 2, 4, "x"),
    ]  # fmt: skip


def test_what_may_be_accepted_unread() -> None:
    safe = {
        finding(): True,
        finding(severity=Severity.SUGGESTION): False,
        finding(use=""): False,
        finding(use="（该制度已废止，请核实）"): False,
        finding(use="甲/乙"): False,
        finding(match="输入/输岀", use="输入/输出"): True,
        finding(use="甲或乙"): False,
        finding(use="农业农村局（乡村振兴局）"): True,
    }
    assert {one: is_safe(one) for one in safe} == safe
    assert replacement(finding(use="（该制度已废止，请核实）")) == ""
