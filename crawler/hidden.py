"""Which links of a page a reader cannot see, and by what they are hidden (term_categories §12.7).

Left alone is what pages hide for good reasons: tabs of which one is shown, and a CMS's empty spans (they
hold no link). What a reader can open (menus, lists under a heading, layers a script shows) is "folded".
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from checks.seen_page import HiddenBy
from crawler.selectors import xpath
from crawler.written import plain_script

_STYLED = xpath("//*[@style or @hidden]")
_MARQUEES = xpath("//marquee[@height or @width][.//a[@href]]")
_SCRIPTS = xpath("//script[not(@src)]")
_STYLES = xpath("//style")
#: Whether a style is worth a closer look.
_HIDES = re.compile(r"none|hidden|-\d{3}|:\s*[01](?!\d*[.1-9])|color", re.IGNORECASE)
_DISPLAY = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_VISIBILITY = re.compile(r"visibility\s*:\s*hidden", re.IGNORECASE)
_NO_SIZE = re.compile(r"font-size\s*:\s*0(?:px|pt|em|%|\b)(?![.\d])", re.IGNORECASE)
_SIZE = re.compile(r"font-size\s*:\s*0*[1-9]", re.IGNORECASE)
_PLACED = re.compile(r"position\s*:\s*(?:absolute|fixed)", re.IGNORECASE)
_FAR = re.compile(
    r"(?:^|[;\s])(?:left|top|right|bottom|margin-left|margin-top)\s*:\s*-(\d{3,6})(?:px|em|\b)",
    re.IGNORECASE,
)
_CUT = re.compile(r"overflow\s*:\s*hidden", re.IGNORECASE)
_TINY = re.compile(r"(?:^|[;\s])(?:height|width)\s*:\s*[01](?:px)?\s*(?:;|!|$)", re.IGNORECASE)
_NOTHING = re.compile(r"\s*[0-2](?:px)?\s*")
_COLOUR = re.compile(r"(?:^|[;\s])color\s*:\s*(#?[\w]+)", re.IGNORECASE)
_GROUND = re.compile(r"background(?:-color)?\s*:\s*(#?[\w]+)\s*(?:;|$)", re.IGNORECASE)
_RULE = re.compile(r"([#.][A-Za-z_][\w-]{0,60})\s*\{([^{}]{1,400})\}")
_SCRIPTED = re.compile(
    r"getElementById\(\s*[\"']([\w-]{1,60})[\"']\s*\)\.style\.(?:display\s*=\s*[\"']none|visibility\s*=\s*[\"']hidden|(?:left|top)\s*=\s*[\"']-\d{3})",
    re.IGNORECASE,
)
_OPENS = re.compile(
    r"<(?:div|span|p|ul|marquee|table|td)\b([^>]{0,400})>\s*[\"'`;)\s]*$", re.IGNORECASE
)
_OPENED_LATER = re.compile(
    r"pop|layer|dialog|modal|mask|tip|menu|nav|sub|drop|list|qr|ewm|erweima|weixin|wx|share|float|tab|con|links?|friend|search|side|more|hide|box|down",
    re.IGNORECASE,
)
_LABELS = frozenset(["a", "span", "p", "div", "h1", "h2", "h3", "h4", "h5", "dt", "i", "em", "b", "strong", "button", "input", "img", "label"])  # fmt: skip
#: Pixels beside the screen.
FAR = 500
#: Selectors of a page's own style sheets that are looked up.
MOST_RULES = 20
#: Elements with a style of their own that are looked at.
MOST_STYLED = 5000
#: Siblings that are looked through for a tab that is shown.
MOST_SIBLINGS = 60


def hidden_links(tree: Any, text: str) -> dict[Any, HiddenBy]:
    """Links (a, iframe) that are hidden, with what hides them; the first found says it."""
    found: dict[Any, HiddenBy] = {}
    for node, by in _hiding(tree, text):
        for link in node.iter("a", "iframe"):
            if by and link not in found and not _shown_again(link, node, by):
                found[link] = by
    for frame in tree.iter("iframe") if "<iframe" in text else ():
        if frame not in found and {frame.get("width"), frame.get("height")} & {"0", "1", "0px"}:
            found[frame] = "frame"
    return found


def _hiding(tree: Any, text: str) -> Iterator[tuple[Any, HiddenBy]]:
    """Elements that hide what is in them, and how; "" where the page has a good reason."""
    if "style=" in text or " hidden" in text or "STYLE=" in text:
        for node in _STYLED(tree)[:MOST_STYLED]:
            by = "display" if node.get("hidden") is not None else hiding_style(node.get("style"))
            if by and next(node.iter("a", "iframe"), None) is not None:
                yield node, _reason(node, by, text)
    if "<marquee" in text:
        for node in _MARQUEES(tree):
            if any(_NOTHING.fullmatch(node.get(side) or "") for side in ("height", "width")):
                yield node, "marquee"
    if "<style" in text:
        yield from _by_style_sheet(tree)
    if "getElementById" in text and ".style." in text:
        yield from _by_script(tree)
    if "document.write" in text:
        for node in _between_writes(tree):
            yield node, "written"


@lru_cache(maxsize=4096)
def hiding_style(style: str) -> HiddenBy:
    """What an inline style hides its element by, "" where it does not."""
    if not _HIDES.search(style):
        return ""
    if _DISPLAY.search(style):
        return "display"
    if _VISIBILITY.search(style):
        return "visibility"
    far = _FAR.search(style)
    if far and int(far[1]) >= FAR and _PLACED.search(style):
        return "off-screen"
    if _CUT.search(style) and _TINY.search(style):
        return "tiny"
    if _NO_SIZE.search(style):
        return "font-size"
    colour, ground = _COLOUR.search(style), _GROUND.search(style)
    return "colour" if colour and ground and colour[1].lower() == ground[1].lower() else ""


def _reason(node: Any, by: HiddenBy, text: str) -> HiddenBy:
    """`by`, "folded" where a reader can open what is hidden, "" where another tab is shown."""
    if by == "off-screen" and next(node.iter("img"), None) is not None:
        return "folded"  # a slide that has left the frame
    if by not in ("display", "visibility"):
        return by
    if node.tag in ("a", "iframe"):
        return by
    if _is_tab(node):
        return ""
    return "folded" if _can_be_opened(node, text) else by


def _is_tab(node: Any) -> bool:
    """Whether a neighbour of the same make is shown."""
    above = node.getparent()
    if above is None or above.tag == "body":
        return False
    make = _make(node)
    same = [
        one
        for one in above[:MOST_SIBLINGS]
        if one is not node and one.tag == node.tag and _make(one) == make
    ]
    return any(not hiding_style(one.get("style") or "") for one in same)


def _make(node: Any) -> str:
    """The first class of an element, without numbers: tabs differ in those and in "on"."""
    return re.sub(r"\d+", "", ((node.get("class") or "").split() or [""])[0])


def _can_be_opened(node: Any, text: str) -> bool:
    before = node.getprevious()
    if before is not None and before.tag in _LABELS and len(before.text_content()) <= 40:
        return True
    above = node.getparent()
    if above is not None and above.tag in ("li", "dd", "td") and (above.text or "").strip():
        return True
    id = node.get("id") or ""
    if len(id) >= 3 and text.count(id) >= 2:
        return True
    return bool(_OPENED_LATER.search(f"{id} {node.get('class') or ''}"))


def _shown_again(link: Any, root: Any, by: HiddenBy) -> bool:
    """Whether font-size:0 is undone below it, or is that of a link with a picture."""
    if by != "font-size":
        return False
    if next(link.iter("img"), None) is not None:
        return True
    node = link
    while node is not None and node is not root:
        if node.get("class") or _SIZE.search(node.get("style") or ""):
            return True
        node = node.getparent()
    return any(
        one.get("class") or _SIZE.search(one.get("style") or "")
        for one in link.iter("span", "font", "p")
    )


def _by_style_sheet(tree: Any) -> Iterator[tuple[Any, HiddenBy]]:
    """Elements hidden by a simple rule (#id or .class) of the page's own style sheets."""
    count = 0
    for sheet in _STYLES(tree)[:10]:
        for hit in _RULE.finditer((sheet.text or "")[:20_000]):
            by = hiding_style(hit[2])
            if not by or count >= MOST_RULES:
                continue
            count += 1
            for node in _selected(tree, hit[1]):
                # a style sheet hides menus, layers and tabs as a matter of course
                yield node, "folded" if by in ("display", "visibility", "font-size") else by


def _selected(tree: Any, selector: str) -> Iterable[Any]:
    name = selector[1:]
    if selector[0] == "#":
        return tree.xpath("//*[@id=$name]", name=name)[:20]  # type: ignore[no-any-return]
    return tree.xpath("//*[contains(concat(' ',@class,' '),$name)]", name=f" {name} ")[:20]  # type: ignore[no-any-return]


def _by_script(tree: Any) -> Iterator[tuple[Any, HiddenBy]]:
    for script in _SCRIPTS(tree)[:50]:
        for hit in _SCRIPTED.finditer((script.text or "")[:20_000]):
            for node in tree.xpath("//*[@id=$name]", name=hit[1])[:5]:
                yield node, "folded" if _OPENED_LATER.search(hit[1]) else "scripted"


def _between_writes(tree: Any) -> Iterator[Any]:
    """What stands between a script that writes a hidden opening tag and the one that writes its end."""
    for script in _SCRIPTS(tree)[:200]:
        words = script.text or ""
        if "document.write" not in words or len(words) > 2000:
            continue
        opened = _OPENS.search(plain_script(words).strip())
        if not opened or not hiding_style(_style_in(opened[1])):
            continue
        node = script.getnext()
        for _ in range(200):
            if node is None or (node.tag == "script" and "</" in (node.text or "")):
                break
            yield node
            node = node.getnext()


def _style_in(attributes: str) -> str:
    return attributes.partition("style")[2].strip(" =\"'\\")
