"""A draft as a form hands it in: typed or from a file, with attachments; what could not be read is never passed over."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from fastapi import UploadFile

from checks.model import Article, BadInput, Part
from checks.privacy import masked
from desk.console.rooms.check import own_name, reading_turn
from desk.drafts import draft_of, reason
from desk.utf16 import without_halves
from store.review_rules import LONGEST_TEXT

MOST_ATTACHMENTS = 20


@dataclass(frozen=True, slots=True)
class Written:
    """`unread` are lines on what of the files could not be read: it is not in the text."""

    title: str = ""
    text: str = ""
    attachments: tuple[Part, ...] = ()
    unread: tuple[str, ...] = ()

    def whole(self, what: str) -> "Written":
        """Itself, where all of the files was read.

        Raises:
            BadInput: something was not, and `what` was not done.
        """
        if self.unread:
            raise BadInput(
                f"文件里下列内容没有读出，{what}；请核对文字，补齐后再保存", *self.unread
            )
        return self

    @property
    def article(self) -> Article:
        draft = Article.draft(self.text, title=self.title)
        return replace(draft, parts=(*draft.parts, *self.attachments))


def written(
    title: str,
    text: str,
    file: UploadFile | None = None,
    attachments: Sequence[UploadFile] = (),
    kept: Sequence[Part] = (),
) -> Written:
    """What a form says; a file's text stands in the place of the typed one. `kept` are attachments it had before.

    Raises:
        BadInput: a file cannot be read, or there are too many.
    """
    if len(attachments) + len(kept) > MOST_ATTACHMENTS:
        raise BadInput(f"附件太多；应在{MOST_ATTACHMENTS}个以内")
    unread: list[str] = []
    if _is_there(file):
        text, lines = _text(file)
        unread += lines
    added: dict[str, Part] = {part.name: part for part in kept}
    for one in attachments:
        if _is_there(one):
            said, lines = _text(one)
            unread += lines
            added[own_name(one)] = Part("attachment", own_name(one), said)
    body = without_halves(text.replace("\r\n", "\n")).strip("\n")
    return Written(
        " ".join(without_halves(title).split()), body, tuple(added.values()), tuple(unread)
    )


def written_of(article: Article) -> Written:
    """A text as it stands, for a form that changes it."""
    body = "\n".join(part.text for part in article.parts if part.kind == "body")
    mine = tuple(part for part in article.parts if part.kind == "attachment")
    return Written(article.title, body, mine)


def _is_there(file: Any) -> bool:
    return file is not None and bool(file.filename)


def _text(file: Any) -> tuple[str, list[str]]:
    """The text of a file, its parts one under the other, and what of it could not be read."""
    name = own_name(file)
    with reading_turn():
        draft = draft_of(name, file.file.read())
    text = "\n".join(part.text for part in draft.article.parts)
    if len(text) > LONGEST_TEXT:
        raise BadInput(f"{name}: 太长（{len(text)}字）；应在{LONGEST_TEXT}字以内")
    return text, [masked(f"{name}：{one.what}：{reason(one.why)}") for one in draft.unchecked]
