"""What a unit published: its articles by page, their numbers by quarter, its findings by state; and one article."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, and_, func, select

from checks.model import Article, Finding
from checks.privacy import masked
from store import schema
from store.articles import stored_article
from store.findings import finding_of, listed_in
from store.states import DATED, STANDING

A, F = schema.articles, schema.findings
#: Findings shown with one article.
MOST_FINDINGS = 500


@dataclass(frozen=True, slots=True)
class UnitArticle:
    """An article in a list. `repeats` is the address of the earlier one that it says over again ("" for none).

    `findings` counts those that stand on its page.
    """

    url: str
    title: str
    published: date | None
    reprinted: bool
    repeats: str
    columns: tuple[str, ...]
    findings: int


@dataclass(frozen=True, slots=True)
class QuarterCount:
    """How many articles a unit published in one quarter that begins on `since`, and reprinted."""

    since: date
    published: int
    reprinted: int


@dataclass(frozen=True, slots=True)
class Standing:
    """A finding on an article, its number in the ledger, its state and the days that go with that."""

    number: int
    finding: Finding
    state: str
    due: date | None
    until: date | None


@dataclass(frozen=True, slots=True)
class StoredPage:
    """An article and what is known of its page. `fetched` is UTC; `repeats` as in `UnitArticle`."""

    article: Article
    first_seen: date
    last_seen: date
    fetched: datetime | None
    repeats: str
    findings: tuple[Standing, ...]


def _mine(
    site: str, unit: str, since: date | None, until: date | None
) -> ColumnElement[bool]:  # fmt: skip
    period = (
        *((A.c.published >= since,) if since else ()),
        *((A.c.published < until,) if until else ()),
    )
    return and_(A.c.site == site, A.c.unit == unit, *period)


def unit_articles(
    connection: Connection,
    site: str,
    unit: str,
    *,
    since: date | None = None,
    until: date | None = None,
    offset: int = 0,
    most: int = 50,
) -> tuple[list[UnitArticle], int]:
    """A unit's articles from `since` (inclusive) to `until` (exclusive), newest first and undated last.

    `most` at most, from `offset`; and how many in all. Without `since` and `until`: of all times.
    """
    mine = _mine(site, unit, since, until)
    total = connection.execute(select(func.count()).select_from(A).where(mine)).scalar_one()
    rows = connection.execute(
        select(A.c.url, A.c.title, A.c.published, A.c.reprinted, A.c.repeats)
        .where(mine)
        .order_by(A.c.published.is_(None), A.c.published.desc(), A.c.id.desc())
        .offset(offset)
        .limit(most)
    ).all()
    urls = [row.url for row in rows]
    found: dict[str, int] = {}
    listed: dict[str, tuple[str, ...]] = {}
    for i in range(0, len(urls), 500):
        some = urls[i : i + 500]
        found |= _standing(connection, site, some)
        listed |= listed_in(connection, site, some)
    articles = [
        UnitArticle(
            row.url, masked(row.title), row.published, row.reprinted, row.repeats,
            listed.get(row.url, ()), found.get(row.url, 0),
        )
        for row in rows
    ]  # fmt: skip
    return articles, int(total)


def _standing(connection: Connection, site: str, urls: Sequence[str]) -> Mapping[str, int]:
    on_them = and_(F.c.site == site, F.c.url.in_(urls), F.c.state.in_(STANDING))
    counted = select(F.c.url, func.count()).where(on_them).group_by(F.c.url)
    return {row[0]: row[1] for row in connection.execute(counted)}


def quarter_counts(
    connection: Connection, site: str, unit: str, since: date, until: date
) -> list[QuarterCount]:
    """The unit's numbers of each calendar quarter from `since` to `until` (both a quarter's first day), oldest first."""
    days = connection.execute(
        select(A.c.published, A.c.reprinted, func.count())
        .where(_mine(site, unit, since, until))
        .group_by(A.c.published, A.c.reprinted)
    ).all()
    found: list[QuarterCount] = []
    first = since
    while first < until:
        after = date(first.year + (first.month > 9), (first.month + 2) % 12 + 1, 1)
        numbers = [0, 0]
        for day, reprinted, number in days:
            if first <= day < after:
                numbers[reprinted] += number
        found.append(QuarterCount(first, *numbers))
        first = after
    return found


def findings_by_state(
    connection: Connection, site: str, unit: str, today: date
) -> tuple[Mapping[str, int], int]:
    """How many findings of a unit stand in each state, and how many of them are overdue `today`."""
    mine = and_(F.c.site == site, F.c.unit == unit)
    rows = connection.execute(select(F.c.state, func.count()).where(mine).group_by(F.c.state))
    late = and_(mine, F.c.state.in_(DATED), F.c.due < today)
    overdue = connection.execute(select(func.count()).select_from(F).where(late)).scalar_one()
    return {row[0]: row[1] for row in rows}, int(overdue)


def stored_page(connection: Connection, site: str, url: str) -> StoredPage | None:
    """The article at `url` (canonical) with its findings of all states, by place; None where none is stored."""
    article = stored_article(connection, site, url)
    if article is None:
        return None
    row = connection.execute(
        select(A.c.first_seen, A.c.last_seen, A.c.fetched_at, A.c.repeats).where(
            and_(A.c.site == site, A.c.url == url)
        )
    ).one()
    listed = listed_in(connection, site, [url])
    found = connection.execute(
        select(F)
        .where(and_(F.c.site == site, F.c.url == url))
        .order_by(F.c.part, F.c.start, F.c.end, F.c.id)
        .limit(MOST_FINDINGS)
    )
    findings = tuple(
        Standing(one.id, finding_of(one, listed), one.state, one.due, one.until) for one in found
    )
    return StoredPage(article, row.first_seen, row.last_seen, row.fetched_at, row.repeats, findings)
