"""How long drafts are kept: the texts of ended ones are let go, ones that nobody touches are given up first.

A released or withdrawn draft that was not touched for more than `keep_days` loses its texts. One that is still on its
way is never forgotten as it is: after as many days the night withdraws it, an event that its unit sees, and it
keeps its texts for `keep_days` more. Title, hashes, readers and remarks stay, so the chain can still be proved.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, select, update

from checks.model import Site
from store import schema
from store.chain import Change, append
from store.review_rows import DraftRow
from store.review_states import ENDED, WITHDRAWN
from store.review_words import FORGOTTEN, NUMBER, TEXT, said
from store.states import SYSTEM
from store.steps import day_of, start_of

D, X = schema.drafts, schema.draft_texts
GIVEN_UP = "超过{days}天没有人处理，自动撤回；文本再保留{days}天"
LET_GO = "超过{days}天，按规定清理文本；标题、校验值和审核记录保留"


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What a night let go: numbers of drafts withdrawn because nobody touched them, and of those whose texts went."""

    withdrawn: tuple[int, ...] = ()
    texts: tuple[int, ...] = ()


def kept_until(site: Site, draft: DraftRow) -> date | None:
    """The last day before a draft is given up or its texts are let go; None: they are, or no limit is set."""
    if site.reviews is None or draft.forgotten is not None:
        return None
    return day_of(site, draft.changed) + timedelta(days=site.reviews.keep_days)


def forget_old(connection: Connection, site: Site, today: date, *, at: datetime) -> Forgotten:
    """Let go of what is older than the site keeps it, in the caller's transaction. `at` is UTC.

    Without `reviews` in the site file nothing is.
    """
    if site.reviews is None:
        return Forgotten()
    days = site.reviews.keep_days
    old = and_(
        D.c.site == site.id,
        D.c.forgotten.is_(None),
        D.c.changed < start_of(site, today - timedelta(days=days)),
    )
    rows = connection.execute(select(D).where(old).order_by(D.c.id)).all()
    given_up = [row for row in rows if row.state not in ENDED]
    over = [row for row in rows if row.state in ENDED]
    now = at.replace(tzinfo=None)
    for row in given_up:
        as_it_was = and_(D.c.id == row.id, D.c.state == row.state)
        connection.execute(update(D).where(as_it_was).values(state=WITHDRAWN, changed=now))
    for row in over:
        connection.execute(update(X).where(X.c.draft_id == row.id).values(parts=None))
        connection.execute(update(D).where(D.c.id == row.id).values(forgotten=now))
    changes = [
        *(_event(row, at, WITHDRAWN, GIVEN_UP.format(days=days)) for row in given_up),
        *(_event(row, at, row.state, LET_GO.format(days=days), forgotten=True) for row in over),
    ]
    append(connection, site.id, sorted(changes, key=lambda one: one.draft or 0))
    return Forgotten(tuple(row.id for row in given_up), tuple(row.id for row in over))


def _event(row: Any, at: datetime, to: str, why: str, *, forgotten: bool = False) -> Change:
    facts = [(NUMBER, row.texts), (TEXT, row.text_hash), (FORGOTTEN, f"共{row.texts}稿" if forgotten else "")]  # fmt: skip
    return Change(None, row.mark, at, row.state, to, why, SYSTEM, said(*facts), row.id)
