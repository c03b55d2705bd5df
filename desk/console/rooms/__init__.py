"""The console's rooms: a module a page, each with its `router`. `API_ROUTERS` are described for programs."""

from desk.console.rooms import (
    api,
    check,
    doors,
    health,
    home,
    me,
    people,
)

ROUTERS = (
    doors.router,
    me.router,
    people.router,
    health.router,
    home.router,
    check.router,
)
API_ROUTERS = (api.router,)
