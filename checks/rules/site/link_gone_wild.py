"""Report a link that now leads to something it was not made for （外链失控）.

Confirmed twice, on two calendar days. 严重错误 where the domain is parked or for sale, where a
government site's link ends on another's, or where its end looks odd; 疑似 for any other redirect to
another site, which may be a mere change of name. Redirects to government, to known services and
media and within one owner's domain are nothing.
"""

from collections.abc import Sequence

from checks.link_state import WatchedLink, is_certain
from checks.model import Finding, Rule, Severity, Site, Span, fingerprint
from checks.passage import Manual
from checks.rules.site.shared import Place, said_of, standing_page

RULE = Rule(
    "link-gone-wild", Severity.ERROR, "{what}已失控：{why}，首次发现{since}；{places}",
    source="《政府网站与政务新媒体检查指标》（国办秘函〔2019〕19号）；国办发〔2017〕47号外部链接",
)  # fmt: skip
ON = True
MANUAL = Manual(
    "外链失控",
    "链接的域名已过期、停放出售，政府网站的链接跳到非政府网站，或跳到域名可疑的网站（严重错误）；跳到另一家网站（疑似）。在不同的两天各查到一次才算。",
    "跳转到政府网站、常见服务和媒体、同一单位域名的不算。",
    bad=(),
    good=(),
)


def finding(link: WatchedLink, places: Sequence[Place], site: Site) -> Finding:
    """The finding of a link gone wild that stands on `places` (at least one), the home page first."""
    what, where = said_of(link, places, site)
    message = RULE.message.format(what=what, why=link.why, since=link.failed_since, places=where)
    severity = RULE.severity if is_certain(link) else Severity.SUGGESTION
    return Finding(
        RULE.id, severity, 0, Span(0, 0), link.url, "核对后更换或删除这个链接", message, RULE.source,
        fingerprint(site.id, RULE.id, link.url), standing_page(places, site),
    )  # fmt: skip
