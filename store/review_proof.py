"""The proof that drafts, their texts and their readings are what the chain's events say of them."""

import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from checks.model import Article
from store import schema
from store.parts import parts_from, unpacked
from store.review_states import PASSED, PASSED_TO, READ_AT, RELEASED, RETURNED, SENT_BACK
from store.review_words import (
    ADDRESS,
    AUTHOR,
    BY,
    COLUMN,
    FORGOTTEN,
    LISTS,
    NUMBER,
    OVERRULED_HASH,
    TEXT,
    TITLE,
    UNIT,
    digest,
    fact,
)

D, X, S, E = schema.drafts, schema.draft_texts, schema.draft_steps, schema.finding_events


def draft_faults(connection: Connection, site_id: str) -> Iterator[str]:
    """What the drafts of a site say that their events do not, a line each."""
    mine = select(D.c.id).where(D.c.site == site_id)
    events = _grouped(
        connection, select(E).where(E.c.draft_id.in_(mine)).order_by(E.c.id), "draft_id"
    )
    steps = _grouped(
        connection, select(S).where(S.c.draft_id.in_(mine)).order_by(S.c.id), "draft_id"
    )
    for draft in connection.execute(select(D).where(D.c.site == site_id).order_by(D.c.id)).all():
        told = events.get(draft.id, [])
        if told:  # a draft without any is told of already
            texts = connection.execute(
                select(X).where(X.c.draft_id == draft.id).order_by(X.c.number)
            ).all()
            yield from _draft(draft, told)
            yield from _texts(draft, told, texts)
            yield from _steps(draft, told, steps.get(draft.id, []))


def _grouped(connection: Connection, chosen: Any, key: str) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in connection.execute(chosen):
        found.setdefault(getattr(row, key), []).append(row)
    return found


def _draft(draft: Any, events: Sequence[Any]) -> Iterator[str]:
    opened = events[0].evidence
    released = [one.at for one in events if one.to_state == RELEASED != one.from_state]
    forgotten = [one.at for one in events if fact(FORGOTTEN, one.evidence)]
    for what, now, told in (
        ("单位", draft.unit, fact(UNIT, opened)),
        ("栏目", draft.column_id, fact(COLUMN, opened)),
        ("起草人", str(draft.author_id), fact(AUTHOR, opened)),
        ("标题", draft.title, _last(events, TITLE)),
        ("稿次", str(draft.texts), _last(events, NUMBER)),
        ("稿件校验值", draft.text_hash, _last(events, TEXT)),
        ("发布网址", draft.url, _last(events, ADDRESS)),
        ("起草时间", draft.opened, events[0].at),
        ("签发时间", draft.released, released[-1] if released else None),
        ("文本清理时间", draft.forgotten, forgotten[-1] if forgotten else None),
    ):
        if now != told:
            yield f"稿件{draft.id}：{what}“{now or '（空）'}”与记录“{told or '（空）'}”不一致"


def _last(events: Sequence[Any], prefix: str) -> str:
    found = (value for one in reversed(events) if (value := fact(prefix, one.evidence)))
    return next(found, "")


def _texts(draft: Any, events: Sequence[Any], texts: Sequence[Any]) -> Iterator[str]:
    written = _first_of_each(events)
    if [one.number for one in texts] != sorted(written):
        yield f"稿件{draft.id}：所存的{len(texts)}稿与记录的{len(written)}稿不一致"
    lists = {
        fact(NUMBER, one.evidence): value for one in events if (value := fact(LISTS, one.evidence))
    }
    for text in texts:
        event = written.get(text.number)
        if event is None:
            continue
        own = f"稿件{draft.id}第{text.number}稿"
        if text.text_hash != fact(TEXT, event.evidence):
            yield f"{own}：稿件校验值与记录不一致"
        if text.lists_hash != lists.get(str(text.number), ""):
            yield f"{own}：词表校验值与记录不一致"
        if text.title != fact(TITLE, event.evidence):
            yield f"{own}：标题与记录不一致"
        if (str(text.by_id), text.at) != (fact(BY, event.evidence), event.at):
            yield f"{own}：改稿人或时间与记录不一致"
        if text.parts is None and draft.forgotten is None:
            yield f"{own}：文本已不在，记录中没有清理过"
        elif text.parts is not None and _hash(text.parts) != text.text_hash:
            yield f"{own}：文本与校验值不符，被改动过"


def _first_of_each(events: Sequence[Any]) -> Mapping[int, Any]:
    """The event that brought each text, by its number."""
    found: dict[int, Any] = {}
    for one in events:
        number = fact(NUMBER, one.evidence)
        if number.isdecimal():
            found.setdefault(int(number), one)
    return found


def _hash(raw: bytes) -> str:
    """The hash of a kept text, "" where what is kept is none."""
    try:
        return Article("", parts_from(unpacked(raw))).text_hash
    except (zlib.error, ValueError, TypeError, KeyError, AttributeError):
        return ""


def _steps(draft: Any, events: Sequence[Any], steps: Sequence[Any]) -> Iterator[str]:
    told = [said for one in events if (said := _reading(one))]
    kept = [
        (
            one.step, one.verdict, str(one.text_number), str(one.by_id), one.at, one.remark,
            digest(one.overruled) if one.overruled else "",
        )
        for one in steps
    ]  # fmt: skip
    if told != kept:
        yield f"稿件{draft.id}：审核记录{len(kept)}条与记录链中的{len(told)}条不一致"


def _reading(one: Any) -> tuple[Any, ...] | None:
    """The reading that an event tells of, as a step keeps it; None: it tells of none."""
    if one.from_state not in READ_AT:
        return None
    passed = RELEASED if one.to_state == RELEASED else PASSED
    verdict = {RETURNED: SENT_BACK, PASSED_TO[one.from_state]: passed}.get(one.to_state)
    if verdict is None:
        return None
    facts = (fact(NUMBER, one.evidence), fact(BY, one.evidence), one.at, one.why)
    return (one.from_state, verdict, *facts, fact(OVERRULED_HASH, one.evidence))
