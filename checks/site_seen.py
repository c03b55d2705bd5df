"""What the rules on a whole site are shown: its columns' verdicts, its home page, its articles' dates."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from checks.model import Finding, Rule, Site, Unchecked
from checks.passage import Manual
from checks.verdict import ColumnVerdict

Judged = tuple[tuple[Finding, ...], tuple[Unchecked, ...]]


@dataclass(frozen=True, slots=True)
class HomeSeen:
    """The home page on a day: read, or `why` not.

    `newest` is the latest day not after that day that it shows or that an article it links carries.
    `unchanged_days` counts the nights that read it since its set of links became what it is
    (`unchanged_since`), that first night not counted; nights that did not read it count for nothing.
    `changed` says whether another set of links was ever seen before: if not, the set may be older than the watch.
    """

    read: bool
    why: str = ""
    newest: date | None = None
    unchanged_days: int = 0
    unchanged_since: date | None = None
    changed: bool = False


@dataclass(frozen=True, slots=True)
class SiteSeen:
    """A site as it stood on `day`. `home` is None where the home page was not looked at."""

    site: Site
    day: date
    verdicts: tuple[ColumnVerdict, ...] = ()
    home: HomeSeen | None = None


@dataclass(frozen=True, slots=True)
class ArticleDays:
    """The days that are told of one article, None each where nobody tells.

    `published` is its 发布日期 and `rung` what gave it. `listed` is the list's day, `meta` the tag PubDate's,
    `page` the one the page shows, `in_url` the day its address carries (when it was made).
    `first_seen` is the first day a list or the article itself was met. `looked` is the last day before
    on which all columns that list it were read, and `watched_since` the first on which all of
    them had been read whole.
    """

    url: str
    title: str
    published: date | None = None
    rung: str = ""
    listed: date | None = None
    meta: date | None = None
    page: date | None = None
    in_url: date | None = None
    first_seen: date | None = None
    watched_since: date | None = None
    looked: date | None = None
    unit: str = ""
    columns: tuple[str, ...] = ()


class SiteRule(Protocol):
    """A module in checks/rules/site. `ON`: the rule is on unless a site switches it off."""

    RULE: Rule
    MANUAL: Manual
    ON: bool

    def judge(self, seen: SiteSeen) -> Judged:
        """What is found for sure, and what could not be told."""
