"""Report a link, picture or attachment that leads nowhere （链接不可用）.

Confirmed twice, on two calendar days: 404, 410, a page that says it is gone, a name that does not
resolve; or no answer at all for 14 days. What a protection refuses to us (403, 412, 429, 488, 521) is not
dead, nor what asks for a login. One link is one finding, on however many pages it stands.
"""

from collections.abc import Sequence

from checks.link_state import WatchedLink
from checks.model import Finding, Rule, Severity, Site, Span, fingerprint
from checks.passage import Manual
from checks.rules.site.shared import Place, said_of, standing_page

RULE = Rule(
    "dead-link", Severity.WARNING, "{what}打不开：{why}，首次发现{since}；{places}",
    source="《政府网站与政务新媒体检查指标》（国办秘函〔2019〕19号）功能设计·可用性；2015年普查评分表“链接可用性”",
)  # fmt: skip
ON = True
MANUAL = Manual(
    "链接不可用",
    "链接、图片、附件不存在（404、410、页面提示不存在）或域名无法解析，且在不同的两天各查到一次；或者连续14天没有任何回应。",
    "网站防护拒绝访问（403、412、429、488、521）、需要登录、超时和服务器错误未满14天的，记为未能检查；本网络故障的夜晚一律不算。",
    bad=(),
    good=(),
)


def finding(link: WatchedLink, places: Sequence[Place], site: Site) -> Finding:
    """The finding of a dead link that stands on `places` (at least one), the home page first."""
    what, where = said_of(link, places, site)
    message = RULE.message.format(what=what, why=link.why, since=link.failed_since, places=where)
    return Finding(
        RULE.id, RULE.severity, 0, Span(0, 0), link.url, "更换或删除这个链接", message, RULE.source,
        fingerprint(site.id, RULE.id, link.url), standing_page(places, site),
    )  # fmt: skip
