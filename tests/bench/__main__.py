"""Prints every figure as a ratio of one run, and writes them to build/bench.json.

python -m tests.bench [--pages N] [--rounds N] [--articles N…] [NAME…]
"""

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from checks.checker import Checker
from checks.matcher import Matcher, narrow
from checks.model import Article, Severity
from checks.normalise import folded
from checks.terms import TermSearch
from checks.wordlist import COLUMNS, Wordlist, shipped, terms_in
from tests.bench import county, desk, nights
from tests.bench.archive import recheck_figures

ROOT = Path(__file__).parent.parent.parent
DATA = ROOT.parent / "shared" / "data" / "clean" / "rmrb.txt"
Figure = dict[str, Any]


def seconds(*command: str, **kwargs: Any) -> float:
    """Wall seconds of one whole process, start to end. Raises CalledProcessError: it failed."""
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=ROOT, **kwargs)
    return time.perf_counter() - began


def pipeline_vs_scrapy(pages: int, rounds: int) -> Figure:
    """Pages a second of a whole night over those of bare Scrapy, in pairs; the median pair."""
    ratios, nights, bares = [], [], []
    with county.served(pages) as address, tempfile.TemporaryDirectory() as folder:
        site = county.site_file(Path(folder), address, pages)
        for k in range(rounds):
            bare = seconds(sys.executable, "-m", "tests.bench.bare", address, str(pages))
            night = seconds(
                sys.executable, "-m", "desk", "nightly", str(site), "--today", "2025-09-30",
                "--db", f"sqlite:///{folder}/{k}.db",
            )  # fmt: skip
            ratios.append(bare / night)
            nights.append(night)
            bares.append(bare)
    total = pages + county.pages_of(pages)
    versus = (
        f"bare Scrapy {total / statistics.median(bares):.0f} pages/s, "
        f"the whole night {total / statistics.median(nights):.0f} pages/s, {total} pages of 40 KB, "
        f"{rounds} pairs, whole processes, lowest {min(ratios):.2f} highest {max(ratios):.2f}"
    )
    return {"value": round(statistics.median(ratios), 2), "goal": ">= 1.0", "versus": versus}


def clean_text(characters: int) -> str:
    """Official prose in which nothing is found: what an editor hands in most days."""
    if DATA.exists():
        lines = [line.replace(" ", "") for line in DATA.read_text("utf-8").splitlines()]
    else:
        lines = [term.good for one in shipped() for term in one.terms] * 40
    checker = Checker(shipped())
    return "\n".join(line for line in lines if not checker.article(Article.draft(line)))[
        :characters
    ]


def check_cold_s(rounds: int) -> Figure:
    """Seconds from starting the process to the end of `lanmu check` of a clean 2,000-character draft."""
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / "draft.txt"
        draft.write_text(clean_text(2000), "utf-8")
        command = (sys.executable, "-m", "desk", "check", str(draft))
        seconds(*command)
        values = [seconds(*command) for _ in range(rounds * 3)]
        bare = [seconds(sys.executable, "-c", "pass") for _ in range(rounds * 3)]
    versus = f"starting Python alone {statistics.median(bare):.3f} s"
    return {"value": round(statistics.median(values), 3), "goal": "<= 0.5", "versus": versus}


def check_5000_p99_ms(times: int = 300) -> Figure:
    checker = Checker(shipped())
    article = Article.draft(clean_text(5000), published=date(2025, 9, 30))
    checker.article(article)
    taken = sorted(timed(lambda: checker.article(article)) for _ in range(times))
    versus = f"median {statistics.median(taken) * 1000:.2f} ms, {times} times"
    return {"value": round(taken[int(times * 0.99)] * 1000, 2), "goal": "<= 50", "versus": versus}


