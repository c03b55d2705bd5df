"""Which quarter a page of 通报 is about, as it stands now or as it was frozen; and the work that tells it."""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

from fastapi import HTTPException
from fastapi.responses import RedirectResponse, Response

from checks.model import BadInput
from desk.console.packs import FrozenPack, frozen_pack, packs_folder
from desk.console.pages import is_htmx, page
from desk.console.quarter_told import Told, tell_frozen, tell_now
from desk.console.rights import Right
from desk.console.seat import Visit, visiting
from desk.console.works import Work
from reports.wording import CalendarQuarter

Here = Annotated[Visit, visiting(Right.CIRCULAR)]
NOW = "now"
_WHICH = re.compile(r"now|[1-9]\d{0,2}")


@dataclass(frozen=True, slots=True)
class Place:
    """What a page is about: a quarter as it stands now (`number` 0), or as it was frozen."""

    visit: Visit
    quarter: CalendarQuarter
    number: int

    @property
    def which(self) -> str:
        return str(self.number) if self.number else NOW

    @property
    def key(self) -> tuple[str, ...]:
        return ("circular", self.visit.site.id, str(self.quarter), self.which)

    @property
    def home(self) -> str:
        return f"{room(self.visit)}/{self.quarter}"

    @property
    def address(self) -> str:
        return f"{self.home}/{self.which}"

    @property
    def told(self) -> Told | None:
        """What was told last; of a quarter as it stands now only what was told today."""
        found: Told | None = self.visit.hall.works.result(self.key)
        return None if found and not self.number and found.today != self.visit.today else found

    @property
    def work(self) -> Work | None:
        return self.visit.hall.works.get(self.key)

    @property
    def frozen(self) -> FrozenPack | None:
        """The frozen pack. Raises HTTPException: 404, there is none of this number."""
        if not self.number:
            return None
        found = frozen_pack(folder(self.visit), self.visit.site.id, str(self.quarter), self.number)
        if found is None:
            raise HTTPException(404, f"{self.quarter}没有第{self.number}次冻结的证据包")
        return found

    def begin(self) -> Work:
        """Tell the quarter, in a thread; whoever else asks gets the same."""
        hall, site, frozen = self.visit.hall, self.visit.site, self.frozen
        if frozen:
            return hall.works.begin(self.key, lambda say: tell_frozen(hall, site, frozen, say))
        return hall.works.begin(self.key, lambda say: tell_now(hall, site.id, self.quarter, say))


def room(visit: Visit) -> str:
    return f"/s/{visit.site.id}/circular"


def folder(visit: Visit) -> Path:
    """Where this desk's packs are. Raises BadInput."""
    return packs_folder(visit.hall.address, visit.hall.settings.circulars)


def place_at(visit: Visit, quarter: str, which: str = NOW) -> Place:
    """Raises HTTPException: 404, no such quarter or none that has begun."""
    if not _WHICH.fullmatch(which):
        raise HTTPException(404, "没有这个页面")
    try:
        named = CalendarQuarter.named(quarter)
    except BadInput as error:
        raise HTTPException(404, error.lines[0]) from None
    if str(named) != quarter or named.since > visit.today:
        raise HTTPException(404, f"{quarter}还没有开始，没有数据")
    return Place(visit, named, 0 if which == NOW else int(which))


def quarter_at(day: date) -> CalendarQuarter:
    return CalendarQuarter(day.year, (day.month + 2) // 3)


def progress_of(visit: Visit, work: Work | None, after: str, poll: str) -> Response:
    """How far work is, for htmx; once it is done the page `after`."""
    done = work is None or (work.ended and not work.wrong)
    if not is_htmx(visit.request):
        return RedirectResponse(after, 303)
    if done:
        return Response(status_code=204, headers={"HX-Redirect": after})
    return page(visit, "circular/progress.html", work=work, poll=poll)
