"""For programs: /api/v1, with a token (Authorization: Bearer …), described in /api/openapi.json.

A unit's token gets its own unit's findings and figures, a column only where the unit is named for it.
"""

from datetime import date
from hashlib import sha256
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request

from checks.checker import without_personal_data
from checks.model import Article, BadInput, Column, Site
from checks.model import Severity as Weight
from checks.model import Unchecked as NotLookedAt
from checks.privacy import masked
from desk.console.api_models import (
    MOST_PAGE,
    CheckAnswer,
    CheckRequest,
    ColumnsAnswer,
    CountsAnswer,
    FindingsAnswer,
    GateAnswer,
    Told,
)
from desk.console.hall import hall_of, utc
from desk.console.numbers import MOST
from desk.console.rights import Right
from desk.console.seat import Seat, Visit, needs, visiting
from reports.counts import counts_json, unit_counts
from reports.findings import Document, documents_json, finding_json, unchecked_json
from store.database import reading
from store.finding_pages import Numbered, finding_page
from store.last_looks import Look, last_looks, last_unchecked
from store.states import LABELS, STANDING, label_of

REFUSED: dict[int | str, dict[str, Any]] = {
    400: {"model": Told, "description": "请求有误"},
    401: {"model": Told, "description": "没有令牌，或令牌无效"},
    403: {"model": Told, "description": "没有这项权限"},
    404: {"model": Told, "description": "没有这个站点"},
    413: {"model": Told, "description": "内容太大"},
    422: {"model": Told, "description": "请求的内容不对"},
    503: {"model": Told, "description": "数据库暂时不能用"},
}
router = APIRouter(prefix="/api/v1", responses=REFUSED, tags=["检查与查询"])
NEVER = "还没有检查过"
SiteId = Annotated[str, Query(max_length=64, description="站点id；只有一个站点时可不写")]


def _site(request: Request, seat: Seat, site_id: str) -> Site | None:
    """The site named, or the only one; None where none is and none need be.

    Raises:
        HTTPException: 404, no such site for this seat.
    """
    mine = {id: one for id, one in hall_of(request).sites.items() if seat.site in ("", id)}
    if not site_id and len(mine) == 1:
        return next(iter(mine.values()))
    if site_id and site_id not in mine:
        raise HTTPException(404, "没有这个站点")
    return mine.get(site_id)


@router.post("/check", summary="检查一篇文字", response_model_exclude_none=True)
def check(
    request: Request, seat: Annotated[Seat, needs(Right.CHECK)], asked: CheckRequest, site_id: SiteId = ""
) -> CheckAnswer:  # fmt: skip
    """按站点的词表和规则检查一篇文字；什么都不保存。"""
    document, lists = _checked(request, seat, asked, site_id, "api")
    return CheckAnswer.model_validate(documents_json([document], lists))


@router.post("/drafts", summary="发布前把关", response_model_exclude_none=True)
def gate(
    request: Request, seat: Annotated[Seat, needs(Right.CHECK)], asked: CheckRequest, site_id: SiteId = ""
) -> GateAnswer:  # fmt: skip
    """供网站后台在发布前调用：有严重错误为block，有一般错误或未能检查的内容为warn，否则为pass。"""
    document, lists = _checked(request, seat, asked, site_id, "draft")
    text_hash = document.article.text_hash
    said = documents_json([document], lists) | {
        "verdict": _verdict(document),
        "id": sha256(f"{text_hash} {lists}".encode()).hexdigest(),
        "text_hash": text_hash,
    }
    return GateAnswer.model_validate(said)


def _checked(
    request: Request, seat: Seat, asked: CheckRequest, site_id: str, door: str
) -> tuple[Document, str]:
    """The text as it was judged, with personal numbers masked, and the lists' hash."""
    hall = hall_of(request)
    site = _site(request, seat, site_id)
    checker = hall.checker(site.id if site else "")
    article = Article.draft(asked.text, title=asked.title, published=asked.published)
    day = hall.today(site) if site else hall.now().date()
    judged = checker.judged(article, today=day)
    request.app.state.metrics.checked(door, judged.findings)
    kept = without_personal_data(article)
    return Document(masked(asked.name), kept, judged.findings, judged.unchecked), checker.lists_hash


def _verdict(document: Document) -> str:
    worst = max((one.severity for one in document.findings), default=Weight.SUGGESTION)
    if worst is Weight.ERROR:
        return "block"
    return "warn" if worst is Weight.WARNING or document.unchecked else "pass"


