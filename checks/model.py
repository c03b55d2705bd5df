"""The types every room speaks: articles, columns, units, findings.

All are frozen and slotted. Nothing here knows a network, a clock, a database or a file.
Long because the words of the house stand together.
"""

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import IntEnum
from typing import Literal, Self, TypeVar

PartKind = Literal["title", "body", "attachment"]
ColumnKind = Literal["news", "notice", "policy", "yearly", "static"]
UnitKind = Literal["township", "department", "zone", "centre"]
_T = TypeVar("_T")


class Severity(IntEnum):
    """How much a finding weighs: 严重错误 / 一般错误 / 疑似. Ordered, so that `>=` reads as "at least"."""

    SUGGESTION = 1
    WARNING = 2
    ERROR = 3

    @classmethod
    def named(cls, name: str) -> Self:
        """The severity called `name` ("suggestion", "warning" or "error").

        Raises:
            KeyError: no severity is called so.
        """
        return cls[name.upper()]

    def __str__(self) -> str:
        return self.name.lower()

    @property
    def label(self) -> str:
        return {"SUGGESTION": "疑似", "WARNING": "一般错误", "ERROR": "严重错误"}[self.name]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place in one part's text: code points, counted from 0, end exclusive."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"not a span: {self.start}..{self.end}")

    def covers(self, other: "Span") -> bool:
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True)
class Rule:
    """What a finding is an instance of. `id` is kebab-case, never reused, never renamed once reported.

    `source` is the document (and number) the rule stands on; every finding shows it.
    """

    id: str
    severity: Severity
    message: str
    source: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One 问题: the rule, its place, what stood there, what to write instead.

    `part` is the index into the article's parts. `span` points into that part's text and only
    there. A finding on a column or a unit has part 0 and an empty span, the column's address as
    `url`, and its name as `match`.
    """

    rule: str
    severity: Severity
    part: int
    span: Span
    match: str
    suggestion: str
    message: str
    source: str
    fingerprint: str
    url: str = ""
    unit: str = ""
    columns: tuple[str, ...] = ()

    def placed(self, *, url: str, unit: str, columns: tuple[str, ...]) -> Self:
        return replace(self, url=url, unit=unit, columns=columns)


@dataclass(frozen=True, slots=True)
class Unchecked:
    """未能检查: what could not be checked and why. Never silence, never a false finding.

    `why` begins with a reason code where one fits (design.md §8: timeout dns refused tls http-NNN
    blocked soft-404 rendered layout too-large robots private-address encoding), then Chinese.
    """

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Part:
    """One stretch of an article's text, blocks joined by a line break. `name` is the attachment's file name.

    `places` names stretches of the text (a page, a cell) by where they begin, in order.
    """

    kind: PartKind
    name: str
    text: str
    places: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Article:
    """文章 / 稿件: what a unit published, or is about to.

    `published` is the 发布日期 as a calendar day at the site, None where the page shows none.
    `source` is the 来源 as the page writes it. `unit` is a unit id, "" where nobody could be told.
    `reprinted` says that the source is another body (新华社, a higher authority): counted apart.
    `rungs` says, for each field, which rung of the extraction gave it ("meta", "family",
    "generic", "list", "url").
    """

    url: str
    parts: tuple[Part, ...]
    published: date | None = None
    source: str = ""
    unit: str = ""
    reprinted: bool = False
    columns: tuple[str, ...] = ()
    rungs: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def draft(
        cls, text: str, *, title: str = "", published: date | None = None, url: str = ""
    ) -> Self:
        """An article not yet published: `text` as its body, preceded by a title part if there is one."""
        parts = (Part("title", "", title),) if title else ()
        return cls(url, (*parts, Part("body", "", text)), published)

    @property
    def title(self) -> str:
        return next((part.text for part in self.parts if part.kind == "title"), "")

    @property
    def body(self) -> str:
        return next((part.text for part in self.parts if part.kind == "body"), "")

    @property
    def text_hash(self) -> str:
        """SHA-256 of everything a reader reads: the same text twice has the same hash."""
        digest = hashlib.sha256()
        for part in self.parts:
            for piece in (part.kind, part.name, part.text):
                raw = piece.encode("utf-8", "surrogatepass")
                digest.update(len(raw).to_bytes(8, "big"))
                digest.update(raw)
        return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Unit:
    """责任单位: a township, a department, a zone. `quota` is articles a quarter, None where none is set."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    kind: UnitKind = "department"
    quota: int | None = None


