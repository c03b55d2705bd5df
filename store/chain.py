"""The chain of a site's events: the only writer of `finding_events`, and the proof that nobody changed them since.

Each event's hash is SHA-256 over the hash before it, the site, the finding's fingerprint or the draft's mark,
instant, who, from, to, why and evidence, each led by its length (8 bytes, big-endian). Whoever notes the last hash
elsewhere can show later that nothing before it was changed, taken out, put in or moved.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, func, insert, select

from store import schema
from store.review_proof import draft_faults
from store.review_states import LABELS as DRAFT_LABELS
from store.states import ACCEPTED, LABELS, NOTIFIED, SYSTEM
from store.text import storable

E, F, D = schema.finding_events, schema.findings, schema.drafts
#: How the evidence of an event begins that sets a day.
DUE, UNTIL = "期限：", "到期日："
#: Broken links told one by one.
MOST_TOLD = 200
_DAYS = {NOTIFIED: DUE, ACCEPTED: UNTIL}


class Named(NamedTuple):
    """What an event is about, as people name it."""

    finding: int | None
    draft: int | None

    @property
    def kind(self) -> str:
        return "稿件" if self.draft is not None else "问题"

    def __str__(self) -> str:
        return f"稿件{self.draft}" if self.draft is not None else f"台账号{self.finding}"


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a finding's or a draft's state to be written: `mark` is its fingerprint or mark.

    `at` is UTC, `before` "" for a new one. Just one of `finding` and `draft` is a number.
    """

    finding: int | None
    mark: str
    at: datetime
    before: str
    after: str
    why: str
    who: str = SYSTEM
    evidence: str = ""
    draft: int | None = None


def link(prev: str, site: str, mark: str, at: datetime, *said: str) -> str:
    """The hash of an event: `said` is who, from, to, why, evidence."""
    digest = hashlib.sha256()
    for piece in (prev, site, mark, at.isoformat(), *said):
        raw = piece.encode()
        digest.update(len(raw).to_bytes(8, "big"))
        digest.update(raw)
    return digest.hexdigest()


def last_hash(connection: Connection, site_id: str) -> str:
    """The hash of a site's newest event, "" where there is none."""
    newest = select(E.c.hash).where(E.c.site == site_id).order_by(E.c.id.desc()).limit(1)
    return connection.execute(newest).scalar() or ""


def last_step(connection: Connection, site_id: str) -> int:
    """The number of the newest event of a site's findings (not of its drafts), 0 where there is none."""
    newest = select(func.max(E.c.id)).where(and_(E.c.site == site_id, E.c.finding_id.is_not(None)))
    return connection.execute(newest).scalar() or 0


def append(connection: Connection, site_id: str, events: Sequence[Change]) -> None:
    """Write events at the end of a site's chain, in order, in the caller's transaction (which writes alone)."""
    if not events:
        return
    prev = last_hash(connection, site_id)
    rows: list[dict[str, Any]] = []
    for one in events:
        at = one.at.replace(tzinfo=None)
        said = (one.who, one.before, one.after, storable(one.why), storable(one.evidence))
        own = link(prev, site_id, one.mark, at, *said)
        rows.append({
            "finding_id": one.finding, "draft_id": one.draft, "at": at, "who": one.who, "from_state": one.before,
            "to_state": one.after, "why": said[3], "site": site_id, "evidence": said[4], "prev": prev,
            "hash": own,
        })  # fmt: skip
        prev = own
    connection.execute(insert(E), rows)


def dated(prefix: str, day: date | None, evidence: str) -> str:
    """`evidence` led by the day that an event sets, as `day_set` reads it."""
    return "\n".join(one for one in (f"{prefix}{day}" if day else "", evidence) if one)


def day_set(prefix: str, evidence: str) -> date | None:
    """The day that an event set; None: none."""
    first = evidence.partition("\n")[0]
    if not first.startswith(prefix):
        return None
    try:
        return date.fromisoformat(first.removeprefix(prefix))
    except ValueError:
        return None


