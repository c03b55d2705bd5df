"""Rules on how a site is reached, and on its new-media accounts: judged together, once a night.

`judge_reach`, `judge_media` and `unavailable.judge` also apply what the site file decides of these rules.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from checks.model import Finding, Rule, Site, Unchecked
from checks.passage import Manual
from checks.rules.media import media_stale
from checks.rules.site import certificate, https, ipv6, unavailable
from checks.switches import switched, switches
from checks.watch import AccountSeen, ProbeSeen, Reach

#: Rule, kind and manual of each, for the catalogue.
REACH_RULES: tuple[tuple[Rule, str, Manual], ...] = (
    (unavailable.RULE, "网站", unavailable.MANUAL),
    (https.RULE, "网站", https.MANUAL),
    (certificate.RULE, "网站", certificate.MANUAL),
    (ipv6.RULE, "网站", ipv6.MANUAL),
    (media_stale.RULE, "新媒体", media_stale.MANUAL),
)


@dataclass(frozen=True, slots=True)
class Judged:
    """Findings; what could not be told; and the rules (ids) of which an old finding must not close by that."""

    findings: tuple[Finding, ...] = ()
    unchecked: tuple[Unchecked, ...] = ()
    unjudged: frozenset[str] = frozenset()


def judge_reach(reach: Reach, site: Site, day: date) -> Judged:
    """What one look at the home page comes to."""
    judged = _joined(
        site,
        (
            (https.RULE, https.judge(reach, site)),
            (certificate.RULE, certificate.judge(reach, site, day)),
            (ipv6.RULE, ipv6.judge(reach, site)),
        ),
    )
    if reach.https is None:  # said once, by `https`
        return replace(judged, unjudged=judged.unjudged | {certificate.RULE.id})
    return judged


def judge_availability(seen: Sequence[ProbeSeen], site: Site, now: datetime) -> Judged:
    """What the probes of the week up to `now` come to."""
    return _joined(site, ((unavailable.RULE, unavailable.judge(seen, site, now)),))


def judge_media(seen: Iterable[AccountSeen], site: Site, day: date) -> Judged:
    """How the accounts stand on `day`.

    Nothing is `unjudged`: an account that was stale when it was last known is found stale again until more is known.
    """
    each = [(media_stale.RULE, media_stale.judge(one, site, day)) for one in seen]
    return replace(_joined(site, each), unjudged=frozenset())


def _joined(
    site: Site,
    results: Iterable[tuple[Rule, tuple[tuple[Finding, ...], tuple[Unchecked, ...]]]],
) -> Judged:
    decided = switches(site, ())
    off = {id for id, one in decided.items() if one.severity is None and not one.on}
    found: list[Finding] = []
    unchecked: list[Unchecked] = []
    unjudged: set[str] = set()
    for rule, (findings, doubts) in results:
        found += findings
        if doubts and rule.id not in off:
            unchecked += doubts
            unjudged.add(rule.id)
    return Judged(tuple(switched(found, decided)), tuple(unchecked), frozenset(unjudged))
