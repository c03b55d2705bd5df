"""`lanmu import monitor` and `lanmu ledger monitor`: an outside monitor's report against our ledger."""

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from checks.model import BadInput, Site
from desk.options import Db, Json, SiteFile, Today, database, print_json

if TYPE_CHECKING:
    from checks.figure import Row
    from checks.form import Form
    from checks.monitor import MonitorRecord
    from checks.wordlist import Wordlist
    from reports.monitor import MonitorView
    from store.database import Engine

#: Records shown on the screen.
MOST_SHOWN = 40

Candidates = Annotated[
    Path | None, Parameter(help="把建议的新词条写成CSV（词表的格式），核对后再收入词表")
]
Xlsx = Annotated[Path | None, Parameter(help="把逐条对照写成Excel文件")]


def import_monitor(
    site: SiteFile,
    file: Annotated[Path, Parameter(help="监测报告(.xlsx .xls .csv);必填")],
    /,
    *,
    mapping: Annotated[
        Path | None, Parameter(help="列名对照文件(YAML);不写按开普云的列名读")
    ] = None,
    since: Annotated[
        date | None, Parameter(help="监测从哪天起（含）;默认取报告中的监测时间")
    ] = None,
    until: Annotated[
        date | None, Parameter(help="监测到哪天止（含）;默认取报告中的监测时间")
    ] = None,
    xlsx: Xlsx = None,
    candidates: Candidates = None,
    today: Today = None,
    db: Db = None,
    json: Json = False,
) -> int:
    """导入外部监测报告（如开普云），与台账逐条对照。有一行不对就整个不导入；同一份报告导入两次没有变化。

    用法: lanmu import monitor 站点.yaml 报告.xlsx [--mapping 对照.yaml] [选项]
    """
    from checks.monitor import load_mapping, window
    from checks.site import load_site
    from crawler import clock
    from store.database import open_database, written
    from store.monitor import save_report

    loaded = load_site(site)
    form = load_mapping(mapping)
    records, wordlists = read_report(form, file), site_wordlists(loaded)
    days = _days(since, until, window(records))
    engine = open_database(database(db))
    try:
        now = clock.now()
        number, saved = written(
            engine,
            lambda connection: save_report(
                connection,
                loaded.id,
                file.name,
                form.id,
                form.title,
                records,
                days,
                now=now,
                stated=bool(since or until),
            ),
        )
        view = _view(engine, loaded, number, today or clock.today(loaded), wordlists)
    finally:
        engine.dispose()
    if saved != "new":
        changed = {"same": "没有改动", "days": "只改了监测时间"}[saved]
        print(f"{file.name}: 这份报告已导入过（报告{number}），{changed}", file=sys.stderr)
    _tell(view, xlsx, candidates, json=json)
    return 0


def monitor(
    site: SiteFile,
    /,
    *,
    report: Annotated[int | None, Parameter(help="第几号报告;默认最近导入的一份")] = None,
    xlsx: Xlsx = None,
    candidates: Candidates = None,
    today: Today = None,
    db: Db = None,
    json: Json = False,
) -> int:
    """已导入的外部监测报告与现在的台账对照：双方都有、已销号、只有对方有（及原因）、只有我们有，查全率。

    用法: lanmu ledger monitor 站点.yaml [--report 号] [--xlsx 文件.xlsx] [选项]
    """
    from checks.site import load_site
    from crawler import clock
    from store.database import open_database, reading
    from store.monitor import reports

    loaded = load_site(site)
    engine = open_database(database(db))
    try:
        with reading(engine) as connection:
            known = [one.id for one in reports(connection, loaded.id)]
        if not known:
            raise BadInput("ledger monitor: 还没有导入监测报告；先运行 lanmu import monitor")
        if report is not None and report not in known:
            numbers = "、".join(map(str, known))
            raise BadInput(f"ledger monitor: 没有{report}号报告；应为{numbers}之一")
        day = today or clock.today(loaded)
        view = _view(engine, loaded, report or known[-1], day, site_wordlists(loaded))
    finally:
        engine.dispose()
    _tell(view, xlsx, candidates, json=json)
    return 0


