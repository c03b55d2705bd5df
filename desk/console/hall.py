"""What all rooms of the console share: the database, the sites, the lists in force, how the doors are set."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from checks.checker import Checker
from checks.model import Article, Site
from checks.shelf import Shelf
from desk.console.settings import Settings
from desk.console.works import Works
from desk.term_trials import TermTrials
from store.database import DatabaseTrouble, Engine, reading
from store.exceptions import with_excuses

#: A text in which a term may straddle two words: it takes the segmenter to tell.
FIRST_TEXT = "村民选出新一任村长。"
#: How long approved exceptions may go unseen by the desk.
EXCUSES_EVERY = timedelta(seconds=15)


@dataclass(slots=True)
class _Lists:
    """A site's lists as they were made last, with the exceptions then in force. The one thing here that changes."""

    site: Site
    shelf: Shelf
    looked: datetime


@dataclass(frozen=True, slots=True)
class Hall:
    """`sites` by id; `files` are their site files. `now` gives UTC, `today` the calendar day at a site."""

    engine: Engine
    sites: Mapping[str, Site]
    settings: Settings
    now: Callable[[], datetime]
    today: Callable[[Site], date]
    address: str = ""
    files: Mapping[str, Path] = field(default_factory=dict)
    works: Works = field(default_factory=Works)
    trials: TermTrials = field(default_factory=TermTrials)
    _lists: dict[str, _Lists] = field(default_factory=dict)

    def checker(self, site_id: str = "") -> Checker:
        """The checker of a site's lists and approved exceptions as they are now; "": the shipped lists alone."""
        return self._in_force(site_id).shelf.checker()

    def list_problems(self, site_id: str) -> Sequence[str]:
        """What is wrong with the lists in the office's folders since they were last read whole."""
        shelf = self._in_force(site_id).shelf
        shelf.checker()
        return shelf.problems

    def warm(self) -> None:
        """Read every list, and the segmenter's dictionary, before anybody asks."""
        for site_id in self.sites or ("",):
            self.checker(site_id).article(Article.draft(FIRST_TEXT))

    def _in_force(self, site_id: str) -> _Lists:
        now = self.now()
        kept = self._lists.get(site_id)
        if kept and now - kept.looked < EXCUSES_EVERY:
            return kept
        site = self.sites.get(site_id)
        if site is None:
            kept = kept or _Lists(_NOBODY, Shelf(()), now)
        else:
            try:
                with reading(self.engine) as connection:
                    site = with_excuses(connection, site, self.today(site))
            except DatabaseTrouble:
                if kept is None:
                    raise
                site = (
                    kept.site
                )  # a text is checked without the database: by what was in force last
            if kept is None or kept.site != site:
                kept = _Lists(site, Shelf([Path(one) for one in site.lists], site), now)
        kept.looked = now
        self._lists[site_id] = kept
        return kept


_NOBODY = Site("", "", "")


def utc(at: datetime) -> datetime:
    """An instant as the store keeps it, with its zone."""
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at


def hall_of(request: Any) -> Hall:
    """The hall that a request came into."""
    hall: Hall = request.app.state.hall
    return hall