def timed(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def scan_10mb_ratio() -> Figure:
    """Speed of finding all terms in 10 MB (folded, excused, weighed) over the bare automaton's own scan."""
    import ahocorasick

    whole = clean_text(100_000)
    text = whole * (10_000_000 // len(whole.encode()) + 1)
    automaton = ahocorasick.Automaton()
    for word in {t for one in shipped() for term in one.terms for t in (term.text, *term.unless)}:
        automaton.add_word(narrow(word), word)
    automaton.make_automaton()
    search = TermSearch(shipped())
    ratios = []
    for _ in range(5):
        bare = timed(lambda: sum(1 for _ in automaton.iter(narrow(text))))
        ours = timed(lambda: search.hits(folded(text), date(2025, 9, 30), lesson=False))
        ratios.append(bare / ours)
    everything = timed(lambda: Checker(shipped()).article(Article.draft(text[:500_000])))
    versus = (
        f"pyahocorasick over the same bytes, the same terms, {len(text.encode()) / 1e6:.0f} MB, 5 pairs, "
        f"lowest {min(ratios):.2f}; with every rule {everything * 2:.1f} s a million characters"
    )
    return {"value": round(statistics.median(ratios), 2), "goal": ">= 0.5", "versus": versus}


def build_100000_terms_s() -> Figure:
    """Seconds to read a list of 100,000 rows and build the checker from it."""
    draw = random.Random(20)
    letters = [bytes((a, b)).decode("gb2312") for a in range(0xB0, 0xD7) for b in range(0xA1, 0xFF)]
    words = list({"".join(draw.choices(letters, k=draw.randint(3, 8))) for _ in range(100_000)})
    rows = "".join(f"{word},甲乙,,none,,,依据,,\n" for word in words)
    text = ",".join(COLUMNS) + "\n" + rows
    read = [timed(lambda: terms_in(text, "bench")) for _ in range(3)]
    lists = [Wordlist("bench", "", Severity.WARNING, "{use}", "", terms_in(text, "bench")[0])]
    built = [timed(lambda: TermSearch(lists)) for _ in range(3)]
    versus = f"and reading the rows from CSV with every check {statistics.median(read):.2f} s"
    return {"value": round(statistics.median(built), 2), "goal": "<= 1", "versus": versus}


def build_20000_terms_s() -> Figure:
    draw = random.Random(20)
    letters = [chr(c) for c in range(0x4E00, 0x4E00 + 3500)]
    words = list({"".join(draw.choices(letters, k=draw.randint(2, 8))) for _ in range(20_000)})
    import ahocorasick

    def plain() -> None:
        automaton = ahocorasick.Automaton()
        for number, word in enumerate(words):
            automaton.add_word(word, number)
        automaton.make_automaton()

    ours = statistics.median(timed(lambda: Matcher(words)) for _ in range(5))
    bare = statistics.median(timed(plain) for _ in range(5))
    text = clean_text(100_000)
    matcher = Matcher(words)
    scan = statistics.median(timed(lambda: list(matcher.iter(text))) for _ in range(5))
    rate = len(text.encode()) / scan / 1e6
    versus = f"pyahocorasick over str {bare:.3f} s; ours then scans {rate:.0f} MB/s"
    return {"value": round(ours, 3), "goal": "<= 0.2", "versus": versus}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*")
    parser.add_argument("--pages", type=int, default=4000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--articles", type=int, nargs="+", default=[100_000, 1_000_000])
    given = parser.parse_args()
    archived = cache(lambda: recheck_figures(given.articles))
    figures: dict[str, Callable[[], Figure]] = {
        "pipeline_vs_scrapy": lambda: pipeline_vs_scrapy(given.pages, given.rounds),
        "check_cold_s": lambda: check_cold_s(given.rounds),
        "check_5000_p99_ms": check_5000_p99_ms,
        "scan_10mb_ratio": scan_10mb_ratio,
        "build_100000_terms_s": build_100000_terms_s,
        "build_20000_terms_s": build_20000_terms_s,
        "desk_p99_ms": desk.desk_p99_ms,
        "desk_errors": desk.desk_errors,
        "night_requests_share": nights.night_requests_share,
        "rss_100000_articles_mb": nights.rss_100000_articles_mb,
        "recheck_delta_vs_read": lambda: archived()["recheck_delta_vs_read"],
        "recheck_full_vs_read": lambda: archived()["recheck_full_vs_read"],
    }
    done = {}
    for name, measure in figures.items():
        if not given.names or name in given.names:
            done[name] = measure()
            print(
                f"{name:22} {done[name]['value']:>8}  goal {done[name]['goal']:8} {done[name]['versus']}",
                flush=True,
            )
    build = ROOT / "build"
    build.mkdir(exist_ok=True)
    (build / "bench.json").write_text(
        json.dumps(done, ensure_ascii=False, indent=1) + "\n", "utf-8"
    )


if __name__ == "__main__":
    main()
