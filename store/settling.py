"""What one look at a page, list or site settles of the findings that are stored of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, and_, func, select

from store import schema
from store.chain import Change
from store.states import ACCEPTED, CLAIMED, CLOSED, OPEN, OVER, STANDING, SYSTEM, UNVERIFIABLE

#: Values one statement may carry.
CHUNK = 500


@dataclass(frozen=True, slots=True)
class StoredFinding:
    """What is known of a finding. `found_by` are the oldest lists that found it since it was opened."""

    id: int
    mark: str
    state: str
    lists: str
    found_by: str
    rule: str
    url: str
    until: date | None

    def expired(self, day: date) -> bool:
        return self.state == ACCEPTED and self.until is not None and self.until < day


@dataclass(frozen=True, slots=True)
class Look:
    """One look at what findings are about: when, on which day, with which lists; how what is gone is told.

    `ages` orders lists by when they were first used; `fetched` are the instants when pages were fetched,
    by address, or by the fingerprint of a finding (None: all just now). Not `anew`: stored text was judged again, nothing was fetched.
    """

    now: datetime
    day: date
    lists: str
    gone: str
    anew: bool
    fetched: Mapping[str, datetime] | None
    ages: Mapping[str, int]

    def older(self, lists: str) -> bool:
        """Whether these lists are older than those."""
        return self.lists in self.ages and self.ages[self.lists] < self.ages.get(lists, 0)

    def seen(self, mark: str, url: str) -> datetime | None:
        """When what a finding is about was fetched, None where it was not."""
        if not self.anew:
            return None
        known = self.fetched
        at = self.now if known is None else known.get(mark) or known.get(url)
        return at.replace(tzinfo=None) if at else None

    def change(self, one: StoredFinding, after: str, why: str) -> Change:
        return Change(
            one.id,
            one.mark,
            self.now,
            one.state,
            after,
            why,
            evidence=self.evidence(one.mark, one.url),
        )

    def evidence(self, mark: str, url: str) -> str:
        """What was looked at, and with what, for an event."""
        at = self.seen(mark, url)
        read = (
            f"{at:%Y-%m-%d %H:%M:%S}（UTC）读取；"
            if at
            else ""
            if self.anew
            else "重新检查已存文本；"
        )
        return f"{read}词表 {self.lists[:12]}"


def stored_findings(connection: Connection, scopes: Iterable[Any]) -> dict[str, StoredFinding]:
    """Stored findings by fingerprint."""
    t = schema.findings
    chosen = select(
        t.c.id, t.c.fingerprint, t.c.state, t.c.lists_hash, t.c.found_by, t.c.rule, t.c.url, t.c.until
    )  # fmt: skip
    return {
        row.fingerprint: StoredFinding(*row)
        for scope in scopes
        for row in connection.execute(chosen.where(scope))
    }


def closes(one: StoredFinding, look: Look) -> bool:
    """Whether a finding that is not there any more is over by that."""
    if look.older(one.found_by):
        return False
    if not look.anew:
        return one.state == OPEN
    return one.state in STANDING or one.state == UNVERIFIABLE or one.expired(look.day)


def found_again(
    connection: Connection, here: Sequence[StoredFinding], look: Look
) -> list[StoredFinding]:
    """Those that were over and are not: by a page that was fetched, or by a list where a list closed them."""
    back = [one for one in here if one.expired(look.day)]
    over = [one for one in here if one.state in OVER]
    if look.anew or not over:
        return back + over
    closed = [one for one in over if one.state == CLOSED]
    by_people = _last(connection, closed, CLOSED, people=True)
    return back + [one for one in closed if one.id not in by_people]


def claimed_in_vain(
    connection: Connection, here: Sequence[StoredFinding], look: Look
) -> list[StoredFinding]:
    """Those that a unit said were mended before the page was fetched that still has them."""
    claimed = [one for one in here if one.state == CLAIMED]
    if not claimed or not look.anew:
        return []
    since = _last(connection, claimed, CLAIMED)
    seen = {one.id: look.seen(one.mark, one.url) for one in claimed}
    return [
        one for one in claimed if (at := seen[one.id]) and one.id in since and since[one.id] < at
    ]


def _last(
    connection: Connection, some: Sequence[StoredFinding], state: str, *, people: bool = False
) -> dict[int, datetime]:
    """When each of these findings last came to `state`; those whom people brought there, with `people`."""
    e = schema.finding_events
    newest: dict[int, Any] = {}
    for i in range(0, len(some), CHUNK):
        ids = [one.id for one in some[i : i + CHUNK]]
        chosen = (
            select(e.c.finding_id, e.c.at, e.c.who)
            .where(and_(e.c.finding_id.in_(ids), e.c.to_state == state))
            .order_by(e.c.id)
        )
        newest |= {row.finding_id: row for row in connection.execute(chosen)}
    return {id: row.at for id, row in newest.items() if not people or row.who != SYSTEM}


def list_ages(connection: Connection, site: str) -> dict[str, int]:
    """Lists by when they were first used; those that nobody noted are not in it."""
    t = schema.list_sets
    chosen = select(t.c.lists_hash, func.min(t.c.id)).where(t.c.site == site)
    return {row[0]: row[1] for row in connection.execute(chosen.group_by(t.c.lists_hash))}


def held_back(connection: Connection, site: str, lists_hash: str) -> int:
    """How many standing findings these lists do not find, which newer ones found: an older list was put back."""
    t = schema.findings
    ages = list_ages(connection, site)
    newer = [one for one, age in ages.items() if age > ages.get(lists_hash, age)]
    mine = and_(
        t.c.site == site,
        t.c.about == "text",
        t.c.state.in_(STANDING),
        t.c.lists_hash == lists_hash,
        t.c.found_by.in_(newer),
    )
    return int(connection.execute(select(func.count()).where(mine)).scalar_one())
