"""Exceptions (例外): proposed from a false alarm, approved or withdrawn by a person, in force until their day.

What is in force is given to the checks with the site (`with_excuses`); nothing else reads it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal, get_args

from sqlalchemy import Connection, and_, insert, or_, select, update

from checks.model import BadInput, Excuse, Site
from checks.normalise import folded
from store import schema
from store.ledger import LedgerRow

Scope = Literal["site", "unit", "column", "page"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
SCOPE_LABELS = {"site": "全站", "unit": "单位", "column": "栏目", "page": "网页"}
STATE_LABELS = {"proposed": "待批准", "approved": "已批准", "withdrawn": "已撤回"}
#: Characters of a phrase; and of what a phrase offered has on either side of the term.
LONGEST, BESIDE = 200, 4
X = schema.exceptions


@dataclass(frozen=True, slots=True)
class Exempted:
    """One exception as it is kept. `rule` is a list's or rule's id; `until` its last day (None: no end); `at` UTC."""

    id: int
    rule: str
    term: str
    phrase: str
    scope: Scope
    scope_id: str
    reason: str
    until: date | None
    state: Literal["proposed", "approved", "withdrawn"]
    proposed_by: str
    decided_by: str
    at: datetime
    finding: int | None


def implied(row: LedgerRow) -> tuple[str, str] | None:
    """What a false alarm implies: (term, phrase), the phrase with a little of the sentence on either side.

    None: it is not about wording, or what was found is masked.
    """
    before, match, after = row.sentence
    if not match or row.finding.span.start == row.finding.span.end or "*" in match:
        return None
    left = len(before) - len(_letters(before[::-1]))
    return match, f"{before[left:]}{match}{_letters(after)}"


def _letters(text: str) -> str:
    """The first `BESIDE` characters of `text` up to a mark or white space."""
    cut = next((place for place, c in enumerate(text) if not c.isalnum()), len(text))
    return text[: min(cut, BESIDE)]


def propose(
    connection: Connection,
    site: Site,
    row: LedgerRow,
    scope: Scope,
    *,
    who: str,
    why: str,
    at: datetime,
    until: date | None = None,
    phrase: str = "",
    column: str = "",
) -> Exempted:
    """Note the exception that a false alarm implies; one that stands already is given back as it is.

    `phrase` replaces the one implied; `column` (id) says which of the article's columns.

    Raises:
        BadInput: nothing is implied, the phrase does not hold the term, or the scope names nothing.
    """
    if (told := implied(row)) is None:
        raise BadInput(f"台账号{row.id}：不是文字上的问题或已隐去号码，不能设例外")
    term, phrase = told[0], phrase.strip() or told[1]
    if folded(term).text not in folded(phrase).text or len(phrase) > LONGEST:
        raise BadInput(f"例外短语“{phrase[:40]}”应含有“{term}”，且不超过{LONGEST}字")
    if not why.strip():
        raise BadInput("没有写明理由；例外必须写明（--why）")
    named = _scope_id(site, row, scope, column)
    same = and_(
        X.c.site == site.id, X.c.list == row.finding.rule, X.c.term == term, X.c.phrase == phrase,
        X.c.scope == scope, X.c.scope_id == named, X.c.state != "withdrawn",
    )  # fmt: skip
    if stands := connection.execute(select(X).where(same)).first():
        return _read(stands)
    done = connection.execute(
        insert(X).values(
            site=site.id, list=row.finding.rule, term=term, phrase=phrase, scope=scope, scope_id=named,
            reason=why.strip(), until=until, state="proposed", proposed_by=who, decided_by="",
            at=at.replace(tzinfo=None), finding_id=row.id,
        )
    )  # fmt: skip
    assert done.inserted_primary_key
    return exception(connection, site.id, int(done.inserted_primary_key[0]))


def agreed(
    connection: Connection,
    site_id: str,
    rule: str,
    term: str,
    phrase: str,
    *,
    why: str,
    by: tuple[str, str],
    at: datetime,
) -> Exempted:
    """An exception for the whole site that two people agreed on elsewhere (`by`: who proposed, who approved).

    One that is approved already is given back as it is; a proposed one is approved.

    Raises:
        BadInput: the phrase does not hold the term, or both are one person.
    """
    if not term or folded(term).text not in folded(phrase).text or len(phrase) > LONGEST:
        raise BadInput(f"例外短语“{phrase[:40]}”应含有“{term}”，且不超过{LONGEST}字")
    proposer, approver = by
    if proposer == approver:
        raise BadInput(f"由{proposer}提出的例外，应由另一人批准")
    same = and_(
        X.c.site == site_id, X.c.list == rule, X.c.term == term, X.c.phrase == phrase,
        X.c.scope == "site", X.c.state != "withdrawn",
    )  # fmt: skip
    if stands := connection.execute(select(X).where(same)).first():
        if stands.state == "proposed":
            return decide(connection, site_id, stands.id, "approved", who=approver, at=at)
        return _read(stands)
    done = connection.execute(
        insert(X).values(
            site=site_id, list=rule, term=term, phrase=phrase, scope="site", scope_id="", reason=why.strip(),
            until=None, state="approved", proposed_by=proposer, decided_by=approver,
            at=at.replace(tzinfo=None), finding_id=None,
        )
    )  # fmt: skip
    assert done.inserted_primary_key
    return exception(connection, site_id, int(done.inserted_primary_key[0]))


def _scope_id(site: Site, row: LedgerRow, scope: Scope, column: str) -> str:
    if scope == "unit" and not row.finding.unit:
        raise BadInput(f"台账号{row.id}：没有责任单位，例外不能按单位设；可用 site、column 或 page")
    if scope != "column":
        return {"site": "", "unit": row.finding.unit, "page": row.finding.url}[scope]
    columns = row.finding.columns
    if column and column in columns:
        return column
    names = {one.id: one.name for one in site.columns}
    if column or len(columns) != 1:
        listed = "、".join(f"{one}（{names.get(one, one)}）" for one in columns) or "（没有栏目）"
        raise BadInput(f"台账号{row.id}：请用 --column 写明其中一个栏目：{listed}")
    return columns[0]


def decide(
    connection: Connection,
    site_id: str,
    number: int,
    to: Literal["approved", "withdrawn"],
    *,
    who: str,
    at: datetime,
) -> Exempted:
    """Approve an exception, or withdraw it; the same again changes nothing.

    Raises:
        BadInput: no such exception, it was withdrawn, or who proposed it would approve it too.
    """
    found = exception(connection, site_id, number)
    if found.state == to:
        return found
    if to == "approved" and who.strip() == found.proposed_by:
        raise BadInput(f"例外{number}：由{who.strip()}提出，应由另一人批准")
    if found.state == "withdrawn":
        raise BadInput(f"例外{number}：已撤回，不能再批准；请在台账中重新提出")
    values = {"state": to, "decided_by": who, "at": at.replace(tzinfo=None)}
    connection.execute(update(X).where(X.c.id == number).values(**values))
    return exception(connection, site_id, number)


def exception(connection: Connection, site_id: str, number: int) -> Exempted:
    """Raises BadInput: the site has no exception of this number."""
    row = connection.execute(select(X).where(and_(X.c.site == site_id, X.c.id == number))).first()
    if row is None:
        raise BadInput(f"例外{number}：本站点没有这个例外")
    return _read(row)


def exceptions(connection: Connection, site_id: str) -> list[Exempted]:
    """All a site has, in the order they were proposed."""
    rows = connection.execute(select(X).where(X.c.site == site_id).order_by(X.c.id))
    return [_read(row) for row in rows]


def in_force(connection: Connection, site_id: str, day: date) -> tuple[Excuse, ...]:
    """What is approved and not over on `day`."""
    lasting = or_(X.c.until.is_(None), X.c.until >= day)
    mine = and_(X.c.site == site_id, X.c.state == "approved", lasting)
    rows: Sequence[Any] = connection.execute(select(X).where(mine).order_by(X.c.id)).all()
    return tuple(Excuse(row.list, row.term, row.phrase, row.scope, row.scope_id) for row in rows)


def with_excuses(connection: Connection, site: Site, day: date) -> Site:
    """`site` with the exceptions in force on `day`."""
    return replace(site, excuses=in_force(connection, site.id, day))


def _read(row: Any) -> Exempted:
    return Exempted(
        row.id, row.list, row.term, row.phrase, row.scope, row.scope_id, row.reason, row.until, row.state,
        row.proposed_by, row.decided_by, row.at, row.finding_id,
    )  # fmt: skip
