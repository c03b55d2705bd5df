"""The generic rung: title, day and source of a page that neither tags nor family tell."""

import itertools
import json
import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from checks.model import plain
from crawler.body import CHROME
from crawler.dates import first_day
from crawler.selectors import xpath
from crawler.text import block_text, inline_text

_SUFFIX = re.compile(r"\s*(?:[-_|—–]{1,2}|--|——|::)\s*")


PUBLISHED = re.compile(
    r"(?:发布(?:日期|时间)|发文时间|发表(?:日期|时间)|公开(?:日期|时间)|上传时间|录入时间|更新(?:日期|时间)|时间|日期)\s*[:\uff1a】]\s*(.{6,40})"
)


WRITTEN = re.compile(
    r"(?:成文|生成|印发|制发|发文|签发|施行|实施|生效|废止|失效|截止|开标)(?:日期|时间)\s*[:\uff1a】]?\s*"
    r"((?:(?:19|20)\d{2}|[一二][〇○零一二三四五六七八九]{3})\s*[-/.年]\s*[\d一二三四五六七八九十]{1,3}\s*[-/.月]\s*[\d一二三四五六七八九十]{1,3}日?)"
)


_NO_DATE_LINE = re.compile(r"今天是|现在是|当前时间|今日|版权|Copyright|备案|©|更新于|截[至止]")


_SOURCE = re.compile(
    r"(?:信息来源|文章来源|稿件来源|新闻来源|内容来源|来源于?|发布机构|发布单位|发布部门|供稿单位|供稿)\s*[:\uff1a]\s*([^\n]{2,60})"
)


_SOURCE_END = re.compile(
    r"\s|作者|记者|编辑|责编|审核|发布|时间|日期|浏览|点击|阅读|访问|字体|字号|【|\[|分享|举报|收藏|关注|参与互动|打印|(?:19|20)\d{2}[-年/.]"
)


_TAIL = " ,;)】]\uff0c\uff1b\uff09"


_HEADINGS = xpath(
    "//h1|//h2|//h3|//h4|//h5|//*[contains(@class,'title') or contains(@class,'Title') or contains(@id,'title') or contains(@class,'headline') or contains(@class,'bt')]"
)


_JSON_LD = xpath("//script[@type='application/ld+json']/text()")


_TIMES = xpath("//time[@datetime]/@datetime")


_OTHER_DATES = (
    "article:published_time",
    "og:published_time",
    "publishdate",
    "pubdate",
    "datepublished",
    "weibo: article:create_at",
    "og:release_date",
    "releasedate",
    "publish_time",
    "publish-date",
    "article:create_at",
    "og:time",
    "apub:time",
    "date",
)


def line_above_date(lines: list[str]) -> str:
    """The line above the first labelled date: the title where <title> names only the column."""
    for above, line in itertools.pairwise(lines):
        if len(line) < 120 and labelled_day([line], PUBLISHED) and 9 <= len(above) <= 100:
            return above
    return ""


def guessed_title(tree: Any, metas: Mapping[str, str]) -> str:
    """The heading that <title> repeats, else <title> or og:title without the site's name."""
    whole = page_title(tree) or meta(metas, "og:title")
    wanted = plain(whole)
    best = ""
    for node in _HEADINGS(tree):
        said = inline_text(node)
        if 4 <= len(said) <= 150:
            key = plain(said)
            if key in wanted and len(key) > len(plain(best)):
                best = said
    if len(plain(best)) * 3 >= len(plain(_without_site(whole))):
        return best
    for node in _HEADINGS(tree):
        if node.tag == "h1" and 6 <= len(said := inline_text(node)) <= 120 and not whole:
            return said
    return _without_site(whole)


def _without_site(title: str) -> str:
    """<title> up to the last mark that parts it from the site's or column's name."""
    pieces = _SUFFIX.split(title)
    if len(pieces) == 1:
        return title.strip()
    longest = max(pieces, key=len)
    if len(pieces[0]) * 2 < len(longest):
        return longest.strip()
    kept = [pieces[0]]
    place = len(pieces[0])
    for piece in pieces[1:]:
        if len(piece) <= 14 or re.search(r"[网站报台社频道]$|政府|新闻|资讯|中心", piece):
            break
        place = title.index(piece, place) + len(piece)
        kept.append(piece)
    return title[:place].strip()


def page_lines(tree: Any) -> list[str]:
    """The page's lines without header, footer and navigation."""
    body = tree.find("body")
    return block_text(tree if body is None else body, without=CHROME(tree)).split("\n")


def labelled_day(lines: Iterable[str], label: re.Pattern[str]) -> date | None:
    for line in lines:
        for hit in label.finditer(line):
            if found := first_day(hit[1]):
                return found
    return None


def guessed_day(tree: Any, metas: Mapping[str, str], lines: list[str], title: str) -> date | None:
    """A declared day; else a labelled one; else the first beside or below the title."""
    declared = [metas.get(name, "") for name in _OTHER_DATES]
    declared += [day for text in _JSON_LD(tree) for day in _linked_data_days(text)]
    for said in declared:
        if found := first_day(said):
            return found
    bare = [WRITTEN.sub("", line) for line in lines]
    if found := labelled_day((one for one in bare if not _NO_DATE_LINE.search(one)), PUBLISHED):
        return found
    for said in _TIMES(tree):
        if found := first_day(said):
            return found
    key = plain(title)
    places = [i for i, line in enumerate(bare) if key and key[:20] in plain(line)]
    for start in [*places, 0]:
        for line in bare[start : start + (12 if places else 40)]:
            if len(line) < 120 and not _NO_DATE_LINE.search(line) and (found := first_day(line)):
                return found
    return None


def _linked_data_days(text: str) -> list[str]:
    """DatePublished or pubDate of a JSON-LD block."""
    try:
        data = json.loads(text)
    except ValueError:
        return []
    many = data if isinstance(data, list) else [data]
    days = (one.get("datePublished") or one.get("pubDate") for one in many if isinstance(one, dict))
    return [day for day in days if isinstance(day, str)]


def after_label(line: str, *, labelled: bool = False) -> str:
    hit = _SOURCE.search(line)
    if hit is None:
        return "" if labelled else line.strip()[:60]
    return _SOURCE_END.split(hit[1].strip(), maxsplit=1)[0].rstrip(_TAIL)


def page_title(tree: Any) -> str:
    return " ".join("".join(_TITLE(tree)[:3]).split())


_TITLE = xpath("//head/title//text()|//title//text()")


def meta(metas: Mapping[str, str], *names: str) -> str:
    return next((metas[name] for name in names if metas.get(name)), "")
