"""Reads and judges pages in a process of its own, beside the one that fetches.

The second core does the extraction and all checks; a page that kills or hangs the process costs
that page (`PageError`), never the night.
"""

import gc
from collections.abc import Sequence

from checks.model import Site
from crawler.bench import Bench, link_outcome, wordlists_of
from crawler.jobs import (
    AnyJob,
    AnyOutcome,
    HomeJob,
    HomeOutcome,
    Job,
    LinkJob,
    LinkOutcome,
    ListJob,
    ListOutcome,
    Outcome,
)
from crawler.worker import Worker

READ_SECONDS = 60.0
#: Objects between two collections: pages make many, and hardly any in a circle.
GC_THRESHOLD = 50_000

__all__ = ["Job", "Judge", "ListJob", "Outcome", "run_job", "wordlists_of"]

_benches: dict[str, Bench] = {}


def _begin(sites: Sequence[Site]) -> None:
    gc.set_threshold(GC_THRESHOLD)
    _benches.update({site.id: Bench(site) for site in sites})


def run_job(job: AnyJob) -> AnyOutcome:
    """One job, in the reading process."""
    if isinstance(job, LinkJob):
        return link_outcome(job)
    bench = _benches[job.site]
    if isinstance(job, ListJob):
        return bench.listed(job)
    return bench.home(job) if isinstance(job, HomeJob) else bench.outcome(job)


def _run(job: AnyJob) -> AnyOutcome:
    return run_job(job)


class Judge:
    """A process that reads and judges; the page that hangs or kills it is named, the others are read."""

    def __init__(self, sites: Sequence[Site], *, seconds: float = READ_SECONDS) -> None:
        self._worker: Worker[AnyJob, AnyOutcome] = Worker(
            _run, _begin, tuple(sites), seconds=seconds
        )

    def warm(self) -> None:
        """Start the process now, while the caller gets ready."""
        self._worker.warm()

    async def article(self, job: Job) -> Outcome:
        """What becomes of an article page. One that hangs or kills the process gets a `why`."""
        done = await self._worker.done(job)
        return done if isinstance(done, Outcome) else Outcome(why=str(done))

    async def listing(self, job: ListJob) -> ListOutcome:
        """What a list page says. One that hangs or kills the process gets a `why`."""
        done = await self._worker.done(job)
        return done if isinstance(done, ListOutcome) else ListOutcome(why=str(done))

    async def home(self, job: HomeJob) -> HomeOutcome:
        """What the home page shows. One that hangs or kills the process gets a `why`."""
        done = await self._worker.done(job)
        return done if isinstance(done, HomeOutcome) else HomeOutcome(why=str(done))

    async def link(self, job: LinkJob) -> LinkOutcome:
        """What the page is that a link led to. One that hangs or kills the process gets a `why`."""
        done = await self._worker.done(job)
        return done if isinstance(done, LinkOutcome) else LinkOutcome(why=str(done))

    def close(self) -> None:
        self._worker.close()
