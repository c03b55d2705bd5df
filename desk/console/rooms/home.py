"""首页: what changed since yesterday, what is overdue, what will go stale and when, what could not be checked."""

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from desk.console.pages import page
from desk.console.rights import Right
from desk.console.seat import Visit, visiting

router = APIRouter(prefix="/s/{site_id}")


@router.get("/")
def home(visit: Annotated[Visit, visiting(Right.SEE)]) -> Response:
    return page(visit, "home.html")
