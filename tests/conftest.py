from collections.abc import Iterator
from pathlib import Path

import pytest

from store.database import open_database
from tests.cluster import Cluster, running_cluster
from tests.county import Crawled, crawled_county
from tests.system import why_skipped


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
