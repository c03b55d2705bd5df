"""The ledger a screen at a time: what a sieve leaves of it, counted; what happened since somebody looked.

Pages begin at a number of the ledger (台账号), so that nothing is passed over while findings leave the list.
Long because the list, its counts and its pages must all be sieved alike.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, and_, case, exists, func, or_, select, true

from checks.model import Site
from store import schema
from store.states import DATED, LABELS, STANDING
from store.steps import start_of

#: Findings of one page, groups of one page, findings that one step may take.
PAGE, GROUPS, MOST = 50, 50, 500
CHUNK = 500
#: What `Sieve.state` may be besides a state: all that are not over, those past their day, all.
STANDS, LATE, ALL = "", "overdue", "all"
NOBODY = "-"
F, E, A = schema.findings, schema.finding_events, schema.articles


@dataclass(frozen=True, slots=True)
class Sieve:
    """What of the ledger is to be seen. "" lets everything through; `state` "" what is not over.

    `unit` is an id, or "-" for what no unit is named for; `term` is what was found, `text` stands in it, in the
    message, the address or the article's title, or is a number. First found from `since` to `until` (exclusive).
    `mine`: only what this unit answers for.
    """

    state: str = STANDS
    unit: str = ""
    rule: str = ""
    severity: int | None = None
    term: str = ""
    text: str = ""
    since: date | None = None
    until: date | None = None
    mine: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """How many findings each choice would leave, the other choices as they are."""

    states: Mapping[str, int] = field(default_factory=dict)
    units: Mapping[str, int] = field(default_factory=dict)
    rules: Mapping[str, int] = field(default_factory=dict)
    severities: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """`numbers` ascending, `before` how many of `total` stand ahead of them; where the pages beside it begin."""

    numbers: tuple[int, ...]
    total: int
    before: int
    previous: int | None
    next: int | None


@dataclass(frozen=True, slots=True)
class Group:
    """Findings of one rule with one wording: how many, what to write instead, the first of them."""

    rule: str
    term: str
    suggestion: str
    message: str
    severity: int
    count: int
    units: int
    first: int


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """A finding that somebody moved since it was looked at. `at` is UTC."""

    number: int
    who: str
    at: Any
    state: str


def answers_for(site: Site, unit: str) -> Any:
    """Findings that a unit answers for: its own, and of columns it keeps what is about the column itself."""
    columns = [
        and_(F.c.column_id == one.id, F.c.url == one.url) for one in site.columns if unit in one.units
    ]  # fmt: skip
    kept = and_(F.c.unit == "", F.c.start >= F.c.end, or_(*columns)) if columns else None
    return F.c.unit == unit if kept is None else or_(F.c.unit == unit, kept)


def _late(today: date) -> Any:
    return and_(F.c.state.in_(DATED), F.c.due < today)


def _of_state(state: str, today: date) -> Any:
    if state == STANDS:
        return F.c.state.in_(STANDING)
    if state == LATE:
        return _late(today)
    return F.c.state == state if state != ALL else true()


def _where(site: Site, today: date, sieve: Sieve) -> Any:
    """Raises nothing: a state that is none finds none."""
    wanted = [F.c.site == site.id, _of_state(sieve.state, today)]
    if sieve.unit:
        wanted.append(F.c.unit == ("" if sieve.unit == NOBODY else sieve.unit))
    if sieve.rule:
        wanted.append(F.c.rule == sieve.rule)
    if sieve.severity is not None:
        wanted.append(F.c.severity == sieve.severity)
    return and_(*wanted, *_besides(site, sieve))


def _besides(site: Site, sieve: Sieve) -> list[Any]:
    """What of a sieve is not counted by choices."""
    wanted: list[Any] = [F.c.site == site.id]
    if sieve.mine:
        wanted.append(answers_for(site, sieve.mine))
    if sieve.term:
        wanted.append(F.c.match == sieve.term)
    if sieve.since:
        wanted.append(F.c.opened >= start_of(site, sieve.since))
    if sieve.until:
        wanted.append(F.c.opened < start_of(site, sieve.until))
    if said := sieve.text.strip():
        wanted.append(_says(said))
    return wanted


def _says(said: str) -> Any:
    places = [
        column.icontains(said, autoescape=True) for column in (F.c.match, F.c.message, F.c.url)
    ]
    title = and_(
        A.c.site == F.c.site, A.c.url == F.c.url, A.c.title.icontains(said, autoescape=True)
    )
    number = [F.c.id == int(said)] if said.isdecimal() and int(said) < 2**31 else []
    return or_(*number, *places, exists(select(A.c.id).where(title)))


def ledger_page(
    connection: Connection, site: Site, today: date, sieve: Sieve, *, start: int = 0, size: int = PAGE
) -> Page:  # fmt: skip
    """The page of numbers that begins at `start`, or at the first one after it."""
    where = _where(site, today, sieve)
    ids = select(F.c.id).where(where)
    after = connection.scalars(ids.where(F.c.id >= start).order_by(F.c.id).limit(size + 1)).all()
    ahead = connection.scalars(
        ids.where(F.c.id < start).order_by(F.c.id.desc()).limit(size)
    ).all()  # fmt: skip
    numbers, rest = after[:size], after[size:]
    total, before = connection.execute(
        select(func.count(), func.sum(case((F.c.id < start, 1), else_=0))).where(where)
    ).one()
    return Page(
        tuple(numbers), total, int(before or 0), ahead[-1] if ahead else None, rest[0] if rest else None
    )  # fmt: skip


def counted(connection: Connection, site: Site, today: date, sieve: Sieve) -> Counted:
    """What each choice of state, unit, rule and severity would leave."""
    late = case((_late(today), 1), else_=0).label("late")
    kinds = (F.c.state, late, F.c.unit, F.c.rule, F.c.severity)
    chosen = select(*kinds, func.count()).where(and_(*_besides(site, sieve))).group_by(*kinds)
    states: Counter[str] = Counter()
    units: Counter[str] = Counter()
    rules: Counter[str] = Counter()
    severities: Counter[int] = Counter()
    for state, is_late, unit, rule, severity, n in connection.execute(chosen):
        fits = {
            "state": _fits_state(sieve.state, state, is_late=bool(is_late)),
            "unit": sieve.unit in ("", unit or NOBODY),
            "rule": sieve.rule in ("", rule),
            "severity": sieve.severity in (None, severity),
        }
        wrong = [name for name, right in fits.items() if not right]
        if wrong in ([], ["state"]):
            states[state] += n
            states[ALL] += n
            states[LATE] += n if is_late else 0
            states[STANDS] += n if state in STANDING else 0
        if wrong in ([], ["unit"]):
            units[unit or NOBODY] += n
        if wrong in ([], ["rule"]):
            rules[rule] += n
        if wrong in ([], ["severity"]):
            severities[severity] += n
    return Counted(states, units, rules, severities)


def _fits_state(wanted: str, state: str, *, is_late: bool) -> bool:
    if wanted == STANDS:
        return state in STANDING
    return is_late if wanted == LATE else wanted in (ALL, state)


def by_term(
    connection: Connection, site: Site, today: date, sieve: Sieve, *, skip: int = 0
) -> tuple[list[Group], int]:
    """The groups of one wording, the most frequent first, `GROUPS` from `skip` on; how many groups there are."""
    where = _where(site, today, sieve)
    keys = (F.c.rule, F.c.match)
    count = func.count().label("n")
    chosen = (
        select(
            *keys, func.max(F.c.suggestion), func.max(F.c.message), func.max(F.c.severity), count,
            func.count(F.c.unit.distinct()), func.min(F.c.id),
        )
        .where(where).group_by(*keys).order_by(count.desc(), *keys).limit(GROUPS).offset(skip)
    )  # fmt: skip
    groups = [Group(*row) for row in connection.execute(chosen)]
    several = select(*keys).where(where).distinct().subquery()
    return groups, int(connection.execute(select(func.count()).select_from(several)).scalar_one())


def numbers_of(
    connection: Connection, site: Site, today: date, sieve: Sieve, *, most: int = MOST
) -> list[int]:
    """The numbers that a sieve leaves, ascending, `most` at most."""
    chosen = select(F.c.id).where(_where(site, today, sieve)).order_by(F.c.id).limit(most)
    return list(connection.scalars(chosen))


def of_these(
    connection: Connection, site: Site, today: date, sieve: Sieve, numbers: Sequence[int]
) -> list[int]:
    """Those of `numbers` that a sieve leaves, ascending."""
    where = _where(site, today, sieve)
    some = sorted({one for one in numbers if 0 < one < 2**31})
    return [
        id
        for i in range(0, len(some), CHUNK)
        for id in connection.scalars(
            select(F.c.id).where(and_(where, F.c.id.in_(some[i : i + CHUNK]))).order_by(F.c.id)
        )
    ]


def states_of(connection: Connection, site_id: str, numbers: Sequence[int]) -> Counter[str]:
    """How many of `numbers` are in each state."""
    found: Counter[str] = Counter()
    for i in range(0, len(numbers), CHUNK):
        mine = and_(F.c.site == site_id, F.c.id.in_(numbers[i : i + CHUNK]))
        chosen = select(F.c.state, func.count()).where(mine).group_by(F.c.state)
        for state, n in connection.execute(chosen):
            found[state] += n
    return found


def beside(
    connection: Connection, site: Site, today: date, sieve: Sieve, number: int
) -> int | None:
    """The finding to look at after `number`: the next that a sieve leaves, else the one before it."""
    ids = select(F.c.id).where(_where(site, today, sieve))
    after = ids.where(F.c.id > number).order_by(F.c.id).limit(1)
    before = ids.where(F.c.id < number).order_by(F.c.id.desc()).limit(1)
    return connection.scalar(after) or connection.scalar(before)


def unit_numbers(
    connection: Connection, site: Site, today: date, unit: str, numbers: Sequence[int]
) -> list[int]:
    """Those of `numbers` that a unit answers for."""
    return of_these(connection, site, today, Sieve(ALL, mine=unit), numbers)


def newest_event(connection: Connection, site_id: str) -> int:
    """The number of a site's newest event: what was looked at is as it was then. 0 where there is none."""
    return int(connection.scalar(select(func.max(E.c.id)).where(E.c.site == site_id)) or 0)


