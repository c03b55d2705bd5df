"""The identity marks of a page's footer: 党政机关标识, 找错, 网站标识码, ICP备案, 公安备案 and the rest.

They are usually written by document.write(unescape(…)), so they are looked for in the raw HTML and in
what the page's scripts write. Each search is made only where a cheap test says that there is
something to find.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Literal

from checks.hosts import host_of
from checks.seen_page import Marks, PageKind, SeenLink

#: Characters beside a mark's word in which the rest of it stands.
NEAR = 400
_GAP = r"(?:\s|&nbsp;|[:\uff1a]|<[^>]{0,200}>){0,12}"
_BADGE_SCRIPT = re.compile(r"dcs\.conac\.cn/[^\s\"'<>]{1,200}", re.IGNORECASE)
_BADGE_ID = re.compile(r"bszs\.conac\.cn/sitename\?[^\s\"'<>]{0,80}\bid=([0-9A-Fa-f]{32})")
_BADGE_IMAGE = re.compile(
    r"\b(?:\w{0,20}_)?(red_error|blue_error|red|blue)\.(?:png|gif|jpe?g)", re.IGNORECASE
)
_BADGE_WORDS = re.compile(
    r"(?:alt|title)\s*=\s*[\"']?(?:党政机关|事业单位)(?:网站)?标识", re.IGNORECASE
)
_REPORT = re.compile(
    r"(?:https?:)?//([\w.-]{3,100})(?::\d{1,5})?/[^\s\"'<>]{0,60}jiucuo[^\s\"'<>]{0,200}",
    re.IGNORECASE,
)
_SITECODE = re.compile(r"site_?code\s*=\s*\\?[\"']?\s*(bm\d{8}|\d{10})\b", re.IGNORECASE)
_CODE = re.compile(rf"标识码{_GAP}(bm\d{{8}}|\d{{10}})(?!\d)", re.IGNORECASE)
_ICP = re.compile(
    r"[\u4e00-\u9fff]\s?ICP\s?备\s?[:\uff1a]?\s?\d{8}\s?号?(?:\s?-\s?\d{1,3})?", re.IGNORECASE
)
_POLICE = re.compile(r"公网安备(?:\s|&nbsp;){0,6}(\d{14})")
_RECORD = re.compile(
    r"(?:beian\.gov\.cn|beian\.mps\.gov\.cn)[^\s\"'<>]{0,120}?(?:recordcode|code)=(\d{14})"
)
_NAMED = (
    ("icp", ("ICP备", "ICP 备", "icp备", "ICP证")),
    (
        "police",
        ("公网安备", "公网备案", "公安备案", "公安机关备案", "beian.gov.cn", "beian.mps.gov.cn"),
    ),
    ("organiser", ("主办", "承办", "版权所有")),
    ("report", ("找错", "zhaocuo")),
    ("contact", ("联系电话", "联系方式", "联系我们", "电话:", "电话\uff1a", "值班电话", "热线")),
    ("sitemap", ("网站地图", "站点地图")),
)
_LEAVE = re.compile(
    r"(?:即将|将要|将|正在|准备)离开|离开(?:本站|本网站|政府网站)|离开.{0,80}继续访问", re.DOTALL
)
_LEAVE_FILE = re.compile(
    r"outlink|outer_?link|leave|ext_?link|wailian|likai|siteleave", re.IGNORECASE
)
_WRITER = re.compile(r"foot|bottom|copyright|banquan|conac|bszs|jiucuo|dibu|yejiao", re.IGNORECASE)
_LOADER = re.compile(
    r"(?:\.load|include\w*|\.get|ajax)\s*\(\s*[\"'{][^\"']{0,100}(?:foot|bottom)", re.IGNORECASE
)


def marks_of(text: str, written: str, links: Iterable[SeenLink], kind: PageKind) -> Marks:
    """The marks in a page's raw HTML `text` and in what its scripts write.

    Only home and column pages are asked for what they lack: an article's `named`, `leave` and
    `elsewhere` are not looked for.
    """
    whole = f"{text}\n{written}" if written else text
    many = tuple(links)
    badge, image, ids = _badge(whole)
    found = Marks(
        badge=badge,
        badge_image=image,
        badge_ids=ids,
        reports=_reports(whole),
        codes=_each(_CODE, whole, "标识码"),
        icp=_each(_ICP, whole, "ICP", before=4),
        icp_hosts=tuple(dict.fromkeys(_icp_hosts(many))),
        police=_each(_POLICE, whole, "公网安备"),
        records=_each(_RECORD, whole, "code=", before=140),
    )
    if kind == "article":
        return found
    return replace(
        found,
        named=frozenset(name for name, words in _NAMED if any(word in whole for word in words)),
        leave=_leaves(whole, many),
        elsewhere=any(_WRITER.search(o.url) for o in many if o.kind in ("script", "frame"))
        or _is_loaded(text),
    )


def _places(word: str, whole: str) -> Iterator[int]:
    """Where `word` stands; at most 50 places."""
    place = whole.find(word)
    for _ in range(50):
        if place < 0:
            return
        yield place
        place = whole.find(word, place + len(word))


def _each(pattern: re.Pattern[str], whole: str, word: str, before: int = 0) -> tuple[str, ...]:
    """What the pattern finds round each `word`, each once, in order: its group, or all of it."""
    found: dict[str, None] = {}
    for place in _places(word, whole):
        hit = pattern.search(whole, max(0, place - before), place + NEAR)
        if hit:
            found[hit[hit.lastindex or 0].strip()] = None
    return tuple(found)[:10]


def _badge(whole: str) -> tuple[Literal["", "script", "image"], str, tuple[str, ...]]:
    """(how the badge is built in, its image, the ids of its links)."""
    ids = _each(_BADGE_ID, whole, "bszs.conac")
    if any(_BADGE_SCRIPT.match(whole, place) for place in _places("dcs.conac", whole)):
        return "script", _badge_image(whole), ids
    image = _badge_image(whole)
    if not image and any(word in whole for word in ("dzjg", "dangzhengjiguan")):
        return "image", "", ids
    worded = any(_BADGE_WORDS.search(whole, max(0, p - 30), p + 2) for p in _places("标识", whole))
    return "image" if ids or image or worded else "", image, ids


def _badge_image(whole: str) -> str:
    for place in (*_places("onac", whole), *_places("_error.", whole)):
        if near := _BADGE_IMAGE.search(whole, max(0, place - 20), place + NEAR):
            return near[1].lower()
    return ""


def _reports(whole: str) -> tuple[tuple[str, str], ...]:
    """(host, sitecode) of each 找错 entry."""
    found: dict[tuple[str, str], None] = {}
    for place in _places("jiucuo", whole):
        hit = _REPORT.search(whole, max(0, place - 120), place + NEAR)
        if hit and ("exposure" in hit[0] or "_jiucuo_" in whole[max(0, place - 200) : place + 200]):
            code = _SITECODE.search(whole, max(0, hit.start() - 200), hit.end() + 200)
            found[hit[1].lower(), code[1] if code else ""] = None
    return tuple(found)[:10]


def _icp_hosts(links: Iterable[SeenLink]) -> Iterable[str]:
    """Hosts that links with an ICP number, or to the ICP register, lead to."""
    for one in links:
        if "ICP" in one.text or "miit" in one.url or "miibeian" in one.url:
            yield host_of(one.url)


def _is_loaded(text: str) -> bool:
    """Whether a script fetches the footer from somewhere else."""
    return any(
        _LOADER.search(text, max(0, place - 130), place + 10)
        for word in ("foot", "bottom")
        for place in _places(word, text)
    )


def _leaves(whole: str, links: Iterable[SeenLink]) -> bool:
    """Whether a notice for leaving the site is on the page or in a script of that name."""
    if any(_LEAVE.search(whole, max(0, p - 10), p + 120) for p in _places("离开", whole)):
        return True
    return any(one.kind == "script" and _LEAVE_FILE.search(one.url) for one in links)
