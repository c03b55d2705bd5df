"""现在审核: a column audit that somebody asks for, and how it goes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import APIRouter, FastAPI, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response

from checks.model import BadInput
from desk.console.audits import Audit, Audits, audits_of
from desk.console.pages import is_htmx, page
from desk.console.rights import Right
from desk.console.seat import Visit, visiting
from reports.column_matrix import STATES, plain_why
from reports.versions import instant

MOST_COLUMNS = 2000


@asynccontextmanager
async def _audits(app: FastAPI) -> AsyncIterator[None]:
    """Audits end with the server."""
    app.state.audits = Audits(app.state.hall)
    try:
        yield
    finally:
        await run_in_threadpool(app.state.audits.close)


router = APIRouter(prefix="/s/{site_id}", lifespan=_audits)
May = Annotated[Visit, visiting(Right.AUDIT)]


@router.post("/columns/audit")
def audit(
    request: Request,
    visit: May,
    column: Annotated[list[str], Form(max_length=MOST_COLUMNS)] = [],  # noqa: B006 - FastAPI copies it
    which: Annotated[str, Form(max_length=16)] = "chosen",
) -> Response:
    """Begin an audit of the columns chosen, or of all.

    Raises:
        BadInput: none is chosen, one is unknown, or an audit of this site is under way.
    """
    known = {one.id for one in visit.site.columns}
    ids = [] if which == "all" else list(dict.fromkeys(column))
    if which != "all" and not ids:
        raise BadInput("还没有选栏目：请先在栏目前打勾，或选“审核全部栏目”")
    if not set(ids) <= known:
        raise BadInput("选的栏目已不在站点文件里，请刷新页面后再选")
    audits_of(request.app).ask(visit.site, ids, visit.seat.shown, visit.today)
    return RedirectResponse(f"/s/{visit.site.id}/columns/audit/now", 303)


@router.get("/columns/audit/now")
def now(request: Request, visit: May) -> Response:
    """The audit under way, or the last one; a browser asks again every second while it runs."""
    last = audits_of(request.app).of(visit.site.id)
    return page(
        visit,
        "columns/audit.html",
        block="audit" if is_htmx(request) else "",
        piece=is_htmx(request),
        audit=last,
        asked=instant(last.asked.replace(tzinfo=None), visit.site.timezone) if last else "",
        ended=instant(last.ended.replace(tzinfo=None), visit.site.timezone) if last and last.ended else "",
        said=_said(last) if last else "",
        columns={one.id: one for one in visit.site.columns},
        units={one.id: one.name for one in visit.site.units},
        lists={one.endpoint or one.url: one.name for one in visit.site.columns},
        states=STATES,
        plain_why=plain_why,
    )  # fmt: skip


def _said(last: Audit) -> str:
    """What came of it in one line, for a screen reader too."""
    if last.state == "running":
        return "正在审核"
    if last.state != "done":
        return "；".join(last.lines)
    found = last.result["columns"]
    unread = [one for one in found if one["state"] == "unread"]
    reasons = list(dict.fromkeys(plain_why(one["why"]) for one in unread))
    if unread and len(unread) == len(found):
        return f"审核结束：{len(found)}个栏目都没有读到（{'；'.join(reasons[:3])}）"
    wrong = sum(one["state"] not in ("ok", "unread") for one in found)
    return f"审核结束：{len(found)}个栏目，{wrong}个有问题，{len(unread)}个未能检查"