def read_report(form: "Form", file: Path) -> "tuple[MonitorRecord, ...]":
    """The records of every sheet that has the columns; sheets that have not are named on stderr.

    Raises:
        BadInput: the file cannot be read, no sheet fits, or rows are wrong: every fault, a line each.
    """
    from checks.form_cells import Units
    from checks.form_rows import find_heading, read_rows
    from checks.monitor import numbered, records_of
    from crawler.address import canonical
    from store.spreadsheet import read_spreadsheet

    looked = [(one, *find_heading(form, one.top(10))) for one in read_spreadsheet(file)]
    fitting = [(one, heading) for one, heading, _ in looked if heading]
    if not fitting:
        whys = [f"{_place(file, one.name)}: {why}" for one, _, why in looked]
        raise BadInput(*(whys or [f"{file}: 表格是空的；应有表头和数据"]))
    rows: list[Row] = []
    faults: list[str] = []
    for sheet, heading in fitting:
        lines = numbered(sheet.under(heading.line, heading.columns))
        place = _place(file, sheet.name)
        read = read_rows(form, lines, Units({}), place, fractions=sheet.fractions)
        rows += read.rows
        faults += read.faults
        if heading.ignored:
            print(f"{place}没有用到的列：{'、'.join(heading.ignored)}", file=sys.stderr)
    if faults:
        raise BadInput(*faults)
    if not rows:
        raise BadInput(f"{file}: 表头下面没有数据；应至少有一行")
    records = records_of(rows, canonical)
    for sheet, none, why in looked:
        if none is None:
            print(f"没有读工作表“{sheet.name}”：{why}", file=sys.stderr)
    return records


def _place(file: Path, sheet: str) -> str:
    return f"{file.name} 工作表“{sheet}”" if sheet else f"{file.name} "


def _days(
    since: date | None, until: date | None, seen: tuple[date, date] | None
) -> tuple[date, date] | None:
    """The days they watched: as said, else as the records say."""
    first, last = since or (seen[0] if seen else None), until or (seen[1] if seen else None)
    if first is None or last is None:
        return None
    if first > last:
        raise BadInput(f"import monitor: 监测起日{first}晚于止日{last}；应不晚于它")
    return first, last


def _view(
    engine: "Engine", site: Site, number: int, today: date, wordlists: "Sequence[Wordlist]"
) -> "MonitorView":
    from checks.missed import Lists
    from checks.reconcile import page_key
    from crawler.address import canonical
    from reports.monitor import monitor_view
    from store.database import reading
    from store.exceptions import with_excuses
    from store.monitor import reports

    addresses = (site.home, *(one.url for one in site.columns))
    own = frozenset(page_key(canonical(one)) for one in addresses)
    off = (
        one.rule for one in site.switches if one.severity is None and not one.on and not one.columns
    )
    with reading(engine) as connection:
        report = next(one for one in reports(connection, site.id) if one.id == number)
        excused = with_excuses(connection, site, today).excuses
        lists = Lists(wordlists, frozenset(off), excused)
        return monitor_view(connection, site, report, today, lists, own)


def site_wordlists(site: Site) -> "tuple[Wordlist, ...]":
    """The lists in force at a site. Raises BadInput: one of its own is wrong."""
    from checks.wordlist import load_wordlists, shipped

    own = (one for folder in site.lists for one in load_wordlists(Path(folder)))
    return (*shipped(), *own)


def _tell(view: "MonitorView", xlsx: Path | None, candidates: Path | None, *, json: bool) -> None:
    from checks.term_table import csv_text
    from desk.figures import write
    from desk.show import console, safe
    from reports.monitor import summary, view_json
    from reports.monitor_tables import view_table, write_view

    if xlsx:
        write(xlsx, lambda: write_view(view, xlsx))
    if candidates:
        rows = csv_text(view.proposed)
        write(candidates, lambda: _write_text(candidates, rows))
    if json:
        print_json(view_json(view))
        return
    for line in summary(view):
        print(safe(line))
    if not xlsx and (table := view_table(view, MOST_SHOWN)):
        console().print(table)
        if len(table.rows) < len(view.of("theirs")):
            print(f"……只列出前{MOST_SHOWN}条，用 --xlsx 或 --json 查看全部")


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, "utf-8-sig")
