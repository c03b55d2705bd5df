"""Report a certificate that browsers warn of, or that soon ends （HTTPS证书）.

Expired, not yet valid, for another name, or signed by itself: a warning. A chain that leads to no authority
known here: a suggestion only, for browsers find missing links of a chain, and know more authorities. Fewer than
31 whole days left: a suggestion. A site without HTTPS has no certificate and is `https`'s business. Where the certificate could
not be read, or this machine trusts no authority at all, the matter is said to be unchecked.
"""

from datetime import date
from zoneinfo import ZoneInfo

from checks.model import Finding, Rule, Severity, Site, Span, Unchecked, fingerprint
from checks.passage import Manual
from checks.watch import Certificate, Reach

RULE = Rule(
    "certificate",
    Severity.WARNING,
    "首页的HTTPS证书{fault}",
    source="《政府网站发展指引》（国办发〔2017〕47号）",
)
MANUAL = Manual(
    "HTTPS证书",
    "证书过期、未到生效日、与域名不符、自签名（一般错误）；证书链不完整、30天内到期（疑似）。",
    "没有启用HTTPS的不重复报；证书没有读到的，记为未能检查。",
    (),
    (),
)
#: Calendar days at the site before the end from which a reminder is given.
SOON_DAYS = 30
_FAULTS = {
    "expired": (Severity.WARNING, "已于{until}过期"),
    "not-yet": (Severity.WARNING, "还没有到生效日期"),
    "mismatch": (Severity.WARNING, "不是为本站域名签发的"),
    "self-signed": (Severity.WARNING, "是自签名的，浏览器会提示不安全"),
    "chain": (Severity.SUGGESTION, "链不完整，或签发机构不在本机信任之列"),
}


def judge(reach: Reach, site: Site, day: date) -> tuple[tuple[Finding, ...], tuple[Unchecked, ...]]:
    """`day` is the site's calendar day of the look."""
    unchecked = (Unchecked("HTTPS证书", reach.certificate_why),) if reach.certificate_why else ()
    if reach.certificate is None:
        return (), unchecked
    until = reach.certificate.until.astimezone(ZoneInfo(site.timezone)).date()
    severity, words = _said(reach.certificate, until, day)
    if severity is None:
        return (), unchecked
    message = RULE.message.format(fault=words.format(until=until, left=(until - day).days))
    return (
        Finding(
            RULE.id, severity, 0, Span(0, 0), site.name, "更换证书", message, RULE.source,
            fingerprint(site.id, RULE.id, reach.certificate.fault or "soon"), site.home,
        ),
    ), unchecked  # fmt: skip


def _said(certificate: Certificate, until: date, day: date) -> tuple[Severity | None, str]:
    if certificate.fault:
        return _FAULTS[certificate.fault]
    if (until - day).days <= SOON_DAYS:
        return Severity.SUGGESTION, "将于{until}到期，还有{left}天"
    return None, ""
