"""Rules on a whole site. To add one: write its module, and name it here."""

from typing import cast

from checks.rules.site import home_stale, veto_blank_columns, veto_stale_columns
from checks.site_seen import SiteRule

SITE_RULES: tuple[SiteRule, ...] = tuple(
    cast("SiteRule", module) for module in (home_stale, veto_stale_columns, veto_blank_columns)
)
