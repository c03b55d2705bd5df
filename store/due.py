"""Which pages a night asks for. Two lanes: what is new, and what is known already, by age.

*New*: pages that a list named and that were not read yet. *Revisit*: each within the nights its age promises
(`checks.model.Revisit`), those with a standing finding every night.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, and_, case, exists, func, or_, select

from checks.model import Revisit, Severity
from store import schema
from store.states import ACCEPTED, CLAIMED, CLOSED, OPEN, STANDING, SYSTEM
from store.visits import CHUNK, Lane, listed_by, queued

#: Nights after which a page that never answered is asked for once a week only, and a deleted one once in `DELETED_DAYS`.
PATIENCE = 7
WEEK = 7
DELETED_DAYS = 30
#: A promise broken by nights that did not run is made good over several: so many times a night's share.
CATCH_UP = 3
T = schema.visits


@dataclass(frozen=True, slots=True)
class Due:
    """The pages one night asks for, by lane; `late` are those whose promise it cannot keep."""

    lanes: dict[Lane, list[str]] = field(default_factory=dict)
    late: int = 0

    @property
    def urls(self) -> dict[str, Lane]:
        """Each page once, by the first lane that asks for it."""
        asked: dict[str, Lane] = {}
        for lane, urls in self.lanes.items():
            for url in urls:
                asked.setdefault(url, lane)
        return asked


def due_visits(
    connection: Connection,
    site: str,
    day: date,
    revisit: Revisit,
    *,
    full: bool = False,
    only_new: bool = False,
    columns: Sequence[str] = (),
) -> Due:
    """The pages to ask for on `day`: new ones first, then those with open findings, then by age.

    `full` asks for every page there is, `only_new` for none that was read; `columns` (ids) for
    pages that these columns list.
    """
    mine = [T.c.site == site]
    if columns:
        mine.append(listed_by(site, columns))
    lanes: dict[Lane, list[str]] = {"new": queued(connection, and_(*mine, T.c.state == "new"))}
    lanes["unread"] = queued(connection, and_(*mine, _unread_due(day, full=full)))
    if only_new:
        return Due(lanes)
    lanes["missing"] = queued(connection, and_(*mine, _missing_due(day, full=full)))
    if full:
        lanes["all"] = queued(connection, and_(*mine, T.c.state == "live"))
        return Due(lanes)
    lanes["finding"] = queued(
        connection, and_(*mine, _with_findings(site, revisit, day), _live(day))
    )
    taken = {*lanes["finding"], *lanes["unread"]}
    tiers, late = _by_age(connection, mine, day, revisit, taken)
    return Due(lanes | tiers, late)


def _live(day: date) -> Any:
    """Live and not asked yet on `day`."""
    return and_(T.c.state == "live", or_(T.c.asked.is_(None), T.c.asked < day))


def _unread_due(day: date, *, full: bool) -> Any:
    """Pages that never answered, or did not the last time: every night at first, then once a week."""
    failing = or_(T.c.state == "unread", and_(T.c.state == "live", T.c.failed > 0))
    if full:
        return T.c.state == "unread"
    patient = and_(T.c.failed <= PATIENCE, T.c.asked < day)
    return and_(failing, or_(T.c.asked.is_(None), patient, T.c.asked <= day - timedelta(WEEK)))


def _missing_due(day: date, *, full: bool) -> Any:
    if full:
        return T.c.state.in_(("missing", "deleted"))
    long_ago = and_(T.c.state == "deleted", T.c.asked <= day - timedelta(DELETED_DAYS))
    return or_(and_(T.c.state == "missing", T.c.asked < day), long_ago)


def _with_findings(site: str, revisit: Revisit, day: date) -> Any:
    """Pages with a finding that stands, is left alone no longer, or that a person says is mended."""
    f = schema.findings
    heavy = f.c.severity >= int(Severity.named(revisit.findings))
    on_text = and_(f.c.state == OPEN, f.c.about == "text", heavy)
    taken_up = f.c.state.in_([state for state in STANDING if state != OPEN])
    expired = and_(f.c.state == ACCEPTED, f.c.until < day)
    mine = and_(f.c.site == site, f.c.url == T.c.url)
    standing = and_(mine, or_(on_text, taken_up, expired))
    return or_(exists(select(f.c.id).where(standing)), _said_mended(site))


def _said_mended(site: str) -> Any:
    """Pages of which a person says that a finding is mended, and that were not read whole since."""
    f, e = schema.findings, schema.finding_events
    mine = and_(f.c.site == site, f.c.url == T.c.url, f.c.about == "text")
    closed = exists(
        select(e.c.id).where(
            and_(
                e.c.finding_id == f.c.id,
                e.c.to_state == CLOSED,
                e.c.who != SYSTEM,
                or_(T.c.read.is_(None), e.c.at >= T.c.read),
            )
        )
    )
    said = or_(f.c.state == CLAIMED, and_(f.c.state == CLOSED, closed))
    return exists(select(f.c.id).where(and_(mine, said)))


def said_mended(connection: Connection, site: str, urls: Sequence[str]) -> set[str]:
    """Those of `urls` of which somebody says that a finding is mended: they are to be read whole, and judged."""
    return {
        url
        for i in range(0, len(urls), CHUNK)
        for (url,) in connection.execute(
            select(T.c.url).where(
                and_(T.c.site == site, T.c.url.in_(urls[i : i + CHUNK]), _said_mended(site))
            )
        )
    }


def _by_age(
    connection: Connection, mine: list[Any], day: date, revisit: Revisit, taken: set[str]
) -> tuple[dict[Lane, list[str]], int]:
    """Each night its share of each age, the longest unanswered first, so that every promise holds."""
    quarter = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    year = day - timedelta(revisit.older_days)
    undated = T.c.published.is_(None)
    ages: list[tuple[Lane, int, Any]] = [
        ("recent", revisit.recent, T.c.published >= quarter),
        (
            "older",
            revisit.older,
            or_(undated, and_(T.c.published >= year, T.c.published < quarter)),
        ),
        ("all", revisit.all, T.c.published < year),
    ]
    left = revisit.requests
    tiers: dict[Lane, list[str]] = {}
    late = 0
    for lane, nights, age in ages:
        where = and_(*mine, T.c.state == "live", age)
        share, overdue = _share(connection, where, day, nights)
        most = share if left is None else min(share, left)
        chosen = queued(connection, and_(where, _live(day)), most) if most else []
        tiers[lane] = [url for url in chosen if url not in taken]
        left = None if left is None else left - len(tiers[lane])
        late += max(0, overdue - len(chosen))
    return tiers, late


def _share(connection: Connection, where: Any, day: date, nights: int) -> tuple[int, int]:
    """How many pages of an age tonight asks for, and how many of them are due at the latest tonight."""
    due = day - timedelta(nights)
    row = connection.execute(
        select(
            func.count(),
            func.sum(case((T.c.asked == day, 1), else_=0)),
            func.sum(case((T.c.answered <= due, 1), else_=0)),
        ).where(where)
    ).one()
    total, today, overdue = int(row[0]), int(row[1] or 0), int(row[2] or 0)
    fair = -(-total // nights)
    return max(0, min(max(fair, overdue), CATCH_UP * fair) - today), overdue
