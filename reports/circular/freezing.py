"""What a quarter's pack takes from above the store: the figures counted, the ranking, the wording, the ledger as it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from checks.calendar import NATIONAL, Holidays
from checks.catalogue import catalogue
from checks.checker import Checker
from checks.form import Form
from checks.model import Site, Unchecked
from checks.rules.unit.below_quota import met
from checks.wordlist import Wordlist
from reports.circular.made import WORDS
from reports.circular.words import Words, words_json
from reports.counts import unit_counts
from reports.figures import quarter_figures
from reports.wording import Quarter, short_names
from store.database import Connection
from store.ledger import ledger_rows, quarter_state
from store.pack import Frozen, Kept, Standing, freeze
from store.pack_file import PackTable
from store.states import OPEN

TEMPLATE = "通报模板.docx"


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
        unchecked=_unconfirmed(connection, site, until, today),
        tables=(_texts(sources.words, quarter),),
    )
    return freeze(connection, frozen, path)


def ranking(connection: Connection, site: Site, since: date, until: date) -> tuple[Standing, ...]:
    tallies = unit_counts(connection, site, since, until).tallies
    first = sorted(tallies, key=lambda one: -one.published)[: round(len(tallies) * 0.3)]
    return tuple(
        Standing(one.unit.id, one.published, None, met(one) is True and one in first)
        for one in sorted(tallies, key=lambda one: (one.unit.kind != "township", -one.published))
    )


def _unconfirmed(
    connection: Connection, site: Site, until: date, today: date
) -> tuple[Unchecked, ...]:
    waiting = len(ledger_rows(connection, site, today, states=(OPEN,), until=until))
    if not waiting:
        return ()
    why = "台账中还没有确认，没有写进通报；用 lanmu ledger confirm 确认后重新冻结"
    return (Unchecked(f"{waiting}项问题", why),)


def _texts(words: Words, quarter: Quarter) -> PackTable:
    """What the office itself wrote for the quarter."""
    said = words.texts.get(str(quarter), {})
    rows = [{"name": name, "text": text} for name, text in said.items()]
    return PackTable("texts", {"name": str, "text": str}, rows)
