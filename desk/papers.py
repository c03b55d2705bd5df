"""`lanmu ledger papers`: what the office prints and sends, a folder a quarter."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

from cyclopts import Parameter

from checks.model import BadInput, Site, Unit
from desk.options import Db, SiteFile, Today, database

if TYPE_CHECKING:
    from reports.ledger_lines import Line
    from reports.notices import Letter
    from store.database import Connection

Paper = tuple[str, Callable[[Path], None]]
#: Numbers told in one line.
MOST_TOLD = 30


@dataclass(frozen=True, slots=True)
class Batch:
    """What one run writes: `since` to `until` (exclusive) is the quarter, `made` its instant at the site.

    `due` is the deadline where the office gives one, `names` are units' names as files have them.
    """

    quarter: str
    since: date
    until: date
    made: datetime
    due: date | None
    letter: "Letter"
    names: Mapping[str, str]

    def file(self, kind: str, unit: str, suffix: str) -> str:
        from reports.printable import file_name

        return file_name(kind, self.names.get(unit, ""), self.quarter, suffix=suffix)


def papers(
    site: SiteFile,
    /,
    *,
    quarter: Annotated[str, Parameter(help="哪个季度，如 2025Q3;必填")],
    to: Annotated[Path, Parameter(help="写到哪个文件夹;必填")],
    unit: Annotated[
        list[str] | None, Parameter(help="只写这个单位的(单位id)，可写多个", negative=())
    ] = None,
    due: Annotated[
        date | None, Parameter(help="整改期限，如 2025-10-20;问题都已有期限的可不写")
    ] = None,
    route: Annotated[str, Parameter(help="报送方式，如“报送至县机关综合楼1号楼211室”")] = "",
    templates: Annotated[Path | None, Parameter(help="本单位自己的Word模板所在文件夹")] = None,
    today: Today = None,
    db: Db = None,
) -> int:
    """整改文书：各单位的整改通知单、回复表、销号单，和全部问题的整改台账。

    用法: lanmu ledger papers 站点.yaml --quarter 2025Q3 --to 文件夹 [选项]
    """
    from checks.site import load_site
    from crawler import clock
    from reports.paper_folder import write_papers
    from store.database import open_database, reading

    loaded = load_site(site)
    since, until = quarter_days(quarter)
    day = today or clock.today(loaded)
    _refuse(due, day, templates)
    units = _units(loaded, unit or [])
    engine = open_database(database(db))
    with reading(engine) as connection:
        lines = quarter_lines(connection, loaded, since, until, day)
    engine.dispose()
    batch = batch_of(loaded, quarter, day, clock.now(), due=due, route=route, templates=templates)
    for path in write_papers(to, dict(papers_of(lines, batch, units))):
        print(path)
    for line in _hints(site, loaded, lines, units):
        print(line)
    return 0


def quarter_days(quarter: str) -> tuple[date, date]:
    """The first day of a quarter written 2025Q3, and of the one after it. Raises BadInput."""
    if not re.fullmatch(r"(?:19|20)\d\dQ[1-4]", quarter):
        raise BadInput(f"--quarter {quarter}: 不是季度；应如 2025Q3")
    year, number = int(quarter[:4]), int(quarter[-1])
    after = date(year + 1, 1, 1) if number == 4 else date(year, 3 * number + 1, 1)
    return date(year, 3 * number - 2, 1), after


def batch_of(
    site: Site,
    quarter: str,
    day: date,
    now: datetime,
    *,
    due: date | None = None,
    route: str = "",
    templates: Path | None = None,
) -> Batch:
    """What papers of `quarter` made on `day` need; `now` is UTC. Raises BadInput: it is no quarter."""
    from reports.ledger_lines import local, quarter_words
    from reports.notices import Letter
    from reports.printable import names_apart

    since, until = quarter_days(quarter)
    instant = local(now.replace(tzinfo=None), ZoneInfo(site.timezone))
    return Batch(
        quarter, since, until, datetime.combine(day, instant.time()), due,
        Letter(site, quarter_words(quarter), day, route, templates),
        names_apart((one.id, one.name) for one in site.units),
    )  # fmt: skip


def _refuse(due: date | None, day: date, templates: Path | None) -> None:
    if due and due < day:
        raise BadInput(f"--due {due}: 整改期限已过；应不早于{day}")
    if templates and not templates.is_dir():
        raise BadInput(f"--templates {templates}: 没有这个文件夹；应为放着Word模板的文件夹")


def _units(site: Site, ids: Sequence[str]) -> tuple[Unit, ...]:
    known = {one.id for one in site.units}
    if unknown := [one for one in ids if one not in known]:
        raise BadInput(*(f"--unit {one}: 站点文件里没有这个单位；应写单位的id" for one in unknown))
    return tuple(one for one in site.units if not ids or one.id in ids)


def quarter_lines(
    connection: "Connection", site: Site, since: date, until: date, today: date
) -> "list[Line]":
    """What was to be mended at some time in the quarter, with its history and evidence."""
    from checks.catalogue import catalogue
    from checks.wordlist import load_wordlists, shipped

    own = [one for folder in site.lists for one in load_wordlists(Path(folder))]
    titles = {one.id: one.title for one in catalogue((*shipped(), *own))}
    return lines_between(connection, site, since, until, today, titles)


def lines_between(
    connection: "Connection",
    site: Site,
    since: date,
    until: date,
    today: date,
    titles: Mapping[str, str],
) -> "list[Line]":
    """`quarter_lines` where rules' titles are known already."""
    from reports.ledger_lines import ledger_lines
    from store.evidence import evidence_of
    from store.ledger import quarter_state

    rows = quarter_state(connection, site, since, until, today)
    evidence = {
        url: evidence_of(connection, url, site.id) for url in {row.finding.url for row in rows}
    }
    return ledger_lines(rows, site, titles, evidence)


