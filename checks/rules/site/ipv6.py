"""Report a home page that IPv6 does not reach （IPv6支持）.

Two things, each a suggestion: the name has no AAAA record, or the home page does not open over IPv6 while it opens
otherwise. Whether this machine can use IPv6 at all is asked first: without a route the matter is unchecked,
and so it is where the name could not be resolved or the home page did not open at all.
"""

from checks.model import Finding, Rule, Severity, Site, Span, Unchecked, fingerprint
from checks.passage import Manual
from checks.watch import Reach

RULE = Rule(
    "ipv6",
    Severity.SUGGESTION,
    "{fault}",
    source="《推进互联网协议第六版（IPv6）规模部署行动计划》（中办、国办2017年印发）；国办秘函〔2019〕19号 IPv6改造",
)
MANUAL = Manual(
    "IPv6支持",
    "首页域名没有AAAA记录；或首页用IPv6打不开，而平常打得开。",
    "本机没有IPv6线路、域名没有解析成功、首页当夜打不开的，记为未能检查。",
    (),
    (),
)


def judge(reach: Reach, site: Site) -> tuple[tuple[Finding, ...], tuple[Unchecked, ...]]:
    if reach.ipv6 is False:
        return (_finding(site, "missing", "首页域名没有AAAA记录，不能用IPv6访问"),), ()
    if reach.ipv6_opens is False:
        fault = f"首页域名有AAAA记录，但用IPv6打不开（{reach.ipv6_why}）"
        return (_finding(site, "closed", fault),), ()
    if reach.ipv6 is None or reach.ipv6_opens is None:
        return (), (Unchecked("IPv6支持", reach.ipv6_why),)
    return (), ()


def _finding(site: Site, key: str, fault: str) -> Finding:
    return Finding(
        RULE.id, RULE.severity, 0, Span(0, 0), site.name, "开通IPv6", RULE.message.format(fault=fault),
        RULE.source, fingerprint(site.id, RULE.id, key), site.home,
    )  # fmt: skip
