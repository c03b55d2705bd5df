"""The demo county crawled once for all tests: its site, its night, its database."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from checks.model import Site
from checks.site import load_site
from crawler.demo.county import data
from crawler.demo.server import demo_site_file, serve
from crawler.night import Night, run_nights

DAY = date(2025, 9, 30)
PLANTED: Any = data("planted.yaml")


@dataclass(frozen=True)
class Crawled:
    """`file` is the site file, `db` the database's address, `night` the first night."""

    site: Site
    file: Path
    db: str
    night: Night
    address: str


@contextmanager
def crawled_county(folder: Path) -> Iterator[Crawled]:
    with serve(today=DAY) as address:
        file = demo_site_file(address, folder)
        site = load_site(file)
        db = f"sqlite:///{folder}/county.db"
        (night,) = run_nights([site], db, day=DAY)
        yield Crawled(site, file, db, night, address)
