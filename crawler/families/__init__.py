"""CMS families. Detection is per column: one site mixes systems."""

from collections.abc import Mapping
from typing import cast

from crawler.families import generic, jcms, trs, ucap, vsb
from crawler.page import Family, Page

FAMILIES: Mapping[str, Family] = {
    module.NAME: cast("Family", module) for module in (vsb, ucap, trs, jcms, generic)
}


def family_for(page: Page, name: str = "auto", hint: str = "generic") -> Family:
    """The family called `name`; for "auto" the one that knows the page best, `hint` if none does."""
    if name != "auto":
        return FAMILIES[name]
    best = max(FAMILIES.values(), key=lambda family: family.detect(page))
    return FAMILIES[hint] if best is FAMILIES["generic"] and hint != "auto" else best