@router.get("/findings", summary="站点上的问题", response_model_exclude_none=False)
def findings(
    visit: Annotated[Visit, visiting(Right.SEE)],
    state: Annotated[list[str] | None, Query(max_length=20, description="台账状态；不写为未了结的")] = None,
    after: Annotated[int, Query(ge=0, le=MOST, description="从哪个台账号之后开始")] = 0,
    most: Annotated[int, Query(ge=1, le=MOST_PAGE, description="最多多少条")] = 200,
) -> FindingsAnswer:  # fmt: skip
    """按台账号分页；每条带网址、单位、栏目和台账状态。"""
    states = tuple(state or STANDING)
    if unknown := [one for one in states if one not in LABELS]:
        raise BadInput(f"没有这种状态：{unknown[0][:20]}；应为 {'、'.join(LABELS)}")
    with reading(visit.hall.engine) as connection:
        rows = finding_page(
            connection,
            visit.site.id,
            states=states,
            unit=visit.seat.unit,
            after=after,
            most=most + 1,
        )
    said = [_numbered(one, visit.today) for one in rows[:most]]
    more = rows[most - 1].id if len(rows) > most else None
    return FindingsAnswer.model_validate(
        {"site": visit.site.id, "day": visit.today, "findings": said, "next": more}
    )


def _numbered(one: Numbered, today: date) -> dict[str, Any]:
    overdue = one.due is not None and one.due < today
    expired = one.until is not None and one.until < today
    label = label_of(one.state, one.finding.severity, overdue=overdue, expired=expired)
    return finding_json(one.finding, stored=True) | {
        "id": one.id, "state": one.state, "label": label, "due": one.due,
        "opened": utc(one.opened).isoformat(),
    }  # fmt: skip


@router.get("/counts", summary="各单位发布统计")
def counts(
    visit: Annotated[Visit, visiting(Right.SEE)],
    since: Annotated[date, Query(description="从这一天起（含）")],
    until: Annotated[date, Query(description="到这一天止（不含）")],
) -> CountsAnswer:
    """每个单位发布、转载多少；单位的令牌只得到本单位的。"""
    if since >= until:
        raise BadInput(f"since {since} 不早于 until {until}；止日不含在内，应晚于起日")
    with reading(visit.hall.engine) as connection:
        said = counts_json(unit_counts(connection, visit.site, since, until))
    if mine := visit.seat.unit:
        units = [one for one in said["units"] if one["id"] == mine]
        total = sum(one["published"] + one["reprinted"] for one in units)
        said |= {"units": units, "reprinted": 0, "unattributed": 0, "undated": 0, "total": total}
    return CountsAnswer.model_validate(said)


@router.get("/columns", summary="栏目情况")
def columns(visit: Annotated[Visit, visiting(Right.SEE)]) -> ColumnsAnswer:
    """最近一次检查时每个栏目的情况；还没有检查过的列在unchecked里。不会为此去读网站。"""
    site = visit.site
    with reading(visit.hall.engine) as connection:
        looks = last_looks(connection, site.id)
        day, untold = last_unchecked(connection, site.id)
    mine = [one for one in site.columns if not visit.seat.unit or visit.seat.unit in one.units]
    said = [_column(one, looks[one.id], visit) for one in mine if one.id in looks]
    kept = [one for one in untold if _may_be_told(one, visit, [column.name for column in mine])]
    kept += [NotLookedAt(f"栏目 {one.name}", NEVER) for one in mine if one.id not in looks]
    return ColumnsAnswer.model_validate(
        {"site": site.id, "day": day or visit.today, "columns": said, "unchecked": unchecked_json(kept)}
    )  # fmt: skip


def _may_be_told(one: NotLookedAt, visit: Visit, names: list[str]) -> bool:
    """A unit is told what could not be checked of its own columns; what else there is names others' pages."""
    return not visit.seat.unit or one.what in [f"栏目 {name}" for name in names]


def _column(column: Column, look: Look, visit: Visit) -> dict[str, Any]:
    missing = [{"item": i, "unit": u} for i, u in look.missing if not u or visit.sees(u)]
    state = "ok" if look.state == "incomplete" and not missing else look.state
    return {
        "id": column.id, "name": column.name, "state": state, "newest": look.newest,
        "entries": look.entries, "missing": missing, "why": look.why, "looked": look.day,
    }  # fmt: skip
