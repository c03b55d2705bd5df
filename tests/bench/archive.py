"""An archive of many articles, and what it costs to read it, to re-check a few new terms, and all terms.

As a program of its own it does one of these and prints seconds and memory, so that each has a process to itself:
python -m tests.bench.archive read|lists|change FOLDER
"""

import csv
import json
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime
from multiprocessing import get_context
from os import cpu_count
from pathlib import Path
from typing import Any

from checks.archive_search import ArchiveSearch, folded_form, folding
from checks.grounds import grounds
from checks.list_change import looked_for
from checks.model import Part, Site
from checks.wordlist import COLUMNS, lists_hash, shipped
from crawler.judge import wordlists_of
from crawler.recheck import STEP, recheck_site
from store.archive import id_range, texts
from store.database import Engine, open_database, reading, writing
from store.list_sets import save_list_set
from store.parts import parts_json

ROOT = Path(__file__).parent.parent.parent
CLEAN = ROOT.parent / "shared" / "data" / "clean" / "rmrb.txt"
DAY = date(2025, 9, 30)
NOW = datetime(2025, 9, 30, 2, tzinfo=UTC)
#: Characters of an article's body: 2.2 KB.
LENGTH = 725
TERMS, NEW = 20_000, 50
#: One article in so many holds a term of the full lists, and one in so many a new term.
EVERY, SELDOM = 100, 1000
ROWS = 50_000
#: Different texts the archive is made of.
POOL = 2000
FILL = f"""
    WITH RECURSIVE n(i) AS (SELECT ? UNION ALL SELECT i + 1 FROM n WHERE i < ?), d(day, hash) AS (SELECT ?, ?)
    INSERT INTO articles (id, site, url, title, published, source, unit, reprinted, parts, folded, text_hash,
        rungs, first_seen, last_seen, checked_at, lists_hash, etag, modified)
    SELECT i + 1, 'bench', printf('https://www.xian.gov.cn/zwgk/%d/t%09d.htm', i / 1000, i), '关于开展工作的通知', day,
        '县政府办公室', '', 0, pool.parts, pool.folded, printf('%064d', i), '{{}}', day, day,
        day || ' 02:00:00.000000', hash, '', ''
    FROM n JOIN pool ON k = i * 7919 % {POOL} JOIN d
"""
HEAD = "lists:\n  - id: bench\n    title: 词表\n    severity: warning\n    message: 应为{use}\n    source: 依据\n"


def site_of(folder: Path) -> Site:
    return Site("bench", "某县人民政府网", "https://a.cn/", lists=(str(folder / "lists"),))


def clean_lines() -> list[str]:
    """Official prose, a sentence or two a line, with no string of the shipped lists in it."""
    if CLEAN.exists():
        lines = [line.replace(" ", "") for line in CLEAN.read_text("utf-8").splitlines()]
    else:
        lines = [term.good for one in shipped() for term in one.terms]
    search = ArchiveSearch(looked_for(shipped()))
    return [one for one in lines if one and not search.in_texts([one])]


def make(folder: Path, count: int, seed: int = 20) -> None:
    """An archive of `count` articles in `folder`, judged by the shipped lists; two lists of terms beside it."""
    draw = random.Random(seed)
    lines = clean_lines()
    words = terms(draw, lines, TERMS)
    rows(folder / "all.csv", words[NEW:])
    rows(folder / "more.csv", words)
    (folder / "lists").mkdir()
    (folder / "lists" / "lists.yaml").write_text("lists:\n", "utf-8")
    engine = open_database(f"sqlite:///{folder}/a.db")
    site = site_of(folder)
    lists = wordlists_of(site)
    with writing(engine) as connection:
        save_list_set(connection, site.id, lists, grounds(site), reading_at=NOW)
    pool = [body(draw, lines) for _ in range(POOL)]
    with writing(engine) as connection:
        connection.exec_driver_sql("CREATE TABLE pool (k INTEGER PRIMARY KEY, parts, folded)")
        many = [(k, *stored(text)) for k, text in enumerate(pool)]
        connection.exec_driver_sql("INSERT INTO pool VALUES (?, ?, ?)", many)
    hash = lists_hash(lists)
    for first in range(0, count, ROWS):
        last = min(first + ROWS, count)
        with writing(engine) as connection:
            connection.exec_driver_sql(FILL, (first, last - 1, DAY.isoformat(), hash))
            holding = [
                (*stored(holding_one(draw, pool, words, n)), n + 1)
                for n in range(first, last)
                if n % EVERY == 0 or n % SELDOM == 1
            ]
            connection.exec_driver_sql(
                "UPDATE articles SET parts = ?, folded = ? WHERE id = ?", holding
            )
    engine.dispose()


def holding_one(draw: random.Random, pool: Sequence[str], words: Sequence[str], number: int) -> str:
    """A text with one of the full lists' terms in it, or one of the new ones."""
    text, at = draw.choice(pool), draw.randrange(LENGTH - 10)
    word = draw.choice(words[NEW:] if number % EVERY == 0 else words[:NEW])
    return text[:at] + word + text[at:]


