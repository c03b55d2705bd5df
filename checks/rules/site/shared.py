"""What findings of many pages say alike: a link, the pages it stands on, addresses within the site."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from checks.hosts import host_of
from checks.link_state import WatchedKind, WatchedLink
from checks.model import Site
from checks.privacy import masked

#: Example addresses a message shows, and characters of each.
EXAMPLES, SHOWN = 3, 120
_KINDS: dict[WatchedKind, str] = {
    "page": "链接", "external": "外部链接", "image": "图片", "attachment": "附件"
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """A page on which a link stands, with the link's words there."""

    page: str
    text: str


def site_path(url: str, site: Site) -> str:
    """`url` as the site's readers know it: its path on the site's own host, else whole."""
    if host_of(url) != host_of(site.home):
        return url[:SHOWN]
    parts = urlsplit(url)
    return f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"[:SHOWN]


def is_home(page: str, site: Site) -> bool:
    return page.rstrip("/") == site.home.rstrip("/")


def standing_page(places: Sequence[Place], site: Site) -> str:
    """The one page, or the site's home where there are several."""
    return places[0].page if len(places) == 1 else site.home


def said_of(link: WatchedLink, places: Sequence[Place], site: Site) -> tuple[str, str]:
    """(the link, where it stands) in words."""
    text = next((one.text for one in places if one.text), "")
    words = f"“{text[:40]}”" if text else ""
    home = "首页" if any(is_home(one.page, site) for one in places) else ""
    what = masked(f"{home}{_KINDS[link.kind]}{words}（{link.url[:SHOWN]}）")
    paths = "、".join(site_path(one.page, site) for one in places[:EXAMPLES])
    many = f"等{len(places)}个以上页面" if len(places) > EXAMPLES else ""
    return what, f"见 {paths}{many}"
