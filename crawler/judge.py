"""Reads and judges pages in a process of its own, beside the one that fetches.

The second core does the extraction and all checks; a page that kills or hangs the process costs
that page (`PageError`), never the night.
"""

import asyncio
import contextlib
import gc
import multiprocessing
import os
import signal
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from lxml import etree

from checks.attribution import Attribution
from checks.checker import Checker, without_personal_data
from checks.model import Article, Finding, Part, Site, Unchecked
from checks.wordlist import Wordlist, load_wordlists, shipped
from crawler.charset import read_page
from crawler.families import family_for
from crawler.page import Attachment, Fetch, Listing, PageError, Read
from crawler.parent import end_with_parent

READ_SECONDS = 60.0
EMPTY = Listing()
#: Objects between two collections: pages make many, and hardly any in a circle.
GC_THRESHOLD = 50_000
#: Pages one article may be split over.
MOST_PARTS = 30


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
    """

    article: Article | None = None
    findings: tuple[Finding, ...] = ()
    unchecked: tuple[Unchecked, ...] = ()
    parts: tuple[Read, ...] = ()
    more: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class ListJob:
    """One list page as fetched. `family` is a family's name or "auto"."""

    url: str
    body: bytes
    content_type: str
    family: str
    form: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class ListOutcome:
    """What a list page says, the request for the following one, the family that read it; or why not."""

    listing: Listing = EMPTY
    following: Fetch | None = None
    family: str = "auto"
    why: str = ""


#: What parsing a hostile page may raise, in our own code and in lxml's; it costs that page, and says so.
MALFORMED = (
    etree.LxmlError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError,
)  # fmt: skip


def list_outcome(job: ListJob) -> ListOutcome:
    try:
        page = read_page(job.url, job.body, job.content_type)
        page.form = job.form
        family = family_for(page, job.family)
        return ListOutcome(family.list_entries(page), family.next_page(page), family.NAME)
    except PageError as error:
        return ListOutcome(why=error.why)
    except MALFORMED as error:
        return ListOutcome(why=f"layout 解析页面时出错（{type(error).__name__}）")


class Bench:
    """What a site's articles are judged with: its lists, its units."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.checker = Checker(wordlists_of(site), site)
        self._attribution = Attribution(site)

    def article(self, job: Job, parts: Sequence[Read]) -> Article:
        """The article its pages make: fields from the first page that has them, bodies joined."""
        first = parts[0]
        rungs = dict(first.rungs)
        published = first.published
        if job.listed and (published is None or rungs.get("published") == "url"):
            published, rungs["published"] = job.listed, "list"
        title = first.title
        if not title and job.title:
            title, rungs["title"] = job.title, "list"
        columns = [c for c in self.site.columns if c.id in job.columns]
        told = self._attribution.of(first.source, columns=columns, title=title)
        body = "\n".join(part.body for part in parts if part.body)
        return Article(
            url=job.url,
            parts=(Part("title", "", title), Part("body", "", body), *(job.files or ())),
            published=published,
            source=first.source,
            unit=told.unit,
            reprinted=told.reprinted,
            columns=job.columns,
            rungs=rungs,
        )

    def outcome(self, job: Job) -> Outcome:
        if not job.body and job.parts:  # all pages that can be fetched are here
            return self.judged(job, job.parts)
        try:
            page = read_page(job.url, job.body, job.content_type)
            read = family_for(page, job.family, job.hint).article(page)
        except PageError as error:
            return Outcome(why=error.why)
        except MALFORMED as error:
            return Outcome(why=f"layout 解析页面时出错（{type(error).__name__}）")
        parts = (*job.parts, read)
        wanted = tuple(url for url in parts[0].more[:MOST_PARTS] if url != job.url)
        if len(parts) <= len(wanted):
            return Outcome(parts=parts, more=wanted[len(parts) - 1 :])
        return self.judged(job, parts)

    def judged(self, job: Job, parts: tuple[Read, ...]) -> Outcome:
        attached = tuple(one for part in parts for one in part.attachments)
        if attached and job.files is None:
            return Outcome(parts=parts, attachments=attached)
        article = self.article(job, parts)
        judged = self.checker.judged(article, today=job.day)
        kept = without_personal_data(article)
        return Outcome(kept, judged.findings, judged.unchecked, parts)


def wordlists_of(site: Site | None) -> tuple[Wordlist, ...]:
    """The lists in force for a site: the shipped ones and the office's own folders."""
    own = (one for folder in (site.lists if site else ()) for one in load_wordlists(Path(folder)))
    return (*shipped(), *own)


_benches: dict[str, Bench] = {}


def _begin(sites: Sequence[Site]) -> None:
    end_with_parent()
    gc.set_threshold(GC_THRESHOLD)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the night, which ends this
    _benches.update({site.id: Bench(site) for site in sites})


def run_job(job: Job | ListJob) -> Outcome | ListOutcome:
    """One job, in the reading process."""
    return list_outcome(job) if isinstance(job, ListJob) else _benches[job.site].outcome(job)


def _run(job: Job | ListJob) -> Outcome | ListOutcome:
    return run_job(job)


class Judge:
    """A process that reads and judges, started when first needed and again after it was lost.

    When it is lost, every job it held is tried once more, each alone in a process of its own: the
    page at fault is named, the others are read.
    """

    def __init__(self, sites: Sequence[Site], *, seconds: float = READ_SECONDS) -> None:
        self._sites = tuple(sites)
        self._seconds = seconds
        self._pool: ProcessPoolExecutor | None = None
        self._alone = asyncio.Lock()

    def _new_pool(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            max_workers=1,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_begin,
            initargs=(self._sites,),
        )

    def warm(self) -> None:
        """Start the process now, while the caller gets ready."""
        if self._pool is None:
            self._pool = self._new_pool()
            self._pool.submit(int)

    async def article(self, job: Job) -> Outcome:
        """What becomes of an article page. One that hangs or kills the process gets a `why`."""
        done = await self._tried(job)
        return done if isinstance(done, Outcome) else Outcome(why=str(done))

    async def listing(self, job: ListJob) -> ListOutcome:
        """What a list page says. One that hangs or kills the process gets a `why`."""
        done = await self._tried(job)
        return done if isinstance(done, ListOutcome) else ListOutcome(why=str(done))

    async def _tried(self, job: Job | ListJob) -> Outcome | ListOutcome | PageError:
        self.warm()
        pool = self._pool
        assert pool
        try:
            return await self._within(pool, job)
        except (TimeoutError, BrokenProcessPool):
            if self._pool is pool:
                self._pool = None
                _end(pool)
        async with self._alone:
            return await self._on_its_own(job)

    async def _within(self, pool: ProcessPoolExecutor, job: Job | ListJob) -> Outcome | ListOutcome:
        async with asyncio.timeout(self._seconds):
            return await asyncio.get_running_loop().run_in_executor(pool, _run, job)

    async def _on_its_own(self, job: Job | ListJob) -> Outcome | ListOutcome | PageError:
        pool = self._new_pool()
        try:
            return await self._within(pool, job)
        except TimeoutError:
            return PageError("timeout", f"解析页面超过{self._seconds:.0f}秒")
        except BrokenProcessPool:
            return PageError("layout", "解析页面时进程异常退出")
        finally:
            _end(pool)

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True)
            self._pool = None


def _end(pool: ProcessPoolExecutor) -> None:
    """End a pool's process at once, hung or not."""
    for pid in list(pool._processes or {}):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    pool.shutdown(wait=False)
