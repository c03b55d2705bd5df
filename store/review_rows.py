"""Drafts read back: lists of them, one of them with its texts, its readers and its history."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, select

from checks.model import Article, BadInput, Part
from store import schema
from store.parts import parts_from, unpacked
from store.review_rules import Person, may_write, no_such_draft, outside, this_round
from store.review_states import ENDED, OPEN_TO_AUTHOR, READ_AT, RELEASED
from store.review_words import Overruled, overruled_from

D, X, S, A, E, M = (
    schema.drafts,
    schema.draft_texts,
    schema.draft_steps,
    schema.accounts,
    schema.finding_events,
    schema.review_matches,
)


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft as it stands. Instants are UTC; `unit` and `column` are ids, `author` is the shown name.

    `texts` counts its texts, `text_hash` is the newest's. `released` and `forgotten` are None until then.
    `published_at` is its address on the site, as the office gave it or the night found it ("" where nobody knows).
    """

    id: int
    site: str
    unit: str
    column: str
    title: str
    state: str
    author: str
    author_id: int
    texts: int
    text_hash: str
    opened: datetime
    changed: datetime
    released: datetime | None
    forgotten: datetime | None
    url: str
    published_at: str


@dataclass(frozen=True, slots=True)
class DraftText:
    """One text of a draft, numbered from 1. `parts` is None once it was let go; `at` is UTC, `by` a shown name."""

    number: int
    title: str
    parts: tuple[Part, ...] | None
    text_hash: str
    lists_hash: str
    by: str
    by_id: int
    at: datetime

    @property
    def article(self) -> Article | None:
        """The text as the checker takes it, None once it was let go."""
        return Article("", self.parts) if self.parts is not None else None


@dataclass(frozen=True, slots=True)
class Step:
    """A reading: who (`by`, shown name) made what (`verdict`) of which text, as what (`step`), when (UTC)."""

    text: int
    step: str
    verdict: str
    by: str
    by_id: int
    at: datetime
    remark: str
    overruled: tuple[Overruled, ...] = ()


@dataclass(frozen=True, slots=True)
class DraftEvent:
    """An event of a draft in the chain, as it stands there."""

    at: datetime
    who: str
    before: str
    after: str
    why: str
    evidence: str
    hash: str


def draft_rows(
    connection: Connection,
    site_id: str,
    *,
    unit: str = "",
    states: Collection[str] = (),
    most: int | None = None,
    before: int | None = None,
) -> list[DraftRow]:
    """Drafts of a site, the newest number first; those of one unit, in some states, numbered below `before`.

    "" and () mean all. `most` bounds how many come back.
    """
    where = [D.c.site == site_id]
    if unit:
        where.append(D.c.unit == unit)
    if states:
        where.append(D.c.state.in_(tuple(states)))
    if before is not None:
        where.append(D.c.id < before)
    return _rows(connection, site_id, and_(*where), most)


def draft_of(connection: Connection, site_id: str, number: int, *, unit: str = "") -> DraftRow:
    """Raises BadInput: the site, or the unit where one is given, has no draft of this number."""
    where = and_(D.c.site == site_id, D.c.id == number)
    found = _rows(connection, site_id, where, 1)
    if not found or unit not in ("", found[0].unit):
        raise BadInput(no_such_draft(number))
    return found[0]


def awaiting(connection: Connection, site_id: str, who: Person) -> list[DraftRow]:
    """The drafts that this person may read where they now stand, the longest waiting first."""
    where = and_(
        D.c.site == site_id,
        D.c.state.in_(READ_AT),
        *((D.c.unit == who.unit,) if who.unit else ()),
    )
    raw = connection.execute(select(D).where(where).order_by(D.c.changed, D.c.id)).all()
    mine = [row.id for row in raw if not list(outside(connection, row, who))]
    by_id = {one.id: one for one in _rows(connection, site_id, where, None)}
    return [by_id[id] for id in mine]


