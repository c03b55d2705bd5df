"""Options that several commands share, and what they are turned into."""

import getpass
import json
import os
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from checks.model import BadInput

DEFAULT_DB = "sqlite:///lanmu.db"

SiteFiles = Annotated[Path, Parameter(help="站点文件(YAML),可写多个", negative=())]
SiteFile = Annotated[Path, Parameter(help="站点文件(YAML);必填")]
Db = Annotated[
    str | None,
    Parameter(
        help="数据库地址，如 sqlite:///lanmu.db;默认取环境变量LANMU_DB，再默认当前文件夹的lanmu.db"
    ),
]
Today = Annotated[date | None, Parameter(help="按哪一天判断，如 2025-09-30;默认站点所在时区的今天")]
Who = Annotated[
    str, Parameter(help="经办人;默认取环境变量LANMU_USER，再默认本机用户名", negative=())
]
Json = Annotated[bool, Parameter(help="在标准输出只打印一份JSON", negative=())]


def database(db: str | None) -> str:
    """The database address: the option, else LANMU_DB, else lanmu.db in the current folder."""
    return db or os.environ.get("LANMU_DB") or DEFAULT_DB


def site_to_crawl(file: Path) -> Any:
    """Raises BadInput: the file has errors, or its addresses are still to be filled in."""
    from checks.site import load_site

    site = load_site(file)
    if site.placeholder:
        raise BadInput(
            f"{file}: 网址与栏目路径待政务公开办公室填写（标有“待填写”处），填好后再运行"
        )
    return site


def person(who: str) -> str:
    """Who acts: the option, else LANMU_USER, else the system's user; "" for nobody."""
    if named := (who or os.environ.get("LANMU_USER", "")).strip():
        return named
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):  # a user without a name
        return ""


def print_json(said: Any) -> None:
    print(json.dumps(said, ensure_ascii=False, indent=1))


def holidays_of(site: Any) -> Any:
    """The region's own holidays, from the file the site file names. Raises BadInput: it has errors."""
    from checks.calendar import NATIONAL, load_holidays

    return load_holidays(Path(site.holidays)) if site.holidays else NATIONAL
