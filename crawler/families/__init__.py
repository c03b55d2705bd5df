"""CMS families. Detection is per column: one site mixes systems."""

from collections.abc import Mapping
from typing import cast

from crawler.families import generic, jcms, trs, ucap, vsb
from crawler.page import Family, Page

FAMILIES: Mapping[str, Family] = {
    module.NAME: cast("Family", module) for module in (vsb, ucap, trs, jcms, generic)
}


def family_for(page: Page, name: str = "auto") -> Family:
    """The family called `name`; for "auto" the one that knows the page best."""
    if name != "auto":
        return FAMILIES[name]
    return max(FAMILIES.values(), key=lambda family: family.detect(page))
