from collections.abc import Iterator

import pytest

from store.database import Engine, open_database


@pytest.fixture
def engine(db: str) -> Iterator[Engine]:
    """An open database of each kind, new and empty."""
    opened = open_database(db)
    yield opened
    opened.dispose()
