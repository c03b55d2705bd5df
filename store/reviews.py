"""三审三校: a draft is written, read by three different persons, and released; each step an event in the chain.

Who may read: nobody who wrote any text of the draft, and nobody twice since it was last submitted (双人复核).
A text that was changed or returned begins at 初审 again. Its author may change it, and so may another editor of
its unit, who then counts as a writer. Whoever takes a step says which text and which state they saw: where another was
quicker, they are told. Texts, remarks and reasons are kept with personal numbers masked, and a text's hash is that of
the text so kept.
"""

from datetime import datetime

from sqlalchemy import Connection, insert, update

from checks.model import Article, BadInput, Site, fingerprint
from checks.site_schema import address_fault
from store.chain import Change, append, last_hash
from store.review_readings import Checked, pass_on, release, send_back
from store.review_record import D, facts_of, kept, move_on, note, put_text, standing, title_of
from store.review_rules import (
    MOST_TEXTS,
    Person,
    Seen,
    may_write,
    refused,
    remark_faults,
    text_faults,
)
from store.review_states import (
    FIRST,
    LABELS,
    OPEN_TO_AUTHOR,
    READ_AT,
    RELEASED,
    RETURNED,
    WITHDRAWN,
    WRITTEN,
)
from store.review_words import ADDRESS, AUTHOR, COLUMN, TITLE, UNIT, said

__all__ = [
    "Checked", "Person", "Seen", "note_address", "open_draft", "pass_on", "release", "send_back", "submit",
    "withdraw", "write",
]  # fmt: skip


def open_draft(
    connection: Connection,
    site: Site,
    article: Article,
    who: Person,
    *,
    unit: str,
    lists_hash: str,
    at: datetime,
    column: str = "",
) -> int:
    """A new draft with its first text; gives back its number. `at` is UTC; `unit` and `column` are ids.

    Raises:
        BadInput: no such unit or column, not an editor of that unit, or the text is empty or too long.
    """
    article = kept(article)
    faults = [*may_write(who, unit), *text_faults(article)]
    if unit not in {one.id for one in site.units}:
        faults.append(f"没有id为“{unit}”的单位；应为站点文件units里的一个")
    if column and column not in {one.id for one in site.columns}:
        faults.append(f"没有id为“{column}”的栏目；应为站点文件columns里的一个")
    if faults:
        raise BadInput(*faults)
    title, now = title_of(article), at.replace(tzinfo=None)
    # every draft appends to the chain: no two see the same last hash
    mark = fingerprint("draft", site.id, last_hash(connection, site.id), str(who.id), str(now), article.text_hash)  # fmt: skip
    done = connection.execute(
        insert(D).values(
            site=site.id, mark=mark, unit=unit, column_id=column, title=title, state=WRITTEN, author_id=who.id,
            texts=1, text_hash=article.text_hash, opened=now, changed=now, url="",
        )
    )  # fmt: skip
    assert done.inserted_primary_key
    number = int(done.inserted_primary_key[0])
    put_text(connection, number, 1, article, who, lists_hash, now)
    facts = facts_of(1, article.text_hash, lists_hash, who)
    more = ((TITLE, title), (UNIT, unit), (COLUMN, column), (AUTHOR, who.id))
    change = Change(None, mark, at, "", WRITTEN, "新建稿件", who.shown, said(*facts, *more), number)
    append(connection, site.id, [change])
    return number


def write(
    connection: Connection,
    site: Site,
    number: int,
    who: Person,
    *,
    article: Article,
    seen: Seen,
    lists_hash: str,
    at: datetime,
) -> bool:
    """Give a draft a new text; whether it is one. The same text again changes nothing.

    Raises:
        BadInput: not open to its author, not this person's to write, changed meanwhile, or the text cannot be kept.
    """
    draft = standing(connection, site.id, number, who)
    article = kept(article)
    faults = [
        *refused(connection, draft, seen, OPEN_TO_AUTHOR, "修改"),
        *may_write(who, draft.unit),
        *text_faults(article),
    ]
    if draft.texts >= MOST_TEXTS:
        faults.append(f"稿件{number}：已改过{draft.texts}稿，达到上限；请撤回后另建稿件")
    if faults:
        raise BadInput(*faults)
    if article.text_hash == draft.text_hash:
        return False
    title, text = title_of(article), draft.texts + 1
    move_on(connection, draft, seen, WRITTEN, at, title=title, texts=text, text_hash=article.text_hash)  # fmt: skip
    put_text(connection, number, text, article, who, lists_hash, at.replace(tzinfo=None))
    facts = (*facts_of(text, article.text_hash, lists_hash, who), (TITLE, title))
    note(connection, site, draft, WRITTEN, who, at, "修改稿件", said(*facts))
    return True


def submit(
    connection: Connection,
    site: Site,
    number: int,
    who: Person,
    *,
    seen: Seen,
    at: datetime,
    remark: str = "",
) -> None:
    """Hand a draft to its first reader. A returned text that was not changed needs a remark.

    Raises:
        BadInput: it is not open to its author, not this person's, or was changed meanwhile.
    """
    draft = standing(connection, site.id, number, who)
    faults = [
        *refused(connection, draft, seen, OPEN_TO_AUTHOR, "送审"),
        *may_write(who, draft.unit),
        *remark_faults(remark, "退回后没有修改就再次送审" if draft.state == RETURNED else ""),
    ]
    if faults:
        raise BadInput(*faults)
    move_on(connection, draft, seen, FIRST, at)
    evidence = said(*facts_of(draft.texts, draft.text_hash, "", who))
    note(connection, site, draft, FIRST, who, at, remark or "送审", evidence)


def withdraw(
    connection: Connection,
    site: Site,
    number: int,
    who: Person,
    *,
    seen: Seen,
    remark: str,
    at: datetime,
) -> None:
    """The author, or another editor of the unit, gives a draft up; from any state but the last ones, for good.

    Raises:
        BadInput: no remark, not this person's, it has ended, or was changed or read meanwhile.
    """
    draft = standing(connection, site.id, number, who)
    faults = [
        *refused(connection, draft, seen, (*OPEN_TO_AUTHOR, *READ_AT), "撤回"),
        *may_write(who, draft.unit),
        *remark_faults(remark, "撤回"),
    ]
    if faults:
        raise BadInput(*faults)
    move_on(connection, draft, seen, WITHDRAWN, at)
    evidence = said(*facts_of(draft.texts, draft.text_hash, "", who))
    note(connection, site, draft, WITHDRAWN, who, at, remark, evidence)


def note_address(
    connection: Connection, site: Site, number: int, who: Person, url: str, *, at: datetime
) -> None:
    """Note where a released draft was published; the same address again changes nothing.

    `url` is as the store keeps addresses (canonical).

    Raises:
        BadInput: not released, not this person's to say, or not an address.
    """
    draft = standing(connection, site.id, number, who)
    faults = list(may_write(who, draft.unit))
    if draft.state != RELEASED:
        faults.append(f"稿件{number}：现为“{LABELS[draft.state]}”，签发后才能登记发布网址")
    if fault := address_fault(url) if len(url) <= 2083 else "太长":
        faults.append(f"网址{fault}；应写完整网址，如 https://www.example.gov.cn/info/1.htm")
    if faults:
        raise BadInput(*faults)
    if url == draft.url:
        return
    connection.execute(update(D).where(D.c.id == number).values(url=url))
    evidence = said(*facts_of(draft.texts, draft.text_hash, "", who), (ADDRESS, url))
    note(connection, site, draft, RELEASED, who, at, "登记发布网址", evidence)
