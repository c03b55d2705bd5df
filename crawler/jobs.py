"""What is handed to the reading process, and what comes back: pages as fetched, and what they say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from checks.model import Article, Finding, Part, Unchecked
from checks.seen_page import PageFault, SeenLink
from crawler.page import Attachment, Fetch, Listing, Read
from store.evidence import Evidence

EMPTY = Listing()


@dataclass(frozen=True, slots=True)
class Looked:
    """What a page is as a page: its faults, the links to watch, the days it names ("meta", "page", "url")."""

    faults: tuple[PageFault, ...] = ()
    links: tuple[SeenLink, ...] = ()
    dates: Mapping[str, date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LookedAt:
    """A page that was read and looked at, on its way to the store, with what is kept of it."""

    url: str
    looked: Looked
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """One article page as fetched, and what the list that named it says of it.

    `hint` is the family that read that list.

    `parts` are the pages already read of the same article, in order (multi-page articles). `files` are
    the texts of its attachments, None while they have not been fetched.
    """

    site: str
    url: str
    body: bytes
    content_type: str
    family: str
    hint: str
    columns: tuple[str, ...]
    title: str
    listed: date | None
    day: date
    parts: tuple[Read, ...] = ()
    files: tuple[Part, ...] | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a job: a judged article; or the pages read so far and what is still to fetch; or why not.

    `more` are the article's further pages, `attachments` the files it links: fetched first, then judged with it.
    `looked` is set with the article's first page.
    """

    article: Article | None = None
    findings: tuple[Finding, ...] = ()
    unchecked: tuple[Unchecked, ...] = ()
    parts: tuple[Read, ...] = ()
    more: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    looked: Looked | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class ListJob:
    """One list page as fetched. `family` is a family's name or "auto"; `first` asks for the page as a page too."""

    site: str
    column: str
    url: str
    body: bytes
    content_type: str
    family: str
    form: Mapping[str, str] | None = None
    first: bool = False


@dataclass(frozen=True, slots=True)
class ListOutcome:
    """What a list page says, the request for the following one, the family that read it; or why not."""

    listing: Listing = EMPTY
    following: Fetch | None = None
    family: str = "auto"
    looked: Looked | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class HomeJob:
    """The home page as fetched."""

    site: str
    url: str
    body: bytes
    content_type: str
    day: date


@dataclass(frozen=True, slots=True)
class HomeOutcome:
    """What the home page is, and the newest day it shows that is not after the job's; or why not."""

    looked: Looked = Looked()
    newest: date | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class LinkJob:
    """The page a link led to, as fetched."""

    url: str
    body: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class LinkOutcome:
    """Whether a page is that of a parked domain, or says that it is gone; or why it could not be read."""

    parked: bool = False
    soft_404: bool = False
    why: str = ""


AnyJob = Job | ListJob | HomeJob | LinkJob
AnyOutcome = Outcome | ListOutcome | HomeOutcome | LinkOutcome
