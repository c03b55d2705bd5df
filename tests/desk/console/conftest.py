import io
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from desk.console.logs import log_to
from tests.county import Crawled
from tests.desk.console.browsing import chromium
from tests.desk.console.desk import Desk, county_desk


@pytest.fixture(scope="module")
def desk(county: Crawled, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk of this module's own: what its tests change, they change for those after them."""
    with county_desk(county, tmp_path_factory.mktemp("desk")) as opened:
        yield opened


@pytest.fixture(scope="module")
def browser(county: Crawled, desk: Desk) -> Iterator[Browser]:
    """Opened after the county was crawled: a night cannot run in this thread while a browser is open."""
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a module's pictures go."""
    return tmp_path_factory.mktemp("shots")


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything this process logs while the test lasts, as the server writes it."""
    stream = io.StringIO()
    root, levels = logging.getLogger(), {}
    for name in ("", "lanmu", "uvicorn", "uvicorn.access"):
        logger = logging.getLogger(name)
        levels[name] = (logger.level, logger.disabled)
    handler = log_to(stream)
    yield stream
    root.removeHandler(handler)
    for name, (level, disabled) in levels.items():
        logging.getLogger(name).setLevel(level)
        logging.getLogger(name).disabled = disabled
