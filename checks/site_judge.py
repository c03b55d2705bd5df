"""A whole site judged: the site rules, the dates of its articles, its units' figures; as the site wants them."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from checks.model import Finding, Site, Switch, Unchecked, UnitTally
from checks.rules.site import SITE_RULES, forged_dates
from checks.rules.unit import padding
from checks.site_seen import ArticleDays, Judged, SiteRule, SiteSeen
from checks.switches import switched, switches
from checks.verdict import judge_unit

UNIT_RULES: tuple[Callable[[UnitTally, Site], Iterator[Finding]], ...] = (padding.check,)


def judge_site(seen: SiteSeen) -> Judged:
    """What the site rules find, and what they could not tell. A rule that is off says neither."""
    findings, doubts, _ = judge_site_rules(seen)
    return findings, doubts


def judge_site_rules(
    seen: SiteSeen,
) -> tuple[tuple[Finding, ...], tuple[Unchecked, ...], frozenset[str]]:
    """`judge_site`, and the rules (ids) that could not tell everything: what they found before stays."""
    decided = switches(seen.site, ())
    on = [rule for rule in SITE_RULES if _is_on(rule, decided.get(rule.RULE.id))]
    judged = [(rule.RULE.id, *rule.judge(seen)) for rule in on]
    return (
        tuple(switched([one for _, findings, _ in judged for one in findings], decided)),
        tuple(one for _, _, doubts in judged for one in doubts),
        frozenset(id for id, _, doubts in judged if doubts),
    )


def _is_on(rule: SiteRule, switch: Switch | None) -> bool:
    return rule.ON if switch is None else switch.on or switch.severity is not None


def judge_dates(articles: Sequence[ArticleDays], site: Site, day: date) -> tuple[Finding, ...]:
    """What is odd about the dates of `articles`, as the site wants it in the columns that list each."""
    found = forged_dates.judge(articles, site, day)
    return tuple(one for f in found for one in switched((f,), switches(site, f.columns)))


def judge_units(tallies: Sequence[UnitTally], site: Site) -> tuple[Finding, ...]:
    """What the unit rules find, units in the order given."""
    found = [
        one
        for tally in tallies
        for one in (*judge_unit(tally), *(f for check in UNIT_RULES for f in check(tally, site)))
    ]
    return tuple(switched(found, switches(site, ())))
