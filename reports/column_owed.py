"""What one column must contain: item by item, unit by unit, who met it with which entry, or why nobody can tell."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from checks.model import Column, ColumnSnapshot, Entry, Expectation, Site, Unit
from checks.rules.column.incomplete_column import asked, met_by
from reports.column_matrix import NOT_ENDED, NOT_YET, BoxState, plain_why
from store.column_looks import Look


@dataclass(frozen=True, slots=True)
class Owed:
    """`unit` None: any of those responsible. `state` is as at the last look; `entry` is the newest that meets it.

    `why` says why it could not be told.
    """

    expectation: Expectation
    unit: Unit | None
    state: BoxState
    entry: Entry | None
    why: str = ""


def owed_items(
    site: Site, column: Column, look: Look | None, entries: Sequence[Entry], day: date
) -> Iterator[Owed]:
    """In the site file's order. `entries` are those that name an item's words, newest first; `day` is the look's."""
    for expectation, unit, entry in met_by(ColumnSnapshot(column, tuple(entries), day), site):
        yield _owed(column, look, expectation, unit, entry)


def _owed(
    column: Column,
    look: Look | None,
    expectation: Expectation,
    unit: Unit | None,
    entry: Entry | None,
) -> Owed:
    if look is None:
        return Owed(expectation, unit, "unread", entry, NOT_YET)
    if look.state == "unread":
        return Owed(expectation, unit, "unread", entry, plain_why(look.why))
    if look.state == "empty" or (expectation.item, unit.id if unit else "") in look.missing:
        return Owed(expectation, unit, "missing", None)
    if look.untold is None:
        return Owed(expectation, unit, "unread", entry, NOT_ENDED)
    why = look.untold.get(asked(column, expectation, unit))
    if why is not None:
        return Owed(expectation, unit, "unread", entry, plain_why(why))
    return Owed(expectation, unit, "complete", entry)


def span_of(column: Column, day: date) -> tuple[tuple[str, ...], date | None]:
    """The words that the column's items are told by, and the first day that any of them looks at (None: any day)."""
    words = tuple(dict.fromkeys(word for one in column.expects for word in one.any))
    windows = [one.within_days for one in column.expects]
    if not windows or None in windows:
        return words, None
    longest = max(one for one in windows if one is not None)
    ordinal = day.toordinal() - longest
    return words, date.fromordinal(ordinal) if ordinal > 0 else None
