"""What a night keeps: for every article with a finding the page, and each attachment found at fault, as fetched."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from scrapy.http import Response

from checks.model import Article, Finding
from checks.rules.text import personal_data
from checks.seen_page import PageFault
from crawler import clock
from crawler.attached import attachment_of
from crawler.evidence import Warc, evidence_folder, keepable
from store.database import Engine, reading
from store.evidence import Evidence, is_kept

#: Pages kept of a fault that many pages share.
EXAMPLES = 3
PERSONAL = personal_data.RULE.id


class EvidenceLane:
    """Keeps pages in `folder` (beside the database unless given), in a file named for this run."""

    def __init__(
        self, engine: Engine, site: str, began: datetime, folder: Path | None = None
    ) -> None:
        self._engine = engine
        self._site = site
        self._met: Counter[tuple[str, str]] = Counter()
        self._warc = Warc(
            folder or evidence_folder(engine), f"{site}-{began:%Y%m%dT%H%M%S%f}.warc.gz"
        )

    def of(
        self,
        article: Article,
        findings: Sequence[Finding],
        pages: Sequence[Response],
        attachments: Mapping[str, Response],
        faults: Sequence[PageFault] = (),
    ) -> tuple[Evidence, ...]:
        """Keep what an article's findings and its page's faults stand on; what is kept already is not kept again."""
        at_fault = {attachment_of(article.parts[one.part].name, attachments) for one in findings}
        hidden = {article.parts[one.part].name for one in findings if one.rule == PERSONAL}
        kept: list[Evidence] = []
        if self._is_example(faults) or findings:
            for page in pages:
                kept += self._new(article.url, page, keepable(page.body, personal=bool(hidden)))
        for name in sorted(at_fault & attachments.keys()):
            parts = [part for part in article.parts if attachment_of(part.name, (name,))]
            secret = any(part.name in hidden for part in parts)
            text = "\n".join(part.text for part in parts).encode("utf-8", "replace")
            body = text if secret else attachments[name].body
            kept += self._new(article.url, attachments[name], body)
        return tuple(kept)

    def of_page(
        self, url: str, page: Response, faults: Sequence[PageFault]
    ) -> tuple[Evidence, ...]:
        """Keep a list page or the home page for its faults."""
        if not self._is_example(faults):
            return ()
        return tuple(self._new(url, page, keepable(page.body, personal=False)))

    def of_column(self, url: str, page: Response | None) -> tuple[Evidence, ...]:
        """Keep the first list page of a column that something was found of."""
        if page is None:
            return ()
        return tuple(self._new(url, page, keepable(page.body, personal=False)))

    def _is_example(self, faults: Sequence[PageFault]) -> bool:
        """Whether a page has a fault of its own, or is one of the first few of a run with a fault that many share."""
        shown = any(self._met[fault.rule, fault.key] < EXAMPLES for fault in faults)
        self._met.update((fault.rule, fault.key) for fault in faults)
        return shown

    def _new(self, url: str, response: Response, body: bytes) -> Iterator[Evidence]:
        digest = hashlib.sha256(response.body).hexdigest()
        with reading(self._engine) as connection:
            known = is_kept(connection, self._site, url, digest)
        if not known:
            yield self._warc.keep(url, response, body, clock.now())

    def sync(self) -> None:
        self._warc.sync()

    def close(self) -> None:
        self._warc.close()
