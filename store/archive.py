"""The archive as a re-check reads it: texts by ranges of ids, as bytes; what is stored of those looked at closely."""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Connection,
    LargeBinary,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    or_,
    select,
    update,
)

from checks.archive_search import VERSION_LENGTH, folded_form
from checks.model import Article, Finding
from store import schema
from store.findings import save_findings
from store.parts import parts_from, parts_json
from store.settling import list_ages
from store.states import CLOSED, DELETED

#: Texts read at once.
BATCH = 200
#: Values one statement may carry.
CHUNK = 500
A, F, E, V = schema.articles, schema.findings, schema.entries, schema.visits
#: id, lists it was judged with ("" where a re-check covers it), undated, how it folds is known, the text to
#: search: its folded form where there is one, else its JSON.
TextRow = tuple[int, str, int, int, bytes]


@dataclass(frozen=True, slots=True)
class Stored:
    """An article, and the hash of the text that was read: it may be another one by the time it is saved."""

    id: int
    text_hash: str
    article: Article


@dataclass(frozen=True, slots=True)
class Standing:
    """A stored finding that still stands (neither closed nor of a deleted page)."""

    fingerprint: str
    rule: str
    severity: int
    part: int
    start: int
    end: int
    said: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Rejudged:
    """An article judged again: what it has now; by the lists alone, where its rules' findings stay as they are."""

    url: str
    text_hash: str
    findings: tuple[Finding, ...]
    whole: bool


def id_range(connection: Connection, site: str) -> tuple[int, int]:
    """The first id of a site's articles, and the one after the last; (1, 1) where there is none."""
    first, last = connection.execute(
        select(func.min(A.c.id), func.max(A.c.id)).where(A.c.site == site)
    ).one()
    return (1, 1) if first is None else (first, last + 1)


def is_behind(connection: Connection, site: str, lists_hash: str) -> bool:
    """Whether some article of a site was judged last with other lists than these."""
    other = and_(A.c.site == site, A.c.lists_hash != lists_hash)
    return connection.execute(select(A.c.id).where(other).limit(1)).first() is not None


def texts(
    connection: Connection,
    site: str,
    first: int,
    last: int,
    *,
    folding: str,
    covered: datetime | None,
) -> Iterator[Sequence[TextRow]]:
    """The texts of articles with ids from `first` to `last` (exclusive), in batches.

    Articles judged before `covered` are covered by the last re-check.
    """
    own = A.c.lists_hash
    judged = own if covered is None else case((A.c.checked_at < covered, ""), else_=own)
    alone = A.c.folded == folding
    known = func.substr(A.c.folded, 1, VERSION_LENGTH) == folding
    folded = case((known, 1), else_=0)
    text = case((alone, A.c.parts), (known, A.c.folded), else_=A.c.parts)
    raw: Any = cast(text, LargeBinary)
    if connection.dialect.name == "postgresql":
        raw = func.convert_to(text, "UTF8")
    undated = case((A.c.published.is_(None), 1), else_=0)
    chosen = (
        select(A.c.id, judged, undated, folded, raw)
        # coalesce: an index by site must not be preferred, it would fetch the rows one by one
        .where(and_(A.c.id >= first, A.c.id < last, func.coalesce(A.c.site, "") == site))
        .order_by(A.c.id)
    )
    with connection.execute(chosen) as rows:
        cursor: Any = rows.cursor  # nothing needs converting, which would take as long as reading
        while batch := cursor.fetchmany(BATCH):
            yield batch


def stored_by_id(connection: Connection, site: str, ids: Sequence[int]) -> Iterator[Stored]:
    """The articles with these ids, each with the columns that list it; not those whose page is deleted."""
    deleted = exists(
        select(V.c.id).where(and_(V.c.site == A.c.site, V.c.url == A.c.url, V.c.state == "deleted"))
    )
    for i in range(0, len(ids), CHUNK):
        chosen = (
            select(A.c.id, A.c.text_hash, A.c.url, A.c.parts, A.c.published, A.c.source, A.c.unit)
            .where(and_(A.c.id.in_(ids[i : i + CHUNK]), ~deleted))
            .order_by(A.c.id)
        )
        rows = connection.execute(chosen).all()
        listed = _columns(connection, site, [row.url for row in rows])
        for row in rows:
            article = Article(
                row.url, parts_from(row.parts), row.published, row.source, row.unit,
                columns=listed.get(row.url, ()),
            )  # fmt: skip
            yield Stored(row.id, row.text_hash, article)


def _columns(connection: Connection, site: str, urls: Sequence[str]) -> dict[str, tuple[str, ...]]:
    chosen = (
        select(E.c.url, E.c.column_id)
        .where(and_(E.c.site == site, E.c.url.in_(urls), E.c.gone.is_(None)))
        .order_by(E.c.id)
    )
    listed: dict[str, tuple[str, ...]] = {}
    for url, column in connection.execute(chosen):
        listed[url] = (*listed.get(url, ()), column)
    return listed


