"""A pack → the circular: its headings numbered, its sentences said, everything it was told from at hand."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from checks.model import BadInput, Unchecked
from reports.circular.columns import column_sentences
from reports.circular.facts import Fact, Facts
from reports.circular.sentences import Pieces, Speaker, text_of
from reports.circular.words import Part, Point, Said, Words, words_from
from reports.circular.wrong import wrong_examples
from reports.wording import CalendarQuarter, bracketed, numeral
from store.pack_reading import Pack

WORDS = "通报文字.json"
Kind = Literal["lead", "section", "part", "point", "item"]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph: its numbered heading as it stands (一、总体情况; 1.网站信息发布情况。; ""), and what follows it."""

    kind: Kind
    heading: str
    sentences: tuple[Pieces, ...] = ()

    @property
    def text(self) -> str:
        return "".join(map(text_of, self.sentences))


@dataclass(frozen=True, slots=True)
class Told:
    """A fact where it is told: the sentence it stands in."""

    fact: Fact
    sentence: str


@dataclass(frozen=True, slots=True)
class Circular:
    """The circular as text, before it is a document. `to` are those it is sent to, `signed` who sends it ("" for none)."""

    quarter: CalendarQuarter
    title: str
    to: str
    paragraphs: tuple[Paragraph, ...]
    signed: str
    unchecked: tuple[Unchecked, ...]

    @property
    def text(self) -> str:
        """All of it, a line a paragraph."""
        lines = [self.title, f"{self.to}：", *(one.heading + one.text for one in self.paragraphs)]
        return "\n".join([*lines, self.signed] if self.signed else lines)

    @property
    def told(self) -> tuple[Told, ...]:
        """Every fact in the order it is told, once a sentence."""
        found: dict[tuple[str, str], Told] = {}
        for paragraph in self.paragraphs:
            for pieces in paragraph.sentences:
                said = text_of(pieces)
                for piece in pieces:
                    if isinstance(piece, Fact):
                        known = found.get((piece.id, said))
                        if known is None or not known.fact.text:
                            found[piece.id, said] = Told(piece, said)
        return tuple(found.values())


def circular_of(pack: Pack) -> Circular:
    """The circular of the pack's quarter. Raises BadInput: it has no wording, or a figure that its query denies."""
    raw = pack.file(WORDS)
    if raw is None:
        raise BadInput(f"{pack.path}: 证据包里没有通报的文字，不能生成通报；请重新冻结")
    words, quarter, facts = (
        words_from(raw),
        CalendarQuarter.named(pack.meta["quarter"]),
        Facts(pack),
    )
    speaker = Speaker(
        facts,
        _plain(words, quarter),
        {"wrong-examples": wrong_examples(facts, words.kinds)},
        {"columns": column_sentences(pack, words.columns, words.together, words.most_names)},
        words.most_names,
    )
    lead = Paragraph("lead", "", speaker.sentences(words.lead))
    return Circular(
        quarter,
        _with(words.title, speaker.plain),
        _with(words.to, speaker.plain),
        (lead, *_sections(words, speaker)),
        words.signed or "",
        tuple(Unchecked(row["what"], row["why"]) for row in pack.rows("unchecked")),
    )


def _plain(words: Words, quarter: CalendarQuarter) -> Mapping[str, str]:
    return {
        "quarter": f"{quarter.year}年{quarter.period}",
        "period": quarter.period,
        "year": str(quarter.year),
        "county": words.county,
        "deadline": words.deadline(quarter),
        "place": words.place or "",
        "bases": "".join(words.bases) if _are_titles(words.bases) else "、".join(words.bases),
    }


def _are_titles(bases: Sequence[str]) -> bool:
    """Whether all begin as titles of documents do: then no mark stands between them (GB/T 15834)."""
    return all(one.startswith("《") for one in bases)


def _with(said: str, plain: Mapping[str, str]) -> str:
    for name, value in plain.items():
        said = said.replace(f"{{{name}}}", value)
    return said


def _sections(words: Words, speaker: Speaker) -> Iterator[Paragraph]:
    number = 0
    for section in words.sections:
        parts = list(_parts(section.parts, speaker))
        if parts:
            number += 1
            yield Paragraph("section", f"{numeral(number)}、{section.heading}")
            yield from parts


def _parts(parts: Sequence[Part], speaker: Speaker) -> Iterator[Paragraph]:
    number = 0
    for part in parts:
        if speaker.holds(part.when) is None:
            continue
        own, below = _said(part.say, speaker), list(_below(part, speaker))
        if not (own or below):
            continue
        number += 1
        heading = f"{bracketed(number)}{part.heading}"
        if own or part.run:
            yield Paragraph("part", f"{heading}。", _in_turn(own, below if part.run else ()))
        else:
            yield Paragraph("part", heading)
        if not part.run:
            yield from below


def _in_turn(own: tuple[Pieces, ...], below: Sequence[Paragraph]) -> tuple[Pieces, ...]:
    """Sentences one after the other in one paragraph, each item's heading before its first."""
    run = [
        (one.heading, *pieces) if first else pieces
        for one in below
        for first, pieces in zip([True, *[False] * len(one.sentences)], one.sentences, strict=False)
    ]
    return (*own, *run)


def _below(part: Part, speaker: Speaker) -> Iterator[Paragraph]:
    kind: Kind
    for kind, points in (("point", part.points), ("item", part.items)):
        number = 0
        for point in points:
            if sentences := _point(point, speaker):
                number += 1
                lead = f"{number}." if kind == "point" else f"{numeral(number)}是"
                yield Paragraph(kind, f"{lead}{point.heading}。", sentences)


def _point(point: Point, speaker: Speaker) -> tuple[Pieces, ...]:
    unseen = speaker.holds(point.when)
    said = _said(point.say, speaker) if unseen is not None else ()
    if not said or not unseen:
        return said
    return ((*said[0], *unseen), *said[1:])


def _said(said: Sequence[Said], speaker: Speaker) -> tuple[Pieces, ...]:
    """The sentences that can be said; none where of sentences on facts only those are left that tell none."""
    sentences = speaker.sentences(said)
    tells = any(isinstance(piece, Fact) for pieces in sentences for piece in pieces)
    return sentences if tells or not speaker.rests_on_facts(said) else ()
