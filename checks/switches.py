"""What a site decides of rules and lists: off, on, or weighing less, for all columns or some."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from checks.model import Finding, Site, Switch


def switches(site: Site | None, columns: Sequence[str]) -> dict[str, Switch]:
    """What a site decides for what stands in `columns`, by rule; a narrower decision wins.

    A decision for some columns holds for an article only if all of its columns are among them.
    """
    decided: dict[str, Switch] = {}
    for switch in sorted(site.switches if site else (), key=lambda one: bool(one.columns)):
        if not switch.columns or (columns and set(columns) <= set(switch.columns)):
            decided[switch.rule] = switch
    return decided


def switched(found: Sequence[Finding], decided: Mapping[str, Switch]) -> Iterator[Finding]:
    """`found` without what is off, nothing weightier than the site wants it."""
    for one in found:
        switch = decided.get(one.rule)
        if switch is None or switch.on:
            yield one
        elif switch.severity is not None:
            yield replace(one, severity=min(one.severity, switch.severity))
