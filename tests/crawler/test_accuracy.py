"""Saved pages of others, when they are at hand: the aims of title ≥ 0.95 and date ≥ 0.92 hold."""

from pathlib import Path

import pytest

from crawler.accuracy import measure

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "pages"


def test_the_saved_pages_are_read_as_well_as_claimed() -> None:
    if not FOLDER.is_dir():
        pytest.skip("../shared/data/pages is absent")
    done = measure(FOLDER)
    whole = done.scores["all"]
    assert whole.share("title") >= 0.95
    assert whole.share("date") >= 0.92
    assert whole.clean == whole.bodies
    assert all(
        why.split()[0] in {"layout", "rendered", "soft-404", "blocked"}
        for why in done.unread.values()
    )
