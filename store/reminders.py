"""Which deadlines are to be reminded of, and what each recipient was told of them already.

Three working days before, on the day, on the first working day after, and then every five working days.
What a recipient was told is noted once it is delivered: what fails is told the next time.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, and_, select

from checks.calendar import NATIONAL, Holidays, UnknownDay, working_days_between
from checks.model import Site
from store import schema
from store.ledger import LedgerRow, ledger_rows
from store.states import FAILED, NOTIFIED
from store.upsert import insert_missing

#: Working days before the deadline, and between two reminders after it.
BEFORE, AGAIN = 3, 5
T = schema.reminders


@dataclass(frozen=True, slots=True)
class Reminder:
    """A deadline that has come near, or passed: `step` is before, today, or late-0, late-1…; `late` in working days."""

    row: LedgerRow
    step: str
    late: int

    @property
    def due(self) -> date:
        assert self.row.due
        return self.row.due


@dataclass(frozen=True, slots=True)
class Pending:
    """All there is to be reminded of on `today`, by number; `doubts`: why some days were guessed."""

    today: date
    reminders: tuple[Reminder, ...]
    doubts: tuple[str, ...] = ()


def pending(
    connection: Connection, site: Site, today: date, holidays: Holidays = NATIONAL
) -> Pending:
    """The deadlines of findings that units have to mend; what a unit says it has mended waits for the night."""
    found: list[Reminder] = []
    doubts: dict[str, None] = {}
    for row in ledger_rows(connection, site, today, states=(NOTIFIED, FAILED)):
        if row.due is None:
            continue
        step, late, doubt = step_of(row.due, today, holidays)
        if doubt:
            doubts[doubt] = None
        if step:
            found.append(Reminder(row, step, late))
    return Pending(today, tuple(found), tuple(doubts))


def step_of(due: date, today: date, holidays: Holidays = NATIONAL) -> tuple[str, int, str]:
    """How near a deadline is: the step ("" not near), working days it is late, why that is a guess ("" it is none)."""
    if today <= due:
        left, doubt = _working_days(today, due, holidays)
        return ("today" if today == due else "before" if left <= BEFORE else ""), 0, doubt
    late, doubt = _working_days(due, today, holidays)
    return (f"late-{(late - 1) // AGAIN}" if late else "today"), late, doubt


def _working_days(after: date, until: date, holidays: Holidays) -> tuple[int, str]:
    """Where nobody has said which days are worked, Monday to Friday are."""
    try:
        return working_days_between(after, until, holidays), ""
    except UnknownDay as error:
        days = ((after + timedelta(days=n)).weekday() for n in range(1, (until - after).days + 1))
        return sum(day < 5 for day in days), f"{error}，工作日按周一至周五推算"


def recipient_of(address: str) -> str:
    """What a recipient's address, which is a secret, is kept as."""
    return hashlib.sha256(address.encode("utf-8", "surrogatepass")).hexdigest()


def untold(
    connection: Connection, site_id: str, recipient: str, reminders: Sequence[Reminder]
) -> tuple[Reminder, ...]:
    """Those that this recipient was not told of yet."""
    mine = and_(T.c.site == site_id, T.c.recipient == recipient)
    told = {
        (row.finding_id, row.due, row.step)
        for row in connection.execute(select(T.c.finding_id, T.c.due, T.c.step).where(mine))
    }
    return tuple(one for one in reminders if (one.row.id, one.due, one.step) not in told)


def note_told(
    connection: Connection, site_id: str, recipient: str, told: Sequence[Reminder], at: datetime
) -> None:
    """Note that these were delivered to a recipient at an instant (UTC)."""
    rows = [
        {
            "site": site_id, "recipient": recipient, "finding_id": one.row.id, "due": one.due,
            "step": one.step, "at": at.replace(tzinfo=None),
        }
        for one in told
    ]  # fmt: skip
    insert_missing(connection, T, rows, key=("site", "recipient", "finding_id", "due", "step"))
