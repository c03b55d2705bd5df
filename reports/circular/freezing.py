"""What a quarter's pack takes from above the store: the figures counted, the ranking, the wording, the ledger as it stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from checks.calendar import NATIONAL, Holidays
from checks.catalogue import catalogue
from checks.checker import Checker
from checks.form import Form
from checks.model import Site, Unchecked
from checks.wordlist import Wordlist
from reports.circular.made import WORDS
from reports.circular.words import Words, words_json
from reports.figures import quarter_figures
from reports.wording import Quarter, short_names
from store.database import Connection
from store.ledger import LedgerRow, quarter_state
from store.pack import Frozen, Kept, freeze
from store.pack_file import PackTable
from store.pack_ledger import counts

TEMPLATE = "通报模板.docx"
#: Forms that the house's wording tells of, and what the office calls them.
EXPECTED: Mapping[str, str] = {
    "requests": "依申请公开申请登记表",
    "media-accounts": "政务新媒体账号检查表",
}


@dataclass(frozen=True, slots=True)
class Sources:
    """What the office keeps in files: the site file, the wording, the template, its forms, its lists."""

    site: Site
    files: tuple[Kept, ...]
    words: Words
    template: bytes
    forms: Mapping[str, Form]
    wordlists: tuple[Wordlist, ...]
    holidays: Holidays = NATIONAL


def freeze_quarter(
    connection: Connection,
    sources: Sources,
    quarter: Quarter,
    today: date,
    program: str,
    path: Path,
) -> str:
    """Write the pack of a site's quarter to `path`, as it stands on `today`; gives back SHA-256 of the file.

    Raises:
        BadInput: it cannot be written, or a form of the office's own is called like a table of the pack.
    """
    site = sources.site
    since, until = quarter.since, quarter.until
    ledger = quarter_state(connection, site, since, until, today)
    checker = Checker(sources.wordlists, site)
    frozen = Frozen(
        site=site,
        quarter=str(quarter),
        since=since,
        until=until,
        today=today,
        program=program,
        short=short_names(site.units),
        ledger=ledger,
        forms=quarter_figures(
            connection, site, sources.forms, str(quarter), today, sources.holidays
        ),
        ranking=ranking(connection, site, since, until),
        files=(
            *sources.files,
            Kept(WORDS, words_json(sources.words)),
            Kept(TEMPLATE, sources.template),
        ),
        wordlists=sources.wordlists,
        titles={one.id: one.title for one in catalogue(sources.wordlists)} | checker.titles,
        wording=frozenset(checker.titles),
        unchecked=_unconfirmed(ledger),
        tables=(_texts(sources.words, quarter),),
    )
    return freeze(connection, frozen, path)


def _unconfirmed(ledger: Sequence[LedgerRow]) -> tuple[Unchecked, ...]:
    waiting = sum(one.state == "open" and not counts(one) for one in ledger)
    if not waiting:
        return ()
    why = "台账中还没有确认，没有写进通报；用 lanmu ledger confirm 确认后重新冻结"
    return (Unchecked(f"{waiting}项问题", why),)


def _texts(words: Words, quarter: Quarter) -> PackTable:
    """What the office itself wrote for the quarter."""
    said = words.texts.get(str(quarter), {})
    rows = [{"name": name, "text": text} for name, text in said.items()]
    return PackTable("texts", {"name": str, "text": str}, rows)
