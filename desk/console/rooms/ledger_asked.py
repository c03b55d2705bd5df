"""What the page of the ledger was asked for: the sieve, the page, what is looked at. An address says all of it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from urllib.parse import parse_qsl, urlencode

from checks.model import BadInput, Severity
from store.triage import Sieve, is_known_state

#: Characters of a word asked for; findings that may be chosen at once.
LONGEST, MOST_CHOSEN = 200, 200
_SEVERITIES = {str(one): int(one) for one in Severity}


@dataclass(frozen=True, slots=True)
class Asked:
    """`number` is the finding looked at (0: none), `ids` those chosen; `group` "term" shows groups of one wording.

    `pick` and `pick_rule` name the group chosen; `start` is the number a page begins at, `skip` the groups before it.
    """

    state: str = ""
    unit: str = ""
    rule: str = ""
    severity: str = ""
    term: str = ""
    text: str = ""
    quarter: str = ""
    since: str = ""
    until: str = ""
    group: str = ""
    start: int = 0
    skip: int = 0
    number: int = 0
    pick: str = ""
    pick_rule: str = ""
    ids: tuple[int, ...] = ()

    def sieve(self, mine: str = "") -> Sieve:
        """Raises BadInput: a day is none."""
        since, until = self.days()
        return Sieve(
            self.state, self.unit, self.rule, _SEVERITIES.get(self.severity), self.term, self.text,
            since, until, mine,
        )  # fmt: skip

    def days(self) -> tuple[date | None, date | None]:
        """From (inclusive) and to (exclusive)."""
        if self.quarter:
            return quarter_days(self.quarter)
        since, until = _day("起始日期", self.since), _day("截止日期", self.until)
        return since, date.fromordinal(until.toordinal() + 1) if until else None

    def address(self, **changes: object) -> str:
        """The query of the page that differs by `changes`; "" for the plain page."""
        other = replace(self, **changes)  # type: ignore[arg-type]
        said = [
            (one.name, value)
            for one in fields(other)
            if one.name != "ids" and (value := getattr(other, one.name)) != one.default
        ]
        query = urlencode([*said, *(("ids", id) for id in other.ids)])
        return f"?{query}" if query else ""

    def kept(self, *but: str) -> list[tuple[str, str]]:
        """What a form of the page carries along, without the fields it has itself."""
        return [pair for pair in parse_qsl(self.address()[1:]) if pair[0] not in but]


def asked(pairs: Sequence[tuple[str, str]]) -> Asked:
    """What the pairs of a query ask for. Raises BadInput: a value is none."""
    said: Mapping[str, str] = dict(pairs)
    words = {
        one.name: said.get(one.name, "").strip()[:LONGEST]
        for one in fields(Asked)
        if one.default == ""
    }
    if not is_known_state(words["state"]):
        raise BadInput("没有这种状态，请从页面上选")
    if words["severity"] not in ("", *_SEVERITIES):
        raise BadInput("没有这种级别，请从页面上选")
    if words["group"] not in ("", "term"):
        raise BadInput("没有这种列法，请从页面上选")
    numbers = {name: _number(said.get(name, "")) for name in ("start", "skip", "number")}
    ids = tuple(dict.fromkeys(_number(value) for name, value in pairs if name == "ids"))
    if len(ids) > MOST_CHOSEN:
        raise BadInput(f"一次最多选{MOST_CHOSEN}项")
    made = Asked(**words, **numbers, ids=ids)  # type: ignore[arg-type]
    made.days()
    return made


def _number(said: str) -> int:
    """Raises BadInput: it is none, or none that the ledger may have."""
    if not said:
        return 0
    if not re.fullmatch(r"[0-9]{1,10}", said) or int(said) >= 2**31:
        raise BadInput("台账号应为数字")
    return int(said)


def _day(name: str, said: str) -> date | None:
    try:
        day = date.fromisoformat(said) if said else None
    except ValueError:
        raise BadInput(f"{name}应如 2025-09-30") from None
    if day and not 1900 < day.year < 2999:
        raise BadInput(f"{name}应如 2025-09-30")
    return day


def quarter_days(said: str) -> tuple[date, date]:
    """The first day of a quarter (2025Q3) and of the one after it. Raises BadInput."""
    if not re.fullmatch(r"(?:19|20)\d\dQ[1-4]", said):
        raise BadInput("季度应如 2025Q3")
    year, number = int(said[:4]), int(said[-1])
    after = date(year + 1, 1, 1) if number == 4 else date(year, 3 * number + 1, 1)
    return date(year, 3 * number - 2, 1), after


def quarters(today: date, many: int = 8) -> list[str]:
    """The quarter of `today` and those before it, the newest first."""
    number = today.year * 4 + (today.month - 1) // 3
    return [f"{n // 4}Q{n % 4 + 1}" for n in range(number, number - many, -1)]
