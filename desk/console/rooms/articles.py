"""One stored article: what it says with its findings marked, what it said before, when its page was fetched."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import Response

from checks.differing import differences
from checks.privacy import masked
from desk.console.marks import Piece, pieces
from desk.console.pages import page
from desk.console.rights import Right
from desk.console.seat import Visit, visiting
from reports.versions import instant
from store.database import reading
from store.evidence import evidence_of
from store.findings import listed_in
from store.states import DATED, STANDING, label_of
from store.unit_articles import Standing, StoredPage, stored_page
from store.versions import Version, article_versions

router = APIRouter(prefix="/s/{site_id}")
See = Annotated[Visit, visiting(Right.SEE)]
#: Characters of one part shown and compared, texts and kept pages told.
MOST_TEXT, MOST_VERSIONS, MOST_EVIDENCE = 100_000, 50, 50


@dataclass(frozen=True, slots=True)
class Note:
    """A finding beside the text: its note's number, what the office calls its state, whether it is marked there."""

    number: int
    finding: Standing
    label: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A part of the article cut at its marks; `cut` says that there is more of it."""

    kind: str
    name: str
    pieces: tuple[Piece, ...]
    cut: bool


@router.get("/articles")
def article(
    visit: See,
    url: Annotated[str, Query(max_length=4000)] = "",
    version: Annotated[int, Query(ge=0, le=100_000)] = 0,
) -> Response:
    site = visit.site
    with reading(visit.hall.engine) as connection:
        stored = stored_page(connection, site.id, url)
        if stored is None or not visit.sees(stored.article.unit):
            raise HTTPException(404, "库里没有这篇文章")
        listed = listed_in(connection, site.id, [url]).get(url, ())
        versions = article_versions(connection, url, site.id)
        kept = evidence_of(connection, url, site.id)[-MOST_EVIDENCE:]
    notes, parts = _told(visit, stored)
    columns = {one.id: one.name for one in site.columns}
    return page(
        visit,
        "units/article.html",
        article=stored.article,
        stored=stored,
        title=masked(stored.article.title),
        source=masked(stored.article.source),
        fetched=instant(stored.fetched, site.timezone),
        unit=next((one for one in site.units if one.id == stored.article.unit), None),
        columns=[(id, columns[id]) for id in dict.fromkeys(listed) if id in columns],
        parts=parts,
        notes=notes,
        standing=sum(one.finding.state in STANDING for one in notes),
        versions=versions[-MOST_VERSIONS:],
        changes=_changes(versions, version),
        instant=lambda at: instant(at, site.timezone),
        kept=kept,
    )


def _told(visit: Visit, stored: StoredPage) -> tuple[list[Note], list[Shown]]:
    texts = [masked(part.text) for part in stored.article.parts]
    notes = []
    for number, one in enumerate((f for f in stored.findings if visit.sees(f.finding.unit)), 1):
        label = label_of(
            one.state,
            one.finding.severity,
            overdue=one.state in DATED and one.due is not None and one.due < visit.today,
            expired=one.until is not None and one.until < visit.today,
        )
        notes.append(Note(number, one, label, _stands(one, texts)))
    shown = []
    for index, part in enumerate(stored.article.parts):
        marks = [
            (one.number, one.finding.finding.span)
            for one in notes
            if one.marked and one.finding.finding.part == index
        ]
        if part.kind == "title" and not marks:
            continue
        text = texts[index]
        shown.append(
            Shown(
                part.kind,
                masked(part.name),
                tuple(pieces(text[:MOST_TEXT], marks)),
                len(text) > MOST_TEXT,
            )
        )
    return notes, shown


def _stands(one: Standing, texts: Sequence[str]) -> bool:
    """Whether a finding that is not over still stands in the text where it says."""
    found = one.finding
    if one.state not in STANDING or found.part >= len(texts) or not found.match:
        return False
    said = texts[found.part][found.span.start : found.span.end]
    return said == masked(found.match)


def _changes(versions: Sequence[Version], number: int) -> Any:
    """The text `number` (0: the newest that was replaced), the one after it, and the way from one to the other."""
    old = next((one for one in versions[:-1] if one.number == number), None)
    if old is None:
        old = versions[-2] if len(versions) > 1 else None
    if old is None:
        return None
    new = versions[versions.index(old) + 1]
    before, after = masked(old.text)[:MOST_TEXT], masked(new.text)[:MOST_TEXT]
    return old, new, differences(before, after)
