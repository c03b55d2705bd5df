"""A draft as its page shows it to one person: the text with its findings, the steps open to them, its history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import HTTPException

from checks.checker import Checker
from checks.model import Article, BadInput, Finding, Severity
from desk.console.rooms.check import result
from desk.console.seat import Visit
from reports.findings import Document
from reports.reviews import Published, published_of, remaining
from reports.versions import instant
from store.database import Connection, reading
from store.ledger import ledger_rows
from store.review_readings import Checked
from store.review_rows import (
    DraftEvent,
    DraftRow,
    DraftText,
    Step,
    draft_events,
    draft_of,
    draft_steps,
    draft_texts,
    newest_text,
    steps_open_to,
)
from store.review_rules import Person, outside
from store.review_states import LABELS, READ_AT, READERS, STEP_LABELS, VERDICT_LABELS
from store.states import SYSTEM

#: The rule of a text that was changed after it was released.
DIFFERS = "differs-from-released"
#: What the draft's page calls a step that was taken, for the address it comes back to.
DONE: Mapping[str, str] = {
    "open": "稿件已建，还没有送审",
    "write": "修改已保存，还没有送审",
    "same": "文字没有变化，没有另存一稿",
    "submit": "已送审，等待初审",
    "pass": "已通过，转下一审",
    "return": "已退回",
    "release": "已签发，可以下载签发单",
    "withdraw": "已撤回",
    "address": "发布网址已登记",
}


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a person tried and was refused: why, and what they had typed."""

    lines: tuple[str, ...] = ()
    remark: str = ""
    reasons: Mapping[str, str] | None = None
    url: str = ""


def person(visit: Visit) -> Person:
    seat = visit.seat
    return Person(seat.account, seat.shown, seat.roles, seat.unit)


def draft_at(connection: Connection, visit: Visit, number: int) -> DraftRow:
    """Raises HTTPException: 404, there is none, or it is another unit's."""
    try:
        return draft_of(connection, visit.site.id, number, unit=visit.seat.unit)
    except BadInput as error:
        raise HTTPException(404, error.lines[0]) from None


def checked(visit: Visit, article: Article) -> Checked:
    """The judgement of a text by the lists now in force."""
    checker = visit.hall.checker(visit.site.id)
    return Checked(checker.judged(article, today=visit.today), checker.lists_hash)


def errors(found: Sequence[Finding]) -> list[Finding]:
    return [one for one in found if one.severity >= Severity.ERROR]


def draft_page(visit: Visit, number: int, text: int, attempt: Attempt) -> dict[str, Any]:
    """All that the page of a draft shows; `text` is the number of the text to be shown, 0 for the newest."""
    who, zone = person(visit), visit.site.timezone
    with reading(visit.hall.engine) as connection:
        row = draft_at(connection, visit, number)
        texts = draft_texts(connection, number)
        if text < 0 or text > len(texts):
            raise HTTPException(404, f"稿件{number}没有第{text}稿")
        shown = texts[text - 1] if text else texts[-1]
        steps = steps_open_to(connection, visit.site.id, number, who)
        barred = [] if "return" in steps else _barred(connection, row, who)
        readings = draft_steps(connection, number)
        events = draft_events(connection, number)
        published = published_of(connection, visit.site, row)
        told = _findings(connection, visit, published)
    checker = visit.hall.checker(visit.site.id)
    return {
        "row": row,
        "label": LABELS[row.state],
        "unit": names(visit.site.units).get(row.unit, row.unit),
        "column": names(visit.site.columns).get(row.column, row.column),
        "opened": instant(row.opened, zone),
        "kept": remaining(visit.site, row, visit.today),
        "steps": frozenset(steps if shown.number == row.texts else ()),
        "barred": barred,
        "shown": shown,
        "result": _result(visit, shown, checker),
        "texts": [(one, instant(one.at, zone)) for one in reversed(texts)],
        "readings": [_reading(one, zone) for one in reversed(readings)],
        "events": [_event(one, zone) for one in reversed(events)],
        "published": [(one, instant(one.seen, zone), told.get(one.url)) for one in published],
        "attempt": attempt,
    }


def names(some: Sequence[Any]) -> dict[str, str]:
    return {one.id: one.name for one in some}


def _barred(connection: Connection, row: DraftRow, who: Person) -> list[str]:
    """Why a reader may not read this draft where it stands."""
    if row.state not in READ_AT or not who.roles & set(READERS.values()):
        return []
    return list(outside(connection, row, who))


def _findings(
    connection: Connection, visit: Visit, published: Sequence[Published]
) -> dict[str, int]:
    """The ledger's numbers of what was found of this draft once it was published, by address."""
    urls = {one.url for one in published}
    if not urls:
        return {}
    rows = ledger_rows(connection, visit.site, visit.today, rule=DIFFERS)
    return {
        one.finding.url: one.id
        for one in rows
        if one.finding.url in urls and visit.sees(one.finding.unit)
    }


def _result(visit: Visit, text: DraftText, checker: Checker) -> dict[str, Any] | None:
    """The text with its findings, None once it was let go."""
    article = text.article
    if article is None:
        return None
    judged = checker.judged(article, today=visit.today)
    document = Document(text.title, article, judged.findings, judged.unchecked)
    return result(document, checker.titles) | {
        "errors": errors(judged.findings),
        "lists_hash": checker.lists_hash,
    }


def _reading(one: Step, zone: str) -> dict[str, Any]:
    return {
        "step": one,
        "label": STEP_LABELS[one.step],
        "verdict": VERDICT_LABELS[one.verdict],
        "at": instant(one.at, zone),
    }


def _event(one: DraftEvent, zone: str) -> dict[str, Any]:
    return {
        "event": one,
        "at": instant(one.at, zone),
        "who": "系统" if one.who == SYSTEM else one.who,
        "before": LABELS.get(one.before, ""),
        "after": LABELS.get(one.after, one.after),
        "facts": one.evidence.split("\n") if one.evidence else [],
    }


def newest(connection: Connection, number: int) -> Article | None:
    return newest_text(connection, number).article