def steps_open_to(
    connection: Connection, site_id: str, number: int, who: Person
) -> tuple[str, ...]:
    """What this person may do with a draft now: of "write", "submit", "pass", "return", "release", "withdraw", "address".

    A page shows these and no others; the steps themselves refuse the rest all the same.
    """
    draft_of(connection, site_id, number, unit=who.unit)
    row = connection.execute(select(D).where(D.c.id == number)).one()
    writes = not list(may_write(who, row.unit))
    reads = row.state in READ_AT and not list(outside(connection, row, who))
    last = row.state == READ_AT[-1]
    told = {
        "write": writes and row.state in OPEN_TO_AUTHOR,
        "submit": writes and row.state in OPEN_TO_AUTHOR,
        "pass": reads and not last,
        "return": reads,
        "release": reads and last,
        "withdraw": writes and row.state not in ENDED,
        "address": writes and row.state == RELEASED,
    }
    return tuple(name for name, may in told.items() if may)


def _rows(connection: Connection, site_id: str, where: Any, most: int | None) -> list[DraftRow]:
    chosen = (
        select(D, A.c.shown)
        .join(A, A.c.id == D.c.author_id)
        .where(where)
        .order_by(D.c.id.desc())
        .limit(most)
    )
    raw = connection.execute(chosen).all()
    found = _matched(connection, site_id, [row.id for row in raw])
    return [
        DraftRow(
            row.id, row.site, row.unit, row.column_id, row.title, row.state, row.shown, row.author_id, row.texts,
            row.text_hash, row.opened, row.changed, row.released, row.forgotten, row.url,
            row.url or found.get(row.id, ""),
        )
        for row in raw
    ]  # fmt: skip


def _matched(connection: Connection, site_id: str, numbers: list[int]) -> Mapping[int, str]:
    """Where the night found drafts published, by number; of several addresses the one noted first."""
    told: dict[int, str] = {}
    for i in range(0, len(numbers), 500):
        mine = and_(M.c.site == site_id, M.c.draft_id.in_(numbers[i : i + 500]))
        for row in connection.execute(select(M.c.draft_id, M.c.url).where(mine).order_by(M.c.id)):
            told.setdefault(row.draft_id, row.url)
    return told


def draft_texts(connection: Connection, number: int) -> tuple[DraftText, ...]:
    """Every text of a draft, oldest first."""
    chosen = (
        select(X, A.c.shown)
        .join(A, A.c.id == X.c.by_id)
        .where(X.c.draft_id == number)
        .order_by(X.c.number)
    )
    return tuple(_text(row) for row in connection.execute(chosen))


def newest_text(connection: Connection, number: int) -> DraftText:
    """The text that a draft now has; of a released one the text that was released."""
    chosen = (
        select(X, A.c.shown)
        .join(A, A.c.id == X.c.by_id)
        .where(X.c.draft_id == number)
        .order_by(X.c.number.desc())
        .limit(1)
    )
    return _text(connection.execute(chosen).one())


def _text(row: Any) -> DraftText:
    parts = parts_from(unpacked(row.parts)) if row.parts is not None else None
    return DraftText(
        row.number, row.title, parts, row.text_hash, row.lists_hash, row.shown, row.by_id, row.at
    )


def draft_steps(connection: Connection, number: int) -> tuple[Step, ...]:
    """Every reading of a draft, in order."""
    chosen = (
        select(S, A.c.shown)
        .join(A, A.c.id == S.c.by_id)
        .where(S.c.draft_id == number)
        .order_by(S.c.id)
    )
    return tuple(_step(row) for row in connection.execute(chosen))


def readers_of(connection: Connection, draft: DraftRow) -> tuple[Step, ...]:
    """Who passed a draft's newest text since it was last returned: of a released one its three readers, in order."""
    ids = {row.id for row in this_round(connection, draft.id, draft.texts)}
    chosen = (
        select(S, A.c.shown)
        .join(A, A.c.id == S.c.by_id)
        .where(S.c.id.in_(ids or {0}))
        .order_by(S.c.id)
    )
    return tuple(_step(row) for row in connection.execute(chosen))


def _step(row: Any) -> Step:
    return Step(
        row.text_number, row.step, row.verdict, row.shown, row.by_id, row.at, row.remark,
        overruled_from(row.overruled),
    )  # fmt: skip


def draft_events(connection: Connection, number: int) -> tuple[DraftEvent, ...]:
    """A draft's events in the chain, in order."""
    rows = connection.execute(select(E).where(E.c.draft_id == number).order_by(E.c.id))
    return tuple(
        DraftEvent(row.at, row.who, row.from_state, row.to_state, row.why, row.evidence, row.hash)
        for row in rows
    )
