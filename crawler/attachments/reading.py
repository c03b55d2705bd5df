"""What reading an attachment gives, the bounds it is read within, and why one cannot be read."""

import re
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lxml import etree

from checks.model import Part, Unchecked

#: Bytes of one attachment, as fetched or as a member of an archive.
BYTES = 50 * 1024 * 1024
#: Bytes all members of an archive, or all parts of a document, may unpack to.
UNPACKED = 200 * 1024 * 1024
#: How many times its packed size a member may hold; small ones are let through.
RATIO = 200
RATIO_FROM = 10 * 1024 * 1024
#: Code points of one attachment, all members of an archive together.
CHARACTERS = 2_000_000
PAGES = 2_000
#: Members of an archive and of the archives in it, and how deep those may lie.
MEMBERS = 200
DEPTH = 2
#: Stretches of one part that have a label of their own.
PLACES = 20_000
LONGEST_NAME = 200

#: What a broken or hostile file may raise, in our own code and in the libraries'; it costs that file.
MALFORMED = (
    etree.LxmlError, zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError,
    ArithmeticError, AttributeError, LookupError, SyntaxError, TypeError, ValueError,
)  # fmt: skip

_BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_UNSEEN = re.compile("[\\0\ufeff\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class AttachmentText:
    """An attachment's text, a part a file (an archive has several), and what of it could not be read."""

    parts: tuple[Part, ...] = ()
    unchecked: tuple[Unchecked, ...] = ()

    def __add__(self, other: "AttachmentText") -> "AttachmentText":
        return AttachmentText(self.parts + other.parts, self.unchecked + other.unchecked)


class AttachmentError(Exception):
    """A file cannot be read. Its text is the reason in Chinese, after a reason code where one fits."""


@dataclass(slots=True)
class Room:
    """What is left of the bounds for one attachment and all members of it. `ocr`: pictures are read too."""

    ocr: bool = False
    characters: int = CHARACTERS
    unpacked: int = UNPACKED
    members: int = MEMBERS
    depth: int = 0

    def take(self, unpacked: int) -> None:
        """Account for bytes about to be unpacked.

        Raises:
            AttachmentError: there is no room for them.
        """
        if unpacked > self.unpacked:
            raise AttachmentError(f"too-large 解压后合计超过{UNPACKED >> 20}MB，未读")
        self.unpacked -= unpacked


class Text:
    """A part's text while it is put together: stretches in order, each with the label of its place."""

    def __init__(self, name: str, room: Room) -> None:
        self._name = name
        self._room = room
        self._pieces: list[str] = []
        self._places: list[tuple[int, str]] = []
        self._length = 0
        self.full = False

    def add(self, text: str, label: str = "", between: str = "\n") -> int | None:
        """Append a stretch after `between`; one of white space alone is left out.

        Beyond the attachment's room for text nothing is taken; `full` then says so. Gives the code
        point of the part where the stretch begins, None where it was left out.
        """
        text = plain_lines(text)
        if not text or self.full:
            return None
        if self._pieces:
            self._take(between)
        if label and (not self._places or self._places[-1][1] != label):
            self._place(label)
        start = self._length
        self._take(text)
        return start

    def _place(self, label: str) -> None:
        if len(self._places) < PLACES:
            later = "以后" if len(self._places) == PLACES - 1 else ""
            self._places.append((self._length, label + later))

    def _take(self, text: str) -> None:
        taken = text[: self._room.characters]
        self.full = len(taken) < len(text)
        self._room.characters -= len(taken)
        self._length += len(taken)
        self._pieces.append(taken)

    def read(self, unchecked: Iterable[Unchecked] = ()) -> AttachmentText:
        """The part put together, and what of it was left out."""
        text = "".join(self._pieces)
        places = tuple(one for one in self._places if one[0] < len(text))
        parts = (Part("attachment", self._name, text, places),) if text else ()
        cut = (
            not_checked(self._name, f"too-large 文字超过{CHARACTERS // 10000}万字，其余部分未检查"),
        )
        return AttachmentText(parts, (*unchecked, *(cut if self.full else ())))


def plain_lines(text: str) -> str:
    """`text` with one kind of line break, without marks nobody sees, trimmed."""
    return _UNSEEN.sub("", _BREAKS.sub("\n", text)).strip()


def plain_origins(text: str) -> Sequence[int]:
    """Which code point of `text` each one of `plain_lines(text)` comes from; of two that are one break the first."""
    if not _UNSEEN.search(text) and "\r" not in text:
        lead = len(text) - len(text.lstrip())
        return range(lead, max(lead, len(text.rstrip())))
    kept = [
        at
        for at, sign in enumerate(text)
        if not _UNSEEN.match(sign) and not (sign == "\n" and text[at - 1 : at] == "\r")
    ]
    seen = [at for at in kept if not text[at].isspace()]
    return [at for at in kept if seen and seen[0] <= at <= seen[-1]]


def not_checked(name: str, why: str, place: str = "") -> Unchecked:
    return Unchecked(f"附件 {name} {place}".rstrip(), why)


def numbered(numbers: Iterable[int]) -> str:
    """Ascending numbers for people: 1—3、7."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return "、".join(str(a) if a == b else f"{a}—{b}" for a, b in runs)
