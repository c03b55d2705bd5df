"""The readers' steps: 初审 and 复审 passed, 终审 released, a draft returned to its author."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, select, update

from checks.checker import Judgement
from checks.model import BadInput, Finding, Severity, Site
from checks.privacy import masked
from store.parts import parts_from, unpacked
from store.review_record import X, facts_of, move_on, note, note_step, standing
from store.review_rules import LONGEST_REASON, Person, Seen, outside, refused, remark_faults
from store.review_states import FINAL, PASSED, PASSED_TO, READ_AT, RELEASED, RETURNED, SENT_BACK
from store.review_words import (
    UNCHECKED,
    Overruled,
    one_line,
    overruled_json,
    overruled_lines,
    said,
)


@dataclass(frozen=True, slots=True)
class Checked:
    """The judgement of the very text a step is about, made with the lists that `lists_hash` names."""

    judgement: Judgement
    lists_hash: str

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(one for one in self.judgement.findings if one.severity >= Severity.ERROR)


def pass_on(
    connection: Connection,
    site: Site,
    number: int,
    who: Person,
    *,
    seen: Seen,
    checked: Checked,
    at: datetime,
    remark: str = "",
) -> None:
    """初审 or 复审 passed: the draft goes on to its next reader. Errors still standing are told, and block nothing yet.

    Raises:
        BadInput: this person may not read this text here, or it was changed or read meanwhile.
    """
    draft = standing(connection, site.id, number, who)
    faults = [
        *refused(connection, draft, seen, READ_AT[:2], "审核通过"),
        *outside(connection, draft, who),
        *remark_faults(remark),
    ]
    if faults:
        raise BadInput(*faults)
    _fits(connection, draft, checked.judgement)
    _read(connection, site, draft, who, seen, checked, at, remark, PASSED, ())


def release(
    connection: Connection,
    site: Site,
    number: int,
    who: Person,
    *,
    seen: Seen,
    checked: Checked,
    at: datetime,
    remark: str = "",
    overruled: Mapping[str, str] | None = None,
) -> None:
    """终审 passed: the draft may be published. `overruled` are reasons by fingerprint, one for each 严重错误.

    What could not be checked needs a remark.

    Raises:
        BadInput: this person may not read this text here, it was changed or read meanwhile, or an error stands.
    """
    draft = standing(connection, site.id, number, who)
    reasons = {mark: masked(one_line(why)) for mark, why in (overruled or {}).items()}
    faults = [
        *refused(connection, draft, seen, (FINAL,), "签发"),
        *outside(connection, draft, who),
        *remark_faults(remark, "稿件有未能检查的内容" if checked.judgement.unchecked else ""),
    ]
    if not faults:
        _fits(connection, draft, checked.judgement)
        faults = _blocking(number, checked.errors, reasons)
    if faults:
        raise BadInput(*faults)
    kept = tuple(
        Overruled(one.rule, one_line(one.match), one_line(one.message), reasons[one.fingerprint])
        for one in checked.errors
    )
    _read(connection, site, draft, who, seen, checked, at, remark, RELEASED, kept)


def _blocking(number: int, errors: Sequence[Finding], reasons: Mapping[str, str]) -> list[str]:
    told = []
    for one in errors:
        why = reasons.get(one.fingerprint, "")
        shown = f"稿件{number}：严重错误“{one_line(one.match)[:40]}”（{one.message[:80]}）"
        if not why:
            told.append(f"{shown}未改正，不能签发；应退回修改，或由终审人写明推翻的理由")
        elif len(why) > LONGEST_REASON:
            told.append(f"{shown}推翻的理由太长；应在{LONGEST_REASON}字以内")
    if strange := set(reasons) - {one.fingerprint for one in errors}:
        told.append(
            f"稿件{number}：要推翻的问题有{len(strange)}个不在这一稿的严重错误之中；请刷新后再签发"
        )
    return told


def send_back(
    connection: Connection,
    site: Site,
    number: int,
    who: Person,
    *,
    seen: Seen,
    remark: str,
    at: datetime,
) -> None:
    """Return a draft to its author, at any reading. The remark says what is to be changed.

    Raises:
        BadInput: no remark, this person may not read this text here, or it was changed or read meanwhile.
    """
    draft = standing(connection, site.id, number, who)
    faults = [
        *refused(connection, draft, seen, READ_AT, "退回"),
        *outside(connection, draft, who),
        *remark_faults(remark, "退回"),
    ]
    if faults:
        raise BadInput(*faults)
    move_on(connection, draft, seen, RETURNED, at)
    note_step(connection, draft, who, at, SENT_BACK, remark, "")
    evidence = said(*facts_of(draft.texts, draft.text_hash, "", who))
    note(connection, site, draft, RETURNED, who, at, remark, evidence)


def _read(
    connection: Connection,
    site: Site,
    draft: Any,
    who: Person,
    seen: Seen,
    checked: Checked,
    at: datetime,
    remark: str,
    verdict: str,
    overruled: Sequence[Overruled],
) -> None:
    """A reading passed: the step, the state and the event."""
    to = PASSED_TO[draft.state]
    done = {"released": at.replace(tzinfo=None)} if to == RELEASED else {}
    move_on(connection, draft, seen, to, at, **done)
    mine = and_(X.c.draft_id == draft.id, X.c.number == draft.texts)
    connection.execute(update(X).where(mine).values(lists_hash=checked.lists_hash))
    written = overruled_json(overruled)
    note_step(connection, draft, who, at, verdict, remark, written)
    facts = [
        *facts_of(draft.texts, draft.text_hash, checked.lists_hash, who),
        ("未改正的严重错误：", f"{len(checked.errors)}处"),
        *((UNCHECKED, f"{one.what}：{one.why}") for one in checked.judgement.unchecked),
        *overruled_lines(overruled, written),
    ]
    note(connection, site, draft, to, who, at, remark, said(*facts))


def _fits(connection: Connection, draft: Any, judgement: Judgement) -> None:
    """Raises ValueError: what was judged is another text. That is the program's fault, not a person's."""
    mine = and_(X.c.draft_id == draft.id, X.c.number == draft.texts)
    parts = parts_from(unpacked(connection.execute(select(X.c.parts).where(mine)).scalar_one()))
    for one in judgement.findings:
        if one.part >= len(parts):
            raise ValueError(f"draft {draft.id}: judged another text")
        if parts[one.part].text[one.span.start : one.span.end] != one.match:
            raise ValueError(f"draft {draft.id}: judged another text")
