"""What the rules on pages share: the mandated tags and marks, read from tags.csv and marks.csv."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from checks.hosts import host_of, registrable
from checks.model import Severity, Site
from checks.seen_page import PageKind

GUIDE = "《政府网站发展指引》（国办发〔2017〕47号）"
HERE = Path(__file__).parent
#: Characters of a page's own words that a fault repeats.
SHOWN = 60


@dataclass(frozen=True, slots=True)
class MandatedTag:
    """A meta tag the 指引 requires on these kinds of page; contents that only name it are placeholders."""

    name: str
    kinds: tuple[PageKind, ...]
    placeholders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MandatedMark:
    """A mark the 指引 requires at the foot of these kinds of page, and how much its lack weighs."""

    mark: str
    name: str
    kinds: tuple[PageKind, ...]
    severity: Severity


@cache
def mandated_tags() -> tuple[MandatedTag, ...]:
    kinds: tuple[PageKind, ...] = ("home", "column", "article")
    return tuple(
        MandatedTag(
            row["name"],
            tuple(kind for kind in kinds if row[kind] == "1"),
            tuple(row["placeholders"].split("|")),
        )
        for row in _rows("tags.csv")
    )


@cache
def mandated_marks() -> tuple[MandatedMark, ...]:
    return tuple(
        MandatedMark(
            row["mark"],
            row["name"],
            tuple(row["pages"].split()),  # type: ignore[arg-type]
            Severity.named(row["severity"]),
        )
        for row in _rows("marks.csv")
    )


def _rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def is_own(url: str, site: Site) -> bool:
    """Whether `url` leads to the site itself or to a host its owner registered too."""
    host = host_of(url)
    return host in site.hosts or registrable(host) == registrable(host_of(site.home))


def shown(text: str) -> str:
    """`text` on one line, cut to what a message has room for."""
    text = " ".join(text.split())
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
