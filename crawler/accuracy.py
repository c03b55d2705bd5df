"""How well saved pages are read: `python -m crawler.accuracy [FOLDER]` prints a table against gold.tsv."""

import csv
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from checks.model import plain
from crawler.charset import read_page
from crawler.families import family_for
from crawler.page import PageError

DEFAULT = Path("../shared/data/pages")
FIELDS = ("title", "date", "source")
#: A line of a body that is navigation: what stands in headers, footers and share bars.
NAVIGATION = (
    "网站地图",
    "联系我们",
    "设为首页",
    "加入收藏",
    "ICP备",
    "上一篇",
    "下一篇",
    "版权所有",
    "打印本页",
    "关闭窗口",
    "返回顶部",
    "网站首页",
)


@dataclass(slots=True)
class Score:
    """`right` of `known` by field, and the files that were wrong: (file, wanted, read)."""

    known: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FIELDS, 0))
    right: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FIELDS, 0))
    wrong: list[tuple[str, str, str, str]] = field(default_factory=list)
    bodies: int = 0
    clean: int = 0

    def share(self, name: str) -> float:
        return self.right[name] / self.known[name] if self.known[name] else 1.0


@dataclass(slots=True)
class Accuracy:
    """Scores by "government" and "news" and of "all" articles, entries by list file, reasons by unread file."""

    scores: dict[str, Score]
    lists: dict[str, int]
    unread: dict[str, str]


def measure(folder: Path) -> Accuracy:
    scores: dict[str, Score] = defaultdict(Score)
    lists: dict[str, int] = {}
    unread: dict[str, str] = {}
    with (folder / "gold.tsv").open(encoding="utf-8", newline="") as file:
        gold = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    for row in gold:
        name = row["file"]
        try:
            page = read_page(f"http://saved.example/{name}", (folder / name).read_bytes())
            family = family_for(page)
            if row["kind"] != "article":
                lists[name] = len(family.list_entries(page).entries)
                continue
            read = family.article(page)
        except PageError as error:
            unread[name] = error.why
            continue
        kind = "government" if row["gov"] or row["cms"] else "news"
        said = {"title": read.title, "date": str(read.published or ""), "source": read.source}
        for key in (kind, "all"):
            _score(scores[key], name, row, said, read.body)
    return Accuracy(dict(scores), lists, unread)


def _score(score: Score, name: str, row: dict[str, str], said: dict[str, str], body: str) -> None:
    for one in FIELDS:
        wanted = row[one] or ""
        if not wanted:
            continue
        score.known[one] += 1
        if _same(one, wanted, said[one]):
            score.right[one] += 1
        else:
            score.wrong.append((name, one, wanted, said[one]))
    score.bodies += 1
    lines = [
        line for line in body.split("\n") if len(line) < 40 and any(w in line for w in NAVIGATION)
    ]
    if lines:
        score.wrong.append((name, "body", "", lines[0]))
    else:
        score.clean += 1


def _same(name: str, wanted: str, said: str) -> bool:
    if name == "date":
        return wanted == said
    return plain(wanted) == plain(said)


def main(folder: Path) -> None:
    done = measure(folder)
    print(f"{'pages':<12}" + "".join(f"{one:>18}" for one in (*FIELDS, "clean bodies")))
    for kind, score in done.scores.items():
        shares = [f"{score.share(f):.3f} ({score.right[f]}/{score.known[f]})" for f in FIELDS]
        shares.append(f"{score.clean}/{score.bodies}")
        print(f"{kind:<12}" + "".join(f"{one:>18}" for one in shares))
    for name, one, wanted, said in done.scores["all"].wrong:
        print(f"  {name} {one}: wanted {wanted!r}, read {said!r}")
    for name, number in done.lists.items():
        print(f"  {name}: {number} entries")
    for name, why in done.unread.items():
        print(f"  {name}: unread, {why}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT)
