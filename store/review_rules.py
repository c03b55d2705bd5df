"""Who may do what with a draft, and what a refusal says: one line in Chinese each."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, func, select

from checks.model import Article
from store import schema
from store.accounts import ROLE_LABELS
from store.review_states import (
    EDITOR,
    LABELS,
    OFFICE,
    PASSED,
    READ_AT,
    READERS,
    RELEASED,
    SENT_BACK,
    STEP_LABELS,
    VERDICT_LABELS,
)

#: Bounds: characters of a text (all parts), parts, texts a draft has, characters of a remark and of a reason.
LONGEST_TEXT, MOST_PARTS, MOST_TEXTS, LONGEST_REMARK, LONGEST_REASON = (
    2_000_000,
    100,
    500,
    2000,
    500,
)
D, X, S, A = schema.drafts, schema.draft_texts, schema.draft_steps, schema.accounts


@dataclass(frozen=True, slots=True)
class Person:
    """Who takes a step: the account's id and shown name, its roles, and its unit ("" sees every unit)."""

    id: int
    shown: str
    roles: frozenset[str] = frozenset()
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the person had before them when they decided: the newest text's hash, and the draft's state."""

    text_hash: str
    state: str


def no_such_draft(number: int) -> str:
    return f"稿件{number}：没有这个稿件"


def not_moved(number: int) -> str:
    return f"稿件{number}：刚被别人处理过；请刷新后再看"


def refused(
    connection: Connection, draft: Any, seen: Seen, states: Collection[str], what: str
) -> Iterator[str]:
    """Why a step is too late or out of turn: the draft is not as it was seen, or not where the step is taken."""
    now = f"现为“{LABELS[draft.state]}”{_last(connection, draft)}"
    if draft.state not in states:
        yield f"稿件{draft.id}：{now}，不能{what}"
    elif draft.state != seen.state:
        yield f"稿件{draft.id}：您打开时为“{LABELS.get(seen.state, seen.state)}”，{now}；请刷新后再看"
    elif draft.text_hash != seen.text_hash:
        yield f"稿件{draft.id}：文本在您打开之后改过，现为第{draft.texts}稿；请刷新后重新看过再{what}"


def _last(connection: Connection, draft: Any) -> str:
    """Who brought a draft where it is, in brackets; "" where no reader did."""
    row = connection.execute(
        select(S.c.step, S.c.verdict, A.c.shown)
        .join(A, A.c.id == S.c.by_id)
        .where(S.c.draft_id == draft.id)
        .order_by(S.c.id.desc())
        .limit(1)
    ).first()
    if row is None:
        return ""
    return f"（{row.shown}已{STEP_LABELS[row.step]}{VERDICT_LABELS[row.verdict]}）"


def may_write(who: Person, unit: str) -> Iterator[str]:
    """Why this person may not write for a unit, as an editor of it or the office may."""
    if who.roles.isdisjoint((EDITOR, OFFICE)):
        yield f"{who.shown}：没有“{ROLE_LABELS[EDITOR]}”权限，不能办理稿件"
    elif who.unit not in ("", unit):
        yield f"{who.shown}：只能办理本单位的稿件"


def outside(connection: Connection, draft: Any, who: Person) -> Iterator[str]:
    """Why this person may not read a draft where it stands. Nothing where it stands at no reading."""
    if draft.state not in READ_AT:
        return
    step = STEP_LABELS[draft.state]
    if READERS[draft.state] not in who.roles:
        yield f"{who.shown}：没有“{step}”权限"
    writers = set(
        connection.execute(select(X.c.by_id).where(X.c.draft_id == draft.id)).scalars()
    ) | {draft.author_id}
    if who.id in writers:
        yield f"稿件{draft.id}：{who.shown}是作者或改过这篇稿件，不能再作{step}；应由别人审"
    for row in this_round(connection, draft.id, draft.texts):
        if row.by_id == who.id:
            yield (
                f"稿件{draft.id}：{who.shown}已作过{STEP_LABELS[row.step]}，不能再作{step}；三次审核应由三个不同的人"
            )


def this_round(connection: Connection, draft: int, text: int) -> list[Any]:
    """The passing steps on a draft's text `text` since it was last returned, in order."""
    sent_back = select(func.coalesce(func.max(S.c.id), 0)).where(
        and_(S.c.draft_id == draft, S.c.verdict == SENT_BACK)
    )
    mine = and_(
        S.c.draft_id == draft, S.c.text_number == text, S.c.verdict.in_((PASSED, RELEASED)),
        S.c.id > sent_back.scalar_subquery(),
    )  # fmt: skip
    return list(connection.execute(select(S).where(mine).order_by(S.c.id)))


def remark_faults(remark: str, needed: str = "") -> Iterator[str]:
    """`needed` says what must not be done without a remark, "" where one may be left out."""
    if needed and not remark.strip():
        yield f"没有写明意见；{needed}，必须写明"
    if len(remark) > LONGEST_REMARK:
        yield f"意见太长（{len(remark)}字）；应在{LONGEST_REMARK}字以内"


def text_faults(article: Article) -> Iterator[str]:
    length = sum(len(part.text) for part in article.parts)
    if not any(part.text.strip() for part in article.parts):
        yield "稿件是空的；应有正文"
    if length > LONGEST_TEXT:
        yield f"稿件太长（{length}字）；应在{LONGEST_TEXT}字以内"
    if len(article.parts) > MOST_PARTS:
        yield f"稿件的部分太多（{len(article.parts)}个）；附件应在{MOST_PARTS - 2}个以内"
