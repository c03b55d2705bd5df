"""What really differs between the text that was released and the text that was published.

Left aside is what a CMS changes without changing what is said: white space and invisible marks, full and half width,
the shapes of quotation marks and dashes, traditional characters, the title said again at the head of the body, lines
that only name source, author or readers, page furniture, names of attached files, and the numbers or marks that
Word sets before a paragraph. Attachments are compared where the released draft held one of the same name.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from checks.differing import differences
from checks.model import Article
from checks.normalise import folded_character

#: Characters shown on either side of a change, and at most of a side of it.
AROUND, SHOWN = 5, 48
#: Changes with fewer characters between them are told as one.
CLOSE = 3
#: Lines longer than this are no signature, no furniture and no file name.
LONGEST_LINE = 80

_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d\u2500"
_QUOTES = "\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u300c\u300d\u300e\u300f\uff02\uff07\u2032\u2033'"
_LABELS = (
    "信息来源|稿件来源|来源|稿源|作者|供稿单位|供稿|撰稿|通讯员|记者|编辑|责任编辑|责编|审核人|审核|初审|复审|终审|一审|二审|三审"
    "|校对|校核|监制|签发人|签发|发布时间|发布日期|发布人|发布单位|发布机构|浏览次数|浏览量|点击次数|点击数|点击率|点击量|点击"
    "|访问次数|访问量|阅读次数|阅读量|字体大小|字体|字号|分享到|上一篇|上一条|下一篇|下一条"
)
_SIGNATURE = re.compile(rf'[(\[【<"]*(?:{_LABELS})[:][^。?!;,]{{0,40}}')
_FURNITURE = re.compile(
    r"[(\[【]*(?:打印(?:本页|此文|文章)?|关闭(?:窗口|本页|页面)?|返回(?:顶部|上页|首页)?|收藏(?:本页)?|分享|扫一扫.{0,20}|大|中|小"
    r"|[()\[\]【】|/])+"  # each word of a bar of buttons, in any order
)
_FILE = re.compile(
    r"附件[一二三四五六七八九十\d]{0,3}(?:[:、.].{0,70})?|.{1,76}\.(?:docx?|xlsx?|pptx?|pdf|ofd|wps|et|dps|zip|rar|7z|txt|csv|jpe?g|png|gif|bmp|mp[34])",
    re.IGNORECASE,
)
#: What Word sets before a paragraph and a web page may not, or the other way round.
_ENUMERATOR = re.compile(
    r"(?:\(?[一二三四五六七八九十百]{1,4}[)、.,]+|\(?\d{1,3}[)、.,]+|[•·●◆■▪※*\-]+|\uf0b7)"
)


class _Characters(dict[int, str]):
    """What each character is compared as, by its number; "" for what is left aside."""

    def __missing__(self, number: int) -> str:
        c = chr(number)
        if c.isspace() or unicodedata.category(c) in ("Cf", "Cc", "Cs", "Mn"):
            to = ""
        elif c in _QUOTES:
            to = '"'
        elif c in _DASHES:
            to = "-"
        else:
            plain = unicodedata.normalize("NFKD", folded_character(c))
            to = "".join(one for one in plain if not (one.isspace() or unicodedata.combining(one)))
        self[number] = to
        return to


_CHARACTERS = _Characters()


def compared(text: str) -> str:
    """`text` with each character as it is compared."""
    return text.translate(_CHARACTERS)


@dataclass(frozen=True, slots=True)
class Change:
    """One stretch that differs, with a little around it: as released, and as published."""

    released: str
    published: str

    def __str__(self) -> str:
        return f"“{self.released}”变为“{self.published}”"


def title_and_body(article: Article) -> tuple[str, str]:
    """An article's title and body as they are compared; the body without the title said again at its head."""
    title = compared(article.title)
    body = "".join(compared(line) for line in _lines(article.body))
    while title and body.startswith(title):
        body = body.removeprefix(title)
    return title, body


def _lines(text: str) -> Iterator[str]:
    """The lines of a body that say something."""
    for line in text.split("\n"):
        if len(line) <= LONGEST_LINE:
            said = compared(line)
            if _SIGNATURE.fullmatch(said) or _FURNITURE.fullmatch(said) or _FILE.fullmatch(said):
                continue
        yield line


def is_same(released: Article, published: Article) -> bool:
    return not changes(released, published)


def changes(released: Article, published: Article) -> tuple[Change, ...]:
    """What differs, in order; () where nothing does that counts."""
    old, new = _pair(released, published)
    found = [*_changed(old, new)]
    for name, before, after in _attachments(released, published):
        found += [
            Change(f"附件{name}：{one.released}", f"附件{name}：{one.published}")
            for one in _changed([before], [after])
        ]
    return tuple(found)


