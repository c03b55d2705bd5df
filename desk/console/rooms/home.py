"""首页: what changed since yesterday, what is overdue, what will go stale and when, what could not be checked."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from fastapi.responses import Response

from checks.calendar import NATIONAL, Holidays, UnknownDay, add_working_days
from checks.model import BadInput, Unchecked
from desk.console.front import (
    WEEK,
    Outlook,
    addresses,
    ago,
    by_reason,
    of_one_unit,
    outlooks,
    trend,
    week_beginnings,
)
from desk.console.hall import utc
from desk.console.pages import page
from desk.console.rights import Right
from desk.console.seat import Visit, visiting
from desk.options import holidays_of
from store.column_looks import last_looks
from store.database import Connection, reading
from store.front_page import (
    Deadline,
    NightRow,
    changes,
    due_between,
    last_nights,
    of_unit,
    opened_since,
    overdue,
    published_in,
    standing_at,
)
from store.nights import missed_nights
from store.reminders import step_of
from store.review_rows import awaiting, draft_rows
from store.review_rules import Person
from store.review_states import RETURNED

router = APIRouter(prefix="/s/{site_id}")

#: Working days ahead whose deadlines are shown; calendar days ahead in which columns go stale.
AHEAD, SOON = 5, 30
#: Findings listed of those that were opened; things told of one reason.
NEWEST, TOLD = 10, 200


@router.get("/")
def home(
    visit: Annotated[Visit, visiting(Right.SEE)],
    days: Annotated[Literal["1", "7", "30"], Query()] = "1",
) -> Response:
    site, today, unit = visit.site, visit.today, visit.seat.unit
    since = today - timedelta(int(days))
    with reading(visit.hall.engine) as connection:
        ended, going = last_nights(connection, site.id)
        if ended is None and going is None:
            return page(visit, "home/first.html", file=_file(visit))
        told = {
            "days": days,
            "changes": changes(connection, site, since, unit),
            "opened": opened_since(connection, site, since, unit, most=NEWEST),
            "chart": _trend(connection, visit),
            "drafts": _drafts(connection, visit),
            **_night(visit, ended, going),
            **_deadlines(connection, visit),
            **_columns(connection, visit),
            **_unchecked(connection, visit, ended),
        }
    names = {one.id: one.name for one in site.units}
    problems = () if unit else visit.hall.list_problems(site.id)
    return page(visit, "home/room.html", names=names, problems=problems, **told)


def _file(visit: Visit) -> str:
    file = visit.hall.files.get(visit.site.id)
    return file.name if file else "站点文件.yaml"


def _night(visit: Visit, ended: NightRow | None, going: NightRow | None) -> dict[str, Any]:
    """The last night that ended, how long ago; whether that is too long; one that goes on now."""
    today = visit.today
    day = ended.day if ended else None
    return {
        "night": ended,
        "night_day": day,
        "night_ago": ago(day, today) if day else "",
        "night_late": day is None or (today - day).days > 1,
        "night_ended": _clock(visit, ended.finished) if ended and ended.finished else "",
        "going": _clock(visit, going.started) if going else "",
        "file": _file(visit),
    }


def _clock(visit: Visit, at: Any) -> str:
    """An instant as the site's clocks show it."""
    local = utc(at).astimezone(ZoneInfo(visit.site.timezone))
    return f"{local.month}月{local.day}日{local:%H:%M}"


def _deadlines(connection: Connection, visit: Visit) -> dict[str, Any]:
    """What is overdue, in working days; what falls due in the next working days."""
    site, today, unit = visit.site, visit.today, visit.seat.unit
    doubts: dict[str, None] = {}
    try:
        holidays = holidays_of(site)
    except BadInput as error:
        holidays, doubts = NATIONAL, {f"地区节假日文件有误，未用：{error.lines[0]}": None}
    until, doubt = _ahead(today, holidays)
    late = []
    for one in overdue(connection, site, today, unit):
        _, worked, said = step_of(one.due, today, holidays)
        late.append((one, worked))
        doubts |= {said: None} if said else {}
    near = due_between(connection, site, today, until, unit)
    return {
        "overdue": late,
        "overdue_total": _total([one for one, _ in late]),
        "due": near,
        "due_total": _total(near),
        "due_until": until,
        "doubts": [*doubts, *([doubt] if doubt and doubt not in doubts else [])],
        "today": today,
    }


def _ahead(today: date, holidays: Holidays) -> tuple[date, str]:
    """The last of the next `AHEAD` working days, and why it is a guess ("" it is none)."""
    try:
        return add_working_days(today, AHEAD, holidays), ""
    except UnknownDay as error:
        return today + timedelta(7), f"{error}，工作日按周一至周五推算"


def _total(some: Sequence[Deadline]) -> int:
    return sum(one.count for one in some)


def _columns(connection: Connection, visit: Visit) -> dict[str, Any]:
    """The columns that are wrong, those that go stale soon, those later; the unread ones."""
    unit = visit.seat.unit
    mine = [one for one in visit.site.columns if not unit or unit in one.units]
    looks = last_looks(connection, visit.site.id, until=visit.today + timedelta(1))
    seen = outlooks(mine, looks, visit.today)
    well = [one for one in seen if one.look.state in ("ok", "incomplete") and one.left is not None]
    well.sort(key=lambda one: one.on or date.max)
    return {
        "wrong": [one for one in seen if one.wrong],
        "soon": [one for one in well if _left(one) <= SOON],
        "later": [one for one in well if _left(one) > SOON],
        "unread": [one for one in seen if one.look.state == "unread"],
        "unseen": [one for one in mine if one.id not in looks],
        "columns": len(mine),
        "soon_days": SOON,
    }


def _left(one: Outlook) -> int:
    return one.left if one.left is not None else 10**6


def _unchecked(
    connection: Connection, visit: Visit, ended: NightRow | None
) -> dict[str, Any]:  # fmt: skip
    """What the last night could not check, by reason; nights that did not run or did not end."""
    site, unit = visit.site, visit.seat.unit
    said: Sequence[Unchecked] = ended.unchecked if ended else ()
    if unit:
        urls = of_unit(connection, site.id, unit, addresses(said))
        said = of_one_unit(said, site, unit, urls)
    return {
        "reasons": by_reason(said),
        "unchecked_total": len(said),
        "missed": [] if unit else missed_nights(connection, site.id, visit.today),
        "told": TOLD,
    }


def _trend(connection: Connection, visit: Visit) -> dict[str, Any]:
    """Week by week: published in it, standing at its end (this week's: now)."""
    site, unit = visit.site, visit.seat.unit
    weeks = week_beginnings(visit.today)
    published = published_in(connection, site.id, weeks, unit)
    standing = standing_at(connection, site, [one + WEEK for one in weeks], unit)
    return {
        "option": trend(weeks, published, standing),
        "rows": list(zip(weeks, published, standing, strict=True)),
    }


def _drafts(connection: Connection, visit: Visit) -> dict[str, int]:
    """Drafts that wait for this person: to be read, and returned to be mended."""
    seat = visit.seat
    who = Person(seat.account, seat.shown, seat.roles, seat.unit)
    to_read = len(awaiting(connection, visit.site.id, who)) if seat.may(Right.READ) else 0
    back = (
        draft_rows(connection, visit.site.id, unit=seat.unit, states=(RETURNED,), most=500)
        if seat.may(Right.DRAFT)
        else []
    )
    mine = sum(one.author_id == seat.account for one in back)
    return {"read": to_read, "returned": mine}
