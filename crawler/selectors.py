"""Compiled XPaths, and what a CMS family says of where its fields stand."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from lxml import etree

XPath = Callable[[Any], list[Any]]


def xpath(path: str) -> XPath:
    compiled: Any = etree.XPath(path)
    return compiled  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Selectors:
    """Where a family keeps its fields; the first XPath with text wins."""

    title: tuple[XPath, ...] = ()
    published: tuple[XPath, ...] = ()
    source: tuple[XPath, ...] = ()
    body: tuple[XPath, ...] = ()


def selectors(**paths: tuple[str, ...]) -> Selectors:
    return Selectors(**{name: tuple(map(xpath, many)) for name, many in paths.items()})


def first(tree: Any, paths: Iterable[XPath]) -> Any | None:
    """The first element any of the paths finds that holds text, the longest where one finds many."""
    for path in paths:
        found = path(tree)
        if len(found) == 1:
            return found[0]
        if found:
            return max(found, key=lambda one: len("".join(one.itertext())))
    return None
