"""A night told: JSON per contract/nightly.schema.json."""

from collections.abc import Mapping
from typing import Any, Protocol

from checks.model import Finding, Site, Unchecked
from checks.verdict import ColumnVerdict
from reports.audit import column_json
from reports.findings import finding_json, unchecked_json


class Told(Protocol):
    """What a night came to (crawler.night.Night); reports do not know the crawler."""

    @property
    def site(self) -> Site: ...
    @property
    def day(self) -> Any: ...
    @property
    def requests(self) -> int: ...
    @property
    def tally(self) -> Any: ...
    @property
    def findings(self) -> tuple[Finding, ...]: ...
    @property
    def verdicts(self) -> tuple[ColumnVerdict, ...]: ...
    @property
    def lanes(self) -> Mapping[str, int]: ...
    @property
    def edited(self) -> tuple[tuple[str, str], ...]: ...
    @property
    def deleted(self) -> tuple[str, ...]: ...
    @property
    def unchecked(self) -> tuple[Unchecked, ...]: ...


def night_json(night: Told) -> dict[str, Any]:
    """`findings` are those open after this night, each with its address, unit and columns.

    Beyond contract/nightly.schema.json: article pages asked for by lane, articles edited, pages deleted.
    """
    return {
        "site": night.site.id,
        "day": night.day.isoformat(),
        "requests": night.requests,
        "articles": {
            "new": night.tally.new,
            "changed": night.tally.changed,
            "same": night.tally.same,
        },
        "lanes": dict(night.lanes),
        "edited": [{"url": url, "title": title} for url, title in night.edited],
        "deleted": list(night.deleted),
        "findings": [finding_json(one, stored=True) for one in night.findings],
        "columns": [column_json(one) for one in night.verdicts],
        "unchecked": unchecked_json(night.unchecked),
    }
