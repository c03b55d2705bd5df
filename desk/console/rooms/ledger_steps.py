"""A step that somebody asks for at the desk: read from the form, taken whole or not at all, told line by line."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import cast
from urllib.parse import parse_qsl

from checks.model import BadInput
from desk.console.rooms.ledger_asked import Asked, asked
from desk.console.rooms.ledger_view import VERDICT_WORDS
from desk.console.seat import Visit
from desk.deadline import deadline
from reports.ledger_table import local
from store.database import Connection, written
from store.exceptions import SCOPES, Exempted, Scope, propose
from store.ledger import ledger_rows, move
from store.states import ACCEPTED, DISMISSED, LABELS, NOTIFIED, REASONED, STEPS
from store.triage import MOST, moved_since

#: Characters of a reason; of a deadline as it is written.
LONGEST, LONGEST_DAY = 1000, 40


@dataclass(frozen=True, slots=True)
class Step:
    """What the form says. `event` is the newest event the page knew of; `faults` keep it from being taken.

    `scope` "" proposes no exception; `phrase`, `column` and `lasting` are the exception's.
    """

    numbers: tuple[int, ...]
    event: int
    to: str
    why: str = ""
    due: str = ""
    until: str = ""
    evidence: str = ""
    scope: str = ""
    phrase: str = ""
    column: str = ""
    lasting: str = ""
    faults: tuple[str, ...] = ()

    def as_claim(self, to: str, faults: Sequence[str]) -> "Step":
        """The same, as a unit's word that it is mended."""
        return replace(
            self, to=to, why=self.why or "单位报告已整改", due="", until="", scope="", faults=tuple(faults)
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """What became of it: lines of what was done, or of why nothing was."""

    done: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


class _Meanwhile(Exception):  # noqa: N818  - it names what happened
    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = tuple(lines)


def read_step(pairs: Sequence[tuple[str, str]]) -> tuple[Asked, Step]:
    """The page the form stood on, and the step it asks for.

    Raises:
        BadInput: it names no finding, too many, or no step.
    """
    said = dict(pairs)
    numbers = tuple(dict.fromkeys(value for name, value in pairs if name == "ids"))
    if not numbers or not all(_is_number(one) for one in (*numbers, said.get("seen", "0"))):
        raise BadInput("没有选中任何问题，请先选中再办")
    if len(numbers) > MOST:
        raise BadInput(f"一次最多办{MOST}项，请分几次办")
    if (to := said.get("to", "")) not in STEPS:
        raise BadInput("没有这个步骤，请从页面上选")

    def word(name: str, most: int = LONGEST) -> str:
        return " ".join(said.get(name, "").split())[: most + 1]

    step = Step(
        tuple(map(int, numbers)), int(said.get("seen", "0")), to, word("why"), word("due", LONGEST_DAY),
        word("until", LONGEST_DAY), word("evidence"), word("scope", 20), word("phrase"), word("column", 64),
        word("lasting", LONGEST_DAY),
    )  # fmt: skip
    return asked(parse_qsl(said.get("view", ""))), replace(step, faults=tuple(_faults(step)))


def _is_number(said: str) -> bool:
    return said.isascii() and said.isdecimal() and int(said) < 2**31


def _faults(step: Step) -> list[str]:
    """What a person sees of a form that is not filled in; the store refuses it too."""
    name = VERDICT_WORDS.get(step.to, LABELS[step.to])
    faults = []
    if step.to in REASONED and not step.why:
        faults.append(f"没有写明理由；“{name}”必须写明理由")
    if step.to == NOTIFIED and not step.due:
        faults.append("没有写明期限；如 5个工作日、10月20日、2025-10-20")
    if step.to == ACCEPTED and not step.until:
        faults.append("没有写明保留到哪一天")
    if max(len(step.why), len(step.evidence), len(step.phrase)) > LONGEST:
        faults.append(f"理由、依据、例外短语都不能超过{LONGEST}字")
    if step.scope not in ("", *SCOPES):
        faults.append("例外的范围应从页面上选")
    return faults


def take(visit: Visit, step: Step) -> Told:
    """Take the step with all its findings, or none: then why."""
    if step.faults:
        return Told(problems=step.faults)
    try:
        due = deadline(step.due, visit.site, visit.today) if step.to == NOTIFIED else None
        until = _day("保留到哪一天", step.until) if step.to == ACCEPTED else None
        lasting = _day("例外到哪一天", step.lasting) if step.scope and step.lasting else None
        done = written(
            visit.hall.engine, lambda connection: _done(connection, visit, step, due, until, lasting)
        )  # fmt: skip
    except _Meanwhile as meanwhile:
        return Told(problems=meanwhile.lines)
    except BadInput as error:
        return Told(problems=error.lines)
    return Told(done)


def _done(
    connection: Connection,
    visit: Visit,
    step: Step,
    due: date | None,
    until: date | None,
    lasting: date | None,
) -> tuple[str, ...]:
    site, seat, at = visit.site, visit.seat, visit.hall.now()
    if moved := moved_since(connection, site.id, step.numbers, step.event):
        raise _Meanwhile([
            f"台账号{one.number}：{'系统' if one.who == 'lanmu' else one.who}已于{local(site, one.at)}改为"
            f"“{LABELS.get(one.state, one.state)}”，您的操作没有执行；请看过现在的情况再办"
            for one in moved
        ])  # fmt: skip
    moved_now = move(
        connection, site, step.numbers, step.to, who=seat.shown, why=step.why, at=at, due=due, until=until,
        evidence=step.evidence,
    )  # fmt: skip
    same = len(step.numbers) - len(moved_now)
    day = f"，期限{due}" if due else f"，保留到{until}" if until else ""
    told = [f"{LABELS[step.to]}：{len(moved_now)}项{day}" + (f"；{same}项原已如此" if same else "")]
    if step.to == DISMISSED and step.scope:
        told += _proposed(connection, visit, step, lasting)
    return tuple(told)


def _proposed(connection: Connection, visit: Visit, step: Step, lasting: date | None) -> list[str]:
    """Put the exceptions forward that the false alarms imply; each once."""
    single = len(step.numbers) == 1
    made: dict[int, Exempted] = {}
    for row in ledger_rows(connection, visit.site, visit.today, ids=step.numbers):
        column = step.column or (row.finding.columns[0] if len(row.finding.columns) == 1 else "")
        if step.scope == "column" and column not in row.finding.columns:
            raise BadInput(f"台账号{row.id}：请选明例外用于哪个栏目")
        one = propose(
            connection, visit.site, row, cast(Scope, step.scope), who=visit.seat.shown, why=step.why,
            at=visit.hall.now(), until=lasting, phrase=step.phrase if single else "", column=column,
        )  # fmt: skip
        made[one.id] = one
    return [
        f"例外{one.id}已提出：“{one.phrase}”中的“{one.term}”；须另一人在“例外”中批准后生效"
        for one in list(made.values())[:5]
    ] + ([f"另提出例外{len(made) - 5}项"] if len(made) > 5 else [])


def _day(name: str, said: str) -> date:
    """Raises BadInput."""
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise BadInput(f"{name}：“{said[:20]}”不是日期，应如 2025-12-31") from None
