"""Judge everything stored again, without crawling, after a list changed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from checks.checker import Checker
from checks.model import Article, Finding, Site
from checks.rules.text import personal_data
from crawler import clock
from crawler.judge import wordlists_of
from store.articles import mark_checked, stored_articles
from store.database import open_database, reading, writing
from store.findings import open_findings, save_findings

BATCH = 500
#: Stored text has personal numbers masked: what was found of them is judged only when a page is read.
UNJUDGED = frozenset({personal_data.RULE.id})


@dataclass(frozen=True, slots=True)
class Recheck:
    """What a re-check came to; `findings` are those open after it."""

    articles: int
    opened: int
    closed: int
    findings: tuple[Finding, ...]


def recheck_site(site: Site, db_url: str, *, day: date) -> Recheck:
    """Check every stored article of a site with the lists now in force.

    Raises:
        BadInput: the database or a list cannot be used.
    """
    checker = Checker(wordlists_of(site), site)
    engine = open_database(db_url)
    articles = opened = closed = 0
    with reading(engine) as view:
        for batch in _batches(stored_articles(view, site.id)):
            found = {one.url: checker.article(one, today=day) for one in batch}
            now = clock.now()
            with writing(engine) as connection:
                more, fewer = save_findings(
                    connection,
                    site.id,
                    found,
                    now=now,
                    lists_hash=checker.lists_hash,
                    unjudged=UNJUDGED,
                )
                mark_checked(
                    connection, site.id, list(found), now=now, lists_hash=checker.lists_hash
                )
            articles, opened, closed = articles + len(batch), opened + more, closed + fewer
    with reading(engine) as connection:
        findings = open_findings(connection, site.id)
    engine.dispose()
    return Recheck(articles, opened, closed, findings)


def _batches(articles: Iterator[Article]) -> Iterator[Sequence[Article]]:
    while batch := list(islice(articles, BATCH)):
        yield batch
