"""`lanmu demo`: the built-in county, served on loopback, crawled, judged, counted, told; its console opened."""

import secrets
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from checks.site import load_site
from crawler import clock
from crawler.demo.server import demo_site_file, serve
from crawler.night import Night, run_nights
from crawler.whole_site import quarter_of
from desk.progress import night_progress
from desk.show import console, show_night
from reports.counts import counts_table, unit_counts, write_csv, write_xlsx
from store.database import open_database, reading

if TYPE_CHECKING:
    from desk.console.hall import Hall

#: Where the demo's console may listen: the usual port, else any that is free.
PORTS = (8600, 0)


def run_demo(folder: Path, *, keep_serving: bool) -> Night:
    """Crawl the demo county into `folder`/demo.db (made anew each time) and print what was found."""
    folder.mkdir(parents=True, exist_ok=True)
    database = folder / "demo.db"
    for old in folder.glob("demo.db*"):
        old.unlink()
    shutil.rmtree(folder / "demo-evidence", ignore_errors=True)
    with serve() as address:
        file = demo_site_file(address, folder)
        site = load_site(file)
        today = clock.today(site)
        screen = console()
        screen.print(f"示范县“{site.name}”已在本机打开：{address}  正在巡查……", highlight=False)
        with night_progress(shown=screen.is_terminal) as progress:
            night = run_nights([site], f"sqlite:///{database}", day=today, progress=progress)[0]
        show_night(screen, night)
        _count(folder, f"sqlite:///{database}", file, today)
        _say_next(folder, database, file, today)
        if keep_serving:
            open_console(file, f"sqlite:///{database}", address)
    return night


def _count(folder: Path, database: str, file: Path, today: date) -> None:
    engine = open_database(database)
    with reading(engine) as connection:
        counted = unit_counts(connection, load_site(file), *quarter_of(today))
    engine.dispose()
    console().print(counts_table(counted))
    write_csv(counted, folder / "counts.csv")
    write_xlsx(counted, folder / "counts.xlsx")


def _say_next(folder: Path, database: Path, file: Path, today: date) -> None:
    since, until = quarter_of(today)
    for line in (
        f"数据库：{database}   发布统计：{folder / 'counts.xlsx'}   站点文件：{file}",
        "接下来可以试试:",
        "  lanmu check 你的稿件.docx                        检查一份稿件",
        f"  lanmu counts {file} --since {since} --until {until} --db sqlite:///{database}",
        "  把 crawler/sites/jinghe.yaml 复制一份，填上本县网址，再运行 lanmu nightly",
    ):
        console().print(line, markup=False, highlight=False)


#: Who works at the demo county: name, shown, roles, and whether they see their own unit only.
PEOPLE = (
    ("bianji", "示范编辑", ("editor",), False),
    ("danwei", "示范单位编辑", ("editor",), True),
    ("chushen", "示范初审", ("first",), False),
    ("fushen", "示范复审", ("second",), False),
    ("zhongshen", "示范终审", ("final",), False),
    ("zhengwu", "示范公开办", ("office",), False),
    ("guanli", "示范管理员", ("admin",), False),
)


def open_console(file: Path, database: str, address: str) -> None:
    """The console of the demo county, on loopback, until Ctrl-C; everybody's password is made up anew and printed."""
    from desk.console.app import create_app
    from desk.serve import bound, listen, opened_hall

    with opened_hall([file], database) as hall, bound("127.0.0.1", PORTS) as listening:
        password = secrets.token_hex(6)
        _let_in(hall, password)
        own = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        for line in (
            f"示范网站仍开着：{address}",
            f"控制台已打开：{own}  登录名 {'、'.join(one[0] for one in PEOPLE)}，密码都是 {password}",
            "按Ctrl-C结束",
        ):
            console().print(line, markup=False, highlight=False, soft_wrap=True)
        listen(create_app(hall), listening)


def _let_in(hall: "Hall", password: str) -> None:
    """People of every role, and a ledger in which something has been done already."""
    from desk.console.passwords import hashed
    from store.accounts import add_account
    from store.database import writing
    from store.ledger import ledger_rows, move

    kept, at = hashed(password), hall.now()
    (site,) = hall.sites.values()
    today = hall.today(site)
    with writing(hall.engine) as connection:
        for name, shown, roles, own_unit in PEOPLE:
            unit = site.units[0].id if own_unit else ""
            add_account(connection, name, shown, roles, at=at, password=kept, unit=unit)
        serious = [
            row.id for row in ledger_rows(connection, site, today) if row.finding.severity > 1
        ]
        move(connection, site, serious[:6], "confirmed", who="示范公开办", why="", at=at)
        due = today + timedelta(days=7)
        move(connection, site, serious[:4], "notified", who="示范公开办", why="", at=at, due=due)
        move(connection, site, serious[:1], "claimed", who="示范公开办", why="单位来电", at=at)
