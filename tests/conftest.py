from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp.resolver import ThreadedResolver
from hypothesis import HealthCheck, settings

from store.database import open_database
from tests.cluster import Cluster, running_cluster
from tests.county import Crawled, crawled_county
from tests.system import why_skipped

# Speed is never asserted: on a loaded machine any example may take its time.
settings.register_profile("lanmu", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("lanmu")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skips what `needs` a program that is missing; a name nobody knows is an error."""
    for item in items:
        for mark in item.iter_markers("needs"):
            try:
                why = why_skipped(mark.args)
            except ValueError as error:
                raise pytest.UsageError(f"{item.nodeid}: {error}") from None
            if why:
                item.add_marker(pytest.mark.skip(reason=why))


@pytest.fixture(autouse=True)
def no_name_is_asked_of_the_world(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A test that would look up any name but this machine's own fails, and nothing is sent."""
    asked: list[str] = []
    real = ThreadedResolver.resolve

    async def resolve(self: ThreadedResolver, host: str, *more: Any, **how: Any) -> Any:
        if host == "localhost" or host.endswith(".localhost"):
            return await real(self, host, *more, **how)
        asked.append(host)
        raise OSError(f"a test asks the world for {host}")

    monkeypatch.setattr(ThreadedResolver, "resolve", resolve)
    yield
    assert asked == []


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    with crawled_county(tmp_path_factory.mktemp("county")) as crawled:
        yield crawled


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """The run's own PostgreSQL; a test that asks for it `needs("postgresql")`."""
    with running_cluster() as running:
        yield running


@pytest.fixture(scope="session")
def used(cluster: Cluster) -> Iterator[str]:
    """A database at the newest version, to be emptied for each test: a new one costs half a second."""
    with cluster.database() as address:
        open_database(address).dispose()
        yield address


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.needs("postgresql"))]
)
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database that nobody has used yet, once on SQLite, once on PostgreSQL.

    A test that asks for an open one (`engine`) may find it migrated already.
    """
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/lanmu.db"
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    if "engine" in request.fixturenames:
        address: str = request.getfixturevalue("used")
        cluster.empty(address)
        yield address
        return
    with cluster.database() as address:
        yield address
