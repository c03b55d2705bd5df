"""审校 (三审三校): drafts listed, written, shown with their findings, versions and history; receipts of released ones."""

from typing import Annotated, Any

from fastapi import APIRouter, File, Form, HTTPException, Query, UploadFile
from fastapi.responses import RedirectResponse, Response

from checks.differing import differences
from checks.model import Article, BadInput
from crawler.address import canonical
from desk.console.downloads import download
from desk.console.draft_view import (
    DONE,
    Attempt,
    checked,
    draft_at,
    draft_page,
    names,
    person,
)
from desk.console.drafting import Written, written, written_of
from desk.console.numbers import Number
from desk.console.pages import page
from desk.console.rights import Right
from desk.console.rooms.check import KINDS, LONGEST_TITLE, result
from desk.console.seat import Visit, visiting
from reports.findings import Document
from reports.receipt import receipt_docx, receipt_of
from reports.versions import instant
from store import database
from store.database import reading
from store.review_matches import matched_draft
from store.review_record import LONGEST_TITLE as KEPT_TITLE
from store.review_rows import (
    DraftRow,
    awaiting,
    draft_rows,
    draft_steps,
    draft_texts,
    newest_text,
    steps_open_to,
)
from store.review_rules import LONGEST_TEXT, Seen
from store.review_states import LABELS, OPEN_TO_AUTHOR, READERS, SENT_BACK
from store.reviews import open_draft, write

router = APIRouter(prefix="/s/{site_id}")
See = Annotated[Visit, visiting(Right.SEE)]
Drafting = Annotated[Visit, visiting(Right.DRAFT)]
#: Drafts on one page, and characters of a text whose versions are compared on a page.
ROWS, MOST_COMPARED = 50, 400_000


def home(visit: Visit) -> str:
    return f"/s/{visit.site.id}/reviews"


@router.get("/reviews")
def drafts(visit: See, state: str = "", unit: str = "", before: int | None = None) -> Response:
    """What waits for this person first, then every draft they may see, the newest first."""
    who = person(visit)
    wanted = visit.seat.unit or (unit if unit in names(visit.site.units) else "")
    states = (state,) if state in LABELS else ()
    with reading(visit.hall.engine) as connection:
        mine = awaiting(connection, visit.site.id, who)
        open_ = draft_rows(
            connection, visit.site.id, unit=visit.seat.unit, states=OPEN_TO_AUTHOR, most=500
        )
        rows = draft_rows(
            connection, visit.site.id, unit=wanted, states=states, most=ROWS + 1, before=before
        )
    return page(
        visit, "reviews/list.html", home=home(visit), mine=_lines(visit, mine[:ROWS]), waiting=len(mine),
        own=_lines(visit, [one for one in open_ if one.author_id == who.id]), rows=_lines(visit, rows[:ROWS]),
        more=rows[ROWS - 1].id if len(rows) > ROWS else None, state=states[0] if states else "", unit=wanted,
        labels=LABELS, writes=visit.seat.may(Right.DRAFT), reads=bool(who.roles & set(READERS.values())), before=before,
    )  # fmt: skip


def _lines(visit: Visit, rows: list[DraftRow]) -> list[dict[str, Any]]:
    units = names(visit.site.units)
    return [
        {
            "row": one,
            "label": LABELS[one.state],
            "unit": units.get(one.unit, one.unit),
            "changed": instant(one.changed, visit.site.timezone),
        }
        for one in rows
    ]


@router.get("/reviews/new")
def blank(visit: Drafting) -> Response:
    return _form(visit, Written())


@router.post("/reviews/new")
def handed_over(
    visit: Drafting,
    title: Annotated[str, Form(max_length=LONGEST_TITLE)] = "",
    text: Annotated[str, Form(max_length=LONGEST_TEXT)] = "",
) -> Response:
    """The form with a text that another page hands over (送审): nothing is kept yet."""
    return _form(visit, written(title, text))


def _form(
    visit: Visit,
    draft: Written,
    *,
    lines: tuple[str, ...] = (),
    unit: str = "",
    column: str = "",
) -> Response:
    return page(
        visit, "reviews/new.html", status=400 if lines else 200, home=home(visit), draft=draft, lines=lines,
        unit=unit or visit.seat.unit, column=column, kinds=",".join(KINDS), longest=KEPT_TITLE,
        most=visit.hall.settings.upload_bytes >> 20, writes=visit.seat.may(Right.DRAFT),
    )  # fmt: skip


@router.post("/reviews")
def open_new(
    visit: Drafting,
    title: Annotated[str, Form(max_length=LONGEST_TITLE)] = "",
    text: Annotated[str, Form(max_length=LONGEST_TEXT)] = "",
    unit: Annotated[str, Form(max_length=64)] = "",
    column: Annotated[str, Form(max_length=64)] = "",
    file: Annotated[UploadFile | None, File()] = None,
    attachments: Annotated[list[UploadFile] | None, File()] = None,
) -> Response:
    """A new draft. What of a file could not be read is told first, and nothing is kept."""
    draft = Written(title, text)
    unit = unit or visit.seat.unit
    try:
        draft = written(title, text, file, attachments or ())
        article = draft.whole("稿件还没有保存").article
        lists_hash = visit.hall.checker(visit.site.id).lists_hash
        number = database.written(
            visit.hall.engine,
            lambda connection: open_draft(
                connection, visit.site, article, person(visit), unit=unit, lists_hash=lists_hash,
                at=visit.hall.now(), column=column,
            ),
        )  # fmt: skip
    except BadInput as error:
        return _form(visit, draft, lines=tuple(error.lines), unit=unit, column=column)
    return RedirectResponse(f"{home(visit)}/{number}?done=open", 303)


