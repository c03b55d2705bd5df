"""检查稿件: a text is checked while it is typed, a file when it is handed in. Nothing of either is kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from threading import BoundedSemaphore
from typing import Annotated, Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from fastapi import APIRouter, File, Form, HTTPException, UploadFile
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel

from checks.checker import without_personal_data
from checks.model import Article, BadInput, Finding, Part, Severity, Unchecked
from checks.places import place_at
from checks.privacy import masked
from desk.console.downloads import download
from desk.console.hall import utc
from desk.console.marks import lines_with, notes
from desk.console.pages import is_htmx, page
from desk.console.rights import Right
from desk.console.seat import Visit, visiting
from desk.drafts import Draft, draft_of, reason
from desk.utf16 import without_halves
from desk.word import mark
from desk.word.convert import as_word
from reports.findings import Document

router = APIRouter(prefix="/s/{site_id}")
Here = Annotated[Visit, visiting(Right.CHECK)]

#: Characters that are checked as they are typed; more is handed in as a file.
TYPED = 500_000
LONGEST_TITLE, LONGEST_NAME = 1000, 200
#: Findings told of a text that is being typed, and listed of a file.
TOLD, LISTED = 500, 3000
#: Characters a file may hold; a text longer than this is several texts.
MOST_CHARACTERS = 3_000_000
#: Characters of a part shown whole; of a longer one the lines with findings.
WHOLE = 100_000
#: Files read at the same time, and seconds that one waits for its turn.
READERS = BoundedSemaphore(2)
PATIENCE = 20.0
#: How the names of files end that can be read.
KINDS = (
    ".docx", ".doc", ".wps", ".rtf", ".odt", ".pdf", ".ofd", ".xlsx", ".xls", ".et", ".ods", ".csv",
    ".txt", ".html", ".htm", ".zip",
)  # fmt: skip


#: Of those, the ones that can be given back with comments.
WORD = (".docx", ".docm", ".doc", ".wps", ".rtf", ".odt")


class Typed(BaseModel):
    """A text as it stands in the editor. `published` None: judged by today."""

    text: str = ""
    title: str = ""
    published: date | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A part as the page shows it. `place` names it ("" for the only body)."""

    name: str
    lines: tuple[Any, ...]
    whole: bool


@router.get("/check")
def room(visit: Here) -> Response:
    return page(visit, "check/room.html", **_about(visit))


def _about(visit: Visit) -> dict[str, Any]:
    return {
        "kinds": ",".join(KINDS),
        "most": visit.hall.settings.upload_bytes,
        "result": None,
        "typed": Typed(),
    }


@router.post("/check/now")
def check_now(visit: Here, typed: Typed) -> Response:
    """What is wrong with the text as it stands. JSON: `notes` (desk/console/marks.py) and what was not checked."""
    if len(typed.text) > TYPED:
        raise HTTPException(
            413, f"文字超过{TYPED // 10000}万字，不能边写边查；请存成文件后用“检查文件”"
        )
    if len(typed.title) > LONGEST_TITLE:
        raise HTTPException(413, f"标题超过{LONGEST_TITLE}字，请核对")
    article = Article.draft(
        without_halves(typed.text), title=without_halves(typed.title), published=typed.published
    )
    checker = visit.hall.checker(visit.site.id)
    judged = checker.judged(article, today=visit.today)
    visit.request.app.state.metrics.checked("page", judged.findings)
    told = judged.findings[:TOLD]
    return JSONResponse(
        {
            "notes": notes(article, told, checker.titles),
            "beyond": len(judged.findings) - len(told),
            "unchecked": [f"{one.what}：{reason(one.why)}" for one in judged.unchecked],
        }
    )


