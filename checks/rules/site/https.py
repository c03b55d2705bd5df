"""Report a home page that HTTPS does not reach, or that is still served without it （HTTPS）.

Three things, each a suggestion, for HTTPS is encouraged and not demanded (《政府网站发展指引》 国办发〔2017〕47号): nothing
answers HTTPS; the http address answers with a page instead of leading to https; the server speaks nothing newer than
TLS 1.1. What could not be told tonight is said to be unchecked: a home page that did not open at all, or whose address is a bare
IP address, accuses nobody of lacking HTTPS.
"""

from collections.abc import Iterator

from checks.model import Finding, Rule, Severity, Site, Span, Unchecked, fingerprint
from checks.passage import Manual
from checks.watch import Reach

RULE = Rule(
    "https",
    Severity.SUGGESTION,
    "{fault}",
    source="《政府网站发展指引》（国办发〔2017〕47号）",
)
MANUAL = Manual(
    "HTTPS访问",
    "首页不能用HTTPS访问；http网址不跳转到https；只支持TLS 1.1及更旧的协议。",
    "首页当夜打不开、网址是IP地址的，记为未能检查。",
    (),
    (),
)
#: Protocols browsers no longer speak (RFC 8996).
OUTDATED = frozenset(("SSLv3", "TLSv1", "TLSv1.1"))


def judge(reach: Reach, site: Site) -> tuple[tuple[Finding, ...], tuple[Unchecked, ...]]:
    if reach.https is None:
        return (), (Unchecked("HTTPS访问", reach.https_why),)
    doubt = (Unchecked("http网址是否跳转到https", reach.redirects_why),)
    found = tuple(_finding(site, *fault) for fault in _faults(reach))
    return found, doubt if reach.redirects_why else ()


def _faults(reach: Reach) -> Iterator[tuple[str, str, str]]:
    """Each fault: its key, its words, what to do."""
    if not reach.https:
        yield "missing", "首页不能用HTTPS访问", "启用HTTPS"
    elif reach.redirects is False:
        yield "redirect", "http网址不跳转到https", "把http访问跳转到https"
    if reach.certificate and reach.certificate.protocol in OUTDATED:
        spoken = reach.certificate.protocol.replace("v", " ")
        yield "protocol", f"HTTPS只支持到{spoken}，浏览器已停用", "启用TLS 1.2以上"


def _finding(site: Site, key: str, fault: str, use: str) -> Finding:
    return Finding(
        RULE.id, RULE.severity, 0, Span(0, 0), site.name, use, RULE.message.format(fault=fault),
        RULE.source, fingerprint(site.id, RULE.id, key), site.home,
    )  # fmt: skip
