"""`lanmu counts`: the office's figures, and with --ranking who did well and who did badly."""

import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from checks.model import BadInput, Site
from desk.options import Db, Json, SiteFile, Today, database, print_json

if TYPE_CHECKING:
    from store.database import Connection


def counts(
    site: SiteFile,
    /,
    *,
    since: Annotated[date, Parameter(help="从这一天起（含），如 2025-07-01;必填")],
    until: Annotated[date, Parameter(help="到这一天止（不含），如 2025-10-01;必填")],
    ranking: Annotated[
        bool, Parameter(help="加上采用、问题、逾期、与上季比和评价；按季度", negative=())
    ] = False,
    charts: Annotated[
        Path | None, Parameter(help="把图画在这个文件夹：各单位发布、栏目完整性、历季走势；按季度")
    ] = None,
    today: Today = None,
    db: Db = None,
    json: Json = False,
    csv: Annotated[Path | None, Parameter(help="写成CSV文件")] = None,
    xlsx: Annotated[Path | None, Parameter(help="写成Excel文件")] = None,
) -> int:
    """各单位发布统计：发布多少、转载多少、是否达标；加 --ranking 排名，加 --charts 画图。

    用法: lanmu counts 站点.yaml --since 日期 --until 日期 [选项]
    """
    if since >= until:
        raise BadInput(f"counts: --since {since} 不早于 --until {until};止日不含在内，应晚于起日")
    from checks.site import load_site
    from crawler import clock
    from store.database import open_database, reading

    loaded = load_site(site)
    day = today or clock.today(loaded)
    engine = open_database(database(db))
    try:
        with reading(engine) as connection:
            if ranking or charts:
                _ranked(connection, loaded, since, until, day, json=json, csv=csv, xlsx=xlsx)
            else:
                _counted(connection, loaded, since, until, json=json, csv=csv, xlsx=xlsx)
            if charts:
                _draw(connection, loaded, since, until, day, charts)
    finally:
        engine.dispose()
    return 0


def _counted(
    connection: "Connection",
    site: Site,
    since: date,
    until: date,
    *,
    json: bool,
    csv: Path | None,
    xlsx: Path | None,
) -> None:
    from desk.show import console
    from reports import counts as told

    counted = told.unit_counts(connection, site, since, until)
    if csv:
        write(csv, lambda: told.write_csv(counted, csv))
    if xlsx:
        write(xlsx, lambda: told.write_xlsx(counted, xlsx))
    if json:
        print_json(told.counts_json(counted))
    elif not csv and not xlsx:
        console().print(told.counts_table(counted))


def _ranked(
    connection: "Connection",
    site: Site,
    since: date,
    until: date,
    today: date,
    *,
    json: bool,
    csv: Path | None,
    xlsx: Path | None,
) -> None:
    from desk.show import console, safe
    from reports import ranking_tables as told
    from reports.ranking import ranking, site_criteria

    ranked = ranking(connection, site, since, until, today, site_criteria(site))
    if csv:
        write(csv, lambda: told.write_csv(ranked, csv))
    if xlsx:
        write(xlsx, lambda: told.write_xlsx(ranked, xlsx))
    if json:
        print_json(told.ranking_json(ranked))
    elif not csv and not xlsx:
        console().print(told.ranking_table(ranked))
        for line in told.conclusions(ranked):
            print(safe(line))


def _draw(
    connection: "Connection", site: Site, since: date, until: date, today: date, folder: Path
) -> None:
    for name, pages in pictures(connection, site, since, until, today).items():
        for file, page in numbered(name, pages):
            path = folder / file
            write(path, lambda path=path, page=page: _save(path, page))  # type: ignore[misc]
        if not pages:
            print(f"{name}：没有可画的内容", file=sys.stderr)


def pictures(
    connection: "Connection", site: Site, since: date, until: date, today: date
) -> dict[str, list[bytes]]:
    """The three pictures of a quarter by name, PNG, a page each. Raises BadInput: matplotlib or a Chinese font is missing."""
    from reports import charts
    from reports.completeness import completeness
    from reports.quarter import quarter_name
    from reports.ranking import ranking, site_criteria, trend
    from store.ranking import column_days

    pen = charts.pen()
    ranked = ranking(connection, site, since, until, today, site_criteria(site))
    matrix = completeness(site, column_days(connection, site.id, since, until))
    sums = trend(connection, site, until, today)
    quarter = quarter_name(since)
    return {
        f"{quarter}各单位发布": charts.unit_bars(pen, ranked),
        f"{quarter}栏目完整性": charts.completeness_matrix(pen, site.name, quarter, matrix),
        f"{quarter}历季走势": charts.trend_lines(pen, site.name, sums),
    }


def numbered(name: str, pages: Sequence[bytes]) -> Iterator[tuple[str, bytes]]:
    """Each page of a picture with its file name."""
    for number, page in enumerate(pages, 1):
        yield (f"{name}.png" if len(pages) == 1 else f"{name}-{number}.png"), page


def _save(path: Path, png: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(png)


def write(path: Path, work: Callable[[], None]) -> None:
    """Do what writes `path`, and say so. Raises BadInput: it cannot be written."""
    try:
        work()
    except OSError as error:
        raise BadInput(f"{path}: 无法写入({error.strerror})") from None
    print(f"已写入 {path}", file=sys.stderr)
