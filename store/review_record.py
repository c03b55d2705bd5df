"""What every step of a draft writes: its row, its texts, its readings, its events."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, insert, select, update

from checks.checker import without_personal_data
from checks.model import Article, BadInput, Site
from checks.privacy import masked
from store import schema
from store.chain import Change, append
from store.parts import packed, parts_json
from store.review_rules import Person, Seen, no_such_draft, not_moved
from store.review_words import BY, LISTS, NUMBER, TEXT, one_line

#: Characters of a title, as it is kept and shown.
LONGEST_TITLE = 200
D, X, S = schema.drafts, schema.draft_texts, schema.draft_steps


def title_of(article: Article) -> str:
    """What a draft is called: its title, else the first line of its body; one line, masked."""
    lines = (line for line in (article.title, *article.body.split("\n")) if line.strip())
    return one_line(next(lines, ""))[:LONGEST_TITLE]


def kept(article: Article) -> Article:
    """`article` as it is stored: personal numbers masked in its texts and in the names of its attachments."""
    article = without_personal_data(article)
    return replace(
        article, parts=tuple(replace(part, name=masked(part.name)) for part in article.parts)
    )


def standing(connection: Connection, site: str, number: int, who: Person) -> Any:
    """The row of a draft that this person may see. Raises BadInput: there is none."""
    row = connection.execute(select(D).where(and_(D.c.site == site, D.c.id == number))).first()
    if row is None or who.unit not in ("", row.unit):
        raise BadInput(no_such_draft(number))
    return row


def move_on(
    connection: Connection, draft: Any, seen: Seen, to: str, at: datetime, **values: Any
) -> None:
    """To another state, if it still is as it was seen."""
    as_seen = and_(D.c.id == draft.id, D.c.state == seen.state, D.c.text_hash == seen.text_hash)
    values |= {"state": to, "changed": at.replace(tzinfo=None)}
    if connection.execute(update(D).where(as_seen).values(**values)).rowcount != 1:
        raise BadInput(not_moved(draft.id))


def note_step(
    connection: Connection,
    draft: Any,
    who: Person,
    at: datetime,
    verdict: str,
    remark: str,
    overruled: str,
) -> None:
    connection.execute(
        insert(S).values(
            draft_id=draft.id, text_number=draft.texts, step=draft.state, verdict=verdict, by_id=who.id,
            at=at.replace(tzinfo=None), remark=masked(remark.strip()), overruled=overruled,
        )
    )  # fmt: skip


def facts_of(number: int, text_hash: str, lists_hash: str, who: Person) -> list[tuple[str, object]]:
    return [(NUMBER, number), (TEXT, text_hash), (LISTS, lists_hash), (BY, who.id)]


def note(
    connection: Connection,
    site: Site,
    draft: Any,
    to: str,
    who: Person,
    at: datetime,
    why: str,
    evidence: str,
) -> None:
    change = Change(
        None, draft.mark, at, draft.state, to, masked(why.strip()), who.shown, evidence, draft.id
    )
    append(connection, site.id, [change])


def put_text(
    connection: Connection,
    draft: int,
    number: int,
    article: Article,
    who: Person,
    lists_hash: str,
    now: datetime,
) -> None:
    connection.execute(
        insert(X).values(
            draft_id=draft, number=number, title=title_of(article), parts=packed(parts_json(article.parts)),
            text_hash=article.text_hash, lists_hash=lists_hash, by_id=who.id, at=now,
        )
    )  # fmt: skip