def _pair(released: Article, published: Article) -> tuple[list[str], list[str]]:
    """Both texts as lines: with their titles, or without where one of them has none anywhere."""
    sides = []
    for one, other in ((released, published), (published, released)):
        lines = [*_lines(one.body)]
        own = compared(one.title)
        if own:
            lines = [one.title, *_without_head(lines, own)]
        elif theirs := compared(other.title):
            rest = _without_head(lines, theirs)
            lines = [other.title, *rest] if theirs else lines
        sides.append(lines)
    return sides[0], sides[1]


def _without_head(lines: Sequence[str], title: str) -> list[str]:
    """The lines after the title said again at their head, if it is: as one line or broken into several."""
    left = list(lines)
    while True:
        said, number = "", 0
        while number < len(left) and len(said) < len(title):
            said += compared(left[number])
            number += 1
        if said != title:
            return left
        left = left[number:]


def _attachments(released: Article, published: Article) -> Iterator[tuple[str, str, str]]:
    theirs = {compared(p.name): p.text for p in published.parts if p.kind == "attachment"}
    for part in released.parts:
        if part.kind == "attachment" and compared(part.name) in theirs:
            yield part.name, part.text, theirs[compared(part.name)]


def unreviewed_attachments(released: Article, published: Article) -> tuple[str, ...]:
    """The names of published attachments that the released draft did not hold: nobody compared them."""
    ours = {compared(part.name) for part in released.parts if part.kind == "attachment"}
    return tuple(
        part.name
        for part in published.parts
        if part.kind == "attachment" and compared(part.name) not in ours
    )


@dataclass(frozen=True, slots=True)
class _Side:
    """A text as it is compared, each character knowing where in `raw` it stands."""

    raw: str
    text: str
    origins: tuple[int, ...]

    @classmethod
    def of(cls, lines: Sequence[str]) -> "_Side":
        raw = "\n".join(lines)
        pieces = [(to, place) for place, c in enumerate(raw) for to in _CHARACTERS[ord(c)]]
        return cls(raw, "".join(to for to, _ in pieces), tuple(place for _, place in pieces))

    def shown(self, start: int, end: int) -> str:
        """What stands from `start` to `end`, a little more on either side, in one line."""
        start, end = max(0, start - AROUND), min(len(self.text), end + AROUND)
        if start == end:
            return ""
        said = " ".join(self.raw[self.origins[start] : self.origins[end - 1] + 1].split())
        return said if len(said) <= SHOWN else f"{said[: SHOWN // 2]}……{said[-SHOWN // 2 :]}"

    def begins_paragraph(self, place: int) -> bool:
        if place >= len(self.origins):
            return False
        before = self.raw[: self.origins[place]]
        return not before.rstrip(" \t\u3000\u00a0") or before.rstrip(" \t\u3000\u00a0")[-1] == "\n"


def _changed(released: Sequence[str], published: Sequence[str]) -> Iterator[Change]:
    if "".join(map(compared, released)) == "".join(map(compared, published)):
        return
    old, new = _Side.of(released), _Side.of(published)
    for start_old, end_old, start_new, end_new in _stretches(differences(old.text, new.text)):
        if not _only_numbered(old, new, start_old, end_old, start_new, end_new):
            yield Change(old.shown(start_old, end_old), new.shown(start_new, end_new))


def _stretches(found: Sequence[tuple[str, str]]) -> Iterator[tuple[int, int, int, int]]:
    """Where two texts differ: start and end in the old and in the new one; what lies close together is one stretch."""
    at_old = at_new = 0
    open_: tuple[int, int, int, int] | None = None
    for kind, text in found:
        if kind == "equal" and open_ and len(text) >= CLOSE:
            yield open_
            open_ = None
        start = (open_[0], open_[2]) if open_ else (at_old, at_new)
        at_old += len(text) if kind != "insert" else 0
        at_new += len(text) if kind != "delete" else 0
        if kind != "equal":
            open_ = (start[0], at_old, start[1], at_new)
    if open_:
        yield open_


def _only_numbered(old: _Side, new: _Side, a: int, b: int, c: int, d: int) -> bool:
    """Whether nothing came or went but a number or mark at the head of a paragraph."""
    return all(
        start == end
        or (_ENUMERATOR.fullmatch(side.text[start:end]) and side.begins_paragraph(start))
        for side, start, end in ((old, a, b), (new, c, d))
    )
