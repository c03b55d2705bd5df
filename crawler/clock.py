"""The one place where the clock is read; everywhere else the day and the instant are arguments."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from checks.model import Site


def now() -> datetime:
    return datetime.now(UTC)


def today(site: Site) -> date:
    """The calendar day at the site."""
    return now().astimezone(ZoneInfo(site.timezone)).date()
