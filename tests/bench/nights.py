"""Figures of nights over a county that changes: what a quiet night costs, how memory grows with the site."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from checks.site import load_site
from crawler.night import run_nights
from store.database import open_database, reading
from tests.simulation import County, served

Figure = dict[str, Any]
ROOT = Path(__file__).parent.parent.parent
#: A county as the sample circular's: a hundred columns, 10,000 articles, 50 changes a night.
SIMULATED = County(articles=10_000, columns=100, a_day=5, new=10, edits=40, nights=30)


def edits_found(county: County, hashes: list[dict[str, str]], address: str) -> tuple[int, int, int]:
    """Edits found in the run, edits whose promise fell due within it, and those of them found late.

    `hashes` are the stored text hashes after each night. An article edited again before it was looked at
    counts once.
    """
    found = due = late = 0
    for number, edits in county.edited.items():
        url = f"{address}/a/{number}.htm"
        for edit, following in zip(edits, (*edits[1:], county.nights), strict=True):
            old = hashes[edit - 1].get(url)
            seen = next((n for n in range(edit, following) if hashes[n].get(url) != old), None)
            found += seen is not None
            promise = promised(county, number, edit)
            if edit + promise < following:
                due += 1
                late += seen is None or seen - edit > promise
    return found, due, late


def promised(county: County, number: int, night: int) -> int:
    """Nights within which an edit made on `night` is to be found (checks.model.Revisit's defaults)."""
    day, published = county.day(night), county.published(number)
    quarter = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    if published >= quarter:
        return 7
    return 30 if (day - published).days <= 366 else 90


def night_requests_share() -> Figure:
    """Requests of a night over those of a full crawl: mean and highest of 29 nights after the first."""
    county = SIMULATED
    hashes: list[dict[str, str]] = []
    requests: list[int] = []
    with served(county) as at, tempfile.TemporaryDirectory() as folder:
        site = load_site(county.site_file(Path(folder), at.address))
        db = f"sqlite:///{folder}/n.db"
        for night in range(county.nights):
            at.turn(night)
            (done,) = run_nights([site], db, day=county.day(night))
            requests.append(done.requests)
            hashes.append(stored_hashes(db))
        found, due, late = edits_found(county, hashes, at.address)
        new = sum(
            f"{at.address}/a/{n}.htm" in hashes[night]
            for night in range(1, county.nights)
            for n in range(county.count(night - 1), county.count(night))
        )
    shares = [one / requests[0] for one in requests[1:]]
    versus = (
        f"a full crawl {requests[0]} requests; {county.nights - 1} nights, highest {max(shares):.3f}; "
        f"new articles found the same night {new} of {county.new * (county.nights - 1)}; "
        f"edits found so far {found}, of {due} whose promise fell due {late} late"
    )
    mean = sum(shares) / len(shares)
    return {"value": round(mean, 4), "goal": "<= 0.03", "versus": versus, "requests": requests}


def stored_hashes(db: str) -> dict[str, str]:
    engine = open_database(db)
    with reading(engine) as connection:
        rows = connection.exec_driver_sql("SELECT url, text_hash FROM articles").fetchall()
    engine.dispose()
    return {row[0]: row[1] for row in rows}


def rss_100000_articles_mb(sizes: tuple[int, ...] = (1_000, 10_000, 100_000)) -> Figure:
    """Peak memory of a whole first night, all its processes together, in MB; and of smaller sites."""
    peaks = {size: first_night_mb(size) for size in sizes}
    curve = ", ".join(f"{size:,} articles {peak:.0f} MB" for size, peak in peaks.items())
    return {"value": round(peaks[sizes[-1]]), "goal": "<= 500", "versus": curve}


def first_night_mb(size: int) -> float:
    county = County(articles=size, columns=100, nights=1)
    with served(county) as at, tempfile.TemporaryDirectory() as folder:
        site = county.site_file(Path(folder), at.address)
        night = subprocess.Popen(
            [sys.executable, "-m", "desk", "nightly", str(site), "--today", str(county.day(0)),
             "--db", f"sqlite:///{folder}/m.db"],
            stdout=subprocess.DEVNULL, cwd=ROOT,
        )  # fmt: skip
        peak = 0.0
        while night.poll() is None:
            peak = max(peak, tree_mb(night.pid))
            time.sleep(0.2)
        if night.returncode:
            raise subprocess.CalledProcessError(night.returncode, night.args)
    return peak


def tree_mb(pid: int) -> float:
    """Memory that a process and all below it hold now (Pss: what they share counts once)."""
    total = 0.0
    with suppressed():
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1]) / 1024
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppressed():
            total += sum(tree_mb(int(child)) for child in task.read_text().split())
    return total


@contextmanager
def suppressed() -> Iterator[None]:
    """A process may end while it is looked at."""
    try:
        yield
    except (FileNotFoundError, ProcessLookupError):
        return