def terms(draw: random.Random, lines: Sequence[str], count: int) -> list[str]:
    """Words of the prose with one character wrong, none of which stands in it."""
    prose = "\n".join(lines)
    letters = sorted({c for c in prose if "\u4e00" <= c <= "\u9fff"})
    found: dict[str, None] = {}
    while len(found) < count:
        line = draw.choice(lines)
        start, length = draw.randrange(len(line)), draw.randint(3, 6)
        word = list(line[start : start + length])
        if len(word) == length and set(word) <= set(letters):
            word[draw.randrange(length)] = draw.choice(letters)
            found["".join(word)] = None
        if len(found) == count:
            found = {word: None for word in found if word not in prose}
    return list(found)


def rows(path: Path, words: Sequence[str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(COLUMNS)
        out.writerows((word, "改", "", "none", "", "", "", "", "") for word in words)


def body(draw: random.Random, lines: Sequence[str]) -> str:
    """Paragraphs of a few sentences under headings, 2.2 KB."""
    text = ""
    while len(text) < LENGTH:
        paragraph = "".join(draw.choices(lines, k=4))
        text += f"{draw.choice(lines)[:12].rstrip('，。')}\n{paragraph}\n"
    return text[:LENGTH]


def stored(text: str) -> tuple[str, str]:
    parts = (Part("title", "", "关于开展工作的通知"), Part("body", "", text))
    return parts_json(parts), folded_form([part.text for part in parts])


# -- one thing, in a process of its own ---------------------------------------------------------------

_engines: list[Engine] = []


def _open(url: str) -> None:
    _engines.append(open_database(url))


def _read(span: tuple[int, int]) -> int:
    with reading(_engines[0]) as view:
        given = texts(view, "bench", *span, folding=folding(), covered=None)
        return sum(len(row[4]) for batch in given for row in batch)


def read(url: str) -> int:
    """All texts read as a re-check reads them, by as many processes, and nothing done with them. Gives back bytes."""
    engine = open_database(url)
    with reading(engine) as view:
        first, last = id_range(view, "bench")
    engine.dispose()
    spans = [(n, min(n + STEP, last)) for n in range(first, last, STEP)]
    with ProcessPoolExecutor(
        cpu_count(), get_context("spawn"), initializer=_open, initargs=(url,)
    ) as pool:
        return sum(pool.map(_read, spans))


def main() -> None:
    what, folder = sys.argv[1], Path(sys.argv[2])
    url, site = f"sqlite:///{folder}/a.db", site_of(folder)
    began = time.perf_counter()
    if what == "read":
        said = str(read(url))
    else:
        name = "all" if what == "lists" else "more"
        shutil.copy(folder / f"{name}.csv", folder / "lists" / "bench.csv")
        (folder / "lists" / "lists.yaml").write_text(HEAD, "utf-8")
        said = str(recheck_site(site, url, day=DAY, depth="lists" if what == "lists" else "change"))
    seconds = time.perf_counter() - began
    memory = [
        resource.getrusage(who).ru_maxrss / 1024
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    ]
    print(json.dumps({"seconds": seconds, "main": memory[0], "worker": memory[1], "said": said}))


# -- the figures ----------------------------------------------------------------------------------------


def measured(count: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Reading, a full re-check of all terms, reading, one of the new terms, reading: what each cost."""
    with tempfile.TemporaryDirectory() as name:
        make(Path(name), count)
        for what in ("read", "lists", "read", "change", "read"):
            command = (sys.executable, "-m", "tests.bench.archive", what, name)
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=ROOT)
            yield what, json.loads(done.stdout)


def recheck_figures(sizes: Sequence[int]) -> dict[str, dict[str, Any]]:
    """`recheck_delta_vs_read` and `recheck_full_vs_read`: of the largest archive, the others told beside it."""
    goals = {
        "recheck_delta_vs_read": ("change", f"{NEW} new terms, in 1 of {SELDOM} articles", "<= 4"),
        "recheck_full_vs_read": ("lists", f"{TERMS - NEW} terms, in 1 of {EVERY}", "<= 10"),
    }
    done = {size: list(measured(size)) for size in sizes}
    figures = {}
    for name, (what, said, goal) in goals.items():
        versus = []
        for size, each in done.items():
            alone = statistics.median(one["seconds"] for kind, one in each if kind == "read")
            ((_, cost),) = [pair for pair in each if pair[0] == what]
            value = round(cost["seconds"] / alone, 2)
            versus.append(
                f"{size:,} articles: {value} ({said} {cost['seconds']:.1f} s, reading alone {alone:.1f} s; "
                f"peak memory {cost['main']:.0f} MB and {cost['worker']:.0f} MB a process)"
            )
        figures[name] = {
            "value": value, "goal": goal, "versus": f"{'; '.join(versus)}; {cpu_count()} cores, {cost['said']}",
        }  # fmt: skip
    return figures


if __name__ == "__main__":
    main()
