"""What units answer to a notice: 已整改 is a claim in the ledger, all else a note for the office to decide.

A note changes no state and is no event. The same answer of the same form twice changes nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, and_, select

from checks.model import BadInput, Finding, Site, fingerprint
from store import schema
from store.ledger import LedgerRow, ledger_rows, move
from store.states import CLAIMED, CONFIRMED, FAILED, NOTIFIED
from store.upsert import insert_missing

#: What a unit may answer, as the form has it.
ANSWERS: Mapping[str, str] = {
    "已整改": "mended", "部分整改": "partly", "未整改": "unmended", "申请保留": "keep", "认为误报": "dispute",
}  # fmt: skip
NAMES: Mapping[str, str] = {code: name for name, code in ANSWERS.items()}
#: Answers that need a reason, and those the office has to decide.
REASONED = frozenset(("partly", "unmended", "keep", "dispute"))
REQUESTS = frozenset(("keep", "dispute"))
#: Characters of a reason, at the most.
LONGEST = 1000
#: States in which a unit's claim counts.
CLAIMABLE = frozenset((CONFIRMED, NOTIFIED, FAILED))
CHUNK = 500
#: What a number of the ledger may be: PostgreSQL's integer.
MOST = 2**31 - 1
T, F = schema.replies, schema.findings


@dataclass(frozen=True, slots=True)
class Reply:
    """One row of a form: which finding (`number`, `mark` its fingerprint), which unit, the form's day, the answer.

    `day` is when it was mended, None where not said. `place` names the row in messages.
    """

    number: int
    mark: str
    unit: str
    issued: date
    answer: str
    day: date | None
    why: str
    file: str
    place: str

    @property
    def words(self) -> str:
        return NAMES[self.answer]

    def identity(self, site: str) -> str:
        """What makes two answers the same one: not the file's name, not the row."""
        said = (
            str(self.number),
            self.mark,
            self.unit,
            f"{self.issued}",
            self.answer,
            f"{self.day or ''}",
            self.why,
        )
        return fingerprint(site, *said)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a file's replies: `claimed` went into the ledger, `noted` did not; `known` were there already.

    `late` are claims of findings whose state takes none: (reply, the state's name).
    """

    claimed: tuple[Reply, ...] = ()
    noted: tuple[Reply, ...] = ()
    late: tuple[tuple[Reply, str], ...] = ()
    known: tuple[Reply, ...] = ()


@dataclass(frozen=True, slots=True)
class Noted:
    """A stored answer. `at` is UTC."""

    number: int
    unit: str
    answer: str
    day: date | None
    why: str
    file: str
    at: datetime


def take_replies(
    connection: Connection,
    site: Site,
    replies: Sequence[Reply],
    responsible: Callable[[Finding, Site], tuple[str, ...]],
    *,
    who: str,
    at: datetime,
    today: date,
) -> Taken:
    """Take one file's replies, all or none, in the caller's transaction.

    `responsible` gives the units a finding is answered by.

    Raises:
        BadInput: a row is of no finding of that unit; a line each.
    """
    rows = _rows(connection, site, replies, today)
    problems = [
        f"{one.place}“编号”列（隐藏）：{fault}"
        for one in replies
        if (fault := _fault(one, rows.get(one.number), site, responsible))
    ]
    if problems:
        raise BadInput(*problems)
    stored = _stored(connection, site, replies)
    fresh = [one for one in replies if one.identity(site.id) not in stored]
    claims = [one for one in fresh if one.answer == "mended"]
    claimed = [one for one in claims if rows[one.number].state in CLAIMABLE]
    for one in claimed:
        move(
            connection, site, [one.number], CLAIMED, who=who, why=_claim(one), at=at,
            evidence=f"整改回复表 {one.file}",
        )  # fmt: skip
    _save(connection, site, fresh, {one.number for one in claimed}, at)
    return Taken(
        tuple(claimed),
        tuple(one for one in fresh if one.answer != "mended"),
        tuple((one, rows[one.number].label) for one in claims if one not in claimed),
        tuple(one for one in replies if one not in fresh),
    )


def _rows(
    connection: Connection, site: Site, replies: Sequence[Reply], today: date
) -> dict[int, LedgerRow]:
    """The rows that the replies name, by number; those that are not there are left out."""
    wanted = sorted({one.number for one in replies if one.number <= MOST})
    there = [
        id
        for i in range(0, len(wanted), CHUNK)
        for (id,) in connection.execute(
            select(F.c.id).where(and_(F.c.site == site.id, F.c.id.in_(wanted[i : i + CHUNK])))
        )
    ]
    rows = ledger_rows(connection, site, today, ids=there) if there else []
    return {row.id: row for row in rows}


def _fault(
    reply: Reply,
    row: LedgerRow | None,
    site: Site,
    responsible: Callable[[Finding, Site], tuple[str, ...]],
) -> str:
    """What is wrong with the finding a reply names, "" for nothing."""
    if row is None or row.finding.fingerprint != reply.mark:
        return f"台账中没有编号为{reply.number}的这个问题；应使用随通知单发出的原表"
    if reply.unit not in responsible(row.finding, site):
        return f"台账号{reply.number}不是这个单位的问题；应由责任单位回复"
    opened = row.opened.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(site.timezone)).date()
    if reply.answer == "mended" and reply.day and reply.day < opened:
        return f"台账号{reply.number}填写的整改日期{reply.day}早于查出问题的{opened}；应核对“整改日期”列"
    return ""


def _claim(reply: Reply) -> str:
    said = f"单位报告已于{reply.day}整改"
    return f"{said}：{reply.why}" if reply.why else said


def _stored(connection: Connection, site: Site, replies: Sequence[Reply]) -> set[str]:
    marks = [one.identity(site.id) for one in replies]
    return {
        row.mark
        for i in range(0, len(marks), CHUNK)
        for row in connection.execute(
            select(T.c.mark).where(and_(T.c.site == site.id, T.c.mark.in_(marks[i : i + CHUNK])))
        )
    }


def _save(
    connection: Connection, site: Site, replies: Sequence[Reply], claimed: set[int], at: datetime
) -> None:
    rows: list[Mapping[str, Any]] = [
        {
            "site": site.id, "mark": one.identity(site.id), "finding_id": one.number, "unit": one.unit,
            "issued": one.issued, "answer": one.answer, "day": one.day, "why": one.why, "file": one.file,
            "claimed": one.number in claimed, "at": at.replace(tzinfo=None),
        }
        for one in replies
    ]  # fmt: skip
    if rows:
        insert_missing(connection, T, rows, key=("site", "mark"))


def replies_to(connection: Connection, site_id: str, number: int) -> list[Noted]:
    """What a finding's unit answered, oldest first."""
    mine = and_(T.c.site == site_id, T.c.finding_id == number)
    return [
        Noted(row.finding_id, row.unit, row.answer, row.day, row.why, row.file, row.at)
        for row in connection.execute(select(T).where(mine).order_by(T.c.id))
    ]


def last_replies(
    connection: Connection, site_id: str, answers: frozenset[str] = frozenset()
) -> list[Noted]:
    """Each finding's newest answer, by number; with `answers` only those that are one of them."""
    newest: dict[int, Noted] = {}
    for row in connection.execute(select(T).where(T.c.site == site_id).order_by(T.c.id)):
        newest[row.finding_id] = Noted(
            row.finding_id, row.unit, row.answer, row.day, row.why, row.file, row.at
        )
    return [one for _, one in sorted(newest.items()) if not answers or one.answer in answers]
