"""The walk through one column's list pages: what was seen, and how far."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from checks.model import Column, ColumnSnapshot, Entry
from crawler.address import canonical
from crawler.page import Listed


@dataclass(slots=True)
class Walk:
    """A column's walk. Unread until a list page was read; `whole` until a page was left out.

    `horizon` bounds a walk on demand: it stops behind the first page that shows nothing newer.
    None walks to the end (at most `column.max_pages` pages).
    """

    column: Column
    horizon: date | None = None
    family: str = "auto"
    pages: int = 0
    why: str = "timeout 尚未读取"
    whole: bool = True
    entries: dict[str, Entry] = field(default_factory=dict)
    addresses: set[str] = field(default_factory=set)
    fresh: bool = True
    total: int | None = None

    def add(self, listed: Iterable[Listed]) -> list[Entry]:
        """Note one page's lines; gives back those not seen before, in the page's order."""
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
        return new

    def failed(self, why: str) -> None:
        """A page could not be read: the column is unread if it was the first, else not whole."""
        self.whole = False
        if not self.pages:
            self.why = why

    def past_horizon(self, page: Iterable[Entry]) -> bool:
        """Whether everything dated on this page lies before the horizon."""
        if self.horizon is None:
            return False
        dates = [e.listed for e in page if e.listed and not e.pinned]
        return bool(dates) and max(dates) < self.horizon

    def within(self, entry: Entry) -> bool:
        """Whether this entry's article is worth a request."""
        return self.horizon is None or entry.listed is None or entry.listed >= self.horizon

    @property
    def short(self) -> bool:
        """Whether the column claims more entries than were seen, though the walk went to its end."""
        return self.total is not None and self.horizon is None and len(self.entries) < self.total

    def snapshot(self, day: date) -> ColumnSnapshot:
        if not self.pages:
            return ColumnSnapshot.unread(self.column, day, self.why)
        entries = tuple(self.entries.values())
        return ColumnSnapshot(self.column, entries, day, whole=self.whole and not self.short)


@dataclass(slots=True)
class Wanted:
    """An article some list names: fetched once, whoever lists it."""

    url: str
    title: str
    listed: date | None
    family: str
    columns: list[str] = field(default_factory=list)
