"""Changes of the office's lists as they are kept: proposed by one person, approved by another or withdrawn."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection, and_, func, insert, select, update

from checks.model import BadInput, Site
from checks.privacy import masked
from checks.term_change import ACTIONS, LABELS, cells_of, holds
from checks.wordlist import Term, Wordlist, load_wordlists, shipped
from store import schema

State = Literal["proposed", "approved", "withdrawn"]
STATE_LABELS: Mapping[str, str] = {
    "proposed": "待批准",
    "approved": "已批准",
    "withdrawn": "已撤回",
}
#: Characters of a reason and of a word suggested; proposals one word makes; that one person may have waiting.
LONGEST, LONGEST_WORD, MOST_OF_A_WORD, MOST_WAITING = 1000, 100, 3, 200
#: What is not to go into force without having been tried on the archive.
TRIED = ("add", "change")
T = schema.term_proposals


@dataclass(frozen=True, slots=True)
class Proposal:
    """One change proposed. `cells` is the row as it is to be, `was` as it is ({} for none); instants are UTC.

    Of an exception `cells` may hold a term of a list that is not the office's: then `phrase` is all there is to it.
    `tried` is what a run over the archive found ({} where there was none), `why` the reason it was withdrawn.
    """

    id: int
    list: str
    action: str
    cells: Mapping[str, str]
    was: Mapping[str, str]
    reason: str
    state: str
    proposed_by: str
    at: datetime
    decided_by: str
    decided: datetime | None
    why: str
    tried: Mapping[str, Any]

    @property
    def text(self) -> str:
        """The term it is about."""
        return self.was.get("text") or self.cells.get("text", "")

    @property
    def phrase(self) -> str:
        """The exception it adds, "" for other changes."""
        return self.cells.get("phrase", "")


def propose_term(
    connection: Connection,
    site_id: str,
    list: str,
    action: str,
    cells: Mapping[str, str],
    was: Mapping[str, str],
    *,
    reason: str,
    who: str,
    at: datetime,
) -> Proposal:
    """Note a proposal; the same one that waits already is given back as it is.

    Raises:
        BadInput: no such action, no reason, or too many of this person's wait.
    """
    reason = " ".join(reason.split())
    if action not in ACTIONS:
        raise BadInput(f"没有这种改动；应为{'、'.join(LABELS.values())}")
    if not reason or len(reason) > LONGEST:
        raise BadInput(f"请写明理由，不超过{LONGEST}字")
    said, before = _json(cells), _json(was)
    waiting = and_(T.c.site == site_id, T.c.state == "proposed")
    same = and_(
        waiting, T.c.list == list, T.c.action == action, T.c.cells == said, T.c.was == before
    )
    if stands := connection.execute(select(T).where(same)).first():
        return _read(stands)
    mine = select(func.count()).where(and_(waiting, T.c.proposed_by == who))
    if connection.execute(mine).scalar_one() >= MOST_WAITING:
        raise BadInput(f"您已有{MOST_WAITING}项提议待批准，请等批准后再提")
    done = connection.execute(
        insert(T).values(
            site=site_id, list=list, action=action, cells=said, was=before, reason=masked(reason),
            state="proposed", proposed_by=who, at=at.replace(tzinfo=None), decided_by="", decided=None,
            why="", tried="{}",
        )
    )  # fmt: skip
    assert done.inserted_primary_key
    return proposal(connection, site_id, int(done.inserted_primary_key[0]))


def decide_term(
    connection: Connection,
    site_id: str,
    number: int,
    to: Literal["approved", "withdrawn"],
    *,
    who: str,
    at: datetime,
    why: str = "",
) -> Proposal:
    """Approve another person's proposal, or withdraw one with a reason.

    Raises:
        BadInput: it was decided already, the proposer would approve it, it was not tried yet, or no reason is given.
    """
    found = proposal(connection, site_id, number)
    if found.state != "proposed":
        raise BadInput(f"提议{number}：{STATE_LABELS[found.state]}（{found.decided_by}），不能再改")
    if to == "approved" and who == found.proposed_by:
        raise BadInput(f"提议{number}：由{who}提出，应由另一人批准")
    if to == "approved" and found.action in TRIED and not found.tried:
        raise BadInput(f"提议{number}：还没有在存档上试用，请先试用，看过结果再批准")
    why = " ".join(why.split())
    if (to == "withdrawn" and not why) or len(why) > LONGEST:
        raise BadInput(f"请写明撤回的理由，不超过{LONGEST}字")
    values = {
        "state": to, "decided_by": who, "decided": at.replace(tzinfo=None), "why": masked(why),
    }  # fmt: skip
    connection.execute(update(T).where(T.c.id == number).values(**values))
    return proposal(connection, site_id, number)


def note_tried(connection: Connection, site_id: str, number: int, tried: Mapping[str, Any]) -> None:
    """What a run over the archive found, where the proposal waits still."""
    mine = and_(T.c.site == site_id, T.c.id == number, T.c.state == "proposed")
    connection.execute(update(T).where(mine).values(tried=_json(tried)))


def proposal(connection: Connection, site_id: str, number: int) -> Proposal:
    """Raises BadInput: the site has no proposal of this number."""
    row = connection.execute(select(T).where(and_(T.c.site == site_id, T.c.id == number))).first()
    if row is None:
        raise BadInput(f"提议{number}：没有这项提议")
    return _read(row)


def proposals(
    connection: Connection,
    site_id: str,
    state: str,
    *,
    by: str = "",
    limit: int = 50,
    skip: int = 0,
) -> tuple[list[Proposal], int]:
    """Those in a state, the newest first, `limit` from `skip` on, of one person where `by` is given; how many there are."""
    mine = [T.c.site == site_id, T.c.state == state, *([T.c.proposed_by == by] if by else [])]
    many = connection.execute(select(func.count()).where(and_(*mine))).scalar_one()
    chosen = select(T).where(and_(*mine)).order_by(T.c.id.desc()).limit(limit).offset(skip)
    return [_read(row) for row in connection.execute(chosen)], int(many)


def suggest_word(
    connection: Connection,
    site: Site,
    word: str,
    who: str,
    at: datetime,
    wordlists: Sequence[Wordlist] | None = None,
) -> list[Proposal]:
    """File that a word is right: an exception for each term that stands in it, three at most.

    Where no term does, one that names no list: it says so to whoever decides. `wordlists` are the lists in
    force, read from the site's folders where they are not given. Nothing goes into force by this.

    Raises:
        BadInput: it is empty, longer than `LONGEST_WORD`, holds a personal number, or too many of this
            person's wait.
    """
    word = " ".join(word.split())
    if not word or len(word) > LONGEST_WORD or masked(word) != word:
        raise BadInput(f"只能提议{LONGEST_WORD}字以内的词，不能含个人号码")
    if wordlists is None:
        own = (one for folder in site.lists for one in load_wordlists(Path(folder)))
        wordlists = (*shipped(), *own)
    found: list[tuple[str, Term | None]] = [
        (one.id, term)
        for one in wordlists
        for term in one.terms
        if holds(word, term.text) and word not in term.unless
    ]
    reason = f"在编辑软件中标为正确：{word}"
    return [
        propose_term(
            connection, site.id, id, "except", {**_row(term), "text": term.text if term else word, "phrase": word},
            _row(term), reason=reason, who=who, at=at,
        )
        for id, term in (found[:MOST_OF_A_WORD] or [("", None)])
    ]  # fmt: skip


def _row(term: Term | None) -> dict[str, str]:
    return cells_of(term) if term else {}


def _json(said: Mapping[str, Any]) -> str:
    return json.dumps(dict(said), ensure_ascii=False, sort_keys=True)


def _read(row: Any) -> Proposal:
    return Proposal(
        row.id, row.list, row.action, json.loads(row.cells), json.loads(row.was), row.reason, row.state,
        row.proposed_by, row.at, row.decided_by, row.decided, row.why, json.loads(row.tried),
    )  # fmt: skip
