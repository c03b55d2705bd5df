"""The end of a night, for sites with 三审三校: every article faced with the drafts that were released."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from checks.model import Article, Finding, Reviews, Site, Unchecked, fingerprint
from checks.review_match import (
    DIFFERS,
    PARTLY,
    UNKNOWN,
    UNREVIEWED,
    Match,
    ReleasedDrafts,
    wanted,
)
from checks.rules.review import REVIEW_RULES, differs_from_released, unreviewed
from checks.switches import switched, switches
from store.database import Connection, Engine, reading, writing
from store.findings import save_findings
from store.review_keeping import forget_old
from store.review_matches import (
    Facing,
    articles_at,
    faced,
    released_drafts,
    save_matches,
    undated,
)

MENDED = "已找到签发记录，或内容已与签发稿一致"


@dataclass(slots=True)
class Faced:
    """What facing the articles with the drafts came to.

    `matches` are by address, with the hash of the text compared; `looked` says by fingerprint when what a finding is
    about was looked at; `closable` are fingerprints whose articles were judged.
    """

    matches: dict[str, tuple[str, Match]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    looked: dict[str, datetime] = field(default_factory=dict)
    closable: set[str] = field(default_factory=set)
    unknown: dict[str, list[str]] = field(default_factory=dict)
    partly: list[str] = field(default_factory=list)


def judge_reviews(
    engine: Engine, site: Site, day: date, *, lists_hash: str, now: datetime
) -> tuple[Unchecked, ...]:
    """Match what was published to what was released, save what is found; let old drafts go. `now` is UTC.

    Gives back what could not be told. A site without `reviews` is left alone.
    """
    reviews = site.reviews
    if reviews is None:
        return ()
    with reading(engine) as connection:
        told = _faced(connection, site, reviews, now)
        no_day = [
            title
            for title, columns in undated(connection, site, reviews.since)
            if wanted(reviews, reviews.since, columns, reprinted=False)
        ]
    with writing(engine) as connection:
        _save(connection, site, day, told, lists_hash, now)
        save_matches(connection, site.id, told.matches, at=now)
        forget_old(connection, site, day, at=now)
    return tuple(_unchecked(told, no_day))


def _faced(connection: Connection, site: Site, reviews: Reviews, now: datetime) -> Faced:
    told = Faced()
    asked: list[Facing] = []
    taken: set[int] = set()
    for one in faced(connection, site, reviews.since):
        if one.draft is not None and one.settled:
            taken.add(one.draft)
        if not wanted(reviews, one.published, one.columns, reprinted=one.reprinted):
            told.closable |= _marks(site, one.url)
        elif one.settled:
            told.closable |= _marks(site, one.url)
            told.partly += [one.title] if one.state == PARTLY else []
        else:
            asked.append(one)
    if not asked:
        return told
    drafts = ReleasedDrafts(released_drafts(connection, site))
    left: list[Facing] = []
    for one, article in articles_at(connection, site, asked):
        match = drafts.same(article)
        if match is None:
            left.append(one)
        else:
            _note(told, site, one, article, match, now)
    taken |= {match.draft.number for _, match in told.matches.values() if match.draft}
    for one, article in articles_at(connection, site, left):
        match = drafts.nearest(article, before=one.draft, taken=taken)
        _note(told, site, one, article, match, now)
    return told


def _note(
    told: Faced, site: Site, one: Facing, article: Article, match: Match, now: datetime
) -> None:
    as_before = (one.draft, one.state, one.matched_hash) == (
        match.draft.number if match.draft else None,
        match.state,
        one.text_hash,
    )
    if match.state == UNKNOWN:
        told.unknown.setdefault(match.why, []).append(article.title or article.url)
        if one.state == DIFFERS and one.matched_hash == one.text_hash:
            return  # judged while the text was kept: that stays
    if not as_before:
        told.matches[one.url] = (one.text_hash, match)
    if match.state == UNKNOWN:
        return
    told.closable |= _marks(site, one.url)
    told.partly += [article.title] if match.state == PARTLY else []
    found: list[Finding] = []
    if match.state == UNREVIEWED:
        found.append(unreviewed.finding(site, article))
        told.looked[found[0].fingerprint] = now
    elif match.state == DIFFERS and match.draft:
        found.append(differs_from_released.finding(site, article, match.draft, match.changes))
        told.looked |= {found[0].fingerprint: one.fetched} if one.fetched else {}
    told.findings += switched(found, switches(site, article.columns))


def _marks(site: Site, url: str) -> set[str]:
    return {fingerprint(site.id, rule.RULE.id, url) for rule in REVIEW_RULES}


def _save(
    connection: Connection, site: Site, day: date, told: Faced, lists_hash: str, now: datetime
) -> None:
    by_url: dict[str, list[Finding]] = {}
    for one in told.findings:
        by_url.setdefault(one.url, []).append(one)
    save_findings(
        connection,
        site.id,
        by_url,
        now=now,
        lists_hash=lists_hash,
        about="review",
        gone=MENDED,
        closable=told.closable,
        day=day,
        fetched=told.looked,
    )


def _unchecked(told: Faced, no_day: Sequence[str]) -> list[Unchecked]:
    reasons: Mapping[str, Sequence[str]] = told.unknown
    found = [
        Unchecked(f"{len(some)}篇文章是否经过三审三校、与签发稿是否一致", f"{why}{_such_as(some)}")
        for why, some in reasons.items()
    ]
    if no_day:
        why = f"没有发布日期，无法判断{_such_as(no_day)}"
        found.append(Unchecked(f"{len(no_day)}篇文章是否应经三审三校", why))
    if told.partly:
        why = f"签发稿中没有这些附件，没有比对{_such_as(told.partly)}"
        found.append(Unchecked(f"{len(told.partly)}篇已签发文章的附件", why))
    return found


def _such_as(titles: Sequence[str]) -> str:
    return f"（如《{titles[0][:40]}》）"
