"""`lanmu ledger list`, `show`, `verify-chain`: what the ledger (整改台账) holds, and the proof that it is whole."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from checks.model import BadInput, Site
from desk.options import Db, Json, SiteFile, Today, database, print_json


@dataclass(frozen=True, slots=True)
class Desk:
    """A site's ledger, opened."""

    site: Site
    engine: Any
    day: date


@contextmanager
def opened(file: Path, db: str | None, today: date | None = None) -> Iterator[Desk]:
    from checks.site import load_site
    from crawler import clock
    from store.database import open_database

    site = load_site(file)
    engine = open_database(database(db))
    try:
        yield Desk(site, engine, today or clock.today(site))
    finally:
        engine.dispose()


def _state(written: str) -> str:
    """A state by its code or by what it is called."""
    from store.states import LABELS, OPEN, SUSPECTED

    codes = {label: code for code, label in LABELS.items()} | {SUSPECTED: OPEN, "销号": "closed"}
    return codes.get(written, written)


def list_(
    site: SiteFile,
    /,
    *,
    state: Annotated[
        tuple[str, ...],
        Parameter(help="只列这种状态，可重复，如 待确认、已通知；不写则列未了结的", negative=()),
    ] = (),
    unit: Annotated[str, Parameter(help="只列这个单位（单位id）")] = "",
    rule: Annotated[str, Parameter(help="只列这条规则或词表（id）")] = "",
    overdue: Annotated[bool, Parameter(help="只列逾期的", negative=())] = False,
    all: Annotated[bool, Parameter(help="已了结的也列出", negative=())] = False,
    json: Json = False,
    xlsx: Annotated[Path | None, Parameter(help="写成Excel文件")] = None,
    db: Db = None,
    today: Today = None,
) -> int:
    """整改台账一览：每个问题的状态、责任单位、期限。

    用法: lanmu ledger list 站点.yaml [选项]
    """
    from desk.ledger_show import ledger_table
    from desk.show import console
    from reports.ledger import ledger_json, write_xlsx
    from store.database import reading
    from store.ledger import ledger_rows
    from store.states import STANDING

    wanted = tuple(_state(one) for one in state) or (() if all else STANDING)
    with opened(site, db, today) as desk:
        _known_unit(desk.site, unit)
        with reading(desk.engine) as connection:
            rows = ledger_rows(connection, desk.site, desk.day, states=wanted, unit=unit, rule=rule)
    if overdue:
        rows = [row for row in rows if row.overdue]
    if xlsx:
        _write(xlsx, lambda: write_xlsx(desk.site, desk.day, rows, xlsx))
    if json:
        print_json(ledger_json(desk.site, desk.day, rows))
    elif not xlsx:
        console().print(ledger_table(desk.site, rows))
    return 0


def _known_unit(site: Site, unit: str) -> None:
    if unit and unit not in {one.id for one in site.units}:
        known = "、".join(one.id for one in site.units)
        raise BadInput(f"没有id为“{unit}”的单位；现有：{known}")


def _write(path: Path, write: Callable[[], None]) -> None:
    try:
        write()
    except OSError as error:
        raise BadInput(f"{path}: 无法写入（{error.strerror}）") from None
    print(f"已写入 {path}", file=sys.stderr)


def show(
    site: SiteFile,
    number: Annotated[int, Parameter(help="台账号;必填")],
    /,
    *,
    json: Json = False,
    db: Db = None,
    today: Today = None,
) -> int:
    """一个问题的全部：原文、依据、责任单位、全部经过、证据。

    用法: lanmu ledger show 站点.yaml 台账号 [选项]
    """
    from crawler.evidence import evidence_folder
    from desk.ledger_show import show_row
    from desk.show import console
    from reports.ledger import row_json
    from store.database import reading
    from store.evidence import evidence_of
    from store.ledger import ledger_rows

    with opened(site, db, today) as desk, reading(desk.engine) as connection:
        (row,) = ledger_rows(connection, desk.site, desk.day, ids=(number,), with_events=True)
        kept = evidence_of(connection, row.finding.url, desk.site.id)
        folder = evidence_folder(desk.engine)
    if json:
        print_json(row_json(row))
    else:
        show_row(console(), desk.site, row, kept, folder)
    return 0


def verify_chain(
    site: SiteFile,
    /,
    *,
    anchor: Annotated[str, Parameter(help="先前抄存的校验值，核对它是否仍在记录链中")] = "",
    db: Db = None,
) -> int:
    """核验记录链：台账的每一步是否被改动、删除或插入过。

    用法: lanmu ledger verify-chain 站点.yaml [--anchor 校验值]
    """
    with opened(site, db) as desk:
        prove(desk, anchor.strip())
    return 0


def prove(desk: Desk, anchor: str) -> None:
    """Print that the chain is whole. Raises BadInput: it is not."""
    from store.chain import chain_length, is_in_chain, last_hash
    from store.database import reading
    from store.ledger import verify_chain as broken_links

    with reading(desk.engine) as connection:
        broken = broken_links(connection, desk.site.id)
        if anchor and not is_in_chain(connection, desk.site.id, anchor):
            broken.append(f"先前抄存的校验值 {anchor[:64]} 不在记录链中：此后记录被改动或删除过")
        length, last = chain_length(connection, desk.site.id), last_hash(connection, desk.site.id)
    if broken:
        raise BadInput(*broken)
    print(f"记录链完整：共{length}条记录，最后一条的校验值为\n{last or '（还没有记录）'}")
    print("请抄存此值；以后用 --anchor 核对，可证明此前的记录没有被改动。")
