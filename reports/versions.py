"""What changed in an article between two of its texts, for people and as JSON."""

import itertools
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.text import Text

from checks.differing import Operation, differences
from store.versions import Version

#: Characters of unchanged text shown on either side of a change.
AROUND = 20
STYLES = {"delete": ("[-", "-]", "red"), "insert": ("{+", "+}", "green")}


def instant(at: datetime | None, timezone: str = "Asia/Shanghai") -> str:
    """A stored instant (UTC) as a person at the site reads it; "" for none."""
    if at is None:
        return ""
    return f"{at.replace(tzinfo=UTC).astimezone(ZoneInfo(timezone)):%Y-%m-%d %H:%M}"


def marked(old: str, new: str) -> Text:
    """The changes with a little of what stands around them: [-deleted-] and {+inserted+}."""
    return shown(differences(old, new))


def shown(found: Sequence[tuple[Operation, str]]) -> Text:
    """`differences` as a person reads them."""
    said = Text()
    for number, (kind, text) in enumerate(found):
        if kind == "equal":
            said.append(_around(text, first=number == 0, last=number == len(found) - 1))
        else:
            before, after, style = STYLES[kind]
            said.append(f"{before}{text}{after}", style)
    return said


def _around(text: str, *, first: bool, last: bool) -> str:
    if len(text) <= 2 * AROUND:
        return text
    head, tail = text[:AROUND], text[-AROUND:]
    return ("" if first else head) + " …… " + ("" if last else tail)


def pairs(versions: Sequence[Version]) -> Iterator[tuple[Version, Version]]:
    """Each text and the one that followed it at the same site."""
    both = itertools.pairwise(versions)
    yield from ((old, new) for old, new in both if old.site == new.site)


def versions_json(versions: Sequence[Version]) -> dict[str, Any]:
    """Every text with its instants (UTC, ISO), and what changed to the next."""
    return {
        "versions": [
            {
                "site": one.site,
                "number": one.number,
                "title": one.title,
                "since": one.since.isoformat() if one.since else None,
                "until": one.until.isoformat() if one.until else None,
                "text": one.text,
            }
            for one in versions
        ],
        "changes": [
            {
                "site": old.site,
                "from": old.number,
                "to": new.number,
                "diff": [[kind, text] for kind, text in differences(old.text, new.text)],
            }
            for old, new in pairs(versions)
        ],
    }
