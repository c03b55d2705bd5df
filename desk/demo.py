"""`lanmu demo`: the built-in county, served on loopback, crawled, judged, counted, told."""

import shutil
from datetime import date
from pathlib import Path

from checks.site import load_site
from crawler import clock
from crawler.demo.server import demo_site_file, serve
from crawler.night import Night, run_nights
from crawler.whole_site import quarter_of
from desk.progress import night_progress
from desk.show import console, show_night
from reports.counts import counts_table, unit_counts, write_csv, write_xlsx
from store.database import open_database, reading


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
            _wait(address)
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


def _wait(address: str) -> None:
    import threading

    console().print(f"示范网站仍开着：{address}  按Ctrl-C结束", highlight=False)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        return
