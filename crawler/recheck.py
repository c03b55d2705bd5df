"""Judge everything stored again, without crawling, after a list changed."""

from dataclasses import dataclass

from checks.model import Finding

BATCH = 500


@dataclass(frozen=True, slots=True)
class Recheck:
    """What a re-check came to; `findings` are those open after it."""

    articles: int
    opened: int
    closed: int
    findings: tuple[Finding, ...]
