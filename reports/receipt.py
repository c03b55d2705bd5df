"""审校签发单: the receipt of a released draft, a Word paper whose bytes depend on the draft's records alone.

It says who read the text and what they said of it, which errors were overruled and why, and the hashes by which
the text and the records can be proved. It needs the text itself no more.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from checks.model import BadInput, Site
from reports.filled import filled
from reports.ledger_lines import chinese_day, chinese_instant, local
from reports.notices import NO_OFFICE
from reports.printable import printable
from reports.steady import steady
from store.database import Connection
from store.review_rows import (
    DraftRow,
    DraftText,
    Step,
    draft_events,
    draft_of,
    newest_text,
    readers_of,
)
from store.review_states import LABELS, RELEASED, STEP_LABELS

PAPER = "审校签发单"
#: Characters of a remark and of a reason, at most as long as the store takes them.
MOST_SAID = 2000


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a receipt tells. `event_hash` is that of the release in the chain, `readers` are in order."""

    draft: DraftRow
    text: DraftText
    readers: tuple[Step, ...]
    released: datetime
    event_hash: str


def receipt_of(connection: Connection, site: Site, number: int, *, unit: str = "") -> Receipt:
    """Raises BadInput: there is no such draft (of this unit), or it was not released."""
    draft = draft_of(connection, site.id, number, unit=unit)
    if draft.state != RELEASED or draft.released is None:
        raise BadInput(f"稿件{number}：现为“{LABELS[draft.state]}”，签发后才有签发单")
    event = next(
        one
        for one in draft_events(connection, number)
        if one.after == RELEASED and one.before != RELEASED
    )
    readers = readers_of(connection, draft)
    return Receipt(draft, newest_text(connection, number), readers, draft.released, event.hash)


def receipt_docx(site: Site, told: Receipt, templates: Path | None = None) -> bytes:
    """The paper. `templates` is the office's own folder.

    Raises:
        BadInput: the office's template cannot be used.
    """
    zone = ZoneInfo(site.timezone)
    draft = told.draft
    units = {one.id: one.name for one in site.units}
    columns = {one.id: one.name for one in site.columns}
    said = {
        "site": printable(site.name),
        "office": printable(site.office) or NO_OFFICE,
        "title": printable(draft.title),
        "number": draft.id,
        "text": draft.texts,
        "unit": printable(units.get(draft.unit, draft.unit)),
        "column": printable(columns.get(draft.column, draft.column)) or "未定",
        "author": printable(draft.author),
        "opened": chinese_instant(local(draft.opened, zone)),
        "releaser": printable(told.readers[-1].by),
        "released": chinese_instant(local(told.released, zone)),
        "url": printable(draft.url) or "未登记",
        "readers": [
            {
                "step": STEP_LABELS[one.step],
                "who": printable(one.by),
                "at": chinese_instant(local(one.at, zone)),
                "remark": printable(one.remark, MOST_SAID) or "（未写意见）",
            }
            for one in told.readers
        ],
        "overruled": [
            {
                "rule": printable(one.rule),
                "text": printable(one.text),
                "message": printable(one.message),
                "reason": printable(one.reason, MOST_SAID),
            }
            for step in told.readers
            for one in step.overruled
        ],
        "text_hash": draft.text_hash,
        "lists_hash": told.text.lists_hash,
        "event_hash": told.event_hash,
        "day": chinese_day(local(told.released, zone).date()),
    }
    return steady(filled(PAPER, said, templates))
