"""The steps people take in the ledger: which are allowed, what each needs, all of a command or nothing."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select, update

from checks.model import BadInput, Severity, Site
from store import schema
from store.chain import DUE, UNTIL, Change, append, dated
from store.states import (
    ACCEPTED,
    CLOSED,
    DATED,
    DISMISSED,
    LABELS,
    NOTIFIED,
    OPEN,
    REASONED,
    STEPS,
    SYSTEM,
    UNVERIFIABLE,
    label_of,
)

#: Values one statement may carry.
CHUNK = 500
#: Characters of a name, as the table holds it.
LONGEST_NAME = 64
F = schema.findings


def start_of(site: Site, day: date) -> datetime:
    """The instant (UTC, naive) a calendar day begins at the site."""
    begin = datetime.combine(day, time(), ZoneInfo(site.timezone))
    return begin.astimezone(UTC).replace(tzinfo=None)


def day_of(site: Site, at: datetime) -> date:
    """The calendar day at the site of an instant (UTC where it names no zone)."""
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    return aware.astimezone(ZoneInfo(site.timezone)).date()


def move(
    connection: Connection,
    site: Site,
    ids: Sequence[int],
    to: str,
    *,
    who: str,
    why: str,
    at: datetime,
    due: date | None = None,
    until: date | None = None,
    evidence: str = "",
) -> list[int]:
    """Take findings to the state `to`: all of them or none; the numbers of those really moved.

    One that stands there already, with the same day, is left as it is. `at` is UTC.

    Raises:
        BadInput: a line for each number that cannot go there, a missing reason or day, or a name that is none.
    """
    day = day_of(site, at)
    if problems := [*_faults(to, who, why), *_day_faults(to, due, until, day)]:
        raise BadInput(*problems)
    rows = {row.id: row for row in numbered(connection, F.c.site == site.id, ids)} if ids else {}
    moved: list[Any] = []
    for id in dict.fromkeys(ids):
        row = rows.get(id)
        if row is None:
            problems.append(no_such_number(id))
        elif row.state == to and _same_day(row, due, until):
            continue
        elif row.state not in STEPS[to]:
            problems.append(_refused(row, to, day))
        else:
            moved.append(row)
    if problems:
        raise BadInput(*problems)
    values = _values(to, why, at, due, until)
    for i in range(0, len(moved), CHUNK):
        numbers = [row.id for row in moved[i : i + CHUNK]]
        connection.execute(update(F).where(F.c.id.in_(numbers)).values(**values))
    said = dated(DUE, due, dated(UNTIL, until, evidence))
    changes = [
        Change(row.id, row.fingerprint, at, row.state, to, why.strip(), who, said) for row in moved
    ]
    append(connection, site.id, changes)
    return [row.id for row in moved]


def _values(
    to: str, why: str, at: datetime, due: date | None, until: date | None
) -> dict[str, Any]:
    """What a step writes into the finding's own row, its events apart."""
    values: dict[str, Any] = {
        "state": to,
        "closed": at.replace(tzinfo=None) if to == CLOSED else None,
    }
    if to in (DISMISSED, ACCEPTED, UNVERIFIABLE):
        values["reason"] = why.strip()
    elif to != CLOSED:
        values["reason"] = ""
    values["until"] = until if to == ACCEPTED else None
    if to == NOTIFIED:
        values["due"] = due
    elif to == OPEN:
        values["due"] = None
    return values


def _faults(to: str, who: str, why: str) -> list[str]:
    if to not in STEPS:
        return [f"没有这种状态：{to}；应为 {'、'.join(STEPS)}"]
    problems = []
    name = who.strip()
    if not name or len(name) > LONGEST_NAME:
        problems.append(
            f"没有写明经办人或太长（{LONGEST_NAME}字以内）；请用 --who 或环境变量 LANMU_USER"
        )
    elif name == SYSTEM:
        problems.append(f"经办人不能写“{SYSTEM}”：这是程序自己的名字")
    if to in REASONED and not why.strip():
        problems.append(f"没有写明理由；“{LABELS[to]}”必须写明（--why）")
    return problems


def _day_faults(to: str, due: date | None, until: date | None, day: date) -> list[str]:
    problems = []
    for state, said, given, option in (
        (NOTIFIED, "期限", due, "--due 或 --working-days"),
        (ACCEPTED, "到期日", until, "--until"),
    ):
        if to == state and given is None:
            problems.append(f"没有写明{said}；“{LABELS[to]}”必须写明（{option}）")
        elif to == state and given and given < day:
            problems.append(f"{said}{given}已经过去；应不早于{day}")
        elif to != state and given is not None:
            problems.append(f"“{LABELS.get(to, to)}”不设{said}")
    return problems


def _same_day(row: Any, due: date | None, until: date | None) -> bool:
    """Whether a finding that is in the state asked for has the day asked for too."""
    if row.state == NOTIFIED:
        return bool(row.due == due)
    return row.state != ACCEPTED or bool(row.until == until)


def _refused(row: Any, to: str, day: date) -> str:
    overdue = row.state in DATED and row.due is not None and row.due < day
    now = label_of(row.state, Severity(row.severity), overdue=overdue)
    allowed = "、".join(LABELS[one] for one in STEPS[to])
    return f"台账号{row.id}：现为“{now}”，不能改为“{LABELS[to]}”；应先为：{allowed}"


def no_such_number(number: int) -> str:
    """The line for a number that the site's ledger does not have."""
    return f"台账号{number}：本站点台账中没有这个号"


def numbered(connection: Connection, where: Any, ids: Sequence[int]) -> list[Any]:
    """The rows of `findings` where this holds, by number; of these numbers only, where some are given."""
    chosen = select(F).where(where).order_by(F.c.id)
    if not ids:
        return list(connection.execute(chosen))
    numbers = sorted(set(ids))
    return [
        row
        for i in range(0, len(numbers), CHUNK)
        for row in connection.execute(chosen.where(F.c.id.in_(numbers[i : i + CHUNK])))
    ]
