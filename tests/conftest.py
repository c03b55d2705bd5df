from collections.abc import Iterator

import pytest

from tests.county import Crawled, crawled_county


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    with crawled_county(tmp_path_factory.mktemp("county")) as crawled:
        yield crawled