@router.get("/reviews/of")
def draft_of_page(visit: See, url: Annotated[str, Query(max_length=2083)] = "") -> Response:
    """The draft that was released for the page at an address, as the night matched them."""
    with reading(visit.hall.engine) as connection:
        number = matched_draft(connection, visit.site.id, canonical(url))
        if number is None:
            raise HTTPException(404, "没有找到这个网页的签发稿")
        draft_at(connection, visit, number)
    return RedirectResponse(f"{home(visit)}/{number}#published-title", 303)


@router.get("/reviews/{number:int}")
def one(visit: See, number: Number, text: int = 0, done: str = "") -> Response:
    return shown(visit, number, Attempt(), text=text, done=DONE.get(done, ""))


def shown(
    visit: Visit, number: int, attempt: Attempt, *, text: int = 0, done: str = ""
) -> Response:
    """The page of a draft; with what was refused, where something was."""
    more = draft_page(visit, number, text, attempt)
    status = 409 if attempt.lines else 200
    return page(visit, "reviews/draft.html", status=status, home=home(visit), done=done, **more)


@router.get("/reviews/{number:int}/differences")
def compared(visit: See, number: Number, old: int = 0, new: int = 0) -> Response:
    """What changed from one text of a draft to another; 0 and 0: from the last but one to the newest."""
    with reading(visit.hall.engine) as connection:
        row = draft_at(connection, visit, number)
        texts = draft_texts(connection, number)
    new = new or len(texts)
    old = old or max(new - 1, 1)
    if not (1 <= old <= len(texts) and 1 <= new <= len(texts)):
        raise HTTPException(404, f"稿件{number}没有这两稿")
    before, after = (texts[n - 1].article for n in (old, new))
    pieces, why = [], ""
    if before is None or after is None:
        why = "文本已按规定清理，不能比较"
    elif len(_all(before)) + len(_all(after)) > MOST_COMPARED:
        why = f"文本超过{MOST_COMPARED // 10000}万字，不能在网页上比较"
    else:
        pieces = differences(_all(before), _all(after))
    return page(
        visit, "reviews/differences.html", home=home(visit), row=row, old=old, new=new, pieces=pieces, why=why,
        texts=[(one, instant(one.at, visit.site.timezone)) for one in texts],
    )  # fmt: skip


def _all(article: Article) -> str:
    return "\n\n".join(
        f"{part.name}\n{part.text}" if part.kind == "attachment" else part.text
        for part in article.parts
    )


@router.get("/reviews/{number:int}/write")
def editor(visit: Drafting, number: Number) -> Response:
    return _editor(visit, number)


def _editor(
    visit: Visit, number: int, draft: Written | None = None, *, lines: tuple[str, ...] = ()
) -> Response:
    """The text to be changed, with what was found in it and what its last reader asked for."""
    with reading(visit.hall.engine) as connection:
        row = draft_at(connection, visit, number)
        may = steps_open_to(connection, visit.site.id, number, person(visit))
        article = newest_text(connection, number).article
        readings = [s for s in draft_steps(connection, number) if s.verdict == SENT_BACK]
    if article is None or ("write" not in may and not lines):
        raise HTTPException(409, f"稿件{number}：现为“{LABELS[row.state]}”，您现在不能修改这篇稿件")
    now = draft or written_of(article)
    judged = checked(visit, now.article)
    document = Document(
        row.title, now.article, judged.judgement.findings, judged.judgement.unchecked
    )
    return page(
        visit, "reviews/write.html", status=409 if lines else 200, home=home(visit), row=row, draft=now,
        lines=lines, result=result(document, visit.hall.checker(visit.site.id).titles), kinds=",".join(KINDS),
        asked=readings[-1] if readings else None, longest=KEPT_TITLE, kept=written_of(article).attachments,
    )  # fmt: skip


@router.post("/reviews/{number:int}/write")
def rewrite(
    visit: Drafting,
    number: Number,
    text_hash: Annotated[str, Form(max_length=64)],
    state: Annotated[str, Form(max_length=16)],
    title: Annotated[str, Form(max_length=LONGEST_TITLE)] = "",
    text: Annotated[str, Form(max_length=LONGEST_TEXT)] = "",
    keep: Annotated[list[str] | None, Form()] = None,
    attachments: Annotated[list[UploadFile] | None, File()] = None,
) -> Response:
    """A new text of a draft that is open to its author. The same text again changes nothing."""
    with reading(visit.hall.engine) as connection:
        draft_at(connection, visit, number)
        text_now = newest_text(connection, number).article
    had = written_of(text_now).attachments if text_now else ()
    kept = [part for part in had if part.name in (keep or ())]
    draft = Written(title, text, tuple(kept))
    try:
        draft = written(title, text, None, attachments or (), kept)
        article = draft.whole("没有保存").article
        lists_hash = visit.hall.checker(visit.site.id).lists_hash
        is_new = database.written(
            visit.hall.engine,
            lambda connection: write(
                connection, visit.site, number, person(visit), article=article, seen=Seen(text_hash, state),
                lists_hash=lists_hash, at=visit.hall.now(),
            ),
        )  # fmt: skip
    except BadInput as error:
        return _editor(visit, number, draft, lines=tuple(error.lines))
    return RedirectResponse(f"{home(visit)}/{number}?done={'write' if is_new else 'same'}", 303)


@router.get("/reviews/{number:int}/receipt.docx")
def receipt(visit: See, number: Number) -> Response:
    """审校签发单 of a released draft."""
    with reading(visit.hall.engine) as connection:
        draft_at(connection, visit, number)
        told = receipt_of(connection, visit.site, number, unit=visit.seat.unit)
    return download(receipt_docx(visit.site, told), f"审校签发单-{visit.site.id}-{number}.docx")
