"""A desk for tests: the crawled demo county, people of every role and unit, a server, a browser."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import httpx

from checks.model import Site
from desk.console.app import create_app
from desk.console.hall import Hall
from desk.console.passwords import hashed
from desk.console.seat import COOKIE
from desk.console.settings import Settings
from store.accounts import Account, add_account
from store.database import Engine, open_database, writing
from tests.county import DAY, Crawled
from tests.desk.web_serving import running

PASSWORD = "开门请用这个12345"
#: Name → shown, roles, unit. The two units are the first two of the demo county.
PEOPLE: Mapping[str, tuple[str, Sequence[str], int | None]] = {
    "bianji": ("编辑甲", ("editor",), None),
    "chushen": ("初审乙", ("first",), None),
    "fushen": ("复审丙", ("second",), None),
    "zhongshen": ("终审丁", ("final",), None),
    "zhengwu": ("公开办戊", ("office",), None),
    "zhengwu2": ("公开办己", ("office",), None),
    "guanli": ("管理员庚", ("admin",), None),
    "danwei1": ("单位一编辑", ("editor", "first"), 0),
    "danwei2": ("单位二编辑", ("editor", "first"), 1),
}
#: Noon at the site on the day the county was crawled.
NOON = datetime(DAY.year, DAY.month, DAY.day, 4, tzinfo=UTC)


@cache
def password_hash() -> str:
    """One for all: argon2 is slow on purpose."""
    return hashed(PASSWORD)


class Clock:
    """The desk's clock, which a test may set on."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def today(self, _site: Site) -> date:
        return (self.at + timedelta(hours=8)).date()

    def on(self, **by: float) -> None:
        self.at += timedelta(**by)


@dataclass(frozen=True)
class Desk:
    """`address` has no slash at its end; `people` are the accounts by name."""

    address: str
    hall: Hall
    clock: Clock
    site: Site
    people: Mapping[str, Account]

    @property
    def engine(self) -> Engine:
        return self.hall.engine

    @property
    def root(self) -> str:
        """The site's rooms begin here."""
        return f"{self.address}/s/{self.site.id}"

    @contextmanager
    def client(self, name: str = "") -> Iterator[httpx.Client]:
        """A browser without pictures: `name` signed in ("" for nobody); it follows no redirect."""
        with httpx.Client(base_url=self.address, timeout=60) as client:
            if name:
                sign_in(client, name)
            yield client


def sign_in(client: httpx.Client, name: str, password: str = PASSWORD) -> httpx.Response:
    answer = client.post(
        "/login", data={"name": name, "password": password}, headers={"Origin": str(client.base_url).rstrip("/")}
    )  # fmt: skip
    if answer.status_code == 303:
        client.headers["X-Own-Page"] = own_page(client)
    return answer


def own_page(client: httpx.Client) -> str:
    from hashlib import sha256

    return sha256(f"own page of {client.cookies.get(COOKIE)}".encode()).hexdigest()


def people_of(engine: Engine, site: Site, at: datetime = NOON) -> dict[str, Account]:
    with writing(engine) as connection:
        return {
            name: add_account(
                connection, name, shown, roles, at=at, password=password_hash(),
                unit="" if unit is None else site.units[unit].id,
            )
            for name, (shown, roles, unit) in PEOPLE.items()
        }  # fmt: skip


@contextmanager
def county_desk(county: Crawled, folder: Path, **settings: Any) -> Iterator[Desk]:
    """A desk on a copy of the crawled county's database, of its own."""
    source = Path(county.db.removeprefix("sqlite:///"))
    for file in source.parent.glob(f"{source.stem}.db*"):
        if not file.name.endswith(".lock"):
            shutil.copy(file, folder / file.name)
    evidence = source.parent / f"{source.stem}-evidence"
    if evidence.is_dir():
        shutil.copytree(evidence, folder / evidence.name)
    with served_desk(
        f"sqlite:///{folder / source.name}", county.site, county.file, **settings
    ) as desk:
        yield desk


@contextmanager
def served_desk(db: str, site: Site, file: Path, **settings: Any) -> Iterator[Desk]:
    clock = Clock()
    engine = open_database(db)
    try:
        people = people_of(engine, site)
        hall = Hall(
            engine, {site.id: site}, Settings(**settings), clock.now, clock.today, address=db,
            files={site.id: file},
        )  # fmt: skip
        with running(create_app(hall), proxy_headers=False) as address:
            yield Desk(address, hall, clock, site, people)
    finally:
        engine.dispose()
