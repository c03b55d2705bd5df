"""The walk through one column's list pages: what was seen, and how far."""

from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from datetime import date

from scrapy.http import Response

from checks.model import Column, Entry
from crawler.address import canonical
from crawler.page import Listed
from store.walks import Ground


@dataclass(slots=True)
class Walk:
    """A column's walk. Unread until a list page was read.

    It goes on until known ground (`ground`: what earlier walks came to; None: to the end), the end, or
    `horizon` (a walk on demand stops behind the first page that shows nothing newer). `gap` is set
    when a page was left out: what was met stands, and nothing is known of the rest. `looked` is set once
    the column's page was looked at as a page; `page` is the first list page as it came.
    """

    column: Column
    ground: Ground | None = None
    horizon: date | None = None
    family: str = "auto"
    pages: int = 0
    why: str = "timeout 尚未读取"
    gap: bool = False
    reached: bool = False
    ended: bool = False
    over: bool = False
    looked: bool = False
    page: Response | None = None
    entries: dict[str, Entry] = field(default_factory=dict)
    addresses: set[str] = field(default_factory=set)
    fresh: bool = True
    unknown: int = 0
    met: int = 0
    total: int | None = None

    def add(self, listed: Iterable[Listed]) -> list[Entry]:
        """Note one page's lines; gives back those not met before in this walk, in the page's order."""
        self.pages += 1
        self.why = ""
        new: list[Entry] = []
        for one in listed:
            url = canonical(one.url)
            if url not in self.entries:
                entry = Entry(self.column.id, url, one.title, one.published, one.pinned)
                self.entries[url] = entry
                new.append(entry)
        self.fresh = bool(new)
        self.met += len(new)
        return new

    def on_known_ground(self, page: Iterable[Entry], settled: Container[str]) -> bool:
        """Whether everything on this page but what is pinned was reached before.

        A list that claims to have grown by more than the new entries met so far hides others further on.
        """
        entries = list(page)
        self.unknown += sum(entry.url not in settled for entry in entries)
        if self.ground is None or self.ground.walked is None:
            return False
        ordinary = [entry for entry in entries if not entry.pinned]
        if not ordinary or any(entry.url not in settled for entry in ordinary):
            return False
        if self.total is None or self.ground.total is None:
            return True
        return self.total - self.ground.total <= self.unknown

    def failed(self, why: str) -> None:
        """A page could not be read: the column is unread if it was the first."""
        self.gap = True
        if not self.pages:
            self.why = why

    def past_horizon(self, page: Iterable[Entry]) -> bool:
        """Whether everything dated on this page lies before the horizon."""
        if self.horizon is None:
            return False
        dates = [e.listed for e in page if e.listed and not e.pinned]
        return bool(dates) and max(dates) < self.horizon

    @property
    def whole(self) -> bool:
        """Whether the list was read to its end: nothing left out, and no fewer entries than it claims."""
        return self.ended and not self.gap and (self.total is None or self.met >= self.total)

    @property
    def seen_enough(self) -> bool:
        """Whether what the rules look at is known: to the end, by this walk or by an earlier one, or to the horizon."""
        if self.gap:
            return False
        known = self.reached and self.ground is not None and self.ground.whole is not None
        return self.whole or known or (self.horizon is not None and not self.ended)