def papers_of(lines: "Sequence[Line]", batch: Batch, units: Sequence[Unit]) -> Iterator[Paper]:
    """Every paper by its file name, the ledger last. Raises BadInput: no deadline is known."""
    for unit in units:
        yield from notice_papers(lines, batch, unit)
        yield from closing_paper(lines, batch, unit)
    yield ledger_paper(lines, batch)


def ledger_paper(lines: "Sequence[Line]", batch: Batch) -> Paper:
    """The ledger as a workbook."""
    from reports.ledger import ledger_xlsx

    said: dict[str, Any] = {
        "site": batch.letter.site,
        "heading": batch.letter.period,
        "made": batch.made,
    }
    return batch.file("整改台账", "", ".xlsx"), partial(_on, ledger_xlsx, lines, **said)


def closing_paper(lines: "Sequence[Line]", batch: Batch, unit: Unit) -> Iterator[Paper]:
    """A unit's 销号单; none where nothing of its own was closed in the quarter."""
    from reports.notices import CLOSING, closing_docx

    closed = [line for line in lines if unit.id in line.units and _closed_in(line, batch)]
    if closed:
        yield (
            batch.file(CLOSING, unit.id, ".docx"),
            partial(_on, closing_docx, closed, letter=batch.letter, unit=unit.name),
        )


def _on(write: Callable[..., None], lines: "Sequence[Line]", path: Path, **said: object) -> None:
    write(lines, path, **said)


def notice_papers(lines: "Sequence[Line]", batch: Batch, unit: Unit) -> Iterator[Paper]:
    """A unit's 整改通知单 and the form it answers with; none where it has nothing to mend.

    Raises:
        BadInput: no deadline is known.
    """
    from reports.notices import NOTICE, notice_docx
    from reports.reply_form import reply_form_xlsx

    to_mend = to_mend_of(lines, unit)
    if not to_mend:
        return
    due = _deadline(to_mend, batch, unit)
    yield (
        batch.file(NOTICE, unit.id, ".docx"),
        partial(_on, notice_docx, to_mend, letter=batch.letter, unit=unit.name, due=due),
    )
    yield (
        batch.file("回复表", unit.id, ".xlsx"),
        partial(
            _on, reply_form_xlsx, to_mend, site=batch.letter.site, unit=unit,
            heading=batch.letter.period, due=due, made=batch.made,
        ),
    )  # fmt: skip


def to_mend_of(lines: "Sequence[Line]", unit: Unit) -> "list[Line]":
    """What a unit has still to mend."""
    from reports.ledger_lines import TO_MEND

    return [line for line in lines if unit.id in line.units and line.state in TO_MEND]


def _deadline(lines: "Sequence[Line]", batch: Batch, unit: Unit) -> date:
    """The deadline the paper names: the office's, else that of most of its findings."""
    if batch.due:
        return batch.due
    if without := [line.number for line in lines if line.due is None]:
        raise BadInput(
            f"{unit.name}: 台账号{_numbers(without)}还没有整改期限；应写 --due 日期，"
            "或先用 lanmu ledger notify 登记"
        )
    return Counter(line.due for line in lines if line.due).most_common(1)[0][0]


def _closed_in(line: "Line", batch: Batch) -> bool:
    """Whether it was closed in the quarter, after the office had confirmed it."""
    if line.state != "closed" or line.closed is None:
        return False
    return batch.since <= line.closed.date() < batch.until


def _hints(file: Path, site: Site, lines: "Sequence[Line]", units: Sequence[Unit]) -> Iterator[str]:
    """What is left to the office to do."""
    ids = {one.id for one in units}
    unsent = [one.number for one in lines if one.state == "confirmed" and ids & set(one.units)]
    if unsent:
        yield (
            f"通知单送出后请登记（{len(unsent)}个问题还没有登记为已通知）："
            f"lanmu ledger notify {file} {' '.join(map(str, unsent))} --due 日期"
        )
    if nobody := [one.number for one in lines if not one.units and one.state == "confirmed"]:
        yield f"台账号{_numbers(nobody)}没有责任单位，不在任何通知单里，请人工处理"
    if not site.office:
        yield f"{file}: 没有写 office（发文单位），通知单的落款待填写"


def _numbers(numbers: Sequence[int]) -> str:
    more = f"等{len(numbers)}个" if len(numbers) > MOST_TOLD else ""
    return "、".join(map(str, numbers[:MOST_TOLD])) + more