def standing(connection: Connection, site: str, urls: Sequence[str]) -> dict[str, list[Standing]]:
    """The findings on texts that stand, by address."""
    found: dict[str, list[Standing]] = {}
    for i in range(0, len(urls), CHUNK):
        chosen = select(F).where(and_(_on_texts(site), F.c.url.in_(urls[i : i + CHUNK])))
        for row in connection.execute(chosen):
            said = (row.suggestion, row.message, row.source)
            one = Standing(
                row.fingerprint, row.rule, row.severity, row.part, row.start, row.end, said
            )
            found.setdefault(row.url, []).append(one)
    return found


def _on_texts(site: str) -> Any:
    return and_(F.c.site == site, F.c.about == "text", F.c.state.not_in((CLOSED, DELETED)))


def with_findings(connection: Connection, site: str, but: Sequence[str]) -> Iterator[int]:
    """Ids of articles with a standing finding of a rule that is none of `but`, ascending."""
    yield from connection.scalars(
        select(A.c.id)
        .join(F, and_(F.c.site == A.c.site, F.c.url == A.c.url))
        .where(and_(_on_texts(site), F.c.rule.not_in(but)))
        .distinct()
        .order_by(A.c.id)
    )


def listed_anew(connection: Connection, site: str, since: date | None) -> Iterator[int]:
    """Ids of articles that a column lists, or lists no more, since a day (None: ever), ascending."""
    anew = E.c.site == site
    if since is not None:
        anew = and_(anew, or_(E.c.first_seen >= since, E.c.gone >= since))
    yield from connection.scalars(
        select(A.c.id)
        .join(E, and_(E.c.site == A.c.site, E.c.url == A.c.url))
        .where(anew)
        .distinct()
        .order_by(A.c.id)
    )


def save_rejudged(
    connection: Connection,
    site: str,
    judged: Sequence[Rejudged],
    *,
    now: datetime,
    lists_hash: str,
    unjudged: Container[str],
    rules: Container[str],
    day: date | None = None,
    older_too: bool = False,
) -> tuple[int, int]:
    """Save what articles have now; how many findings were opened and closed.

    An article that was read anew meanwhile is left as that reading left it. Findings of `unjudged` rules stay as
    they are, of `rules` where only the lists were judged.
    """
    same = _same_text(connection, site, judged)
    opened = closed = 0
    for whole, spared in ((True, unjudged), (False, rules)):
        found = {one.url: one.findings for one in judged if one.whole is whole and one.url in same}
        if found:
            more, fewer = save_findings(
                connection, site, found, now=now, lists_hash=lists_hash, unjudged=spared, day=day,
                anew=False, older_too=older_too,
            )  # fmt: skip
            opened, closed = opened + more, closed + fewer
    return opened, closed


def _same_text(connection: Connection, site: str, judged: Sequence[Rejudged]) -> set[str]:
    wanted = {one.url: one.text_hash for one in judged}
    urls = list(wanted)
    found: set[str] = set()
    for i in range(0, len(urls), CHUNK):
        chosen = select(A.c.url, A.c.text_hash).where(
            and_(A.c.site == site, A.c.url.in_(urls[i : i + CHUNK]))
        )
        found |= {url for url, hash in connection.execute(chosen) if wanted[url] == hash}
    return found


def refold(connection: Connection, stored: Sequence[Stored]) -> None:
    """Write anew how these texts are to be searched, and the texts as they are stored now."""
    if not stored:
        return
    rows = [
        {
            "key": one.id,
            "hash": one.text_hash,
            "written": parts_json(one.article.parts),
            "form": folded_form([part.text for part in one.article.parts]),
        }
        for one in stored
    ]
    connection.execute(
        update(A)
        .where(and_(A.c.id == bindparam("key"), A.c.text_hash == bindparam("hash")))
        .values(parts=bindparam("written"), folded=bindparam("form")),
        rows,
    )


def move_on(connection: Connection, site: str, lists_hash: str, but: Sequence[str]) -> None:
    """Every finding that stands, of rules that are none of `but`, stands by these lists too.

    Those that were looked for with them, and not found, carry their hash already.
    """
    others = and_(_on_texts(site), F.c.lists_hash != lists_hash, F.c.rule.not_in(but))
    ages = list_ages(connection, site)
    newer = [one for one, age in ages.items() if age > ages.get(lists_hash, age)]
    for i in range(0, len(newer), CHUNK):
        by_newer = and_(others, F.c.found_by.in_(newer[i : i + CHUNK]))
        connection.execute(update(F).where(by_newer).values(found_by=lists_hash))
    connection.execute(update(F).where(others).values(lists_hash=lists_hash))