@dataclass(frozen=True, slots=True)
class Expectation:
    """栏目应公开内容: an item a column must contain, by whom, by when.

    Met by an entry whose title or text contains one of `any`, in the last `within_days` calendar
    days (None: at any time). With `each_unit` every responsible unit must have one of its own.
    `units` narrows that to some of the column's units (ids; empty means all of them).
    """

    item: str
    any: tuple[str, ...]
    each_unit: bool = False
    within_days: int | None = None
    units: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One number of 检查指标; its name says the unit (…_days, _months, _columns, _percent, …).

    `confidence` says how surely the number is the document's: read in it, held with high, medium or low
    confidence, or derived (the house's own reckoning).
    """

    name: str
    value: int
    source: str
    confidence: str
    says: str = ""
    on: bool = True


@dataclass(frozen=True, slots=True)
class Indicators:
    """检查指标 in force at a site: a document, or a local variant of one. Without numbers all rules on them rest."""

    id: str = ""
    title: str = ""
    source: str = ""
    numbers: tuple[Indicator, ...] = ()

    def value(self, name: str) -> int | None:
        """The number called `name`, None where it is off or not there."""
        return next((one.value for one in self.numbers if one.name == name and one.on), None)

    def cited(self, name: str) -> str:
        """The source of the number called `name`, as a finding shows it."""
        return next((one.source for one in self.numbers if one.name == name), self.source)


@dataclass(frozen=True, slots=True)
class Column:
    """栏目. `url` is absolute. `units` are unit ids, kinds already resolved.

    `family` is a CMS family or "auto". `endpoint` is a JSON or XML address that serves the list
    where the page fills it by script ("" for none). `max_age` is in calendar days, None: never stale;
    where the limit is in calendar months, `max_months` says how many, and `max_age` the most days they
    can last. `first_level` says whether this is a 一级栏目, None where nobody said.
    """

    id: str
    name: str
    url: str
    kind: ColumnKind = "notice"
    units: tuple[str, ...] = ()
    family: str = "auto"
    max_age: int | None = None
    expects: tuple[Expectation, ...] = ()
    endpoint: str = ""
    max_pages: int = 200
    max_months: int | None = None
    first_level: bool | None = None


@dataclass(frozen=True, slots=True)
class Switch:
    """A site's decision on a rule or a list: off (`severity` None), or another severity; and why.

    With `columns` (ids) it holds for articles that stand in these columns only, of all their columns.
    """

    rule: str
    severity: Severity | None
    reason: str
    columns: tuple[str, ...] = ()
    on: bool = False


@dataclass(frozen=True, slots=True)
class Excuse:
    """例外, approved and in force: what list or rule `rule` finds is right where it says `term` inside `phrase`.

    Within `scope`, which `scope_id` names: a unit's or column's id, a page's address, "" for the site.
    """

    rule: str
    term: str
    phrase: str
    scope: Literal["site", "unit", "column", "page"] = "site"
    scope_id: str = ""


@dataclass(frozen=True, slots=True)
class Official:
    """领导名录的一行: a person, a post, from `since` (inclusive) to `until` (exclusive), and the rank in lists.

    A smaller `rank` stands first; None: the order is not judged.
    """

    name: str
    post: str
    since: date | None = None
    until: date | None = None
    rank: int | None = None

    def holds(self, day: date | None) -> bool:
        """Whether the post is held on `day`; without a day, whether it has no end."""
        if day is None:
            return self.until is None
        return (self.since is None or self.since <= day) and (
            self.until is None or day < self.until
        )


@dataclass(frozen=True, slots=True)
class Revisit:
    """How soon a page is asked for again, in nights, and how often a night may ask.

    `recent`: published in this calendar quarter; `older`: in the `older_days` calendar days before;
    `all`: every page, and then read anew whatever the server says of it. `requests` bounds the pages
    asked again in one night (None: as many as the promises need); pages with an open finding of at
    least the severity `findings`, missing ones and ones not read yet are asked every night besides.
    """

    recent: int = 7
    older: int = 30
    all: int = 90
    older_days: int = 366
    requests: int | None = None
    findings: str = "suggestion"


@dataclass(frozen=True, slots=True)
class LinkWatch:
    """How links are watched: at most `requests` a night, each asked again after `days` calendar days."""

    requests: int = 200
    days: int = 30


@dataclass(frozen=True, slots=True)
class ProbePlan:
    """How availability is measured, and when it is said to be lacking (国办秘函〔2019〕19号, 站点无法访问).

    A page not open within `seconds` is a failure; `per_day` probes make a day count; `share` is the
    share of failures in a week from which a site is unavailable. `control` is an address that tells
    whether the line from here works ("" for none); `targets` are probed besides the home page.
    """

    control: str = ""
    targets: tuple[str, ...] = ()
    seconds: float = 15.0
    per_day: int = 20
    share: float = 0.05


@dataclass(frozen=True, slots=True)
class Account:
    """政务新媒体账号. `unit` is a unit id ("" for none), `feed` an RSS, Atom or JSON address ("" for none).

    `max_age` is in calendar days.
    """

    id: str
    name: str
    platform: str = ""
    unit: str = ""
    feed: str = ""
    max_age: int = 14


@dataclass(frozen=True, slots=True)
class Reviews:
    """三审三校 as a site asks it of what it publishes: from the day `since` on, in `columns` (ids; empty: all).

    Reprinted articles are asked for it with `reprints` only. The texts of a draft are kept for `keep_days` calendar
    days after it was last touched (store/review_keeping.py).
    """

    since: date
    columns: tuple[str, ...] = ()
    keep_days: int = 365
    reprints: bool = False


@dataclass(frozen=True, slots=True)
class Site:
    """One county's website and everything the office declares of it.

    `delay` is seconds between two requests to one host. `hosts` are hosts the site file names,
    the only ones that may be private or loopback. `lists` are folders of the office's own
    wordlists (absolute). `placeholder` says the address is still to be filled in by the office.
    `attachments` says whether attached files are read, and pictures too ("ocr"). `legacy_tls` lets
    a site be read that speaks nothing newer than TLS 1.0. `holidays` is the file of the region's own
    holidays ("" for none), `forms` are folders of the office's own forms (absolute), `criteria` is the file of
    its own 评价标准 and `circular` that of its circular's wording (absolute, "" for none). `excuses` are
    approved exceptions, which the ledger keeps and the site file does not name; `notify` are where reminders
    go (addresses, or `${NAME}` of an environment variable, or a file that holds one). `reviews` is None where the
    office does not keep its drafts here.
    """

    id: str
    name: str
    home: str
    code: str = ""
    family: str = "auto"
    timezone: str = "Asia/Shanghai"
    delay: float = 1.0
    office: str = ""
    hosts: frozenset[str] = frozenset()
    units: tuple[Unit, ...] = ()
    columns: tuple[Column, ...] = ()
    lists: tuple[str, ...] = ()
    reprints: tuple[str, ...] = ()
    placeholder: bool = False
    switches: tuple[Switch, ...] = ()
    roster: tuple[Official, ...] = ()
    legacy_tls: bool = False
    attachments: Literal["on", "off", "ocr"] = "on"
    revisit: Revisit = Revisit()
    links: LinkWatch = LinkWatch()
    indicators: Indicators = Indicators()
    probe: ProbePlan = ProbePlan()
    media: tuple[Account, ...] = ()
    holidays: str = ""
    forms: tuple[str, ...] = ()
    excuses: tuple[Excuse, ...] = ()
    notify: tuple[str, ...] = ()
    circular: str = ""
    criteria: str = ""
    reviews: Reviews | None = None

    def unit(self, id: str) -> Unit:
        """Raises KeyError: no such unit."""
        return next_or_key_error((u for u in self.units if u.id == id), id)

    def column(self, id: str) -> Column:
        """Raises KeyError: no such column."""
        return next_or_key_error((c for c in self.columns if c.id == id), id)


def next_or_key_error(found: Iterable[_T], key: str) -> _T:
    for one in found:
        return one
    raise KeyError(key)


@dataclass(frozen=True, slots=True)
class Entry:
    """列表中的一条: this column lists that article.

    `listed` is the date the list shows. `article` is None while its page has not been read;
    `unread` then says why ("" if it was never tried).
    """

    column: str
    url: str
    title: str
    listed: date | None = None
    pinned: bool = False
    article: Article | None = None
    unread: str = ""

    @property
    def published(self) -> date | None:
        """The article's own date where it was read and has one, else the list's."""
        return (self.article.published if self.article else None) or self.listed


@dataclass(frozen=True, slots=True)
class ColumnSnapshot:
    """A column as it stood on `day`: its entries, or why it could not be read.

    `whole` is False where the walk through its pages ended early (bounded, or a page failed):
    what was seen is judged, what is missing is not.
    """

    column: Column
    entries: tuple[Entry, ...]
    day: date
    read: bool = True
    why: str = ""
    whole: bool = True

    @classmethod
    def unread(cls, column: Column, day: date, why: str) -> Self:
        return cls(column, (), day, read=False, why=why, whole=False)


@dataclass(frozen=True, slots=True)
class UnitTally:
    """What one unit published from `since` (inclusive) to `until` (exclusive), reprints apart.

    `repeated` of the published ones say an earlier article of the unit over again; of these, `posted_twice`
    are the same title of the same days at another address. `examples` are titles, the repeated one and the earlier.
    """

    unit: Unit
    since: date
    until: date
    published: int
    reprinted: int
    repeated: int = 0
    posted_twice: int = 0
    examples: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Fetched:
    """When and how a page was seen: for evidence and for the next conditional request.

    `digest` is SHA-256 of the body, "" where it was put together from several pages.
    """

    at: datetime
    status: int
    bytes: int
    etag: str = ""
    modified: str = ""
    digest: str = ""


def plain(text: str) -> str:
    """`text` for identities: NFKC, lower case, no white space. Never for places."""
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


def fingerprint(*pieces: str) -> str:
    """A finding's identity over runs: 32 hex digits of SHA-256 over `pieces`, in order."""
    digest = hashlib.sha256()
    for piece in pieces:
        raw = piece.encode("utf-8", "surrogatepass")
        digest.update(len(raw).to_bytes(8, "big"))
        digest.update(raw)
    return digest.hexdigest()[:32]


class BadInput(Exception):  # noqa: N818  - it names what is wrong, not the class
    """What a person handed in cannot be used: site file, list, draft, argument.

    `lines` are in Chinese, one a problem: file, line, what is wrong, what would be right. All
    problems at once. The desk prints them on stderr and exits with status 2.
    """

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines
