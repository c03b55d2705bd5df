"""Visits: every article page ever wanted, and how it last answered."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import Connection, and_, exists, func, select, update

from checks.model import Entry
from store import schema
from store.upsert import insert_missing, upsert

State = Literal["new", "live", "unread", "missing", "deleted", "outside", "refused"]
Lane = Literal["new", "unread", "missing", "finding", "recent", "older", "all"]
#: Values one statement may carry.
CHUNK = 500
#: Pages gone on so many nights in a row are deleted.
GONE_NIGHTS = 2
T = schema.visits


@dataclass(frozen=True, slots=True)
class Visit:
    """A page to ask for: what is known of it, and the entries that list it."""

    url: str
    state: State
    published: date | None = None
    answered: date | None = None
    read: date | None = None
    failed: int = 0
    etag: str = ""
    modified: str = ""
    body_hash: str = ""
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """How a page answered tonight.

    "read": its text was read; "same": the server says, or its bytes show, that nothing changed
    (`whole`: it sent them all); "missing": it is not there any more; "unread": it could not be read.
    """

    url: str
    kind: Literal["read", "same", "missing", "unread"]
    why: str = ""
    published: date | None = None
    etag: str = ""
    modified: str = ""
    body_hash: str = ""
    whole: bool = True


# -- what a list named --------------------------------------------------------------------------


def want(connection: Connection, site: str, wanted: Iterable[tuple[str, State, str]]) -> None:
    """Note pages that a list names: (url, "new", ""), or "outside"/"refused" with the reason.

    What is known of a page stays. One that was outside or refused before, and is not now, becomes new.
    """
    rows = {url: _blank(site, url, state, why) for url, state, why in wanted}
    insert_missing(connection, T, list(rows.values()), key=("site", "url"))
    allowed = [url for url, row in rows.items() if row["state"] == "new"]
    for part in _chunks(allowed):
        connection.execute(
            update(T)
            .where(and_(T.c.site == site, T.c.url.in_(part), T.c.state.in_(("outside", "refused"))))
            .values(state="new", why="")
        )


def _blank(site: str, url: str, state: State, why: str) -> dict[str, Any]:
    return {
        "site": site, "url": url, "state": state, "published": None, "asked": None, "answered": None,
        "read": None, "failed": 0, "why": why, "etag": "", "modified": "", "body_hash": "",
    }  # fmt: skip


def queued(connection: Connection, where: Any, most: int | None = None) -> list[str]:
    """By where they stand in the queue: the longest unanswered first."""
    chosen = select(T.c.url).where(where).order_by(T.c.answered.nulls_first(), T.c.id)
    return [url for (url,) in connection.execute(chosen.limit(most))]


def listed_by(site: str, columns: Sequence[str]) -> Any:
    e = schema.entries
    return exists(
        select(e.c.id).where(
            and_(
                e.c.site == site, e.c.url == T.c.url, e.c.column_id.in_(columns), e.c.gone.is_(None)
            )
        )
    )


def visits_of(connection: Connection, site: str, urls: Sequence[str]) -> list[Visit]:
    """What is known of these pages, with the entries that list them (those gone only where no other does)."""
    e = schema.entries
    found: list[Visit] = []
    for part in _chunks(urls):
        listed: dict[str, list[tuple[bool, Entry]]] = {}
        for row in connection.execute(
            select(e).where(and_(e.c.site == site, e.c.url.in_(part))).order_by(e.c.id)
        ):
            entry = Entry(row.column_id, row.url, row.title, row.listed, row.pinned)
            listed.setdefault(row.url, []).append((row.gone is None, entry))
        rows = {row.url: row for row in connection.execute(_of(site, part))}
        found += [_visit(rows[url], listed.get(url, [])) for url in part if url in rows]
    return found


def _of(site: str, urls: Sequence[str]) -> Any:
    return select(T).where(and_(T.c.site == site, T.c.url.in_(urls)))


def _visit(row: Any, listed: list[tuple[bool, Entry]]) -> Visit:
    present = tuple(entry for stands, entry in listed if stands)
    return Visit(
        row.url, row.state, row.published, row.answered, row.read, row.failed, row.etag, row.modified,
        row.body_hash, present or tuple(entry for _, entry in listed),
    )  # fmt: skip


# -- how pages answered -------------------------------------------------------------------------


def save_answers(connection: Connection, site: str, answers: Sequence[Answer], day: date) -> None:
    """Note how pages answered on `day`."""
    latest = {one.url: one for one in answers}
    rows: list[dict[str, Any]] = []
    for part in _chunks(sorted(latest)):
        known = {row.url: dict(row._mapping) for row in connection.execute(_of(site, part))}
        for url in part:
            before = known.get(url) or _blank(site, url, "new", "")
            before.pop("id", None)
            rows.append(before | {"asked": day} | _after(before, latest[url], day))
    upsert(connection, T, rows, key=("site", "url"))


def _after(before: dict[str, Any], answer: Answer, day: date) -> dict[str, Any]:
    """What changes of a visit by an answer. A night counts once, however often it asks."""
    state = before["state"]
    if answer.kind in ("read", "same"):
        told: dict[str, Any] = {"etag": answer.etag, "modified": answer.modified}
        fresh = {k: v for k, v in told.items() if v or answer.whole}
        fresh |= {"state": "live", "answered": day, "failed": 0, "why": ""}
        if answer.whole:
            fresh |= {"read": day, "body_hash": answer.body_hash}
        return fresh | ({"published": answer.published} if answer.kind == "read" else {})
    failed = before["failed"] + (before["asked"] != day)
    if answer.kind == "missing" and state == "live":
        state, failed = "missing", 1
    elif state == "new":
        state = "unread"
    return {"state": state, "failed": failed, "why": answer.why}


def mark_deleted(
    connection: Connection, site: str, day: date, *, asked: int, many: int, share: float
) -> tuple[list[str], int]:
    """Pages gone two nights in a row are deleted: gives them back.

    Where more than `many` and more than this `share` of the pages stand as missing, or of the `asked` live ones
    went missing tonight, that is no deletion but a broken or rebuilt site: nothing is marked, and the number
    of missing pages is given back.
    """
    mine = T.c.site == site
    missing = and_(mine, T.c.state == "missing")
    lately = and_(missing, T.c.failed < GONE_NIGHTS, T.c.asked == day)
    known = _count(connection, and_(mine, T.c.state.in_(("live", "missing"))))
    all_missing, tonight = _count(connection, missing), _count(connection, lately)
    if all_missing > max(many, share * known) or tonight > max(many, share * asked):
        return [], all_missing
    urls = queued(connection, and_(missing, T.c.failed >= GONE_NIGHTS, T.c.asked == day))
    for part in _chunks(urls):
        connection.execute(update(T).where(and_(mine, T.c.url.in_(part))).values(state="deleted"))
    return urls, 0


def _count(connection: Connection, where: Any) -> int:
    return int(connection.execute(select(func.count()).select_from(T).where(where)).scalar_one())


def unread_visits(
    connection: Connection, site: str, columns: Sequence[str], states: Sequence[State], most: int
) -> tuple[list[tuple[str, str]], int]:
    """Pages in these states that a column still lists: (url, why), the first `most`; and how many in all."""
    where = and_(T.c.site == site, T.c.state.in_(states), listed_by(site, columns))
    chosen = select(T.c.url, T.c.why).where(where).order_by(T.c.id).limit(most)
    return [(url, why) for url, why in connection.execute(chosen)], _count(connection, where)


def outside_counts(connection: Connection, site: str, columns: Sequence[str]) -> dict[str, int]:
    """How many entries of each column (id) lead to other sites."""
    e = schema.entries
    rows = connection.execute(
        select(e.c.column_id, func.count())
        .select_from(e.join(T, and_(T.c.site == e.c.site, T.c.url == e.c.url)))
        .where(
            and_(
                e.c.site == site,
                e.c.column_id.in_(columns),
                e.c.gone.is_(None),
                T.c.state == "outside",
            )
        )
        .group_by(e.c.column_id)
    )
    return {row[0]: row[1] for row in rows}


def _chunks(urls: Sequence[str]) -> Iterable[Sequence[str]]:
    return (urls[i : i + CHUNK] for i in range(0, len(urls), CHUNK))
