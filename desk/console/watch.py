"""Sees every request go by: one line of the log and one count each, and of nobody what they asked or wrote.

A line says when, the route as it is declared (not the address asked for), status, milliseconds, the account's
number. No names, no addresses of persons or pages, no texts, no queries.
"""

import logging
from collections.abc import Callable, MutableMapping
from time import perf_counter
from typing import Any

from fastapi import Request
from starlette.routing import Match

from desk.console.gate import App, Receive, Scope, Send
from desk.console.metrics import Metrics

LOG = logging.getLogger("lanmu.desk")
#: What a request is counted under that no route answers.
NOWHERE = "(none)"
#: Paths below which all is one route.
MOUNTED = ("/static",)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class Watched:
    """Counts into `metrics`, logs to `LOG`; `seconds` is a clock that only goes forward."""

    def __init__(
        self, app: App, metrics: Metrics, seconds: Callable[[], float] = perf_counter
    ) -> None:
        self._app = app
        self._metrics = metrics
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500  # what a client sees of an application that broke off
        began = self._seconds()

        async def seen(message: MutableMapping[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, seen)
        finally:
            self._note(scope, status, self._seconds() - began)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route, method = route_of(scope), scope["method"]
        method = method if method in METHODS else "OTHER"
        self._metrics.request(route, method, status, seconds)
        account = scope.get("state", {}).get("account", 0)
        level = logging.ERROR if status >= 500 else logging.INFO
        said = {"route": route, "method": method, "status": status, "ms": round(seconds * 1000, 1)}
        LOG.log(level, "request", extra={"told": said | ({"account": account} if account else {})})


def route_of(scope: Scope) -> str:
    """The declared path of the route that answered: never what somebody typed."""
    route = scope.get("route")
    if path := getattr(route, "path", ""):
        return str(path)
    below = next((one for one in MOUNTED if scope["path"].startswith(f"{one}/")), "")
    return below or _declared(scope)


def _declared(scope: Scope) -> str:
    """Of a plain Starlette route, which leaves no note of itself in the scope."""
    if scope.get("endpoint") is None or "app" not in scope:
        return NOWHERE
    for route in scope["app"].router.routes:
        if getattr(route, "path", "") and route.matches(scope)[0] is Match.FULL:
            return str(route.path)
    return NOWHERE


def note(request: Request, event: str, **numbers: int) -> None:
    """Log that an administrator did something, to which account; `numbers` are account numbers."""
    account = getattr(request.state, "account", 0)
    LOG.info(event, extra={"told": {"account": account, **numbers}})
