"""`lanmu nightly`, `lanmu audit`, `lanmu recheck`: what reads the site or judges what was read."""

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from checks.model import BadInput
from desk.options import Db, Json, SiteFile, SiteFiles, Today, database, print_json, site_to_crawl


def nightly(
    *sites: SiteFiles,
    db: Db = None,
    full: Annotated[bool, Parameter(help="全部重读，不论是否有变化", negative=())] = False,
    today: Today = None,
    json: Json = False,
) -> int:
    """夜间任务：巡查各站点全部栏目，检查每篇文章，记入数据库。

    用法: lanmu nightly 站点.yaml… [选项]
    """
    nights = _crawl(sites, db, today, full=full, quiet=json)
    if json:
        from reports.nights import night_json

        said = [night_json(night) for night in nights]
        print_json(said[0] if len(said) == 1 else said)
    else:
        from desk.show import console, show_night

        for night in nights:
            show_night(console(), night)
    return _said_errors(nights)


def audit(
    site: SiteFile,
    /,
    *,
    column: Annotated[
        tuple[str, ...], Parameter(help="只查这个栏目（栏目id），可重复；不写则查全部", negative=())
    ] = (),
    db: Db = None,
    today: Today = None,
    json: Json = False,
) -> int:
    """栏目审核：现在就巡查这些栏目，判断是否更新及时、内容齐全。

    用法: lanmu audit 站点.yaml [--column 栏目id] [选项]
    """
    nights = _crawl((site,), db, today, columns=column, on_demand=True, quiet=json)
    from reports import audit as audits

    if json:
        night = nights[0]
        print_json(audits.audit_json(night.site, night.day, night.verdicts, night.unchecked))
    else:
        from desk.show import console, show_unchecked

        console().print(audits.audit_table(nights[0].site, nights[0].verdicts))
        show_unchecked(console(), nights[0].unchecked)
    return _said_errors(nights)


def _said_errors(nights: Sequence[Any]) -> int:
    """2 and a line each where the program itself went wrong, else 0."""
    lines = [line for night in nights for line in night.errors]
    for line in lines:
        print(f"程序出错，请报告给维护人员：{line}", file=sys.stderr)
    return 2 if lines else 0


def _crawl(
    files: Sequence[Path],
    db: str | None,
    today: date | None,
    *,
    columns: Sequence[str] = (),
    on_demand: bool = False,
    full: bool = False,
    quiet: bool = False,
) -> list[Any]:
    """One `Night` a site; a progress bar on a terminal, silence in a pipe."""
    if not files:
        raise BadInput("没有给出站点文件；应为 lanmu nightly 站点.yaml")
    from crawler.night import run_nights
    from desk.progress import night_progress

    loaded = [site_to_crawl(file) for file in files]
    for id in columns:
        if id not in {c.id for c in loaded[0].columns}:
            known = "、".join(c.id for c in loaded[0].columns)
            raise BadInput(f"{files[0]}: 没有id为“{id}”的栏目；现有：{known}")
    with night_progress(shown=not quiet and sys.stderr.isatty()) as progress:
        return run_nights(
            loaded,
            database(db),
            day=today,
            columns=columns,
            on_demand=on_demand,
            full=full,
            progress=progress,
        )


def recheck(
    site: SiteFile,
    /,
    *,
    full: Annotated[
        bool,
        Parameter(
            help="不论词表改了什么，用全部词条重新扫描一遍；换回旧词表后也据此销号", negative=()
        ),
    ] = False,
    db: Db = None,
    today: Today = None,
) -> int:
    """词表改动后，用改动的词条重新检查已存的文章，不再抓取网站。

    只有词表改动时，只找改动过的词条；程序的规则、站点文件的规则取舍、单位或领导名录改动后，全部重新判断。
    中途停止的，再运行一次会从停下的地方继续。

    用法: lanmu recheck 站点.yaml [选项]
    """
    from checks.site import load_site
    from checks.wordlist import lists_hash
    from crawler import clock
    from crawler.judge import wordlists_of
    from crawler.recheck import recheck_site
    from desk.progress import recheck_progress
    from desk.show import console, show_findings
    from store.database import open_database, reading
    from store.findings import open_findings
    from store.settling import held_back

    loaded, address = load_site(site), database(db)
    with recheck_progress(shown=sys.stderr.isatty()) as progress:
        done = recheck_site(
            loaded,
            address,
            day=today or clock.today(loaded),
            depth="lists" if full else "change",
            progress=progress,
        )
    console().print(
        f"已重新检查{done.articles}篇文章：新发现{done.opened}项，不再成立{done.closed}项。"
        f"（{done.judged}篇可能受影响，已重新判断）"
    )
    engine = open_database(address)
    with reading(engine) as connection:
        found = open_findings(connection, loaded.id)
        held = held_back(connection, loaded.id, lists_hash(wordlists_of(loaded)))
    engine.dispose()
    if held and not full:
        console().print(
            f"另有{held}项由更新的词表发现，现用的是较旧的词表，没有自动销号；确定改用现在的词表，请运行 lanmu recheck --full"
        )
    show_findings(console(), found)
    return 0
