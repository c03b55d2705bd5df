"""The attachments of one article on their way: wanted, fetched, read, or said to be unread."""

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar, Protocol

from scrapy.http import Response

from checks.model import Part, Unchecked
from crawler.guard import refusal
from crawler.page import Attachment
from store.articles import stored_article
from store.database import reading

if TYPE_CHECKING:
    from crawler.lists import Night

#: Reasons that may be gone the next night: then the article is asked for whole again.
PASSING = ("timeout", "dns", "refused", "tls", "http-5")


class AttachedText(Protocol):
    """What an attachment says: its parts, and what of it could not be read."""

    @property
    def parts(self) -> tuple[Part, ...]: ...
    @property
    def unchecked(self) -> tuple[Unchecked, ...]: ...


class Reader(Protocol):
    """The process that reads attachments."""

    async def text(self, name: str, body: bytes) -> AttachedText: ...
    def close(self) -> None: ...


@dataclass(slots=True)
class Files:
    """`parts` are the texts read so far, `unchecked` what could not be read.

    `settled` once nothing more is wanted; `lacking` when something of the article failed for a reason that
    may pass. `fetched` are the attachments as they came, by name.
    """

    #: Bytes of one attachment, and attachments of one article, that are read.
    MOST_BYTES: ClassVar[int] = 50 * 1024 * 1024
    MOST: ClassVar[int] = 50

    parts: tuple[Part, ...] = ()
    unchecked: list[Unchecked] = field(default_factory=list)
    settled: bool = False
    lacking: bool = False
    fetched: dict[str, Response] = field(default_factory=dict)
    _left: deque[Attachment] = field(default_factory=deque)
    _unread: dict[str, str] = field(default_factory=dict)

    def want(self, attachments: Sequence[Attachment], night: "Night") -> None:
        """Note what an article attaches: each once, of the site's own hosts, as many as are allowed."""
        distinct = _named_apart({one.url: one for one in attachments}.values())
        if night.site.attachments == "off":
            self._said(distinct, "附件不读取（站点文件 attachments: off）")
            return
        for one in distinct[: self.MOST]:
            error = refusal(one.url, night.site.hosts)
            if error is None and night.is_own(one.url):
                self._left.append(one)
            else:
                self.unread(one, error.why if error else "站外附件不读取")
        self._said(distinct[self.MOST :], f"too-large 一篇文章的附件超过{self.MOST}个")

    def _said(self, attachments: Sequence[Attachment], why: str) -> None:
        self.unchecked += [Unchecked(_named(one), why) for one in attachments]

    def next(self) -> Attachment | None:
        """The attachment to fetch next, None when there is no more."""
        return self._left.popleft() if self._left else None

    async def read(self, wanted: Attachment, response: Response, night: "Night") -> None:
        """Read one that was fetched, in the reading process."""
        done = await night.attachments.text(wanted.name, response.body)
        self.fetched[wanted.name] = response
        self.parts += done.parts
        self.unchecked += [
            Unchecked(f"{_named(wanted)} {one.what}", one.why) for one in done.unchecked
        ]

    def unread(self, wanted: Attachment, why: str) -> None:
        """Note one that could not be fetched."""
        self._unread[wanted.name] = why
        self.unchecked.append(Unchecked(_named(wanted), why))
        self.lacking = self.lacking or why.startswith(PASSING)

    def settle(self, night: "Night", url: str) -> None:
        """Nothing more is wanted. What was read of an attachment before stands where it could not be fetched now."""
        self.settled = True
        if not self._unread:
            return
        with reading(night.database()) as connection:
            known = stored_article(connection, night.site.id, url)
        if known is not None:
            self.parts += tuple(
                part
                for part in known.parts
                if part.kind == "attachment" and attachment_of(part.name, self._unread)
            )


def _named_apart(attachments: Iterable[Attachment]) -> list[Attachment]:
    """The attachments with names that tell them apart: pages like to call each one 附件下载."""
    met: Counter[str] = Counter()
    apart = []
    for one in attachments:
        met[one.name] += 1
        count = met[one.name]
        apart.append(replace(one, name=f"{one.name}（{count}）") if count > 1 else one)
    return apart


def attachment_of(part: str, names: Iterable[str]) -> str:
    """The attachment a part called `part` was read from: itself, or the archive it lay in; "" for none."""
    return next((name for name in names if part == name or part.startswith(f"{name}/")), "")


def _named(one: Attachment) -> str:
    return f"附件 {one.name} {one.url}"