@router.post("/check")
def check_draft(
    visit: Here,
    file: Annotated[UploadFile | None, File()] = None,
    text: Annotated[str, Form(max_length=TYPED)] = "",
    title: Annotated[str, Form(max_length=LONGEST_TITLE)] = "",
    published: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """The draft handed in, a file or (without JavaScript) the text of the form, and what is wrong with it."""
    day = day_of(published)
    if file is not None and file.filename:
        with reading_turn():
            document = judged(visit, draft_of(own_name(file), file.file.read(), day))
    elif text.strip():
        clear = without_halves(text.replace("\r\n", "\n"))
        article = Article.draft(clear, title=without_halves(title), published=day)
        document = judged(visit, Draft(masked(title) or "粘贴的文字", article))
    else:
        raise BadInput("没有选择文件，也没有文字；请选择稿件文件，或把文字粘贴到正文框")
    shown = result(document, visit.hall.checker(visit.site.id).titles)
    about = _about(visit) | {"result": shown, "typed": Typed(text=text, title=title, published=day)}
    return page(visit, "check/room.html", block="result" if is_htmx(visit.request) else "", **about)


@router.post("/check/word")
def word_with_comments(
    visit: Here,
    file: Annotated[UploadFile, File()],
    published: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """The Word file handed in with a comment on each finding; `X-Said` says (percent-encoded) how many."""
    name, day = own_name(file), day_of(published)
    with reading_turn():
        raw = as_word(name, file.file.read())
        document = judged(visit, draft_of(name, raw, day))
        marked = mark(raw, document, at=local(visit))
    response = download(marked.body, f"{name.rpartition('.')[0]}_批注{marked.suffix}")
    response.headers["X-Said"] = quote("；".join((marked.said(), *marked.notes)))
    return response


def local(visit: Visit) -> datetime:
    """The instant as the site's clocks show it."""
    return utc(visit.hall.now()).astimezone(ZoneInfo(visit.site.timezone))


def day_of(published: str) -> date | None:
    """The 发布日期 of a form.

    Raises:
        BadInput: it is no day.
    """
    try:
        return date.fromisoformat(published) if published else None
    except ValueError:
        raise BadInput(f"发布日期“{published}”不对；应如 2025-09-30") from None


@contextmanager
def reading_turn() -> Iterator[None]:
    """A turn at reading a file: a few at once, so that those who type are not kept waiting.

    Raises:
        HTTPException: 503, too many before this one.
    """
    if not READERS.acquire(timeout=PATIENCE):
        raise HTTPException(503, "同时检查的文件太多，请过一会儿再试", {"Retry-After": "30"})
    try:
        yield
    finally:
        READERS.release()


def own_name(file: UploadFile) -> str:
    """What an uploaded file is called, as it may be shown."""
    return masked((file.filename or "").replace("\\", "/").rpartition("/")[2])[-LONGEST_NAME:]


def judged(visit: Visit, draft: Draft) -> Document:
    """The draft as checked by the site's lists, personal numbers masked.

    Raises:
        BadInput: it is too long to be one text.
    """
    length = sum(len(part.text) for part in draft.article.parts)
    if length > MOST_CHARACTERS:
        raise BadInput(
            f"{draft.name}: 共{length // 10000}万字，超过上限{MOST_CHARACTERS // 10000}万字，请拆分后检查"
        )
    done = visit.hall.checker(visit.site.id).judged(draft.article, today=visit.today)
    visit.request.app.state.metrics.checked("page", done.findings)
    kept = without_personal_data(draft.article)
    return Document(draft.name, kept, done.findings, (*draft.unchecked, *done.unchecked))


def result(document: Document, titles: dict[str, str]) -> dict[str, Any]:
    """What the page shows of a checked draft."""
    findings = document.findings[:LISTED]
    return {
        "name": document.name,
        "word": document.name.lower().endswith(WORD),
        "counts": [
            (severity, sum(one.severity is severity for one in document.findings))
            for severity in sorted(Severity, reverse=True)
        ],
        "rows": [_row(document.article.parts, one, titles) for one in findings],
        "beyond": len(document.findings) - len(findings),
        "parts": _parts(document.article.parts, findings),
        "unchecked": [_untold(one) for one in document.unchecked],
        "characters": sum(len(part.text) for part in document.article.parts),
    }


def _untold(one: Unchecked) -> tuple[str, str]:
    return one.what, reason(one.why)


def _row(parts: tuple[Part, ...], one: Finding, titles: dict[str, str]) -> dict[str, Any]:
    part = parts[one.part]
    place = place_at(part, one.span.start)
    return {
        "finding": one,
        "rule": titles.get(one.rule, one.rule),
        "place": "，".join(said for said in (_named(part), place) if said),
    }


def _named(part: Part) -> str:
    return {"title": "标题", "body": ""}.get(part.kind) or part.name


def _parts(parts: tuple[Part, ...], findings: tuple[Finding, ...]) -> list[Shown]:
    shown = []
    for number, part in enumerate(parts):
        spans = [(n, one.span) for n, one in enumerate(findings) if one.part == number]
        whole = len(part.text) <= WHOLE
        lines = tuple(lines_with(part.text, spans, only_marked=not whole))
        shown.append(Shown(_named(part), lines, whole))
    return shown
