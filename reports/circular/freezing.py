"""What a quarter's pack takes from above the store: the figures counted, the ranking, the wording, the ledger as it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from checks.calendar import NATIONAL, Holidays
from checks.catalogue import catalogue
from checks.checker import Checker
from checks.form import Form
from checks.missed import Lists
from checks.model import Site, Unchecked
from checks.rules.column import empty_column, incomplete_column, stale_column
from checks.wordlist import Wordlist
from reports.circular.made import WORDS
from reports.circular.words import Words, words_json
from reports.figures import quarter_figures
from reports.monitor import Compared, monitor_view
from reports.ranking import Ranking, ranking, site_criteria
from reports.wording import CalendarQuarter, short_names
from store.database import Connection
from store.ledger import ledger_rows, quarter_state
from store.monitor import MonitorReport, reports
from store.pack import Frozen, Kept, Standing, freeze
from store.pack_file import PackTable
from store.states import OPEN
from store.steps import start_of

TEMPLATE = "通报模板.docx"
_OF_COLUMNS = frozenset(one.RULE.id for one in (empty_column, incomplete_column, stale_column))


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
    quarter: CalendarQuarter,
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
    ranked = ranking(connection, site, since, until, today, site_criteria(site))
    standings, doubts = _standings(ranked)
    monitored, undated = _monitored(connection, sources, quarter, today)
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
        ranking=standings,
        doubts=doubts,
        files=(
            *sources.files,
            Kept(WORDS, words_json(sources.words)),
            Kept(TEMPLATE, sources.template),
        ),
        wordlists=sources.wordlists,
        titles={one.id: one.title for one in catalogue(sources.wordlists)} | checker.titles,
        wording=frozenset(checker.titles),
        unchecked=(*_unconfirmed(connection, site, until, today), *undated),
        tables=(_texts(sources.words, quarter), monitored),
    )
    return freeze(connection, frozen, path)


def unconfirmed(connection: Connection, site: Site, until: date, today: date) -> int:
    """How many findings of before `until` nobody has confirmed."""
    before = start_of(site, until)
    return sum(
        row.finding.rule in _OF_COLUMNS or row.opened < before  # a column's is of how it stands now
        for row in ledger_rows(connection, site, today, states=(OPEN,))
    )


def _unconfirmed(
    connection: Connection, site: Site, until: date, today: date
) -> tuple[Unchecked, ...]:
    waiting = unconfirmed(connection, site, until, today)
    if not waiting:
        return ()
    why = "台账中还没有确认，没有写进通报；用 lanmu ledger confirm 确认后重新冻结"
    return (Unchecked(f"{waiting}项问题", why),)


def _standings(ranked: Ranking) -> tuple[tuple[Standing, ...], Mapping[str, str]]:
    """The units that did well first, as a person names them; and why a unit's quota cannot be judged."""
    well = ranked.did_well()
    order = [*well, *(one for one in ranked.units if one not in well)]
    standings = tuple(
        Standing(
            one.unit.id,
            one.now.published,
            one.now.adopted,
            one in well,
            "；".join(
                each.says for each in (one.standing.well if one in well else one.standing.badly)
            ),
        )
        for one in order
    )
    doubts = {one.unit.id: "；".join(one.doubts) for one in ranked.untold() if one.doubts}
    return standings, doubts


def _monitored(
    connection: Connection, sources: Sources, quarter: CalendarQuarter, today: date
) -> tuple[PackTable, tuple[Unchecked, ...]]:
    """Every record of outside monitors' reports that watched the quarter, and what became of it in our ledger."""
    types = {
        "key": str, "report": int, "product": str, "file": str, "outcome": str, "mended": int,
        "finding": int, "word": str, "day": str, "url": str,
    }  # fmt: skip
    rows: list[Mapping[str, Any]] = []
    undated: list[Unchecked] = []
    lists = Lists(sources.wordlists)
    for report in reports(connection, sources.site.id):
        if report.since is None or report.until is None:
            what = f"监测报告{report.id}号（{report.file}）"
            undated.append(
                Unchecked(what, "没有写明监测时间，没有计入；重新导入时用 --since、--until 写明")
            )
        elif report.since < quarter.until and report.until >= quarter.since:
            view = monitor_view(connection, sources.site, report, today, lists)
            rows += map(partial(_record, report), view.records)
    return PackTable("monitor_records", types, rows), tuple(undated)


def _record(report: MonitorReport, one: Compared) -> Mapping[str, Any]:
    said = one.record
    return {
        "key": f"{report.id}-{said.number}",
        "report": report.id,
        "product": report.product,
        "file": report.file,
        "outcome": one.outcome,
        "mended": int(one.outcome == "closed" or bool(one.missed and one.missed.why == "edited")),
        "finding": one.row.id if one.row else None,
        "word": said.word,
        "day": said.day.isoformat() if said.day else None,
        "url": said.url,
    }


def _texts(words: Words, quarter: CalendarQuarter) -> PackTable:
    """What the office itself wrote for the quarter."""
    said = words.texts.get(str(quarter), {})
    rows = [{"name": name, "text": text} for name, text in said.items()]
    return PackTable("texts", {"name": str, "text": str}, rows)
