"""Which stored articles say an earlier one of the same unit over again, and the figures of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, or_, select, update

from checks.model import Site, UnitTally
from checks.near_duplicates import Earlier, Wording
from store import schema
from store.articles import CHUNK
from store.parts import parts_from

A = schema.articles
#: Examples given with a unit's figures.
MOST_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Repeats:
    """Articles looked at, how many of them repeat an earlier one, and how many were marked otherwise than before."""

    articles: int = 0
    repeated: int = 0
    marked: int = 0

    def __add__(self, other: "Repeats") -> "Repeats":
        return Repeats(
            self.articles + other.articles,
            self.repeated + other.repeated,
            self.marked + other.marked,
        )


def mark_repeats(connection: Connection, site: Site, since: date, until: date) -> Repeats:
    """Write down for each article from `since` (inclusive) to `until` (exclusive) which earlier one it repeats.

    Unit by unit, reprints apart; of the articles before only signatures are held. The same again
    changes nothing. Where the indicators leave the comparison off, nothing is marked.
    """
    numbers = site.indicators
    percent, days = numbers.value("repeat_percent"), numbers.value("repeat_days")
    characters = numbers.value("repeat_characters")
    off = percent is None or days is None or characters is None
    period = and_(A.c.site == site.id, A.c.published >= since, A.c.published < until)
    done = _clear(connection, period, everything=off)
    if percent is None or days is None or characters is None:
        return done
    units = select(A.c.unit).where(and_(period, A.c.unit != "", ~A.c.reprinted)).distinct()
    for unit in connection.execute(units.order_by(A.c.unit)).scalars().all():
        earlier = Earlier(
            lambda key: _wording(connection, key), percent=percent, days=days, characters=characters
        )
        done += _mark_unit(connection, site.id, unit, earlier, since, until, days)
    return done


def _clear(connection: Connection, period: ColumnElement[bool], *, everything: bool) -> Repeats:
    """Unmark reprints and articles of no unit, which repeat nothing; all of them if so asked."""
    outside = or_(A.c.unit == "", A.c.reprinted)
    marked = and_(period, A.c.repeats != "", *(() if everything else (outside,)))
    cleared = connection.execute(update(A).where(marked).values(repeats=""))
    return Repeats(marked=cleared.rowcount)


def _mark_unit(
    connection: Connection,
    site: str,
    unit: str,
    earlier: Earlier,
    since: date,
    until: date,
    days: int,
) -> Repeats:
    """One unit's articles in the order they appeared, the `days` days before with them."""
    rows = connection.execute(
        select(A.c.id, A.c.url, A.c.title, A.c.published, A.c.parts, A.c.repeats)
        .where(
            and_(
                A.c.site == site, A.c.unit == unit, ~A.c.reprinted, A.c.published < until,
                A.c.published >= since - timedelta(days=days),
            )
        )
        .order_by(A.c.published, A.c.first_seen, A.c.id)
        .execution_options(yield_per=CHUNK)
    )  # fmt: skip
    urls: dict[int, str] = {}
    changes: list[dict[str, object]] = []
    articles = repeated = 0
    for row in rows:
        urls[row.id] = row.url
        told = earlier.repeated(row.id, row.published, _worded(row.title, row.parts))
        if row.published < since:
            continue
        said = urls[told] if told is not None else ""
        articles += 1
        repeated += bool(said)
        if said != row.repeats:
            changes.append({"number": row.id, "said": said})
    if changes:
        mine = update(A).where(A.c.id == bindparam("number")).values(repeats=bindparam("said"))
        connection.execute(mine, changes)
    return Repeats(articles, repeated, len(changes))


def _worded(title: str, parts: str) -> Wording:
    return Wording(title, next((p.text for p in parts_from(parts) if p.kind == "body"), ""))


def _wording(connection: Connection, key: int) -> Wording:
    row = connection.execute(select(A.c.title, A.c.parts).where(A.c.id == key)).one()
    return _worded(row.title, row.parts)


def repeated_figures(
    connection: Connection, site: str, since: date, until: date
) -> Mapping[str, int]:
    """How many of the articles each unit published in a period are marked as repeating an earlier one."""
    counted = connection.execute(
        select(A.c.unit, func.count().label("number"))
        .where(and_(*_repeating(site, since, until)))
        .group_by(A.c.unit)
    )
    return {row.unit: row.number for row in counted}


def _repeating(site: str, since: date, until: date) -> Iterator[ColumnElement[bool]]:
    yield from (A.c.site == site, A.c.published >= since, A.c.published < until)
    yield from (A.c.repeats != "", ~A.c.reprinted, A.c.unit != "")


def with_repeats(connection: Connection, site: str, tally: UnitTally) -> UnitTally:
    """`tally` with what of it repeats earlier articles, and a few examples of the unit's."""
    b = A.alias("earlier")
    rows = connection.execute(
        select(A.c.title, A.c.published, b.c.title.label("before"), b.c.published.label("then"))
        .join(b, and_(b.c.site == A.c.site, b.c.url == A.c.repeats))
        .where(and_(*_repeating(site, tally.since, tally.until), A.c.unit == tally.unit.id))
        .order_by(A.c.published, A.c.id)
    ).all()
    twice = [r for r in rows if r.title == r.before and (r.published - r.then).days <= 1]
    alike = [(r.title, r.before) for r in rows if r not in twice]
    return replace(
        tally,
        repeated=len(rows),
        posted_twice=len(twice),
        examples=tuple(alike[:MOST_EXAMPLES]),
    )
