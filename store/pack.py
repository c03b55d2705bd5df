"""Evidence packs: a quarter frozen as one SQLite file, from which its circular is made and can be made again.

A pack holds what counts for the quarter and nothing that changes by itself: the same database frozen twice gives
the same bytes (with the same SQLite, whose version stands in `meta`: another lays its pages out otherwise). It is
written beside its place and moved there in one step, so that a process killed at any moment leaves the old pack
or the whole new one. `sqlite-utils` and Datasette open it as it is; articles can be searched (`articles_fts`).
No ID-card number is in it, whatever the spreadsheets said.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy import Connection
from sqlite_utils import Database

from checks.model import Site, Unchecked
from checks.wordlist import Wordlist, lists_hash
from store import pack_tables as made_of
from store.chain import last_hash
from store.ledger import LedgerRow
from store.list_sets import packed
from store.pack_columns import columns, faults, units
from store.pack_file import FORMAT, Counted, PackTable, add, add_contents, add_forms, put
from store.pack_ledger import events, findings, numbers
from store.pack_tables import Period


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that counts for what is made of the pack: the site file, the wording, the template."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Standing:
    """How a unit stands in the quarter's ranking. `well` says that the circular names it among the good ones."""

    unit: str
    published: int | None
    adopted: int | None
    well: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class Frozen:
    """What is frozen beside what the database says by itself.

    `today` is the day that terms were judged by; `titles` are names of lists and rules by id,
    `wording` those (ids) that judge an article's words; `doubts` say why a unit (id) is not to be
    called below its quota; `tables` are further ones, each with its key first.
    """

    site: Site
    quarter: str
    since: date
    until: date
    today: date
    program: str
    short: Mapping[str, str]
    ledger: Sequence[LedgerRow] = ()
    forms: Sequence[Counted] = ()
    ranking: Sequence[Standing] = ()
    doubts: Mapping[str, str] = field(default_factory=dict)
    files: Sequence[Kept] = ()
    wordlists: Sequence[Wordlist] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    wording: frozenset[str] = frozenset()
    unchecked: Sequence[Unchecked] = ()
    tables: Sequence[PackTable] = ()


def freeze(connection: Connection, frozen: Frozen, path: Path) -> str:
    """Write the quarter's pack to `path`, in one step; gives back SHA-256 of the file.

    Raises:
        BadInput: it cannot be written, or a form of the office's own is called like a table of the pack.
    """
    tables = list(_tables(connection, frozen))
    with _database() as database:
        for table in tables:
            add(database, table)
        add_forms(database, frozen.forms, {one.name for one in tables})
        database["articles"].enable_fts(["title", "text"], tokenize="trigram")
        add_contents(database, _meta(frozen, last_hash(connection, frozen.site.id)))
        return put(database, path)


def _database() -> Database:
    database = Database(memory=True)
    database.execute("PRAGMA page_size = 4096")
    return database


def _tables(connection: Connection, frozen: Frozen) -> Iterator[PackTable]:
    period = Period(frozen.site, frozen.since, frozen.until, frozen.short)
    made = {one.name: one for make in made_of.MADE for one in [make(connection, period)]}
    made["columns"] = columns(connection, period)
    yield from made.values()
    yield units(period, made, frozen.doubts)
    yield faults(connection, period, numbers(frozen.ledger))
    yield findings(frozen.ledger, frozen.short, frozen.titles, frozen.wording)
    yield events(frozen.ledger)
    yield _ranking(frozen)
    yield _lists(frozen.wordlists, made["articles"])
    yield _files(frozen)
    yield _unchecked(connection, period, frozen, made)
    yield from frozen.tables


def _ranking(frozen: Frozen) -> PackTable:
    types = {
        "unit": str, "position": int, "short": str, "published": int, "adopted": int, "well": int, "why": str,
    }  # fmt: skip
    rows = [
        {
            "unit": one.unit, "position": position, "short": frozen.short[one.unit],
            "published": one.published, "adopted": one.adopted, "well": int(one.well), "why": one.why,
        }
        for position, one in enumerate(frozen.ranking, 1)
    ]  # fmt: skip
    return PackTable("ranking", types, rows)


def _lists(wordlists: Sequence[Wordlist], articles: PackTable) -> PackTable:
    """The lists in force, and by which lists (hash) how many of the quarter's articles were judged."""
    types = {"hash": str, "articles": int, "titles": str, "content": bytes}
    judged = Counter(row["lists_hash"] for row in articles.rows)
    now = lists_hash(wordlists)
    titles = "、".join(one.title for one in wordlists)
    rows = [
        {
            "hash": now,
            "articles": judged.pop(now, 0),
            "titles": titles,
            "content": packed(wordlists),
        }
    ]
    rows += [
        {"hash": one, "articles": judged[one], "titles": "", "content": None}
        for one in sorted(judged)
    ]
    return PackTable("lists", types, rows)


def _files(frozen: Frozen) -> PackTable:
    types = {"name": str, "sha256": str, "content": bytes}
    rows = [
        {
            "name": one.name,
            "sha256": hashlib.sha256(one.content).hexdigest(),
            "content": one.content,
        }
        for one in frozen.files
    ]
    return PackTable("files", types, rows)


def _unchecked(
    connection: Connection, period: Period, frozen: Frozen, made: Mapping[str, PackTable]
) -> PackTable:
    ran_until = min(frozen.until, frozen.today)
    said = [
        ("栏目", Unchecked(f"栏目 {row['name']}", row["why"]))
        for row in made["columns"].rows
        if row["state"] == "unread"
    ]
    told = {one.what for _, one in said}
    last = made_of.last_unchecked(connection, period)
    said += [("巡查", one) for one in last if one.what not in told]
    missed = made_of.nights_missed(made["nights"], frozen.since, ran_until)
    said += [("夜间任务", one) for one in missed]
    if undated := made_of.undated(connection, frozen.site.id):
        said.append(("文章", Unchecked(f"{undated}篇文章", "没有注明日期，不计入任何季度")))
    said += [("表格", one) for form in frozen.forms for one in form.unchecked]
    said += [("其他", one) for one in frozen.unchecked]
    types = {"id": int, "topic": str, "what": str, "why": str}
    rows = [
        {"id": number, "topic": topic, "what": one.what, "why": one.why}
        for number, (topic, one) in enumerate(said, 1)
    ]
    return PackTable("unchecked", types, rows)


def _meta(frozen: Frozen, head: str) -> Mapping[str, str]:
    return {
        "format": FORMAT,
        "program": frozen.program,
        "site": frozen.site.id,
        "site_name": frozen.site.name,
        "quarter": frozen.quarter,
        "since": frozen.since.isoformat(),
        "until": frozen.until.isoformat(),
        "today": frozen.today.isoformat(),
        "chain_head": head,
        "lists": lists_hash(frozen.wordlists),
    }