def verify_chain(connection: Connection, site_id: str) -> list[str]:
    """What is wrong with a site's chain, a line each; [] where it is whole.

    Besides the hashes, every finding and draft must stand where its own events left it, a finding with the days
    they set, a draft with the texts and readings they tell of.
    """
    told = list(_broken(connection, site_id))
    if len(told) > MOST_TOLD:
        told = [*told[:MOST_TOLD], f"另有{len(told) - MOST_TOLD}处不一致，未逐条列出"]
    return told


def _broken(connection: Connection, site_id: str) -> Iterator[str]:
    prev, number = "", 0
    stands: dict[Named, str] = {}
    days: dict[Named, dict[str, date | None]] = {}
    for row in _events(connection, site_id):
        number += 1
        own = Named(row.finding_id, row.draft_id)
        place = f"第{number}条记录（{own}，{row.at:%Y-%m-%d %H:%M}）"
        if row.mark is None:
            yield f"{place}：所记的{own.kind}已不在台账中"
            prev = row.hash
            continue
        if row.prev != prev:
            yield f"{place}：与前一条接不上，其前有记录被删除、插入、调换或改动"
        said = (row.who, row.from_state, row.to_state, row.why, row.evidence)
        if row.hash != link(row.prev, site_id, row.mark, row.at, *said):
            yield f"{place}：内容被改动过"
        if row.from_state != stands.get(own, ""):
            yield f"{place}：原状态与该{own.kind}前一条记录不一致"
        stands[own] = row.to_state
        if prefix := _DAYS.get(row.to_state):
            days.setdefault(own, {})[prefix] = day_set(prefix, row.evidence)
        prev = row.hash
    for row in connection.execute(
        select(F.c.id, F.c.state, F.c.due, F.c.until).where(F.c.site == site_id).order_by(F.c.id)
    ):
        own = Named(row.id, None)
        yield from _moved_aside(own, row, stands, days.get(own, {}))
    for row in connection.execute(
        select(D.c.id, D.c.state).where(D.c.site == site_id).order_by(D.c.id)
    ):
        yield from _state_moved(Named(None, row.id), row, stands)
    yield from draft_faults(connection, site_id)


def _state_moved(own: Named, row: Any, stands: Mapping[Named, str]) -> Iterator[str]:
    last = stands.get(own)
    if last is None:
        yield f"{own}：没有任何记录"
    elif row.state != last:
        yield f"{own}：现状态“{_said(row.state)}”与最后一条记录“{_said(last)}”不一致"


def _moved_aside(
    own: Named, row: Any, stands: Mapping[Named, str], days: Mapping[str, date | None]
) -> Iterator[str]:
    """What a finding's own row says that its events do not."""
    yield from _state_moved(own, row, stands)
    last = stands.get(own)
    if last is None:
        return
    if (row.due is not None or last == NOTIFIED) and row.due != days.get(DUE):
        yield f"{own}：期限{row.due or '（空）'}与记录不一致"
    if (row.until is not None or last == ACCEPTED) and row.until != days.get(UNTIL):
        yield f"{own}：到期日{row.until or '（空）'}与记录不一致"


def _said(state: str) -> str:
    return LABELS.get(state) or DRAFT_LABELS.get(state, state)


def _events(connection: Connection, site_id: str) -> Iterator[Any]:
    chosen = (
        select(
            E.c.finding_id, E.c.draft_id, E.c.at, E.c.who, E.c.from_state, E.c.to_state, E.c.why,
            E.c.evidence, E.c.prev, E.c.hash, func.coalesce(F.c.fingerprint, D.c.mark).label("mark"),
        )
        .select_from(E.outerjoin(F, F.c.id == E.c.finding_id).outerjoin(D, D.c.id == E.c.draft_id))
        .where(E.c.site == site_id)
        .order_by(E.c.id)
    )  # fmt: skip
    yield from connection.execute(chosen, execution_options={"yield_per": 1000})


def chain_length(connection: Connection, site_id: str) -> int:
    """How many events a site's chain has."""
    return int(connection.execute(select(func.count()).where(E.c.site == site_id)).scalar_one())


def is_in_chain(connection: Connection, site_id: str, hash: str) -> bool:
    """Whether an event with this hash, noted earlier, is still there."""
    mine = and_(E.c.site == site_id, E.c.hash == hash)
    return connection.execute(select(E.c.id).where(mine).limit(1)).first() is not None
