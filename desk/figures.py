"""`lanmu counts`: the office's figures."""

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from checks.model import BadInput
from desk.options import Db, Json, SiteFile, database, print_json


def counts(
    site: SiteFile,
    /,
    *,
    since: Annotated[date, Parameter(help="从这一天起（含），如 2025-07-01;必填")],
    until: Annotated[date, Parameter(help="到这一天止（不含），如 2025-10-01;必填")],
    db: Db = None,
    json: Json = False,
    csv: Annotated[Path | None, Parameter(help="写成CSV文件")] = None,
    xlsx: Annotated[Path | None, Parameter(help="写成Excel文件")] = None,
) -> int:
    """各单位发布统计：发布多少、转载多少、是否达标。

    用法: lanmu counts 站点.yaml --since 日期 --until 日期 [选项]
    """
    if since >= until:
        raise BadInput(f"counts: --since {since} 不早于 --until {until};止日不含在内，应晚于起日")
    from checks.site import load_site
    from reports import counts as figures
    from store.database import open_database, reading

    loaded = load_site(site)
    engine = open_database(database(db))
    with reading(engine) as connection:
        counted = figures.unit_counts(connection, loaded, since, until)
    engine.dispose()
    if csv:
        write(csv, lambda: figures.write_csv(counted, csv))
    if xlsx:
        write(xlsx, lambda: figures.write_xlsx(counted, xlsx))
    if json:
        print_json(figures.counts_json(counted))
    elif not csv and not xlsx:
        from desk.show import console

        console().print(figures.counts_table(counted))
    return 0


def write(path: Path, write: Callable[[], None]) -> None:
    try:
        write()
    except OSError as error:
        raise BadInput(f"{path}: 无法写入({error.strerror})") from None
    print(f"已写入 {path}", file=sys.stderr)
