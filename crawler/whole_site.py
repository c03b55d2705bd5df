"""The end of a night, for the site as a whole: pages that share a fault, links, home page, dates, padding, reviews."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import islice

from checks.model import Finding, Site, Unchecked, UnitTally, fingerprint
from checks.rules.unit import padding
from checks.site_judge import judge_dates, judge_site_rules
from checks.site_seen import ArticleDays, SiteSeen
from checks.switches import switched, switches
from checks.verdict import ColumnVerdict
from crawler.reviews import judge_reviews
from crawler.spiders.columns import ColumnsSpider
from crawler.watch import Watched
from store.article_days import article_days
from store.articles import article_urls, unit_figures
from store.database import Connection, Engine, reading, writing
from store.findings import save_findings
from store.home import home_seen
from store.links import dead_link_findings
from store.looked_at import looked_at
from store.padding import mark_repeats, with_repeats
from store.page_faults import shared_findings

BATCH = 500
MENDED = "全站已重新检查，问题不再存在"


def judge_whole_site(
    engine: Engine,
    spider: ColumnsSpider,
    verdicts: tuple[ColumnVerdict, ...],
    watched: Watched,
    now: datetime,
) -> tuple[Unchecked, ...]:
    """Judge what only a look at the whole site shows, and save it; gives back what could not be told."""
    site, day = spider.site, spider.day
    spider.links.save()
    with reading(engine) as connection:
        home = home_seen(connection, site.id, day)
        pages = (*shared_findings(connection, site), *dead_link_findings(connection, site))
        dates = judge_dates(_days(connection, site.id), site, day)
    found, doubts, unjudged = judge_site_rules(SiteSeen(site, day, verdicts, home))
    with writing(engine) as connection:
        tallies = _tallies(connection, site, *quarter_of(day))
        looked = looked_at(connection, site)
        _save(connection, spider, now, "page", pages, looked=looked)
        _save(connection, spider, now, "dates", dates, looked=looked)
        whole = (*found, *watched.site)
        _save(connection, spider, now, "site", whole, unjudged=unjudged | watched.unjudged)
        _save(connection, spider, now, "media", watched.media)
        repeated = tuple(one for tally in tallies for one in padding.check(tally, site))
        kept = tuple(switched(repeated, switches(site, ())))
        marks = {
            fingerprint(site.id, padding.RULE.id, t.unit.id, t.since.isoformat()) for t in tallies
        }
        _save(connection, spider, now, "unit", kept, closable=marks)
    reviewed = judge_reviews(engine, site, day, lists_hash=spider.lists_hash, now=now)
    return (*doubts, *watched.unchecked, *reviewed)


def _save(
    connection: Connection,
    spider: ColumnsSpider,
    now: datetime,
    about: str,
    found: Sequence[Finding],
    *,
    unjudged: frozenset[str] = frozenset(),
    closable: set[str] | None = None,
    looked: Mapping[str, datetime] | None = None,
) -> None:
    """Save what was found; `looked` where it was not looked at tonight for sure: by fingerprint, when it was."""
    by_url: dict[str, list[Finding]] = {}
    for one in found:
        by_url.setdefault(one.url, []).append(one)
    save_findings(
        connection,
        spider.site.id,
        by_url,
        now=now,
        lists_hash=spider.lists_hash,
        about=about,
        gone=MENDED,
        unjudged=unjudged,
        closable=closable,
        day=spider.day,
        fetched=dict.fromkeys(by_url, spider.began) if looked is None else looked,
    )


def _days(connection: Connection, site: str) -> list[ArticleDays]:
    """The days of every stored article that name more than one, a batch at a time."""
    return [
        one
        for batch in _batches(article_urls(connection, site))
        for one in article_days(connection, site, batch)
    ]


def _batches(urls: Iterator[str]) -> Iterator[list[str]]:
    while batch := list(islice(urls, BATCH)):
        yield batch


def _tallies(connection: Connection, site: Site, since: date, until: date) -> list[UnitTally]:
    """The quarter's figures of every unit, with what repeats earlier articles."""
    mark_repeats(connection, site, since, until)
    figures, _ = unit_figures(connection, site.id, since, until)
    return [
        with_repeats(
            connection,
            site.id,
            UnitTally(
                unit,
                since,
                until,
                figures.get((unit.id, False), 0),
                figures.get((unit.id, True), 0),
            ),
        )
        for unit in site.units
    ]


def quarter_of(day: date) -> tuple[date, date]:
    """The calendar quarter a day lies in: (first day, first day of the next)."""
    since = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return since, (since + timedelta(days=93)).replace(day=1)