def moved_since(
    connection: Connection, site_id: str, numbers: Sequence[int], event: int
) -> list[Meanwhile]:
    """Those of `numbers` that were moved after this event, by number, each with its last step."""
    last: dict[int, Meanwhile] = {}
    some = sorted(set(numbers))
    for i in range(0, len(some), CHUNK):
        chosen = (
            select(E.c.finding_id, E.c.who, E.c.at, E.c.to_state)
            .where(and_(E.c.site == site_id, E.c.id > event, E.c.finding_id.in_(some[i : i + CHUNK])))
            .order_by(E.c.id)
        )  # fmt: skip
        for number, who, at, state in connection.execute(chosen):
            last[number] = Meanwhile(number, who, at, state)
    return [last[number] for number in sorted(last)]


def terms_found(
    connection: Connection, site: Site, rule: str, suggestion: str, mine: str = ""
) -> dict[str, dict[str, int]]:
    """What a list found whose remedy is `suggestion`: wording as found → state → how often."""
    found: dict[str, dict[str, int]] = {}
    mines = [answers_for(site, mine)] if mine else []
    chosen = (
        select(F.c.match, F.c.state, func.count())
        .where(and_(F.c.site == site.id, F.c.rule == rule, F.c.suggestion == suggestion, *mines))
        .group_by(F.c.match, F.c.state)
    )
    for match, state, n in connection.execute(chosen):
        found.setdefault(match, {})[state] = n
    return found


def is_known_state(state: str) -> bool:
    return state in (STANDS, LATE, ALL) or state in LABELS


def of_group(sieve: Sieve, rule: str, term: str) -> Sieve:
    """A sieve for one group of what it leaves."""
    return replace(sieve, rule=rule, term=term)
