"""`lanmu import media`: what new-media accounts posted, from a file the office exported."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from checks.model import Account, BadInput, Site, plain
from desk.options import Db, SiteFile, database

if TYPE_CHECKING:
    from store.spreadsheet import Sheet

#: Headings stand in one of the first rows: exports put a title above them.
HEADING_ROWS = 20
ALIASES: Mapping[str, tuple[str, ...]] = {
    "账号": (
        "帐号",
        "账号名称",
        "帐号名称",
        "账号id",
        "公众号",
        "公众号名称",
        "新媒体名称",
        "名称",
    ),
    "日期": ("发布日期", "发布时间", "发文日期", "发文时间", "发表时间", "推送时间", "时间"),
    "标题": ("文章标题", "内容标题", "图文标题", "题目", "标题名称", "内容"),
    "链接": ("文章链接", "内容链接", "内容url", "网址", "地址", "url", "link"),
}
MOST_SAID = 200
_DAY = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T\s]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
)
_DIGITS = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")


@dataclass(frozen=True, slots=True)
class Row:
    """A row under known headings: its place in messages, its number, its cells by column of `ALIASES`."""

    place: str
    number: int
    cells: Mapping[str, str]

    def text(self, column: str) -> str:
        return " ".join(self.cells.get(column, "").split())

    def fault(self, column: str, words: str) -> str:
        return f"{self.place}:{self.number}: “{column}”列{words}"


def import_media(
    site: SiteFile,
    file: Annotated[Path, Parameter(help="发文记录(.xlsx .csv);必填")],
    /,
    *,
    account: Annotated[str, Parameter(help="全部算作这个账号（id）；不写则按“账号”列")] = "",
    as_of: Annotated[
        date | None, Parameter(help="这份记录齐全到哪一天（含），如 2025-09-30;默认今天")
    ] = None,
    db: Db = None,
) -> int:
    """导入新媒体发文记录：账号、日期、标题、链接各列，次序不限。有一行不对就整个不导入。

    用法: lanmu import media 站点.yaml 发文记录.xlsx [--account 账号id] [--as-of 日期]
    """
    from checks.site import load_site
    from crawler import clock
    from crawler.feed import post
    from store.database import open_database, writing
    from store.media import last_post, save_look, save_posts

    loaded = load_site(site)
    today = clock.today(loaded)
    until = as_of or today
    if until > today:
        raise BadInput(f"import media: --as-of {until} 晚于今天（{today}）")
    found = posts_in(loaded, file, account, until)
    engine = open_database(database(db))
    lines: list[str] = []
    with writing(engine) as connection:
        for one, rows in found.items():
            posts = [post(day, title, link) for day, title, link in rows]
            saved = save_posts(connection, loaded.id, one.id, posts, origin="file", day=today)
            save_look(connection, loaded.id, one.id, until)
            newest = last_post(connection, loaded.id, one.id, until)
            lines.append(
                f"{one.name}：新增{saved.new}条，修改{saved.changed}条，相同{saved.same}条，"
                f"最近发布{newest}；按齐全到{until}计"
            )
    engine.dispose()
    print("\n".join(lines))
    return 0


def posts_in(
    site: Site, file: Path, account: str, until: date
) -> dict[Account, list[tuple[date, str, str]]]:
    """What a file says each account posted: (day, title, link).

    Raises:
        BadInput: every wrong row, a line each; or the file cannot be used.
    """
    if not site.media:
        raise BadInput("站点文件没有登记新媒体账号，应在 media 下逐个写明 id 和 name")
    known = {one.id: one for one in site.media}
    if account and account not in known:
        raise BadInput(f"没有id为“{account}”的新媒体账号；现有：{'、'.join(known)}")
    needed = ("日期",) if account else ("账号", "日期")
    rows, faults = _rows(file, needed)
    found: dict[Account, list[tuple[date, str, str]]] = {}
    for row in rows:
        who = _account(row, site.media, known.get(account), faults)
        day = _day(row, until, faults)
        title, link = row.text("标题"), row.text("链接")
        if not title and not link:
            faults.append(row.fault("标题", "和“链接”列都是空的，应至少写一项"))
        if who and day:
            found.setdefault(who, []).append((day, title, link))
    if len(faults) > MOST_SAID:
        faults[MOST_SAID:] = [f"{file}: 另有{len(faults) - MOST_SAID}处不对"]
    if not faults and not found:
        faults.append(f"{file}: 没有发文记录")
    if faults:
        raise BadInput(*faults)
    return found


def _rows(file: Path, needed: Sequence[str]) -> tuple[list[Row], list[str]]:
    """The rows of all sheets by column, and what is wrong with the headings. Empty rows and sheets are passed over.

    A heading row is one that has all of `needed`.
    """
    from store.spreadsheet import read_spreadsheet

    names = {plain(n): column for column, many in ALIASES.items() for n in (column, *many)}
    rows: list[Row] = []
    faults: list[str] = []
    for sheet in read_spreadsheet(file):
        place = f"{file}[{sheet.name}]" if sheet.name else str(file)
        filled = [(line, cells) for line, cells in sheet.top(HEADING_ROWS) if any(cells)]
        for line, cells in filled:
            found = [names.get(plain(cell), "") for cell in cells]
            if set(needed) <= set(found):
                faults += _doubled(place, line, found)
                rows += _under(sheet, place, line, found)
                break
        else:
            if filled:
                wanted = "、".join(f"“{column}”" for column in needed)
                faults.append(f"{place}:{filled[0][0]}: 没有找到表头，应有{wanted}列")
    return rows, faults


def _under(sheet: "Sheet", place: str, line: int, found: Sequence[str]) -> Iterator[Row]:
    columns = {column: at for at, column in enumerate(found) if column}
    for number, texts in sheet.under(line, columns):
        if texts[""]:
            yield Row(place, number, texts)


def _doubled(place: str, line: int, found: Sequence[str]) -> Iterator[str]:
    for column in dict.fromkeys(found):
        if column and found.count(column) > 1:
            yield f"{place}:{line}: “{column}”列有{found.count(column)}个，应只留一个"


def _account(
    row: Row, accounts: Iterable[Account], only: Account | None, faults: list[str]
) -> Account | None:
    said = row.text("账号")
    if only and not said:
        return only
    if not said:
        faults.append(row.fault("账号", "是空的"))
        return None
    named = [one for one in accounts if said == one.id] or [
        one for one in accounts if plain(said) in (plain(one.name), plain(one.platform + one.name))
    ]
    if only in named:
        return only
    if only:
        faults.append(row.fault("账号", f"写的是“{said}”，不是 --account 指定的“{only.name}”"))
    elif not named:
        ids = "、".join(one.name for one in accounts)
        faults.append(row.fault("账号", f"写的是“{said}”，站点文件没有这个账号；现有：{ids}"))
    elif len(named) > 1:
        ids = "、".join(one.id for one in named)
        faults.append(row.fault("账号", f"写的是“{said}”，有{len(named)}个同名账号；应写id：{ids}"))
    else:
        return named[0]
    return None


def _day(row: Row, until: date, faults: list[str]) -> date | None:
    said = row.text("日期")
    day = as_day(said)
    if day is None:
        words = f"写的是“{said}”，" if said else "是空的，"
        faults.append(row.fault("日期", f"{words}应为日期，如 2025-09-30"))
    elif day > until:
        faults.append(row.fault("日期", f"{day}晚于记录的截止日{until}"))
        return None
    return day


def as_day(said: str) -> date | None:
    """A day as cells say it: 2025-09-30 (with a time or without), 2025年9月30日, 20250930; None for anything else."""
    from crawler.dates import made

    hit = _DAY.fullmatch(said) or _DIGITS.fullmatch(said)
    return made(*hit.groups()) if hit else None
