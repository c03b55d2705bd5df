"""The one place where the clock is read; everywhere else the day and the instant are arguments."""

import time
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from checks.model import Site


def now() -> datetime:
    return datetime.now(UTC)


def local(site: Site) -> datetime:
    """The instant as the site's clocks show it."""
    return now().astimezone(ZoneInfo(site.timezone))


def today(site: Site) -> date:
    """The calendar day at the site."""
    return now().astimezone(ZoneInfo(site.timezone)).date()


def seconds() -> float:
    """Seconds on a clock that only goes forward; only differences mean anything."""
    return time.monotonic()
