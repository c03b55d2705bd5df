"""Report what an encrypted page fetches unencrypted （HTTPS页面引用HTTP内容）.

Browsers refuse scripts, style sheets and frames fetched so (W3C Mixed Content): the page is broken for
its readers. Pictures are fetched, or upgraded, with a warning: 疑似. Links a reader follows are no content.
"""

from collections.abc import Iterator

from checks.hosts import host_of
from checks.model import Rule, Severity, Site
from checks.passage import Manual
from checks.rules.page.shared import shown
from checks.seen_page import PageFault, PageKind, SeenPage

RULE = Rule(
    "mixed-content", Severity.WARNING, "{note}", source="W3C《Mixed Content》；国办发〔2017〕47号"
)
ON = True
KINDS: tuple[PageKind, ...] = ("home", "column", "article")
_ACTIVE = {"script": "脚本", "style": "样式", "frame": "框架"}
MANUAL = Manual(
    "HTTPS页面引用HTTP内容",
    "HTTPS页面里的脚本、样式、框架用http://地址，浏览器会拦截；图片用http://地址的记为疑似。",
    "HTTP页面不判断；供读者点击的链接不算。",
    bad=(
        '<script src="http://www.example.gov.cn/a.js"></script>',
        '<iframe src="http://v.example.cn/1"></iframe>',
        '<img src="http://www.example.gov.cn/1.jpg">',
        "<script>document.write(unescape(\"%3Cscript src='http://dcs.conac.cn/js/1.js'%3E%3C/script%3E\"));</script>",
    ),
    good=(
        '<script src="//www.example.gov.cn/a.js"></script><img src="/1.jpg">',
        '<a href="http://www.example.gov.cn/1.pdf">下载</a>',
    ),
)


def check(seen: SeenPage, site: Site) -> Iterator[PageFault]:
    del site
    if not seen.url.startswith("https://"):
        return
    told = set()
    for link in seen.links:
        if link.kind not in ("image", *_ACTIVE) or link.url[:7].lower() != "http://":
            continue
        host = host_of(link.url)
        key = f"{'active' if link.kind in _ACTIVE else 'passive'} {host}"
        if key in told:
            continue
        told.add(key)
        kind = _ACTIVE.get(link.kind)
        note = f"HTTPS页面用http://引用{host}的{kind or '图片'}" + (
            "，会被浏览器拦截" if kind else ""
        )
        yield PageFault(
            RULE.id, key, shown(link.url), note, RULE.severity if kind else Severity.SUGGESTION
        )
