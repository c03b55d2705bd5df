"""How the desk does, for those who watch machines: /health and /metrics."""

from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import JSONResponse, Response

from desk.console.gate import client_of
from desk.console.hall import Hall, hall_of
from desk.console.metrics import KIND, Metrics
from desk.console.rights import Right
from desk.console.seat import Seat, SignIn, seated
from desk.console.settings import is_in
from store.database import DatabaseTrouble, reading
from store.desk_state import DeskState, desk_state

router = APIRouter()


@router.get("/health")
def health(request: Request) -> Response:
    """`{"status": "ok"}`, or 503 where the database cannot be read; more for the office and the administrator."""
    hall = hall_of(request)
    try:
        with reading(hall.engine) as connection:
            state = desk_state(connection, tuple(hall.sites), now=hall.now())
        full = _may_know(request)
    except DatabaseTrouble:
        return JSONResponse({"status": "failing", "database": "unreadable"}, 503)
    said: dict[str, Any] = {"status": "ok"}
    if full:
        said |= {"database": "ok", **_details(hall, state, full.site)}
    return JSONResponse(said)


def _may_know(request: Request) -> Seat | None:
    """The seat of one who answers for the whole desk; None: anybody else."""
    try:
        seat = seated(request)
    except (SignIn, HTTPException):
        return None
    whole = seat.may(Right.AUDIT) or seat.may(Right.PEOPLE)
    return seat if whole and not seat.must_change else None


def _details(hall: Hall, state: DeskState, only: str) -> dict[str, Any]:
    return {
        "sessions": state.sessions,
        "sites": {
            id: {
                "lists": hall.checker(id).lists_hash,
                "list_problems": len(hall.list_problems(id)),
                "last_night": told.last_night.isoformat() if told.last_night else None,
                "age_days": (hall.today(site) - told.last_night).days if told.last_night else None,
                "queue": {
                    "drafts_waiting": told.drafts_waiting,
                    "audits_running": told.audits_running,
                },
            }
            for id, site in hall.sites.items()
            if not only or id == only
            for told in [state.sites[id]]
        },
    }


@router.get("/metrics")
def metrics(request: Request) -> Response:
    """For Prometheus: from where the settings allow, and for the office's and the administrator's tokens."""
    hall = hall_of(request)
    if not is_in(client_of(request), hall.settings.metrics_open):
        seat = _may_know(request)
        if seat is None or seat.site:
            raise HTTPException(403, "从这个地址读运行指标要用政务公开办或管理员的令牌")
    told: Metrics = request.app.state.metrics
    return Response(told.told(), media_type=KIND)
